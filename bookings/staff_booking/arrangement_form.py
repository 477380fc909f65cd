"""What the panel asks besides: how the other parent hears of it, the note, what is overridden."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.models import OtherParent
from office.ui.fields import choices_of, field_of, https_field
from office.ui.public_forms import CleanForm


class KeyField(forms.UUIDField):
    """What makes a form that is sent twice book once; a new one where none was sent."""

    def clean(self, value: Any) -> UUID:
        try:
            return super().clean(value) or uuid4()
        except forms.ValidationError:
            return uuid4()


class ArrangementForm(CleanForm):
    """How the other parent hears of it, the secretary's note, and what is knowingly overridden."""

    marks_required = True
    key = KeyField(required=False, widget=forms.HiddenInput)
    anonymous = forms.BooleanField(
        label=_("Stays anonymous: a nickname is enough, or none"), required=False
    )
    agreed = forms.BooleanField(
        label=_("On the line: the time is agreed with this parent"), required=False
    )
    other_parent = forms.ChoiceField(
        label=_("How does the other parent hear of it?"),
        choices=[
            ("", _("Their details are below")),
            (OtherParent.PASS_ON, _("The caller passes on the invitation")),
            (OtherParent.UNIT, _("Decided later: to the work list")),
            (OtherParent.ASK_FIRST, _("Not before the caller has been talked with again")),
            (OtherParent.NONE, _("Not contacted")),
        ],
        required=False,
    )
    overrides_gap = forms.BooleanField(
        label=_(
            "Both parents may be in the building at the same time. I know this, and it is arranged "
            "so that they are safe."
        ),
        required=False,
    )
    place_agreed = forms.BooleanField(
        label=_("The place is agreed with the protected person"),
        help_text=_("The other parent is told the place, which may tell where they live."),
        required=False,
    )
    video_link = https_field(
        _("Video link"),
        help_text=_("Empty: the professional's own video room, or a link that is added later."),
    )
    note = forms.CharField(
        label=_("Own note"),
        help_text=_("Only secretaries see this."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def word_for_counter(self) -> None:
        """Speak of who is here: at a counter there is no caller."""
        field = field_of(self, "other_parent", forms.ChoiceField)
        here = _("The person here passes on the invitation")
        field.choices = [
            (value, here if value == OtherParent.PASS_ON else label)
            for value, label in choices_of(self, "other_parent")
        ]
