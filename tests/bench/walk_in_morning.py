"""A whole morning of the walk-in through the real server, on a clock that goes sixty times as fast.

On a slower machine it goes slower, or more people would come than the machine can answer.
"""

import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from math import log
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from office.core import clock
from office.models import Role
from tests.bench import filling, web
from tests.bench.calendar import session_of
from tests.bench.reference import fixed_computation
from tests.bench.table import Table, TimeUnit, ms, p95
from tests.factories import UserFactory
from tests.walkin.cast import RunningWalkIn, running_walk_in
from tests.walkin.course import course_of, is_balanced
from walkin.days import planning
from walkin.models import DayState, Ticket, TicketEvent, WalkInDay
from walkin.states import AT_DESK

DESKS, TICKETS, HOURS = 5, 500, 4.0
# Of the clock, on a machine that takes so many seconds for a fixed computation.
SPEED, COMPUTATION = 60.0, 0.0044
# Of a fixed computation: 100 ms where it takes 4.4 ms.
ACTION = 22.7
# People come in this part of the morning.
FIRST_ARRIVAL, LAST_ARRIVAL = 0.02, 0.9
# Minutes of a visit: its median, and the spread of their logarithm.
VISIT, SPREAD = 1.4, 0.4
TAKE = "take a number"
# On the page of who comes while those who wait fill the time: at the edge of what five desks can do,
# the intake closes and opens again with the estimate, and some are told to come another time.
FULL_SHARE = 0.10
REFUSAL = "Tänään ei anneta enää numeroita"


@dataclass(frozen=True)
class Pressed:
    """One action: what it was, how long its answer and the page after it took, what they were."""

    what: str
    seconds: float
    page: float
    status: int
    shown: int
    # Told that no numbers are given now, and what else there is.
    is_refusal: bool = False

    @property
    def is_right(self) -> bool:
        return self.is_refusal or (self.status, self.shown) == (302, 200)


class Log:
    """Everything that was pressed by all threads."""

    def __init__(self) -> None:
        self.pressed: list[Pressed] = []

    def press(self, visitor: web.Visitor, what: str, path: str, data: dict[str, Any]) -> int:
        """Send a form; the status of the page after it."""
        before = len(visitor.seconds)
        shown = visitor.post(path, data)
        seconds, statuses = visitor.seconds[before:], visitor.statuses[before:]
        is_refusal = what == TAKE and statuses == [200] and REFUSAL in visitor.page
        self.pressed.append(
            Pressed(what, seconds[0], sum(seconds[1:]), statuses[0], shown, is_refusal)
        )
        return shown


class Morning:
    """The actors: people who come, and somebody at each desk."""

    def __init__(
        self, h: RunningWalkIn, port: int, tickets: int, minutes: float, speed: float
    ) -> None:
        self.h, self.port, self.speed, self.log = h, port, speed, Log()
        self.began = time.monotonic()
        rng = random.Random(2026)
        self.arrivals = sorted(
            minutes * rng.uniform(FIRST_ARRIVAL, LAST_ARRIVAL) for _ in range(tickets)
        )
        self.minutes = minutes

    def until(self, minute: float) -> None:
        """Wait until that minute of the morning."""
        time.sleep(max(self.began + minute * 60 / self.speed - time.monotonic(), 0))

    @property
    def minute(self) -> float:
        return (time.monotonic() - self.began) * self.speed / 60

    def run(self) -> None:
        lanes = [threading.Thread(target=self._people, args=(lane,)) for lane in range(4)]
        desks = [threading.Thread(target=self._desk, args=(desk,)) for desk in range(DESKS)]
        for thread in [*lanes, *desks]:
            thread.start()
        for thread in [*lanes, *desks]:
            thread.join()

    def _people(self, lane: int) -> None:
        """Take numbers for everybody on their own phone, by the code of the day."""
        rng = random.Random(lane)
        take = f"/walk-in/take/{self.h.day.code}/"
        for number, arrival in list(enumerate(self.arrivals))[lane::4]:
            self.until(arrival)
            visitor = web.Visitor(self.port, f"198.18.{number // 250}.{number % 250 + 1}")
            visitor.get(f"{take}?matter=unsure")
            meeting = rng.choice(["together", "separate"])
            form = {"matter": "unsure", "language": "fi", "meeting": meeting}
            self.log.press(visitor, TAKE, take, {**form, "key": f"number{number}"})
            has_number = "/walk-in/ticket/" in visitor.path
            if has_number and rng.random() < 0.04:
                self.log.press(visitor, "ten more minutes", f"{visitor.path}more-time/", {})
            elif has_number and rng.random() < 0.03:
                self.log.press(visitor, "leave the queue", f"{visitor.path}leave/", {})
            visitor.close()

    def _desk(self, desk: int) -> None:
        rng = random.Random(100 + desk)
        user = UserFactory(roles=[Role.SUPERVISOR])
        professional = self.h.people[desk]
        professional.user = user
        professional.save()
        visitor = web.Visitor(self.port, f"198.19.0.{desk + 1}")
        visitor.carry(settings.SESSION_COOKIE_NAME, session_of(user))
        visitor.get("/queue/")
        while self.minute < self.minutes:
            self.log.press(visitor, "next", "/queue/next/", {})
            ticket = self._at(desk)
            if ticket is None:
                self.until(self.minute + 0.5)
                continue
            self._serve(visitor, desk, ticket, rng)
        visitor.close()
        connection.close()

    def _at(self, desk: int) -> Ticket | None:
        return Ticket.objects.filter(professional=self.h.people[desk], state__in=AT_DESK).first()

    def _serve(self, visitor: web.Visitor, desk: int, ticket: Ticket, rng: random.Random) -> None:
        def act(what: str, do: str, **more: Any) -> None:
            now = Ticket.objects.get(pk=ticket.pk)
            path = f"/queue/numbers/{ticket.pk}/{do}/"
            self.log.press(visitor, what, path, {"version": now.version, **more})

        self.until(self.minute + 0.2)
        while rng.random() < 0.05:
            act("did not come", "absent")
            if Ticket.objects.get(pk=ticket.pk).state not in AT_DESK:
                return
        if rng.random() < 0.04:
            act("call again", "again")
        if rng.random() < 0.04:
            act("put back", "back")
            return
        act("start the visit", "came")
        self.until(self.minute + rng.lognormvariate(log(VISIT), SPREAD))
        if rng.random() < 0.05:
            act("hold", "hold")
            self.until(self.minute + 0.3)
            act("resume", "resume")
        if rng.random() < 0.05 and not ticket.for_professional_id:
            act("hand on", "hand-on", duty=self.h.duties[(desk + 1) % DESKS].pk)
            return
        act("done", "done", outcome=rng.choice(["advice", "agreement"]))


