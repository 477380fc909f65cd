"""Whether both parents of a joint visit were sent the same, and as soon. Read off what was sent.

A message says by the nonce of its link whose it is, so that no address is looked at. Each belongs to the
change that it tells of, the last one before it was written. Of one change both are notified by the same
letter; where both read one language, its subject and each number in it (time, place, code) are the same.
Where one takes part by video and the other comes, each letter has the place, or the way, of its reader.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import Q

from bookings.models import (
    Appointment,
    AppointmentEvent,
    EventKind,
    Meeting,
    OtherParent,
    Party,
    Status,
)
from bookings.notifications.kinds import MessageKind
from office.models import OutboxMessage, ServicePoint, Unit

# What both are sent, and after which event.
NOTIFIED_AFTER: dict[str, str] = {
    EventKind.CONFIRMED: MessageKind.CONFIRMED,
    EventKind.CHOSEN: MessageKind.CONFIRMED,
    EventKind.PARTY_ADDED: MessageKind.CONFIRMED,
    EventKind.MOVED: MessageKind.MOVED,
    EventKind.PLACE_CHANGED: MessageKind.MOVED,
    EventKind.CANCELLED: MessageKind.CANCELLED,
}
KINDS = frozenset({*NOTIFIED_AFTER.values(), MessageKind.REMINDER})
# Two messages that leave one after another, one of them tried again once.
SOON = timedelta(minutes=15)


@dataclass(frozen=True)
class OwnWays:
    """By what a letter that names a place is told from one by video, and what differs between the two."""

    streets: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of_unit(cls) -> "OwnWays":
        points = list(ServicePoint.objects.all())
        written = [Unit.get().phone, *(point.address for point in points)]
        return cls(
            frozenset(point.street for point in points),
            frozenset(number for text in written for number in _numbers(str(text))),
        )

    def names_place(self, message: OutboxMessage) -> bool:
        return any(street in message.body for street in self.streets)


@dataclass(frozen=True)
class NoticeToBoth:
    """One change, of which two parents were notified."""

    kind: str
    at: datetime
    # Between the first message to each; None while not both were sent one.
    apart: timedelta | None
    # But for the place or the way in which each takes part, where `has_own_ways`.
    is_same: bool
    has_own_ways: bool = False

    @property
    def is_alike(self) -> bool:
        """Both were sent the same, one soon after the other."""
        return self.is_same and self.apart is not None and self.apart <= SOON

    @property
    def minutes(self) -> int | None:
        """How many minutes apart, at most."""
        return None if self.apart is None else -(-int(self.apart.total_seconds()) // 60)


def notices_to_both(appointments: Iterable[Appointment]) -> dict[int, list[NoticeToBoth]]:
    """Return by appointment what both of its parents were sent, the first first. Three queries.

    A fourth and a fifth where somebody takes part by video in a visit to which the other comes.

    Visits to which two do not come together have nothing to tell alike.
    """
    joint = {a.pk: a for a in appointments if a.meeting == Meeting.TOGETHER}
    owners = _owners(joint)
    pairs = {pk: owned for pk, owned in owners.items() if len(set(owned.values())) > 1}
    references = {joint[pk].reference: pk for pk in pairs}
    events = _events(pairs)
    rounds: dict[tuple[int, str, int], list[tuple[OutboxMessage, int]]] = {}
    sent = OutboxMessage.objects.filter(
        Q(about__in=references) | ~Q(also=[]), kind__in=KINDS, dropped_at=None
    ).defer("to", "calendar", "last_error")
    for message in sent.order_by("created_at", "pk"):
        for pk, nonce in _notified_of(message, references):
            if nonce in pairs[pk]:
                number = _round(events.get(pk, []), message)
                rounds.setdefault((pk, message.kind, number), []).append(
                    (message, pairs[pk][nonce])
                )
    found: dict[int, list[NoticeToBoth]] = {pk: [] for pk in pairs}
    joined = {pk for pk in pairs if any(kind == "" for _at, kind in events.get(pk, []))}
    ways = OwnWays.of_unit() if joined else None
    for (pk, kind, _number), messages in rounds.items():
        own_ways = ways if pk in joined else None
        found[pk].append(_notice_of(kind, messages, set(pairs[pk].values()), own_ways))
    return found


def _notified_of(message: OutboxMessage, references: dict[str, int]) -> list[tuple[int, str]]:
    """Return the visits a message tells of, by id, with the nonce of its reader's link to each."""
    rows = [(message.about, message.link_nonce)]
    rows += [(row["about"], row["nonce"]) for row in message.also]
    return [(references[about], nonce) for about, nonce in rows if about in references]


