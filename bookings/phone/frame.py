"""What stands above every page of the secretary: the state of the phone, the call that goes on.

Every page asks: one query for what goes on, and the hours of the phone as they are kept.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from django.db.models import Exists, F, OuterRef
from django.http import HttpRequest

from bookings.hooks import PAGE_FLAGS
from bookings.models import Call, Recusal
from office.calendar.working_time import OpenState, phone_time_ahead, state_of
from office.core.json_rows import json_rows
from office.models import User


@dataclass(frozen=True)
class CallNow:
    """The call that goes on."""

    pk: int
    started_at: datetime
    outcome: str
    service: int | None
    language: str
    referred_to: str
    reference: str


@dataclass(frozen=True)
class Frame:
    phone: OpenState
    call: CallNow | None
    # Whether the user stays out of any matter.
    is_barred: bool
    # What of `hooks.PAGE_FLAGS` is going on.
    flags: frozenset[str]


def frame_of(user: User) -> Frame:
    """Return the state of the phone, the user's own call and what else goes on.

    One query, and those of the phone's hours where they are not kept.
    """
    row = (
        User.objects.annotate(
            going_on=json_rows(
                Call.objects.going_on().filter(user=OuterRef("pk")),
                "pk",
                "started_at",
                "outcome",
                "language",
                "referred_to",
                service=F("service_id"),
                reference=F("appointment__reference"),
            ),
            is_barred=Exists(Recusal.objects.in_force().of_user(OuterRef("pk"))),
            **{name: flag() for name, flag in PAGE_FLAGS.items()},
        )
        .values("going_on", "is_barred", *PAGE_FLAGS)
        .get(pk=user.pk)
    )
    flags = frozenset(name for name in PAGE_FLAGS if row[name])
    phone = state_of(phone_time_ahead())
    return Frame(phone, _call(row["going_on"]), row["is_barred"], flags)


_of_requests: WeakKeyDictionary[HttpRequest, Frame] = WeakKeyDictionary()


def frame_for(request: HttpRequest, user: User) -> Frame:
    """Return the frame of the page that answers a request: read once."""
    if request not in _of_requests:
        _of_requests[request] = frame_of(user)
    return _of_requests[request]


def _call(calls: list[dict[str, Any]]) -> CallNow | None:
    if not calls:
        return None
    call = calls[0]
    started_at, reference = datetime.fromisoformat(call["started_at"]), call["reference"] or ""
    return CallNow(**call | {"started_at": started_at, "reference": reference})
