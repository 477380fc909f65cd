"""The staff's pages of bookings: the desk, the own day, the calendar feed."""

from django.urls import path

from bookings.views import (
    desk,
    desk_call_backs,
    desk_partners,
    desk_requests,
    desk_times,
    feed,
    my_calls,
    my_day,
)

app_name = "staff"
REQUEST = "desk/requests/<slug:reference>/"
CALL = "desk/call-backs/<slug:reference>/"
urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/work/", desk.work, name="work"),
    path("desk/find/", desk.find, name="find"),
    path("desk/messages/<int:pk>/again/", desk.message_again, name="message_again"),
    path("desk/messages/<int:pk>/seen/", desk.message_seen_to, name="message_seen_to"),
    path(REQUEST, desk_requests.show, name="request"),
    path(f"{REQUEST}confirm/", desk_requests.confirm, name="confirm"),
    path(f"{REQUEST}decline/", desk_requests.decline, name="decline"),
    path(f"{REQUEST}cancel/", desk_requests.cancel, name="cancel"),
    path(f"{REQUEST}keep/", desk_requests.keep, name="keep"),
    path(f"{REQUEST}note/", desk_requests.note, name="note"),
    path(f"{REQUEST}times/", desk_times.times, name="times"),
    path(f"{REQUEST}moves/<int:pk>/accept/", desk_requests.accept_move, name="accept_move"),
    path(f"{REQUEST}moves/<int:pk>/keep/", desk_requests.keep_time, name="keep_time"),
    path(f"{REQUEST}parties/add/", desk_requests.add_parent, name="add_parent"),
    path(f"{REQUEST}parties/none/", desk_requests.leave_uncontacted, name="leave_uncontacted"),
    path(f"{REQUEST}parties/<int:pk>/", desk_requests.edit_party, name="edit_party"),
    path(f"{REQUEST}parties/<int:pk>/called/", desk_requests.called, name="called"),
    path(f"{REQUEST}parties/<int:pk>/again/", desk_requests.tell_again, name="tell_again"),
    path("desk/call-backs/", desk_call_backs.listing, name="call_backs"),
    path(f"{CALL}move/", desk_call_backs.move, name="call_move"),
    path(f"{CALL}cancel/", desk_call_backs.cancel, name="call_cancel"),
    path(f"{CALL}keep/", desk_call_backs.keep, name="call_keep"),
    path(f"{CALL}mark/", desk_call_backs.mark, name="call_mark"),
    path(f"{REQUEST}partner/", desk_partners.ask_partner, name="ask_partner"),
    path(f"{REQUEST}partner/<int:pk>/<slug:do>/", desk_partners.partner_do, name="partner_do"),
    path("desk/partners/", desk_partners.partners, name="partners"),
    path("desk/partners/<int:pk>/busy/", desk_partners.partner_busy, name="partner_busy"),
    path("desk/partners/busy/<int:pk>/remove/", desk_partners.partner_free, name="partner_free"),
    path("my-day/", my_day.my_day, name="my_day"),
    path("my-day/visits/<slug:reference>/mark/", my_day.mark, name="mark"),
    path("my-day/visits/<slug:reference>/undo/", my_day.undo, name="undo"),
    path("my-day/calls/<slug:reference>/mark/", my_calls.mark, name="own_call_mark"),
    path("my-day/calls/close/", my_calls.close, name="own_calls_close"),
    path("my-day/calls/open/", my_calls.reopen, name="own_calls_open"),
    path("my-day/calls/add/", my_calls.add, name="own_calls_add"),
    path("my-day/feed/", feed.own_feed, name="feed"),
    path("my-day/feed/create/", feed.create, name="feed_create"),
    path("my-day/feed/revoke/", feed.revoke, name="feed_revoke"),
    path("calendar/<slug:token>.ics", feed.calendar, name="calendar"),
]
