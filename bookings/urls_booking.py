"""Asking for a time: matter → place → time → details → check → sent."""

from django.urls import path

from bookings.public import details_views, leave_views, request_views

app_name = "book"
urlpatterns = [
    path("", request_views.start, name="start"),
    path("<slug:slug>/", request_views.place, name="service"),
    path("<slug:slug>/times/", request_views.times, name="times"),
    path("<slug:slug>/no-time/", request_views.no_time, name="no_time"),
    path("<slug:slug>/details/", details_views.contact, name="details"),
    path("<slug:slug>/anonymous/", details_views.anonymous, name="anonymous"),
    path("<slug:slug>/visit/", details_views.visit, name="visit"),
    path("<slug:slug>/other/", details_views.other, name="other"),
    path("<slug:slug>/check/", details_views.check, name="check"),
    path("<slug:slug>/empty/", leave_views.empty, name="empty"),
    path("<slug:slug>/sent/", details_views.sent, name="sent"),
]
