"""Which interpreters a visit needs, and what is to be done about each of them now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Protocol

from django.db.models import Q
from django.utils.translation import gettext as _

from bookings.models import Access, Answer, Appointment, InterpreterOrder, Party, Status
from bookings.models.parties import PartyQuerySet
from office.core.interpreters import language_name

SIGN = Access.SIGN_LANGUAGE.value
# Whether an interpreter came stays open when nobody has answered it within this time.
MARKED_WITHIN = timedelta(days=14)


class NeedsInterpreter(Protocol):
    """A party, or what the calendar knows of one."""

    @property
    def interpreter(self) -> str: ...
    @property
    def access(self) -> Sequence[str]: ...


class InterpreterStep(StrEnum):
    """What is to be done next about one interpreter of a visit."""

    ORDER = auto()
    CONFIRM = auto()
    # The visit has another time or place than is ordered from the agency.
    MOVE = auto()
    # The visit, or the need, is gone.
    CANCEL = auto()
    # The visit has begun: did the interpreter come?
    MARK = auto()
    NOTHING = auto()


@dataclass(frozen=True)
class Interpreter:
    """One interpreter of a visit; `order`: the last one of its orders, if any."""

    visit: Appointment
    language: str
    is_needed: bool
    order: InterpreterOrder | None

    @property
    def language_label(self) -> str:
        return interpreter_label(self.language)

    @property
    def live_order(self) -> InterpreterOrder | None:
        return self.order if self.order is not None and self.order.is_live else None

    @property
    def is_marked(self) -> bool:
        """Whether who came is noted; of a visit that has been moved since, it is not."""
        return self.order is not None and self.order.is_marked

    @property
    def starts_at(self) -> datetime | None:
        """When somebody waits for the interpreter, or the interpreter for somebody."""
        if self.is_needed or self.order is None:
            return self.visit.starts_at
        return self.order.starts_at

    def step(self, now: datetime) -> InterpreterStep:
        order, visit = self.live_order, self.visit
        takes_place = visit.status in (*Status.agreed(), *Status.over())
        if order is None:
            is_ahead = visit.is_agreed and visit.ends_at is not None and visit.ends_at > now
            return (
                InterpreterStep.ORDER
                if self.is_needed and is_ahead and not self.is_marked
                else InterpreterStep.NOTHING
            )
        if takes_place and order.fits and order.starts_at <= now:
            return InterpreterStep.MARK
        if not (takes_place and self.is_needed):
            return InterpreterStep.CANCEL if order.ends_at > now else InterpreterStep.NOTHING
        if not order.fits:
            return InterpreterStep.MOVE
        return InterpreterStep.CONFIRM if order.is_ordered else InterpreterStep.NOTHING


def interpreters_of(appointment: Appointment) -> list[Interpreter]:
    """Return the interpreters of one visit, those needed no longer among them. Two queries."""
    needed = {
        language
        for party in _who_need_one().filter(appointment=appointment)
        for language in languages_of(party)
    }
    orders = {}
    for order in appointment.interpreter_orders.select_related("agency", "service_point"):
        order.appointment = appointment
        orders[order.language] = order
    return [
        Interpreter(appointment, language, language in needed, orders.get(language))
        for language in sorted(needed | set(orders))
    ]


def interpreter_of(appointment: Appointment, language: str) -> Interpreter:
    """Return the interpreter of one language, needed or not."""
    found = (i for i in interpreters_of(appointment) if i.language == language)
    return next(found, Interpreter(appointment, language, is_needed=False, order=None))


def unsettled(now: datetime) -> list[Interpreter]:
    """Return the interpreters about whom something is to be done, the soonest first. Two queries."""
    needed: dict[tuple[int, str], Appointment] = {}
    parties = _who_need_one().filter(
        appointment__status__in=Status.agreed(), appointment__ends_at__gt=now
    )
    for party in parties.select_related("appointment"):
        for language in languages_of(party):
            needed[party.appointment_id, language] = party.appointment
    is_ahead = Q(appointment__ends_at__gt=now)
    states = InterpreterOrder.State
    orders = {
        (order.appointment_id, order.language): order
        for order in InterpreterOrder.objects.filter(
            is_ahead | Q(ends_at__gt=now - MARKED_WITHIN, state__in=states.live())
        ).select_related("appointment", "agency")
    }
    found = [
        Interpreter(
            needed[key] if key in needed else orders[key].appointment,
            key[1],
            key in needed,
            orders.get(key),
        )
        for key in {*needed, *orders}
    ]
    return sorted(
        (i for i in found if _is_work(i, now)),
        key=lambda i: (i.starts_at or now, i.visit.pk, i.language),
    )


def languages_of(person: NeedsInterpreter) -> Iterable[str]:
    """Yield the languages into which somebody needs an interpreter; sign language counts as one."""
    if person.interpreter:
        yield person.interpreter
    if SIGN in person.access:
        yield SIGN


def interpreter_label(language: str) -> str:
    return _("sign language") if language == SIGN else language_name(language)


def _who_need_one() -> PartyQuerySet:
    return (
        Party.objects.all_who_come()
        .exclude(answer=Answer.DECLINED)
        .filter(~Q(interpreter="") | Q(access__contains=[SIGN]))
    )


def _is_work(interpreter: Interpreter, now: datetime) -> bool:
    """Say whether it is on the work list: whether they came is asked once the visit is over."""
    step = interpreter.step(now)
    if step == InterpreterStep.MARK:
        return interpreter.order is not None and interpreter.order.ends_at <= now
    return step != InterpreterStep.NOTHING
