"""Whether those who are busy with a booking may still give it: service, language, place, channel."""

from collections.abc import Iterable
from dataclasses import dataclass

from office.hooks import ASKS_OF, Asks
from office.models import Professional, Service


@dataclass(frozen=True)
class BusyClaim:
    """A professional, or a room, who is busy with a booking."""

    claim: int
    resource: int
    point: int | None
    in_person: bool


def fitting(everybody: Iterable[BusyClaim]) -> list[bool]:
    """Tell of each whether they give what the booking asks. A fixed number of queries."""
    rows = list(everybody)
    if not rows:
        return []
    claims = {row.claim for row in rows}
    asked: dict[int, Asks] = {}
    for answer in ASKS_OF:
        asked |= answer(claims)
    people = {
        person.pk: person
        for person in Professional.objects.filter(
            pk__in={row.resource for row in rows}
        ).prefetch_related("services", "service_points")
    }
    channels = dict(Service.objects.values_list("pk", "channels"))

    def fits(row: BusyClaim) -> bool:
        asks, person = asked.get(row.claim), people.get(row.resource)
        if asks is None or person is None:
            return True
        gives = asks.services <= {s.pk for s in person.services.all()}
        speaks = not asks.language or asks.language in person.languages
        offered = not asks.channel or all(
            asks.channel in channels.get(service, ()) for service in asks.services
        )
        is_there = not row.in_person or row.point in {
            None,
            *(p.pk for p in person.service_points.all()),
        }
        return gives and speaks and offered and is_there

    return [fits(row) for row in rows]
