"""Finding somebody who has been here before: by phone number, name, e-mail address or reference code."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower, Reverse

from bookings.lifecycle.references import normal_code
from bookings.matters.queries import further_rows, hand_down
from bookings.models import AppointmentEvent, EventKind, Party
from bookings.models.matters import FURTHER
from office.core.names import Folded, folded

# How much of the letters of a misspelt name must be alike, by groups of three: "Jokonen" finds Jokinen.
LIKENESS = 0.45
# Where so many have the very name, misspelt ones are not looked for.
ENOUGH = 5
# Of a name or number that many have, so many of the newest are looked at.
LOOKED_AT = 40
LETTERS_AT_LEAST = 3
DIGITS_AT_LEAST = 5
# So many of a number's last digits are enough to look for it by its end.
LAST_DIGITS_AT_LEAST = 4
HOME, ABROAD = "+358", "+"
# That a party gave their details themselves; those of the one who asked are their own anyway.
GAVE = Q(what=EventKind.DETAILS_GIVEN)
_NUMBER = re.compile(r"^\+?[\d\s()./-]+$")
_CODE = re.compile(r"^[A-Z]{3}\d{1,3}$")


class MatchedBy(StrEnum):
    """By what somebody was found."""

    NUMBER = "number"
    LAST_DIGITS = "last digits"
    EMAIL = "email"
    CODE = "code"
    NAME = "name"
    LIKE_NAME = "like name"


@dataclass(frozen=True)
class Match:
    """A party that a text may mean, and by what it was found."""

    party: Party
    why: MatchedBy

    @property
    def who(self) -> tuple[str, str]:
        """The same for all parties that are one person, as far as name and contacts tell."""
        return who_is(self.party)


@dataclass(frozen=True)
class FoundPerson:
    """One person as last seen. `is_own`: they gave these details themselves."""

    party: Party
    is_own: bool


def callers(text: str, limit: int = 5) -> list[FoundPerson]:
    """Find whom `text` may mean, each once, with the newest details that are their own.

    Anonymous people are not found. A fixed number of queries, whatever the history.
    """
    seen: dict[tuple[str, str], FoundPerson] = {}
    for party in (match.party for match in matches(text)):
        if party.appointment.is_anonymous or not party.name or not party.rules.is_invited:
            # A lawyer is found with the visits, and is nobody to book for.
            continue
        caller = FoundPerson(party, is_own=party.is_requester or getattr(party, "gave", False))
        who = who_is(party)
        before = seen.get(who)
        if before is None or (caller.is_own and not before.is_own):
            seen[who] = caller
    return list(seen.values())[:limit]


def matches(text: str, limit: int = LOOKED_AT) -> list[Match]:
    """Find parties that `text` may mean: the best match first, and the newest of equal ones."""
    why: dict[int, MatchedBy] = {}
    for pk, reason in ids_meant(text, Party.objects.all(), code="appointment__reference"):
        why.setdefault(pk, reason)
    ids = list(why)[:limit]
    found = (
        Party.objects.filter(pk__in=ids)
        .select_related("appointment__service", "appointment__service_point")
        .annotate(**{FURTHER: further_rows("appointment")})
        .annotate(gave=Exists(AppointmentEvent.objects.filter(GAVE, party=OuterRef("pk"))))
    )
    by_id = {party.pk: party for party in found}
    for party in by_id.values():
        hand_down(party)
    return [Match(by_id[pk], why[pk]) for pk in ids if pk in by_id]


def who_is(party: Party) -> tuple[str, str]:
    """Return what makes two parties count as one person: the name, and the number or the address."""
    return folded(party.name), str(party.phone or "") or party.email.lower()


def found_one(pk: int) -> FoundPerson | None:
    """Return a found person by the party's id; None where there is none, or they are anonymous."""
    party = Party.objects.select_related("appointment").filter(pk=pk).first()
    if party is None or party.appointment.is_anonymous:
        return None
    gave = AppointmentEvent.objects.filter(GAVE, party=party).exists()
    return FoundPerson(party, is_own=party.is_requester or gave)


def _as_typed(text: str) -> str:
    """Strip what was pasted of what came along: signs of direction, wide hyphens, "tel:", a comma."""
    kept = (c for c in text if unicodedata.category(c) != "Cf")
    plain = "".join("-" if unicodedata.category(c) == "Pd" else c for c in kept).strip()
    return plain.removeprefix("tel:").rstrip(",;")


