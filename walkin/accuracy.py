"""How good a day's estimates were: its own event rows replayed."""

from walkin.fit import Person
from walkin.models import Duty, Ticket, TicketEvent, WalkInDay
from walkin.reading import Now, wish_of
from walkin.replay import About, Accuracy, OnDuty, Row, replay


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
