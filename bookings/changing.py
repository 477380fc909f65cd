"""Changing an appointment: its time, place, channel, room, who meets the parties. All or nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from bookings import pairing, separate, telling
from bookings.deciding import announce, close_proposals
from bookings.models import Answer, Appointment, AppointmentProfessional, Party, Status
from bookings.recording import NotPossibleError, locked, record
from office import clock
from office.models import (
    Channel,
    Claim,
    ClaimKind,
    HoursKind,
    Occupancy,
    Professional,
    Room,
    ServicePoint,
    User,
    WeeklyHours,
)
from office.obstacles import Obstacle, in_the_way, without_hours
from office.taking import TimeTakenError, alter, lock, retrying, take

BEFORE_IT_HOLDS = (Status.REQUESTED, Status.OFFERED)
PROFESSIONALS_AT_MOST = 3


@dataclass(frozen=True)
class Change:
    """How an appointment is to stand. `professionals`: who leads comes first.

    `room`: None lets a free one be found, the present one first where it will do.
    """

    start: datetime
    channel: str
    point: int | None
    professionals: tuple[int, ...]
    room: int | None = None


class InTheWayError(TimeTakenError):
    """Somebody or some room is busy then; `obstacles` say who, when and with what."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__()
        self.obstacles = list(obstacles)


class OutsideHoursError(Exception):
    """Somebody would work outside their hours, and nobody has said to know it; who."""

    def __init__(self, people: Sequence[Professional]) -> None:
        super().__init__()
        self.people = list(people)


class NothingChangesError(Exception):
    """It stands like this already."""


@dataclass(frozen=True)
class Plan:
    """What a change comes to: what is different, who is told of it."""

    appointment: Appointment
    wanted: Change
    people: list[Professional]
    point: ServicePoint | None
    end: datetime
    busy_until: datetime
    was_agreed: bool
    is_moved: bool
    is_placed: bool
    is_roomed: bool
    dropped: list[Professional]
    added: list[Professional]
    kept: list[Professional]
    leads_otherwise: bool

    @property
    def is_seen(self) -> bool:
        """Whether the parties see any difference; they are told of nothing else."""
        return self.is_moved or self.is_placed

    @property
    def is_anything(self) -> bool:
        people = bool(self.dropped or self.added) or self.leads_otherwise
        return not self.was_agreed or self.is_seen or self.is_roomed or people

    @property
    def building(self) -> ServicePoint | None:
        """Where it would bring the parties; None by phone or video."""
        return self.point if self.wanted.channel == Channel.IN_PERSON else None

    @property
    def needs_hours(self) -> bool:
        """Whether everybody's hours count anew; for another room alone they do not."""
        return not self.was_agreed or self.is_seen or bool(self.dropped or self.added)

    @property
    def staff_told(self) -> list[tuple[Professional, str]]:
        """Which professional is told what."""
        if not self.was_agreed:
            return [(person, "booked") for person in self.people]
        stays = "moved" if self.is_moved else "changed"
        differs = self.is_seen or self.is_roomed or bool(self.dropped or self.added)
        return [
            *((person, "cancelled") for person in self.dropped),
            *((person, "booked") for person in self.added),
            *((person, stays) for person in self.kept if differs and self._hears(person)),
        ]

    def _hears(self, person: Professional) -> bool:
        """A partner is asked about the time and the place, and told of no other room."""
        return person.organisation_id is None or self.is_seen

    @property
    def parties_told(self) -> list[Party]:
        """The parties who are told, by whatever way; or must be called."""
        if self.was_agreed:
            return telling.knowing(self.appointment) if self.is_seen else []
        return list(self.appointment.parties.who_come())


def may_change(appointment: Appointment) -> bool:
    """Whether time, place or people of the appointment can still be changed."""
    return appointment.status in (
        Status.REQUESTED,
        Status.OFFERED,
        Status.CONFIRMED,
        Status.ARRIVED,
    )


