"""Who gets a place now, and who waits. Call with the evening locked.

The rule of the line, as the page says it: places go in the order in which people have asked. A party is
given its places together, and nobody who came later passes it, until a day before the evening. From then
on places that do not suffice for the first in line go to the next one for whom they do.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from evenings.models import Evening, SignUp
from evenings.models.sign_ups import SignUpQuerySet
from evenings.places import private_words
from office.core import clock

# So long before it begins nobody passes who is before them in the line.
STRICT_UNTIL = timedelta(days=1)


class ClosedError(Exception):
    """The evening is not open to sign-up."""


class NoPlaceError(Exception):
    """No place can be given there. Why is told to nobody."""


class ChangedError(Exception):
    """The sign-up is not as the page showed it; nothing was done."""


def lock_evenings(ids: Iterable[int]) -> dict[int, Evening]:
    """Lock evenings in sorted order until the transaction ends."""
    wanted = sorted(set(ids))
    # The lock first and the reading after it.
    list(Evening.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk"))
    return Evening.objects.select_related("kind", "service_point").in_bulk(wanted)


def lock_sign_up(sign_up_id: int, *, also: int | None = None) -> tuple[SignUp, Evening]:
    """Fetch a sign-up with its evening locked, and evening `also`."""
    # It may have moved while we waited for its evening.
    while True:
        found = SignUp.objects.values_list("evening_id", flat=True).get(pk=sign_up_id)
        evenings = lock_evenings([found, *([also] if also else [])])
        sign_up = SignUp.objects.get(pk=sign_up_id)
        if sign_up.evening_id == found:
            sign_up.evening = evenings[found]
            return sign_up, evenings[found]


def is_strict(evening: Evening) -> bool:
    return clock.now() < evening.starts_at - STRICT_UNTIL


def _in_line(evening: Evening) -> SignUpQuerySet:
    """Find the line without those for whom the evening is too small by now: nobody waits behind them."""
    return evening.sign_ups.in_line().filter(people__lte=evening.capacity)


def next_in_line(evening: Evening) -> Iterator[SignUp]:
    """Yield those who wait and would be given a place now, in order, as far as the room goes."""
    free, at_evening = evening.free_places, private_words.words_at(evening)
    for sign_up in _in_line(evening):
        if free <= 0:
            return
        if private_words.is_barred_in_line(evening, sign_up.word_hash, at_evening):
            continue
        if sign_up.people <= free:
            free -= sign_up.people
            at_evening.add(sign_up.word_hash)
            yield sign_up
        elif is_strict(evening):
            return


def somebody_waits(evening: Evening) -> bool:
    """Say whether a newcomer would stand in line behind somebody."""
    waiting = _in_line(evening)
    if not is_strict(evening):
        waiting = waiting.filter(people__lte=evening.free_places)
    at_evening = private_words.words_at(evening)
    return any(
        not private_words.is_barred_in_line(evening, word_hash, at_evening)
        for word_hash in waiting.values_list("word_hash", flat=True)
    )


def require_room(
    evening: Evening, people: int, word_hash: str, *, but: SignUp | None = None
) -> None:
    """Raise NoPlaceError unless so many people may be given places at once."""
    if private_words.is_barred(evening, word_hash, but=but) or people > evening.free_places:
        raise NoPlaceError
    if somebody_waits(evening):
        raise NoPlaceError


def require_size(evening: Evening, people: int) -> None:
    """Raise NoPlaceError for more people than the evening has room for: they would wait in vain."""
    if people > evening.capacity:
        raise NoPlaceError


def require_open(evening: Evening) -> None:
    if not evening.is_open_to_sign_up(clock.now()):
        raise ClosedError
