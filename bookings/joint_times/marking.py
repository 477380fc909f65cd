"""The page on which one marks when one can come: a parent, or the secretary for them on the phone."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bookings.joint_times.common_times import Marks
from bookings.joint_times.forms import MarksForm, days_of
from bookings.joint_times.free_times import free_times
from bookings.joint_times.picture import Picture, picture_of
from bookings.models import Appointment, JointSearch
from office.core import clock
from office.models import Unit


@dataclass(frozen=True)
class Marking:
    """What the page shows, and what is to be kept: None where it is only shown again."""

    picture: Picture
    error: str = ""
    kept: Marks | None = None


def marking_of(
    request: HttpRequest, appointment: Appointment, search: JointSearch, own: Marks
) -> Marking:
    """Read the form, or show the week with one's `own` marks."""
    unit = Unit.get()
    _wish, slots = free_times(appointment, search, unit)
    if request.method != "POST":
        return Marking(picture_of(slots, own))
    last = clock.today() + timedelta(weeks=unit.horizon_weeks)
    form = MarksForm(request.POST, days=days_of(search, last))
    if not form.is_valid():
        return Marking(picture_of(slots, own), _("This page was out of date. Mark again."))
    if form.suits_nothing:
        return Marking(picture_of(slots, Marks()), kept=Marks(days_off=form.marks.days_off))
    picture = picture_of(slots, form.marks)
    if form.is_quick:
        return Marking(picture)
    if not form.marks.cells:
        return Marking(picture, _("Mark at least one part of the week, or say that none suits."))
    return Marking(picture, kept=form.marks)