def present(appointment: Appointment) -> Change | None:
    """How it stands now; None where it has no time."""
    if appointment.starts_at is None:
        return None
    return Change(
        start=appointment.starts_at,
        channel=appointment.channel,
        point=appointment.service_point_id,
        professionals=tuple(member.professional_id for member in appointment.staff.all()),
        room=appointment.room_id,
    )


def plan(appointment: Appointment, wanted: Change) -> Plan:
    """What `wanted` would come to. Raises NotPossibleError for what can never be booked."""
    people = _people(wanted.professionals)
    point = None
    if wanted.point is not None:
        point = ServicePoint.objects.in_use().filter(pk=wanted.point).first()
    in_person = wanted.channel == Channel.IN_PERSON
    if not people or people[0].organisation_id is not None:
        raise NotPossibleError
    if wanted.channel not in Channel.values or (in_person and point is None):
        raise NotPossibleError
    before = list(
        Professional.objects.filter(duties__appointment=appointment).order_by(
            "-duties__is_lead", "duties__pk"
        )
    )
    service = appointment.service
    if appointment.starts_at is not None and appointment.ends_at is not None:
        length = appointment.ends_at - appointment.starts_at
    else:
        length = timedelta(minutes=service.duration)
    end = wanted.start + length
    if not in_person:
        wanted = replace(wanted, room=None)
    was_agreed = appointment.status in Status.coming()
    new_place = in_person and wanted.point != appointment.service_point_id
    return Plan(
        appointment=appointment,
        wanted=wanted,
        people=people,
        point=point,
        end=end,
        busy_until=end + timedelta(minutes=service.buffer_after),
        was_agreed=was_agreed,
        is_moved=wanted.start != appointment.starts_at,
        is_placed=wanted.channel != appointment.channel or new_place,
        is_roomed=in_person and wanted.room is not None and wanted.room != appointment.room_id,
        dropped=[person for person in before if person not in people],
        added=[person for person in people if person not in before],
        kept=[person for person in people if person in before],
        leads_otherwise=bool(before) and before[0] != people[0],
    )


def _people(ids: Sequence[int]) -> list[Professional]:
    """The professionals in the order of their ids; none where one is unknown or not in use."""
    found = Professional.objects.in_use().select_related("user", "organisation").in_bulk(ids)
    people = [found[pk] for pk in dict.fromkeys(ids) if pk in found]
    is_whole = len(people) == len(set(ids)) and len(people) <= PROFESSIONALS_AT_MOST
    return people if is_whole else []


def outside_hours(plan: Plan) -> list[tuple[Professional, bool]]:
    """Who would work outside their hours, and whether they are away altogether.

    A partner whose hours nobody knows is not among them: their answer to the invitation counts.
    """
    in_person = plan.wanted.channel == Channel.IN_PERSON
    lacking = without_hours(
        [person.pk for person in plan.people],
        plan.wanted.start,
        plan.end,
        point=plan.wanted.point if in_person else None,
    )
    partners = [p.pk for p in plan.people if p.organisation_id is not None and p.pk in lacking]
    known = set(
        WeeklyHours.objects.filter(
            professional__in=partners, kind=HoursKind.APPOINTMENTS
        ).values_list("professional_id", flat=True)
        if partners
        else []
    )
    return [
        (person, lacking[person.pk])
        for person in plan.people
        if person.pk in lacking
        and (person.organisation_id is None or person.pk in known or lacking[person.pk])
    ]


def obstacles(plan: Plan) -> list[Obstacle]:
    """What is in the way now, as far as a look can tell; the database decides when it is done."""
    rooms = _rooms(plan)
    found = in_the_way(
        [*(person.pk for person in plan.people), *rooms],
        plan.wanted.start,
        plan.busy_until,
        apart_from=plan.appointment.claim,
    )
    # Times that are kept for this very appointment make room for it.
    found = [o for o in found if o.label != plan.appointment.reference]
    all_rooms_taken = {o.resource for o in found if o.is_room} >= set(rooms)
    return [o for o in found if not o.is_room or all_rooms_taken]


