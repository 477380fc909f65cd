"""Who works here, what each does and where."""

from collections.abc import Iterable

from django.db import transaction

from office.models import Professional, Service, ServicePoint
from office.saving import save_checked


@transaction.atomic
def save_professional(
    professional: Professional,
    *,
    services: Iterable[Service],
    service_points: Iterable[ServicePoint],
) -> None:
    """Save a new or altered professional. Raises ValidationError."""
    save_checked(professional)
    professional.services.set(services)
    professional.service_points.set(service_points)
