"""What the own page says: how it stands, and what may be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from evenings.models import EveningMaterial, SignUp, SignUpStatus
from evenings.waiting.offers import has_time
from office.core import clock, dates


@dataclass(frozen=True)
class OwnPage:
    headline: str
    words: str
    tone: str
    icon: str
    number: str
    # Empty until the day before, and for who has no place.
    remote_link: str
    remote_words: str
    may_answer: bool
    may_change: bool
    may_cancel: bool
    materials: Sequence[EveningMaterial]
    is_over: bool

    @property
    def is_off(self) -> bool:
        return not (self.may_answer or self.may_change or self.may_cancel or self.is_over)


def own_page(sign_up: SignUp, now: datetime) -> OwnPage:
    evening = sign_up.evening
    is_ahead = evening.is_ahead(now)
    is_over = now >= evening.ends_at and sign_up.has_place
    headline, words, tone, icon = _state(sign_up, now)
    link, remote = _remote(sign_up, now)
    has_offer = sign_up.is_offered and has_time(sign_up) and is_ahead
    return OwnPage(
        headline=headline,
        words=words,
        tone=tone,
        icon=icon,
        number=sign_up.shown_number,
        remote_link=link,
        remote_words=remote,
        may_answer=has_offer,
        may_change=is_ahead and (sign_up.has_place or sign_up.is_waiting),
        may_cancel=is_ahead and (sign_up.has_place or sign_up.is_waiting),
        materials=list(evening.materials.all()) if is_over else [],
        is_over=is_over,
    )


def _remote(sign_up: SignUp, now: datetime) -> tuple[str, str]:
    """Return the remote link and a sentence on it: from the day before, to those who have a place."""
    evening = sign_up.evening
    if not evening.remote_link or not sign_up.has_place or now >= evening.ends_at:
        return "", ""
    day = clock.local(evening.starts_at).date() - timedelta(days=1)
    if clock.local(now).date() >= day:
        return evening.remote_link, ""
    shown = dates.day(day, get_language())
    return "", _("From %(day)s the link for taking part remotely is shown here.") % {"day": shown}


def _state(sign_up: SignUp, now: datetime) -> tuple[str, str, str, str]:
    """Return headline, sentence, tone and icon."""
    evening = sign_up.evening
    if evening.is_cancelled:
        return (
            _("This evening has been cancelled"),
            _("We are sorry. You can sign up for another evening."),
            "bad",
            "warning",
        )
    if sign_up.has_place and now >= evening.ends_at:
        return _("This evening is over"), "", "", "info"
    if sign_up.has_place:
        return (
            _("You have a place"),
            _(
                "Nobody asks your name at the door. If you cannot come, cancel here for somebody else."
            ),
            "good",
            "check",
        )
    if sign_up.is_offered and has_time(sign_up):
        until = dates.when(sign_up.offered_until or now, get_language())
        return (
            _("A place is free for you"),
            _("Answer by %(until)s. After that it goes to the next in line.") % {"until": until},
            "good",
            "clock",
        )
    if sign_up.is_waiting and now < evening.sign_up_closes_at:
        return _("You are on the waiting list"), _waiting_words(sign_up), "wait", "clock"
    ended = {
        SignUpStatus.CANCELLED: (_("Your sign-up has been cancelled"), ""),
        SignUpStatus.EVENING_OFF: (_("This evening has been cancelled"), ""),
    }
    gone = (
        (_("The offered place went to the next in line"), _("You can sign up anew."))
        if sign_up.status in (SignUpStatus.LAPSED, SignUpStatus.OFFERED)
        else (_("No place became free"), _("We are sorry. You can sign up for another evening."))
    )
    headline, words = ended.get(SignUpStatus(sign_up.status), gone)
    return headline, words, "", "info"


def _waiting_words(sign_up: SignUp) -> str:
    """Say so where the page is the only way to hear of an offer.

    Nobody is told their place in the line: it would show who before them is passed over. Everyone with a
    word is told of the lot alike.
    """
    words = _(
        "We cannot write to you, so open this page every day: an offered place waits for some hours only."
    )
    if sign_up.email or sign_up.phone:
        words = _("We write to you when a place is free for you, by day only.")
    if not sign_up.word_hash:
        return words
    lot = _(
        "About every third evening is closed to a private word by lot, and stays closed. If this one "
        "is, no place comes here: another evening may suit you."
    )
    return f"{words} {lot}"