def likely_room(plan: Plan) -> int | None:
    """The room that would be taken, as far as a look can tell."""
    rooms = _rooms(plan)
    busy = {
        o.resource
        for o in in_the_way(
            rooms, plan.wanted.start, plan.busy_until, apart_from=plan.appointment.claim
        )
        if o.label != plan.appointment.reference
    }
    return next((room for room in rooms if room not in busy), None)


def _rooms(plan: Plan) -> list[int]:
    """The rooms to try, the wanted or the present one first; none where none is needed."""
    if plan.wanted.channel != Channel.IN_PERSON:
        return []
    rooms = list(
        Room.objects.filter(service_point=plan.wanted.point, is_active=True)
        .order_by("name", "pk")
        .values_list("pk", flat=True)
    )
    if plan.wanted.room is not None:
        return [plan.wanted.room] if plan.wanted.room in rooms else []
    present_one = plan.appointment.room_id
    return sorted(rooms, key=lambda pk: pk != present_one)


@retrying
def change(
    appointment_id: int,
    wanted: Change,
    *,
    user: User,
    version: int | None = None,
    outside: bool = False,
    together: bool = False,
    confirming: bool = True,
) -> list[Party]:
    """Let the appointment stand as `wanted`, and tell whom it concerns; who must be called instead.

    A request becomes a confirmed appointment by it, unless `confirming` is off: then its professionals
    and room alone can be changed, and nobody is told. `outside`: somebody's hours are overstepped
    knowingly; `together`: so is the gap between the parents' separate visits. Raises InTheWayError,
    OutsideHoursError, TooCloseError, NothingChangesError, NotPossibleError, ChangedMeanwhileError; then
    nothing has changed.
    """
    appointment = locked(appointment_id, version=version)
    if not may_change(appointment):
        raise NotPossibleError
    coming = plan(appointment, wanted)
    confirms = confirming and appointment.status in BEFORE_IT_HOLDS
    _check(coming, confirming=confirming)
    # All at once and in order, so that two changes do not wait for each other.
    lock([*(p.pk for p in coming.people), *_rooms(coming), *_held_by(appointment)])
    lacking = outside_hours(coming) if coming.needs_hours else []
    if lacking and not outside:
        raise OutsideHoursError([person for person, _away in lacking])
    if coming.is_seen or confirms:
        separate.refuse(
            appointment,
            coming.wanted.start,
            coming.end,
            coming.building,
            user=user,
            override=together,
        )
    if coming.was_agreed:
        # While the appointment still says the time that they are told of.
        telling.tell_professionals(appointment, "cancelled", only=coming.dropped)
    if confirms or coming.is_moved:
        # First, since the time may be one of those that are kept for it.
        close_proposals(appointment)
    was = _said(appointment)
    _grasp(appointment, coming, confirms=confirms)
    details = {"was": was, "now": _said(appointment)}
    if confirms:
        appointment.answered_at = appointment.answered_at or clock.now()
        record(appointment, "confirmed", to=Status.CONFIRMED, user=user, details=details)
        return announce(appointment)
    record(appointment, _what(coming), user=user, details=details)
    return _tell(appointment, coming) if coming.was_agreed else []


def _held_by(appointment: Appointment) -> list[int]:
    """Whoever and whichever room the appointment keeps now, or is kept for it."""
    claims = Q(appointment=appointment)
    claims |= Q(moverequest__appointment=appointment) | Q(timeoffer__appointment=appointment)
    return list(
        Occupancy.objects.filter(claim__in=Claim.objects.filter(claims)).values_list(
            "resource_id", flat=True
        )
    )


def _check(coming: Plan, *, confirming: bool) -> None:
    appointment, now = coming.appointment, clock.now()
    if not coming.is_anything:
        raise NothingChangesError
    begun = appointment.status == Status.ARRIVED
    quiet = appointment.status in BEFORE_IT_HOLDS and not confirming
    if coming.is_moved and (coming.wanted.start <= now or begun):
        raise NotPossibleError
    if coming.end <= now or (quiet and (coming.is_seen or appointment.claim is None)):
        raise NotPossibleError
    if coming.wanted.channel == Channel.IN_PERSON and not _rooms(coming):
        raise NotPossibleError


