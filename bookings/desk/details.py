"""A party's details in words, for the page that compares what was wanted with how it is now."""

from typing import Any

from django.utils.translation import gettext as _

from bookings.models import Party
from bookings.parties.forms import ContactsForm
from office.core import phones

Facts = list[tuple[str, str]]


def details_summary(form: ContactsForm) -> Facts:
    """Summarise what was filled in."""
    return _summary(form, form.cleaned_data)


def present_details(form: ContactsForm, party: Party) -> Facts:
    """Summarise what is stored of the party now, in the same words."""
    party.refresh_from_db()
    return _summary(form, type(form).initial_of(party))


def _summary(form: ContactsForm, values: dict[str, Any]) -> Facts:
    """List the details; protected ones that the form does not show are left out here too."""
    hidden = {"phone", "email"} if form.hides is not None else set()
    rows = [
        (str(field.label), _value_label(field, name, values.get(name)))
        for name, field in form.fields.items()
        if name not in hidden
    ]
    return [(label, value) for label, value in rows if value]


def _value_label(field: Any, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else ""
    if isinstance(value, list):
        labels = dict(field.choices)
        return ", ".join(str(labels[one]) for one in value) or "–"
    if not value:
        return ""
    if name == "phone":
        return phones.shown(value)
    return str(dict(getattr(field, "choices", ())).get(value, value))
