"""Public pages of the evenings."""

from django.urls import path

from evenings.public_pages import evenings, own, own_feedback

app_name = "evenings"
urlpatterns = [
    path("evenings/", evenings.evenings, name="list"),
    path("evenings/<int:pk>/", evenings.evening, name="evening"),
    path("evenings/<int:pk>/sign-up/", evenings.sign_up, name="sign_up"),
    path("evenings/own/<slug:token>/", own.page, name="own"),
    path("evenings/own/<slug:token>/answer/", own.answer, name="answer"),
    path("evenings/own/<slug:token>/people/", own.people, name="people"),
    path("evenings/own/<slug:token>/move/", own.move, name="move"),
    path("evenings/own/<slug:token>/word/", own.word, name="word"),
    path("evenings/own/<slug:token>/cancel/", own.cancel, name="cancel"),
    path("evenings/own/<slug:token>/feedback/", own_feedback.feedback, name="feedback"),
    path("evenings/own/<slug:token>/calendar.ics", own.calendar, name="calendar"),
    # As text messages write it, so that one is enough.
    path("e/<slug:token>/", own.short, name="own_short"),
]
