"""`make bench`: one run, one table; exit code 1 where a bound that the project states is broken.

BENCH_SCALE=0.1 makes a quick, rough run.
"""

import os
import platform
import secrets
import sys
import time
from datetime import time as clock_time
from datetime import timedelta

from tests.bench.databases import Server, server
from tests.bench.table import Table, note

PROFESSIONALS, APPOINTMENTS, PARENTS, SLOTS = 25, 100_000, 300, 60


def main() -> int:
    scale = float(os.environ.get("BENCH_SCALE", "1"))
    table = Table()
    started = time.monotonic()
    with server() as found:
        machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
        machine += f", PostgreSQL {found.version()}"
        found.create("empty")
        _set_up_django(found.url("empty"))
        _measure(table, found, scale)
    machine += f", load {os.getloadavg()[1]:.1f}"
    sys.stdout.write(f"\n{machine}, {time.monotonic() - started:.0f} s\n\n{table.text()}\n")
    for what in table.broken:
        sys.stdout.write(f"\nBROKEN: {what}\n")
    return 1 if table.broken else 0


def _set_up_django(url: str) -> None:
    import django
    from django.core.management import call_command

    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "familylaw.settings",
        "DATABASE_URL": url,
        # A pool would hold the databases that are copied and dropped.
        "DATABASE_POOL": "0",
        "DEMO": "porvoo",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "LOG_LEVEL": "ERROR",
    }
    for name in ("DEBUG", "HTTPS", "SITE_URL", "ALLOWED_HOSTS"):
        os.environ.pop(name, None)
    django.setup()
    note("Making the tables …")
    call_command("messages", "--compile")
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def _measure(table: Table, found: Server, scale: float) -> None:
    from tests.bench import (
        calendar,
        callers,
        estimates,
        filling,
        free_times,
        joint_times,
        pages,
        plan_pdf,
        plans,
        rush,
        waiting_times,
        walk_in_morning,
        walk_in_screens,
        web,
        weight,
        year_calendar,
    )

    each = max(1, int(APPOINTMENTS * scale) // PROFESSIONALS)
    cases = {"full": (PROFESSIONALS, each), "new": (PROFESSIONALS, 0), "one": (1, each)}
    cases["tenth"] = (PROFESSIONALS, max(1, each // 10))
    for case, (professionals, past) in cases.items():
        note(f"Filling the database “{case}” …")
        _fill(found, case, professionals, past)
    note("Filling the database “turns” …")
    _fill(found, "turns", PROFESSIONALS, 0, turns=2)
    parents, slots = max(2, int(PARENTS * scale)), max(1, int(SLOTS * scale))
    slots = _fill_rush(found, slots)
    names = {case: found.name(case) for case in cases}
    note("Measuring …")
    estimates.measure(table, max(10, int(estimates.MORNINGS * scale)))
    tenth = names.pop("tenth")
    rounds = max(3, int(12 * scale))
    free_times.measure(table, names, rounds, PROFESSIONALS * each)
    free_times.measure_turns(table, names["new"], found.name("turns"), rounds)
    joint_times.measure(table, names["full"], max(20, int(100 * scale)))
    callers.measure(table, {"full": names["full"], "tenth": tenth}, PROFESSIONALS * each)
    calendar.measure(table, names["full"], tenth, rounds, PROFESSIONALS * each)
    with web.static_files() as static:
        with web.gunicorn(found.url("full"), static) as port:
            free_times.measure_page(table, port, max(20, int(120 * scale)))
            calendar.measure_page(table, names["full"], port, max(20, int(120 * scale)))
            weight.measure(table, port)
            waiting_times.measure(table, names["full"], port, max(20, int(60 * scale)))
            pages.measure(table, names["full"], port, max(20, int(60 * scale)))
        free_times.use(found.name("rush"))
        with web.gunicorn(found.url("rush"), static) as port:
            rush.measure(table, found.url("rush"), port, parents, slots)
        _use_new(found, "screens")
        walk_in_screens.measure(table, found.url("screens"), static, max(60, int(300 * scale)))
        _use_new(found, "plans")
        filling.unit()
        with web.gunicorn(found.url("plans"), static) as port:
            plans.measure(table, port, max(20, int(120 * scale)))
            year_calendar.measure(table, port, max(20, int(120 * scale)))
        _use_new(found, "plan_pdf")
        plan_pdf.measure(table, found.url("plan_pdf"), static, max(3, int(12 * scale)))
        _use_new(found, "morning")
        tickets = max(20, int(walk_in_morning.TICKETS * scale))
        walk_in_morning.measure(table, found.url("morning"), static, tickets)


def _use_new(found: Server, case: str) -> None:
    from tests.bench import free_times

    free_times.use(found.name("empty"))
    found.create(case, template="empty")
    free_times.use(found.name(case))


def _fill(found: Server, case: str, professionals: int, past: int, *, turns: int = 1) -> None:
    from office.core import clock
    from tests.bench import filling, free_times

    free_times.use(found.name("empty"))
    found.create(case, template="empty")
    free_times.use(found.name(case))
    since = clock.today() - timedelta(days=366 * (filling.YEARS + 2))
    filling.unit()
    people = filling.crew(professionals, since=since, turns=turns)
    filling.write(filling.past_visits(people, past), people.service)
    filling.write(filling.coming_visits(people), people.service)
    filling.settle()


def _fill_rush(found: Server, slots: int) -> int:
    """Add professionals who all work on one day, for so many times; return how many."""
    from office.core import clock
    from tests.bench import filling, free_times

    free_times.use(found.name("empty"))
    found.create("rush", template="empty")
    free_times.use(found.name("rush"))
    filling.unit(step=60)
    hours = 6 if slots % 6 == 0 else 1
    people = filling.crew(slots // hours, buffer=0, points=2, since=clock.today())
    day = filling.next_working_day(clock.today() + timedelta(days=7))
    filling.one_day(people, day, clock_time(9), clock_time(9 + hours))
    filling.settle()
    return slots // hours * hours


if __name__ == "__main__":
    sys.exit(main())
