"""Staying signed in, signing in again in the middle of a form, locking, and one's own sessions."""

from django.urls import path

from office.views import locking, own_sessions, staying

app_name = "session"
urlpatterns = [
    path("stay/", staying.stay, name="stay"),
    path("back/", staying.back, name="back"),
    path("again/<str:key>/", staying.again, name="again"),
    path("lock/", locking.lock, name="lock"),
    path("unlock/", locking.unlock, name="unlock"),
    path("unlock/options/", locking.unlock_options, name="unlock_options"),
    path("active/", locking.active, name="active"),
    path("second-step/", own_sessions.second_step, name="second_step"),
    path("own/", own_sessions.listing, name="own"),
    path("own/<int:pk>/end/", own_sessions.end, name="end"),
    path("own/end-others/", own_sessions.end_others, name="end_others"),
]
