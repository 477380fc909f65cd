"""Whether the other parent may be contacted: a parent who asks us to wait is talked with first.

The promise is made on the public page, and this module keeps it: every way by which another parent comes
into an appointment, or into a visit of their own beside it, calls `refuse_unasked`.
"""

from typing import Any

from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.models import Appointment, AppointmentEvent, EventKind, OtherParent
from office.calendar.occupancy import retrying
from office.models import User

# What came of the talk. The later one holds.
AGREED, REFUSED = EventKind.CONTACT_AGREED, EventKind.NOT_CONTACTED


class HowAsked(models.TextChoices):
    """How the parent was talked with."""

    PHONE = "phone", gettext_lazy("by phone")
    FACE_TO_FACE = "face_to_face", gettext_lazy("face to face")
    IN_WRITING = "in_writing", gettext_lazy("in writing, in a way that is safe for them")


class AskFirstError(NotPossibleError):
    """The parent who asked wants to be talked with before the other one is contacted."""

    @property
    def sentence(self) -> str:
        return _(
            "The one who asked wants to be talked with before the other parent is contacted. Talk with "
            "them first, and note it on the card."
        )


def must_ask_first(appointment: Appointment) -> bool:
    """Say whether the other parent must not be contacted before we have talked with the one who asked."""
    if appointment.other_parent not in OtherParent.ask_first():
        return False
    return _answer_of(appointment) != AGREED


def refuse_unasked(appointment: Appointment) -> None:
    """Raise AskFirstError where the other parent may not be contacted yet. Call in the transaction."""
    if must_ask_first(appointment):
        raise AskFirstError


def answer_of(appointment: Appointment) -> str:
    """Read the result of the talk: AGREED, REFUSED, or nothing while it is to be had, or not needed."""
    if appointment.other_parent not in OtherParent.ask_first():
        return ""
    return _answer_of(appointment)


def _answer_of(appointment: Appointment) -> str:
    last = _answers().filter(appointment=appointment).first()
    return last.what if last else ""


def _answers() -> QuerySet[AppointmentEvent]:
    return AppointmentEvent.objects.filter(what__in=EventKind.consent(), undone_by=None).order_by(
        "-at", "-pk"
    )


@retrying
def note_talk(
    appointment_id: int, *, agrees: bool, how: str, user: User, version: int | None = None
) -> None:
    """Write down that the parent was talked with, how, and whether the other one may be contacted.

    Raises NotPossibleError where nobody asked for that, or the appointment is closed.
    """
    appointment = locked(appointment_id, version=version)
    if how not in HowAsked.values or not may_note_talk(appointment):
        raise NotPossibleError
    record(appointment, AGREED if agrees else REFUSED, user=user, reason=how)


def carry_on(before_id: int, following: Appointment) -> None:
    """Let what the parent wished at the visit before hold for the one that follows, and what came of it.

    Nothing is carried once the other parent takes part. Call in the booking's transaction, before anybody
    is added.
    """
    before = Appointment.objects.get(pk=before_id)
    known = before.parties.other_parents().without_named_only()
    if before.other_parent not in OtherParent.of_the_unit() or known.exists():
        return
    following.other_parent = before.other_parent
    following.save(update_fields=["other_parent"])
    matter = Q(appointment=before)
    if before.case_id is not None:
        matter |= Q(appointment__case=before.case_id)
    talk = _answers().filter(matter).first()
    if talk is not None:
        AppointmentEvent.objects.create(
            appointment=following,
            what=talk.what,
            status=following.status,
            at=talk.at,
            by=talk.by,
            user=talk.user,
            reason=talk.reason,
        )


def may_note_talk(appointment: Appointment) -> bool:
    """Say whether the talk belongs to this appointment and can still change something."""
    return (
        appointment.other_parent in OtherParent.ask_first()
        and appointment.is_open
        and not appointment.parties.other_parents().exists()
    )


def with_answer(appointments: QuerySet[Appointment]) -> QuerySet[Any]:
    """Annotate `contact_answer`: what came of the talk; None where nothing is decided yet."""
    last = _answers().filter(appointment=OuterRef("pk")).values("what")[:1]
    return appointments.annotate(contact_answer=Subquery(last))
