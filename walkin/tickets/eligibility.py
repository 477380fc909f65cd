"""Who may take which number. Pure.

A matter goes to those who give the service, a language to those who speak it, as long as there is such
a person on duty. Nobody waits for somebody who is not there: then others may take it.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A professional on duty: what they give and speak."""

    key: int
    services: frozenset[int]
    languages: frozenset[str]


@dataclass(frozen=True)
class Wish:
    """What a number asks for. `person`: handed on to this colleague."""

    service: int | None = None
    language: str = ""
    person: int | None = None


def who_may_take(
    wish: Wish, people: Iterable[Person], *, by_matter: bool = True, by_language: bool = True
) -> frozenset[int]:
    """The keys of those who may take it; of both wishes, the matter weighs more."""
    present = list(people)
    if wish.person is not None and any(p.key == wish.person for p in present):
        return frozenset({wish.person})
    if by_matter and wish.service is not None:
        present = [p for p in present if wish.service in p.services] or present
    if by_language and wish.language:
        present = [p for p in present if wish.language in p.languages] or present
    return frozenset(p.key for p in present)
