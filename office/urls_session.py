"""Staying signed in, signing in again in the middle of a form, locking, and one's own sessions."""

from django.urls import path

from office.sign_in import lock_views, own_sessions_views, session_views

app_name = "session"
urlpatterns = [
    path("stay/", session_views.stay, name="stay"),
    path("back/", session_views.back, name="back"),
    path("again/<str:key>/", session_views.again, name="again"),
    path("lock/", lock_views.lock, name="lock"),
    path("unlock/", lock_views.unlock, name="unlock"),
    path("unlock/options/", lock_views.unlock_options, name="unlock_options"),
    path("active/", lock_views.active, name="active"),
    path("second-step/", own_sessions_views.second_step, name="second_step"),
    path("own/", own_sessions_views.listing, name="own"),
    path("own/<int:pk>/end/", own_sessions_views.end, name="end"),
    path("own/end-others/", own_sessions_views.end_others, name="end_others"),
]
