"""Why the panel books nothing, in a sentence."""

from django.utils.translation import gettext as _

from bookings.appointments import occasions
from bookings.appointments.booking import NoRoomForRoleError
from bookings.appointments.by_video import NotByVideoError
from bookings.appointments.separate_visits import TooCloseError
from bookings.appointments.series import VisitTakenError
from bookings.availability.allocation import JustTakenError
from bookings.desk_kit.labels import short_when
from bookings.lifecycle.contact_consent import AskFirstError
from bookings.lifecycle.phone_visits import NoNumberError
from bookings.lifecycle.protection import PlaceNotAgreedError
from bookings.lifecycle.transitions import NotPossibleError
from bookings.staff_booking.booking_form import BookingForm

# What booking, or asking both, may raise. NotPossibleError is the parent of some of the others.
REFUSALS = (
    occasions.RefusedError,
    TooCloseError,
    AskFirstError,
    JustTakenError,
    VisitTakenError,
    NoRoomForRoleError,
    NotByVideoError,
    NotPossibleError,
)


def hides_protection(form: BookingForm) -> bool:
    """Say whether nobody but a secretary learns here that somebody's contact details are protected."""
    return bool(form.known_people.people) and not form.for_secretary


def refusal_label(form: BookingForm, error: Exception, *, is_joint: bool = False) -> str:
    """Say why nothing is booked. `is_joint`: both were to be asked when they can come."""
    if isinstance(error, JustTakenError):
        return _just_taken(error)
    if isinstance(error, VisitTakenError):
        return _(
            "%(when)s was just taken, and nothing is booked. Below you see the dates as they are now."
        ) % {"when": short_when(error.slot.start)}
    if isinstance(error, NoRoomForRoleError):
        return _("Nobody more can take part in that role. Choose another one.")
    if isinstance(error, PlaceNotAgreedError):
        return _place_not_agreed(form)
    if isinstance(
        error,
        occasions.RefusedError | TooCloseError | AskFirstError | NoNumberError | NotByVideoError,
    ):
        return str(error.sentence)
    if is_joint:
        return _(
            "Both cannot be asked: each needs a phone number or an e-mail address of their own that "
            "they have given themselves, and nobody else whom the time must suit."
        )
    return _(
        "The other parent’s own visit cannot be booked: it is arranged already, or not needed."
    )


def _place_not_agreed(form: BookingForm) -> str:
    if hides_protection(form):
        return _(
            "Choose a time at the place of this visit. At another place the secretary books it."
        )
    return _(
        "One party's contact details are protected. Agree with them on the place, and tick below that "
        "it is agreed."
    )


def _just_taken(error: JustTakenError) -> str:
    near = ", ".join(short_when(slot.start) for slot in error.near)
    if not near:
        return _("That time was just taken, and nothing is booked. Choose another one.")
    return _("That time was just taken, and nothing is booked. Near it are free: %(times)s.") % {
        "times": near
    }
