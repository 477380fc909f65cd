"""When and where people meet, in the language that is active."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from office.core import dates
from office.models import Channel, ServicePoint


def place_of(channel: str, point: ServicePoint | None, *, calls: bool = True) -> str:
    """Say where, or how, on one line: the address alone, since a point's name might tell the matter.

    `calls`: whether it is the reader whom we call.
    """
    if channel == Channel.PHONE:
        return _("By phone: we call you") if calls else _("By phone")
    if channel == Channel.VIDEO:
        return _("By video")
    if channel == Channel.HOME_VISIT:
        return _("At the place agreed with you") if calls else _("As a home visit")
    return point.address if point else ""


def named_place(channel: str, point: ServicePoint | None) -> str:
    """Say where, for the unit's own staff and pages: with the point's name."""
    if channel == Channel.IN_PERSON and point:
        return f"{point.name}, {point.address}"
    return place_of(channel, point)


class Scheduled(Protocol):
    """An appointment, an offered time or an invitation."""

    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def channel(self) -> str: ...
    @property
    def service_point(self) -> ServicePoint | None: ...


@dataclass(frozen=True)
class TimeAndPlace:
    """What a letter says of a time. Every text is empty where there is nothing to say."""

    source: Scheduled
    # The reader's own, where it may be another than the visit's.
    own_channel: str = ""

    @property
    def channel(self) -> str:
        return self.own_channel or self.source.channel

    @property
    def when(self) -> str:
        """ke 25.11.2026 klo 9.30"""
        start = self.source.starts_at
        return dates.when(start, get_language()) if start else ""

    @property
    def short(self) -> str:
        """ke 25.11. 9.30, for text messages."""
        start, language = self.source.starts_at, get_language()
        return f"{dates.short_day(start, language)} {dates.clock(start, language)}" if start else ""

    @property
    def span(self) -> str:
        """ke 25.11.2026 klo 9.30–10.30"""
        start, end = self.source.starts_at, self.source.ends_at
        return dates.when_range(start, end, get_language()) if start and end else ""

    @property
    def place(self) -> str:
        """For the parties: whom we call."""
        return place_of(self.channel, self.source.service_point)

    @property
    def place_for_partners(self) -> str:
        return place_of(self.channel, self.source.service_point, calls=False)

    @property
    def place_for_staff(self) -> str:
        if self.is_by_phone:
            return _("By phone: you call")
        if self.channel == Channel.HOME_VISIT:
            return _("Home visit: the place is in the client information system")
        return named_place(self.channel, self.source.service_point)

    @property
    def street(self) -> str:
        """ ", Esimerkkikatu 1, Porvoo" for text messages; empty unless in person."""
        point = self.source.service_point
        return f", {point.street}, {point.city}" if point and self.is_in_person else ""

    @property
    def is_in_person(self) -> bool:
        return self.channel == Channel.IN_PERSON

    @property
    def is_by_phone(self) -> bool:
        return self.channel == Channel.PHONE
