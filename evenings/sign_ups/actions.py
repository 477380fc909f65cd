"""Signing up for an evening, and what who has signed up may do by their own link."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from evenings.models import LINK, Evening, SignUp, SignUpEventKind, SignUpStatus
from evenings.notifications import messages
from evenings.places import private_words
from evenings.places.history import record
from evenings.places.room import (
    ChangedError,
    NoPlaceError,
    lock_evenings,
    lock_sign_up,
    require_open,
    require_room,
    require_size,
)
from evenings.waiting.offers import has_time, offer_places
from office.calendar.occupancy import retrying
from office.core import clock, tokens
from office.core.once import made_before
from office.models import User
from office.staff.rate_limits import count_try, count_try_from

SIGN_UPS_OF_AN_ADDRESS_AN_HOUR = 20
SIGN_UPS_OF_A_CONTACT_A_DAY = 6
# Nobody finds out by trying at which evenings a word is in use.
TRIES_WITH_A_WORD_A_DAY = 6


@dataclass(frozen=True)
class Attendee:
    """Who signs up: as much of themselves as they say."""

    people: int = 1
    first_name: str = ""
    email: str = ""
    phone: str = ""
    language: str = "fi"
    word_hash: str = ""


def count_sign_up(address: str, who: Attendee) -> None:
    """Count one try by address, and by contact and word from there. Raises TooManyTriesError."""
    day = timedelta(days=1)
    limit = SIGN_UPS_OF_AN_ADDRESS_AN_HOUR
    count_try("evening", address, limit=limit, every=timedelta(hours=1))
    if contact := who.email or who.phone:
        count_try_from("evening", address, contact, limit=SIGN_UPS_OF_A_CONTACT_A_DAY, every=day)
    if who.word_hash:
        count_word(address, who.word_hash)


def count_word(address: str, word_hash: str) -> None:
    """Count one try with a private word. Raises TooManyTriesError."""
    day = timedelta(days=1)
    count_try_from("evening word", address, word_hash, limit=TRIES_WITH_A_WORD_A_DAY, every=day)


@retrying
def sign_up(
    evening_id: int,
    who: Attendee,
    *,
    made_from: UUID,
    waits: bool = False,
    user: User | None = None,
) -> SignUp:
    """Give places at the evening; where there are none, put who `waits` in line. Sent twice, done once.

    `user`: staff who do it for a caller. Raises ClosedError and NoPlaceError.
    """
    made = made_before(SignUp, made_from)
    if made is not None:
        return made
    evening = lock_evenings([evening_id])[evening_id]
    require_open(evening)
    require_size(evening, who.people)
    status, what = SignUpStatus.SIGNED, SignUpEventKind.SIGNED_UP
    try:
        require_room(evening, who.people, who.word_hash)
    except NoPlaceError:
        if not waits:
            raise
        status, what = SignUpStatus.WAITING, SignUpEventKind.IN_LINE
    now, nonce = clock.now(), tokens.new_nonce()
    row = SignUp(
        evening=evening,
        number=_free_number(),
        status=status,
        people=who.people,
        first_name=who.first_name,
        email=who.email,
        phone=who.phone,
        language=who.language,
        word_hash=who.word_hash,
        in_line_since=now if status == SignUpStatus.WAITING else None,
        link_nonce=nonce,
        link_hash=tokens.hash_token(tokens.link_token(LINK, nonce)),
        made_from=made_from,
        created_at=now,
        updated_at=now,
        version=0,
    )
    record(row, what, user=user)
    if status == SignUpStatus.SIGNED:
        messages.notify_place(row, by_person=user is None)
    else:
        messages.notify_in_line(row, by_person=user is None)
    return row


def _free_number() -> str:
    """Return six digits that nobody has; the first is not zero."""
    for _try in range(20):
        number = str(secrets.randbelow(900_000) + 100_000)
        if not SignUp.objects.filter(number=number).exists():
            return number
    raise RuntimeError("no free number found")


@retrying
def cancel(sign_up_id: int, *, user: User | None = None) -> SignUp:
    """Give the places, or the place in line, back; what is free is offered on. Raises ChangedError."""
    row, evening = lock_sign_up(sign_up_id)
    if not row.is_open or clock.now() >= evening.starts_at:
        raise ChangedError
    record(row, SignUpEventKind.CANCELLED, to=SignUpStatus.CANCELLED, user=user)
    messages.notify_cancelled(row, by_person=user is None)
    _offer_freed(evening)
    return row


@retrying
def change_people(sign_up_id: int, people: int, *, user: User | None = None) -> SignUp:
    """Come with more or fewer people. Raises ChangedError, ClosedError and NoPlaceError.

    Who waits and becomes more goes to the end of the line.
    """
    row, evening = lock_sign_up(sign_up_id)
    if people == row.people:
        return row
    if row.is_offered or not row.is_open:
        raise ChangedError
    if people < row.people and clock.now() >= evening.starts_at:
        raise ChangedError
    if people > row.people:
        require_open(evening)
        require_size(evening, people)
        if row.has_place:
            require_room(evening, people - row.people, row.word_hash, but=row)
        else:
            row.in_line_since = clock.now()
    row.people = people
    record(row, SignUpEventKind.PEOPLE_CHANGED, user=user)
    _offer_freed(evening)
    return row


@retrying
def use_word(sign_up_id: int, word_hash: str) -> SignUp:
    """Use the private word from now on. Where it is given no place nothing changes.

    Who waits goes on waiting, as one who signs up with a word does. Raises ChangedError and NoPlaceError.
    """
    row, evening = lock_sign_up(sign_up_id)
    if not (row.has_place or row.is_waiting) or clock.now() >= evening.starts_at:
        raise ChangedError
    if row.word_hash == word_hash:
        return row
    if row.has_place and private_words.is_barred(evening, word_hash, but=row):
        raise NoPlaceError
    row.word_hash = word_hash
    record(row, SignUpEventKind.WORD_SET)
    _offer_freed(evening)
    return row


@retrying
def move(
    sign_up_id: int, evening_id: int, *, word_hash: str | None = None, user: User | None = None
) -> SignUp:
    """Go to another evening instead, in one step: without a place there nothing changes.

    `word_hash`: of a word that is used from then on. Raises ChangedError, ClosedError and NoPlaceError.
    """
    row, former = lock_sign_up(sign_up_id, also=evening_id)
    evening = Evening.objects.select_related("kind", "service_point").get(pk=evening_id)
    if not row.is_open or former.pk == evening.pk or clock.now() >= former.starts_at:
        raise ChangedError
    if word_hash is not None:
        row.word_hash = word_hash
    require_open(evening)
    require_room(evening, row.people, row.word_hash)
    row.evening, row.in_line_since = evening, None
    record(row, SignUpEventKind.MOVED, to=SignUpStatus.SIGNED, user=user)
    messages.notify_place(row, by_person=user is None)
    _offer_freed(former)
    return row


@retrying
def take_offered(sign_up_id: int, *, user: User | None = None) -> SignUp:
    """Take the offered place. Raises ChangedError where its time is over."""
    row, evening = lock_sign_up(sign_up_id)
    is_ahead = evening.is_published and clock.now() < evening.starts_at
    if not row.is_offered or not has_time(row) or not is_ahead:
        raise ChangedError
    record(row, SignUpEventKind.TOOK, to=SignUpStatus.SIGNED, user=user)
    messages.notify_place(row, by_person=user is None)
    return row


@retrying
def decline_offered(sign_up_id: int, *, user: User | None = None) -> SignUp:
    """Leave the offered place to the next one, and the line. Raises ChangedError."""
    row, evening = lock_sign_up(sign_up_id)
    if not row.is_offered:
        raise ChangedError
    record(row, SignUpEventKind.DECLINED, to=SignUpStatus.CANCELLED, user=user)
    _offer_freed(evening)
    return row


def _offer_freed(evening: Evening) -> None:
    evening.refresh_from_db(fields=["people"])
    offer_places(evening)


def own_path(row: SignUp) -> str:
    """Return the address of the own page."""
    return f"/evenings/own/{tokens.link_token(LINK, row.link_nonce)}/"