def _grasp(appointment: Appointment, coming: Plan, *, confirms: bool) -> None:
    """Take the time, room by room, and write it down. Raises InTheWayError."""
    people = [person.pk for person in coming.people]
    rooms: Iterable[int | None] = _rooms(coming) or [None]
    for room in rooms:
        resources = people if room is None else [*people, room]
        try:
            _hold(appointment, coming, resources)
        except TimeTakenError:
            continue
        break
    else:
        raise InTheWayError(obstacles(coming))
    claim = appointment.claim
    if claim is not None:
        if confirms:
            claim.kind, claim.label = ClaimKind.APPOINTMENT, appointment.reference
        if coming.needs_hours:
            # Everybody has hours now, or the secretary knows better.
            claim.orphaned_at, claim.orphan_reason = None, ""
        claim.save()
    appointment.starts_at, appointment.ends_at = coming.wanted.start, coming.end
    appointment.channel = coming.wanted.channel
    appointment.service_point = coming.point
    appointment.room = Room.objects.get(pk=room) if room is not None else None
    appointment.staff.all().delete()
    AppointmentProfessional.objects.bulk_create(
        AppointmentProfessional(appointment=appointment, professional=person, is_lead=index == 0)
        for index, person in enumerate(coming.people)
    )


def _hold(appointment: Appointment, coming: Plan, resources: list[int]) -> None:
    start, end = coming.wanted.start, coming.busy_until
    claim = appointment.claim
    if claim is not None:
        if not (coming.is_moved or coming.needs_hours):
            # Another room: the time lasts as long as it did.
            end = max(
                claim.occupancies.values_list("during", flat=True), key=lambda d: d.upper
            ).upper
        claim.occupancies.update(expires_at=None)
        alter(claim, resources=resources, start=start, end=end, service_point=coming.point)
        return
    appointment.claim = take(
        kind=ClaimKind.APPOINTMENT,
        resources=resources,
        start=start,
        end=end,
        label=appointment.reference,
        service_point=coming.point,
    )


def _what(coming: Plan) -> str:
    if coming.is_moved:
        return "moved"
    return "place_changed" if coming.is_placed else "staff_changed"


def _tell(appointment: Appointment, coming: Plan) -> list[Party]:
    unreached: list[Party] = []
    if coming.is_seen:
        appointment.parties.exclude(answer=Answer.NOT_ASKED).filter(is_requester=False).update(
            answer=Answer.ASKED, answered_at=None
        )
        tell = telling.tell_moved if coming.is_moved else telling.tell_place_changed
        unreached = tell(appointment)
    for person, what in coming.staff_told:
        if what != "cancelled":
            telling.tell_professionals(appointment, what, only=[person])
    # Partners are asked, asked anew, or told that they are not needed.
    pairing.invite(appointment)
    return unreached


def _said(appointment: Appointment) -> dict[str, Any]:
    """How it stands, for the history: no word of the parties."""
    return {
        "start": appointment.starts_at.isoformat() if appointment.starts_at else "",
        "channel": appointment.channel,
        "point": appointment.service_point.name if appointment.service_point else "",
        "room": appointment.room.name if appointment.room else "",
        "staff": list(appointment.staff.values_list("professional__name", flat=True)),
    }


def free_colleagues(plan: Plan, professionals: Iterable[Professional]) -> Iterator[Professional]:
    """Those of `professionals` who are within their hours and not busy at the planned time."""
    people = list(professionals)
    ids = [person.pk for person in people]
    in_person = plan.wanted.channel == Channel.IN_PERSON
    lacking = without_hours(
        ids, plan.wanted.start, plan.end, point=plan.wanted.point if in_person else None
    )
    busy = {
        obstacle.resource
        for obstacle in in_the_way(
            ids, plan.wanted.start, plan.busy_until, apart_from=plan.appointment.claim
        )
    }
    return (p for p in people if p.pk not in lacking and p.pk not in busy)
