"""Public pages of the walk-in."""

from django.urls import path

from walkin.public_pages import about, agency, check_in, display, kiosk, live_parts, ticket

app_name = "walk_in"
urlpatterns = [
    path("", about.about, name="about"),
    path("live/", live_parts.live_ticket, name="live_all"),
    path("live/<slug:point>/", live_parts.live_ticket_of, name="live"),
    path("live/<slug:point>/numbers/", live_parts.numbers, name="numbers"),
    path("take/<slug:code>/", ticket.take, name="take"),
    path("take/<slug:code>/here/", check_in.on_phone, name="take_here"),
    path("here/<slug:token>/", check_in.by_personal_link, name="here"),
    path("ticket/<slug:token>/", ticket.page, name="ticket"),
    path("ticket/<slug:token>/more-time/", ticket.more_time, name="more_time"),
    path("ticket/<slug:token>/ready/", ticket.ready, name="ready"),
    path("ticket/<slug:token>/back/", ticket.say_back, name="say_back"),
    path("ticket/<slug:token>/come-back/", ticket.come_back, name="come_back"),
    path("ticket/<slug:token>/text/", ticket.text, name="text"),
    path("ticket/<slug:token>/text/stop/", ticket.stop_text, name="stop_text"),
    path("ticket/<slug:token>/leave/", ticket.leave, name="leave"),
    path("agency/<slug:token>/", agency.screen, name="agency"),
    path("agency/<slug:token>/number/", agency.number, name="agency_number"),
    path("agency/<slug:token>/word/<str:key>/", agency.word, name="agency_word"),
    path("agency/<slug:token>/<int:pk>/<slug:given>/", agency.answer, name="agency_answer"),
    path("display/<slug:point>/", display.display, name="display"),
    path("kiosk/<slug:point>/", kiosk.kiosk, name="kiosk"),
    path("kiosk/<slug:point>/use/", kiosk.use_screen, name="use_screen"),
    path("kiosk/<slug:point>/worker.js", kiosk.worker, name="kiosk_worker"),
    path("kiosk/<slug:point>/here/", check_in.at_kiosk, name="kiosk_here"),
    path("kiosk/<slug:point>/slip/<str:key>/", kiosk.slip, name="slip"),
]