def _owners(appointments: Iterable[int]) -> dict[int, dict[str, int]]:
    """Map by appointment whose link has which nonce, of the sides alone."""
    owners: dict[int, dict[str, int]] = {}
    rows = Party.objects.who_come().sides().filter(appointment__in=list(appointments))
    for pk, party, *nonces in rows.values_list(
        "appointment", "pk", "link_nonce", "invitation_nonce"
    ):
        for nonce in filter(None, nonces):
            owners.setdefault(pk, {})[nonce] = party
    return owners


def _events(appointments: Iterable[int]) -> dict[int, list[tuple[datetime, str]]]:
    """Return when each kind of letter was due; "": when one of the two began to take part by video."""
    events: dict[int, list[tuple[datetime, str]]] = {}
    rows = AppointmentEvent.objects.filter(
        appointment__in=list(appointments),
        what__in=[*NOTIFIED_AFTER, EventKind.JOINS_BY_VIDEO],
        undone_by=None,
    )
    for pk, at, what in rows.order_by("at", "pk").values_list("appointment", "at", "what"):
        events.setdefault(pk, []).append((at, NOTIFIED_AFTER.get(what, "")))
    return events


def _round(events: list[tuple[datetime, str]], message: OutboxMessage) -> int:
    """Count which change of its kind a message tells of: what is sent while it is done comes first."""
    if message.kind == MessageKind.REMINDER:
        return 0
    times = [at for at, kind in events if kind == message.kind]
    # Some letters are written before the event, in the same transaction.
    return sum(at <= message.created_at + timedelta(seconds=2) for at in times)


def _notice_of(
    kind: str,
    messages: list[tuple[OutboxMessage, int]],
    owners: set[int],
    ways: OwnWays | None,
) -> NoticeToBoth:
    """Compare what each was told. `messages`: each with whose it is."""
    first: dict[int, datetime] = {}
    facts: dict[tuple[str, str], set[str]] = {}
    has_own_ways = ways is not None and len({ways.names_place(one) for one, _owner in messages}) > 1
    for message, owner in messages:
        fact = _facts(message, ways if has_own_ways else None)
        facts.setdefault((message.language, message.channel), set()).add(fact)
        if message.sent_at is not None:
            first[owner] = min(first.get(owner, message.sent_at), message.sent_at)
    both = len(first) == len(owners)
    return NoticeToBoth(
        kind=kind,
        at=messages[0][0].created_at,
        apart=max(first.values()) - min(first.values()) if both else None,
        is_same=both and all(len(variants) == 1 for variants in facts.values()),
        has_own_ways=has_own_ways,
    )


def _facts(message: OutboxMessage, ways: OwnWays | None) -> str:
    """Return what the letter says of when and where, as a mark: the dates, times and numbers in it.

    Who is asked whether the time suits gets another question, and who has not asked us reads first who
    writes, in two languages where theirs is not known. `ways`: of when alone.
    """
    text = f"{message.subject}\n{message.body}"
    facts = _numbers(text if ways is None else re.sub(r"\S+://\S+", "", text))
    facts -= ways.numbers if ways else frozenset()
    return sha256("\0".join(sorted(facts)).encode()).hexdigest()


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.:–]\d+)*", text))


def promised(appointment: Appointment) -> bool:
    """Say whether both parents' pages promise that they are sent the same: about the visit, at any time.

    The promise says nothing about who has been notified of what. Where the other parent is not to hear
    before we have talked with the one who asked, it would promise too much.
    """
    return (
        appointment.meeting == Meeting.TOGETHER
        and not appointment.is_anonymous
        and appointment.other_parent in (OtherParent.GIVEN, OtherParent.PASS_ON)
    )


@dataclass(frozen=True)
class Proof:
    """Both were always told the same, at most so many minutes apart.

    `has_own_ways`: but for where, or how, each of them takes part.
    """

    minutes: int
    has_own_ways: bool


def proof_for_parents(appointment: Appointment) -> Proof | None:
    """Return what both were always sent alike, and how soon; None where it is not to be shown.

    Before they have met, that a message reached the other would be news of the other: that they can be
    reached, and by when. At the table each sees that the other knew.
    """
    if not promised(appointment) or appointment.status not in (Status.IN_MEETING, Status.DONE):
        return None
    notices = notices_to_both([appointment]).get(appointment.pk, [])
    if not notices or not all(one.is_alike for one in notices):
        return None
    return Proof(max(one.minutes or 1 for one in notices), any(one.has_own_ways for one in notices))
