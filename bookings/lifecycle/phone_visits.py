"""Visits by phone need a number that may be called: refused without one, and listed where it lacks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Answer, Appointment, OtherParent, Party, PartyRole, Status
from bookings.models.parties import PartyQuerySet
from bookings.visibility import Reader
from office.core import clock, phones
from office.core.intervals import contains
from office.models import Channel

# So long before the visit the number is shown to those who call, and until it ends.
SHOWN_BEFORE = timedelta(minutes=30)


class Reached(Protocol):
    """Whoever may have given a number: a party, or the details of one."""

    @property
    def phone(self) -> Any: ...
    @property
    def call_is_safe(self) -> bool: ...
    @property
    def given_by_other(self) -> bool: ...


class NoNumberError(NotPossibleError):
    """A visit by phone would have nobody to ring; the message says so to staff."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        super().__init__()
        self.names = [name for name in names if name]

    @property
    def sentence(self) -> str:
        if self.names:
            return _(
                "A visit by phone needs a number that may be called, and there is none for: %(names)s. "
                "Nothing has changed. Correct the details first, or choose another way to meet."
            ) % {"names": ", ".join(self.names)}
        return _(
            "A visit by phone needs a number that may be called. Nothing has changed. Give the number "
            "and say that calls are safe, or choose another way to meet."
        )


def may_be_called(person: Reached) -> bool:
    """Say whether there is a number that its owner, or whoever gave it, allows us to call."""
    return bool(person.phone and person.call_is_safe)


def lacks_number(person: Reached) -> bool:
    """Say whether a visit by phone would find nobody to call.

    A party whose contacts another has given is asked for a number when they take up the invitation.
    """
    return not person.given_by_other and not may_be_called(person)


def refuse_lacking(channel: str, *people: Reached) -> None:
    """Raise NoNumberError where one of those who are invited to a visit by phone lacks a number."""
    if channel == Channel.PHONE and any(lacks_number(person) for person in people):
        raise NoNumberError


def refuse_uncallable(channel: str, *people: Reached) -> None:
    """Raise NoNumberError where a visit by phone would have nobody to ring."""
    if channel == Channel.PHONE and not all(may_be_called(person) for person in people):
        raise NoNumberError


def refuse_change_to_phone(appointment: Appointment, channel: str) -> None:
    """Raise NoNumberError where a visit would become one by phone without a number for each who comes.

    One that is by phone already may be moved all the same: what it lacks is on the work list.
    """
    if channel != Channel.PHONE or appointment.channel == Channel.PHONE:
        return
    lacking = [party for party in who_are_called(appointment) if not may_be_called(party)]
    if lacking:
        raise NoNumberError(party.name for party in lacking)


def who_are_called(appointment: Appointment) -> list[Party]:
    """Return who comes to the visit; whoever is only invited by a link is asked for a number there."""
    return list(
        appointment.parties.who_come().exclude(answer=Answer.DECLINED).exclude(_not_taken_up())
    )


def without_number(now: datetime) -> QuerySet[Party]:
    """Return the parties to upcoming visits by phone whom nobody could ring, the soonest first."""
    return (
        Party.objects.who_come()
        .exclude(answer=Answer.DECLINED)
        .exclude(_not_taken_up())
        .filter(
            Q(phone="") | Q(call_is_safe=False),
            Q(appointment__starts_at=None) | Q(appointment__starts_at__gt=now),
            appointment__channel=Channel.PHONE,
            appointment__status__in=Status.before_visit(),
        )
        .select_related("appointment")
        .order_by(F("appointment__starts_at").asc(nulls_last=True), "pk")
    )


def _not_taken_up() -> Q:
    return Q(
        appointment__other_parent=OtherParent.PASS_ON,
        is_requester=False,
        role__in=PartyRole.sides(),
        name="",
    )


@dataclass(frozen=True)
class Number:
    """Whom to ring: a number, or that there is none. `name` is empty where it would tell who asked."""

    name: str
    phone: str
    e164: str
    voicemail_is_safe: bool


def are_shown(appointment: Appointment, now: datetime) -> bool:
    """Say whether those who call see the numbers now: only shortly before the visit and during it."""
    if appointment.channel != Channel.PHONE or appointment.starts_at is None:
        return False
    if not appointment.is_agreed or appointment.ends_at is None:
        return False
    return contains((appointment.starts_at - SHOWN_BEFORE, appointment.ends_at), now)


def numbers_of(
    appointments: Iterable[Appointment], *, nameless: Iterable[int] = ()
) -> dict[int, list[Number]]:
    """Return the numbers to ring for the visits whose time it is, by id. One query; log who sees them.

    `nameless`: visits whose names are not shown, since one name alone would tell who asked.
    """
    now = clock.now()
    shown = [appointment.pk for appointment in appointments if are_shown(appointment, now)]
    return _numbers(_who_are_rung(shown).seen_by(Reader.RINGS), nameless)


def numbers_on_paper(
    appointments: Iterable[Appointment], *, nameless: Iterable[int] = ()
) -> dict[int, list[Number]]:
    """Return the same for a list that the secretary prints ahead of the day.

    Protected numbers never stand on paper: whoever calls sees them at the time of the visit.
    """
    listed = [a.pk for a in appointments if a.channel == Channel.PHONE and a.is_agreed]
    return _numbers(
        _who_are_rung(listed).exclude(is_protected=True).seen_by(Reader.RINGS), nameless
    )


def _who_are_rung(appointments: list[int]) -> PartyQuerySet:
    return (
        Party.objects.who_come()
        .impartial()
        .filter(appointment__in=appointments)
        .exclude(answer=Answer.DECLINED)
        .exclude(_not_taken_up())
    )


def _numbers(parties: PartyQuerySet, nameless: Iterable[int]) -> dict[int, list[Number]]:
    hidden = set(nameless)
    found: dict[int, list[Number]] = {}
    for party in parties:
        callable_ = may_be_called(party)
        found.setdefault(party.appointment_id, []).append(
            Number(
                name="" if party.appointment_id in hidden else party.name,
                phone=phones.shown(party.phone) if callable_ else "",
                e164=str(party.phone) if callable_ else "",
                voicemail_is_safe=party.voicemail_is_safe,
            )
        )
    return found
