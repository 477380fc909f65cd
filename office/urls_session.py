"""Staying signed in, and signing in again in the middle of a form."""

from django.urls import path

from office.views import staying

app_name = "session"
urlpatterns = [
    path("stay/", staying.stay, name="stay"),
    path("back/", staying.back, name="back"),
    path("again/<str:key>/", staying.again, name="again"),
]
