"""End searches that came to nothing, and delete what was marked once it is not needed."""

from django.db.models import Q

from bookings.joint_times.actions import conclude_due, remind_due
from bookings.models import JointMarks, JointSearch, Status
from office.core import clock
from office.retention.table import period_of


def sweep() -> int:
    """Do what is due every few minutes; return how much was done."""
    return conclude_due() + remind_due() + end_overtaken() + forget_marks()


def end_overtaken() -> int:
    """End searches of visits that have begun, or are closed."""
    overtaken = JointSearch.objects.going_on().filter(
        ~Q(appointment__status__in=Status.before_visit())
        | Q(appointment__status=Status.CONFIRMED, appointment__starts_at__lte=clock.now())
    )
    return overtaken.update(state=JointSearch.State.ENDED, closed_at=clock.now())


def forget_marks() -> int:
    """Delete the marks of ended searches, as soon as the end can no longer be undone."""
    before = clock.now() - period_of("joint-marks")
    return JointMarks.objects.filter(search__closed_at__lte=before).delete()[0]
