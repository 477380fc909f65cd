"""The public's pages: the front, the personal page, what the law asks for."""

from django.urls import path

from bookings.views import (
    call_back,
    front,
    guidance,
    leave,
    pages,
    pair,
    personal,
    personal_data,
    personal_earlier,
    personal_own,
    personal_times,
)

app_name = "public"
urlpatterns = [
    path("", front.home, name="home"),
    path("services/", front.services, name="services"),
    path("services/<slug:slug>/", front.service, name="service"),
    path("guidance/", guidance.guidance, name="guidance"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("leave/", leave.leave, name="leave"),
    path("guidance/afraid/", front.afraid, name="afraid"),
    path("call-back/", call_back.times, name="call_back"),
    path("call-back/details/", call_back.details, name="call_back_details"),
    path("call-back/sent/", call_back.sent, name="call_back_sent"),
    path("call-back/<slug:token>/", call_back.page, name="call_back_page"),
    path("call-back/<slug:token>/cancel/", call_back.cancel, name="call_back_cancel"),
    path("appointment/", personal.enter_code, name="enter_code"),
    path("appointment/<slug:token>/", personal.page, name="appointment"),
    path("appointment/<slug:token>/calendar.ics", personal.calendar, name="calendar"),
    path("appointment/<slug:token>/details/", personal.details, name="party_details"),
    path("appointment/<slug:token>/reach/", personal_own.ways, name="own_ways"),
    path("appointment/<slug:token>/reach/stop/", personal_own.stop, name="stop_messages"),
    path("appointment/<slug:token>/link/", personal_own.close_link, name="close_link"),
    path("appointment/<slug:token>/answer/", personal.answer, name="answer"),
    path("appointment/<slug:token>/cancel/", personal.cancel, name="cancel"),
    path("appointment/<slug:token>/move/", personal_times.move, name="move"),
    path("appointment/<slug:token>/move/withdraw/", personal_times.withdraw, name="withdraw_move"),
    path("appointment/<slug:token>/choose/", personal_times.choose, name="choose_offer"),
    path("appointment/<slug:token>/earlier/", personal_earlier.wish, name="earlier"),
    path("appointment/<slug:token>/earlier/leave/", personal_earlier.leave, name="earlier_leave"),
    path(
        "appointment/<slug:token>/earlier/answer/", personal_earlier.answer, name="earlier_answer"
    ),
    path("appointment/<slug:token>/my-data/", personal_data.my_data, name="my_data"),
    # As text messages write them, so that one is enough.
    path("a/<slug:token>/", personal.short, name="appointment_short"),
    path("c/<slug:token>/", call_back.short, name="call_back_short"),
    path("pair/<slug:token>/", pair.page, name="pair"),
    path("pair/<slug:token>/answer/", pair.answer, name="pair_answer"),
    path("pair/<slug:token>/calendar.ics", pair.calendar, name="pair_calendar"),
]
