"""What the public pages say of an evening."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.desk_kit.labels import Tag
from evenings.models import Evening
from evenings.places.room import somebody_waits
from office.core import dates
from office.core.languages import LANGUAGES

# So few free places are "few": exact numbers would tell who comes and goes.
FEW = 5


@dataclass(frozen=True)
class EveningRow:
    """One evening as a list shows it."""

    evening: Evening
    title: str
    summary: str
    description: str
    when: str
    where: str
    languages: str
    organisers: str
    tag: Tag
    may_sign_up: bool

    @property
    def has_no_place(self) -> bool:
        return has_no_place(self.evening)


def evening_rows(evenings: Iterable[Evening], now: datetime) -> list[EveningRow]:
    return [evening_row(evening, now) for evening in evenings]


def evening_row(evening: Evening, now: datetime) -> EveningRow:
    return EveningRow(
        evening=evening,
        title=evening.kind.title,
        summary=evening.note or evening.kind.summary,
        description=evening.kind.description,
        when=when_of(evening),
        where=place_of(evening),
        languages=languages_of(evening),
        organisers=", ".join(partner.name for partner in evening.organisers.all()),
        tag=_tag(evening, now),
        may_sign_up=evening.is_open_to_sign_up(now),
    )


def has_no_place(evening: Evening) -> bool:
    """Say whether the page warns from the start that one can only wait: as far as anybody may see it."""
    return evening.free_places <= 0 or somebody_waits(evening)


def when_of(evening: Evening) -> str:
    return dates.when_range(evening.starts_at, evening.ends_at, get_language())


def place_of(evening: Evening) -> str:
    """Say where one comes to; the remote link itself is for those who have a place."""
    point = evening.service_point
    here = f"{point.name}, {point.address}" if point else evening.place
    if evening.remote_link:
        return _("%(place)s, or remotely") % {"place": here} if here else _("Remotely")
    return here


def languages_of(evening: Evening) -> str:
    names = dict(LANGUAGES)
    return ", ".join(str(names.get(code, code)) for code in evening.languages)


def _tag(evening: Evening, now: datetime) -> Tag:
    if evening.sign_up_opens_at > now:
        opens = dates.when(evening.sign_up_opens_at, get_language())
        return Tag(_("Sign-up opens %(when)s") % {"when": opens}, "tag--quiet", "clock")
    if not evening.is_open_to_sign_up(now):
        return Tag(_("Sign-up has closed"), "tag--quiet")
    if evening.free_places <= 0:
        return Tag(_("Full: there is a waiting list"), "tag--wait", "clock")
    if evening.free_places <= FEW:
        return Tag(_("A few places left"), "tag--good")
    return Tag(_("Places left"), "tag--good")
