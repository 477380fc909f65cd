"""Non-disclosure for safety (turvakielto): what holds for a party whose contact details are protected.

The other parent must not learn where they live or how they are reached, nor that they are protected. The
place of a visit to which both come is agreed with them first, since it may tell where they live.
"""

from django.utils.translation import gettext as _

from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.models import (
    Appointment,
    AppointmentEvent,
    CasePerson,
    EventKind,
    Meeting,
    MoveRequest,
    OtherParent,
    Party,
    PartyRole,
    Status,
)
from office.calendar.occupancy import retrying
from office.models import Channel, User

# In these the parties come to one place.
_WITH_PLACE = (Channel.IN_PERSON, Channel.HOME_VISIT)


class PlaceNotAgreedError(NotPossibleError):
    """The other parent would learn a place that a protected party has not agreed to."""

    @property
    def sentence(self) -> str:
        return _(
            "One party's contact details are protected. Agree with them on the place before the other "
            "parent is told of it, and note it on the card."
        )


def must_agree_place(appointment: Appointment) -> bool:
    """Say whether the other parent would learn a place that a protected party has not agreed to."""
    return (
        appointment.channel in _WITH_PLACE
        and _is_place_shared(appointment)
        and not _is_place_agreed(appointment)
    )


def must_agree_new_place(appointment: Appointment, channel: str, point: int | None) -> bool:
    """Say whether another time at `point` would tell the other parent a place not agreed to.

    A place that both know already may be kept.
    """
    if channel not in _WITH_PLACE or not _is_place_shared(appointment):
        return False
    # Of a home visit the place is not known here: at every new time it may be another one.
    is_home = channel == Channel.HOME_VISIT
    is_same = not is_home and (channel, point) == (
        appointment.channel,
        appointment.service_point_id,
    )
    return not (is_same and (appointment.is_agreed or _is_place_agreed(appointment)))


def must_agree_moved_place(move: MoveRequest) -> bool:
    """Say the same of the time that a party asks for; a protected party who asks agrees to its place."""
    return not move.party.is_protected and must_agree_new_place(
        move.appointment, move.channel, move.service_point_id
    )


def _is_place_shared(appointment: Appointment) -> bool:
    """Say whether two people, one of them protected, learn the place."""
    if appointment.meeting != Meeting.TOGETHER:
        return False
    others = appointment.parties.filter(left_at=None)
    # Who comes along with one hears of the place from them.
    invited = others.exclude(role__in=PartyRole.companions())
    if appointment.other_parent == OtherParent.NONE and invited.count() < 2:
        return False
    return others.filter(is_protected=True).exists()


def _is_place_agreed(appointment: Appointment) -> bool:
    """Say whether the last word about the place is that it was agreed: no other place has come since."""
    events = appointment.events.filter(
        what__in=[EventKind.PLACE_AGREED, *EventKind.changing_place()], undone_by=None
    ).order_by("-at", "-pk")
    last = next((event for event in events if not _keeps_place(event)), None)
    return last is not None and last.what == EventKind.PLACE_AGREED


def _keeps_place(event: AppointmentEvent) -> bool:
    """Say whether the event left the place as it was, such as a move to another time there."""
    if event.what == EventKind.OFFERED:
        # The agreed time and its place hold until another one is chosen.
        return event.status == Status.CONFIRMED
    was, now = event.details.get("was"), event.details.get("now")
    return bool(was and now) and all(was.get(key) == now.get(key) for key in ("channel", "point"))


def refuse_place_not_agreed(appointment: Appointment) -> None:
    """Raise PlaceNotAgreedError where the place is still to be agreed. Call in the transaction."""
    if must_agree_place(appointment):
        raise PlaceNotAgreedError


def refuse_new_place(appointment: Appointment, channel: str, point: int | None) -> None:
    """Raise PlaceNotAgreedError where another place is still to be agreed. Call in the transaction."""
    if must_agree_new_place(appointment, channel, point):
        raise PlaceNotAgreedError


@retrying
def note_place_agreed(appointment_id: int, *, user: User, version: int | None = None) -> None:
    """Record that the protected party has agreed to the place. Raises NotPossibleError."""
    appointment = locked(appointment_id, version=version)
    if not must_agree_place(appointment):
        raise NotPossibleError
    record(appointment, EventKind.PLACE_AGREED, user=user)


def kept_contacts(party: Party | CasePerson, *, phone: str, email: str) -> tuple[str, str]:
    """Return number and address after a form that hides them: what is left empty stays as it is."""
    if not party.is_protected:
        return phone, email
    return phone or str(party.phone or ""), email or party.email
