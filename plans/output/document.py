"""A document taken from a draft, ready for layout as a PDF, a page for print or plain text. Pure.

All words are chosen and translated here: the layout needs neither the draft nor a language.
"""

from dataclasses import asdict, dataclass
from typing import Any

from plans.output.months import NightCalendar


@dataclass(frozen=True)
class Statement:
    """Words. `by`: whose, where they are not agreed."""

    text: str
    by: str = ""


@dataclass(frozen=True)
class DocumentEntry:
    """A question, or the topic of a promise."""

    heading: str
    sayings: tuple[Statement, ...]
    child: str = ""
    state: str = ""


@dataclass(frozen=True)
class Chapter:
    title: str
    entries: tuple[DocumentEntry, ...]


@dataclass(frozen=True)
class Document:
    """`note`: that it is not a legal document. `facts`: lines below the title."""

    language: str
    title: str
    subtitle: str
    note: str
    facts: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    # "Page {} of {}", filled in by the layout.
    page: str
    is_for_children: bool = False
    # On the children's page: kind words before and after.
    opening: str = ""
    closing: str = ""
    # Shown where letters could not be printed.
    lossy: str = ""
    # The same note, for a layout that has to leave letters out.
    when_lossy: str = ""
    # Shown where there is nothing to print yet.
    empty: str = ""

    # Where each night is spent, month by month.
    calendar_title: str = ""
    calendars: tuple[NightCalendar, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.chapters

    def as_data(self) -> dict[str, Any]:
        """Return plain data, to be sealed for the worker."""
        return asdict(self)
