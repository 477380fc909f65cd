"""The staff's pages of bookings: the desk, the own day, the calendar feed."""

from django.urls import path

from bookings.calendar import views as desk_calendar
from bookings.call_backs import desk_views as desk_call_backs
from bookings.cases import desk_views as cases
from bookings.day_lists import views as day_lists
from bookings.desk import (
    attendance_views,
    cancelled_views,
    conflict_views,
    contact_views,
    data_views,
    find_views,
    impartiality_views,
    letter_views,
    live,
    matters_views,
    party_views,
    people_views,
    person_views,
    phone_views,
    reminder_views,
    request_views,
    times_views,
)
from bookings.desk import (
    views as desk,
)
from bookings.feedback import report_views as feedback
from bookings.guidance import desk_views as links
from bookings.interpreters import desk_views as desk_interpreters
from bookings.joint_times import desk_views as desk_joint
from bookings.my_day import block_views, feed_views, papers_views
from bookings.my_day import call_views as my_calls
from bookings.my_day import views as my_day
from bookings.outcomes import report_views
from bookings.outcomes import views as outcomes
from bookings.partner_pages import desk_views as desk_partners
from bookings.phone import call_task_views, hours_views, log_views
from bookings.phone import call_views as calls
from bookings.staff_booking import booked_views, caller_views, panel_views
from bookings.urls_change import changing
from bookings.waiting_list import desk_views as desk_waiting
from bookings.words_before import desk_views as desk_words

