"""The directory for everybody, and what the secret links of referrals open."""

from django.urls import path

from referrals.directory import public_views as directory
from referrals.hand_over import own_views, partner_views
from referrals.incoming import partner_views as incoming

app_name = "partners"

urlpatterns = [
    path("guidance/partners/", directory.partners, name="public"),
    path("referral/", partner_views.enter_code, name="enter_code"),
    path("referral/<slug:token>/", partner_views.page, name="slip"),
    path("referral/<slug:token>/open/", partner_views.show, name="slip_open"),
    path("referral/<slug:token>/answer/", partner_views.answer, name="slip_answer"),
    path("partner/<slug:token>/", incoming.page, name="refer"),
    path("my-referral/<slug:token>/", own_views.page, name="own"),
    path("my-referral/<slug:token>/take-back/", own_views.take_back, name="own_take_back"),
]
