"""What staff choose about a ticket. Choices only: nothing is written about anybody."""

import datetime as dt
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from bookings.models import Came, NextStep
from office.core import clock, languages
from office.models import AgreementKind, Agreements, Service
from office.ui.date_fields import ClockField, TimeInput
from office.ui.fields import choices_of, field_of
from office.ui.public_forms import CleanForm
from walkin.actions.correcting import TicketWish
from walkin.actions.serving import ServingResult
from walkin.days.current import on_duty
from walkin.models import Company, Destination, Duty, Outcome, Ticket, WalkInDay
from walkin.tickets.matters import Matter, every_matter, matters

# So many have a key of their own; more are written.
CHILDREN, CHILDREN_AT_MOST = range(1, 7), 20
# A time that has passed today is meant tomorrow only so shortly after midnight.
SOON = timedelta(hours=8)


class TicketWishForm(forms.Form):
    """What somebody comes for. Nothing is chosen until it is asked."""

    matter = forms.ChoiceField(label=_("Matter"))
    language = forms.ChoiceField(label=_("Language"), choices=languages.LANGUAGES)
    meeting = forms.ChoiceField(
        label=_("Comes"),
        choices=[
            (Company.ALONE.value, _("Alone")),
            (Company.TOGETHER.value, _("Together with the other parent")),
            (Company.SEPARATE.value, _("Separately: the other parent is here too")),
        ],
    )

    def __init__(self, point: int, *args: Any, also: Sequence[Matter] = (), **kwargs: Any) -> None:
        """Ask for the wish. `also`: choices besides what the point takes."""
        super().__init__(*args, **kwargs)
        self.found = {m.key: m for m in [*also, *matters(point)]}
        field_of(self, "matter", forms.ChoiceField).choices = [
            (m.key, m.staff_label) for m in self.found.values()
        ]
        for name in ("matter", "language", "meeting"):
            field = field_of(self, name, forms.ChoiceField)
            field.widget.attrs["class"] = "select"
            field.choices = [("", pgettext("walk-in", "Choose")), *choices_of(self, name)]

    @property
    def matter_chosen(self) -> Matter:
        return self.found[self.cleaned_data["matter"]]


class KeepOpenForm(forms.Form):
    """For how many numbers the intake stays open, whatever the estimate says."""

    numbers = forms.TypedChoiceField(
        label=_("Give numbers"),
        choices=[(5, _("5 more")), (10, _("10 more")), (20, _("20 more")), ("", _("until I stop"))],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select(attrs={"class": "select"}),
    )


