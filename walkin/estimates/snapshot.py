"""The queue as it stands: what the screens and the actions read. Queries stay constant in number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast, Greatest, Ln

from bookings.models import Appointment, Status
from office.core import clock
from office.models import User
from walkin.estimates import simulation as estimate
from walkin.estimates.simulation import Durations, Measured
from walkin.models import DayState, Duty, PointRules, Ticket, WalkInDay
from walkin.states import AT_DESK, CALLABLE, State
from walkin.tickets.eligibility import Person, Wish, who_may_take
from walkin.tickets.keep_apart import kept_apart
from walkin.tickets.order import Standing, Waiting, line_for

# Durations are learned from so many days of the same point.
LEARN_FROM_DAYS = 12
# A booked visit that goes on longer than planned is expected to end in so many minutes.
OVERDUE_MINUTES = 5.0
GOING_ON = (Status.CONFIRMED, Status.ARRIVED, Status.IN_MEETING)


def wish_of(ticket: Ticket) -> Wish:
    """What the number asks for, as the rules of fit see it."""
    return Wish(ticket.service_id, ticket.language, ticket.for_professional_id)


def minutes(span: timedelta) -> float:
    return span.total_seconds() / 60


@dataclass(frozen=True)
class BookedVisit:
    """A booked visit of somebody on duty: it comes in at its time."""

    reference: str
    professional: int
    starts_at: datetime
    ends_at: datetime
    status: str


class Now:
    """One look at a running day. Each part is read once, when it is first asked for."""

    def __init__(self, day: WalkInDay, *, at: datetime | None = None) -> None:
        self.day = day
        self.at = at or clock.now()

    @cached_property
    def rules(self) -> PointRules:
        return PointRules.of(self.day.service_point_id)

    @cached_property
    def duties(self) -> list[Duty]:
        """Those on duty now and later today; before the hours, those who will be."""
        found = (
            Duty.objects.filter(day=self.day, during__endswith__gt=self.at)
            .select_related("professional", "desk")
            .prefetch_related("professional__services")
            .order_by("during", "pk")
        )
        return list(found)

    @cached_property
    def late(self) -> list[Duty]:
        """After the hours the last ones on duty go on until everybody has been served."""
        if self.duties:
            return self.duties
        found = (
            Duty.objects.filter(day=self.day, during__endswith__gte=self.day.ends_at)
            .select_related("professional", "desk")
            .prefetch_related("professional__services")
            .order_by("during", "pk")
        )
        return list(found)

    @cached_property
    def people(self) -> list[Person]:
        """What those who are on duty at this moment give and speak."""
        present = [d for d in self.late if d.during.lower <= self.at] or self.late
        return [_person(duty) for duty in present]

    @cached_property
    def tickets(self) -> list[Ticket]:
        """All open numbers in order."""
        return list(
            Ticket.objects.filter(day=self.day)
            .open()
            .select_related("service", "desk")
            .with_known_party()
            .order_by("number")
        )

    @cached_property
    def apart(self) -> dict[int, list[str]]:
        """Numbers that are kept apart from somebody who waits here too: the alert."""
        return kept_apart(self.day, self.tickets)

    @cached_property
    def booked(self) -> list[BookedVisit]:
        """Today's booked visits of those on duty that are to come or going on, a visit each person."""
        start, end = clock.day_bounds(self.day.date, self.day.date)
        rows = (
            Appointment.objects.filter(
                status__in=GOING_ON, professionals__in=[d.professional_id for d in self.late]
            )
            .starting_between(start, end)
            .annotate(who=F("professionals"))
            .order_by("starts_at", "pk")
            .values_list("reference", "who", "starts_at", "ends_at", "status")
        )
        return [
            BookedVisit(reference, who, starts_at, ends_at, status)
            for reference, who, starts_at, ends_at, status in rows
            if starts_at and ends_at
        ]

    @cached_property
    def durations(self) -> dict[str, Durations]:
        """How long visits take here by matter, as measured on past days and today."""
        sums = _past(self.day)
        for matter, measured in measured_visits(self.day).items():
            sums[matter] = sums.get(matter, Measured()) + measured
        return _durations(sums)

    @cached_property
    def durations_before(self) -> dict[str, Durations]:
        """The same as it was before the day began."""
        return _durations(_past(self.day))

    def durations_of(self, matter: str) -> Durations:
        """Of a matter never measured: as visits here in general."""
        return self.durations.get(matter) or self.durations[""]

    def line(self, professional: int) -> list[Standing]:
        """The queue as one professional sees it: who is next and why."""
        return line_for(
            professional,
            [
                Waiting(t.pk, t.number, wish_of(t), t.ready_at, t.pk in self.apart)
                for t in self.tickets
                if t.state in CALLABLE
            ],
            self.people,
            self.at,
            by_matter=self.rules.by_matter,
            by_language=self.rules.by_language,
        )

    def booked_first(self, professional: int) -> BookedVisit | None:
        """The professional's booked visit that is due or going on, so that nobody else is called."""
        margin = timedelta(minutes=self.rules.booked_margin_minutes)
        patience = timedelta(minutes=self.rules.booked_wait_minutes)
        for visit in self.booked:
            if visit.professional != professional:
                continue
            due = visit.starts_at - margin <= self.at
            given_up = visit.status == Status.CONFIRMED and self.at > visit.starts_at + patience
            if visit.status == Status.IN_MEETING or (due and not given_up):
                return visit
        return None

    @cached_property
    def queue(self) -> estimate.Queue:
        """What the estimate simulates. Desks go by the professional's key."""
        numbers = [self._number(t) for t in self._in_order()]
        return estimate.Queue(
            tuple(self._desk(duty) for duty in self.late),
            tuple(numbers),
            margin=float(self.rules.booked_margin_minutes),
        )

    def _in_order(self) -> Iterable[Ticket]:
        """Visits on hold come back to their desk first, then the handed-on ones, then by number."""
        rank = {State.ON_HOLD.value: 0, State.HANDED_ON.value: 1}
        waiting = [t for t in self.tickets if t.state not in AT_DESK]
        return sorted(waiting, key=lambda t: (rank.get(t.state, 2), t.number))

    def _number(self, ticket: Ticket) -> estimate.Number:
        on_hold = ticket.state == State.ON_HOLD
        ready = max(minutes(ticket.ready_at - self.at), 0.0) if ticket.ready_at else 0.0
        return estimate.Number(
            ticket.pk,
            self.durations_of(ticket.matter),
            desks=frozenset({ticket.professional_id})
            if on_hold and ticket.professional_id
            else self._may_take(wish_of(ticket)),
            ready=ready,
            elapsed=ticket.served_seconds / 60 if on_hold else 0.0,
        )

    def _may_take(self, wish: Wish) -> frozenset[int]:
        now = who_may_take(
            wish, self.people, by_matter=self.rules.by_matter, by_language=self.rules.by_language
        )
        if wish.person in now:
            return now
        # Who comes on duty later takes part as well.
        return now | {d.professional_id for d in self.late if d.during.lower > self.at}

    def _desk(self, duty: Duty) -> estimate.Desk:
        mine = [v for v in self.booked if v.professional == duty.professional_id]
        begun = next((v for v in mine if v.status == Status.IN_MEETING), None)
        opens = max(minutes(duty.during.lower - self.at), 0.0)
        if begun is not None:
            opens = max(opens, minutes(begun.ends_at - self.at), OVERDUE_MINUTES)
        is_last = duty.during.upper >= self.day.ends_at
        return estimate.Desk(
            duty.professional_id,
            opens=opens,
            closes=None if is_last else minutes(duty.during.upper - self.at),
            visit=self._visit(duty) if duty is self._duty_now(duty.professional_id) else None,
            booked=tuple(
                estimate.Booked(minutes(v.starts_at - self.at), minutes(v.ends_at - v.starts_at))
                for v in mine
                if v is not begun and not self._given_up(v)
            ),
        )

    def _duty_now(self, professional: int) -> Duty | None:
        """Of several duties of one person the one that goes on, or comes first."""
        return next((d for d in self.late if d.professional_id == professional), None)

    def _given_up(self, visit: BookedVisit) -> bool:
        patience = timedelta(minutes=self.rules.booked_wait_minutes)
        return visit.status == Status.CONFIRMED and self.at > visit.starts_at + patience

    def _visit(self, duty: Duty) -> estimate.Visit | None:
        for ticket in self.tickets:
            if ticket.state in AT_DESK and ticket.professional_id == duty.professional_id:
                elapsed = ticket.served_seconds / 60
                if ticket.serving_since is not None:
                    elapsed += minutes(self.at - ticket.serving_since)
                return estimate.Visit(
                    self.durations_of(ticket.matter),
                    elapsed,
                    absent=ticket.state != State.SERVING,
                )
        return None

    def newcomer(
        self, *, matter: str = "", service: int | None = None, language: str = ""
    ) -> estimate.Number:
        """Somebody who takes a number now."""
        return estimate.Number(
            estimate.NEWCOMER,
            self.durations_of(matter),
            desks=self._may_take(Wish(service, language)),
        )

    @cached_property
    def waits(self) -> dict[int, estimate.Wait]:
        """The wait of every open number by its key, and of a newcomer by estimate.NEWCOMER."""
        return estimate.waits(self.queue, self.newcomer())

    @property
    def is_full(self) -> bool:
        """Whether those who wait fill the time until the end of the hours."""
        return estimate.fills(
            self.waits.get(estimate.NEWCOMER),
            self.durations[""],
            minutes(self.day.ends_at - self.at),
        )

    def be_back_by(self, ticket: Ticket) -> datetime | None:
        """When a person who goes for a walk should be back; None where they had better stay."""
        wait = self.waits.get(ticket.pk)
        if wait is None:
            return None
        away = wait.most.low - self.rules.be_back_minutes
        return self.at + timedelta(minutes=away // 5 * 5) if away >= 5 else None


def _person(duty: Duty) -> Person:
    who = duty.professional
    return Person(who.pk, frozenset(s.pk for s in who.services.all()), frozenset(who.languages))


def _durations(sums: dict[str, Measured]) -> dict[str, Durations]:
    prior = estimate.learned(sum(sums.values(), Measured()))
    found = {matter: estimate.learned(measured, prior) for matter, measured in sums.items()}
    found[""] = prior
    return found


def _past(day: WalkInDay) -> dict[str, Measured]:
    """What past days of the point have measured, as end_day stored it."""
    days = (
        WalkInDay.objects.at(day.service_point_id)
        .filter(state=DayState.ENDED, starts_at__lt=day.starts_at)
        .order_by("-starts_at")
        .values_list("figures", flat=True)[:LEARN_FROM_DAYS]
    )
    sums: dict[str, Measured] = {}
    for figures in days:
        for matter, row in figures.get("measured", {}).items():
            sums[matter] = sums.get(matter, Measured()) + Measured(*row)
    return sums


def measured_visits(day: WalkInDay) -> dict[str, Measured]:
    """Finished visits of a day by the matter that was asked for: what the estimate learns from."""
    taken = Ln(Greatest(F("served_seconds") / 60.0, 0.5), output_field=FloatField())
    rows = (
        Ticket.objects.filter(day=day, state=State.DONE)
        .annotate(value=Cast(taken, FloatField()))
        .values("service", "other")
        .annotate(n=Count("pk"), total=Sum("value"), squares=Sum(F("value") * F("value")))
        .order_by("service", "other")
    )
    return {
        f"s{row['service']}" if row["service"] else row["other"]: Measured(
            row["n"], row["total"], row["squares"]
        )
        for row in rows
    }


def on_duty(day: WalkInDay, now: datetime) -> QuerySet[Duty]:
    """Who is on duty at this moment; after the hours, the last ones until everybody is served."""
    late = Q(during__endswith__lte=now, during__endswith__gte=day.ends_at)
    return Duty.objects.filter(
        Q(during__endswith__gt=now) | late, day=day, during__startswith__lte=max(now, day.starts_at)
    )


def current_duty(user: User, now: datetime | None = None) -> Duty | None:
    """The duty of a signed-in professional at this moment, on a day that is not over."""
    now = now or clock.now()
    late = Q(during__endswith__lte=now, during__endswith__gte=F("day__ends_at"))
    return (
        Duty.objects.filter(professional__user=user, during__startswith__lte=now)
        .filter(Q(during__endswith__gt=now) | late, day__state__in=DayState.running())
        .select_related("day__service_point", "professional", "desk")
        .order_by("-during")
        .first()
    )


def day_at(point: int, now: datetime | None = None) -> WalkInDay | None:
    """The day that is running at a point, or the next one that is planned."""
    now = now or clock.now()
    days = WalkInDay.objects.at(point).select_related("service_point")
    return days.running().first() or days.to_come(now).first()


def next_day(point: int, after: WalkInDay) -> WalkInDay | None:
    """The next planned day of the point after this one, to be offered when the intake is closed."""
    return (
        WalkInDay.objects.at(point)
        .filter(state=DayState.PLANNED, starts_at__gt=after.starts_at)
        .order_by("starts_at")
        .first()
    )
