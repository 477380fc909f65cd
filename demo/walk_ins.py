"""The demo's walk-in: desks, past days with figures, upcoming days, and one open right now."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count
from math import log
from typing import Any

from demo.mornings import SimulatedMorning, simulate_morning
from demo.unit import read
from office.core import clock, tokens
from office.models import Agreements, Professional, Service, ServicePoint, User
from walkin.days import lifecycle, planning, statistics
from walkin.days.duties import put_on_duty
from walkin.days.planning import PlannedDay
from walkin.errors import DutyError
from walkin.estimates.accuracy import keep_accuracy
from walkin.estimates.durations import Durations
from walkin.estimates.replay import StateChange
from walkin.models import (
    Actor,
    CloseReason,
    Company,
    DayState,
    Desk,
    Destination,
    Duty,
    OtherMatter,
    Outcome,
    PointMatter,
    PointRules,
    Presence,
    Source,
    Ticket,
    TicketEvent,
    WalkInDay,
)
from walkin.models.tickets import LINK
from walkin.states import FINAL, TicketState
from walkin.tickets.matters import matters

# How long the open walk-in has been running.
SINCE = timedelta(minutes=50)
# How long it still runs; the rest of the day has appointments.
LASTS = timedelta(hours=3)
WHAT = {
    TicketState.WAITING: "take",
    TicketState.CALLED: "call",
    TicketState.SERVING: "came",
    TicketState.DONE: "done",
    TicketState.NOT_THERE: "not_there",
}
OUTCOMES: tuple[tuple[Outcome, Agreements], ...] = (
    (Outcome.ADVICE, {}),
    (Outcome.ADVICE, {}),
    (Outcome.AGREEMENT, {"contact": 2}),
    (Outcome.BOOKED, {}),
    (Outcome.AGREEMENT, {"parenthood": 1}),
)
Table = dict[str, Any]


def set_up(name: str) -> None:
    """Create desks, rules and destinations."""
    for row in read(name)["walk_in"]:
        point = ServicePoint.objects.get(slug=row["point"])
        PointRules.objects.create(
            service_point=point,
            visit_minutes=row.get("visit_minutes", 30),
            **{f"about_{language}": text for language, text in row.get("about", {}).items()},
        )
        for order, desk in enumerate(row["desks"]):
            Desk.objects.create(service_point=point, name=desk, order=order)
        for matter in row.get("matter", ()):
            _set_up_matter(point, matter)
        for order, place in enumerate(row.get("destination", ())):
            texts = {
                f"{field}_{language}": text
                for field in ("name", "where", "hours", "for_whom")
                for language, text in place.get(field, {}).items()
            }
            Destination.objects.create(service_point=point, order=order, **texts)


def _set_up_matter(point: ServicePoint, row: Table) -> None:
    PointMatter.objects.create(
        service_point=point,
        service=Service.objects.get(slug=row["key"]),
        is_taken=row.get("taken", True),
        presence=Presence.BOTH if row.get("both") else Presence.ANY,
        needs_papers=row.get("papers", False),
        needs_identity=row.get("identity", False),
        **{f"bring_{language}": text for language, text in row.get("bring", {}).items()},
    )


def fill_past(first: date) -> None:
    """Create the days of the weekly hours since `first`, each with a morning and its figures."""
    today = clock.today()
    for number, (key, plan) in enumerate(
        sorted(planning.planned_days(first, today - timedelta(days=1)).items())
    ):
        _past_day(key, plan, number)
    keep_accuracy()


def _past_day(key: tuple[int, date, int], plan: PlannedDay, seed: int) -> None:
    point, day, part = key
    past_day = planning.new_day(point, plan.start, plan.end)
    past_day.hours_date, past_day.hours_part = day, part
    past_day.save()
    for stretch in plan.stretches:
        person = Professional.objects.get(pk=stretch.professional)
        try:
            put_on_duty(past_day.pk, person, start=stretch.start, end=stretch.end, by_hand=False)
        except DutyError:
            continue
    duties = _seated(past_day)
    minutes = int((plan.end - plan.start).total_seconds() / 60)
    if duties:
        _write(
            past_day, _morning(seed, point, plan.start, len(duties), minutes), duties, until=None
        )
    past_day.refresh_from_db()
    past_day.state, past_day.opened_at, past_day.ended_at = DayState.ENDED, plan.start, plan.end
    past_day.intake_closed_at, past_day.intake_closed_why = (
        plan.end - timedelta(minutes=30),
        CloseReason.FULL,
    )
    past_day.figures = statistics.count(past_day).as_json()
    past_day.save()
    past_day.tickets.update(link_nonce="", link_hash=None)


def _morning(seed: int, point: int, start: datetime, desks: int, minutes: int) -> SimulatedMorning:
    real = {key: Durations(log(m), 0.4) for key, m in _matters(point).items()}
    return simulate_morning(seed, start=start, desks=desks, minutes=minutes, durations=real)


def _matters(point: int) -> dict[str, float]:
    """Return how many minutes each matter takes here."""
    return {f"s{m.service.pk}": 26.0 for m in matters(point) if m.service} | {
        OtherMatter.ADVICE.value: 15.0,
        OtherMatter.PAPERS.value: 10.0,
    }


def _seated(day: WalkInDay) -> list[Duty]:
    """Return the duties that have a desk."""
    duties = day.duties.filter(desk__isnull=False).select_related("professional__user", "desk")
    return list(duties.order_by("pk"))


def open_today(name: str) -> bool:
    """Open a walk-in at each of the demo's points at any hour; return whether one was opened."""
    lifecycle.tick()
    opened = False
    now = clock.now().replace(second=0, microsecond=0)
    for seed, row in enumerate(read(name)["walk_in"]):
        point = ServicePoint.objects.get(slug=row["point"])
        if WalkInDay.objects.at(point.pk).running().exists():
            continue
        people = [Professional.objects.get(name=person) for person in row["today"]]
        day = planning.open_now(point, professionals=people, start=now - SINCE, hours=LASTS)
        opened = True
        duties = _seated(day)
        if duties and not day.last_number:
            made = _morning(100 + seed, point.pk, now - SINCE, len(duties), 240)
            _write(day, made, duties, until=now)
    return opened


