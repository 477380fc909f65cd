"""The booking panel as one form: what is looked for, the chosen times, both parents and the rest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import gettext as _

from bookings.appointments.staff_booking import Booking, Chosen, Comer, Further
from bookings.availability.codec import parse_who
from bookings.availability.limits import Limits
from bookings.availability.search import Wish
from bookings.hooks import Carried, Occasion
from bookings.joint_times.asking import VisitAskedFor
from bookings.matters.lengths import matters_together
from bookings.models import Appointment, Meeting, OtherParent, Party, Role
from bookings.models.matters import Matters
from bookings.parties import conflicts
from bookings.parties.records import Part, PartyDetails
from bookings.staff_booking.forms import (
    ANY_PLACE,
    CALLER,
    FURTHER,
    LAST,
    OTHER,
    ArrangementForm,
    FurtherPersonForm,
    OtherPersonForm,
    OtherTimeForm,
    PersonForm,
    TimeForm,
    VisitsForm,
    WishForm,
    unchecked,
)
from bookings.staff_booking.last_visit import LastVisit, last_visit_of
from office.calendar.visit_lengths import LengthNeeds, VisitLengths
from office.core import clock
from office.models import Attendance, Channel, Service, Unit

USUAL_DAYS = 90
# How the other parent hears of it, where a party of theirs is made at once.
TAKES_PART = [OtherParent.GIVEN, OtherParent.PASS_ON, OtherParent.UNIT]


class BookingForm:
    """The forms of the panel, filled in and validated together.

    `first`: the visit beside which the other parent's own is booked. `occasion`: what it is booked on.
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
            _wish_of_other_visit(first)
            if first
            else _wish_asked({**(occasion.wish if occasion else {}), **asked})
        )
        people = occasion.people if occasion else ()
        self.people = [person for person in people if not person.accompanies]
        # Those who come along with one of them.
        self.companions = [person for person in people if person.accompanies]
        self.agreed_with = self._read_keys(data, "agreed_with", usual=_agreeing(self.people))
        self.along = self._read_keys(data, "along", usual=_keys(self.companions))
        # Set where the place is still to be agreed with somebody.
        self.asks_place = self._knows_protected()
        planned = {
            "visits": occasion.visits if occasion else 1,
            "due_on": occasion.due_on if occasion else None,
        }
        self.visits_form = VisitsForm(data, initial=planned)
        self.wish_form = WishForm(data, initial=begun, knows_last=for_secretary and not self.people)
        self.time_form, self.other_time_form = TimeForm(data), OtherTimeForm(data)
        self.caller = PersonForm(data, prefix=CALLER, initial=_known_other_parent(first))
        self.other = OtherPersonForm(data, prefix=OTHER)
        self.further = FurtherPersonForm(data, prefix=FURTHER)
        self.rest = ArrangementForm(data)
        if not checks and data is not None:
            self.caller, self.other = unchecked(self.caller), unchecked(self.other)
            self.further = unchecked(self.further)
            self.rest = unchecked(self.rest)
        self._add_keys()
        if not for_secretary:
            self.rest.word_for_counter()
            self.further.word_for_counter()

    def _read_keys(
        self, data: QueryDict | None, name: str, *, usual: frozenset[str]
    ) -> frozenset[str]:
        """Who is ticked in the field `name`, by their keys; `usual`: where nothing was sent yet."""
        if data is None:
            return usual
        return _keys([*self.people, *self.companions]).intersection(data.getlist(name))

    def _knows_protected(self) -> bool:
        """Whether the contact details of one who comes along from the occasion are protected.

        That is the secretary's to know.
        """
        return self.for_secretary and any(p.details.get("is_protected") for p in self.people)

    def _add_keys(self) -> None:
        """By a key one is at a parent's name, from wherever one stands."""
        caller = _("The caller") if self.for_secretary else _("The person here")
        for person, key, name in (
            (self.caller, "c", caller),
            (self.other, "v", _("The other parent")),
        ):
            person.fields["name"].widget.attrs |= {"data-key": key, "data-key-name": name}

    def fill_in(self, who: str, party: Party, *, is_own: bool) -> PersonForm:
        """Fill in the details of a person who was found."""
        values = PersonForm.values_of(party, is_own=is_own)
        if who == CALLER:
            person = self.caller = PersonForm(prefix=who, initial=values)
        else:
            person = self.other = OtherPersonForm(prefix=who, initial=values)
        self._add_keys()
        return person

    # What it says, whether it is valid or not.

    @cached_property
    def key(self) -> UUID:
        """By it a form that is sent twice books once."""
        key: UUID = self.rest.fields["key"].clean(self.rest["key"].value())
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
        typed = [form["interpreter"].value() for form in (self.caller, self.other, self.further)]
        needs = LengthNeeds(
            self.wish["children"],
            interpreter=any((*typed, *(p.details.get("interpreter") for p in self.people))),
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
        if self.occasion and self.people:
            return bool(self.occasion.wish.get("anonymous"))
        return self.may_be_anonymous and bool(self.rest["anonymous"].value())

    @property
    def overrides_gap(self) -> bool:
        return bool(self.rest["overrides_gap"].value())

    @property
    def takes_further(self) -> bool:
        """Whether somebody may be added beside the two: each other's own visit has its people."""
        return self.first is None and not self.people

    @property
    def other_role(self) -> Role:
        """As what the other side takes part: as was chosen, else as the service says.

        Where the caller is the one whom the service means, the other is the parent.
        """
        chosen = str(self.other["role"].value() or "")
        if chosen in Role.values:
            return Role(chosen)
        usual = self.service.other_side if self.service else ""
        is_other = self.caller["role"].value() in ("", None, Role.PARENT)
        return Role(usual) if usual and is_other else Role.PARENT

    @property
    def other_label(self) -> str:
        """Who the other side is, as the panel calls them."""
        if self.other_role == Role.PARENT:
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
        return last_visit_of(conflicts.Person.of(*self.caller.identifying))

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
        if matters is None or channel not in matters.channels:
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
        """The professionals who stay out of the matter of the people who are filled in so far."""
        barred = conflicts.barred_from(self.first.pk) if self.first else frozenset()
        if not self.is_bound:
            return barred
        known = [self.caller, self.other]
        if not self.further.comes_along:
            known.append(self.further)
        people = [conflicts.Person.of(*form.identifying) for form in known]
        people += [
            conflicts.Person.of(d.details.name, d.details.phone, d.details.email)
            for d in self.comers
        ]
        return barred | conflicts.barred_with(p for p in people if p != conflicts.Person())

    # Whether it can be booked, and what is booked.

    def cleaned(self) -> Booking | None:
        """What is to be booked; None where something is missing or wrong, which the errors say."""
        time, service = self.time, self.service
        if time is None:
            self.non_field_errors.append(_("Choose one of the times."))
        elif parse_who(self.who) != (time.wish.including, time.wish.without):
            self.non_field_errors.append(
                _("The time was found for other professionals. Choose it again.")
            )
        if self.people:
            return self._cleaned_for_comers()
        if self.is_anonymous:
            self.caller.fields["name"].required = False
        other_parent, other = self._clean_other_parent()
        own_visit = other if self.is_separate and self.other_time else None
        if time is not None and time.wish.channel == Channel.PHONE:
            self.caller.require_callable()
            if own_visit is not None:
                own_visit.require_callable()
        further = self._clean_further(has_other=other_parent in TAKES_PART)
        used = [self.wish_form, self.caller, self.rest, *filter(None, (other, further))]
        is_valid = all(form.is_valid() for form in used) and not self.non_field_errors
        if not is_valid or time is None or service is None:
            return None
        return Booking(
            service=service,
            time=time,
            caller=self._caller(),
            # Any language with an interpreter: what is written is in Finnish.
            language=self.wish["language"] or "fi",
            meeting=self.wish["meeting"],
            children=self.wish["children"],
            is_anonymous=self.is_anonymous,
            other_parent=other_parent,
            other=self._other(other, other_parent) if other else None,
            other_time=self.other_time if own_visit else None,
            further=[self._further(further)] if further else [],
            caller_role=self._caller_role,
            other_role=self.other_role,
            note=self.rest.cleaned_data["note"] if self.for_secretary else "",
            overrides_gap=self.overrides_gap,
            place_agreed=self.place_agreed,
        )

    @cached_property
    def comers(self) -> Sequence[Comer]:
        """Who follows from the occasion, and after them who comes along with one of them again."""
        places = {person.key: index for index, person in enumerate(self.people)}
        return [
            *(
                Comer(
                    PartyDetails(**person.details),
                    person.key in self.agreed_with,
                    Part(Role(person.role), is_told_openly=person.is_told_openly),
                )
                for person in self.people
            ),
            *(
                Comer(
                    PartyDetails(**person.details),
                    agrees=False,
                    part=Part(
                        Role(person.role),
                        is_told=person.agrees,
                        is_told_openly=person.is_told_openly,
                    ),
                    accompanies=places[person.accompanies],
                )
                for person in self.companions
                if person.key in self.along
            ),
        ]

    @property
    def planned_visits(self) -> int | None:
        """How many visits the matter takes, where it says so."""
        if not self.people or not self.visits_form.is_valid():
            return None
        found: int | None = self.visits_form.cleaned_data["visits"]
        return found

    @property
    def due_on(self) -> date | None:
        """By when the matter is to be done, as far as that is filled in."""
        if not self.people:
            return None
        if self.visits_form.is_bound and self.visits_form.is_valid():
            found: date | None = self.visits_form.cleaned_data["due_on"]
            return found
        return self.occasion.due_on if self.occasion else None

    @property
    def may_ask_for_joint_time(self) -> bool:
        """Whether both could be asked when they can come, in place of choosing a time for them."""
        is_new = self.for_secretary and self.takes_further
        return is_new and not (self.is_separate or self.comes_alone or self.is_anonymous)

    def cleaned_for_joint_time(self) -> VisitAskedFor | None:
        """What both are asked about; None where something is missing or wrong, which the errors say."""
        matters, channel, point = self.matters, self.wish["channel"], self.wish["point"]
        if matters is None or not self.may_ask_for_joint_time or channel not in matters.channels:
            self.non_field_errors.append(_("A joint time cannot be looked for in this way."))
        elif channel == Channel.IN_PERSON and point is None:
            self.non_field_errors.append(_("Choose the service point to which both would come."))
        hears, other = self._clean_other_parent()
        if not self.non_field_errors and (other is None or hears != OtherParent.GIVEN):
            self.non_field_errors.append(
                _("For a joint time give the details of both: each is asked on their own.")
            )
        if channel == Channel.PHONE:
            self.caller.require_callable()
            if other is not None:
                other.require_callable()
        further = self._clean_further(has_other=True)
        used = [self.wish_form, self.caller, self.rest, *filter(None, (other, further))]
        is_valid = all(form.is_valid() for form in used) and not self.non_field_errors
        if not is_valid or matters is None or other is None:
            return None
        return VisitAskedFor(
            matters,
            channel,
            point,
            caller=self._caller(),
            other=self._details(other),
            language=self.wish["language"] or "fi",
            children=self.wish["children"],
            further=[self._further(further)] if further else [],
            caller_role=self._caller_role,
            other_role=self.other_role,
            note=self.rest.cleaned_data["note"],
            place_agreed=self.place_agreed,
        )

    @property
    def _caller_role(self) -> Role:
        return Role(self.caller.cleaned_data["role"] or Role.PARENT)

    def _cleaned_for_comers(self) -> Booking | None:
        """The same where the occasion says who comes: only the wish and the time are filled in."""
        is_valid = self.wish_form.is_valid() and self.visits_form.is_valid()
        if not is_valid or self.non_field_errors or self.time is None or self.service is None:
            return None
        first = next((c for c in self.comers if c.agrees), self.comers[0])
        return Booking(
            service=self.service,
            time=self.time,
            caller=first.details,
            language=self.wish["language"] or "fi",
            meeting=self.wish["meeting"],
            children=self.wish["children"],
            is_anonymous=self.is_anonymous,
            other_parent=OtherParent.GIVEN if len(self.people) > 1 else OtherParent.NONE,
            comers=self.comers,
            place_agreed=self.place_agreed or self._keeps_place,
        )

    @property
    def place_agreed(self) -> bool:
        return bool(self.rest["place_agreed"].value())

    @property
    def _keeps_place(self) -> bool:
        """Whether the chosen place is that of the visit before, which all of them know."""
        if self.occasion is None or self.time is None or self.is_separate:
            return False
        return str(self.time.slot.point) == self.occasion.wish.get("point")

    def _clean_other_parent(self) -> tuple[str, PersonForm | None]:
        """How the other parent hears of it, and their form where it is filled in."""
        hears = self._other_parent()
        if hears == OtherParent.GIVEN and any(self.other.identifying):
            self.other.keep_apart_from_form(self.caller)
            self.other.require_contact()
            return hears, self.other
        # What is not asked for is not validated.
        name = str(self.other["name"].value() or "").strip()
        self.other = unchecked(self.other)
        if hears == OtherParent.UNIT and name:
            # Decided later: the name alone is kept.
            self.other = OtherPersonForm({f"{OTHER}-name": name}, prefix=OTHER)
            return hears, self.other
        return hears, None

    def _clean_further(self, *, has_other: bool) -> FurtherPersonForm | None:
        """The form of somebody beside the two, where it is filled in."""
        further = self.further
        if not self.takes_further or self.is_anonymous or not further.is_filled_in:
            self.further = unchecked(further)
            return None
        if further["comes_with"].value() == OTHER and further.comes_along and not has_other:
            further.add_error("comes_with", _("The other parent is not part of this booking yet."))
        return further

    def _further(self, form: FurtherPersonForm) -> Further:
        data = form.cleaned_data
        return Further(
            self._details(form),
            Role(data["role"]),
            with_other=data["comes_with"] == OTHER,
            is_told=bool(data["is_told"]),
            is_told_openly=bool(data["is_told_openly"]),
        )

    def _other_parent(self) -> str:
        if self.comes_alone or self.is_anonymous or self.first is not None:
            return OtherParent.NONE
        hears = str(self.rest["other_parent"].value() or "")
        if hears == OtherParent.PASS_ON and self.is_separate:
            # An invitation to this visit would tell the other parent when this one comes.
            self.non_field_errors.append(
                _("Parents who come separately cannot be invited to each other’s visit.")
            )
        if hears or any(self.other.identifying):
            return hears or OtherParent.GIVEN
        if self.matters is not None and self.matters.attendance == Attendance.EITHER:
            return OtherParent.NONE
        self.non_field_errors.append(
            _("Give the other parent’s details, or say how they hear of it.")
        )
        return OtherParent.GIVEN

    def _caller(self) -> PartyDetails:
        details = self._details(self.caller)
        if not self.is_anonymous:
            return details
        return PartyDetails(
            name=details.name,
            language=details.language,
            interpreter=details.interpreter,
            interpreter_words=details.interpreter_words,
            access=details.access,
        )

    def _other(self, form: PersonForm, hears: str) -> PartyDetails:
        details = self._details(form)
        # Of who is known by name alone, nobody has asked the language.
        return replace(details, language_is_known=False) if hears == OtherParent.UNIT else details

    def _details(self, form: PersonForm) -> PartyDetails:
        return form.details_for(self.wish["language"], with_free_text=self.for_secretary)

    # For the summary of errors, as of one form.

    @property
    def errors(self) -> bool:
        return bool(self.non_field_errors or any(form.errors for form in self._forms))

    def __iter__(self) -> Iterator[forms.BoundField]:
        for form in self._forms:
            yield from form

    @property
    def _forms(self) -> list[forms.Form]:
        if self.people:
            return [self.wish_form, self.visits_form]
        return [self.wish_form, self.caller, self.other, self.further, self.rest]


def _keys(people: Iterable[Carried]) -> frozenset[str]:
    return frozenset(person.key for person in people)


def _agreeing(people: Iterable[Carried]) -> frozenset[str]:
    return frozenset(person.key for person in people if person.agrees)


def _wish_asked(asked: Mapping[str, str]) -> dict[str, Any]:
    """The wish to begin with: what the address asks for as far as it is offered, and what is usual."""
    services = list(Service.objects.in_use())
    service = next((s for s in services if asked.get("service") in (str(s.pk), s.slug)), None)
    who = asked.get("professional", "")
    further = asked.get("also", "").split(",") if service else []
    service = service or _usual_service(services, who)
    form = WishForm()

    def offered(field: str, *names: str, usual: str) -> str:
        return next((asked[n] for n in names if form.offers(field, asked.get(n))), usual)

    try:
        earliest = date.fromisoformat(asked.get("from", ""))
    except ValueError:
        earliest = clock.today()
    return {
        "service": service.pk if service else "",
        "also": [s.pk for s in services if s.slug in further] if service else [],
        "children": asked.get("children", ""),
        "language": offered("language", "language", usual="fi"),
        "where": offered("where", "channel", "point", usual=ANY_PLACE),
        "earliest": earliest if earliest > clock.today() else "",
        "until": "",
        "pattern": "",
        "professional": who if parse_who(who) else "",
        "meeting": offered("meeting", "meeting", usual=Meeting.TOGETHER),
    }


def _usual_service(services: Sequence[Service], who: str) -> Service | None:
    """The one that most visits have been about lately; the first one in a new unit.

    `who`: a professional who is asked for gives it.
    """
    if who.isascii() and who.isdigit():
        given = set(Service.objects.filter(professionals=int(who[:9])).values_list("pk", flat=True))
        services = [service for service in services if service.pk in given] or services
    since = clock.now() - timedelta(days=USUAL_DAYS)
    most = (
        Appointment.objects.filter(starts_at__gte=since, service__in=services)
        .values("service")
        .annotate(count=Count("pk"))
        .order_by("-count", "service")
        .first()
    )
    if most is not None:
        return next((s for s in services if s.pk == most["service"]), None)
    return services[0] if services else None


def _wish_of_other_visit(first: Appointment) -> dict[str, Any]:
    """The wish to begin with for the other parent's own visit."""
    is_in_person = first.channel == Channel.IN_PERSON
    return {
        "service": first.service_id,
        "also": [service.pk for service in first.further_services],
        "children": first.children or "",
        "language": first.language,
        "where": str(first.service_point_id or ANY_PLACE) if is_in_person else first.channel,
        "earliest": "",
        "until": "",
        "pattern": "",
        "professional": "",
        "meeting": Meeting.SEPARATE,
    }


def _known_other_parent(first: Appointment | None) -> dict[str, Any]:
    """The other parent's details, as far as they are known."""
    party = first.parties.other_parents().first() if first else None
    return PersonForm.initial_of(party) if party else {}
