"""What the pages of the staff show of calls for help: where, and who is coming; nothing of a client."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from office.models import User
from walkin.help.calls import name_of, open_calls
from walkin.models import HelpCall


@dataclass(frozen=True)
class ShownCall:
    """One call, as the user sees it."""

    call: HelpCall
    place: str
    helper: str
    is_own: bool
    may_come: bool


def banner_of(user: User, *, is_calm: bool = False) -> dict[str, Any]:
    """Return the context of the banner. `is_calm`: nobody calls, as the page knows already."""
    calls = [] if is_calm else open_calls(user)
    return {
        "help_calls": [_shown(call, user) for call in calls],
        # What is shown already is not read out to anybody again.
        "seen": "-".join(f"{call.pk}.{call.coming_id or 0}" for call in calls) or "none",
    }


@dataclass(frozen=True)
class PastCall:
    """One call that is over: when, where, who called, and who came how soon."""

    called_at: datetime
    point: str
    place: str
    caller: str
    helper: str
    # Minutes from the call until somebody answered; None where nobody did.
    minutes: int | None
    ended_at: datetime | None


def past_rows(calls: Iterable[HelpCall]) -> list[PastCall]:
    """Return what the list shows of calls; everything is fetched already."""
    return [
        PastCall(
            called_at=call.called_at,
            point=str(call.service_point.name),
            place=_place(call),
            caller=_name(call.caller),
            helper=_name(call.coming) if call.coming is not None else "",
            minutes=int((call.coming_at - call.called_at).total_seconds() // 60)
            if call.coming_at is not None
            else None,
            ended_at=call.ended_at,
        )
        for call in calls
    ]


def _name(user: User) -> str:
    professional = getattr(user, "professional", None)
    return professional.name if professional else user.get_full_name() or user.get_username()


def _place(call: HelpCall) -> str:
    desk = call.desk
    if desk is None:
        return ""
    # Who meets people in a room without a desk is called by the room.
    room = desk.room.name if desk.room is not None else desk.name
    return str(desk.name) if room == desk.name else f"{desk.name} ({room})"


def _shown(call: HelpCall, user: User) -> ShownCall:
    is_own = call.caller_id == user.pk
    return ShownCall(
        call,
        place=_place(call),
        helper=name_of(call.coming) if call.coming is not None else "",
        is_own=is_own,
        may_come=not is_own and call.coming_id is None,
    )
