"""What the pages of the staff show of calls for help: where, and who is coming; nothing of a client."""

from dataclasses import dataclass
from typing import Any

from office.models import User
from walkin.help.calls import name_of, open_calls
from walkin.models import HelpCall


@dataclass(frozen=True)
class ShownCall:
    """One call, as the user sees it."""

    call: HelpCall
    place: str
    coming: str
    is_own: bool
    may_come: bool


def banner_of(user: User) -> dict[str, Any]:
    """Return the context of the banner."""
    calls = open_calls(user)
    return {
        "help_calls": [_shown(call, user) for call in calls],
        # What is shown already is not read out to anybody again.
        "seen": "-".join(f"{call.pk}.{call.coming_id or 0}" for call in calls) or "none",
    }


def _shown(call: HelpCall, user: User) -> ShownCall:
    desk, is_own = call.desk, call.caller_id == user.pk
    room = f" ({desk.room.name})" if desk is not None and desk.room is not None else ""
    return ShownCall(
        call,
        place=f"{desk.name}{room}" if desk is not None else "",
        coming=name_of(call.coming) if call.coming is not None else "",
        is_own=is_own,
        may_come=not is_own and call.coming_id is None,
    )
