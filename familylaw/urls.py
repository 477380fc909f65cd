"""All addresses. They are part of the product: keep them."""

from django.urls import include, path

from familylaw.styleguide import styleguide

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("styleguide/", styleguide, name="styleguide"),
]

handler500 = "familylaw.errors.server_error"
