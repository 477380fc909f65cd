"""What the kiosk and one's own phone share when a number is taken."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from office.core import clock
from office.core.http import unlisted
from office.core.languages import FULL, Reading
from office.models import Service, Unit
from office.ui.fields import field_of
from walkin.models import Company, OtherMatter, WalkInDay
from walkin.public_pages.status import PointStatus, day_status, point_statuses
from walkin.tickets.matters import Matter, conditions_of, matters, not_taken


def language_choices(unit: Unit) -> list[tuple[str, str]]:
    """Return the languages in which a number can be taken, each by its own name."""
    full = [(code, get_language_info(code)["name_local"].capitalize()) for code in FULL]
    return full + [(one.code, one.own_name) for one in unit.offered_languages]


def reading_of_now() -> Reading:
    """Return the language of the page, as a number keeps it."""
    return Unit.get().reading(get_language() or "fi") or Reading("fi")


WITH_WHOM = [
    (Company.ALONE.value, _("On my own")),
    (Company.TOGETHER.value, _("With the other parent, at the same time")),
    (Company.SEPARATE.value, _("The other parent is here too, but separately from me")),
]


class PublicTakeForm(forms.Form):
    """Matter, language and company. No name is asked for."""

    key = forms.CharField(max_length=40)
    matter = forms.CharField(max_length=60)
    also = forms.MultipleChoiceField(required=False)
    papers = forms.ChoiceField(
        choices=[("yes", _("Yes")), ("no", _("No"))],
        error_messages={"required": _("Say whether you have the papers with you.")},
    )
    language = forms.ChoiceField()
    meeting = forms.ChoiceField(
        choices=WITH_WHOM, error_messages={"required": _("Choose how you are here.")}
    )

    def __init__(
        self, chosen: Sequence[Matter], others: Sequence[Matter], *, unit: Unit, **kwargs: Any
    ) -> None:
        """Ask for a number. `chosen`: the matter and further ones. `others`: all that may be added."""
        super().__init__(**kwargs)
        self.unit, self.conditions = unit, conditions_of(chosen)
        field_of(self, "language", forms.ChoiceField).choices = language_choices(unit)
        self.others = {m.code: m for m in others}
        field_of(self, "also", forms.MultipleChoiceField).choices = [
            (m.code, m.label) for m in others
        ]
        if not self.conditions.papers_ready:
            del self.fields["papers"]

    @property
    def company(self) -> Company:
        return Company(self.cleaned_data["meeting"])

    @property
    def reading(self) -> Reading:
        """The full language of the number, and the partial one of its pages where one was chosen."""
        return self.unit.reading(self.cleaned_data["language"]) or Reading("fi")

    @property
    def also_services(self) -> list[Service]:
        """The further services of the same visit."""
        chosen = [self.others[key].service for key in self.cleaned_data["also"]]
        return [service for service in chosen if service is not None]

    @property
    def missing(self) -> list[str]:
        """What the point asks for and the person does not have: "both", "papers"."""
        return self.conditions.missing(
            is_alone=self.company == Company.ALONE,
            has_papers=self.cleaned_data.get("papers") == "yes",
        )


@dataclass(frozen=True)
class PointChoice:
    """What somebody is choosing at a point: its matters, those chosen, and the form."""

    matters: list[Matter]
    matter: Matter | None
    # Further matters of the same visit.
    also: list[Matter]
    form: PublicTakeForm

    @classmethod
    def of(cls, request: HttpRequest, point: int) -> "PointChoice":
        found = matters(point)
        key = request.POST.get("matter") or request.GET.get("matter", "")
        matter = next((m for m in found if m.code == key), None)
        others = [m for m in found if m.service and matter and matter.service and m != matter]
        is_sent = request.method == "POST"
        wanted = (request.POST if is_sent else request.GET).getlist("also")
        also = [m for m in others if m.code in wanted]
        fresh = {**first_choices(request), "key": secrets.token_urlsafe(16)}
        form = PublicTakeForm(
            [matter, *also] if matter else [],
            others,
            unit=Unit.get(),
            data=request.POST if is_sent else None,
            initial=fresh,
        )
        return cls(found, matter, also, form)

    def lacking(self, missing: Sequence[str]) -> list[Matter]:
        """Return the chosen matters for which this is missing."""
        return [
            m
            for m in ([self.matter, *self.also] if self.matter else [])
            if set(m.conditions.missing(is_alone=True, has_papers=False)) & set(missing)
        ]

    @property
    def advice(self) -> Matter | None:
        """What may be talked about although something is missing for the matter itself."""
        wanted = OtherMatter.ADVICE
        return next((m for m in self.matters if m.other == wanted), None)


def first_choices(request: HttpRequest) -> dict[str, Any]:
    """Return what the address says was chosen already."""
    chosen = {name: request.GET.get(name, "") for name in ("meeting", "papers")}
    return {**chosen, "also": request.GET.getlist("also")}


MISSING = {
    "both": _("Both parents must be here for this matter."),
    "papers": _("The papers must be filled in and with you."),
}


def missing_context(request: HttpRequest, choice: PointChoice) -> dict[str, Any]:
    """Say what the address tells is missing, and for which of the chosen matters."""
    missing = [key for key in request.GET.getlist("missing") if key in MISSING]
    lacking = choice.lacking(missing)
    return {
        "missing": [MISSING[key] for key in missing],
        "lacking": lacking,
        "is_rest_ready": choice.matter is not None and choice.matter not in lacking,
    }


def status_at(day: WalkInDay) -> PointStatus | None:
    """Return the public status of the day's point; where it gives numbers, of this day alone."""
    if day.service_point.is_active and day.gives_numbers(clock.now()):
        return day_status(day)
    return next(iter(point_statuses(day.service_point_id)), None)


def take_context(at: int, choice: PointChoice, **more: Any) -> dict[str, Any]:
    """Return the template context for choosing."""
    return {
        "matters": choice.matters,
        "matter": choice.matter,
        "form": choice.form,
        "conditions": choice.form.conditions,
        "others": choice.form.others.values(),
        "advice": choice.advice,
        "elsewhere": not_taken(at) if choice.matter is None else [],
        "with_whom": WITH_WHOM,
        "unit": Unit.get(),
        **more,
    }


def private_page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page that no browser or proxy stores and no search engine indexes."""
    return unlisted(render(request, template, context, status=status))
