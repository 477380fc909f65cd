"""Matters for the walk-in: the services that suit it, and a few other choices."""

from dataclasses import dataclass

from django.utils.functional import Promise

from office.models import Service
from walkin.errors import UnknownMatterError
from walkin.models import OtherMatter


@dataclass(frozen=True)
class Matter:
    """One choice. `key`, as a form sends it: the slug of the service, or another matter's value."""

    key: str
    label: str | Promise
    summary: str | Promise = ""
    service: Service | None = None
    other: str = ""


def matters() -> list[Matter]:
    """Return the choices of the walk-in, services first."""
    services = Service.objects.in_use().filter(suits_walk_in=True)
    return [Matter(s.slug, s.matter, s.summary, service=s) for s in services] + [
        Matter(value, label, other=value) for value, label in OtherMatter.choices
    ]


def needs_appointment() -> list[Service]:
    """Return the services for which people are asked to book an appointment."""
    return list(Service.objects.online().filter(suits_walk_in=False))


def matter_of(key: str) -> Matter:
    """Return the choice that a form sent. Raises UnknownMatterError."""
    found = next((m for m in matters() if m.key == key), None)
    if found is None:
        raise UnknownMatterError
    return found
