"""Who says at the desk who they are is found among the parties of agreed visits, typed exactly.

Whoever looks is to meet both parents without knowing who asked first. So a candidate is an opaque value,
the order is drawn, and there is a name only where both parents have given theirs.
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F

from bookings.lifecycle.references import normal_code
from bookings.models import Appointment, Party, Status
from bookings.my_day import queries as own_day
from bookings.parties import conflicts
from bookings.parties.search import international
from bookings.visibility import Reader
from office.core.names import Folded, folded
from office.core.own_codes import hash_typed
from office.core.tokens import keyed
from office.models import User
from office.staff.access_log import note_access
from office.staff.rate_limits import count_try
from walkin.days.duties import professional_of
from walkin.models import Ticket

FOUND_AT_MOST = 6
LOOKS_A_MINUTE = 20
DIGITS_AT_LEAST = 7
WORDS_AT_LEAST = 2
# Stands in the access log where a look found nobody.
NOBODY = "-"
REASON = "walk-in"
_CODE = re.compile(r"^[A-Z]{3}\d{3}$")
_NUMBER = re.compile(r"^\+?[\d\s()./-]+$")


@dataclass(frozen=True)
class Candidate:
    """Somebody whom the typed text may mean, as the staff see it."""

    # Means this party to this user at this number alone; nothing can be read off it.
    value: str
    # Empty while one of two parents has not given theirs.
    name: str
    appointment: Appointment
    party: Party


def look_for(ticket: Ticket, text: str, *, user: User, action: str) -> list[Candidate]:
    """Whom a whole code, phone number or name means. Counted and logged, whether it finds or not.

    Raises TooManyTriesError beyond some looks a minute.
    """
    count_try("walk-in-who", str(user.pk), limit=LOOKS_A_MINUTE, every=timedelta(minutes=1))
    barred = conflicts.barred_to(professional_of(user))
    meant = [party for party in parties_meant(text) if party.appointment_id not in barred]
    found = candidates(ticket, meant, user)
    references = {candidate.appointment.reference for candidate in found}
    note_access(user, references or {NOBODY}, action=action, reason=REASON)
    return found


def parties_meant(text: str) -> list[Party]:
    """The parties of agreed visits whom a whole code (own or of the visit), number or name means.

    No beginnings and nothing misspelt: who types a part of it finds nobody. Anonymous ones are found by
    their code alone.
    """
    text = text.replace("\0", "").strip()[:120]
    parties = (
        Party.objects.who_come()
        .filter(appointment__status__in=Status.coming())
        .with_visit_seen_by(Reader.WALK_IN)
        .order_by("-appointment", "name", "pk")
    )
    code = normal_code(text)
    if _CODE.match(code):
        return list(parties.filter(appointment__reference=f"{code[:3]}-{code[3:]}"))
    hashed = hash_typed(text)
    if hashed:
        return list(parties.filter(code_hash=hashed))
    parties = parties.filter(appointment__is_anonymous=False)
    if _NUMBER.match(text):
        if sum(letter.isdigit() for letter in text) < DIGITS_AT_LEAST:
            return []
        return list(parties.filter(phone=international(text))[:FOUND_AT_MOST])
    name = folded(text)
    if len(name.split()) < WORDS_AT_LEAST:
        return []
    named = parties.annotate(folded=Folded(F("name")))
    return list(named.filter(folded=f" {name}")[:FOUND_AT_MOST])


def candidates(ticket: Ticket, parties: Iterable[Party], user: User) -> list[Candidate]:
    """One for each party; one for the visit where the names would tell who asked."""
    parties = list(parties)
    unnamed = _names_are_not_known(party.appointment for party in parties)
    taken = set(
        Ticket.objects.filter(day=ticket.day_id, party__in=parties)
        .open()
        .exclude(pk=ticket.pk)
        .values_list("party", flat=True)
    )
    found: dict[tuple[str, int], Candidate] = {}
    # Of a visit whose two people cannot be told apart, each number is another one's.
    for party in sorted(parties, key=lambda party: party.pk in taken):
        is_hidden = party.appointment_id in unnamed
        means = ("visit", party.appointment_id) if is_hidden else ("party", party.pk)
        value = keyed("walk-in-who", str(user.pk), str(ticket.pk), *map(str, means))
        name = "" if is_hidden else party.name
        found.setdefault(means, Candidate(value, name, party.appointment, party))
    shuffled = list(found.values())
    secrets.SystemRandom().shuffle(shuffled)
    return shuffled


def _names_are_not_known(appointments: Iterable[Appointment]) -> set[int]:
    """Visits, by id, of two people of whom one has given no name yet."""
    visits = {appointment.pk: appointment for appointment in appointments}
    nameless = (
        Party.objects.who_come()
        .filter(appointment__in=visits, name="", appointment__is_anonymous=False)
        .values_list("appointment", flat=True)
    )
    return set(nameless) | own_day.one_is_unknown(visits.values())
