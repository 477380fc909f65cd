"""What the panel asks of both parents in place of choosing a time for them."""

from django.utils.translation import gettext as _

from bookings.joint_times.asking import VisitAskedFor
from bookings.models import OtherParent
from bookings.staff_booking.booking_form import BookingForm
from bookings.staff_booking.cleaned_booking import (
    clean_further,
    clean_other_parent,
    is_valid_with,
)
from office.models import Channel


def visit_asked_for(form: BookingForm) -> VisitAskedFor | None:
    """Return what both are asked; None where something is missing or wrong, which the errors say."""
    matters, channel, point = form.matters, form.wish["channel"], form.wish["point"]
    if matters is None or not form.may_ask_for_joint_time or channel not in matters.channels:
        form.non_field_errors.append(_("A joint time cannot be looked for in this way."))
    elif channel == Channel.IN_PERSON and point is None:
        form.non_field_errors.append(_("Choose the service point to which both would come."))
    hears, other = clean_other_parent(form)
    if not form.non_field_errors and (other is None or hears != OtherParent.GIVEN):
        form.non_field_errors.append(
            _("For a joint time give the details of both: each is asked on their own.")
        )
    if channel == Channel.PHONE:
        form.typed.require_callable(other)
    further = clean_further(form, has_other=True)
    is_valid = form.joint_form.is_valid() and is_valid_with(form, other, *further)
    if not is_valid or matters is None or other is None:
        return None
    people, language = form.typed, form.language
    return VisitAskedFor(
        matters,
        channel,
        point,
        caller=people.caller_details(language),
        other=people.details(other, language),
        language=language,
        children=form.wish["children"],
        further=people.further_people(further, language),
        caller_role=people.caller_role,
        other_role=form.other_role,
        note=form.arrangement.cleaned_data["note"],
        due_day=form.joint_form.cleaned_data["due_day"],
        place_agreed=form.place_agreed,
    )
