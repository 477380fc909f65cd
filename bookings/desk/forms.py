"""The desk's forms. Shape of the input only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.lifecycle.cancel_reasons import CancelledBy, CancelReason
from bookings.lifecycle.contact_consent import HowAsked
from bookings.lifecycle.decline_reasons import DeclineReason
from bookings.models import Appointment, PersonNote
from bookings.staff_booking.wish_form import PatternField
from office.core.languages import LANGUAGES
from office.core.typed import Edge
from office.models import Channel, ServicePoint
from office.ui.date_fields import DayField
from office.ui.fields import field_of, https_field
from office.ui.public_forms import CleanForm


class DeclineForm(CleanForm):
    """Why a request is declined; the party reads exactly this."""

    reason = forms.ChoiceField(
        label=_("What the parties are told"),
        choices=DeclineReason.choices,
        widget=forms.RadioSelect,
    )


class StaffCancelForm(CleanForm):
    """By whom and why a visit is cancelled, for the figures. Neither is ever preset."""

    cancelled_by = forms.ChoiceField(
        label=_("Who cancels?"),
        help_text=_("For the figures only: nobody is told."),
        choices=CancelledBy.choices,
        widget=forms.RadioSelect(attrs={"class": "choices--inline"}),
    )
    why = forms.ChoiceField(
        label=_("Why?"),
        choices=[("", _("Not known")), *CancelReason.choices],
        required=False,
    )


class TalkForm(CleanForm):
    """What came of the talk with a parent who wants to be asked before the other one is contacted."""

    how = forms.ChoiceField(
        label=_("How did you talk with them?"), choices=HowAsked.choices, widget=forms.RadioSelect
    )
    agrees = forms.ChoiceField(
        label=_("May the other parent be contacted?"),
        choices=[
            ("yes", _("Yes, the one who asked has said so")),
            ("no", _("No, they are not to be contacted")),
        ],
        widget=forms.RadioSelect,
    )


class VideoLinkForm(CleanForm):
    """Where the parties meet by video. Whoever has the link can come in: encrypted addresses only."""

    marks_required = True
    link = https_field(
        _("Video link"),
        help_text=_(
            "Shown on the parents' own pages from the day before, and on My day. Leave it empty to "
            "remove the link."
        ),
    )


class NoteForm(CleanForm):
    """The secretary's own note."""

    marks_required = True
    note = forms.CharField(
        label=_("Own note"),
        help_text=_("Only secretaries see this."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PersonNoteForm(CleanForm):
    """The secretary's note on a person: the same on all their cards."""

    marks_required = True
    text = forms.CharField(
        label=_("Note on the person"),
        help_text=_("On all cards of this person. Only secretaries see it."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    # The note that the writer saw.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    # What was typed and not saved is shown open.
    is_typed = False

    @classmethod
    def of(cls, note: PersonNote | None, party: int, *, text: str = "") -> "PersonNoteForm":
        """Make the form below one party of a card; `text`: what was typed, where it was not saved."""
        initial = {"text": text or (note.text if note else ""), "seen": note.pk if note else None}
        form = cls(initial=initial, auto_id=f"person_{party}_%s")
        form.is_typed = bool(text)
        return form


class TimesForm(forms.Form):
    """Which free times are looked at."""

    marks_required = True
    channel = forms.ChoiceField(label=_("Channel"))
    point: "forms.ModelChoiceField[ServicePoint]" = forms.ModelChoiceField(
        label=_("Service point"),
        queryset=ServicePoint.objects.none(),
        required=False,
        empty_label=_("All"),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("Any, with an interpreter")), *LANGUAGES],
        required=False,
    )
    first_day = DayField(label=_("Earliest day"), required=False)
    until = DayField(label=_("Latest"), required=False, edge=Edge.LAST)
    pattern = PatternField(
        label=_("Weekdays"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": _("ti ip")}),
    )

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(Channel.choices)
        channels = [(c, names[Channel(c)]) for c in appointment.matters.staff_channels]
        field_of(self, "channel", forms.ChoiceField).choices = channels
        field_of(self, "point", forms.ModelChoiceField).queryset = ServicePoint.objects.in_use()
