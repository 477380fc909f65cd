"""Find the party of an appointment who gives an exact code, phone number or name at the desk.

The professional is to meet both parents without knowing who contacted the unit first. So a
candidate is an opaque value, the order is random, and a name is shown only where both parents have
given theirs.
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F

from bookings.lifecycle.party_access import note_access_of
from bookings.lifecycle.references import normal_code
from bookings.models import Appointment, Party, Status
from bookings.my_day import queries as own_day
from bookings.parties import conflicts
from bookings.parties.search import international
from bookings.visibility import Reader
from office.core.names import Alphabetical, Folded, folded
from office.core.own_codes import hash_typed
from office.core.tokens import keyed
from office.models import AccessAction, AccessReason, User
from office.staff.access_log import note_access
from office.staff.rate_limits import count_try
from walkin.days.duties import professional_of
from walkin.models import Ticket

MAX_FOUND = 6
SEARCHES_PER_MINUTE = 20
MIN_DIGITS = 7
MIN_WORDS = 2
# In the access log, where a search found nobody.
NOBODY = "-"
_CODE = re.compile(r"^[A-Z]{3}\d{3}$")
_NUMBER = re.compile(r"^\+?[\d\s()./-]+$")


@dataclass(frozen=True)
class PartyCandidate:
    """A party whom the text may mean, as staff see them."""

    # Opaque: identifies the party only to this user and for this ticket.
    value: str
    # Empty while one of two parents has not given theirs.
    name: str
    appointment: Appointment
    party: Party


def find_candidates(
    ticket: Ticket, text: str, *, user: User, action: AccessAction
) -> list[PartyCandidate]:
    """Find whom a whole code, phone number or name means. Every search is counted and logged.

    Raises TooManyTriesError beyond the limit of searches a minute.
    """
    count_try("walk-in-who", str(user.pk), limit=SEARCHES_PER_MINUTE, every=timedelta(minutes=1))
    barred = conflicts.barred_to(professional_of(user))
    matches = [party for party in matching_parties(text) if party.appointment_id not in barred]
    found = as_candidates(ticket, matches, user)
    reason = AccessReason.WALK_IN
    if not matches:
        note_access(user, NOBODY, action=action, reason=reason)
    for party in matches:
        # That one is here is not told to the other.
        note_access_of(party, user, action=action, reason=reason)
    return found


def matching_parties(text: str) -> list[Party]:
    """Return the parties of agreed appointments with exactly this code, phone number or name.

    No prefixes and no fuzzy matches. Anonymous parties are found only by their code.
    """
    text = text.replace("\0", "").strip()[:120]
    parties = (
        Party.objects.who_come()
        .filter(appointment__status__in=Status.agreed())
        .with_visit_seen_by(Reader.WALK_IN)
        .order_by("-appointment", Alphabetical("name"), "pk")
    )
    code = normal_code(text)
    if _CODE.match(code):
        return list(parties.filter(appointment__reference=f"{code[:3]}-{code[3:]}"))
    hashed = hash_typed(text)
    if hashed:
        return list(parties.filter(code_hash=hashed))
    parties = parties.filter(appointment__is_anonymous=False)
    if _NUMBER.match(text):
        if sum(letter.isdigit() for letter in text) < MIN_DIGITS:
            return []
        return list(parties.filter(phone=international(text))[:MAX_FOUND])
    name = folded(text)
    if len(name.split()) < MIN_WORDS:
        return []
    named = parties.annotate(folded=Folded(F("name")))
    return list(named.filter(folded=f" {name}")[:MAX_FOUND])


def as_candidates(ticket: Ticket, parties: Iterable[Party], user: User) -> list[PartyCandidate]:
    """Return one for each party, or one for the visit where names would tell who asked first."""
    parties = list(parties)
    unnamed = _partly_named_visits(party.appointment for party in parties)
    taken = set(
        Ticket.objects.filter(day=ticket.day_id, party__in=parties)
        .open()
        .exclude(pk=ticket.pk)
        .values_list("party", flat=True)
    )
    found: dict[tuple[str, int], PartyCandidate] = {}
    # Where the two parties cannot be distinguished, each ticket gets another one.
    for party in sorted(parties, key=lambda party: party.pk in taken):
        is_nameless = party.appointment_id in unnamed
        identity = ("visit", party.appointment_id) if is_nameless else ("party", party.pk)
        value = keyed("walk-in-who", str(user.pk), str(ticket.pk), *map(str, identity))
        name = "" if is_nameless else party.name
        found.setdefault(identity, PartyCandidate(value, name, party.appointment, party))
    shuffled = list(found.values())
    secrets.SystemRandom().shuffle(shuffled)
    return shuffled


def _partly_named_visits(appointments: Iterable[Appointment]) -> set[int]:
    """Return the ids of appointments with two parties of whom one has given no name yet."""
    visits = {appointment.pk: appointment for appointment in appointments}
    nameless = (
        Party.objects.who_come()
        .filter(appointment__in=visits, name="", appointment__is_anonymous=False)
        .values_list("appointment", flat=True)
    )
    return set(nameless) | own_day.one_is_unknown(visits.values())
