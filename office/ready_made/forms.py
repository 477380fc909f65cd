"""For which regions likely school holidays are proposed."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from office.models import SchoolBreak
from office.ui.forms import OfficeForm

AT_MOST = 20


class RegionsForm(OfficeForm):
    regions = forms.CharField(
        label=_("Municipalities or regions"),
        help_text=_("One on a line, as parents know them."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    winter_week = forms.TypedChoiceField(
        label=_("Winter holiday"),
        choices=[
            (8, _("week 8, as mostly in the south")),
            (9, _("week 9, as mostly in the middle of the country")),
            (10, _("week 10, as mostly in the east and north")),
        ],
        coerce=int,
        widget=forms.RadioSelect,
        initial=8,
    )

    def clean_regions(self) -> list[str]:
        lines = self.cleaned_data["regions"].splitlines()
        names = list(dict.fromkeys(name for line in lines if (name := " ".join(line.split()))))
        longest = SchoolBreak._meta.get_field("region").max_length or 0
        if len(names) > AT_MOST:
            raise ValidationError(_("At most %(n)d at once.") % {"n": AT_MOST})
        if any(len(name) > longest for name in names):
            raise ValidationError(_("At most %(n)d letters each.") % {"n": longest})
        return names
