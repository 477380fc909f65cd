"""What leaves a draft, ready to be laid out: as a PDF, a page for print, plain text. Pure.

All words are chosen and translated here, in the language of the one who asks: whoever lays it out needs
neither the draft nor a language.
"""

from dataclasses import asdict, dataclass
from typing import Any

from plans.output.months import Calendar


@dataclass(frozen=True)
class Saying:
    """Words. `by`: whose, where they are not both's; `state` in words, where it matters."""

    text: str
    by: str = ""


@dataclass(frozen=True)
class Entry:
    """A question, or what a promise is about."""

    heading: str
    sayings: tuple[Saying, ...]
    child: str = ""
    state: str = ""


@dataclass(frozen=True)
class Chapter:
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Document:
    """`note`: that it is no legal document. `facts`: lines below the title."""

    language: str
    title: str
    subtitle: str
    note: str
    facts: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    # "Page {} of {}", filled in by whoever lays it out.
    page: str
    is_for_children: bool = False
    # Kind words before and after, on the children's page.
    opening: str = ""
    closing: str = ""
    # Said where letters could not be printed.
    lossy: str = ""
    # The same words, for who lays it out and must leave some of the signs away.
    when_lossy: str = ""
    # Said where there is nothing to print yet.
    empty: str = ""

    # With whom each night is, month by month.
    calendar_title: str = ""
    calendars: tuple[Calendar, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.chapters

    def as_data(self) -> dict[str, Any]:
        """Plain data, to be sealed for the worker."""
        return asdict(self)
