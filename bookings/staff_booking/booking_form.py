"""The booking panel as one form: what is looked for, the chosen times, both parents and the rest."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from bookings.appointments.booking import Chosen
from bookings.availability.codec import parse_who
from bookings.availability.limits import Limits
from bookings.availability.search import Wish
from bookings.hooks import Occasion
from bookings.matters.lengths import matters_together
from bookings.models import Appointment, Meeting, PartyRole
from bookings.models.matters import Matters
from bookings.parties import conflicts
from bookings.staff_booking.arrangement_form import ArrangementForm
from bookings.staff_booking.case_form import VisitsForm
from bookings.staff_booking.initial_wish import wish_asked, wish_of_other_visit
from bookings.staff_booking.joint_form import JointForm
from bookings.staff_booking.known_people import KnownPeople
from bookings.staff_booking.last_visit import LastVisit, last_visit_of
from bookings.staff_booking.series_form import SeriesForm
from bookings.staff_booking.time_forms import ChosenTimeForm, OtherTimeForm
from bookings.staff_booking.typed_people import TypedPeople
from bookings.staff_booking.unchecked import unchecked
from bookings.staff_booking.wish_form import LAST, OnOffer, PanelWishForm
from office.calendar.visit_lengths import LengthNeeds, VisitLengths
from office.models import Attendance, Channel, Service, Unit


class BookingForm:
    """The forms of the panel, filled in and validated together.

    `first`: the visit alongside which the other parent's own is booked. `occasion`: what it is booked on.
    `asked`: the wish of the address. `for_secretary`: with notes and free text.
    `checks`: False while a time is looked for, when not all is written yet.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        asked: Mapping[str, str],
        first: Appointment | None = None,
        occasion: Occasion | None = None,
        for_secretary: bool = True,
        checks: bool = False,
    ) -> None:
        self.first = first
        self.occasion = occasion
        self.for_secretary = for_secretary
        self.is_bound = data is not None
        # The key of the parked booking that this goes on with.
        self.parked = data.get("parked", "") if data is not None else ""
        self.non_field_errors: list[str] = []
        on_offer = OnOffer.read()
        begun = (
            wish_of_other_visit(first)
            if first
            else wish_asked({**(occasion.wish if occasion else {}), **asked}, on_offer)
        )
        self.known_people = KnownPeople(data, occasion.people if occasion else ())
        # Set where the place is still to be agreed with somebody. Who is protected, the secretary knows.
        self.asks_place = for_secretary and self.known_people.has_protected
        planned = {
            "visits": occasion.visits if occasion else 1,
            "due_on": occasion.due_on if occasion else None,
        }
        self.visits_form = VisitsForm(data, initial=planned)
        knows_last = for_secretary and not self.known_people.people
        self.wish_form = PanelWishForm(
            data, initial=begun, on_offer=on_offer, knows_last=knows_last
        )
        self.time_form, self.other_time_form = ChosenTimeForm(data), OtherTimeForm(data)
        self.series_form = SeriesForm(data)
        self.typed = TypedPeople(data, first=first, for_secretary=for_secretary, checks=checks)
        # Checked where both are asked when they can come.
        self.joint_form = JointForm(data, prefix="joint")
        self.arrangement = ArrangementForm(data)
        if not checks and data is not None:
            self.arrangement = unchecked(self.arrangement)
        if data is not None and data.get("do") not in ("joint", "joint_letters"):
            self.joint_form = unchecked(self.joint_form)
        if not for_secretary:
            self.arrangement.word_for_counter()

    # What it says, whether it is valid or not.

    @cached_property
    def key(self) -> UUID:
        """By it a form that is sent twice books once."""
        key: UUID = self.arrangement.fields["key"].clean(self.arrangement["key"].value())
        return key

    @cached_property
    def unit(self) -> Unit:
        return Unit.get()

    @cached_property
    def wish(self) -> dict[str, Any]:
        return self.wish_form.lenient()

    @property
    def service(self) -> Service | None:
        service: Service | None = self.wish.get("service")
        return service

    @cached_property
    def matters(self) -> Matters | None:
        """What the visit is about, and how long all that is known so far makes it."""
        if self.service is None:
            return None
        needs = LengthNeeds(
            self.wish["children"],
            interpreter=self.typed.needs_interpreter or self.known_people.needs_interpreter,
            separate=self.is_separate,
        )
        lengths = VisitLengths.of(self.unit)
        return matters_together(self.service, self.wish["also"], needs, lengths)

    @property
    def has_more_matters(self) -> bool:
        """Whether further matters or children are filled in, or wrong."""
        more = (self.wish_form["also"], self.wish_form["children"])
        return any(field.value() or field.errors for field in more)

    @property
    def interpreter_counts(self) -> bool:
        """Whether the times depend on an interpreter."""
        return self.unit.interpreter_minutes > 0

    @cached_property
    def time(self) -> Chosen | None:
        """The time that is chosen for the caller, or for both parents."""
        return self.time_form.chosen(self.matters)

    @cached_property
    def other_time(self) -> Chosen | None:
        """The time that is chosen for the other parent's own visit."""
        return self.other_time_form.chosen(self.matters)

    @property
    def is_separate(self) -> bool:
        return bool(self.wish.get("meeting") == Meeting.SEPARATE)

    @property
    def comes_alone(self) -> bool:
        return self.matters is None or self.matters.attendance == Attendance.ONE

    @property
    def may_be_anonymous(self) -> bool:
        return bool(
            self.matters
            and self.matters.may_be_anonymous
            and self.wish["channel"] == Channel.IN_PERSON
            and self.first is None
        )

    @property
    def is_anonymous(self) -> bool:
        if self.occasion and self.known_people.people:
            return bool(self.occasion.wish.get("anonymous"))
        return self.may_be_anonymous and bool(self.arrangement["anonymous"].value())

    @property
    def overrides_gap(self) -> bool:
        return bool(self.arrangement["overrides_gap"].value())

    @property
    def takes_further(self) -> bool:
        """Whether somebody may be added besides the two: each other's own visit has its people."""
        return self.first is None and not self.known_people.people

    @property
    def may_ask_for_joint_time(self) -> bool:
        """Whether both could be asked when they can come, in place of choosing a time for them."""
        is_new = self.for_secretary and self.takes_further
        return is_new and not (self.is_separate or self.comes_alone or self.is_anonymous)

    @property
    def may_be_series(self) -> bool:
        """Whether a series of visits could be booked at once."""
        return self.first is None and not (self.is_separate or self.is_anonymous)

    @property
    def books_series(self) -> bool:
        return self.may_be_series and self.series_form.is_wanted

    @property
    def other_role(self) -> PartyRole:
        return self.typed.other_role(self.service)

    @property
    def other_label(self) -> str:
        """Who the other side is, as the panel calls them."""
        if self.other_role == PartyRole.PARENT:
            return _("The other parent")
        label = str(self.other_role.label)
        return label[:1].upper() + label[1:]

    @property
    def limits(self) -> Limits:
        return Limits(self.wish["earliest"], self.wish["until"], self.wish["pattern"])

    @property
    def asks_for_last(self) -> bool:
        """Whether the same professional as last time is asked for, or another one."""
        return bool(self.wish["professional"].removeprefix("-") == LAST)

    @cached_property
    def last_visit(self) -> LastVisit | None:
        """The caller's last visit, where it matters and is known."""
        if not self.asks_for_last:
            return None
        return last_visit_of(conflicts.PersonIdentifiers.of(*self.typed.caller.identifying))

    @property
    def who(self) -> str:
        """Who is asked for, or who is not, as a time carries it: see codec.parse_who."""
        asked: str = self.wish["professional"]
        if not self.asks_for_last:
            return asked
        return asked.replace(LAST, str(self.last_visit.professional.pk)) if self.last_visit else ""

    @cached_property
    def looked_for(self) -> Wish | None:
        """None where what is chosen is not given in that channel."""
        matters, channel = self.matters, self.wish.get("channel", "")
        if matters is None or channel not in matters.staff_channels:
            return None
        point = self.wish["point"]
        including, without = parse_who(self.who) or (None, frozenset())
        return Wish.about(
            matters,
            channel,
            point.pk if point else None,
            self.wish["language"],
            self._barred() | without,
            including,
        )

    def _barred(self) -> frozenset[int]:
        """Return the professionals who stay out of the matter of the people who are filled in so far."""
        barred = conflicts.barred_from(self.first.pk) if self.first else frozenset()
        if not self.is_bound:
            return barred
        known = [*self.typed.identities, *self.known_people.identities]
        return barred | conflicts.barred_with(
            p for p in known if p != conflicts.PersonIdentifiers()
        )

    @property
    def language(self) -> str:
        """That of the visit: where any will do with an interpreter, what is written is in Finnish."""
        return self.wish["language"] or "fi"

    @property
    def place_agreed(self) -> bool:
        return bool(self.arrangement["place_agreed"].value())

    # Of the matter, where one of its visits is booked.

    @property
    def planned_visits(self) -> int | None:
        """How many visits the matter takes, where it says so."""
        if not self.known_people.people or not self.visits_form.is_valid():
            return None
        found: int | None = self.visits_form.cleaned_data["visits"]
        return found

    @property
    def due_on(self) -> date | None:
        """By when the matter is to be done, as far as that is filled in."""
        if not self.known_people.people:
            return None
        if self.visits_form.is_bound and self.visits_form.is_valid():
            found: date | None = self.visits_form.cleaned_data["due_on"]
            return found
        return self.occasion.due_on if self.occasion else None

    # For the summary of errors, as of one form.

    @property
    def errors(self) -> bool:
        return bool(self.non_field_errors or any(form.errors for form in self._forms))

    @property
    def series_errors(self) -> list[str]:
        return [str(error) for error in self.series_form.non_field_errors()]

    def __iter__(self) -> Iterator[forms.BoundField]:
        for form in self._forms:
            yield from form

    @property
    def _forms(self) -> list[forms.Form]:
        if self.known_people.people:
            return [self.wish_form, self.series_form, self.visits_form]
        return [
            self.wish_form,
            self.joint_form,
            self.series_form,
            *self.typed.forms,
            self.arrangement,
        ]
