"""A service of a partner, as the manager writes it."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.core.languages import spoken_choices
from office.models import PartnerOrganisation
from office.ui.fields import field_of, https_field
from office.ui.forms import OfficeModelForm, in_languages, row_choice, side_by_side, texts
from referrals.models import DirectoryEntry


class DirectoryEntryForm(OfficeModelForm):
    website = https_field(_("Website"))
    languages = forms.MultipleChoiceField(
        label=_("Languages of service"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--inline"}),
    )

    class Meta:
        model = DirectoryEntry
        fields = [
            "organisation",
            *texts("name", "for_whom", "address", "hours", "how"),
            "phone",
            "email",
            "website",
            "languages",
            "order",
            "is_public",
            "takes_referrals",
            "is_active",
        ]
        help_texts = {
            "is_public": _("Otherwise only staff see it."),
            "takes_referrals": _(
                "With a slip and a link that shows what the person agreed to tell. Agree on it with "
                "the partner first."
            ),
            "is_active": _("Out of use nobody is sent there; earlier slips stay."),
            "order": _("Services are listed by this number, the smallest first."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_texts("name", "for_whom", "address", "hours", "how", required=["name"])
        field_of(self, "languages", forms.ChoiceField).choices = spoken_choices(
            *(self.instance.languages or ())
        )
        row_choice(
            self,
            "organisation",
            PartnerOrganisation.objects.filter(
                Q(is_active=True) | Q(pk=self.instance.organisation_id)
            ),
        )

    def layout(self) -> Layout:
        return Layout(
            "organisation",
            in_languages(_("Name of the service"), "name"),
            in_languages(_("What people go there for"), "for_whom"),
            in_languages(_("Address"), "address"),
            in_languages(_("When it is open"), "hours"),
            in_languages(_("How to reach it"), "how"),
            side_by_side("phone", "email", "website", three=True),
            "languages",
            Fieldset(_("On the pages"), "order", "is_public", "takes_referrals", "is_active"),
        )
