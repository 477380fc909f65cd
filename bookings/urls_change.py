"""The desk's pages of changing and taking back."""

from django.urls import path

from bookings.views import desk_away, desk_change, desk_undo

changing = [
    path("desk/away/", desk_away.away, name="away"),
    path("desk/undo/<uuid:key>/", desk_undo.take_back, name="take_back"),
    path("desk/requests/<slug:reference>/change/", desk_change.change, name="change"),
]
