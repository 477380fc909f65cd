"""Staff who sign in at their organisation."""

from django.urls import path

from office.sign_in import provider_views

app_name = "provider"
urlpatterns = [
    path("go/", provider_views.go, name="go"),
    path("back/", provider_views.back, name="back"),
    path("prove/", provider_views.prove, name="prove"),
    path("tie/", provider_views.tie, name="tie"),
]
