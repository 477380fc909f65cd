"""The bar of the call that goes on, and the phone's state beside it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.models import Call, CallLanguage, CallOutcome, CallTask
from bookings.phone.frame import Frame, frame_of
from office.calendar.working_time import OpenState
from office.core import clock, dates
from office.models import PartnerOrganisation, Service, User


@dataclass(frozen=True)
class PhoneLabel:
    """The phone's state in the top bar."""

    is_open: bool
    words: str
    # When the words are to be read anew.
    changes_at: datetime | None


@dataclass(frozen=True)
class OutcomeKey:
    """One way in which a call ends, and the digit that says so after T."""

    value: str
    name: str
    key: str


def outcome_keys() -> list[OutcomeKey]:
    """List how a call can end; to whom it is referred is asked beside it."""
    return [
        OutcomeKey(value, str(name), str(number))
        for number, (value, name) in enumerate(CallOutcome.choices, start=1)
    ]


def phone_label(state: OpenState) -> PhoneLabel:
    """Say "Phone open until 12.00", "Phone closed, opens Wed 25 Nov at 9.00"."""
    language = get_language()
    if state.closes is not None:
        words = _("Phone open until %(time)s") % {"time": dates.clock(state.closes, language)}
        return PhoneLabel(True, words, state.closes)
    if state.next is None:
        return PhoneLabel(False, _("Phone closed"), None)
    opens = state.next[0]
    if clock.local(opens).date() == clock.today():
        words = _("Phone closed, opens at %(time)s") % {"time": dates.clock(opens, language)}
    else:
        day = dates.SHORT_WEEKDAYS[dates.known(language)][clock.local(opens).weekday()]
        words = _("Phone closed, opens %(day)s at %(time)s") % {
            "day": day,
            "time": dates.clock(opens, language),
        }
    return PhoneLabel(False, words, opens)


def bar_context(
    user: User, *, back: str, frame: Frame | None = None, ended: Call | None = None, error: str = ""
) -> dict[str, Any]:
    """Return what the bar and the status are made of. `ended`: the call that has just been ended."""
    frame = frame or frame_of(user)
    context: dict[str, Any] = {
        "phone": phone_label(frame.phone),
        "call": frame.call,
        "flags": frame.flags,
        "ended": ended,
        "task": CallTask.objects.open().filter(call=ended).values_list("pk", flat=True).first()
        if ended is not None
        else None,
        "error": error,
        "back": back,
        "now": clock.now(),
    }
    if frame.call is not None:
        outcomes = outcome_keys()
        context |= {
            "elapsed": elapsed(frame.call.started_at),
            "outcomes": outcomes,
            "noted": next((o for o in outcomes if o.value == frame.call.outcome), None),
            "services": Service.objects.in_use(),
            "languages": CallLanguage.choices,
            "places": PartnerOrganisation.objects.filter(is_active=True),
        }
    return context


def elapsed(since: datetime) -> str:
    """Word the time as 0:42, 12:05: minutes and seconds."""
    seconds = max(0, int((clock.now() - since).total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02d}"
