"""The staff's pages of the walk-in."""

from django.urls import path

from walkin.views import queue, queue_acts

app_name = "queue"

urlpatterns = [
    path("queue/", queue.queue, name="queue"),
    path("queue/line/", queue.line, name="line"),
    path("queue/live/", queue.ticket, name="live"),
    path("queue/place/", queue_acts.place, name="place"),
    path("queue/desk/", queue_acts.desk, name="desk"),
    path("queue/take-over/", queue_acts.take_over, name="take_over"),
    path("queue/next/", queue_acts.call_next, name="next"),
    path("queue/numbers/take/", queue_acts.take, name="take"),
    path("queue/numbers/<int:pk>/", queue.number, name="number"),
    path("queue/numbers/<int:pk>/<slug:do>/", queue_acts.act, name="act"),
    path("queue/day/<int:pk>/end/", queue.end, name="end"),
    path("queue/day/<int:pk>/<slug:do>/", queue_acts.day, name="day"),
]