def prepare(tickets: int) -> tuple[RunningWalkIn, float]:
    """Make a point with short visits, as its last days measured them; return the morning's minutes."""
    filling.unit()
    now = clock.now().replace(microsecond=0)
    minutes = HOURS * 60 * min(1.0, tickets / TICKETS)
    h = running_walk_in(
        DESKS, start=now, end=now + timedelta(minutes=minutes), closes_when_full=True
    )
    earlier = planning.add_day(
        h.point,
        start=now - timedelta(days=8),
        end=now - timedelta(days=7, hours=20),
        professionals=[],
    )
    known = 400
    mean = log(VISIT)
    sums = [known, known * mean, known * (mean * mean + SPREAD * SPREAD)]
    WalkInDay.objects.filter(pk=earlier.pk).update(
        state=DayState.ENDED, figures={"measured": {"unsure": sums}}
    )
    return h, minutes


def machine_now() -> TimeUnit:
    """Return how long a fixed computation takes on this machine, now."""
    computed = fixed_computation()
    computed.sample(200)
    return computed.p50


def measure(table: Table, url: str, static: Path, tickets: int) -> None:
    """Replay the morning, then count it twice: from what is kept, and from the event rows."""
    h, minutes = prepare(tickets)
    computed = machine_now()
    # The clock's, so that the machine has as much to do in proportion as any other.
    speed = SPEED * min(1.0, COMPUTATION / computed.seconds)
    fast = {"FAST_FROM": clock.now().isoformat(), "FAST_SPEED": str(speed)}
    with web.gunicorn(url, static, "tests.bench.fast_clock", **fast) as port:
        morning = Morning(h, port, tickets, minutes, speed)
        morning.run()
        _end(h, port)
    log = morning.log
    taken = Ticket.objects.filter(day=h.day).count()
    wrong = [p for p in log.pressed if not p.is_right]
    refused = sum(p.is_refusal for p in log.pressed)
    table.add(
        f"walk-in, {minutes / 60:g} hours at {speed:.0f}× speed, {DESKS} desks: numbers given, and "
        "people told that the time is full",
        f"{taken} of {tickets}, {refused}",
        f"{tickets} together, at most {FULL_SHARE:.0%} of them told so",
        taken + refused == tickets and refused <= FULL_SHARE * tickets,
    )
    table.add(
        "walk-in: actions, and answers that were not as they should be",
        f"{len(log.pressed)}, {len(wrong)}",
        "0",
        not wrong and bool(log.pressed),
    )
    of_each: dict[str, list[Pressed]] = defaultdict(list)
    for pressed in log.pressed:
        of_each[pressed.what].append(pressed)
    for what, all_ in sorted(of_each.items()):
        seconds = [p.seconds for p in all_]
        worst = p95(seconds)
        after = p95([p.page for p in all_])
        table.add_time(
            f"walk-in, {what} ({len(all_)} times): p95, and of the page after it",
            f"{ms(worst)}, {ms(after)}",
            worst,
            ACTION,
            computed,
            p95_of=seconds,
        )
    day = WalkInDay.objects.get(pk=h.day.pk)
    events = TicketEvent.objects.filter(ticket__day=day).order_by("pk")
    same = course_of(events)
    kept = day.figures["course"]
    equal = (
        day.state == DayState.ENDED
        and is_balanced(same)
        and all(_near(kept[name], getattr(same, name)) for name in kept)
    )
    table.add(
        "walk-in: stored figures against the event rows",
        f"{kept['served']} served, waited {kept['waited'] / max(kept['called'], 1) / 60:.1f} min"
        + ("" if equal else f", but {same}"),
        "equal",
        equal,
    )


def _end(h: RunningWalkIn, port: int) -> None:
    visitor = web.Visitor(port)
    visitor.carry(settings.SESSION_COOKIE_NAME, session_of(h.user))
    visitor.get(f"/queue/day/{h.day.pk}/end/")
    visitor.post(f"/queue/day/{h.day.pk}/end/", {"anyway": "1"})
    visitor.close()


def _near(one: Any, other: Any) -> bool:
    """Say whether they are equal; sums of seconds may differ in their last digits."""
    return bool(abs(one - other) < 0.01) if isinstance(one, float) else bool(one == other)
