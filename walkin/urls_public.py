"""The walk-in's screens for those who wait."""

from django.urls import path

from walkin.public_pages import about as public
from walkin.public_pages import display, kiosk, ticket

app_name = "walk_in"
urlpatterns = [
    path("", public.about, name="about"),
    path("live/", public.live_ticket, name="live_all"),
    path("live/<slug:point>/", public.live_ticket_of, name="live"),
    path("take/<slug:code>/", ticket.take, name="take"),
    path("ticket/<slug:token>/", ticket.page, name="ticket"),
    path("ticket/<slug:token>/more-time/", ticket.more_time, name="more_time"),
    path("ticket/<slug:token>/ready/", ticket.ready, name="ready"),
    path("ticket/<slug:token>/leave/", ticket.leave, name="leave"),
    path("display/<slug:point>/", display.display, name="display"),
    path("kiosk/<slug:point>/", kiosk.kiosk, name="kiosk"),
    path("kiosk/<slug:point>/use/", kiosk.use_screen, name="use_screen"),
    path("kiosk/<slug:point>/slip/<str:key>/", kiosk.slip, name="slip"),
]
