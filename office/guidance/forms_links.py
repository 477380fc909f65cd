"""The library of guidance, as the manager edits it."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from office.core import clock
from office.models import GuidanceLink, GuidanceSituation, Role, Service, User
from office.models.guidance import check_address
from office.ui.forms import OfficeModelForm, in_languages, row_choice, side_by_side, texts


class GuidanceLinkForm(OfficeModelForm):
    is_checked = forms.BooleanField(
        label=_("I have opened the addresses, and they are right"), required=False
    )

    class Meta:
        model = GuidanceLink
        fields = [
            *texts("title", "summary", "url"),
            "situations",
            "services",
            "owner",
            "order",
            "is_active",
        ]
        widgets = {
            "situations": forms.CheckboxSelectMultiple,
            "services": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts("title", "summary", "url", required=["title", "url"])
        for name in texts("url"):
            self.fields[name].widget.attrs |= {"inputmode": "url", "autocomplete": "off"}
        row_choice(self, "situations", GuidanceSituation.objects.in_use())
        row_choice(self, "services", Service.objects.in_use())
        editors = User.objects.filter(is_active=True, roles__contains=[Role.MANAGER])
        row_choice(self, "owner", editors, _("Whoever saves this"))
        self.fields["order"].help_text = _("Links are listed by this number, the smallest first.")
        self.fields["is_active"].help_text = _("Out of use it is neither shown nor sent.")
        checked = self.instance.checked_on
        if checked:
            self.fields["is_checked"].help_text = _("Last checked on %(day)s.") % {
                "day": f"{checked:%-d.%-m.%Y}"
            }

    def layout(self) -> Layout:
        return Layout(
            in_languages(_("Name of the link"), "title"),
            in_languages(_("What one finds there, in one sentence"), "summary"),
            in_languages(_("Address, beginning with https://"), "url"),
            "is_checked",
            Fieldset(_("When it fits"), side_by_side("situations", "services")),
            Fieldset(_("On the pages"), "owner", "order", "is_active"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in texts("url"):
            if cleaned.get(name):
                try:
                    check_address(cleaned[name])
                except ValidationError as error:
                    self.add_error(name, error)
        return cleaned

    def take_checked(self, user: User) -> None:
        """Note when the link was checked: a changed address is unchecked unless the tick says otherwise.

        Each link has an owner: `user`, where nobody else was chosen.
        """
        if self.instance.owner is None:
            self.instance.owner = user
        if self.cleaned_data.get("is_checked"):
            self.instance.checked_on = clock.today()
        elif {*texts("url")} & {*self.changed_data}:
            self.instance.checked_on = None


class GuidanceSituationForm(OfficeModelForm):
    class Meta:
        model = GuidanceSituation
        fields = [*texts("name"), "order", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts("name", required=["name"])
        self.fields["order"].help_text = _(
            "Situations are listed by this number, the smallest first."
        )

    def layout(self) -> Layout:
        return Layout(
            in_languages(_("The situation in a parent's words"), "name"), "order", "is_active"
        )
