"""The pages that are read all day, with years of history: each in light pages read in turns with it."""

from django.conf import settings

from bookings.models import Party, Status
from office.models import Service
from tests.bench import filling
from tests.bench.calendar import secretary, session_of
from tests.bench.free_times import use
from tests.bench.reference import light_page
from tests.bench.table import Table, median, ms, p95
from tests.bench.web import Visitor
from tests.factories import AppointmentFactory, PartyFactory

REQUESTS = 40
# Of a light page, with some room for a noisy machine.
PUBLIC = {"/accessibility/": 1.0, "/": 2.0, "/book/": 1.2, "/walk-in/": 3.0}
STAFF = {"/desk/": 33.0, "/desk/book/": 13.0, "/desk/phone/": 5.0, "/queue/": 3.5}


def measure(table: Table, name: str, port: int, times: int) -> None:
    """Measure through gunicorn, one reader at a time; `name`: the database that the server reads."""
    use(name)
    _ask_anew()
    for pages, is_staff in ((PUBLIC, False), (STAFF, True)):
        visitor = Visitor(port)
        if is_staff:
            visitor.carry(settings.SESSION_COOKIE_NAME, session_of(secretary()))
        for path, most in pages.items():
            _measure_one(table, visitor, port, path, most, times)
        visitor.close()


def _measure_one(
    table: Table, visitor: Visitor, port: int, path: str, most: float, times: int
) -> None:
    for _ in range(10):
        if visitor.get(path) != 200:
            raise RuntimeError(f"{path} answered {visitor.statuses[-1]}")
    visitor.seconds.clear()
    light = light_page()
    for _ in range(times):
        visitor.get(path)
        light.sample()
    p50 = median(visitor.seconds)
    what = f"{path} through gunicorn ({len(visitor.page) // 1000} kB): p50, p95"
    measured = f"{ms(p50)}, {ms(p95(visitor.seconds))}"
    table.add_time(what, measured, p50, most, light.p50)


def _ask_anew() -> None:
    """Add requests that wait for the secretary: every third from somebody who has a visit ahead."""
    service = Service.objects.get(slug=filling.SLUG)
    known = list(Party.objects.order_by("-pk")[:REQUESTS])
    for number, party in enumerate(known):
        appointment = AppointmentFactory(service=service, status=Status.REQUESTED)
        name = party.name if number % 3 == 0 else f"Uusi Pyytäjä {number}"
        PartyFactory(
            appointment=appointment, is_requester=True, name=name, phone=f"+358400{number:06}"
        )
