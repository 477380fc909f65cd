"""The three questions after an evening, on the own page."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bookings.models import FeedbackLevel
from evenings.afterwards.feedback import give_feedback, may_answer, open_until
from evenings.models import EveningQuestion, SignUp
from evenings.planning.errors import NotYetError
from evenings.public_pages.own import personal, token_of
from evenings.sign_ups.actions import own_path
from office.core.http import get_or_post
from office.ui.public_forms import CleanForm


class EveningFeedbackForm(CleanForm):
    """One choice for each question; no free text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in EveningQuestion:
            self.fields[question.value] = forms.ChoiceField(
                label=question.label, choices=FeedbackLevel.choices, widget=forms.RadioSelect
            )

    def answers(self) -> dict[EveningQuestion, FeedbackLevel]:
        return {q: FeedbackLevel(self.cleaned_data[q.value]) for q in EveningQuestion}


@get_or_post
@personal
def feedback(request: HttpRequest, sign_up: SignUp) -> HttpResponse:
    """Ask, and count the answers once. What was answered is not shown again."""
    is_sent = request.method == "POST"
    if not may_answer(sign_up):
        return redirect(own_path(sign_up))
    form = EveningFeedbackForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        try:
            give_feedback(sign_up.pk, form.answers())
        except NotYetError as error:
            messages.warning(request, str(error.sentence))
        else:
            messages.success(request, _("Thank you. Your answers are counted without your name."))
        return redirect(own_path(sign_up))
    context = {"token": token_of(sign_up), "form": form, "until": open_until(sign_up)}
    return render(
        request,
        "evenings/public_pages/feedback.html",
        context,
        status=422 if is_sent else 200,
    )
