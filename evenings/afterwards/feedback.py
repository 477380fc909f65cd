"""Count the answers to the three questions after an evening, once for each sign-up, tied to nobody."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from bookings.models import FeedbackLevel
from evenings.models import (
    EveningFeedbackCount,
    EveningFeedbackGiven,
    EveningQuestion,
    SignUp,
)
from evenings.planning.errors import NotYetError
from office.calendar.occupancy import retrying
from office.core import clock
from office.models import Unit


def open_until(sign_up: SignUp) -> datetime | None:
    """Return until when one with a place may answer: as long as the own page is open. Else None."""
    evening = sign_up.evening
    if not sign_up.has_place or evening.is_cancelled or clock.now() < evening.ends_at:
        return None
    until = evening.ends_at + timedelta(days=Unit.get().link_days)
    return until if clock.now() < until else None


def has_answered(sign_up: SignUp) -> bool:
    return EveningFeedbackGiven.objects.filter(sign_up=sign_up).exists()


def may_answer(sign_up: SignUp) -> bool:
    return open_until(sign_up) is not None and not has_answered(sign_up)


@retrying
def give_feedback(sign_up_id: int, answers: Mapping[EveningQuestion, FeedbackLevel]) -> None:
    """Count the answers. Raises NotYetError where it is too early or late, or they were given before.

    Nothing joins the sign-up to what was answered: no time, no evening, and the questions are
    counted apart.
    """
    sign_up = (
        SignUp.objects.select_for_update(of=("self",)).select_related("evening").get(pk=sign_up_id)
    )
    if not may_answer(sign_up):
        raise NotYetError
    month = clock.today().replace(day=1)
    for question in EveningQuestion:
        row, _is_new = EveningFeedbackCount.objects.get_or_create(
            month=month,
            kind_id=sign_up.evening.kind_id,
            question=question,
            level=answers[question],
        )
        EveningFeedbackCount.objects.filter(pk=row.pk).update(count=F("count") + 1)
    EveningFeedbackGiven.objects.create(sign_up=sign_up)


def old_counts(before: datetime) -> QuerySet[EveningFeedbackCount]:
    return EveningFeedbackCount.objects.filter(month__lt=clock.local(before).date())


def remove_counts(ids: Collection[int]) -> None:
    EveningFeedbackCount.objects.filter(pk__in=ids).delete()
