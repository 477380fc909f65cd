"""What the office's forms share: our widgets, texts in three languages, no identity codes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from office.core.identity_code import refuse_identity_code
from office.core.typed import Edge, Years
from office.ui.date_fields import own_field

if TYPE_CHECKING:
    AnyModelForm = forms.ModelForm[Any]
else:
    AnyModelForm = forms.ModelForm

LANGUAGES = {"fi": _("in Finnish"), "sv": _("in Swedish"), "en": _("in English")}


class OfficeForm(forms.Form):
    """The shape of what the manager writes. `layout()` says how it stands on the page."""

    # Days that have been; and those at the end of a span, for which a week means its Sunday.
    past_days: tuple[str, ...] = ()
    last_days: tuple[str, ...] = ("last_day", "valid_until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in list(self.fields.items()):
            field = self.fields[name] = own_field(
                field,
                years=Years.PAST if name in self.past_days else Years.AROUND,
                edge=Edge.LAST if name in self.last_days else None,
            )
            name_no_choice(field)
            if name[-3:] in {f"_{code}" for code in LANGUAGES}:
                field.widget.attrs["lang"] = name[-2:]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = self.layout()
        return helper

    def layout(self) -> Layout:
        return Layout(*self.fields)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if isinstance(value, str):
                try:
                    refuse_identity_code(value)
                except ValidationError as error:
                    self.add_error(name, error)
        return cleaned

    def take_errors(self, error: ValidationError) -> None:
        """Show what an action refused, at its field where the form has it."""
        if hasattr(error, "error_dict"):
            for name, errors in error.error_dict.items():
                self.add_error(name if name in self.fields else None, errors)
        else:
            self.add_error(None, error)


class OfficeModelForm(OfficeForm, AnyModelForm):
    """The same, over a model. Rules between rows are checked by the action, within its lock."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # What the summary of errors calls fields whose labels say the language alone.
        self.error_labels: dict[str, str] = {}
        super().__init__(*args, **kwargs)

    def validate_constraints(self) -> None:
        """Leave constraints to the action: there the row's former self may have changed first."""

    def name_texts(self, *names: str, required: Iterable[str] = ()) -> None:
        """Label the fields of each language; those `required` must be filled in in Finnish."""
        for name in names:
            label = capfirst(str(self._meta.model._meta.get_field(name).verbose_name))
            for code, language in LANGUAGES.items():
                field = self.fields[f"{name}_{code}"]
                field.label = language
                # The legend over the three says it once.
                field.help_text = ""
                if isinstance(field.widget, forms.Textarea):
                    field.widget.attrs["rows"] = 5
                field.required = code == "fi" and name in required
                self.error_labels[f"{name}_{code}"] = f"{label}, {language}"


def in_languages(legend: str | Promise, name: str) -> Fieldset:
    """Lay out one text in three languages, side by side where there is room."""
    return Fieldset(
        legend, *(f"{name}_{code}" for code in LANGUAGES), css_class="in-languages fields fields--3"
    )


def side_by_side(*names: str, three: bool = False) -> Div:
    return Div(*names, css_class="fields fields--3" if three else "fields")


def near(*names: str) -> Div:
    """Lay out short fields that belong together, up to three on a line."""
    return Div(*names, css_class="fields fields--near")


def texts(*names: str) -> list[str]:
    """Name the fields of each language."""
    return [f"{name}_{code}" for name in names for code in LANGUAGES]


def name_no_choice(field: forms.Field) -> None:
    """Say "Choose" where a field would show a row of dashes; its own words for no choice stay."""
    dashes = BLANK_CHOICE_DASH[0]
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == dashes[1]:
            field.empty_label = cast("str", _("Choose"))
    elif isinstance(field, forms.ChoiceField):
        choices = list(cast("Iterable[tuple[Any, Any]]", field.choices))
        if choices[:1] == [dashes]:
            field.choices = [("", _("Choose")), *choices[1:]]


def row_choice(form: forms.BaseForm, name: str, rows: QuerySet[Any], empty: object = None) -> None:
    """Offer only `rows` in a field that chooses among rows; `empty` says what no choice means."""
    field = cast("forms.ModelChoiceField[Any]", form.fields[name])
    field.queryset = rows
    if empty is not None:
        field.empty_label = str(empty)
    if isinstance(field.widget, forms.CheckboxSelectMultiple) and not rows.exists():
        field.help_text = _("There is nothing to choose from yet.")
