"""Public pages of the evenings."""

from django.urls import path

from evenings.public_pages import evenings

app_name = "evenings"
urlpatterns = [
    path("", evenings.evenings, name="list"),
]
