"""Weeks of appointments, past and upcoming: the calendar of a working unit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from bookings.models import Answer, EventKind, Meeting, OtherParent, Status
from demo.people import Parents
from demo.writing import By, Story, Writer, current_minute, next_working_moment
from office.calendar.occupancy import take
from office.calendar.opening_hours import Stretch
from office.calendar.working_time import working_time
from office.core import clock
from office.models import (
    Attendance,
    Channel,
    ClaimKind,
    HoursKind,
    Occupancy,
    Professional,
    Room,
    Service,
    ServicePoint,
)

# How often the unit's professionals give each of their services.
WEIGHTS = {
    "custody-agreement": 8,
    "child-maintenance": 6,
    "parenthood": 4,
    "family-mediation": 5,
    "court-report": 2,
    "supervised-meetings": 1,
    "separation-counselling": 6,
    "parenting-plan": 4,
}
STEP = timedelta(minutes=30)


@dataclass(frozen=True)
class _Person:
    pk: int
    is_own: bool
    languages: list[str]
    services: list[Service]


class TimeFinder:
    """Finds times in which somebody works and nobody is busy."""

    def __init__(
        self, random: Random, parents: Parents, writer: Writer, first: date, last: date
    ) -> None:
        self._random = random
        self._writer = writer
        self._parents = parents
        self._now = current_minute()
        self._stretches = working_time(kind=HoursKind.APPOINTMENTS, first=first, last=last)
        self._people = {
            p.pk: _Person(p.pk, p.organisation_id is None, p.languages, list(p.services.all()))
            for p in Professional.objects.prefetch_related("services")
        }
        self._points = ServicePoint.objects.in_bulk()
        self._rooms: dict[int, list[int]] = {}
        for room, point in Room.objects.values_list("pk", "service_point_id"):
            self._rooms.setdefault(point, []).append(room)
        self._busy: dict[int, list[tuple[datetime, datetime]]] = {}
        bounds = clock.day_bounds(first, last)
        for resource, during in Occupancy.objects.filter(during__overlap=bounds).values_list(
            "resource_id", "during"
        ):
            self._busy.setdefault(resource, []).append((during.lower, during.upper))

    def fill(self) -> None:
        """Add appointments throughout the working time, fewer the further ahead."""
        # Pairs first, since they are harder to find.
        for pairs in (True, False):
            for stretch in self._stretches:
                if self._people[stretch.professional].is_own:
                    self._fill_stretch(stretch, pairs=pairs)

    def _fill_stretch(self, stretch: Stretch, *, pairs: bool) -> None:
        person = self._people[stretch.professional]
        choice = [s for s in person.services if (s.professionals_needed == 2) == pairs]
        choice = [s for s in choice if s.slug in WEIGHTS]
        if not choice:
            return
        start = stretch.start
        while start < stretch.end:
            service = self._random.choices(choice, [WEIGHTS[s.slug] for s in choice])[0]
            share = self._share(start) * (0.12 if pairs else 1)
            if self._random.random() < share and self._book(service, person, stretch, start):
                start += timedelta(minutes=service.duration + service.buffer_after)
                start += (stretch.start - start) % STEP
            else:
                start += STEP if self._taken(person.pk, start, start + STEP) else 2 * STEP

    def _share(self, start: datetime) -> float:
        """Return the share of working time that is booked, smaller the further ahead."""
        weeks = max(0, (start - self._now).days // 7)
        return 0.75 if start < self._now else max(0.1, 0.8 - 0.16 * weeks)

    def _book(self, service: Service, person: _Person, stretch: Stretch, start: datetime) -> bool:
        end = start + timedelta(minutes=service.duration)
        until = end + timedelta(minutes=service.buffer_after)
        if end > stretch.end or self._taken(person.pk, start, until):
            return False
        team = [person.pk]
        if service.professionals_needed == 2:
            colleague = next(self._colleagues(service, stretch, start, end, until), None)
            if colleague is None:
                return False
            team.append(colleague)
        channels = [c for c in service.channels if c != Channel.IN_PERSON]
        channel: str = Channel.IN_PERSON
        if channels and self._random.random() < 0.25:
            channel = self._random.choice(channels)
        room = None
        if channel == Channel.IN_PERSON:
            free = (r for r in self._rooms[stretch.point] if not self._taken(r, start, until))
            room = next(free, None)
            if room is None:
                return False
        story = self._story(service, person, channel, start, end)
        story.point, story.room, story.professionals = self._points[stretch.point], room, team
        reference = self._writer.new_reference()
        resources = [*team, *([room] if room else [])]
        if story.status not in (Status.CANCELLED, Status.DECLINED):
            story.claim = take(
                kind=ClaimKind.APPOINTMENT,
                resources=resources,
                start=start,
                end=until,
                label=reference,
                service_point=story.point,
            )
            for resource in resources:
                self._busy.setdefault(resource, []).append((start, until))
        self._writer.add(story, reference)
        return True

    def _colleagues(
        self, service: Service, stretch: Stretch, start: datetime, end: datetime, until: datetime
    ) -> Iterator[int]:
        """Return who else is at the point and free then; partners first."""
        there = {
            s.professional
            for s in self._stretches
            if s.point == stretch.point and s.start <= start and end <= s.end
        }
        for who in sorted(
            there - {stretch.professional}, key=lambda w: (self._people[w].is_own, w)
        ):
            if service in self._people[who].services and not self._taken(who, start, until):
                yield who

    def _taken(self, resource: int, start: datetime, end: datetime) -> bool:
        return any(a < end and start < b for a, b in self._busy.get(resource, ()))

    def _story(
        self, service: Service, person: _Person, channel: str, start: datetime, end: datetime
    ) -> Story:
        random = self._random
        language = "fi"
        if "sv" in person.languages and random.random() < 0.35:
            language = "sv"
        elif "en" in person.languages and random.random() < 0.12:
            language = "en"
        lead = timedelta(days=random.uniform(4, 24))
        latest = self._now - timedelta(days=random.uniform(1, 9))
        created = min(start - lead, latest).replace(second=0, microsecond=0)
        story = Story(service, created, self._parents.one(language), channel=channel)
        story.language, story.start, story.end = language, start, end
        anonymous = service.may_be_anonymous and channel == Channel.IN_PERSON
        if anonymous and random.random() < 0.3:
            story.is_anonymous = True
            story.requester = self._parents.anonymous(language)
        elif service.attendance == Attendance.BOTH or random.random() < 0.35:
            story.requester, story.other = self._parents.couple(language)
            story.other_parent = OtherParent.GIVEN
            if random.random() < 0.12:
                story.meeting = Meeting.SEPARATE
        self._tell(story, start, end)
        return story

    def _tell(self, story: Story, start: datetime, end: datetime) -> None:
        """Return the status that fits the time of day, with its history."""
        random, now = self._random, self._now
        confirmed = min(next_working_moment(self._writer.unit, story.created_at), now)
        events = story.events
        events.append((EventKind.REQUESTED, Status.REQUESTED, story.created_at, By.PARTY))
        if start < now and random.random() < 0.03:
            story.status, story.answer = Status.DECLINED, Answer.NOT_ASKED
            events.append((EventKind.DECLINED, Status.DECLINED, confirmed, By.STAFF))
            return
        events.append((EventKind.CONFIRMED, Status.CONFIRMED, confirmed, By.STAFF))
        if story.other is not None:
            story.answered_at = min(confirmed + timedelta(hours=random.uniform(1, 30)), now)
            events.append((EventKind.ACCEPTED, Status.CONFIRMED, story.answered_at, By.PARTY))
        fate = random.random()
        if fate < 0.06:
            at = min(start - timedelta(hours=26), now)
            story.status = Status.CANCELLED
            events.append((EventKind.CANCELLED, Status.CANCELLED, max(at, events[-1][2]), By.PARTY))
        elif end <= now and fate < 0.11:
            story.status = Status.NO_SHOW
            late = start + timedelta(minutes=20)
            events.append((EventKind.NO_SHOW, Status.NO_SHOW, late, By.STAFF))
        elif start <= now + timedelta(minutes=10):
            self._meet(story, start, end)

    def _meet(self, story: Story, start: datetime, end: datetime) -> None:
        early = start - timedelta(minutes=self._random.choice([3, 5, 8]))
        steps = [
            (EventKind.ARRIVED, Status.ARRIVED, early),
            (EventKind.STARTED, Status.IN_MEETING, start),
            (EventKind.DONE, Status.DONE, end),
        ]
        for what, status, at in steps:
            if at <= self._now:
                story.status = status
                story.events.append((what, status, at, By.STAFF))
