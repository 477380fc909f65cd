"""Which cases of a day were the desk's own work, for the supervision of the access log."""

from collections.abc import Collection, Sequence
from datetime import date

from bookings.appointments.own_work import desk_days, secretaries_among
from bookings.cases.queries import case_states
from bookings.models import Case, CaseEvent
from office.hooks import RecordOpening


def explained(day: date, openings: Sequence[RecordOpening]) -> Collection[RecordOpening]:
    """Return the secretaries' openings of cases with which something happened then, or is to be done."""
    records = {one.record for one in openings}
    start, end = desk_days(day)
    happened = CaseEvent.objects.filter(case__reference__in=records, at__gte=start, at__lt=end)
    work = set(happened.values_list("case__reference", flat=True))
    states = case_states(Case.objects.open().filter(reference__in=records))
    work |= {state.case.reference for state in states if state.is_work}
    if not work:
        return []
    secretaries = secretaries_among(openings)
    return [one for one in openings if one.user in secretaries and one.record in work]
