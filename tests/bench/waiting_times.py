"""The published waiting times: worked out anew, and as they are kept for a minute."""

from django.core.cache import cache

from bookings.waiting_times.published import KEY
from office.models import Channel, Professional, Service
from tests.bench.free_times import use
from tests.bench.reference import light_page
from tests.bench.table import Table, median, ms, p95
from tests.bench.web import Visitor

PATH = "/api/waiting-times.json"
# As many services as units have that are asked for online, each given by everybody.
SERVICES = 6
# Of a light page.
COLD, CACHED = 18, 1


def measure(table: Table, name: str, port: int, times: int) -> None:
    """Measure `name`: the database that the server answers from. It is left with more services."""
    use(name)
    _add_services()
    cold, cached, light = Visitor(port), Visitor(port), light_page()
    for _ in range(times):
        cache.delete(KEY)
        for visitor in (cold, cached):
            if visitor.get(PATH) != 200:
                raise RuntimeError(f"{PATH} answered {visitor.statuses[-1]}")
        light.sample()
    for visitor, bound, said in ((cold, COLD, "worked out anew"), (cached, CACHED, "kept")):
        p50 = median(visitor.seconds)
        table.add_time(
            f"waiting times of {SERVICES} services, {said}: p50, p95",
            f"{ms(p50)}, {ms(p95(visitor.seconds))}",
            p50,
            bound,
            light.p50,
        )
        visitor.close()


def _add_services() -> None:
    people = list(Professional.objects.all())
    for number in range(Service.objects.filter(asked_online=True).count(), SERVICES):
        service = Service.objects.create(
            name_fi=f"Palvelu {number}",
            slug=f"bench-waiting-{number}",
            matter_fi="Asia",
            summary_fi="Lyhyesti.",
            duration=60,
            buffer_after=15,
            channels=[Channel.IN_PERSON, Channel.VIDEO],
        )
        service.professionals.set(people)
