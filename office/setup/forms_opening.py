"""Opening the public pages, and closing them."""

from datetime import datetime
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from office.core import clock
from office.models import Unit
from office.ui.forms import OfficeForm, near


class OpeningForm(OfficeForm):
    OPEN, LATER, CLOSED = "open", "later", "closed"

    state = forms.ChoiceField(
        label=_("The public pages"),
        choices=[
            (OPEN, _("Open to everybody")),
            (LATER, _("Opened on a date")),
            (CLOSED, _("Closed: only those who work here see them")),
        ],
        widget=forms.RadioSelect,
    )
    date = forms.DateField(label=_("Opened on"), required=False)
    time = forms.TimeField(label=_("At"), required=False)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        kwargs.setdefault("initial", self._state_of(unit))
        super().__init__(*args, **kwargs)

    def _state_of(self, unit: Unit) -> dict[str, Any]:
        if unit.is_public:
            return {"state": self.OPEN}
        if unit.public_from is None:
            return {"state": self.CLOSED}
        at = clock.local(unit.public_from)
        return {"state": self.LATER, "date": at.date(), "time": at.time()}

    def layout(self) -> Layout:
        return Layout("state", near("date", "time"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("state") == self.LATER:
            for name in ("date", "time"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(_("Say when the pages are opened.")))
            at = self._instant()
            if at is not None and at <= clock.now():
                self.add_error(
                    "date", ValidationError(_("This is in the past: choose a later time."))
                )
        return cleaned

    def opens_at(self) -> datetime | None:
        """Return from when on the pages are open; None if they are closed."""
        if self.cleaned_data["state"] == self.LATER:
            return self._instant()
        return clock.now() if self.cleaned_data["state"] == self.OPEN else None

    def _instant(self) -> datetime | None:
        date, time = self.cleaned_data.get("date"), self.cleaned_data.get("time")
        return clock.at(date, time) if date and time else None
