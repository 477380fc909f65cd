"""The states of a number and what may lead from which to which: one table, nothing beside it.

docs/walk-in.md shows the same table; a test holds the two together.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from walkin.errors import WalkInError


class State(TextChoices):
    WAITING = "waiting", _("waiting")
    CALLED = "called", _("called")
    CALLED_AGAIN = "called_again", _("called again")
    SERVING = "serving", _("being served")
    ON_HOLD = "on_hold", _("on hold")
    STEPPED_BACK = "stepped_back", _("stepped back")
    HANDED_ON = "handed_on", _("handed on to a colleague")
    DONE = "done", _("done")
    SENT_ON = "sent_on", _("guided on")
    LEFT = "left", _("left")
    NOT_THERE = "not_there", _("not there")
    CLOSED = "closed", _("closed at the end of the day")


class Action(TextChoices):
    CALL = "call", _("call")
    CALL_AGAIN = "call_again", _("call again")
    CAME = "came", _("they came")
    STEP_BACK = "step_back", _("did not come, steps back")
    NOT_THERE = "not_there", _("did not come, is closed")
    PUT_BACK = "put_back", _("put back")
    HOLD = "hold", _("hold")
    RESUME = "resume", _("go on")
    DONE = "done", _("finish")
    HAND_ON = "hand_on", _("hand on to a colleague")
    SEND_ON = "send_on", _("guide on")
    MORE_TIME = "more_time", _("more time")
    READY = "ready", _("back again")
    LEAVE = "leave", _("leave")
    CLOSE = "close", _("close the day")


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
