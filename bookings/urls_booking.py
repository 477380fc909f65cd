"""Asking for a time: matter → place → time → details → check → sent."""

from django.urls import path

from bookings.views import booking, booking_details

app_name = "book"
urlpatterns = [
    path("", booking.start, name="start"),
    path("<slug:slug>/", booking.place, name="service"),
    path("<slug:slug>/times/", booking.times, name="times"),
    path("<slug:slug>/no-time/", booking.no_time, name="no_time"),
    path("<slug:slug>/details/", booking_details.contact, name="details"),
    path("<slug:slug>/anonymous/", booking_details.anonymous, name="anonymous"),
    path("<slug:slug>/visit/", booking_details.visit, name="visit"),
    path("<slug:slug>/other/", booking_details.other, name="other"),
    path("<slug:slug>/check/", booking_details.check, name="check"),
    path("<slug:slug>/sent/", booking_details.sent, name="sent"),
]
