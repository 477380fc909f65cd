"""All addresses. They are part of the product: keep them."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
]
