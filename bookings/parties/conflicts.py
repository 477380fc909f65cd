"""Conflicts of interest: who stays out of which matter, and what belongs to a matter.

A matter is an appointment, the other parent's own visit that is linked with it, and every other
appointment and call-back of one of its people. Two are one person where the phone number or the e-mail
address is the same, or the whole name where not both have given a number. So a new request of theirs is
barred as well. Who only comes along, such as a lawyer, has many matters and makes none of them one.

Nobody is notified: a barred professional is not found among the free ones, and where one is chosen all
the same the time counts as taken.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Lower

from bookings.lifecycle.transitions import locked
from bookings.models import Appointment, CallBack, Party, PartyRole, Recusal, SeparateVisit, Status
from bookings.parties.search import international
from office.calendar.hours_impact import CONFLICT
from office.calendar.occupancy import TimeTakenError, retrying
from office.core import clock, live_updates
from office.core.names import Folded, folded
from office.models import Claim, Professional, User

WORDS_AT_LEAST = 2
# Who is known by the appointment only, and who belongs to it for another's sake.
_NOT_OF_MATTER = Q(appointment__is_anonymous=True) | Q(role__in=PartyRole.companions())


class BarredError(TimeTakenError):
    """Somebody stays out of this matter. Shown as a time that is taken, so that nobody learns of it."""


@dataclass(frozen=True)
class PersonIdentifiers:
    """What somebody is known again by."""

    name: str = ""
    phone: str = ""
    email: str = ""

    @classmethod
    def of(cls, name: str, phone: str, email: str) -> "PersonIdentifiers":
        """Make them from what was typed or stored."""
        number = international(phone) if phone else ""
        return cls(folded(name), number, email.strip().lower())

    def is_same(self, other: "PersonIdentifiers") -> bool:
        if self.phone and self.phone == other.phone:
            return True
        if self.email and self.email == other.email:
            return True
        return self._is_whole and self.name == other.name and not (self.phone and other.phone)

    def is_named_in(self, words: str) -> bool:
        """Tell whether the whole name stands in what somebody wrote."""
        return self._is_whole and f" {self.name} " in f" {folded(words)} "

    @property
    def _is_whole(self) -> bool:
        return len(self.name.split()) >= WORDS_AT_LEAST


def barred_from(appointment_id: int) -> frozenset[int]:
    """Return the professionals, by id, who stay out of an appointment's matter. One query, or three."""
    return barred_from_each([appointment_id]).get(appointment_id, frozenset())


def barred_from_each(appointments: Iterable[int]) -> dict[int, frozenset[int]]:
    """Map by appointment who stays out of its matter; one query where nobody does."""
    bars, wanted = _bars(), set(appointments)
    if not bars or not wanted:
        return {}
    linked = dict(
        SeparateVisit.objects.filter(appointment__in=wanted).values_list("appointment", "other")
    )
    known = wanted | set(linked.values()) | {appointment for appointment, _who in bars}
    people = _people_of(known)
    found = {}
    for pk in wanted:
        family = {pk, linked.get(pk, pk)}
        mine = [person for one in family for person in people.get(one, [])]
        direct = {who for appointment, who in bars if appointment in family}
        found[pk] = frozenset(direct | _barred_with(mine, bars, people))
    return found


def barred_with(people: Iterable[PersonIdentifiers]) -> frozenset[int]:
    """Return the professionals, by id, who stay out of a matter of any of these people."""
    bars, mine = _bars(), list(people)
    if not bars or not mine:
        return frozenset()
    known = _people_of({appointment for appointment, _who in bars})
    return frozenset(_barred_with(mine, bars, known))


def barred_to(professional: Professional | None) -> set[int]:
    """Return the ids of appointments a professional stays out of. Up to four queries, mostly one."""
    return _matter(_kept_from(professional))


def calls_barred_to(professional: Professional | None) -> set[int]:
    """Return the call-backs, by id, that a professional stays out of. Mostly one query."""
    family = _kept_from(professional)
    return calls_of(_all_people_of(family)) if family else set()


def barred_to_user(user: User) -> set[int]:
    """Return the ids of appointments a member of staff stays out of. Mostly one query."""
    return _matter(_kept_from_user(user))


def calls_barred_to_user(user: User) -> set[int]:
    """Return the ids of call-backs a member of staff stays out of. Mostly one query."""
    family = _kept_from_user(user)
    return calls_of(_all_people_of(family)) if family else set()


def people_barred_to(user: User) -> list[PersonIdentifiers]:
    """Return of whose matters a member of staff stays out. Mostly one query."""
    family = _kept_from_user(user)
    return _all_people_of(family) if family else []


