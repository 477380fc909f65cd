"""Non-disclosure for safety (turvakielto): what holds for a party whose contact details are protected.

The other parent must not learn where they live or how they are reached, nor that they are protected. The
place of a visit to which both come is agreed with them first, since it may tell where they live.
"""

from django.utils.translation import gettext as _

from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.models import Appointment, EventKind, Meeting, OtherParent, Party
from office.calendar.occupancy import retrying
from office.models import Channel, User


class PlaceNotAgreedError(NotPossibleError):
    """The other parent would be told a place that a protected party has not agreed to."""

    @property
    def sentence(self) -> str:
        return _(
            "One party's contact details are protected. Agree with them on the place before the other "
            "parent is told of it, and note it on the card."
        )


def must_agree_place(appointment: Appointment) -> bool:
    """Whether a place would be told to the other parent that a protected party has not agreed to."""
    if appointment.channel != Channel.IN_PERSON or appointment.meeting != Meeting.TOGETHER:
        return False
    if appointment.other_parent == OtherParent.NONE and appointment.parties.count() < 2:
        return False
    if not appointment.parties.filter(is_protected=True).exists():
        return False
    last = (
        appointment.events.filter(
            what__in=[EventKind.PLACE_AGREED, *EventKind.changing_place()], undone_by=None
        )
        .order_by("-at", "-pk")
        .values_list("what", flat=True)
        .first()
    )
    return last != EventKind.PLACE_AGREED


def refuse_place_not_agreed(appointment: Appointment) -> None:
    """Raise PlaceNotAgreedError where the place is still to be agreed. Call in the transaction."""
    if must_agree_place(appointment):
        raise PlaceNotAgreedError


@retrying
def note_place_agreed(appointment_id: int, *, user: User, version: int | None = None) -> None:
    """Record that the protected party has agreed to the place. Raises NotPossibleError."""
    appointment = locked(appointment_id, version=version)
    if not must_agree_place(appointment):
        raise NotPossibleError
    record(appointment, EventKind.PLACE_AGREED, user=user)


def kept_contacts(party: Party, *, phone: str, email: str) -> tuple[str, str]:
    """Number and address after a form that does not show them: what is left empty stays as it is."""
    if not party.is_protected:
        return phone, email
    return phone or str(party.phone or ""), email or party.email
