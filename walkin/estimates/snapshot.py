"""A snapshot of the queue, read by screens and actions with a constant number of queries."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import F, Prefetch

from bookings.models import Appointment, Status
from office.core import clock
from office.models import Professional, Service
from walkin.estimates import simulation
from walkin.estimates.durations import (
    Durations,
    Measured,
    taken_together,
)
from walkin.estimates.facts import BookedVisit, matters_of, needs_of, skills_of
from walkin.estimates.learning import durations_from, measured_visits, past_visits
from walkin.models import Duty, PointRules, Ticket, WalkInDay
from walkin.models.tickets import FURTHER_SERVICES
from walkin.states import TicketState
from walkin.tickets.eligibility import StaffSkills, TicketNeeds, eligible_staff
from walkin.tickets.keep_apart import barred_tickets, kept_apart
from walkin.tickets.order import QueuePosition, WaitingTicket, rank_queue

# An appointment that runs over is expected to end in this many minutes.
OVERDUE_MINUTES = 5.0
# Near: so few are before, or a quarter of such waits are over in so many minutes.
NEAR_NUMBERS, NEAR_MINUTES = 1, 10
GOING_ON = (Status.CONFIRMED, Status.ARRIVED, Status.IN_MEETING)


def minutes(span: timedelta) -> float:
    return span.total_seconds() / 60


# Of the services only which they are.
_SKILLS = Prefetch("professional__services", queryset=Service.objects.order_by().only("pk"))


class QueueSnapshot:
    """A running day at one moment. Each part is read once, when it is first asked for."""

    def __init__(self, day: WalkInDay, *, at: datetime | None = None) -> None:
        self.day = day
        self.at = at or clock.now()
        self.last_number = day.last_number

    def at_moment(self, day: WalkInDay, at: datetime) -> "QueueSnapshot":
        """Return a snapshot of the same tickets and duties at another moment, the rest read anew.

        `day`: the same, as it is then.
        """
        other = QueueSnapshot(day, at=at)
        other.tickets, other.serving_duties = self.tickets, self.serving_duties
        return other

    def share_slow_parts(self, other: "QueueSnapshot") -> None:
        """Take over from a snapshot of a moment ago what no event of a ticket changes."""
        self.rules, self.serving_duties, self.past = other.rules, other.serving_duties, other.past

    @cached_property
    def rules(self) -> PointRules:
        return PointRules.of(self.day.service_point_id)

    @cached_property
    def serving_duties(self) -> list[Duty]:
        """Duties of now and later; after the hours, the last ones, which go on until all are served."""
        found = (
            Duty.objects.filter(day=self.day)
            .select_related("professional", "desk")
            .prefetch_related(_SKILLS)
            .order_by("during", "pk")
        )
        return list(found.filter(during__endswith__gt=self.at)) or list(
            found.filter(during__endswith__gte=self.day.ends_at)
        )

    @cached_property
    def on_duty(self) -> list[Duty]:
        """Duties at this moment, or that begin with the day; after the hours, the last ones."""
        begun = max(self.at, self.day.starts_at)
        is_over = self.at >= self.day.ends_at
        return [
            duty
            for duty in self.serving_duties
            if duty.during.lower <= begun and (is_over or duty.during.upper > self.at)
        ]

    @cached_property
    def people(self) -> list[StaffSkills]:
        """The skills of those on duty at this moment, on a break or not."""
        present = [
            d for d in self.serving_duties if d.during.lower <= self.at
        ] or self.serving_duties
        return [skills_of(duty, self.at) for duty in present]

    @cached_property
    def tickets(self) -> list[Ticket]:
        """All open tickets in order."""
        return list(
            Ticket.objects.filter(day=self.day)
            .open()
            .select_related("service", "desk", "sent_by")
            .with_known_party()
            .prefetch_related(Prefetch("also", to_attr=FURTHER_SERVICES))
            .order_by("number")
        )

    @cached_property
    def apart(self) -> dict[int, list[str]]:
        """Tickets kept apart from somebody who waits in the same room, and from whom."""
        return kept_apart(self.day, self.tickets)

    @cached_property
    def booked(self) -> list[BookedVisit]:
        """Today's appointments of those on duty that are due or in progress."""
        start, end = clock.day_bounds(self.day.date, self.day.date)
        rows = (
            Appointment.objects.filter(
                status__in=GOING_ON,
                professionals__in=[d.professional_id for d in self.serving_duties],
            )
            .starting_between(start, end)
            .annotate(who=F("professionals"))
            .order_by("starts_at", "pk")
            .values_list("pk", "reference", "who", "starts_at", "ends_at", "status")
        )
        numbers = {t.visit_id: t for t in self.tickets if t.visit_id}
        return [
            BookedVisit(
                reference,
                who,
                starts_at,
                ends_at,
                status,
                ticket=numbers[pk].pk if pk in numbers else None,
                may_be_called=pk in numbers and self._may_call_booked(numbers[pk]),
            )
            for pk, reference, who, starts_at, ends_at, status in rows
            if starts_at and ends_at
        ]

    def _may_call_booked(self, ticket: Ticket) -> bool:
        is_apart, waits = ticket.pk in self.apart, self.lets_others_go(ticket)
        return ticket.is_waiting and not is_apart and not waits

    def due_at(self, ticket: Ticket) -> datetime | None:
        """Return from when the number of a booked visit may be called; None for any other."""
        if not ticket.is_booked:
            return None
        starts_at = ticket.visit.starts_at if ticket.visit else None
        return (starts_at or ticket.taken_at) - self._margin

    @property
    def _margin(self) -> timedelta:
        return timedelta(minutes=self.rules.booked_margin_minutes)

    @cached_property
    def past(self) -> dict[str, Measured]:
        """What past days of the point have measured."""
        return past_visits(self.day)

    @cached_property
    def durations(self) -> dict[str, Durations]:
        """How long visits take here by matter, measured on past days and today."""
        sums = dict(self.past)
        for matter, measured in measured_visits(self.day).items():
            sums[matter] = sums.get(matter, Measured()) + measured
        return durations_from(sums)

    @cached_property
    def prior_durations(self) -> dict[str, Durations]:
        """The same as it was before the day began."""
        return durations_from(self.past)

    def durations_of(self, matter: str) -> Durations:
        """Return durations of a matter; of one never measured, those of all visits here."""
        return self.durations.get(matter) or self.durations[""]

    def durations_for(self, ticket: Ticket) -> Durations:
        """Return durations of a visit about all matters of the ticket."""
        return taken_together([self.durations_of(matter) for matter in matters_of(ticket)])

    def queue_of(self, professional: Professional) -> list[QueuePosition]:
        """Return the queue of one professional, with the reason for each place."""
        barred = barred_tickets(self.tickets, professional)
        return rank_queue(
            professional.pk,
            [
                WaitingTicket(
                    t.pk,
                    t.number,
                    needs_of(t),
                    t.ready_at,
                    is_apart=t.pk in self.apart,
                    due_at=self.due_at(t),
                    is_barred=t.pk in barred,
                )
                for t in self.tickets
                if t.is_waiting
            ],
            # For one's own queue one is there: it shows on a break what waits at the desk.
            [
                replace(p, is_on_break=p.is_on_break and p.key != professional.pk)
                for p in self.people
            ],
            self.at,
            by_matter=self.rules.by_matter,
            by_language=self.rules.by_language,
        )

    def due_booking(self, professional: int) -> BookedVisit | None:
        """Return the professional's appointment due or in progress: it comes before any ticket."""
        for visit in self.booked:
            if visit.professional != professional:
                continue
            if visit.ticket is not None and not visit.may_be_called:
                # At a desk, on hold, or passed over for now: the number's own rules hold.
                continue
            due = visit.starts_at - self._margin <= self.at
            if visit.is_in_meeting or (due and not self._is_given_up(visit)):
                return visit
        return None

    @cached_property
    def queue(self) -> simulation.SimulatedQueue:
        """The queue as the estimate simulates it. Desks have the professional's key."""
        numbers = [self._number(t) for t in self._in_order()]
        return simulation.SimulatedQueue(
            tuple(self._desk(duty) for duty in self.serving_duties),
            tuple(numbers),
            margin=float(self.rules.booked_margin_minutes),
        )

    def _in_order(self) -> Iterable[Ticket]:
        """Sort visits on hold first, then tickets handed over, then by number.

        Booked visits are the desks' own times, with a number or without.
        """
        rank = {TicketState.ON_HOLD.value: 0, TicketState.HANDED_OVER.value: 1}
        waiting = [t for t in self.tickets if not t.is_at_desk and not t.is_booked]
        return sorted(waiting, key=lambda t: (rank.get(t.state, 2), t.number))

    def _number(self, ticket: Ticket) -> simulation.SimulatedTicket:
        on_hold = ticket.is_on_hold
        ready = max(minutes(ticket.ready_at - self.at), 0.0) if ticket.ready_at else 0.0
        return simulation.SimulatedTicket(
            ticket.pk,
            self.durations_for(ticket),
            desks=frozenset({ticket.professional_id})
            if on_hold and ticket.professional_id
            else self._may_take(needs_of(ticket)),
            ready=ready,
            elapsed=ticket.served_seconds / 60 if on_hold else 0.0,
        )

    def _may_take(self, needs: TicketNeeds) -> frozenset[int]:
        now = self._eligible(needs, self.people)
        if needs.person in now:
            return now
        # Those who come back from a break, or on duty later, take part as well.
        back = self._eligible(needs, [replace(p, is_on_break=False) for p in self.people])
        later = {d.professional_id for d in self.serving_duties if d.during.lower > self.at}
        return now | back | later

    def _eligible(self, needs: TicketNeeds, people: list[StaffSkills]) -> frozenset[int]:
        rules = self.rules
        return eligible_staff(
            needs, people, by_matter=rules.by_matter, by_language=rules.by_language
        )

    def _desk(self, duty: Duty) -> simulation.SimulatedDesk:
        mine = [v for v in self.booked if v.professional == duty.professional_id]
        begun = next((v for v in mine if v.is_in_meeting), None)
        opens = minutes(duty.serves_from(self.at) - self.at)
        if begun is not None:
            opens = max(opens, minutes(begun.ends_at - self.at), OVERDUE_MINUTES)
        is_last = duty.during.upper >= self.day.ends_at
        return simulation.SimulatedDesk(
            duty.professional_id,
            opens=opens,
            closes=None if is_last else minutes(duty.during.upper - self.at),
            visit=self._visit(duty) if duty is self._duty_now(duty.professional_id) else None,
            booked=tuple(
                simulation.SimulatedBooking(
                    minutes(v.starts_at - self.at), minutes(v.ends_at - v.starts_at)
                )
                for v in mine
                if v is not begun and not self._is_given_up(v)
            ),
        )

    def _duty_now(self, professional: int) -> Duty | None:
        """Return the current or next one of a professional's duties."""
        return next((d for d in self.serving_duties if d.professional_id == professional), None)

    def _is_given_up(self, visit: BookedVisit) -> bool:
        patience = timedelta(minutes=self.rules.booked_wait_minutes)
        return visit.is_confirmed and self.at > visit.starts_at + patience

    def _visit(self, duty: Duty) -> simulation.SimulatedVisit | None:
        for ticket in self.tickets:
            if ticket.is_booked:
                continue
            if ticket.is_at_desk and ticket.professional_id == duty.professional_id:
                elapsed = ticket.served_seconds / 60
                if ticket.serving_since is not None:
                    elapsed += minutes(self.at - ticket.serving_since)
                return simulation.SimulatedVisit(
                    self.durations_for(ticket),
                    elapsed,
                    absent=not ticket.is_serving,
                )
        return None

    def newcomer(
        self, *, matter: str = "", service: int | None = None, language: str = ""
    ) -> simulation.SimulatedTicket:
        """Simulate somebody who takes a ticket now."""
        return simulation.SimulatedTicket(
            simulation.NEWCOMER,
            self.durations_of(matter),
            desks=self._may_take(TicketNeeds(service, language=language)),
        )

    @cached_property
    def waits(self) -> dict[int, simulation.WaitEstimate]:
        """The estimated wait of every open ticket by its key, and of a newcomer by NEWCOMER."""
        return simulation.waits(self.queue, self.newcomer())

    @property
    def is_full(self) -> bool:
        """Whether the waiting tickets fill the time until the end of the hours."""
        return simulation.is_day_full(*self._newcomer_and_time)

    @property
    def has_room(self) -> bool:
        """Whether an intake that was full may open again.

        With nobody on duty that is not known: then only where nobody waits any more.
        """
        if simulation.NEWCOMER not in self.waits:
            return not any(ticket.is_waiting for ticket in self.tickets)
        return simulation.has_room(*self._newcomer_and_time)

    @property
    def places_left(self) -> int:
        """How many more numbers fit until the end of the hours, as far as is known."""
        wait, durations, left = self._newcomer_and_time
        return simulation.count_fitting(wait, durations, left, desks=len(self.serving_duties))

    @property
    def done_by(self) -> datetime | None:
        """When the last of those who wait is likely to be finished; None where nobody waits."""
        known = {t.pk: self.durations_for(t).typical for t in self.tickets if t.is_waiting}
        ends = [self.waits[pk].median + known[pk] for pk in known if pk in self.waits]
        return self.at + timedelta(minutes=max(ends)) if ends else None

    @property
    def _newcomer_and_time(self) -> tuple[simulation.WaitEstimate | None, Durations, float]:
        return (
            self.waits.get(simulation.NEWCOMER),
            self.durations[""],
            minutes(self.day.ends_at - self.at),
        )

    def wait_of(self, ticket: Ticket) -> simulation.WaitEstimate | None:
        """Return the wait to show to the person; None of a number that is kept apart for now.

        Their page then says what it says where nobody is on duty, and nothing of why.
        """
        return None if ticket.pk in self.apart else self.waits.get(ticket.pk)

    def be_back_by(self, ticket: Ticket) -> datetime | None:
        """Return when a person who leaves the building should be back; None where they should stay.

        Somebody whom others go before is not called until then, and need not be back earlier.
        """
        wait = self.wait_of(ticket)
        if wait is None:
            return None
        away = wait.most.low - self.rules.be_back_minutes
        by = self.at + timedelta(minutes=away // 5 * 5) if away >= 5 else None
        if not self.lets_others_go(ticket) or ticket.ready_at is None:
            return by
        return max(by, ticket.ready_at) if by else ticket.ready_at

    def lets_others_go(self, ticket: Ticket) -> bool:
        """Say whether the ticket has stepped back and is not called yet."""
        return ticket.ready_at is not None and ticket.ready_at > self.at

    def count_before(self, ticket: Ticket) -> int:
        """Return how many will most likely be called before it, as far as is known now.

        Those who have stepped back are not among them, nor those for whom only another desk is free
        later.
        """
        return sum(self._is_before(other, ticket) for other in self._called_in_turn)

    def _is_before(self, other: Ticket, ticket: Ticket) -> bool:
        if other.pk == ticket.pk:
            return False
        theirs, own = self.waits.get(other.pk), self.waits.get(ticket.pk)
        if theirs is not None and own is not None:
            return (theirs.median, other.number) < (own.median, ticket.number)
        # Of a booked visit, or where nobody is on duty, no wait is known.
        mine = self._may_be_called_by[ticket.pk]
        is_first = other.number < ticket.number or other.for_professional_id in mine
        return is_first and (not mine or bool(mine & self._may_be_called_by[other.pk]))

    def is_near(self, ticket: Ticket) -> bool:
        """Say whether a person who waits elsewhere should come close by now."""
        if self.lets_others_go(ticket) or ticket.pk in self.apart:
            return False
        wait = self.waits.get(ticket.pk)
        if wait is None:
            return self.count_before(ticket) == 0
        return self.count_before(ticket) <= NEAR_NUMBERS or wait.half.low <= NEAR_MINUTES

    @cached_property
    def _called_in_turn(self) -> list[Ticket]:
        """Those who wait and are called in their turn."""
        return [t for t in self.tickets if t.is_waiting and not self.lets_others_go(t)]

    @cached_property
    def _may_be_called_by(self) -> dict[int, frozenset[int]]:
        """The professionals who may call each ticket."""
        return {t.pk: self._may_take(needs_of(t)) for t in self.tickets}
