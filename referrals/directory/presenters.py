"""A service of a partner in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from office.core.languages import spoken_name
from referrals.models import DirectoryEntry


@dataclass(frozen=True)
class PartnerService:
    """What a page tells of one service, in the language that is active."""

    entry: DirectoryEntry
    languages: str

    @property
    def is_reached(self) -> bool:
        """Whether the page says any way to reach it."""
        entry = self.entry
        return bool(entry.how or entry.phone or entry.email or entry.website)


def service(entry: DirectoryEntry) -> PartnerService:
    return PartnerService(entry, ", ".join(spoken_name(code) for code in entry.languages))


def services(entries: Iterable[DirectoryEntry]) -> list[PartnerService]:
    return [service(entry) for entry in entries]
