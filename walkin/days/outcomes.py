"""The outcomes of the numbers, for the figures of the year."""

from collections.abc import Iterable
from datetime import date

from bookings.hooks import CountedOutcome
from walkin.models import OtherMatter, Ticket
from walkin.states import TicketState


def outcomes_of_numbers(first: date, last: date) -> Iterable[CountedOutcome]:
    """Of the days from `first` to `last`. Those of booked visits are counted with the visit."""
    tickets = Ticket.objects.filter(state=TicketState.DONE, day__date__range=(first, last))
    counted = tickets.exclude(outcome="").exclude(other=OtherMatter.BOOKED)
    for outcome, agreements, is_made in counted.values_list(
        "outcome", "agreements", "agreement_made"
    ):
        yield CountedOutcome(outcome, agreements, is_made)