def codes_barred_to(user: User) -> set[str]:
    """Return the codes of all that a member of staff stays out of, call-backs too. Mostly one query."""
    family = _kept_from_user(user)
    if not family:
        return set()
    visits = Appointment.objects.filter(pk__in=_matter(family))
    calls = CallBack.objects.filter(pk__in=calls_of(_all_people_of(family)))
    return {*visits.values_list("reference", flat=True), *calls.values_list("reference", flat=True)}


def stays_out(user: User, reference: str) -> bool:
    """Say whether a member of staff stays out of the appointment or call-back with this code."""
    return reference in codes_barred_to(user)


def _kept_from(professional: Professional | None) -> set[int]:
    """Return the appointments, by id, that a professional's bars name, and those linked with them."""
    if professional is None:
        return set()
    own = Q(professional=professional) | Q(user__professional=professional)
    return _named_by(Recusal.objects.in_force().filter(own))


def _kept_from_user(user: User) -> set[int]:
    """Return the same of a member of staff, whether they meet parties or not."""
    return _named_by(Recusal.objects.in_force().of_user(user))


def _named_by(bars: QuerySet[Recusal]) -> set[int]:
    named = set(bars.values_list("appointment", flat=True))
    return _with_linked(named) if named else set()


def _matter(family: set[int]) -> set[int]:
    """Return the ids of all appointments of the matters of these."""
    if not family:
        return set()
    return _with_linked(family | appointments_of(_all_people_of(family)))


def _all_people_of(appointments: set[int]) -> list[PersonIdentifiers]:
    return [person for known in _people_of(appointments).values() for person in known]


def _bars() -> list[tuple[int, int]]:
    """Return appointment and professional of each bar in force, of those who meet parties."""
    who = Coalesce("professional", "user__professional")
    bars = Recusal.objects.in_force().annotate(who=who).exclude(who=None)
    return list(bars.values_list("appointment", "who"))


def _barred_with(
    mine: Iterable[PersonIdentifiers],
    bars: Iterable[tuple[int, int]],
    people: dict[int, list[PersonIdentifiers]],
) -> set[int]:
    return {
        who
        for appointment, who in bars
        if any(one.is_same(other) for one in mine for other in people.get(appointment, []))
    }


def _with_linked(appointments: set[int]) -> set[int]:
    """Add the other parents' own visits."""
    linked = SeparateVisit.objects.filter(appointment__in=appointments)
    return appointments | set(linked.values_list("other", flat=True))


def _people_of(appointments: set[int]) -> dict[int, list[PersonIdentifiers]]:
    """Return who comes to each, as far as known. An anonymous client is known by the appointment only."""
    found: dict[int, list[PersonIdentifiers]] = {}
    rows = Party.objects.filter(appointment__in=appointments).exclude(_NOT_OF_MATTER)
    for pk, name, phone, email in rows.values_list("appointment", "name", "phone", "email"):
        found.setdefault(pk, []).append(PersonIdentifiers.of(name, str(phone or ""), email))
    return found


def appointments_of(people: list[PersonIdentifiers]) -> set[int]:
    """Return all appointments, by id, to which one of the people comes."""
    return _of_same(Party.objects.exclude(_NOT_OF_MATTER), "appointment", people)


def calls_of(people: list[PersonIdentifiers]) -> set[int]:
    """Return all call-backs, by id, that one of the people has reserved."""
    return _of_same(CallBack.objects.all(), "pk", people)


def _of_same(rows: QuerySet[Any], owner: str, people: list[PersonIdentifiers]) -> set[int]:
    """Return the owners of rows with the name, the number or the address of one of the people."""
    phones = [person.phone for person in people if person.phone]
    emails = [person.email for person in people if person.email]
    names = [f" {person.name}" for person in people if person.name]
    found = (
        rows.annotate(folded=Folded(F("name")), small=Lower("email"))
        .filter(Q(phone__in=phones) | Q(small__in=emails) | Q(folded__in=names))
        .values_list(owner, "name", "phone", "email")
    )
    return {
        pk
        for pk, name, phone, email in found
        if any(
            PersonIdentifiers.of(name, str(phone or ""), email).is_same(person) for person in people
        )
    }


def refuse_barred(appointment: Appointment, professionals: Iterable[int]) -> None:
    """Raise BarredError where one of the professionals stays out of the matter."""
    if barred_from(appointment.pk).intersection(professionals):
        raise BarredError


@retrying
def bar(appointment_id: int, professional_id: int, *, user: User) -> None:
    """Keep a professional out of the matter from now on; what they were to do is the secretary's work."""
    appointment = locked(appointment_id)
    if professional_id not in barred_from(appointment.pk):
        _note(appointment, professional_id, Recusal.What.BARRED, user)
    professional = Professional.objects.get(pk=professional_id)
    hand_over(barred_to(professional))


