"""Interpreters in words: on the card of a visit, and on the work list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.appointments.attendance import may_mark_arrival
from bookings.desk_kit.labels import Tag, days_left, place_label, short_when
from bookings.interpreters.needs import (
    SIGN,
    Interpreter,
    InterpreterStep,
    interpreter_label,
    interpreters_of,
    languages_of,
    unsettled,
)
from bookings.interpreters.orders import may_cancel, may_mark
from bookings.models import Appointment, InterpreterOrder, Party
from office.calendar.opening_hours import working_days_away
from office.core import clock, dates
from office.core.names import alphabetical
from office.models import InterpreterAgency

# What is not settled so many working days before the visit is urgent.
NEAR_DAYS = 3
State = InterpreterOrder.State
_STATE_LOOKS = {
    State.ORDERED: ("tag--wait", "clock"),
    State.CONFIRMED: ("tag--good", "check"),
    State.CAME: ("tag--good", "check"),
    State.ABSENT: ("tag--bad", "cross"),
    State.CANCELLED: ("tag--quiet", ""),
}


@dataclass(frozen=True)
class Act:
    """A button: what it notes."""

    do: str
    text: str
    key: str = ""


@dataclass(frozen=True)
class CardInterpreter:
    """One interpreter as the card shows it."""

    code: str
    language: str
    tag: Tag
    # "Tulkki Oy · ordered ke 25.11. 9.30", and the time and place ordered, where they no longer hold.
    ordered: str
    outdated: str
    agency: InterpreterAgency | None
    acts: list[Act]
    # From whom it can be ordered now; nothing where it is not to be ordered.
    agencies: Sequence[InterpreterAgency] = ()
    is_to_order: bool = False
    key: str = ""


@dataclass(frozen=True)
class Work:
    """What is to be done about the interpreters of one visit."""

    visit: Appointment
    tags: list[Tag]
    days_left: str
    is_near: bool


def card_interpreters(appointment: Appointment, now: datetime) -> list[CardInterpreter]:
    """Return the interpreters of a visit, first those that need something. At most three queries."""
    found = sorted(
        interpreters_of(appointment), key=lambda i: i.step(now) == InterpreterStep.NOTHING
    )
    is_to_order = any(i.step(now) == InterpreterStep.ORDER for i in found)
    agencies = list(InterpreterAgency.objects.in_use()) if is_to_order else []
    # On the day of the visit the key marks that they arrived.
    key = "" if may_mark_arrival(appointment) else "f"
    return [_card(i, now, agencies, key="" if n else key) for n, i in enumerate(found)]


def _card(
    interpreter: Interpreter, now: datetime, agencies: list[InterpreterAgency], *, key: str
) -> CardInterpreter:
    order, step = interpreter.order, interpreter.step(now)
    for_signs = interpreter.language == SIGN
    return CardInterpreter(
        code=interpreter.language,
        language=interpreter.language_label,
        tag=_state_tag(interpreter, step),
        ordered=_ordered(order) if order is not None else "",
        outdated=_ordered_for(order)
        if order is not None and step in (InterpreterStep.MOVE, InterpreterStep.CANCEL)
        else "",
        agency=order.agency if order is not None and order.is_live else None,
        acts=_acts(interpreter, step, key),
        is_to_order=step == InterpreterStep.ORDER,
        key=key,
        agencies=sorted(
            agencies, key=lambda a: (a.for_sign_language != for_signs, alphabetical(a.name))
        ),
    )


def _acts(interpreter: Interpreter, step: InterpreterStep, key: str) -> list[Act]:
    acts = []
    if step == InterpreterStep.CONFIRM:
        acts.append(Act("confirm", _("The agency has confirmed")))
    elif step == InterpreterStep.MOVE:
        acts.append(Act("move", _("The agency was told the new time")))
    if may_cancel(interpreter):
        acts.append(Act("cancel", _("The order is cancelled")))
    order = interpreter.order
    if may_mark(interpreter) and not (order and order.has_come):
        acts.append(Act("came", _("The interpreter came")))
    if may_mark(interpreter) and not (order and order.was_absent):
        acts.append(Act("absent", _("The interpreter did not come")))
    # A press of the key notes what is to be noted next; what is settled is changed by hand.
    if acts and key and step != InterpreterStep.NOTHING:
        acts[0] = Act(acts[0].do, acts[0].text, key)
    return acts


def _state_tag(interpreter: Interpreter, step: InterpreterStep) -> Tag:
    order = interpreter.order
    if step == InterpreterStep.ORDER:
        return Tag(_("To order"), "tag--bad", "warning")
    if step == InterpreterStep.MOVE:
        return Tag(_("Ordered for another time or place"), "tag--bad", "warning")
    if step == InterpreterStep.CANCEL:
        return Tag(_("Ordered, no longer needed"), "tag--bad", "warning")
    if order is None:
        return Tag(_("Not ordered"), "tag--quiet")
    css, icon = _STATE_LOOKS[State(order.state)]
    return Tag(str(order.get_state_display()).capitalize(), css, icon)


def _ordered(order: InterpreterOrder) -> str:
    when = _("ordered %(when)s") % {"when": short_when(order.ordered_at)}
    return f"{order.agency.name} · {when}" if order.agency else when


def _ordered_for(order: InterpreterOrder) -> str:
    """Name the time and place for which it is ordered at the agency."""
    when = dates.when_range(order.starts_at, order.ends_at, get_language())
    place = place_label(order.channel, order.service_point)
    return _("Ordered for: %(when)s, %(place)s") % {"when": when, "place": place}


def visit_tags(visit: Appointment) -> list[Tag]:
    """Tell those who meet the parties which interpreters a visit has, and whether they come.

    Its parties and its orders are fetched already.
    """
    languages = {language for party in visit.parties.all() for language in languages_of(party)}
    orders = {order.language: order for order in visit.interpreter_orders.all()}
    return [_visit_tag(language, orders.get(language)) for language in sorted(languages)]


def _visit_tag(language: str, order: InterpreterOrder | None) -> Tag:
    if order is None or not (order.is_live or order.is_marked):
        state, css, icon = _("not ordered yet"), "tag--bad", "warning"
    elif order.is_live and not order.fits:
        state, css, icon = _("ordered for another time or place"), "tag--bad", "warning"
    else:
        css, icon = _STATE_LOOKS[State(order.state)]
        state = str(order.get_state_display())
    words = {"language": interpreter_label(language), "state": state}
    return Tag(_("interpreter: %(language)s, %(state)s") % words, css, icon)


def own_interpreters(party: Party, appointment: Appointment) -> list[str]:
    """Tell on the own page about the interpreters that the party asked for, once a time is agreed."""
    languages = sorted(languages_of(party))
    if not languages or not appointment.is_agreed:
        return []
    orders = {order.language: order for order in appointment.interpreter_orders.all()}
    return [_own_words(language, orders.get(language)) for language in languages]


def _own_words(language: str, order: InterpreterOrder | None) -> str:
    words = {"language": interpreter_label(language)}
    if order is None or not order.is_live or not order.fits:
        return _("We order the interpreter for you: %(language)s.") % words
    if order.is_confirmed:
        return _("An interpreter comes: %(language)s. It has been confirmed.") % words
    return _("We have ordered an interpreter for you: %(language)s.") % words


def interpreter_work(now: datetime) -> list[Work]:
    """Return what of interpreters is to be done, by visit, the soonest first. Two queries."""
    today = clock.local(now).date()
    last_near = working_days_away(today, NEAR_DAYS)
    near = clock.day_bounds(last_near, last_near)[1]
    found = []
    for _visit, group in groupby(unsettled(now), key=lambda i: i.visit.pk):
        interpreters = list(group)
        starts_at = interpreters[0].starts_at
        is_near = starts_at is not None and starts_at < near
        found.append(
            Work(
                visit=interpreters[0].visit,
                tags=list(_work_tags(interpreters, now, is_near=is_near)),
                days_left=days_left(starts_at, now) if starts_at else "",
                is_near=is_near,
            )
        )
    return found


def _work_tags(
    interpreters: Iterable[Interpreter], now: datetime, *, is_near: bool
) -> Iterable[Tag]:
    for interpreter in interpreters:
        step = interpreter.step(now)
        text = {
            InterpreterStep.ORDER: _("Order an interpreter: %(language)s"),
            InterpreterStep.CONFIRM: _("Not confirmed: %(language)s"),
            InterpreterStep.MOVE: _("Move the order: %(language)s"),
            InterpreterStep.CANCEL: _("Cancel the order: %(language)s"),
            InterpreterStep.MARK: _("Did the interpreter come? %(language)s"),
        }[step]
        is_wrong = step in (InterpreterStep.MOVE, InterpreterStep.CANCEL)
        css = "tag--bad" if (is_near and step != InterpreterStep.MARK) or is_wrong else "tag--wait"
        yield Tag(text % {"language": interpreter.language_label}, css, "message")
