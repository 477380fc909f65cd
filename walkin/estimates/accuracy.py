"""Measure the estimates of a day by replaying its event rows."""

from dataclasses import asdict

from walkin.estimates.facts import matters_of, needs_of
from walkin.estimates.replay import Accuracy, DutySpan, StateChange, TicketFacts, replay
from walkin.estimates.snapshot import QueueSnapshot
from walkin.models import DayState, Duty, Ticket, TicketEvent, WalkInDay
from walkin.tickets.eligibility import StaffSkills
from walkin.tickets.events import without_undone


def accuracy_of(day: WalkInDay) -> Accuracy:
    """Return the mean error of the day's estimates, and how often their ranges held."""
    rows = [
        StateChange(event.at, event.ticket_id, event.state, event.professional_id)
        for event in without_undone(TicketEvent.objects.filter(ticket__day=day).order_by("pk"))
    ]
    about = {
        t.pk: TicketFacts(t.matter, needs_of(t), tuple(matters_of(t)[1:]))
        for t in Ticket.objects.filter(day=day).prefetch_related("also")
    }
    duties = [
        DutySpan(
            StaffSkills(
                duty.professional_id,
                frozenset(s.pk for s in duty.professional.services.all()),
                frozenset(duty.professional.languages),
            ),
            duty.during.lower,
            duty.during.upper,
        )
        for duty in Duty.objects.filter(day=day)
        .select_related("professional")
        .prefetch_related("professional__services")
    ]
    before = QueueSnapshot(day).prior_durations
    return replay(rows, about, duties, before)


def keep_accuracy() -> int:
    """Store the accuracy of each ended day that has none; return how many.

    Not part of ending the day, which holds a lock: replaying a long day takes a second.
    """
    ended = WalkInDay.objects.filter(state=DayState.ENDED, figures__has_key="course")
    waiting = ended.exclude(figures__has_key="accuracy")
    for day in waiting:
        day.figures["accuracy"] = asdict(accuracy_of(day))
        day.save(update_fields=["figures"])
    return len(waiting)
