"""The call log: starting and ending calls, and what other work says of the call that goes on.

It is nameless: who called is never written down, only what it was about and how it ended.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, Call, CallLanguage, CallOutcome
from bookings.models.calls import LONGEST_CALL
from bookings.phone import call_tasks
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import Service, User

# A second press so soon is of the same finger.
DOUBLE_PRESS = timedelta(seconds=3)
# Who has booked a time and then sends links has booked: what comes earlier here stands.
STRONGER_FIRST = (
    CallOutcome.BOOKED,
    CallOutcome.MOVED,
    CallOutcome.CANCELLED,
    CallOutcome.CALL_BACK,
    CallOutcome.LINKS,
)
WITH_APPOINTMENT = (CallOutcome.BOOKED, CallOutcome.MOVED, CallOutcome.CANCELLED)


@dataclass(frozen=True)
class About:
    """What a call is about, as far as it is known."""

    service: Service | None
    language: str
    referred_to: str = ""


def _mine(user: User) -> Call | None:
    """Return the user's call that nobody has ended, with the user's calls locked."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return Call.objects.filter(user=user, ended_at=None).first()


@retrying
def start(user: User, *, seen: int | None = None) -> Call:
    """Begin a call, and end as forgotten the one that was left open; the call that goes on now.

    `seen`: the call that the page showed as going on. Where another one goes on, begun in another tab
    or by the press before, it is that one that goes on.
    """
    now = clock.now()
    last = _mine(user)
    if last is not None:
        is_lapsed = last.started_at <= now - LONGEST_CALL
        if not is_lapsed and (last.pk != seen or now - last.started_at < DOUBLE_PRESS):
            return last
        _end_forgotten(last, now)
    language = last.language if last is not None else CallLanguage.FINNISH
    if language == CallLanguage.OTHER:
        language = CallLanguage.FINNISH
    return Call.objects.create(user=user, started_at=now, language=language)


def _end_forgotten(call: Call, now: datetime) -> None:
    """End a call that nobody ended. Where its outcome is known, its end is when the next one began."""
    call.ended_at = min(now, call.started_at + LONGEST_CALL)
    call.was_forgotten = not call.outcome or now >= call.started_at + LONGEST_CALL
    call.save(update_fields=["ended_at", "was_forgotten"])


@retrying
def end(call_id: int, *, user: User, outcome: str, about: About | None = None) -> bool:
    """End the call with its outcome; False where it had ended already, and then nothing changes."""
    _mine(user)
    call = Call.objects.get(pk=call_id, user=user)
    if call.ended_at is not None:
        return False
    now = clock.now()
    if now - call.started_at > LONGEST_CALL:
        _end_forgotten(call, now)
    else:
        call.ended_at = now
    _close(call, outcome, about)
    return True


def _close(call: Call, outcome: str, about: About | None) -> None:
    """Close the call with this outcome. What was done meanwhile belongs to it, or is left out."""
    if outcome not in WITH_APPOINTMENT:
        call.appointment = None
    call.outcome = outcome
    if about is not None:
        _say(call, about)
    call.save()
    call_tasks.follow(call)


@retrying
def say(call_id: int, about: About, *, user: User) -> None:
    """Write down what the call is about while it goes on."""
    _mine(user)
    call = Call.objects.get(pk=call_id, user=user)
    if call.ended_at is None:
        _say(call, about)
        call.save()


def _say(call: Call, about: About) -> None:
    call.service = about.service
    call.language = about.language
    call.referred_to = about.referred_to if call.outcome == CallOutcome.REFERRED else ""


@retrying
def discard(call_id: int, *, user: User) -> None:
    """Take out of the log what was no call, on the day that it was begun."""
    _mine(user)
    call = Call.objects.get(pk=call_id, user=user)
    if not may_correct(call, user):
        raise NotPossibleError
    call_tasks.drop(call)
    call.delete()


@retrying
def correct(call_id: int, *, user: User, outcome: str, about: About) -> None:
    """Put right what the log says of an ended call. Raises NotPossibleError after its day."""
    _mine(user)
    call = Call.objects.get(pk=call_id, user=user)
    if call.ended_at is None or not may_correct(call, user):
        raise NotPossibleError
    call.corrected_at = clock.now()
    _close(call, outcome, about)


def may_correct(call: Call, user: User) -> bool:
    """Say whether the user may correct the call: their own, on the same day."""
    return call.user_id == user.pk and clock.local(call.started_at).date() == clock.today()


@retrying
def note_outcome(user: User, outcome: str, *, appointment: Appointment | None = None) -> bool:
    """Note the outcome of something done during a call; False where no call goes on.

    The call goes on until it is ended. A stronger outcome that is there already stays.
    """
    call = Call.objects.going_on().select_for_update(no_key=True).filter(user=user).first()
    if call is None:
        return False
    order = [str(known) for known in STRONGER_FIRST]
    if not call.outcome or (
        outcome in order
        and (call.outcome not in order or order.index(outcome) < order.index(call.outcome))
    ):
        call.outcome = outcome
    if appointment is not None and call.appointment_id is None:
        call.appointment = appointment
        call.service_id = call.service_id or appointment.service_id
        if appointment.language in CallLanguage.values:
            call.language = appointment.language
    call.save()
    return True


@retrying
def forget_outcome(user: User, appointments: Iterable[Appointment]) -> None:
    """Forget the outcome of the call that goes on: what was done to these was taken back."""
    Call.objects.going_on().filter(user=user, appointment__in=list(appointments)).update(
        outcome="", appointment=None
    )


@retrying
def forget_links(user: User) -> None:
    """Remove the outcome of sent links from the ongoing call: the links were taken back."""
    Call.objects.going_on().filter(user=user, outcome=CallOutcome.LINKS).update(outcome="")


def end_forgotten() -> int:
    """End the calls that were left open for too long; how many."""
    return Call.objects.left_open().update(
        ended_at=F("started_at") + LONGEST_CALL, was_forgotten=True
    )