class StaffTakeForm(TicketWishForm):
    """Take a number for somebody."""

    also = forms.MultipleChoiceField(
        label=_("Further matters of the same visit"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    anyway = forms.BooleanField(label=_("Even though the intake is closed"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.services = {key: m.service for key, m in self.found.items() if m.service}
        field_of(self, "also", forms.MultipleChoiceField).choices = [
            (key, service.name) for key, service in self.services.items()
        ]
        # J goes to the first choice; it takes nothing.
        field_of(self, "matter", forms.ChoiceField).widget.attrs |= {
            "data-key": "j",
            "data-key-name": _("A number for somebody"),
        }

    @property
    def also_services(self) -> list[Service]:
        """The further services, where the matter itself is one."""
        chosen = self.matter_chosen
        keys = self.cleaned_data["also"] if chosen.service else []
        return [self.services[key] for key in keys if key != chosen.key]


# A key of its own: an agreement that is mostly made in the walk-in.
PARENTHOOD = "parenthood"


def outcome_choices() -> list[tuple[str, Any]]:
    """Return how a visit of the walk-in may end, in the order of the keys 1, 2, 3 …"""
    choices = [(one.value, one.label) for one in Outcome.of_walk_in()]
    return [*choices[:2], (PARENTHOOD, _("parenthood acknowledged")), *choices[2:]]


def next_step_choices() -> list[tuple[str, Any]]:
    return [("", _("nothing more")), *NextStep.choices]


class DoneForm(forms.Form):
    """How a visit ended."""

    outcome = forms.ChoiceField(choices=outcome_choices)
    matter = forms.ChoiceField(required=False)
    agreement_made = forms.BooleanField(required=False)
    links_given = forms.BooleanField(required=False)
    agreements = forms.MultipleChoiceField(choices=AgreementKind.choices, required=False)
    # Asked for after the key, where it was not written before it.
    children = forms.IntegerField(
        label=_("Number of children"), required=False, min_value=1, max_value=CHILDREN_AT_MOST
    )
    one_did_not_come = forms.BooleanField(required=False)
    next_step = forms.ChoiceField(choices=next_step_choices, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {m.key: m for m in every_matter()}
        field_of(self, "matter", forms.ChoiceField).choices = [
            ("", ""),
            *((key, key) for key in self.found),
        ]

    def result(self) -> ServingResult:
        cleaned = self.cleaned_data
        by_key = cleaned["outcome"] == PARENTHOOD
        return _result(
            cleaned,
            Outcome.AGREEMENT if by_key else Outcome(cleaned["outcome"]),
            self.found.get(cleaned["matter"]),
            dict.fromkeys(cleaned["agreements"], cleaned["children"]),
            kind=AgreementKind.PARENTHOOD if by_key else None,
        )


def _result(
    cleaned: dict[str, Any],
    outcome: Outcome,
    matter: Matter | None,
    agreements: dict[str, int | None],
    kind: AgreementKind | None = None,
) -> ServingResult:
    return ServingResult(
        outcome,
        matter,
        cleaned["agreement_made"] or bool(agreements),
        cleaned["links_given"],
        agreements,
        cleaned["children"],
        kind,
        cleaned["one_did_not_come"],
        NextStep(cleaned["next_step"]) if cleaned["next_step"] else None,
    )


def _asked(ticket: Ticket) -> Matter:
    """Return the matter that somebody came with."""
    if ticket.service is not None:
        return Matter(ticket.service.slug, ticket.service.matter, service=ticket.service)
    return Matter(ticket.other, ticket.get_other_display(), other=ticket.other)


def _endings(ticket: Ticket) -> list[tuple[str, Any]]:
    """List how the visit may have ended. What was not noted of the number is not chosen beforehand."""
    shown = [one for one in Outcome.of_walk_in() if not ticket.is_booked or one != Outcome.BOOKED]
    if ticket.outcome and ticket.outcome not in shown:
        shown.append(Outcome(ticket.outcome))
    unknown = [] if ticket.outcome else [("", pgettext("walk-in", "Choose"))]
    return [*unknown, *((one.value, one.label) for one in shown)]


# How a visit ended: asked only of one that did.
RESULT_FIELDS = (
    "outcome",
    "turned_out",
    "agreement_made",
    "links_given",
    "agreements",
    "children",
    "one_did_not_come",
    "next_step",
)


class CorrectForm(TicketWishForm):
    """What is known of a ticket, put right; of a finished visit also how it ended."""

    also = forms.MultipleChoiceField(
        label=_("Further matters of the same visit"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    outcome = forms.ChoiceField(
        label=_("How it ended"),
        choices=[(one.value, one.label) for one in Outcome.of_walk_in()],
    )
    turned_out = forms.ChoiceField(label=_("Actual matter"), required=False)
    agreement_made = forms.BooleanField(label=_("agreement made"), required=False)
    links_given = forms.BooleanField(label=_("links given"), required=False)
    agreements = forms.MultipleChoiceField(
        label=_("Agreements confirmed"),
        choices=AgreementKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    children = forms.IntegerField(
        label=_("Number of children"),
        required=False,
        min_value=1,
        max_value=CHILDREN_AT_MOST,
        widget=forms.NumberInput(attrs={"class": "input input--short"}),
    )

    one_did_not_come = forms.BooleanField(label=_("one did not come"), required=False)
    next_step = forms.ChoiceField(
        label=_("What comes next"), choices=next_step_choices, required=False
    )

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        asked, service = _asked(ticket), ticket.turned_out_service
        self.former: Agreements = ticket.agreements
        numbers = set(self.former.values())
        initial = {
            "matter": asked.key,
            "also": [service.slug for service in ticket.further_services],
            "language": ticket.language,
            "meeting": ticket.meeting,
            "outcome": ticket.outcome,
            "turned_out": service.slug if service else ticket.turned_out_other,
            "agreement_made": ticket.agreement_made,
            "links_given": ticket.links_given,
            "agreements": list(ticket.agreements),
            "children": numbers.pop() if len(numbers) == 1 else None,
            "one_did_not_come": ticket.came == Came.SOME,
            "next_step": ticket.next_step,
        }
        # The point may not take it any more.
        super().__init__(
            ticket.day.service_point_id, *args, also=[asked], initial=initial, **kwargs
        )
        known = {service.slug: service for service in ticket.further_services}
        taken = {key: m.service for key, m in self.found.items() if m.service}
        self.services = {k: s for k, s in (taken | known).items() if s != ticket.service}
        field_of(self, "also", forms.MultipleChoiceField).choices = [
            (key, service.name) for key, service in self.services.items()
        ]
        self.is_done, self.has_outcome = ticket.is_done, bool(ticket.outcome)
        if not self.is_done:
            for name in RESULT_FIELDS:
                del self.fields[name]
            return
        for name in ("outcome", "turned_out", "next_step"):
            field_of(self, name, forms.ChoiceField).widget.attrs["class"] = "select"
        outcome = field_of(self, "outcome", forms.ChoiceField)
        outcome.choices = _endings(ticket)
        outcome.required = self.has_outcome
        field_of(self, "turned_out", forms.ChoiceField).choices = [
            ("", _("the same matter")),
            *((m.key, m.staff_label) for m in self.found.values()),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        of_result = set(RESULT_FIELDS) & set(self.changed_data)
        if of_result and not data.get("outcome") and "outcome" not in self.errors:
            self.add_error("outcome", _("Choose how the visit ended."))
        return data

    def wish(self) -> TicketWish:
        cleaned = self.cleaned_data
        chosen = self.matter_chosen
        also = [self.services[key] for key in cleaned["also"] if key != chosen.key]
        return TicketWish(chosen, cleaned["language"], Company(cleaned["meeting"]), tuple(also))

    def result(self) -> ServingResult | None:
        """Return how the visit ended; None where it has not, or that was noted elsewhere only."""
        cleaned = self.cleaned_data
        if not self.is_done or not cleaned["outcome"]:
            return None
        return _result(
            cleaned,
            Outcome(cleaned["outcome"]),
            self.found.get(cleaned["turned_out"]),
            {kind: self._number(kind) for kind in cleaned["agreements"]},
        )

    def _number(self, kind: str) -> int | None:
        """Return what was noted of the kind, unless another number of children was written."""
        written: int | None = self.cleaned_data["children"]
        return written if "children" in self.changed_data else self.former.get(kind, written)


class IdentifyForm(CleanForm):
    """What somebody says of themselves at the desk: searched for, not kept."""

    sought = forms.CharField(
        label=_("Whole code, phone number or name"),
        max_length=120,
        error_messages={"required": _("Write the code, the phone number or the whole name.")},
        widget=forms.TextInput(
            attrs={
                "class": "input",
                "autocomplete": "off",
                "data-key": "w",
                "data-key-name": pgettext_lazy("walk-in", "Who is it?"),
            }
        ),
    )


class HandOverForm(forms.Form):
    """The colleague on duty who takes over."""

    duty = forms.ModelChoiceField(
        Duty.objects.none(), label=_("Colleague"), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, ticket: Ticket, *args: Any, mine: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = on_duty(ticket.day, clock.now()).select_related("professional", "desk")
        field_of(self, "duty", forms.ModelChoiceField).queryset = found.exclude(professional=mine)


class ReferralForm(forms.Form):
    """The destination, and when they are expected there."""

    destination: "forms.ModelChoiceField[Destination]" = forms.ModelChoiceField(
        Destination.objects.none(),
        label=_("Where"),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    at = ClockField(
        label=_("When (empty: at once)"),
        required=False,
        widget=TimeInput(attrs={"class": "input input--short"}),
    )

    def __init__(self, day: WalkInDay, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "destination", forms.ModelChoiceField).queryset = Destination.objects.filter(
            service_point=day.service_point_id, is_active=True
        ).order_by("order", "pk")

    def clean_at(self) -> datetime | None:
        """Return the next moment at which the clock shows the time: today, or soon after midnight."""
        time: dt.time | None = self.cleaned_data["at"]
        if time is None:
            return None
        now, today = clock.now().replace(second=0, microsecond=0), clock.today()
        at = clock.at(today, time)
        if at < now:
            at = clock.at(today + timedelta(days=1), time)
            if at - now > SOON:
                raise forms.ValidationError(
                    _("That time has passed. Write a later one, or leave it empty.")
                )
        return at

    @property
    def expected_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["at"]
        return at
