"""Offer places that are free to those who wait, in their order, and pass on what nobody took.

Each step is a transaction of its own: whatever stops the worker in between, the next sweep goes on from
what the database holds.
"""

from datetime import datetime, timedelta

from evenings.models import Evening, EveningStatus, SignUp, SignUpEventKind, SignUpStatus
from evenings.notifications import messages
from evenings.places.history import By, record
from evenings.places.room import is_strict, lock_evenings, lock_sign_up, next_in_line
from office.calendar.occupancy import retrying
from office.core import clock
from office.messaging import quiet_hours
from office.models import Unit

# On the last day there is less time to answer, by day.
HOURS_ON_THE_LAST_DAY = 2
# An offer with less time than this is of no use.
SHORTEST = timedelta(minutes=30)


def sweep() -> int:
    """Pass on what was not answered, offer what is free, end the lines of closed sign-ups; how much."""
    return end_lapsed() + end_lines() + offer_all()


def end_lapsed() -> int:
    """End offers whose time to answer is over."""
    late = SignUp.objects.filter(status=SignUpStatus.OFFERED, offered_until__lte=clock.now())
    return sum(_end_lapsed(pk) for pk in list(late.values_list("pk", flat=True)))


@retrying
def _end_lapsed(sign_up_id: int) -> bool:
    sign_up, evening = lock_sign_up(sign_up_id)
    if not sign_up.is_offered or has_time(sign_up):
        return False
    record(sign_up, SignUpEventKind.LAPSED, to=SignUpStatus.LAPSED, by=By.SYSTEM)
    evening.refresh_from_db(fields=["people"])
    offer_places(evening)
    return True


def has_time(sign_up: SignUp) -> bool:
    """Say whether the offered place may still be taken."""
    return sign_up.offered_until is not None and clock.now() < sign_up.offered_until


def offer_all() -> int:
    """Offer what is free at every evening at which somebody waits."""
    waited = Evening.objects.open_to_sign_up(clock.now()).filter(
        sign_ups__status=SignUpStatus.WAITING
    )
    return sum(_offer(pk) for pk in list(waited.distinct().values_list("pk", flat=True)))


@retrying
def _offer(evening_id: int) -> int:
    return offer_places(lock_evenings([evening_id])[evening_id])


def offer_places(evening: Evening) -> int:
    """Offer the free places of an evening that is locked; how many offers were made.

    Not in the night: nobody is woken, and nobody's time to answer passes while they sleep.
    """
    now, unit = clock.now(), Unit.get()
    until = offered_until(evening, unit, now)
    if not evening.is_open_to_sign_up(now) or not quiet_hours.may_write(now, unit):
        return 0
    if until - now < SHORTEST:
        return 0
    made = 0
    for sign_up in next_in_line(evening):
        record(
            sign_up,
            SignUpEventKind.OFFERED,
            to=SignUpStatus.OFFERED,
            by=By.SYSTEM,
            offered_until=until,
        )
        sign_up.evening = evening
        messages.notify_offered(sign_up)
        made += 1
    if made:
        evening.refresh_from_db(fields=["people"])
    return made


def offered_until(evening: Evening, unit: Unit, now: datetime) -> datetime:
    """Return until when an offer made now may be answered: in daytime hours, before sign-up closes."""
    hours = unit.earlier_answer_hours if is_strict(evening) else HOURS_ON_THE_LAST_DAY
    return min(quiet_hours.after(now, hours, unit), evening.sign_up_closes_at)


def end_lines() -> int:
    """Tell those who wait for a place at an evening whose sign-up has closed that none came."""
    waiting = SignUp.objects.filter(
        status=SignUpStatus.WAITING,
        evening__sign_up_closes_at__lte=clock.now(),
        evening__status=EveningStatus.PUBLISHED,
    )
    return sum(_end_wait(pk) for pk in list(waiting.values_list("pk", flat=True)))


@retrying
def _end_wait(sign_up_id: int) -> bool:
    sign_up, evening = lock_sign_up(sign_up_id)
    if not sign_up.is_waiting or clock.now() < evening.sign_up_closes_at:
        return False
    record(sign_up, SignUpEventKind.NO_PLACE, to=SignUpStatus.NO_PLACE, by=By.SYSTEM)
    messages.notify_no_place(sign_up)
    return True
