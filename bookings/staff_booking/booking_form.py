"""The booking panel as one form: what is looked for, the chosen times, both parents and the rest."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from bookings.appointments.staff_booking import Booking, Chosen
from bookings.availability.codec import parse_who
from bookings.availability.limits import Limits
from bookings.availability.search import Wish
from bookings.hooks import Occasion
from bookings.lifecycle.phone_visits import NoNumberError
from bookings.matters.lengths import matters_together
from bookings.models import Appointment, Meeting, OtherParent, PartyRole
from bookings.models.matters import Matters
from bookings.parties import conflicts
from bookings.staff_booking.arrangement_form import ArrangementForm
from bookings.staff_booking.case_form import VisitsForm
from bookings.staff_booking.initial_wish import wish_asked, wish_of_other_visit
from bookings.staff_booking.joint_form import JointForm
from bookings.staff_booking.known_people import KnownPeople
from bookings.staff_booking.last_visit import LastVisit, last_visit_of
from bookings.staff_booking.person_forms import FurtherPersonForm, PanelPersonForm
from bookings.staff_booking.series_form import SeriesForm
from bookings.staff_booking.time_forms import ChosenTimeForm, OtherTimeForm
from bookings.staff_booking.typed_people import TypedPeople
from bookings.staff_booking.unchecked import unchecked
from bookings.staff_booking.wish_form import LAST, PanelWishForm
from office.calendar.visit_lengths import LengthNeeds, VisitLengths
from office.models import Attendance, Channel, Service, Unit

# How the other parent hears of it, where a party of theirs is made at once.
TAKES_PART = [OtherParent.GIVEN, OtherParent.PASS_ON, OtherParent.UNIT]


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
        begun = (
            wish_of_other_visit(first)
            if first
            else wish_asked({**(occasion.wish if occasion else {}), **asked})
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
        self.wish_form = PanelWishForm(data, initial=begun, knows_last=knows_last)
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

    # Whether it can be booked, and what is booked.

    def cleaned(self) -> Booking | None:
        """Return what is to be booked; None where something is missing or wrong, which the errors say."""
        time, service = self.time, self.service
        if time is None:
            self.non_field_errors.append(_("Choose one of the times."))
        elif parse_who(self.who) != (time.wish.including, time.wish.without):
            self.non_field_errors.append(
                _("The time was found for other professionals. Choose it again.")
            )
        if self.known_people.people:
            return self._cleaned_for_comers()
        if self.is_anonymous:
            self.typed.caller.fields["name"].required = False
        hears, other = self.clean_other_parent()
        own_visit = other if self.is_separate and self.other_time else None
        self._require_callable(other if hears == OtherParent.GIVEN else None)
        further = self.clean_further(has_other=hears in TAKES_PART)
        if not self.is_valid_with(other, *further) or time is None or service is None:
            return None
        return Booking(
            service=service,
            time=time,
            caller=self.typed.caller_details(self.language, is_anonymous=self.is_anonymous),
            language=self.language,
            meeting=self.wish["meeting"],
            children=self.wish["children"],
            is_anonymous=self.is_anonymous,
            other_parent=hears,
            other=self.typed.other_details(other, self.language, hears=hears) if other else None,
            other_time=self.other_time if own_visit else None,
            further=self.typed.further_people(further, self.language),
            caller_role=self.typed.caller_role,
            other_role=self.other_role,
            note=self.arrangement.cleaned_data["note"] if self.for_secretary else "",
            overrides_gap=self.overrides_gap,
            place_agreed=self.place_agreed,
            caller_by_video=self.typed.caller.cleaned_data["by_video"],
            other_by_video=bool(other and other.cleaned_data["by_video"]),
            video_link=self.arrangement.cleaned_data["video_link"],
        )

    def _require_callable(self, other: PanelPersonForm | None) -> None:
        """Ask for a number of each who comes to a visit by phone. `other`: who comes as well."""
        if self.time is not None and self.time.wish.channel == Channel.PHONE:
            self.typed.require_callable()
        theirs = self.other_time if self.is_separate else self.time
        if other is not None and theirs is not None and theirs.wish.channel == Channel.PHONE:
            other.require_callable(may_be_asked=not self.is_separate)

    def cleaned_series(self) -> tuple[Booking, list[Chosen]] | None:
        """Return what is booked of a series, and the times of the later visits."""
        booking = self.cleaned()
        if booking is not None and booking.other_parent not in (
            OtherParent.GIVEN,
            OtherParent.NONE,
        ):
            self.non_field_errors.append(
                _("For a series give the other parent’s details, or choose “Not contacted”.")
            )
            return None
        if booking is None or self.time is None:
            return None
        slot = str(self.time_form["slot"].value())
        later = self.series_form.times(self.matters, self.time, slot)
        return (booking, later) if later is not None else None

    def _cleaned_for_comers(self) -> Booking | None:
        """Return the booking where the occasion says who comes: only wish and time are filled in."""
        is_valid = self.wish_form.is_valid() and self.visits_form.is_valid()
        if not is_valid or self.non_field_errors or self.time is None or self.service is None:
            return None
        comers = self.known_people.comers
        if not comers:
            self.non_field_errors.append(_("Somebody must come to the visit."))
            return None
        if self.time.wish.channel == Channel.PHONE and self.known_people.without_number:
            names = [person.name for person in self.known_people.without_number]
            self.non_field_errors.append(NoNumberError(names).sentence)
            return None
        first = next((comer for comer in comers if comer.agrees), comers[0])
        has_other = len(self.known_people.coming) > 1
        return Booking(
            service=self.service,
            time=self.time,
            caller=first.details,
            language=self.language,
            meeting=self.wish["meeting"],
            children=self.wish["children"],
            is_anonymous=self.is_anonymous,
            other_parent=OtherParent.GIVEN if has_other else OtherParent.NONE,
            comers=comers,
            place_agreed=self.place_agreed or self._keeps_place,
            follows=self.occasion.follows if self.occasion else None,
        )

    @property
    def language(self) -> str:
        """That of the visit: where any will do with an interpreter, what is written is in Finnish."""
        return self.wish["language"] or "fi"

    @property
    def place_agreed(self) -> bool:
        return bool(self.arrangement["place_agreed"].value())

    @property
    def _keeps_place(self) -> bool:
        """Whether the chosen place is that of the visit before, which all of them know."""
        if self.occasion is None or self.time is None or self.is_separate:
            return False
        if not self.time.wish.is_in_person:
            return False
        return str(self.time.slot.point) == self.occasion.wish.get("point")

    def clean_other_parent(self) -> tuple[str, PanelPersonForm | None]:
        """Return how the other parent hears of it, and their form where it is filled in."""
        hears = self._way_other_parent_hears()
        return hears, self.typed.clean_other(hears)

    def _way_other_parent_hears(self) -> str:
        """Return how the other parent hears of it: as chosen, else as the rest of the form implies."""
        if self.comes_alone or self.is_anonymous or self.first is not None:
            return OtherParent.NONE
        hears = str(self.arrangement["other_parent"].value() or "")
        if hears == OtherParent.PASS_ON and self.is_separate:
            # An invitation to this visit would tell the other parent when this one comes.
            self.non_field_errors.append(
                _("Parents who come separately cannot be invited to each other’s visit.")
            )
        if hears or self.typed.other.names_somebody:
            return hears or OtherParent.GIVEN
        if self.matters is not None and self.matters.attendance == Attendance.EITHER:
            return OtherParent.NONE
        self.non_field_errors.append(
            _("Give the other parent’s details, or say how they hear of it.")
        )
        return OtherParent.GIVEN

    def clean_further(self, *, has_other: bool) -> list[FurtherPersonForm]:
        """Check the forms of people besides the two, as far as they are filled in."""
        may_come = self.takes_further and not self.is_anonymous
        return self.typed.clean_further(may_come=may_come, has_other=has_other)

    def is_valid_with(self, *people: PanelPersonForm | None) -> bool:
        """Say whether everything is right if these take part besides the caller."""
        used = [self.wish_form, self.typed.caller, self.arrangement, *filter(None, people)]
        return all(form.is_valid() for form in used) and not self.non_field_errors

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
