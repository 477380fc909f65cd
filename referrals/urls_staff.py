"""Staff pages of referrals: handing on, and the manager's directory."""

from django.urls import path

from referrals.directory import office_views as directory
from referrals.hand_over import desk_views as desk
from referrals.incoming import office_views as incoming

app_name = "referrals"
ONE = "desk/referrals/<slug:reference>/"

urlpatterns = [
    path("desk/referrals/", desk.listing, name="listing"),
    path("desk/referrals/new/", desk.new, name="new"),
    path("desk/referrals/directory/", desk.directory, name="partners"),
    path("desk/referrals/slip/", desk.plain_slip, name="plain_slip"),
    path(ONE, desk.one, name="one"),
    path(f"{ONE}slip/", desk.slip, name="slip"),
    path(f"{ONE}close/", desk.close, name="close"),
    path(f"{ONE}take-back/", desk.take_back, name="take_back"),
    path("office/partners/", directory.listing, name="directory"),
    path("office/partners/add/", directory.add, name="entry_add"),
    path("office/partners/links/", incoming.listing, name="links"),
    path("office/partners/links/<int:pk>/make/", incoming.make, name="link_make"),
    path("office/partners/links/<int:pk>/withdraw/", incoming.withdraw, name="link_withdraw"),
    path("office/partners/<int:pk>/", directory.edit, name="entry"),
]
