"""Give an appointment another time, place or staff: keep it, record it, notify whom it concerns.

Whoever chooses the time (the desk, a party, the waiting list) checks whether it may be chosen and calls
`reschedule`, which does the rest alike for all.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bookings.appointments import notices, separate_visits, staff_notices
from bookings.appointments.announcements import announce
from bookings.appointments.assignment import give_time, professionals_of
from bookings.appointments.proposals import close_proposals
from bookings.appointments.reminders import remind_of_link
from bookings.appointments.staff_notices import StaffNews
from bookings.availability.allocation import Taken
from bookings.lifecycle.by_video import keep_to_channel
from bookings.lifecycle.protection import PlaceNotAgreedError, must_agree_new_place
from bookings.lifecycle.transitions import record
from bookings.lifecycle.video_links import drop_outdated_link
from bookings.models import Answer, Appointment, EventKind, Party, PartyRole, Status, TimeOffer
from bookings.models.asks import ProposedTime
from bookings.partners import invitations
from office.calendar.occupancy import TimeTakenError
from office.core import clock
from office.models import Channel, ClaimKind, Professional, User


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What changes, and who is notified of it."""

    was_agreed: bool
    is_moved: bool
    # Another place or channel.
    is_placed: bool
    is_roomed: bool
    dropped: list[Professional]
    added: list[Professional]
    kept: list[Professional]
    leads_otherwise: bool

    @property
    def is_seen(self) -> bool:
        """Whether the parties see any difference; they are notified of nothing else."""
        return self.is_moved or self.is_placed

    @property
    def is_anything(self) -> bool:
        people = bool(self.dropped or self.added) or self.leads_otherwise
        return not self.was_agreed or self.is_seen or self.is_roomed or people

    @property
    def kind(self) -> EventKind:
        """What the history calls it where the visit was agreed before."""
        if self.is_moved:
            return EventKind.MOVED
        if self.is_placed:
            return EventKind.PLACE_CHANGED
        return EventKind.STAFF_CHANGED if self.is_anything else EventKind.KEPT

    @property
    def staff_notices(self) -> list[tuple[Professional, StaffNews]]:
        """Return which professional is notified of what."""
        if not self.was_agreed:
            return [(person, StaffNews.BOOKED) for person in [*self.kept, *self.added]]
        news = StaffNews.MOVED if self.is_moved else StaffNews.CHANGED
        differs = self.is_seen or self.is_roomed or bool(self.dropped or self.added)
        return [
            *((person, StaffNews.CANCELLED) for person in self.dropped),
            *((person, StaffNews.BOOKED) for person in self.added),
            *((person, news) for person in self.kept if differs and self._concerns(person)),
        ]

    def _concerns(self, person: Professional) -> bool:
        """Say whether it concerns the person: a partner hears of time and place, not of another room."""
        return person.organisation_id is None or self.is_seen


def staff_of(appointment: Appointment) -> list[Professional]:
    """Return who meets the parties now, the lead first."""
    return list(
        Professional.objects.filter(duties__appointment=appointment)
        .select_related("user", "organisation")
        .order_by("-duties__is_lead", "duties__pk")
    )


