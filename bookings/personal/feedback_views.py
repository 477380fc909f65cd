"""The three questions after the visit, on the personal page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bookings.feedback.actions import give_feedback, may_answer, open_until
from bookings.feedback.forms import FeedbackForm
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Party
from bookings.personal.access import changed_meanwhile, personal, to_page
from bookings.self_service.personal_links import token_of
from office.core.http import get_or_post


@get_or_post
@personal
def feedback(request: HttpRequest, party: Party) -> HttpResponse:
    """Ask, and count the answers once. What was answered is not shown again."""
    is_sent = request.method == "POST"
    if not may_answer(party):
        if is_sent:
            changed_meanwhile(request)
        return to_page(party)
    form = FeedbackForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        try:
            give_feedback(party.pk, form.answers())
        except NotPossibleError:
            changed_meanwhile(request)
        else:
            messages.success(request, _("Thank you. Your answers are counted without your name."))
        return to_page(party)
    return render(
        request,
        "bookings/feedback/answer.html",
        {"token": token_of(party), "form": form, "until": open_until(party)},
        status=422 if is_sent else 200,
    )
