"""Finding a caller while the name or the number is typed, with a history and with ten times it."""

import time
from collections.abc import Iterator
from random import Random

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from bookings.models import Party
from bookings.parties.search import callers
from office.models import Role, User
from tests.bench.free_times import use
from tests.bench.reference import Reference, fixed_computation
from tests.bench.table import Table, median, ms, p95

QUERIES, HISTORY = 9, 3.0
# Of a fixed computation.
SEARCH = 6.8
PATH = "/desk/book/callers/"
PEOPLE = 12
# A secretary may search so often a minute; each of these does less.
SEARCHES_EACH = 100


def typed(seed: int) -> Iterator[str]:
    """Yield what people type: names letter by letter, surname first, with a slip; numbers; strangers."""
    random = Random(seed)
    newest = Party.objects.order_by("-pk").values_list("pk", flat=True)[0]
    oldest = Party.objects.order_by("pk").values_list("pk", flat=True)[0]
    some = [random.randint(oldest, newest) for _ in range(PEOPLE)]
    for party in Party.objects.filter(pk__in=some):
        first, last = party.name.split()
        name = f"{first} {last}".lower()
        yield from (name[:n] for n in range(3, len(name) + 1, 3))
        yield name
        yield f"{last} {first[:2]}".lower()
        where = random.randrange(1, len(last) - 1)
        yield f"{first} {last[:where]}{last[where + 1 :]}".lower()
        yield f"{last[:where]}x{last[where + 1 :]}".lower()
        number = str(party.phone).replace("+358", "0")
        yield from (number[:n] for n in (6, 8, 10))
        yield f"{last[::-1]} {first[::-1]}".lower()


class Case:
    """Searches in one database."""

    def __init__(self, name: str, computed: Reference) -> None:
        self.name, self.computed = name, computed
        self.beside_pages = fixed_computation()
        self.seconds: list[float] = []
        self.pages: list[float] = []
        self.found = self.queries = 0

    def measure(self, seed: int) -> None:
        use(self.name)
        texts = list(typed(seed))
        for text in texts[:20]:
            callers(text)
        for text in texts:
            with CaptureQueriesContext(connection) as captured:
                self.found += bool(callers(text))
            self.queries = max(self.queries, len(captured))
            self.computed.sample()
            started = time.perf_counter()
            callers(text)
            self.seconds.append(time.perf_counter() - started)

    def measure_page(self, seed: int) -> None:
        """Measure all of it: session, limit, search, log, page."""
        use(self.name)
        texts = list(typed(seed))
        for start in range(0, len(texts), SEARCHES_EACH):
            user = User.objects.create(username=f"bench{seed}-{start}", roles=[Role.SECRETARY])
            client = Client(SERVER_NAME="localhost")
            client.force_login(user)
            client.post(PATH, {"who": "caller", "caller-name": "aa"})
            for text in texts[start : start + SEARCHES_EACH - 1]:
                field = "caller-phone" if text[0].isdigit() else "caller-name"
                self.beside_pages.sample()
                started = time.perf_counter()
                response = client.post(PATH, {"who": "caller", field: text})
                self.pages.append(time.perf_counter() - started)
                if response.status_code != 200:
                    raise RuntimeError(f"{PATH} answered {response.status_code}")


def measure(table: Table, names: dict[str, str], appointments: int) -> None:
    """Measure `names`: the databases "full" and "tenth" (a tenth of the history)."""
    computed = fixed_computation()
    cases = {case: Case(names[case], computed) for case in ("full", "tenth")}
    for seed in range(3):
        for case in cases.values():
            case.measure(seed)
    full, tenth = cases["full"], cases["tenth"]
    with override_settings(ALLOWED_HOSTS=["localhost"]):
        full.measure_page(7)
    said = f"{len(full.seconds)} searches in {appointments} appointments"
    for what, seconds, beside in (
        (f"finding a caller while typing: p50, p95 ({said})", full.seconds, computed),
        ("the same as the secretary's page asks it: p50, p95", full.pages, full.beside_pages),
    ):
        p50 = median(seconds)
        table.add_time(what, f"{ms(p50)}, {ms(p95(seconds))}", p50, SEARCH, beside.p50)
    table.add(
        "finding a caller: SQL queries at most",
        str(full.queries),
        f"≤ {QUERIES}",
        full.queries <= QUERIES,
    )
    ratio = median(full.seconds) / median(tenth.seconds)
    table.add(
        "finding a caller: ten times the history",
        f"{ratio:.2f}×",
        f"≤ {HISTORY}×",
        ratio <= HISTORY,
    )
    table.add(
        "finding a caller: searches that found somebody", f"{full.found / len(full.seconds):.0%}"
    )
