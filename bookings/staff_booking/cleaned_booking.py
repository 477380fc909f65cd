"""What the panel books: the booking as filled in, or what is missing or wrong as the form's errors."""

from django.utils.translation import gettext as _

from bookings.appointments.booking import Booking, Chosen
from bookings.availability.codec import parse_who
from bookings.lifecycle.phone_visits import NoNumberError
from bookings.models import OtherParent
from bookings.staff_booking.booking_form import BookingForm
from bookings.staff_booking.person_forms import FurtherPersonForm, PanelPersonForm
from office.models import Attendance, Channel

# How the other parent hears of it, where a party of theirs is made at once.
TAKES_PART = [OtherParent.GIVEN, OtherParent.PASS_ON, OtherParent.UNIT]


def cleaned_booking(form: BookingForm) -> Booking | None:
    """Return what is to be booked; None where something is missing or wrong, which the errors say."""
    time, service = form.time, form.service
    if time is None:
        form.non_field_errors.append(_("Choose one of the times."))
    elif parse_who(form.who) != (time.wish.including, time.wish.without):
        form.non_field_errors.append(
            _("The time was found for other professionals. Choose it again.")
        )
    if form.known_people.people:
        return _cleaned_for_comers(form)
    if form.is_anonymous:
        form.typed.caller.fields["name"].required = False
    hears, other = clean_other_parent(form)
    own_visit = other if form.is_separate and form.other_time else None
    _require_callable(form, other if hears == OtherParent.GIVEN else None)
    further = clean_further(form, has_other=hears in TAKES_PART)
    if not is_valid_with(form, other, *further) or time is None or service is None:
        return None
    return Booking(
        service=service,
        time=time,
        caller=form.typed.caller_details(form.language, is_anonymous=form.is_anonymous),
        language=form.language,
        meeting=form.wish["meeting"],
        children=form.wish["children"],
        is_anonymous=form.is_anonymous,
        other_parent=hears,
        other=form.typed.other_details(other, form.language, hears=hears) if other else None,
        other_time=form.other_time if own_visit else None,
        further=form.typed.further_people(further, form.language),
        caller_role=form.typed.caller_role,
        other_role=form.other_role,
        note=form.arrangement.cleaned_data["note"] if form.for_secretary else "",
        overrides_gap=form.overrides_gap,
        place_agreed=form.place_agreed,
        caller_by_video=form.typed.caller.cleaned_data["by_video"],
        other_by_video=bool(other and other.cleaned_data["by_video"]),
        video_link=form.arrangement.cleaned_data["video_link"],
    )


def cleaned_series(form: BookingForm) -> tuple[Booking, list[Chosen]] | None:
    """Return what is booked of a series, and the times of the later visits."""
    booking = cleaned_booking(form)
    if booking is not None and booking.other_parent not in (
        OtherParent.GIVEN,
        OtherParent.NONE,
    ):
        form.non_field_errors.append(
            _("For a series give the other parent’s details, or choose “Not contacted”.")
        )
        return None
    if booking is None or form.time is None:
        return None
    slot = str(form.time_form["slot"].value())
    later = form.series_form.times(form.matters, form.time, slot)
    return (booking, later) if later is not None else None


def _require_callable(form: BookingForm, other: PanelPersonForm | None) -> None:
    """Ask for a number of each who comes to a visit by phone. `other`: who comes as well."""
    if form.time is not None and form.time.wish.channel == Channel.PHONE:
        form.typed.require_callable()
    theirs = form.other_time if form.is_separate else form.time
    if other is not None and theirs is not None and theirs.wish.channel == Channel.PHONE:
        other.require_callable(may_be_asked=not form.is_separate)


def _cleaned_for_comers(form: BookingForm) -> Booking | None:
    """Return the booking where the occasion says who comes: only wish and time are filled in."""
    is_valid = form.wish_form.is_valid() and form.visits_form.is_valid()
    if not is_valid or form.non_field_errors or form.time is None or form.service is None:
        return None
    comers = form.known_people.comers
    if not comers:
        form.non_field_errors.append(_("Somebody must come to the visit."))
        return None
    if form.time.wish.channel == Channel.PHONE and form.known_people.without_number:
        names = [person.name for person in form.known_people.without_number]
        form.non_field_errors.append(NoNumberError(names).sentence)
        return None
    first = next((comer for comer in comers if comer.agrees), comers[0])
    has_other = len(form.known_people.coming) > 1
    return Booking(
        service=form.service,
        time=form.time,
        caller=first.details,
        language=form.language,
        meeting=form.wish["meeting"],
        children=form.wish["children"],
        is_anonymous=form.is_anonymous,
        other_parent=OtherParent.GIVEN if has_other else OtherParent.NONE,
        comers=comers,
        place_agreed=form.place_agreed or _keeps_place(form),
        follows=form.occasion.follows if form.occasion else None,
    )


def _keeps_place(form: BookingForm) -> bool:
    """Say whether the chosen place is that of the visit before, which all of them know."""
    if form.occasion is None or form.time is None or form.is_separate:
        return False
    if not form.time.wish.is_in_person:
        return False
    return str(form.time.slot.point) == form.occasion.wish.get("point")


def clean_other_parent(form: BookingForm) -> tuple[str, PanelPersonForm | None]:
    """Return how the other parent hears of it, and their form where it is filled in."""
    hears = _way_other_parent_hears(form)
    return hears, form.typed.clean_other(hears)


def _way_other_parent_hears(form: BookingForm) -> str:
    """Return how the other parent hears of it: as chosen, else as the rest of the form implies."""
    if form.comes_alone or form.is_anonymous or form.first is not None:
        return OtherParent.NONE
    hears = str(form.arrangement["other_parent"].value() or "")
    if hears == OtherParent.PASS_ON and form.is_separate:
        # An invitation to this visit would tell the other parent when this one comes.
        form.non_field_errors.append(
            _("Parents who come separately cannot be invited to each other’s visit.")
        )
    if hears or form.typed.other.names_somebody:
        return hears or OtherParent.GIVEN
    if form.matters is not None and form.matters.attendance == Attendance.EITHER:
        return OtherParent.NONE
    form.non_field_errors.append(_("Give the other parent’s details, or say how they hear of it."))
    return OtherParent.GIVEN


def clean_further(form: BookingForm, *, has_other: bool) -> list[FurtherPersonForm]:
    """Check the forms of people besides the two, as far as they are filled in."""
    may_come = form.takes_further and not form.is_anonymous
    return form.typed.clean_further(may_come=may_come, has_other=has_other)


def is_valid_with(form: BookingForm, *people: PanelPersonForm | None) -> bool:
    """Say whether everything is right if these take part besides the caller."""
    used = [form.wish_form, form.typed.caller, form.arrangement, *filter(None, people)]
    return all(one.is_valid() for one in used) and not form.non_field_errors
