"""All URLs. Addresses are part of the product and stay as they are."""

from django.apps import apps
from django.urls import include, path

from familylaw.security_txt import security_txt
from office.messaging.outbox_views import outbox, outbox_calendar

urlpatterns = [
    path("", include("bookings.urls_public")),
    path("book/", include("bookings.urls_booking")),
    path("plan/", include("plans.urls")),
    path("walk-in/", include("walkin.urls_public")),
    path("", include("evenings.urls_public")),
    path("", include("evenings.urls_partners")),
    # Not allauth.urls: its pages for other providers would lead parents to accounts.
    path("accounts/", include("familylaw.account_urls")),
    path("accounts/organisation/", include("office.urls_provider")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("session/", include("office.urls_session")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("bookings.urls_staff")),
    path("", include("walkin.urls_staff")),
    path("desk/evenings/", include("evenings.urls_staff")),
    path("", include("referrals.urls_public")),
    path("", include("referrals.urls_staff")),
    path("office/", include("office.urls")),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("outbox/", outbox, name="outbox"),
    path("outbox/<int:pk>/calendar.ics", outbox_calendar, name="outbox_calendar"),
]
if apps.is_installed("styleguide"):
    urlpatterns.append(path("styleguide/", include("styleguide.urls")))

handler500 = "familylaw.errors.server_error"
