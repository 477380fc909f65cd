"""Count a party's answers to the three questions, once, and tied to nobody."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import F, QuerySet

from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import (
    FeedbackCount,
    FeedbackGiven,
    FeedbackLevel,
    FeedbackQuestion,
    Party,
    VisitOutcome,
)
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import Unit

Answers = Mapping[FeedbackQuestion, FeedbackLevel]


def open_until(party: Party) -> datetime | None:
    """Return until when the party may answer: while their page is open. None where they may not."""
    appointment = party.appointment
    if not appointment.is_done or appointment.ends_at is None:
        return None
    if not party.rules.is_side:
        return None
    if (party.is_unasked or party.has_declined) and not party.is_requester:
        return None
    until = appointment.ends_at + timedelta(days=Unit.get().link_days)
    return until if clock.now() < until else None


def may_answer(party: Party) -> bool:
    """Say whether the visit was held lately, and the party came and has not answered yet."""
    return open_until(party) is not None and not has_answered(party) and not _was_absent(party)


def _was_absent(party: Party) -> bool:
    return VisitOutcome.objects.current().filter(absent=party).exists()


def has_answered(party: Party) -> bool:
    return FeedbackGiven.objects.filter(party=party).exists()


@retrying
def give_feedback(party_id: int, answers: Answers) -> None:
    """Count the answers. Raises NotPossibleError where it is too late or they were given before.

    Nothing of it joins the party to what was answered: no time, no visit, no row of one's own, and the
    questions are counted apart.
    """
    party = Party.objects.select_for_update(of=("self",)).get(pk=party_id)
    if not may_answer(party):
        raise NotPossibleError
    month = clock.today().replace(day=1)
    point = party.appointment.service_point_id if party.appointment.is_in_person else None
    for question in FeedbackQuestion:
        row, _is_new = FeedbackCount.objects.get_or_create(
            month=month, service_point_id=point, question=question, level=answers[question]
        )
        FeedbackCount.objects.filter(pk=row.pk).update(count=F("count") + 1)
    FeedbackGiven.objects.create(party=party)


def old_counts(before: datetime) -> QuerySet[FeedbackCount]:
    return FeedbackCount.objects.filter(month__lt=clock.local(before).date())


def remove_counts(ids: Collection[int]) -> None:
    FeedbackCount.objects.filter(pk__in=ids).delete()


def counts_between(first: date, before: date) -> Sequence[FeedbackCount]:
    """Return the counts of the months from `first` to before `before`."""
    rows = FeedbackCount.objects.filter(month__gte=first, month__lt=before)
    return list(rows.select_related("service_point"))
