"""Forms for taking a draft out or bringing a file back."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.utils.translation import gettext_lazy as _

from office.ui.date_fields import PublicDayField, PublicDayInput
from office.ui.public_forms import CleanForm
from plans.output.pdf import PASSWORD_LONGEST
from plans.vault.file import LARGEST

PDF_PASSWORD_LEAST = 8
FILE_PASSWORD_LEAST = 10
REVIEW_LATEST = relativedelta(years=5)


def password_field(least: int = 0, **more: Any) -> forms.CharField:
    """Return a visible text field: browsers offer to store passwords, and families share computers."""
    return forms.CharField(
        strip=False,
        min_length=least,
        error_messages={
            "min_length": _("Write at least %(limit_value)s characters."),
            "max_length": _("The password is too long."),
        },
        max_length=PASSWORD_LONGEST,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        **more,
    )


class OutForm(CleanForm):
    """What to take along, and in which form."""

    what = forms.ChoiceField(
        label=_("What do you want to take with you?"), choices=[], widget=forms.RadioSelect
    )
    form = forms.ChoiceField(
        label=_("In which format?"),
        choices=[
            ("pdf", _("PDF: to keep, to print, to send")),
            ("page", _("Web page for print")),
            ("text", _("Plain text")),
        ],
        initial="pdf",
        widget=forms.RadioSelect,
    )
    password = password_field(
        required=False,
        least=PDF_PASSWORD_LEAST,
        label=_("Password on the PDF"),
        help_text=_(
            "Only if you want one. Nobody can open the file without it, and we do "
            "not keep it. At least 8 characters."
        ),
    )

    def __init__(self, *args: Any, whats: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for mypy
        field.choices = whats

    def clean_password(self) -> str:
        return _short_enough(self.cleaned_data["password"])


def _short_enough(password: str) -> str:
    if len(password.encode(errors="surrogatepass")) > PASSWORD_LONGEST:
        raise forms.ValidationError(_("The password is too long."))
    return password


class ReviewForm(CleanForm):
    """When to review the plan."""

    when = forms.ChoiceField(
        label=_("When do you want to look at the plan again?"),
        choices=[
            ("3", _("In 3 months")),
            ("6", _("In 6 months")),
            ("12", _("In a year")),
            ("date", _("On a day that I choose")),
            ("none", _("Not decided")),
        ],
        widget=forms.RadioSelect,
    )
    day = PublicDayField(
        label=_("The day"),
        required=False,
        help_text=_("Needed only where you choose the day yourself. For example 8.12.2027."),
        widget=PublicDayInput(attrs={"class": "input--short"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day = data.get("day")
        if data.get("when") == "date" and "day" not in self.errors:
            if day is None:
                self.add_error("day", _("Choose the day."))
            elif not self.today < day <= self.today + REVIEW_LATEST:
                self.add_error("day", _("Choose a future day, within five years."))
        return data

    @property
    def chosen(self) -> date | None:
        when = self.cleaned_data["when"]
        if when == "none":
            return None
        if when == "date":
            day: date = self.cleaned_data["day"]
            return day
        months: date = self.today + relativedelta(months=int(when))
        return months


class HomeFileForm(CleanForm):
    """The password of a file to take home."""

    password = password_field(
        least=FILE_PASSWORD_LEAST,
        label=_("Password for the file"),
        help_text=_(
            "At least 10 characters, for example three or four unrelated words. "
            "Nothing else opens the file, and we do not keep the password."
        ),
    )


class OpenFileForm(CleanForm):
    """A backup file and its password."""

    file = forms.FileField(label=_("The file"), help_text=_("Its name ends in .plan"))
    password = password_field(label=_("Password for the file"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                _("The file is larger than any made by this site. Is it the right one?")
            )
        return file
