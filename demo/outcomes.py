"""How the visits of the past weeks ended; those of the last days are still to be noted."""

from datetime import timedelta

from bookings.models import Appointment, Came, NextStep, Outcome, Party, Status, VisitOutcome
from office.core import clock
from office.models import Agreements, User

UNNOTED = timedelta(days=2)
# In turn: what became of the visits that were held.
ENDINGS = (
    (Outcome.AGREEMENT, ""),
    (Outcome.AGREEMENT, ""),
    (Outcome.PARTLY, NextStep.VISIT),
    (Outcome.NOT_AGREED, NextStep.MEDIATION),
)


def note_outcomes(user: User) -> None:
    before = clock.now() - UNNOTED
    visits = (
        Appointment.objects.filter(status__in=Status.over(), ends_at__lt=before, outcomes=None)
        .select_related("service")
        .order_by("starts_at", "pk")
    )
    found = list(visits)
    made = VisitOutcome.objects.bulk_create(
        _outcome(number, visit, user) for number, visit in enumerate(found)
    )
    nobody = {one.appointment_id: one.pk for one in made if one.came == Came.NONE}
    absent = VisitOutcome.absent.through
    absent.objects.bulk_create(
        absent(visitoutcome_id=nobody[visit], party_id=party)
        for party, visit in Party.objects.filter(appointment__in=nobody)
        .who_come()
        .values_list("pk", "appointment")
    )


def _outcome(number: int, visit: Appointment, user: User) -> VisitOutcome:
    at = visit.ends_at or visit.updated_at
    outcome, next_step = ENDINGS[number % len(ENDINGS)]
    kinds = visit.service.agreements
    if visit.status == Status.NO_SHOW:
        outcome, next_step = Outcome.NOT_HELD, ""
    elif not kinds:
        outcome, next_step = Outcome.ADVICE, ""
    agreements: Agreements = {}
    if outcome in Outcome.with_agreements():
        # Of what was agreed in part, the first kind.
        agreed = kinds[:1] if outcome == Outcome.PARTLY else kinds
        agreements = dict.fromkeys(agreed, 1 + number % 3)
    return VisitOutcome(
        appointment=visit,
        day=clock.local(at).date(),
        service=visit.service,
        came=Came.NONE if visit.status == Status.NO_SHOW else Came.ALL,
        outcome=outcome,
        agreements=agreements,
        next_step=next_step,
        first_noted_at=at,
        noted_at=at,
        noted_by=user,
    )
