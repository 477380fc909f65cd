"""The outcomes of the numbers, for the figures of the year."""

from collections.abc import Iterable
from datetime import date

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, F, Q, When

from bookings.hooks import CountedOutcome
from walkin.models import OtherMatter, Ticket
from walkin.states import TicketState


def outcomes_of_numbers(first: date, last: date) -> Iterable[CountedOutcome]:
    """Count them from `first` to `last`. Those of booked visits are counted with the visit."""
    tickets = Ticket.objects.filter(state=TicketState.DONE, day__date__range=(first, last))
    counted = tickets.exclude(outcome="").exclude(other=OtherMatter.BOOKED)
    # What a visit turned out to be about stands in place of what the number was taken for.
    turned_out = Q(turned_out_service__isnull=False) | ~Q(turned_out_other="")
    main = Case(When(turned_out, then=F("turned_out_service")), default=F("service"))
    further = ArrayAgg("also", filter=Q(also__isnull=False), default=[])
    rows = counted.annotate(main=main, further=further).order_by()
    for outcome, agreements, is_made, came, next_step, first, others in rows.values_list(
        "outcome", "agreements", "agreement_made", "came", "next_step", "main", "further"
    ):
        services = list(dict.fromkeys([*([first] if first else []), *others]))
        yield CountedOutcome(outcome, agreements, is_made, came, next_step, services)
