"""What the manager looks for in the access log."""

from typing import Any, cast

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import to_python

from office.access.rows import name_of
from office.access.search import Client, two_years_back
from office.core.names import Alphabetical
from office.core.typed import Edge, Years
from office.models import AccessAction, User
from office.ui.date_fields import DayField
from office.ui.fields import AnyModelChoiceField
from office.ui.forms import OfficeForm, row_choice, side_by_side


def client_meant(text: str) -> Client | None:
    """Return whom a reference code, a phone number or an e-mail address means; None for anything else."""
    text = text.replace("\0", "").strip()
    code = "".join(letter for letter in text.upper() if letter.isalnum())
    if "@" in text:
        return Client(contact=text)
    if len(code) == 6 and code[:3].isalpha() and code[3:].isdigit():
        return Client(reference=f"{code[:3]}-{code[3:]}")
    if text.lower().startswith("plan-") and len(text) <= 40:
        return Client(reference=text.lower())
    number = to_python(text)
    return Client(contact=str(number)) if number and number.is_valid() else None


class ClientField(forms.CharField):
    """A client as the log knows them; `.client` stands in the form's data."""

    default_error_messages = {
        "nobody": _("Write a reference code (KLM-482), a phone number or an e-mail address.")
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Client"))
        kwargs.setdefault(
            "help_text",
            _(
                "The reference code, or the phone number or e-mail address of that time. It "
                "also finds what has been deleted since."
            ),
        )
        widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        super().__init__(max_length=254, widget=widget, **kwargs)

    def clean(self, value: Any) -> Client | None:
        text = super().clean(value)
        if not text:
            return None
        client = client_meant(text)
        if client is None:
            raise forms.ValidationError(self.error_messages["nobody"], code="nobody")
        return client


class UserField(AnyModelChoiceField):
    """A member of staff, by name."""

    def label_from_instance(self, obj: User) -> str:
        return name_of(obj)


class AccessSearchForm(OfficeForm):
    user = UserField(User.objects.none(), label=_("User"), required=False)
    client = ClientField(required=False)
    first = DayField(label=_("First day"), required=False, years=Years.PAST, edge=Edge.FIRST)
    last = DayField(label=_("Last day"), required=False, years=Years.PAST, edge=Edge.LAST)
    action = forms.ChoiceField(
        label=_("What was done"),
        required=False,
        choices=[("", _("anything")), *AccessAction.choices],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_choice(
            self, "user", User.objects.order_by(Alphabetical("last_name"), "username"), _("anybody")
        )
        action = cast(forms.ChoiceField, self.fields["action"])
        action.choices = [("", _("anything")), *AccessAction.choices]

    def layout(self) -> Layout:
        return Layout(side_by_side("user", "action"), "client", side_by_side("first", "last"))


class ExtractForm(OfficeForm):
    client = ClientField()
    since = DayField(label=_("Since"), initial=two_years_back, years=Years.PAST, edge=Edge.FIRST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].help_text = _(
            "The law gives a client two years back; for a special reason more."
        )