def reschedule(
    appointment: Appointment,
    time: ProposedTime | Taken,
    *,
    channel: str,
    people: Sequence[Professional] | None = None,
    user: User | None = None,
    by: Party | None = None,
    accepted: Collection[int] = (),
    settled_with_requester: bool = False,
    confirms: bool = True,
    overrides_gap: bool = False,
    place_agreed: bool = False,
) -> list[Party]:
    """Let the appointment have `time` from now on; return the parties who must be called instead.

    Call with the appointment locked, in the transaction that took the time. Everybody who knows of the
    visit is asked anew whether they come, but those who have `accepted` this very time (by id), and,
    where it was `settled_with_requester`, the one who asked, whose yes stands.

    `people`: who meets them, the lead first; None: whoever the time was taken from, and the partners who
    were to join, where they are free. `by`: the party whose own doing it is. `confirms`: a request
    becomes agreed by it; otherwise it stays a request, and nobody is notified. `overrides_gap`: the
    parents' separate visits may come too close, knowingly. `place_agreed`: a protected party has agreed
    to the place that the other parent learns.

    Raises TooCloseError, PlaceNotAgreedError, BarredError, NotPossibleError, or TimeTakenError where the
    kept time has lapsed.
    """
    if time.claim is None:
        raise TimeTakenError
    start, end = _span(time)
    difference = compare(
        appointment,
        professionals_of(time.claim) if people is None else people,
        start=start,
        channel=channel,
        point=time.claim.service_point_id,
        room=time.room.pk if time.room else None,
    )
    becomes_agreed = confirms and not difference.was_agreed
    tells_place = (difference.is_seen or becomes_agreed) and must_agree_new_place(
        appointment, channel, time.claim.service_point_id
    )
    if tells_place and not place_agreed:
        raise PlaceNotAgreedError
    if difference.is_seen or becomes_agreed:
        separate_visits.refuse(
            appointment,
            start,
            end,
            time.claim.service_point if channel == Channel.IN_PERSON else None,
            user=user,
            override=overrides_gap,
        )
    if difference.was_agreed and difference.dropped:
        # While the appointment still has the time that the message names.
        staff_notices.notify_professionals(
            appointment, StaffNews.CANCELLED, only=difference.dropped
        )
    if difference.is_moved or becomes_agreed:
        close_proposals(appointment, chosen=time)
    was = _facts(appointment)
    appointment.channel = channel
    give_time(
        appointment,
        time,
        kind=ClaimKind.APPOINTMENT if difference.was_agreed or confirms else ClaimKind.REQUEST,
        people=people,
        with_partners=people is None,
    )
    keep_to_channel(appointment)
    drop_outdated_link(appointment)
    if not isinstance(time, Taken):
        time.closed_at = clock.now()
        time.save()
    if becomes_agreed:
        appointment.answered_at = appointment.answered_at or clock.now()
    record(
        appointment,
        _kind(difference, time, confirms=confirms),
        to=Status.CONFIRMED if becomes_agreed else None,
        user=user,
        party=by,
        details={"was": was, "now": _facts(appointment)},
    )
    if tells_place:
        record(appointment, EventKind.PLACE_AGREED, user=user)
    if not difference.is_seen:
        # Somebody else leads it: the link in a sent reminder is another's.
        remind_of_link(appointment)
    if difference.is_seen or becomes_agreed:
        _ask_anew(appointment, accepted, settled_with_requester=settled_with_requester)
    if becomes_agreed:
        return announce(appointment, by=by)
    return _notify(appointment, difference, by) if difference.was_agreed else []


def compare(
    appointment: Appointment,
    people: Sequence[Professional],
    *,
    start: datetime,
    channel: str,
    point: int | None,
    room: int | None,
) -> Difference:
    """Compare the appointment with how it would be."""
    before = staff_of(appointment)
    in_person = channel == Channel.IN_PERSON
    return Difference(
        was_agreed=appointment.is_agreed,
        is_moved=start != appointment.starts_at,
        is_placed=channel != appointment.channel
        or (in_person and point != appointment.service_point_id),
        is_roomed=in_person and room != appointment.room_id,
        dropped=[person for person in before if person not in people],
        added=[person for person in people if person not in before],
        kept=[person for person in people if person in before],
        leads_otherwise=bool(before) and before[0] != people[0],
    )


def _kind(difference: Difference, time: ProposedTime | Taken, *, confirms: bool) -> EventKind:
    if difference.was_agreed:
        return difference.kind
    if isinstance(time, TimeOffer):
        return EventKind.CHOSEN
    return EventKind.CONFIRMED if confirms else EventKind.STAFF_CHANGED


def _span(time: ProposedTime | Taken) -> tuple[datetime, datetime]:
    if isinstance(time, Taken):
        return time.start, time.end
    return time.starts_at, time.ends_at


def _ask_anew(
    appointment: Appointment, accepted: Collection[int], *, settled_with_requester: bool
) -> None:
    asked = appointment.parties.exclude(answer=Answer.NOT_ASKED).exclude(pk__in=accepted)
    asked = asked.exclude(role__in=PartyRole.companions())
    if settled_with_requester:
        asked = asked.exclude(is_requester=True, answer=Answer.ACCEPTED)
    asked.update(answer=Answer.ASKED, answered_at=None)
    if accepted:
        appointment.parties.filter(pk__in=accepted).update(
            answer=Answer.ACCEPTED, answered_at=clock.now()
        )


def _notify(appointment: Appointment, difference: Difference, by: Party | None) -> list[Party]:
    unreached: list[Party] = []
    if difference.is_moved:
        unreached = notices.notify_moved(appointment, by=by)
    elif difference.is_placed:
        unreached = notices.notify_place_changed(appointment)
    for news in (StaffNews.BOOKED, StaffNews.MOVED, StaffNews.CHANGED):
        people = [person for person, theirs in difference.staff_notices if theirs == news]
        if people:
            staff_notices.notify_professionals(appointment, news, only=people)
    # Partners are asked, asked anew, or notified that they are not needed.
    invitations.invite(appointment)
    return unreached


def _facts(appointment: Appointment) -> dict[str, Any]:
    """Return time, place and staff for the history: no word of the parties."""
    return {
        "start": appointment.starts_at.isoformat() if appointment.starts_at else "",
        "channel": appointment.channel,
        "point": appointment.service_point.name if appointment.service_point else "",
        "room": appointment.room.name if appointment.room else "",
        "staff": list(appointment.staff.values_list("professional__name", flat=True)),
    }
