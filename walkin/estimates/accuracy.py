"""How good a day's estimates were: its own event rows replayed."""

from dataclasses import asdict

from walkin.estimates.replay import About, Accuracy, OnDuty, Row, replay
from walkin.estimates.snapshot import Now, wish_of
from walkin.models import DayState, Duty, Ticket, TicketEvent, WalkInDay
from walkin.tickets.eligibility import Person


def accuracy_of(day: WalkInDay) -> Accuracy:
    """The mean error of the day's estimates, and how often their ranges held."""
    rows = [
        Row(at, ticket, state, person)
        for at, ticket, state, person in TicketEvent.objects.filter(ticket__day=day)
        .order_by("pk")
        .values_list("at", "ticket_id", "state", "professional_id")
    ]
    about = {t.pk: About(t.matter, wish_of(t)) for t in Ticket.objects.filter(day=day)}
    duties = [
        OnDuty(
            Person(
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
    before = Now(day).durations_before
    return replay(rows, about, duties, before)


def keep_accuracy() -> int:
    """Keep with each day that has ended how good its estimates were; how many days.

    Apart from the end of the day, which locks it: replaying a long one takes a second.
    """
    ended = WalkInDay.objects.filter(state=DayState.ENDED, figures__has_key="course")
    waiting = ended.exclude(figures__has_key="accuracy")
    for day in waiting:
        day.figures["accuracy"] = asdict(accuracy_of(day))
        day.save(update_fields=["figures"])
    return len(waiting)
