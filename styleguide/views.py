"""Every piece of the look on one page, with examples from the unit's days. Staff only."""

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from office.core import clock, icons
from office.models import Role
from office.staff.permissions import StaffRequest, role_required
from office.ui.date_fields import ClockField, DayField

# A Wednesday; the examples stand still, so that two pictures of the page can be compared.
DAY = dt.date(2026, 11, 25)
PAGES = {"public": "styleguide/public.html", "errors": "styleguide/errors.html"}


class ExampleForm(forms.Form):
    """One field of each kind."""

    helper: FormHelper

    matter = forms.ChoiceField(
        label=_("What does it concern?"),
        choices=[
            ("", _("Choose")),
            ("custody", _("Custody, residence and right of access")),
            ("maintenance", _("Child maintenance")),
        ],
    )
    name = forms.CharField(
        label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Phone number"),
        help_text=_("We call only if you say below that calling is safe."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    channel = forms.ChoiceField(
        label=_("How do you want to meet?"),
        widget=forms.RadioSelect,
        choices=[
            ("visit", _("At the service point")),
            ("video", _("By video")),
            ("phone", _("By phone")),
        ],
    )
    safe = forms.MultipleChoiceField(
        label=_("How may we reach you safely?"),
        help_text=_("Our messages never say what the matter is."),
        widget=forms.CheckboxSelectMultiple,
        choices=[("call", _("Call")), ("sms", _("Text message")), ("email", _("E-mail"))],
    )
    wishes = forms.CharField(
        label=_("Anything that makes the visit easier for you"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    consent = forms.BooleanField(label=_("I have read what the appointment is for"))


class ShortForm(forms.Form):
    """A row of fields on a staff page."""

    first = DayField(label=_("From"))
    opens = ClockField(label=_("Opens"))
    note = forms.CharField(label=_("Note"), required=False)


def examples() -> dict[str, Any]:
    """Return the data of the page: times, a week, a month and two forms, one of them wrong."""
    at = [clock.at(DAY, dt.time(hour, minute)) for hour, minute in ((9, 30), (11, 15), (13, 0))]
    helper = FormHelper()
    helper.form_tag = False
    form = ExampleForm({"wrong-phone": "040 123 4567", "wrong-email": "ei osoite"}, prefix="wrong")
    fresh = ExampleForm(prefix="fresh")
    fresh.helper = helper
    first = DAY.replace(day=1) - dt.timedelta(days=DAY.replace(day=1).weekday())
    weeks = [[first + dt.timedelta(days=7 * w + d) for d in range(7)] for w in range(6)]
    return {
        "icons": sorted(icons.names()),
        "form": form,
        "fresh_form": fresh,
        "short_form": ShortForm(),
        "at": at,
        "day_after": DAY + dt.timedelta(days=1),
        "friday": DAY + dt.timedelta(days=2),
        "visit_ends": clock.at(DAY, dt.time(11, 0)),
        "held_until": clock.now() + dt.timedelta(minutes=14),
        "now": clock.now(),
        "weeks": weeks,
        "shown_day": DAY,
        "free": {dt.date(2026, 11, n) for n in (18, 19, 25, 26, 30)},
        "hours": range(8, 17),
        "counters": {"desk": 5, "queue": 3, "waiting": 2},
    }


@role_required(*Role)
def styleguide(request: StaffRequest) -> HttpResponse:
    page = PAGES.get(request.GET.get("page", ""), "styleguide/staff.html")
    shown = examples()
    if page != PAGES["errors"]:
        del shown["form"]
    return render(request, page, shown)
