"""Rows of the waiting list. They hold no name and no contact detail: opening a card is logged."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.desk_kit.labels import Tag, place_label, rough, short_when
from bookings.matters.queries import hand_down
from bookings.models import EarlierWish, PartOfDay, Skipped, TimeOffer
from office.core import clock, dates
from office.models import Channel


@dataclass(frozen=True)
class LiveOffer:
    """A time that is offered right now."""

    when: str
    expires_at: datetime
    left: str
    answers: str


@dataclass(frozen=True)
class WaitingRow:
    """One who waits, with what suits and why nothing was offered at the last look."""

    wish: int
    party: int
    reference: str
    service: str
    present: str
    suits: str
    since: datetime
    tag: Tag
    offer: LiveOffer | None


def waiting_rows(wishes: Iterable[EarlierWish]) -> list[WaitingRow]:
    """Return the list in its order; everything is fetched already."""
    now = clock.now()
    rows = []
    for wish in wishes:
        appointment = hand_down(wish)
        offers: list[TimeOffer] = getattr(appointment, "live_offers", [])
        offer = _live(offers[0], now) if offers else None
        present = [
            short_when(appointment.starts_at) if appointment.starts_at else "",
            place_label(appointment.channel, appointment.service_point),
            appointment.language,
        ]
        rows.append(
            WaitingRow(
                wish=wish.pk,
                party=wish.party_id,
                reference=appointment.reference,
                service=appointment.matters.name,
                present=" · ".join(part for part in present if part),
                suits=suitability_label(wish),
                since=wish.created_at,
                tag=_tag(wish, offer),
                offer=offer,
            )
        )
    return rows


def _live(offer: TimeOffer, now: datetime) -> LiveOffer:
    asks = list(offer.asks.all())
    yes = sum(ask.has_accepted for ask in asks)
    return LiveOffer(
        when=" · ".join(
            [short_when(offer.starts_at), place_label(offer.channel, offer.service_point)]
        ),
        expires_at=offer.expires_at,
        left=rough(offer.expires_at - now),
        answers=_("%(yes)s of %(asked)s have accepted") % {"yes": yes, "asked": len(asks)},
    )


def _tag(wish: EarlierWish, offer: LiveOffer | None) -> Tag:
    if offer is not None:
        return Tag(_("Offered"), "tag--good", "clock")
    if not wish.skipped or wish.skipped == Skipped.LIVE:
        return Tag(_("Waits for the next check"), "tag--quiet")
    why = Skipped(wish.skipped)
    by_hand = why in (
        Skipped.SEPARATE,
        Skipped.ORPHAN,
        Skipped.MOVE,
        Skipped.DECLINED,
        Skipped.UNKNOWN,
    )
    return Tag(
        str(why.label), "tag--wait" if by_hand else "tag--quiet", "warning" if by_hand else ""
    )


def suitability_label(wish: EarlierWish) -> str:
    """Word the days, parts of day, places and the last useful day, as far as they were named."""
    language = dates.known(get_language())
    weekdays = dates.SHORT_WEEKDAYS[language]
    parts = dict(PartOfDay.choices)
    in_person = wish.appointment.channel == Channel.IN_PERSON
    sentence = [
        ", ".join(weekdays[day] for day in wish.days),
        ", ".join(str(parts[part]) for part in wish.parts if part in parts),
        ", ".join(str(point.name) for point in wish.points.all()) if in_person else "",
        _("by %(when)s") % {"when": dates.short_day(wish.useful_until, language)}
        if wish.useful_until
        else "",
    ]
    return " · ".join(part for part in sentence if part) or _("any time")
