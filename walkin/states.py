"""The states of tickets and days, and which action leads from which to which: a table each.

docs/walk-in.md shows the table of tickets; a test holds the two together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from walkin.errors import DayError, DayNotRunningError, DutyError, WalkInError


class TicketState(TextChoices):
    WAITING = "waiting", pgettext_lazy("walk-in", "waiting")
    CALLED = "called", pgettext_lazy("walk-in", "called")
    CALLED_AGAIN = "called_again", pgettext_lazy("walk-in", "called again")
    SERVING = "serving", pgettext_lazy("walk-in", "being served")
    ON_HOLD = "on_hold", pgettext_lazy("walk-in", "on hold")
    STEPPED_BACK = "stepped_back", pgettext_lazy("walk-in", "stepped back")
    HANDED_OVER = "handed_on", pgettext_lazy("walk-in", "handed over to a colleague")
    DONE = "done", pgettext_lazy("walk-in", "done")
    REFERRED = "sent_on", pgettext_lazy("walk-in", "referred")
    LEFT = "left", pgettext_lazy("walk-in", "left")
    NOT_THERE = "not_there", pgettext_lazy("walk-in", "did not come")
    CLOSED = "closed", pgettext_lazy("walk-in", "closed at the end of the day")
    VOID = "void", pgettext_lazy("walk-in", "taken by mistake")


class Action(TextChoices):
    CALL = "call", pgettext_lazy("walk-in", "call")
    CALL_AGAIN = "call_again", pgettext_lazy("walk-in", "call again")
    CAME = "came", pgettext_lazy("walk-in", "start the visit")
    STEP_BACK = "step_back", pgettext_lazy("walk-in", "no-show, steps back")
    NOT_THERE = "not_there", pgettext_lazy("walk-in", "no-show, closed")
    PUT_BACK = "put_back", pgettext_lazy("walk-in", "put back")
    HOLD = "hold", pgettext_lazy("walk-in", "hold")
    RESUME = "resume", pgettext_lazy("walk-in", "resume")
    DONE = "done", pgettext_lazy("walk-in", "finish")
    REOPEN = "reopen", pgettext_lazy("walk-in", "reopen")
    HAND_OVER = "hand_on", pgettext_lazy("walk-in", "hand over to a colleague")
    REFER = "send_on", pgettext_lazy("walk-in", "refer")
    COME_BACK = "come_back", pgettext_lazy("walk-in", "sent back")
    MORE_TIME = "more_time", pgettext_lazy("walk-in", "more time")
    READY = "ready", pgettext_lazy("walk-in", "back again")
    LEAVE = "leave", pgettext_lazy("walk-in", "leave")
    CLOSE = "close", pgettext_lazy("walk-in", "close the day")
    VOID = "void", pgettext_lazy("walk-in", "undo taking the number")


S = TicketState

CALLED = frozenset({S.CALLED, S.CALLED_AGAIN})
# A desk has at most one of these.
AT_DESK = CALLED | {S.SERVING}
# A professional has it, at the desk or on hold.
ASSIGNED = AT_DESK | {S.ON_HOLD}
# From which a number may be called.
CALLABLE = frozenset({S.WAITING, S.STEPPED_BACK, S.HANDED_OVER})
# The person is, as far as is known, where everybody waits.
IN_THE_ROOM = CALLABLE | CALLED | {S.ON_HOLD}
OPEN = CALLABLE | ASSIGNED
FINAL = frozenset(TicketState) - OPEN


@dataclass(frozen=True)
class Transition:
    """The states from which an action may be taken, and the state it leads to."""

    sources: frozenset[TicketState]
    target: TicketState
    # For docs/walk-in.md.
    description: str


TABLE: dict[Action, Transition] = {
    Action.CALL: Transition(CALLABLE, S.CALLED, "A desk calls the number."),
    Action.CALL_AGAIN: Transition(CALLED, S.CALLED_AGAIN, "The call is repeated."),
    Action.CAME: Transition(CALLED, S.SERVING, "The person came: the visit begins."),
    Action.STEP_BACK: Transition(
        CALLED,
        S.STEPPED_BACK,
        "Nobody came: others go first for some minutes.",
    ),
    Action.NOT_THERE: Transition(
        CALLED,
        S.NOT_THERE,
        "Nobody came after all calls and stepping back.",
    ),
    Action.PUT_BACK: Transition(
        ASSIGNED | {S.STEPPED_BACK, S.HANDED_OVER, S.LEFT, S.NOT_THERE},
        S.WAITING,
        "Back to its own place, as after a wrong key.",
    ),
    Action.HOLD: Transition(
        frozenset({S.SERVING}), S.ON_HOLD, "They fetch papers; the desk is free."
    ),
    Action.RESUME: Transition(
        frozenset({S.ON_HOLD}), S.SERVING, "The visit goes on at the same desk."
    ),
    Action.DONE: Transition(
        frozenset({S.SERVING, S.ON_HOLD}), S.DONE, "The visit ends with an outcome."
    ),
    Action.REOPEN: Transition(
        frozenset({S.DONE, S.REFERRED}),
        S.ON_HOLD,
        "The visit goes on after all, or the booking that ended it is undone.",
    ),
    Action.HAND_OVER: Transition(
        OPEN, S.HANDED_OVER, "A colleague on duty takes over and calls them before others."
    ),
    Action.REFER: Transition(
        OPEN, S.REFERRED, "Another agency in the building takes over: where and when."
    ),
    Action.COME_BACK: Transition(
        frozenset({S.REFERRED}),
        S.WAITING,
        "The other agency sends them back: in the place of their number again.",
    ),
    Action.MORE_TIME: Transition(
        CALLABLE | CALLED,
        S.STEPPED_BACK,
        "The person asks for ten more minutes; the place is kept.",
    ),
    Action.READY: Transition(
        frozenset({S.STEPPED_BACK}), S.WAITING, "The person is back before the time is up."
    ),
    Action.LEAVE: Transition(
        CALLABLE | CALLED | {S.ON_HOLD},
        S.LEFT,
        "The person gives the number back.",
    ),
    Action.CLOSE: Transition(OPEN, S.CLOSED, "The day ends."),
    Action.VOID: Transition(
        frozenset({S.WAITING}), S.VOID, "Staff took the number by mistake: it does not count."
    ),
}

_STATE_SENTENCES: dict[TicketState, Promise] = {
    S.WAITING: _("This number is waiting in the queue."),
    S.CALLED: _("This number has been called."),
    S.CALLED_AGAIN: _("This number has been called again."),
    S.SERVING: _("This number is being served."),
    S.ON_HOLD: _("This visit is on hold."),
    S.STEPPED_BACK: _("This number has stepped back for a while."),
    S.HANDED_OVER: _("This number has been handed over to a colleague."),
    S.DONE: _("This visit is over."),
    S.REFERRED: _("This person has been referred."),
    S.LEFT: _("This number has left the queue."),
    S.NOT_THERE: _("This number was closed because nobody came."),
    S.CLOSED: _("This number was closed at the end of the day."),
    S.VOID: _("This number was taken by mistake."),
}


class TransitionRefusedError(WalkInError):
    """The ticket is in a state that does not allow this; it may have just changed."""

    def __init__(self, action: Action, state: TicketState) -> None:
        self.action, self.state = action, state
        super().__init__(_("That cannot be done now."), _STATE_SENTENCES[state])


def next_state(action: Action, state: TicketState) -> TicketState:
    """Return the state that `action` leads to from `state`. Raises TransitionRefusedError."""
    transition = TABLE[action]
    if state not in transition.sources:
        raise TransitionRefusedError(action, state)
    return transition.target


def as_markdown() -> str:
    """Write the table of tickets as docs/walk-in.md has it."""
    order = list(TicketState)
    lines = [
        "| action | from | to | |",
        "|---|---|---|---|",
        "| take | – | waiting | A number is taken. |",
    ]
    for action, transition in TABLE.items():
        sources = ", ".join(s.value for s in sorted(transition.sources, key=order.index))
        lines.append(
            f"| {action.value} | {sources} | {transition.target.value} | {transition.description} |"
        )
    return "\n".join(lines)


class DayState(TextChoices):
    PLANNED = "planned", pgettext_lazy("walk-in", "planned")
    OPEN = "open", pgettext_lazy("walk-in", "open")
    INTAKE_CLOSED = "intake_closed", pgettext_lazy("walk-in", "no more numbers")
    ENDED = "ended", pgettext_lazy("walk-in", "ended")
    CALLED_OFF = "called_off", pgettext_lazy("walk-in", "called off")


# Tickets are called.
RUNNING = frozenset({DayState.OPEN, DayState.INTAKE_CLOSED})
NOT_OVER = RUNNING | {DayState.PLANNED}


class DayAction(Enum):
    OPEN = auto()
    CLOSE_INTAKE = auto()
    REOPEN_INTAKE = auto()
    CALL = auto()
    CHANGE_DUTIES = auto()
    MOVE = auto()
    CALL_OFF = auto()
    RESTORE = auto()
    END = auto()


@dataclass(frozen=True)
class DayRule:
    """The states of a day that allow an action, and the error where the day is in another one."""

    states: frozenset[DayState]
    refusal: Callable[[], WalkInError]


_PLANNED = frozenset({DayState.PLANNED})

DAY_RULES: dict[DayAction, DayRule] = {
    DayAction.OPEN: DayRule(
        _PLANNED, partial(DayError, _("This walk-in has already been opened, or was called off."))
    ),
    DayAction.CLOSE_INTAKE: DayRule(frozenset({DayState.OPEN}), DayNotRunningError),
    DayAction.REOPEN_INTAKE: DayRule(
        frozenset({DayState.INTAKE_CLOSED}),
        partial(DayError, _("Numbers cannot be given any more: the hours are over.")),
    ),
    DayAction.CALL: DayRule(RUNNING, DayNotRunningError),
    DayAction.CHANGE_DUTIES: DayRule(NOT_OVER, partial(DutyError, _("This walk-in is over."))),
    DayAction.MOVE: DayRule(_PLANNED, partial(DayError, _("Only a planned walk-in can be moved."))),
    DayAction.CALL_OFF: DayRule(
        _PLANNED, partial(DayError, _("Only a planned walk-in can be called off."))
    ),
    DayAction.RESTORE: DayRule(
        frozenset({DayState.CALLED_OFF}),
        partial(DayError, _("Only a walk-in that was called off can be restored.")),
    ),
    # One that is only planned ends once its hours are over.
    DayAction.END: DayRule(NOT_OVER, DayNotRunningError),
}
