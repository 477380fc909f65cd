"""Staff who sign in at their organisation."""

from django.urls import path

from office.views import provider_sign_in

app_name = "provider"
urlpatterns = [
    path("go/", provider_sign_in.go, name="go"),
    path("back/", provider_sign_in.back, name="back"),
    path("prove/", provider_sign_in.prove, name="prove"),
    path("tie/", provider_sign_in.tie, name="tie"),
]
