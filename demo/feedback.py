"""Answers after visits of some months, counted as always: enough that some numbers are shown."""

from dateutil.relativedelta import relativedelta

from bookings.models import FeedbackCount, FeedbackLevel, FeedbackQuestion
from office.core import clock
from office.models import ServicePoint

MONTHS_BACK = 8
# A month at the first point, and at each other one, by phone and by video.
MANY = {FeedbackLevel.YES: 11, FeedbackLevel.PARTLY: 3, FeedbackLevel.NO: 2}
FEW = {FeedbackLevel.YES: 5, FeedbackLevel.PARTLY: 1, FeedbackLevel.NO: 1}


def count_feedback() -> None:
    this_month = clock.today().replace(day=1)
    points: list[ServicePoint | None] = [*ServicePoint.objects.in_use().order_by("pk"), None]
    FeedbackCount.objects.bulk_create(
        FeedbackCount(
            month=this_month - relativedelta(months=back),
            service_point=point,
            question=question,
            level=level,
            count=count + (back + number) % 2,
        )
        for back in range(1, MONTHS_BACK + 1)
        for number, point in enumerate(points)
        for question in FeedbackQuestion
        for level, count in (FEW if number else MANY).items()
    )