def _write(
    day: WalkInDay, made: SimulatedMorning, duties: Sequence[Duty], *, until: datetime | None
) -> None:
    """Write the tickets of a simulated morning up to `until`."""
    rows: dict[int, list[StateChange]] = defaultdict(list)
    for row in made.rows:
        if until is None or row.at <= until:
            rows[row.ticket].append(row)
    staff = User.objects.filter(roles__contains=["secretary"]).earliest("pk")
    events: list[TicketEvent] = []
    numbers = count(1)
    for key in sorted(rows):
        ticket = _ticket(day, next(numbers), made.about[key].matter, rows[key], duties)
        ticket.save()
        for row in rows[key]:
            duty = duties[row.person] if row.person is not None else None
            events.append(
                TicketEvent(
                    ticket=ticket,
                    what=WHAT[TicketState(row.state)],
                    state=row.state,
                    at=row.at,
                    by=Actor.STAFF if duty else Actor.PERSON,
                    user=(duty.professional.user or staff) if duty else None,
                    desk=duty.desk if duty else None,
                    professional=duty.professional if duty else None,
                    reason=ticket.source if duty is None else "",
                )
            )
    TicketEvent.objects.bulk_create(sorted(events, key=lambda e: e.at))
    day.last_number = len(rows)
    day.save(update_fields=["last_number"])


def _ticket(
    day: WalkInDay, number: int, matter: str, rows: list[StateChange], duties: Sequence[Duty]
) -> Ticket:
    last = rows[-1]
    at = {TicketState(row.state): row.at for row in rows}
    duty = duties[last.person] if last.person is not None else None
    nonce = tokens.new_nonce()
    begun, ended = at.get(TicketState.SERVING), at.get(TicketState.DONE)
    is_done = last.state == TicketState.DONE
    outcome, agreements = OUTCOMES[number % len(OUTCOMES)] if is_done else ("", {})
    return Ticket(
        day=day,
        number=number,
        state=last.state,
        version=len(rows),
        link_nonce=nonce,
        link_hash=tokens.hash_token(tokens.token_for(LINK, nonce)),
        service_id=int(matter[1:]) if matter[0] == "s" and matter[1:].isdigit() else None,
        other="" if matter[1:].isdigit() else matter,
        language=("fi", "fi", "sv", "fi", "en")[number % 5],
        meeting=(Company.TOGETHER, Company.ALONE, Company.ALONE)[number % 3],
        source=(Source.KIOSK, Source.KIOSK, Source.PHONE, Source.STAFF)[number % 4],
        desk=duty.desk if duty else None,
        professional=duty.professional if duty else None,
        calls=1 if TicketState.CALLED in at else 0,
        taken_at=rows[0].at,
        first_called_at=at.get(TicketState.CALLED),
        called_at=at.get(TicketState.CALLED),
        serving_since=begun if last.state == TicketState.SERVING else None,
        served_seconds=(ended - begun).total_seconds() if begun and ended else 0.0,
        closed_at=last.at if last.state in FINAL else None,
        outcome=outcome,
        agreement_made=bool(agreements),
        agreements=agreements,
        links_given=last.state == TicketState.DONE and number % 2 == 0,
    )
