"""Somebody new joins the staff: account, profile and first hours, all of it or nothing."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from office.calendar.hours_overlap import refuse_overlaps
from office.core.save_checked import save_checked
from office.models import Professional, Service, ServicePoint, User
from office.setup.hours_copies import NewHours, plan_hours
from office.setup.staffing import save_professional
from office.sign_in.accounts import note_password_link, save_user


@transaction.atomic
def add_member(
    professional: Professional,
    *,
    services: Iterable[Service],
    service_points: Iterable[ServicePoint],
    user: User | None = None,
    weekdays: Iterable[int] = (),
    hours: NewHours | None = None,
    by: User,
) -> None:
    """Save a new professional, with an account and hours where there are any. Raises ValidationError."""
    if user is not None:
        try:
            save_user(user, by=by)
        except ValidationError as error:
            # The form has the account's name and the profile's, under other names.
            raise ValidationError(error.messages) from error
        note_password_link(user, by=by)
        professional.user = user
    save_professional(professional, services=services, service_points=service_points)
    if hours is not None:
        for row in plan_hours(professional, weekdays, hours).hours:
            refuse_overlaps([row])
            save_checked(row)
