"""Services and points in use, as most pages ask for them: kept until the set-up changes."""

from collections.abc import Iterable
from datetime import date

from office.core import clock
from office.core.names import Alphabetical
from office.core.set_up_cache import rows_kept_until_set_up_changes
from office.models.people import Professional
from office.models.places import Room, ServicePoint
from office.models.services import Service


@rows_kept_until_set_up_changes
def services_in_use() -> list[Service]:
    """Return them in their order. One query."""
    return list(Service.objects.in_use())


def services_online() -> list[Service]:
    """Return those for which a parent may ask for a time online. One query."""
    return [service for service in services_in_use() if service.asked_online]


@rows_kept_until_set_up_changes
def points_in_use() -> list[ServicePoint]:
    """Return them in their order. One query."""
    return list(ServicePoint.objects.in_use())


def points_giving(services: Iterable[Service]) -> list[ServicePoint]:
    """Return where all of `services` are given, as the professionals' hours have it. One query."""
    return _points_giving(frozenset(service.pk for service in services), clock.today())


@rows_kept_until_set_up_changes
def _points_giving(services: frozenset[int], today: date) -> list[ServicePoint]:
    return list(ServicePoint.objects.giving(services, today))


@rows_kept_until_set_up_changes
def names_giving(services: frozenset[int]) -> dict[int, str]:
    """Return the names of those in use who give all of `services`, in alphabetical order. One query."""
    people = Professional.objects.in_use().giving(sorted(services))
    return dict(people.order_by(Alphabetical("name")).values_list("pk", "name"))


@rows_kept_until_set_up_changes
def resource_names() -> dict[int, str]:
    """Return the names of all professionals and rooms, in use or not. Two queries."""
    return dict(Professional.objects.values_list("pk", "name")) | dict(
        Room.objects.values_list("pk", "name")
    )