@retrying
def bar_user(appointment_id: int, barred: User, *, user: User) -> None:
    """Keep a member of staff out of the matter who may meet no parties, such as a secretary."""
    professional = Professional.objects.filter(user=barred).first()
    if professional is not None:
        bar(appointment_id, professional.pk, user=user)
        return
    appointment = locked(appointment_id)
    if appointment.pk not in barred_to_user(barred):
        Recusal.objects.create(
            appointment=appointment, user=barred, what=Recusal.What.BARRED, at=clock.now(), by=user
        )


def users_barred_from(appointment_id: int) -> list[User]:
    """Return those who meet no parties and stay out of the matter of an appointment."""
    barred = Recusal.objects.in_force().exclude(user=None).values("user")
    return [
        one
        for one in User.objects.filter(pk__in=barred).order_by("pk")
        if appointment_id in barred_to_user(one)
    ]


@retrying
def lift_bar(found: Recusal, *, user: User) -> None:
    """Let whoever the bar is of take part again."""
    if found.professional_id is not None:
        lift(found.appointment_id, found.professional_id, user=user)
        return
    appointment = locked(found.appointment_id)
    if Recusal.objects.in_force().filter(appointment=appointment, user=found.user).exists():
        Recusal.objects.create(
            appointment=appointment,
            user=found.user,
            what=Recusal.What.LIFTED,
            at=clock.now(),
            by=user,
        )


@retrying
def lift(appointment_id: int, professional_id: int, *, user: User) -> None:
    """Let a professional take part again. What nobody else was found for yet stays theirs."""
    appointment = locked(appointment_id)
    bars = Recusal.objects.in_force().filter(appointment=appointment, professional=professional_id)
    if bars.exists():
        professional = Professional.objects.get(pk=professional_id)
        matter = barred_to(professional)
        _note(appointment, professional_id, Recusal.What.LIFTED, user)
        _take_back(matter)
        _take_back_calls(professional)


def _note(appointment: Appointment, professional_id: int, what: Recusal.What, user: User) -> None:
    Recusal.objects.create(
        appointment=appointment, professional_id=professional_id, what=what, at=clock.now(), by=user
    )


def _booked(appointments: Iterable[int]) -> Iterator[tuple[Appointment, set[int]]]:
    """Yield those booked and not over, each with who is to meet the parties."""
    ahead = Appointment.objects.filter(
        pk__in=set(appointments), status__in=Status.open(), claim__isnull=False
    )
    for appointment in ahead.prefetch_related("staff"):
        yield appointment, {member.professional_id for member in appointment.staff.all()}


def hand_over(appointments: Iterable[int]) -> None:
    """Make those of the appointments work for the secretary to which somebody barred is booked.

    So are the call-backs of their people, as far as these are known by now.
    """
    appointments = set(appointments)
    barred = frozenset[int]().union(*barred_from_each(appointments).values())
    with transaction.atomic():
        for appointment, staff in _booked(appointments):
            if appointment.claim_id is not None and barred_from(appointment.pk) & staff:
                Claim.objects.filter(pk=appointment.claim_id, orphaned_at=None).update(
                    orphaned_at=clock.now(), orphan_reason=CONFLICT
                )
                live_updates.announce(live_updates.DESK)
        for professional in Professional.objects.filter(pk__in=barred) if barred else ():
            hand_over_calls(professional)


def hand_over_calls(professional: Professional) -> None:
    """Make the calls that a professional was to make, and stays out of, work for the secretary."""
    calls = _calls_ahead(professional).filter(pk__in=calls_barred_to(professional))
    claims = Claim.objects.filter(call_back__in=calls, orphaned_at=None)
    if claims.update(orphaned_at=clock.now(), orphan_reason=CONFLICT):
        live_updates.announce(live_updates.DESK)


def _take_back_calls(professional: Professional) -> None:
    calls = _calls_ahead(professional).exclude(pk__in=calls_barred_to(professional))
    waiting = Claim.objects.filter(call_back__in=calls, orphan_reason=CONFLICT)
    waiting.update(orphaned_at=None, orphan_reason="")


def _calls_ahead(professional: Professional) -> QuerySet[CallBack]:
    return CallBack.objects.open().of_professional(professional).filter(claim__isnull=False)


def _take_back(appointments: Iterable[int]) -> None:
    """Take those off the work that waited for somebody else for no other reason."""
    for appointment, staff in _booked(appointments):
        if appointment.claim_id is not None and not barred_from(appointment.pk) & staff:
            waiting = Claim.objects.filter(pk=appointment.claim_id, orphan_reason=CONFLICT)
            waiting.update(orphaned_at=None, orphan_reason="")
            live_updates.announce(live_updates.DESK)