app_name = "staff"
REQUEST = "desk/requests/<slug:reference>/"
CASE = "desk/cases/<slug:reference>/"
CALL = "desk/call-backs/<slug:reference>/"
urlpatterns = [
    *changing,
    path("desk/", desk.desk, name="desk"),
    path("desk/work/", desk.work, name="work"),
    path("desk/find/", find_views.find, name="find"),
    path("desk/find/<slug:key>/", find_views.found, name="found"),
    path("desk/book/", panel_views.panel, name="book"),
    path("desk/book/times/", panel_views.times, name="book_times"),
    path("desk/book/other-times/", panel_views.other_times, name="book_other_times"),
    path("desk/book/callers/", caller_views.find_caller, name="book_callers"),
    path("desk/book/parked/<int:pk>/drop/", panel_views.drop_parked, name="parked_drop"),
    path("desk/book/done/<slug:reference>/", booked_views.booked, name="booked"),
    path("desk/book/done/<slug:reference>/slip/", booked_views.slip, name="slip"),
    path("desk/messages/<int:pk>/again/", desk.message_again, name="message_again"),
    path("desk/messages/<int:pk>/seen/", desk.message_seen_to, name="message_seen_to"),
    path("desk/reminders/", reminder_views.reminders, name="reminders"),
    path("desk/links/", links.links, name="links"),
    path("desk/phone/", hours_views.hours, name="phone"),
    path("desk/phone/close/", hours_views.close, name="phone_close"),
    path("desk/phone/extra/", hours_views.extra_now, name="phone_extra"),
    path("desk/phone/day/", hours_views.one_day, name="phone_day"),
    path("desk/phone/changes/<int:pk>/back/", hours_views.take_back, name="phone_take_back"),
    path("desk/phone/calls/", log_views.log, name="call_log"),
    path("desk/phone/calls/queue/", log_views.queue, name="call_queue"),
    path("desk/phone/calls/bar/", calls.bar, name="call_bar"),
    path("desk/phone/calls/start/", calls.start, name="call_start"),
    path("desk/phone/calls/<int:pk>/", log_views.correct, name="call_correct"),
    path("desk/phone/calls/<int:pk>/end/", calls.end, name="call_end"),
    path("desk/phone/calls/<int:pk>/about/", calls.say, name="call_about"),
    path("desk/phone/calls/<int:pk>/discard/", calls.discard, name="call_discard"),
    path("desk/phone/tasks/<int:pk>/", call_task_views.edit, name="call_task"),
    path("desk/phone/tasks/<int:pk>/again/", call_task_views.again, name="call_task_again"),
    path("desk/phone/tasks/<int:pk>/done/", call_task_views.done, name="call_task_done"),
    path("desk/who-calls/", party_views.who_calls, name="who_calls"),
    path(REQUEST, request_views.show, name="request"),
    path(f"{REQUEST}confirm/", request_views.confirm, name="confirm"),
    path(f"{REQUEST}decline/", request_views.decline, name="decline"),
    path(f"{REQUEST}cancel/", request_views.cancel, name="cancel"),
    path(f"{REQUEST}keep/", request_views.keep, name="keep"),
    path(f"{REQUEST}note/", request_views.note, name="note"),
    path(f"{REQUEST}times/", times_views.times, name="times"),
    path("desk/cases/", cases.listing, name="cases"),
    path("desk/cases/enter/", cases.enter, name="case_enter"),
    path("desk/cases/letters/", cases.letters, name="case_letters"),
    path("desk/cases/letters/posted/", cases.posted, name="case_letters_posted"),
    path(CASE, cases.show, name="case"),
    path(f"{CASE}edit/", cases.edit, name="case_edit"),
    path(f"{CASE}people/<int:pk>/", cases.edit_person, name="case_person"),
    path(f"{CASE}close/", cases.close, name="case_close"),
    path(f"{CASE}do/<slug:what>/", cases.do, name="case_do"),
    path("desk/calendar/", desk_calendar.calendar, name="desk_calendar"),
    path("desk/calendar/days/", day_lists.day_lists, name="day_lists"),
    path("desk/calendar/days/table/", day_lists.as_table, name="day_list_table"),
    path("desk/calendar/own/", desk_calendar.keep_own, name="calendar_own"),
    path("desk/live/", live.ticket, name="live_ticket"),
    path("desk/card-news/", live.card_news, name="card_news"),
    path(f"{REQUEST}moves/<int:pk>/accept/", request_views.accept_move, name="accept_move"),
    path(f"{REQUEST}moves/<int:pk>/keep/", request_views.keep_time, name="keep_time"),
    path(f"{REQUEST}parties/add/", contact_views.add_parent, name="add_parent"),
    path(f"{REQUEST}parties/none/", request_views.leave_uncontacted, name="leave_uncontacted"),
    path(f"{REQUEST}video/", request_views.video_link, name="video_link"),
    path(
        f"{REQUEST}interpreter/<slug:do>/",
        desk_interpreters.interpreter_do,
        name="interpreter_do",
    ),
    path(f"{REQUEST}parties/talk/", request_views.note_talk, name="note_talk"),
    path(f"{REQUEST}people/add/", person_views.add_person, name="add_person"),
    path(f"{REQUEST}parties/<int:pk>/leave/", person_views.leave_out, name="leave_out"),
    path(f"{REQUEST}children/", person_views.children, name="children"),
    path(f"{REQUEST}parties/<int:pk>/", contact_views.edit_party, name="edit_party"),
    path(f"{REQUEST}parties/<int:pk>/called/", phone_views.called, name="called"),
    path(f"{REQUEST}parties/<int:pk>/says/<slug:reply>/", phone_views.answer, name="phone_answer"),
    path(f"{REQUEST}parties/<int:pk>/word/", desk_words.read, name="word_before"),
    path(f"{REQUEST}parties/<int:pk>/word/answered/", desk_words.answered, name="word_answered"),
    path(f"{REQUEST}parties/<int:pk>/word/tried/", desk_words.tried, name="word_tried"),
    path(f"{REQUEST}attendance/", attendance_views.mark, name="mark_attendance"),
    path(f"{REQUEST}outcome/", outcomes.of_request, name="request_outcome"),
    path(f"{REQUEST}invite-again/", outcomes.invite_again, name="invite_again"),
    path(f"{REQUEST}preview/<slug:what>/", letter_views.preview, name="preview"),
    path(f"{REQUEST}letters/<int:pk>/", letter_views.letter, name="letter"),
    path(f"{REQUEST}apart/", people_views.tell_apart, name="tell_apart"),
    path(f"{REQUEST}parties/<int:pk>/note/", people_views.person_note, name="person_note"),
    path(f"{REQUEST}place-agreed/", party_views.place_agreed, name="place_agreed"),
    path(f"{REQUEST}parties/<int:pk>/reveal/", party_views.reveal, name="reveal"),
    path(f"{REQUEST}invitation/", party_views.renew_invitation, name="renew_invitation"),
    path(f"{REQUEST}parties/<int:pk>/video/", party_views.own_channel, name="own_channel"),
    path(f"{REQUEST}parties/<int:pk>/link/", party_views.close_link, name="close_link"),
    path(f"{REQUEST}parties/<int:pk>/again/", contact_views.notify_again, name="notify_again"),
    path("office/feedback/", feedback.report, name="feedback"),
    path("desk/call-backs/", desk_call_backs.listing, name="call_backs"),
    path(f"{CALL}move/", desk_call_backs.move, name="call_move"),
    path(f"{CALL}cancel/", desk_call_backs.cancel, name="call_cancel"),
    path(f"{CALL}keep/", desk_call_backs.keep, name="call_keep"),
    path(f"{CALL}mark/", desk_call_backs.mark, name="call_mark"),
    path(f"{REQUEST}partner/", desk_partners.ask_partner, name="ask_partner"),
    path(f"{REQUEST}partner/<int:pk>/<slug:do>/", desk_partners.partner_do, name="partner_do"),
    path("desk/waiting-list/", desk_waiting.waiting, name="waiting_list"),
    path("desk/waiting-list/look/", desk_waiting.look, name="waiting_look"),
    path("desk/waiting-list/add/", desk_waiting.add, name="waiting_add"),
    path(f"{REQUEST}earlier/", desk_waiting.of_appointment, name="earlier"),
    path(f"{REQUEST}earlier/take-back/", desk_waiting.take_back, name="earlier_take_back"),
    path(f"{REQUEST}earlier/<int:pk>/<slug:what>/", desk_waiting.do, name="earlier_do"),
    path(f"{REQUEST}joint/", desk_joint.ask, name="joint_ask"),
    path(f"{REQUEST}joint/end/", desk_joint.end, name="joint_end"),
    path(f"{REQUEST}joint/next/", desk_joint.offer_next, name="joint_next"),
    path(f"{REQUEST}joint/<int:pk>/", desk_joint.mark, name="joint_mark"),
    path("desk/data-requests/", data_views.listing, name="data_requests"),
    path("desk/data-requests/<int:pk>/", data_views.show, name="data_request"),
    path("desk/data-requests/<int:pk>/export/", data_views.export, name="data_export"),
    path("desk/data-requests/<int:pk>/close/", data_views.close, name="data_close"),
    path("desk/partners/", desk_partners.partners, name="partners"),
    path("desk/partners/<int:pk>/busy/", desk_partners.partner_busy, name="partner_busy"),
    path("desk/partners/busy/<int:pk>/remove/", desk_partners.partner_free, name="partner_free"),
    path("my-day/", my_day.my_day, name="my_day"),
    path("my-day/visits/<slug:reference>/mark/", my_day.mark, name="mark"),
    path("my-day/visits/<slug:reference>/undo/", my_day.undo, name="undo"),
    path("my-day/visits/<slug:reference>/outcome/", outcomes.of_own_visit, name="own_outcome"),
    path("my-day/visits/<slug:reference>/papers/", papers_views.papers, name="papers"),
    path("my-day/visits/<slug:reference>/papers/pdf/", papers_views.pdf, name="papers_pdf"),
    path("my-day/visits/<slug:reference>/papers/close/", papers_views.close, name="papers_close"),
    path(
        "my-day/visits/<slug:reference>/step-aside/", conflict_views.step_aside, name="step_aside"
    ),
    path(f"{REQUEST}matters/", matters_views.of_appointment, name="request_matters"),
    path(f"{REQUEST}conflicts/", conflict_views.of_appointment, name="request_conflicts"),
    path(f"{REQUEST}told/", impartiality_views.of_appointment, name="same_notices"),
    path("desk/outcomes/", report_views.report, name="outcomes"),
    path("desk/cancelled/", cancelled_views.cancelled, name="cancelled"),
    path("office/impartiality/", impartiality_views.of_unit, name="impartiality"),
    path("office/conflicts/", conflict_views.listing, name="conflicts"),
    path("office/conflicts/<int:pk>/lift/", conflict_views.lift, name="conflict_lift"),
    path("my-day/calls/<slug:reference>/mark/", my_calls.mark, name="own_call_mark"),
    path("my-day/calls/close/", my_calls.close, name="own_calls_close"),
    path("my-day/calls/open/", my_calls.reopen, name="own_calls_open"),
    path("my-day/calls/add/", my_calls.add, name="own_calls_add"),
    path("my-day/block/", block_views.block, name="block"),
    path("my-day/block/<int:pk>/remove/", block_views.unblock, name="unblock"),
    path("my-day/feed/", feed_views.own_feed, name="feed"),
    path("my-day/feed/create/", feed_views.create, name="feed_create"),
    path("my-day/feed/revoke/", feed_views.revoke, name="feed_revoke"),
    path("calendar/<slug:token>.ics", feed_views.calendar, name="calendar"),
]
