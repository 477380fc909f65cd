"""The walk-in's screens for those who wait."""

from django.urls import path

from walkin.views import public

app_name = "walk_in"
urlpatterns = [
    path("", public.about, name="about"),
    path("live/", public.live_ticket, name="live_all"),
    path("live/<slug:point>/", public.live_ticket_of, name="live"),
]
