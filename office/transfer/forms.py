"""The file that a manager reads in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from office.transfer.reading import MOST_BYTES, Spreadsheet, read_spreadsheet
from office.ui.forms import OfficeForm


class SpreadsheetForm(OfficeForm):
    file = forms.FileField(
        label=_("Spreadsheet (XLSX or CSV)"),
        help_text=_("At most one megabyte. A CSV file holds one table."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_file(self) -> Spreadsheet:
        file: Any = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("The file is too large: at most one megabyte."))
        return read_spreadsheet(file.name, file.read())


class SetupFileForm(OfficeForm):
    file = forms.FileField(
        label=_("Set-up of a unit (JSON)"), widget=forms.FileInput(attrs={"accept": ".json"})
    )

    def clean_file(self) -> str:
        file: Any = self.cleaned_data["file"]
        if file.size > 10 * MOST_BYTES:
            raise ValidationError(_("The file is too large."))
        content: bytes = file.read()
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValidationError(_("This is not the set-up of a unit.")) from None
