"""The address of a calendar."""

from django import forms
from django.utils.translation import gettext_lazy as _

from office.own_calendars.fetching import FetchError, check_address
from office.ui.forms import OfficeForm


class AddressForm(OfficeForm):
    address = forms.CharField(
        label=_("Address of the calendar"),
        max_length=2000,
        help_text=_(
            "It begins with https:// or webcal://. It is kept encrypted and not shown again."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        try:
            check_address(address)
        except FetchError:
            raise forms.ValidationError(
                _("Only addresses that begin with https:// or webcal:// can be read.")
            ) from None
        return address
