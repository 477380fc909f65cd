"""Staff pages of the walk-in."""

from django.urls import path

from walkin.staff_pages import (
    code,
    days,
    desks,
    duty_actions,
    history,
    identify,
    matters,
    queue,
    queue_actions,
)

app_name = "queue"
OFFICE = "office/walk-in/"

urlpatterns = [
    path("queue/", queue.queue, name="queue"),
    path("queue/line/", queue.line, name="line"),
    path("queue/live/", queue.ticket, name="live"),
    path("queue/place/", duty_actions.place, name="place"),
    path("queue/desk/", duty_actions.desk, name="desk"),
    path("queue/take-over/", duty_actions.take_over, name="take_over"),
    path("queue/next/", queue_actions.call_next, name="next"),
    path("queue/numbers/take/", queue_actions.take, name="take"),
    path("queue/visits/<slug:reference>/here/", queue_actions.check_in, name="check_in"),
    path("queue/numbers/<int:pk>/", queue.number, name="number"),
    path("queue/numbers/<int:pk>/who/", identify.find, name="who"),
    path("queue/numbers/<int:pk>/who/tell/", identify.tell, name="tell_who"),
    path("queue/numbers/<int:pk>/<slug:do>/", queue_actions.act, name="act"),
    path("queue/points/<int:pk>/code/", code.day_code, name="code"),
    path("queue/day/<int:pk>/end/", queue.end, name="end"),
    path("queue/day/<int:pk>/<slug:do>/", queue_actions.day, name="day"),
    path(OFFICE, days.listing, name="days"),
    path(f"{OFFICE}held/", history.listing, name="past_days"),
    path(f"{OFFICE}add/", days.add, name="day_add"),
    path(f"{OFFICE}points/<int:pk>/rules/", days.rules, name="rules"),
    path(f"{OFFICE}points/<int:pk>/open/", days.open_now, name="open_now"),
    path(f"{OFFICE}points/<int:pk>/", desks.of_point, name="places"),
    path(f"{OFFICE}points/<int:pk>/desks/add/", desks.desk_add, name="desk_add"),
    path(f"{OFFICE}points/<int:pk>/places/add/", desks.destination_add, name="place_add"),
    path(f"{OFFICE}points/<int:pk>/matters/", matters.of_point, name="matters"),
    path(f"{OFFICE}points/<int:pk>/matters/<slug:key>/", matters.edit, name="matter_edit"),
    path(f"{OFFICE}desks/<int:pk>/", desks.desk_edit, name="desk_edit"),
    path(f"{OFFICE}desks/<int:pk>/switch/", desks.desk_switch, name="desk_switch"),
    path(f"{OFFICE}places/<int:pk>/", desks.destination_edit, name="place_edit"),
    path(f"{OFFICE}places/<int:pk>/switch/", desks.destination_switch, name="place_switch"),
    path(f"{OFFICE}duties/<int:pk>/replace/", days.duty_replace, name="duty_replace"),
    path(f"{OFFICE}duties/<int:pk>/off/", days.duty_off, name="duty_off"),
    path(f"{OFFICE}<int:pk>/", days.one, name="one_day"),
    path(f"{OFFICE}<int:pk>/move/", days.move, name="day_move"),
    path(f"{OFFICE}<int:pk>/off/", days.off, name="day_off"),
    path(f"{OFFICE}<int:pk>/duty/", days.duty_add, name="duty_add"),
]
