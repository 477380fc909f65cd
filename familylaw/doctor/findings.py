"""What the doctor says of one thing that it has looked at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum


class State(IntEnum):
    """How it is. The number is the exit code, as monitoring plug-ins have it."""

    OK = 0
    LOOK = 1
    BROKEN = 2

    @property
    def label(self) -> str:
        return {State.OK: "ok", State.LOOK: "look here", State.BROKEN: "broken"}[self]


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, how it is, and what to do where it is not well.

    It never holds a secret, nor anything about a client.
    """

    state: State
    subject: str
    sentence: str
    advice: str = ""


Examination = Callable[[], Iterator[Finding]]


def ok(subject: str, sentence: str) -> Finding:
    return Finding(State.OK, subject, sentence)


def look(subject: str, sentence: str, advice: str) -> Finding:
    return Finding(State.LOOK, subject, sentence, advice)


def broken(subject: str, sentence: str, advice: str) -> Finding:
    return Finding(State.BROKEN, subject, sentence, advice)
