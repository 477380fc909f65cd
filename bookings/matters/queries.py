"""Fetch appointments together with what they are about, in the same query."""

from typing import Any, Protocol, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from modeltranslation.translator import translator

from bookings.models import Appointment
from bookings.models.matters import FURTHER
from office.core.json_rows import json_rows
from office.models import Service

# What pages and searches ask of a further matter; of texts those in each language.
_ASKED = ("name", "short_name", "what_to_bring")
_COLUMNS = (
    "id",
    "slug",
    "order",
    "duration",
    "buffer_after",
    "channels",
    "attendance",
    "professionals_needed",
    "may_be_anonymous",
    "home_forms",
    "home_visits",
)


Appointments = TypeVar("Appointments", bound=QuerySet[Any])


class AboutVisit(Protocol):
    """A row that belongs to an appointment, and was fetched with its further matters."""

    appointment: Appointment


def with_matters(appointments: Appointments) -> Appointments:
    """Fetch the appointments with their service and further matters. No additional query."""
    found: Appointments = appointments.select_related("service").annotate(
        **{FURTHER: further_rows()}
    )
    return found


def hand_down(row: AboutVisit) -> Appointment:
    """Hand the further matters fetched for the row to its appointment: see `further_rows`."""
    setattr(row.appointment, FURTHER, getattr(row, FURTHER))
    return row.appointment


def further_rows(appointment: str = "pk") -> ArraySubquery:
    """Select the further matters of each row, to annotate as FURTHER. `appointment`: the path to it."""
    translated = translator.get_options_for_model(Service).all_fields
    texts = [field.name for name in _ASKED for field in translated[name]]
    further = Service.objects.filter(further_appointments=OuterRef(appointment))
    return json_rows(further.order_by("order", "pk"), *_COLUMNS, *texts)
