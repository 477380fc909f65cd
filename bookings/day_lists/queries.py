"""Who comes on a day: to a service point, or to a professional."""

from datetime import date

from bookings.models import Appointment
from bookings.my_day.queries import agreed_visits
from bookings.parties import conflicts
from office.models import Channel, Professional, ServicePoint


def visits_to_point(day: date, point: ServicePoint) -> list[Appointment]:
    """Return who comes to the door: visits by phone and video are not met there."""
    found = agreed_visits(day, day).filter(channel=Channel.IN_PERSON, service_point=point)
    return list(found)


def visits_to_professional(day: date, person: Professional) -> list[Appointment]:
    """Find all visits of one day, by any channel, except those that the professional stays out of."""
    found = agreed_visits(day, day).of_professional(person)
    return list(found.exclude(pk__in=conflicts.barred_to(person)))
