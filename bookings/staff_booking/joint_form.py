"""By when both say when they can come, where the panel asks them in place of choosing a time."""

from typing import Any

from bookings.joint_times.actions import usual_due_day
from bookings.joint_times.forms import AnswerDayForm


class JointForm(AnswerDayForm):
    """The day, which is the usual one until another is chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_day"].required = False
        self.fields["due_day"].help_text = ""
        self.initial.setdefault("due_day", usual_due_day())
