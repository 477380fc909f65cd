"""The form of the three questions. Shape of the input only: no free text."""

from typing import Any

from django import forms

from bookings.models import FeedbackLevel, FeedbackQuestion
from office.ui.public_forms import CleanForm


class FeedbackForm(CleanForm):
    """One choice for each question."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in FeedbackQuestion:
            self.fields[question.value] = forms.ChoiceField(
                label=question.label,
                choices=[(level.value, question.label_of(level)) for level in FeedbackLevel],
                widget=forms.RadioSelect,
            )

    def answers(self) -> dict[FeedbackQuestion, FeedbackLevel]:
        return {q: FeedbackLevel(self.cleaned_data[q.value]) for q in FeedbackQuestion}
