"""The opening rush: many parents, few times, all at once, by the public's own pages."""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.types.range import TimestamptzRange

from bookings.models import (
    Appointment,
    AppointmentEvent,
    AppointmentProfessional,
    Hold,
    Party,
    Status,
)
from office.core import clock, tokens
from office.models import Claim, Occupancy, OutboxMessage, Service
from tests.bench import filling
from tests.bench.table import Table, ms, p95
from tests.bench.web import Visitor

BASE = f"/book/{filling.SLUG}/"


class Parent:
    """One parent, who tries until a time is booked or none is left."""

    def __init__(self, number: int, port: int) -> None:
        self.number = number
        self.visitor = Visitor(port, f"198.18.{number // 250}.{number % 250 + 1}")
        self.random = random.Random(number)
        self.outcome = "broken"
        self.booked_at = 0.0

    def go(self, gate: threading.Barrier) -> None:
        gate.wait()
        try:
            self.outcome = self._try()
        finally:
            self.visitor.close()

    def _try(self) -> str:
        visitor = self.visitor
        if visitor.get(f"{BASE}times/?where=any") != 200:
            return "no page"
        for _ in range(40):
            offered = visitor.slots()
            if not offered:
                return "none left"
            form = {"slot": self.random.choice(offered), "where": "any", "language": ""}
            status = visitor.post(f"{BASE}times/", form)
            if status == 200 and visitor.path == f"{BASE}details/":
                return self._send()
            # The answer to who came too late shows the times that are free now.
            if status != 409:
                return f"hold {status}"
        return "gave up"

    def _send(self) -> str:
        visitor = self.visitor
        email = f"parent{self.number}@example.org"
        pages: list[tuple[str, dict[str, Any], str]] = [
            (
                "details",
                {"name": f"Vanhempi {self.number}", "email": email, "safe": ["email"]},
                "visit",
            ),
            ("visit", {"language": "fi", "meeting": "together"}, "other"),
            ("other", {"other_parent": "pass_on"}, "check"),
            ("check", {"website": ""}, "sent"),
        ]
        for page, data, following in pages:
            status = visitor.post(f"{BASE}{page}/", data)
            if status != 200 or visitor.path != f"{BASE}{following}/":
                return f"{page} {status} {visitor.path}"
        self.booked_at = time.perf_counter()
        return "booked"


def measure(table: Table, url: str, port: int, parents: int, slots: int) -> None:
    """Measure all parents at once; then the same rows by psycopg alone."""
    everybody = [Parent(number, port) for number in range(parents)]
    gate = threading.Barrier(parents + 1)
    threads = [threading.Thread(target=p.go, args=(gate,)) for p in everybody]
    for thread in threads:
        thread.start()
    gate.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    outcomes = Counter(parent.outcome for parent in everybody)
    seconds = [s for parent in everybody for s in parent.visitor.seconds]
    statuses = Counter(s for parent in everybody for s in parent.visitor.statuses)
    rows = Appointment.objects.filter(status=Status.REQUESTED, claim__isnull=False).count()
    table.add(
        f"rush of {parents} parents on {slots} times: booked (told so / in the database)",
        f"{outcomes['booked']} / {rows}",
        f"{slots}",
        outcomes["booked"] == rows == slots and Hold.objects.count() == 0,
    )
    rest = {what: count for what, count in outcomes.items() if what != "booked"}
    table.add(
        "rush: how it ended for the others",
        ", ".join(f"{count} {what}" for what, count in sorted(rest.items())) or "nobody",
        "none left",
        set(rest) <= {"none left"},
    )
    errors = sum(count for status, count in statuses.items() if status >= 500)
    table.add("rush: answers with 5xx", f"{errors} of {len(seconds)}", "0", errors == 0)
    table.add(
        "rush: p50, p95 of an answer with everybody waiting",
        f"{ms(sorted(seconds)[len(seconds) // 2])}, {ms(p95(seconds))}",
    )
    table.add("rush: answers a second", f"{len(seconds) / took:.0f}")
    last = max((p.booked_at for p in everybody), default=0) - started
    ours = outcomes["booked"] / last if last > 0 else 0
    bare = bare_bookings_a_second(url, max(slots, 200))
    table.add(
        "rush: bookings a second, with all their pages",
        f"{ours:.1f}, psycopg alone {bare:.0f}: ratio 1:{bare / ours if ours else 0:.0f}",
    )


def bare_bookings_a_second(url: str, count: int) -> float:
    """Measure the same rows for `count` bookings, a transaction each, eight connections, nothing else."""
    service = Service.objects.get(slug=filling.SLUG)
    resources = list(Occupancy.objects.values_list("resource_id", "claim__service_point"))[:2]
    person, room = resources[0][0], resources[1][0]
    staff = AppointmentProfessional.objects.values_list("professional_id", flat=True)[0]
    now = clock.now()
    inserts = {model: _insert(model) for model in _MODELS}

    def book(number: int) -> None:
        # Far from the other rows, so that the constraint has its work and nothing to refuse.
        start = now + timedelta(days=4000, hours=number)
        during = TimestamptzRange(start, start + timedelta(hours=1))
        code, nonce = f"P{number:07}", f"bare{number}"

        def put(model: type[Any], **values: Any) -> int:
            statement, base = inserts[model]
            row = cursor.execute(statement, {**base, **values}).fetchone()
            return int(row[0]) if row else 0

        with pool[number % len(pool)].transaction():
            cursor = pool[number % len(pool)].cursor()
            claim = put(Claim, kind="request", label=code)
            for resource in (person, room):
                put(Occupancy, claim_id=claim, resource_id=resource, during=during)
            appointment = put(
                Appointment,
                reference=code,
                service_id=service.pk,
                claim_id=claim,
                starts_at=start,
                ends_at=start + timedelta(hours=1),
                created_at=now,
                updated_at=now,
            )
            put(AppointmentProfessional, appointment_id=appointment, professional_id=staff)
            for which in ("a", "b"):
                put(
                    Party,
                    appointment_id=appointment,
                    link_nonce=nonce + which,
                    link_hash=tokens.hash_token(nonce + which),
                )
            put(
                AppointmentEvent,
                appointment_id=appointment,
                what="requested",
                status="requested",
                at=now,
                by="party",
            )
            put(
                OutboxMessage,
                kind="received",
                channel="email",
                to="parent@example.org",
                language="fi",
                body="x" * 600,
                created_at=now,
                send_after=now,
            )

    pool = [psycopg.connect(url, autocommit=True) for _ in range(8)]

    def lane(which: int) -> None:
        for number in range(which, count, len(pool)):
            book(number)

    try:
        for number in range(len(pool)):
            book(count + number)
        with ThreadPoolExecutor(len(pool)) as threads:
            started = time.perf_counter()
            for done in [threads.submit(lane, which) for which in range(len(pool))]:
                done.result()
            return count / (time.perf_counter() - started)
    finally:
        for each in pool:
            each.close()
        connection.close()


_MODELS = [
    Claim,
    Occupancy,
    Appointment,
    AppointmentProfessional,
    Party,
    AppointmentEvent,
    OutboxMessage,
]


def _insert(model: type[Any]) -> tuple[sql.Composed, dict[str, Any]]:
    """Return an INSERT of a whole row, and the values of what is not given."""
    base = filling.defaults_of(model)
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(map(sql.Identifier, base)),
        sql.SQL(", ").join(map(sql.Placeholder, base)),
    )
    return statement, base
