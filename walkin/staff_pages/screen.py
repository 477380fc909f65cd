"""The queue screen of staff: their own desk, the queue, their colleagues."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from office.core import clock
from office.models import Professional, Role, ServicePoint, User
from walkin.actions.calling import no_show_action
from walkin.days.absences import absent_professionals, is_met_in_room
from walkin.days.current import current_day
from walkin.days.duties import professional_of
from walkin.days.lifecycle import is_time_to_open
from walkin.days.notices import notice_at
from walkin.estimates.facts import BookedVisit
from walkin.estimates.simulation import NEWCOMER
from walkin.estimates.snapshot import QueueSnapshot
from walkin.estimates.snapshot_cache import cached_snapshot
from walkin.models import Desk, Duty, PointNotice, Ticket
from walkin.public_pages.status import by_the_clock
from walkin.public_pages.status import in_words as wait_in_words
from walkin.staff_pages.booked import BookedRow, booked_rows
from walkin.staff_pages.own_desk_mark import own_desk_mark
from walkin.staff_pages.rules_text import in_words
from walkin.staff_pages.screen_rows import DeskRow, QueueRow, minutes_since
from walkin.states import FINAL, Action, TicketState
from walkin.tickets.live import topic
from walkin.tickets.order import QueueReason

# For how many minutes somebody may leave their desk.
BREAKS = (5, 15, 30)
# So many that are over are listed beside the queue; all are on a page of their own.
LAST_FINISHED = 8


def points() -> list[ServicePoint]:
    """Return service points that have a walk-in."""
    found = ServicePoint.objects.filter(is_active=True, desks__is_active=True)
    return list(found.distinct().order_by("order", "pk"))


class QueueScreen:
    """A point's walk-in at one moment, for one user. Queries stay constant in number."""

    def __init__(self, user: User, point: ServicePoint, *, now: datetime | None = None) -> None:
        self.user, self.point = user, point
        self.at = now or clock.now()
        self.day = current_day(point.pk, self.at)
        self.is_running = self.day is not None and self.day.is_running

    @cached_property
    def snapshot(self) -> QueueSnapshot | None:
        """The queue of this moment, with the tickets and duties that all open screens share."""
        if self.day is None:
            return None
        if self.outlook is None:
            return QueueSnapshot(self.day, at=self.at)
        return self.outlook.at_moment(self.day, self.at)

    @property
    def gives_numbers(self) -> bool:
        """Whether somebody who comes in now gets a number."""
        return self.day is not None and self.day.gives_numbers(self.at)

    @property
    def may_take(self) -> bool:
        """Whether staff may take a number for somebody: on a running day, or one due to open."""
        return self.day is not None and (self.is_running or is_time_to_open(self.day, self.at))

    @property
    def may_give_again(self) -> bool:
        """Whether staff may give numbers again, or keep giving them: until the hours are over."""
        return self.day is not None and self.is_running and self.at < self.day.ends_at

    @property
    def is_kept_open(self) -> bool:
        day = self.day
        return day is not None and day.is_open and day.is_kept_open and not day.follows_estimate

    @property
    def topic(self) -> str:
        """The topic that the live parts subscribe to."""
        return topic(self.point.pk)

    @cached_property
    def duty(self) -> Duty | None:
        """The user's own duty at this moment."""
        if self.snapshot is None or not self.is_running:
            return None
        mine = (d for d in self.snapshot.on_duty if d.professional.user_id == self.user.pk)
        return max(mine, key=lambda duty: duty.during.lower, default=None)

    @cached_property
    def professional(self) -> Professional | None:
        return self.duty.professional if self.duty else professional_of(self.user)

    @property
    def is_on_break(self) -> bool:
        return self.duty is not None and self.duty.is_on_break(self.at)

    @property
    def breaks(self) -> tuple[int, ...]:
        return BREAKS

    @property
    def may_come(self) -> bool:
        """Whether the user may come on duty by themselves."""
        return self.professional is not None and self.user.has_role(Role.SUPERVISOR, Role.GUIDE)

    @property
    def may_open(self) -> bool:
        """A planned day is opened on its own date."""
        return self.day is not None and self.day.date == clock.local(self.at).date()

    @cached_property
    def tickets(self) -> list[Ticket]:
        return self.snapshot.tickets if self.snapshot and self.is_running else []

    @cached_property
    def current(self) -> Ticket | None:
        """The ticket called to the own desk, or served there."""
        if self.duty is None:
            return None
        who = self.duty.professional_id
        return next((t for t in self.tickets if t.is_at_desk and t.professional_id == who), None)

    @cached_property
    def may_call(self) -> bool:
        """Whether the user may call any number of the line: on duty, with nobody at the own desk."""
        return self.duty is not None and self.current is None

    @property
    def seen(self) -> str:
        """A fingerprint of the own desk's part, which is replaced only when it changes."""
        return own_desk_mark(self)

    @property
    def offers_desks(self) -> bool:
        """Whether the user may sit down at a free desk, or move to it."""
        if self.duty is None:
            return self.is_running and self.may_come
        return self.current is None and not self.is_on_break

    @property
    def hours_are_of_another_day(self) -> bool:
        """Whether the day shown is not today's, so that its date must be shown."""
        return self.day is not None and self.day.date != clock.local(self.at).date()

    @cached_property
    def on_hold(self) -> list[Ticket]:
        """The own visits on hold."""
        if self.duty is None:
            return []
        who = self.duty.professional_id
        return [t for t in self.tickets if t.is_on_hold and t.professional_id == who]

    @cached_property
    def elapsed(self) -> int:
        """Minutes of the visit at the own desk."""
        ticket = self.current
        if ticket is None or ticket.serving_since is None:
            return 0
        running = (self.at - ticket.serving_since).total_seconds()
        return int((ticket.served_seconds + running) // 60)

    @property
    def called_for(self) -> int:
        return minutes_since(self.current.called_at, self.at) if self.current else 0

    @property
    def visit_minutes(self) -> int:
        return self.snapshot.rules.visit_minutes if self.snapshot else 0

    @property
    def is_over(self) -> bool:
        """Whether the visit takes longer than planned."""
        return self.elapsed >= self.visit_minutes

    @property
    def absence_label(self) -> str:
        """What a no-show would mean."""
        if self.current is None or self.snapshot is None:
            return ""
        return {
            Action.CALL_AGAIN: _("Did not come: call again"),
            Action.STEP_BACK: _("Did not come: let others go first"),
        }.get(
            no_show_action(self.current, self.snapshot.rules), _("Did not come: close the number")
        )

    @cached_property
    def booked(self) -> BookedVisit | None:
        """An appointment that is due before any ticket; with a number to call, that is the next."""
        if self.duty is None or self.snapshot is None:
            return None
        found = self.snapshot.due_booking(self.duty.professional_id)
        return None if found is None or found.may_be_called else found

    @cached_property
    def notice(self) -> PointNotice | None:
        """What all screens of the point show now."""
        return notice_at(self.point.pk)

    @cached_property
    def outlook(self) -> QueueSnapshot | None:
        """The estimates that all open screens of the point share."""
        return cached_snapshot(self.day) if self.day and self.is_running else None

    def _expected(self, key: int) -> str:
        wait = self.outlook.waits.get(key) if self.outlook else None
        return by_the_clock(self.outlook.at, wait.half) if self.outlook and wait else ""

    @property
    def newcomer(self) -> str:
        """How long somebody who comes now waits; empty where that is not known."""
        wait = self.outlook.waits.get(NEWCOMER) if self.outlook else None
        if self.outlook is None or wait is None:
            return ""
        return f"{wait_in_words(wait.half)} ({by_the_clock(self.outlook.at, wait.half)})"

    @cached_property
    def line(self) -> list[QueueRow]:
        """The waiting tickets: in calling order for those on duty, else by number."""
        if self.snapshot is None or not self.is_running:
            return []
        apart = self.snapshot.apart
        waiting = {t.pk: t for t in self.tickets if t.is_waiting}
        if self.duty is None:
            return [
                self._line(t, self._state_label(t, apart), False, apart) for t in waiting.values()
            ]
        rows, is_first = [], True
        for position in self.snapshot.queue_of(self.duty.professional):
            reason = QueueReason(position.reason).label
            is_next = is_first and position.is_callable
            rows.append(self._line(waiting[position.key], reason, is_next, apart))
            is_first = is_first and not is_next
        return rows

    def _state_label(self, ticket: Ticket, apart: dict[int, list[str]]) -> str | Promise:
        if ticket.pk in apart:
            return QueueReason.APART.label
        return "" if ticket.is_plainly_waiting else TicketState(ticket.state).label

    def _line(
        self, ticket: Ticket, reason: str | Promise, is_next: bool, apart: dict[int, list[str]]
    ) -> QueueRow:
        waited = minutes_since(ticket.taken_at, self.at)
        has_stepped_back = ticket.ready_at is not None and ticket.ready_at > self.at
        return QueueRow(
            ticket,
            waited,
            reason,
            is_next,
            apart.get(ticket.pk, []),
            until=ticket.ready_at if has_stepped_back else None,
            expected="" if ticket.pk in apart else self._expected(ticket.pk),
        )

    @cached_property
    def booked_rows(self) -> list[BookedRow]:
        """Today's visits here without a number."""
        return booked_rows(self.point, self.tickets, self.professional) if self.is_running else []

    @property
    def booked_here(self) -> bool:
        """Whether the appointment that is due is here and its people have no number yet."""
        code = self.booked.reference if self.booked else ""
        return any(row.reference == code and row.may_check_in for row in self.booked_rows)

    @property
    def rows(self) -> list[QueueRow]:
        """The waiting tickets, with the booked visits at their time between them."""
        return self._placed[0]

    @property
    def booked_last(self) -> list[BookedRow]:
        """Visits whose time comes after the turn of all who wait."""
        return self._placed[1]

    @cached_property
    def _placed(self) -> tuple[list[QueueRow], list[BookedRow]]:
        waits = self.outlook.waits if self.outlook and self.booked_rows else {}
        left = list(self.booked_rows)
        rows = []
        for row in self.line:
            wait = waits.get(row.ticket.pk)
            turn = self.at + timedelta(minutes=wait.median) if wait else self.at
            before = [visit for visit in left if visit.starts_at <= turn]
            left = left[len(before) :]
            rows.append(replace(row, booked_before=before))
        return rows, left

    @property
    def next(self) -> QueueRow | None:
        return next((row for row in self.line if row.is_next), None)

    @cached_property
    def alerts(self) -> list[QueueRow]:
        """Tickets not called because the other party waits here."""
        return [row for row in self.line if row.apart]

    @property
    def settle_keys(self) -> str:
        """The keys of the first alert and the others: none where they are of several pairs.

        Their order may change between looking and pressing.
        """
        pairs = {frozenset([str(row.ticket.number), *row.apart]) for row in self.alerts}
        return "E," if len(pairs) == 1 else ","

    @property
    def turned_out(self) -> str:
        """The actual matter that was noted of the visit at the own desk."""
        ticket = self.current
        if ticket is None:
            return ""
        service = ticket.turned_out_service
        return service.slug if service else ticket.turned_out_other

    @cached_property
    def desks(self) -> list[DeskRow]:
        """Everybody on duty now, with the ticket at their desk."""
        if self.snapshot is None or not self.is_running:
            return []
        present = [
            d for d in self.snapshot.serving_duties if d.during.lower <= self.at
        ] or self.snapshot.serving_duties
        return [self._at_desk(duty) for duty in present]

    def _at_desk(self, duty: Duty) -> DeskRow:
        ticket = next(
            (t for t in self.tickets if t.is_at_desk and t.professional_id == duty.professional_id),
            None,
        )
        since = ticket and (ticket.serving_since or ticket.called_at)
        is_own = self.duty is not None and self.duty.pk == duty.pk
        return DeskRow(
            duty,
            ticket,
            minutes_since(since or None, self.at),
            meeting=self._meeting(duty),
            away_until=duty.break_until if duty.is_on_break(self.at) else None,
            may_take_over=self.may_come and not is_own,
        )

    def _meeting(self, duty: Duty) -> BookedVisit | None:
        booked = self.snapshot.booked if self.snapshot else []
        mine = (v for v in booked if v.professional == duty.professional_id)
        return next((v for v in mine if v.is_in_meeting and v.ticket is None), None)

    @cached_property
    def away(self) -> list[Professional]:
        """Professionals with duty today who are away now."""
        return absent_professionals(self.day, self.at) if self.day and self.is_running else []

    @cached_property
    def left_behind(self) -> list[Ticket]:
        """Visits of somebody who is away or no longer on duty: work for the others."""
        gone = {who.pk for who in self.away}
        here = {d.professional_id for d in self.snapshot.serving_duties} if self.snapshot else set()
        return [
            t
            for t in self.tickets
            if t.is_assigned
            and (t.professional_id in gone or t.professional_id not in here)
            and not is_met_in_room(t)
        ]

    @cached_property
    def free_desks(self) -> list[Desk]:
        """Desks of the point at which nobody on duty sits now."""
        taken = [row.duty.desk_id for row in self.desks if row.duty.desk_id]
        found = Desk.objects.in_use().filter(service_point=self.point).exclude(pk__in=taken)
        return list(found.order_by("order", "pk"))

    @cached_property
    def last_finished(self) -> list[Ticket]:
        """The last tickets that are over, the latest first: each can be opened and corrected."""
        return list(self.finished[:LAST_FINISHED])

    @cached_property
    def count_finished(self) -> int:
        few = len(self.last_finished)
        return few if few < LAST_FINISHED else self.finished.count()

    @property
    def finished(self) -> QuerySet[Ticket]:
        """All tickets that are over, the latest first."""
        if self.day is None or not self.is_running:
            return Ticket.objects.none()
        over = Ticket.objects.filter(day=self.day, state__in=FINAL).counted()
        return over.select_related("professional", "sent_to").order_by("-closed_at", "-pk")

    @property
    def rules(self) -> list[str]:
        return in_words(self.snapshot.rules) if self.snapshot else []
