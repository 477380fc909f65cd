"""The states of a number and what may lead from which to which: one table, nothing beside it.

docs/walk-in.md shows the same table; a test holds the two together.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from walkin.errors import WalkInError


class State(TextChoices):
    WAITING = "waiting", pgettext_lazy("walk-in", "waiting")
    CALLED = "called", pgettext_lazy("walk-in", "called")
    CALLED_AGAIN = "called_again", pgettext_lazy("walk-in", "called again")
    SERVING = "serving", pgettext_lazy("walk-in", "being served")
    ON_HOLD = "on_hold", pgettext_lazy("walk-in", "on hold")
    STEPPED_BACK = "stepped_back", pgettext_lazy("walk-in", "stepped back")
    HANDED_ON = "handed_on", pgettext_lazy("walk-in", "handed on to a colleague")
    DONE = "done", pgettext_lazy("walk-in", "done")
    SENT_ON = "sent_on", pgettext_lazy("walk-in", "guided on")
    LEFT = "left", pgettext_lazy("walk-in", "left")
    NOT_THERE = "not_there", pgettext_lazy("walk-in", "not there")
    CLOSED = "closed", pgettext_lazy("walk-in", "closed at the end of the day")


class Action(TextChoices):
    CALL = "call", pgettext_lazy("walk-in", "call")
    CALL_AGAIN = "call_again", pgettext_lazy("walk-in", "call again")
    CAME = "came", pgettext_lazy("walk-in", "they came")
    STEP_BACK = "step_back", pgettext_lazy("walk-in", "did not come, steps back")
    NOT_THERE = "not_there", pgettext_lazy("walk-in", "did not come, is closed")
    PUT_BACK = "put_back", pgettext_lazy("walk-in", "put back")
    HOLD = "hold", pgettext_lazy("walk-in", "hold")
    RESUME = "resume", pgettext_lazy("walk-in", "go on")
    DONE = "done", pgettext_lazy("walk-in", "finish")
    REOPEN = "reopen", pgettext_lazy("walk-in", "go on after all")
    HAND_ON = "hand_on", pgettext_lazy("walk-in", "hand on to a colleague")
    SEND_ON = "send_on", pgettext_lazy("walk-in", "guide on")
    MORE_TIME = "more_time", pgettext_lazy("walk-in", "more time")
    READY = "ready", pgettext_lazy("walk-in", "back again")
    LEAVE = "leave", pgettext_lazy("walk-in", "leave")
    CLOSE = "close", pgettext_lazy("walk-in", "close the day")


S = State

# Called to a desk: of these a desk has one at most.
AT_DESK = frozenset({S.CALLED, S.CALLED_AGAIN, S.SERVING})
# From which a number may be called.
CALLABLE = frozenset({S.WAITING, S.STEPPED_BACK, S.HANDED_ON})
# The person is, as far as is known, where everybody waits.
IN_THE_ROOM = frozenset({*CALLABLE, S.CALLED, S.CALLED_AGAIN, S.ON_HOLD})
OPEN = frozenset({*CALLABLE, *AT_DESK, S.ON_HOLD})
FINAL = frozenset(State) - OPEN


@dataclass(frozen=True)
class Step:
    """One action: from which states it may be taken, and the state that it leads to."""

    come_from: frozenset[State]
    to: State
    # What it is, for the docs.
    said: str


TABLE: dict[Action, Step] = {
    Action.CALL: Step(CALLABLE, S.CALLED, "A desk calls the number."),
    Action.CALL_AGAIN: Step(
        frozenset({S.CALLED, S.CALLED_AGAIN}), S.CALLED_AGAIN, "The call is heard once more."
    ),
    Action.CAME: Step(
        frozenset({S.CALLED, S.CALLED_AGAIN}), S.SERVING, "They came: the visit begins."
    ),
    Action.STEP_BACK: Step(
        frozenset({S.CALLED, S.CALLED_AGAIN}),
        S.STEPPED_BACK,
        "Nobody came: others go first for some minutes.",
    ),
    Action.NOT_THERE: Step(
        frozenset({S.CALLED, S.CALLED_AGAIN}),
        S.NOT_THERE,
        "Nobody came after all calls and having stepped back.",
    ),
    Action.PUT_BACK: Step(
        frozenset(
            {
                S.CALLED,
                S.CALLED_AGAIN,
                S.SERVING,
                S.ON_HOLD,
                S.STEPPED_BACK,
                S.HANDED_ON,
                S.LEFT,
                S.NOT_THERE,
            }
        ),
        S.WAITING,
        "Back to the number's own place, as after a wrong key.",
    ),
    Action.HOLD: Step(frozenset({S.SERVING}), S.ON_HOLD, "They fetch papers; the desk is free."),
    Action.RESUME: Step(frozenset({S.ON_HOLD}), S.SERVING, "The visit goes on at the same desk."),
    Action.DONE: Step(frozenset({S.SERVING, S.ON_HOLD}), S.DONE, "The visit ends with an outcome."),
    Action.REOPEN: Step(
        frozenset({S.DONE}),
        S.ON_HOLD,
        "The booking that ended the visit is taken back at once: it is not over.",
    ),
    Action.HAND_ON: Step(
        OPEN, S.HANDED_ON, "A colleague on duty takes over and calls them before others."
    ),
    Action.SEND_ON: Step(OPEN, S.SENT_ON, "Somebody else under the roof goes on: where and when."),
    Action.MORE_TIME: Step(
        frozenset({*CALLABLE, S.CALLED, S.CALLED_AGAIN}),
        S.STEPPED_BACK,
        "The person asks for ten more minutes; the place is kept.",
    ),
    Action.READY: Step(
        frozenset({S.STEPPED_BACK}), S.WAITING, "The person is back before the time is up."
    ),
    Action.LEAVE: Step(
        frozenset({*CALLABLE, S.CALLED, S.CALLED_AGAIN, S.ON_HOLD}),
        S.LEFT,
        "The person gives the number back.",
    ),
    Action.CLOSE: Step(OPEN, S.CLOSED, "The day ends."),
}

_STANDING: dict[State, Promise] = {
    S.WAITING: _("This number is waiting in the queue."),
    S.CALLED: _("This number has been called."),
    S.CALLED_AGAIN: _("This number has been called again."),
    S.SERVING: _("This number is being served."),
    S.ON_HOLD: _("This visit is on hold."),
    S.STEPPED_BACK: _("This number has stepped back for a while."),
    S.HANDED_ON: _("This number has been handed on to a colleague."),
    S.DONE: _("This visit is over."),
    S.SENT_ON: _("This person has been guided on."),
    S.LEFT: _("This number has left the queue."),
    S.NOT_THERE: _("This number was closed because nobody came."),
    S.CLOSED: _("This number was closed at the end of the day."),
}


class RefusedError(WalkInError):
    """The number is not in a state in which this can be done; it may have just changed."""

    def __init__(self, action: Action, state: State) -> None:
        self.action, self.state = action, state
        super().__init__(_("That cannot be done now."), _STANDING[state])


def step(action: Action, state: State) -> State:
    """The state that `action` leads to from `state`. Raises RefusedError where no way leads."""
    way = TABLE[action]
    if state not in way.come_from:
        raise RefusedError(action, state)
    return way.to


def as_markdown() -> str:
    """The table as docs/walk-in.md has it."""
    order = list(State)
    lines = [
        "| action | from | to | |",
        "|---|---|---|---|",
        "| take | – | waiting | A number is taken. |",
    ]
    for action, way in TABLE.items():
        sources = ", ".join(s.value for s in sorted(way.come_from, key=order.index))
        lines.append(f"| {action.value} | {sources} | {way.to.value} | {way.said} |")
    return "\n".join(lines)
