"""The desk's pages of changing and taking back."""

from django.urls import path

from bookings.absences import views as desk_away
from bookings.desk import undo_views
from bookings.rescheduling import views as desk_change

changing = [
    path("desk/away/", desk_away.away, name="away"),
    path("desk/undo/<uuid:key>/", undo_views.take_back, name="take_back"),
    path("desk/undo/<uuid:key>/seen/", undo_views.seen, name="undo_seen"),
    path("desk/requests/<slug:reference>/change/", desk_change.change, name="change"),
]
