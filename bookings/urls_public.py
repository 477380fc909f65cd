"""The public's pages: the front, the personal page, what the law asks for."""

from django.urls import path

from bookings.call_backs import public_views as call_back
from bookings.cases import public_views as invitation
from bookings.guidance import page_views, which_views
from bookings.guidance import public_views as guidance
from bookings.partner_pages import partner_views
from bookings.personal import (
    data_views,
    earlier_views,
    feedback_views,
    joint_views,
    own_views,
    preparation_views,
    times_views,
    word_views,
)
from bookings.personal import views as personal
from bookings.preparation import views as papers
from bookings.public import front_views, leave_views, pages
from bookings.waiting_times import views as waiting

app_name = "public"
urlpatterns = [
    path("", front_views.home, name="home"),
    path("services/", front_views.services, name="services"),
    path("services/<slug:slug>/", front_views.service, name="service"),
    path("waiting-times/", waiting.page, name="waiting_times"),
    path("api/waiting-times.json", waiting.as_json, name="waiting_times_json"),
    path("guidance/", guidance.guidance, name="guidance"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("leave/", leave_views.leave, name="leave"),
    path("guidance/afraid/", front_views.afraid, name="afraid"),
    path("guidance/which/", which_views.which, name="which"),
    path("guidance/pages/<slug:slug>/", page_views.page, name="guidance_page"),
    path("call-back/", call_back.times, name="call_back"),
    path("call-back/details/", call_back.details, name="call_back_details"),
    path("call-back/sent/", call_back.sent, name="call_back_sent"),
    path("call-back/<slug:token>/", call_back.page, name="call_back_page"),
    path("call-back/<slug:token>/cancel/", call_back.cancel, name="call_back_cancel"),
    path("call-back/<slug:token>/my-data/", call_back.my_data, name="call_back_data"),
    path("appointment/", personal.enter_code, name="enter_code"),
    path("appointment/<slug:token>/", personal.page, name="appointment"),
    path("appointment/<slug:token>/calendar.ics", personal.calendar, name="calendar"),
    path("appointment/<slug:token>/details/", personal.details, name="party_details"),
    path("appointment/<slug:token>/reach/", own_views.contacts_page, name="own_contacts"),
    path("appointment/<slug:token>/reach/stop/", own_views.stop, name="stop_messages"),
    path("appointment/<slug:token>/link/", own_views.close_link, name="close_link"),
    path("appointment/<slug:token>/answer/", personal.answer, name="answer"),
    path("appointment/<slug:token>/cancel/", personal.cancel, name="cancel"),
    path("appointment/<slug:token>/move/", times_views.move, name="move"),
    path("appointment/<slug:token>/move/withdraw/", times_views.withdraw, name="withdraw_move"),
    path("appointment/<slug:token>/choose/", times_views.choose, name="choose_offer"),
    path("appointment/<slug:token>/earlier/", earlier_views.wish, name="earlier"),
    path("appointment/<slug:token>/earlier/leave/", earlier_views.leave, name="earlier_leave"),
    path("appointment/<slug:token>/earlier/answer/", earlier_views.answer, name="earlier_answer"),
    path("appointment/<slug:token>/when/", joint_views.mark, name="joint"),
    path("appointment/<slug:token>/word/", word_views.word, name="word_before"),
    path("appointment/<slug:token>/after/", feedback_views.feedback, name="feedback"),
    path("appointment/<slug:token>/my-data/", data_views.my_data, name="my_data"),
    path("appointment/<slug:token>/prepare/", preparation_views.prepare, name="prepare"),
    path("prepare/<slug:token>/", papers.overview, name="papers"),
    path("prepare/<slug:token>/form/<slug:form>/", papers.sheet, name="papers_form"),
    path("prepare/<slug:token>/print/", papers.print_page, name="papers_print"),
    path("prepare/<slug:token>/pdf/", papers.pdf, name="papers_pdf"),
    path("prepare/<slug:token>/code/", papers.at_visit, name="papers_code"),
    path("prepare/<slug:token>/forget/", papers.forget, name="papers_forget"),
    path("prepare/<slug:token>/delete/", papers.delete, name="papers_delete"),
    path("invitation/<slug:token>/", invitation.times, name="invitation"),
    path("invitation/<slug:token>/details/", invitation.details, name="invitation_details"),
    # As text messages write them, so that one is enough.
    path("a/<slug:token>/", personal.short, name="appointment_short"),
    path("c/<slug:token>/", call_back.short, name="call_back_short"),
    path("pair/<slug:token>/", partner_views.page, name="pair"),
    path("pair/<slug:token>/answer/", partner_views.answer, name="pair_answer"),
    path("pair/<slug:token>/calendar.ics", partner_views.calendar, name="pair_calendar"),
]
