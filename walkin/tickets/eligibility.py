"""Which professionals may take a ticket. Pure.

A matter goes to those who give the service, a language to those who speak it. Where nobody at a desk
does, anybody may take the ticket: nobody waits for a professional who is not there, nor for one on a
break; only what was handed over to them waits until they are back. Of several
matters the first decides, and who gives all of them comes before who gives only that.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class StaffSkills:
    """The services and languages of a professional on duty."""

    key: int
    services: frozenset[int]
    languages: frozenset[str]
    is_on_break: bool = False


@dataclass(frozen=True)
class TicketNeeds:
    """What a ticket asks for. `person`: the colleague it was handed over to."""

    service: int | None = None
    language: str = ""
    person: int | None = None
    # Nobody else may take it: the number of a visit that is booked with them.
    only_person: bool = False
    # Further services for the same visit.
    also: frozenset[int] = frozenset()


def eligible_staff(
    needs: TicketNeeds,
    people: Iterable[StaffSkills],
    *,
    by_matter: bool = True,
    by_language: bool = True,
) -> frozenset[int]:
    """Return the keys of those who may take it. The matter takes precedence over the language."""
    present = list(people)
    if needs.only_person:
        return frozenset(p.key for p in present if p.key == needs.person)
    if needs.person is not None and any(p.key == needs.person for p in present):
        return frozenset({needs.person})
    present = [p for p in present if not p.is_on_break] or present
    if by_matter and needs.service is not None:
        wanted = needs.also | {needs.service}
        first = [p for p in present if needs.service in p.services]
        present = [p for p in first if wanted <= p.services] or first or present
    if by_language and needs.language:
        present = [p for p in present if needs.language in p.languages] or present
    return frozenset(p.key for p in present)