def ids_meant(text: str, people: QuerySet[Any], *, code: str) -> Iterator[tuple[int, MatchedBy]]:
    """Find whom of these `text` may mean, perhaps for several reasons: the best match first.

    `people` have name, phone and email; `code`: the path to the reference code by which they are found.
    """
    text = _as_typed(text.replace("\0", "")).strip()[:80]
    newest = people.order_by("-pk")
    if _NUMBER.match(text):
        number = international(text)
        if number:
            yield from _of(newest.filter(phone__startswith=number), MatchedBy.NUMBER)
        yield from _by_last_digits(newest, text)
        return
    if "@" in text:
        by_address = newest.annotate(address=Lower("email")).filter(address=text.lower())
        yield from _of(by_address, MatchedBy.EMAIL)
        return
    typed = normal_code(text)
    if _CODE.match(typed):
        start = typed[:3] + ("-" + typed[3:] if len(typed) > 3 else "")
        yield from _of(newest.filter(**{f"{code}__startswith": start}), MatchedBy.CODE)
    if sum(letter.isalpha() for letter in text) >= LETTERS_AT_LEAST:
        yield from _by_name(people, folded(text).split())


def _by_last_digits(people: QuerySet[Any], text: str) -> Iterator[tuple[int, MatchedBy]]:
    """Find numbers with this ending: what a caller reads out of a list of missed calls."""
    digits = "".join(letter for letter in text if letter.isdigit())
    if text.startswith("+") or len(digits) < LAST_DIGITS_AT_LEAST:
        return
    backwards = people.annotate(backwards=Reverse("phone", output_field=CharField()))
    yield from _of(backwards.filter(backwards__startswith=digits[::-1]), MatchedBy.LAST_DIGITS)


def _by_name(people: QuerySet[Any], words: list[str]) -> Iterator[tuple[int, MatchedBy]]:
    """Find names with all these words or word beginnings; if there are few, similar names too."""
    named = people.annotate(folded=Folded(F("name")))
    whole = named.filter(*(Q(folded__contains=f" {word}") for word in words)).order_by("-pk")
    found = _of(whole, MatchedBy.NAME)
    yield from found
    if len(found) >= ENOUGH or sum(map(len, words)) <= LETTERS_AT_LEAST:
        return
    swapped = Q()
    for other in _swapped(words):
        swapped |= Q(*(("folded__contains", f" {word}") for word in other))
    if swapped:
        yield from _of(named.filter(swapped).order_by("-pk"), MatchedBy.LIKE_NAME)
    yield from _like(named, " ".join(words))


def _like(named: QuerySet[Any], name: str) -> list[tuple[int, MatchedBy]]:
    """Find parties with a similar name, the nearest first."""
    with transaction.atomic(), connection.cursor() as cursor:
        # The index takes the threshold of similarity only from this setting.
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS)]
        )
        near = named.filter(folded__trigram_word_similar=name)
        nearest = near.order_by(TrigramWordSimilarity(name, "folded").desc(), "-pk")
        return _of(nearest, MatchedBy.LIKE_NAME)


def _swapped(words: list[str]) -> Iterable[list[str]]:
    """Yield the words with two neighbouring letters of the last one swapped: the commonest slip."""
    last = words[-1]
    if len(last) < 4:
        return
    for n in range(len(last) - 1):
        if last[n] != last[n + 1]:
            yield [*words[:-1], last[:n] + last[n + 1] + last[n] + last[n + 2 :]]


def _of(people: QuerySet[Any], why: MatchedBy) -> list[tuple[int, MatchedBy]]:
    return [(pk, why) for pk in people.values_list("pk", flat=True)[:LOOKED_AT]]


def international(text: str) -> str:
    """Return a number or its beginning as it is stored: 040 123…, 358 40 123… and +358 40 123… alike.

    It is empty where there are too few digits to tell people apart.
    """
    digits = "".join(letter for letter in text if letter.isdigit())
    if text.startswith("+"):
        number = ABROAD + digits
    elif digits.startswith("00"):
        number = ABROAD + digits[2:]
    elif digits.startswith("358"):
        number = ABROAD + digits
    else:
        number = HOME + digits.removeprefix("0")
    if number.startswith(f"{HOME}0"):
        # +358 (0)40 …
        number = HOME + number.removeprefix(f"{HOME}0")
    return number if len(number) >= len(HOME) + DIGITS_AT_LEAST - 1 else ""
