"""The year calendar of four children, each with a schedule of their own, through the page."""

from datetime import date, time

from office.core import clock
from plans.content.answers import ANSWERS, answer_key
from plans.content.children import Child, with_children
from plans.parents import Parent
from plans.schedule.actions import QUESTION
from plans.schedule.choices import (
    FAMILY,
    Birthday,
    OneOff,
    Ordinary,
    ScheduleRhythm,
    Scheme,
    SchoolHoliday,
    SeasonChoice,
    YearlyTurn,
)
from plans.schedule.engine import Period, Share
from plans.schedule.storage import to_json
from plans.vault import drafts
from tests.bench import web
from tests.bench.reference import light_page
from tests.bench.table import Table, median, ms, p95

CHILDREN = 4
# Of a light page.
BOUND = 11.0
RHYTHMS = (
    ScheduleRhythm.WEEKENDS,
    ScheduleRhythm.WEEK_ABOUT,
    ScheduleRhythm.TWO_TWO_THREE,
    ScheduleRhythm.MOSTLY,
)
A, B = Parent.FIRST, Parent.SECOND


def _schedule(number: int, year: int) -> Scheme:
    """Make all layers, with another rhythm for each child."""
    weeks = Ordinary(
        rhythm=RHYTHMS[number % len(RHYTHMS)],
        parent=A if number % 2 else B,
        begins=date(year - 1, 8, 10),
        evenings=(1, 3),
    )
    holidays = {
        SchoolHoliday.AUTUMN: Period(date(year, 10, 18), date(year, 10, 24)),
        SchoolHoliday.CHRISTMAS: Period(date(year, 12, 22), date(year + 1, 1, 6)),
        SchoolHoliday.WINTER: Period(date(year, 2, 22), date(year, 2, 28)),
        SchoolHoliday.SUMMER: Period(date(year, 6, 5), date(year, 8, 10)),
    }
    return Scheme(
        ordinary=weeks,
        at=time(16, 30),
        seasons={
            kind: SeasonChoice(even=A, odd=B, share=Share.WEEKS, periods=(period,))
            for kind, period in holidays.items()
        },
        family={name: YearlyTurn(even=B, odd=A) for name in FAMILY},
        birthdays=tuple(Birthday(day=f"0{n}-15", even=A, odd=B) for n in range(1, 9)),
        one_offs=tuple(
            OneOff(period=Period(date(year, n, 3), date(year, n, 5)), parent=B)
            for n in range(1, 13)
        ),
    )


def full(year: int) -> str:
    """Return the link of a parent who has written all of it."""
    children = [Child(n, f"Lapsi {n}", "6-9") for n in range(1, CHILDREN + 1)]
    token = drafts.create_draft(with_children({}, children, {A: "äiti", B: "isä"}))
    access = drafts.open_draft(token)
    words = {
        answer_key(QUESTION, child.number): to_json(_schedule(child.number, year))
        for child in children
    }
    drafts.change(access, access.own, lambda content: {**content, ANSWERS: words})
    return token


def measure(table: Table, port: int, rounds: int) -> None:
    """Measure through the real server, as a browser would."""
    year = clock.today().year + 1
    token = full(year)
    reader = web.Visitor(port)
    path = f"/plan/{token}/schedule/0/year/{year}/"
    light = light_page()
    for _ in range(rounds + 2):
        reader.get(path)
        light.sample()
    reader.close()
    if set(reader.statuses) != {200}:
        raise RuntimeError(f"{path}: {set(reader.statuses)}")
    # The first two warm the workers up.
    seconds = reader.seconds[2:]
    p50 = median(seconds)
    said = f"{ms(p50)}, {ms(p95(seconds))}"
    what = f"plan, year calendar of {CHILDREN} children, each with a schedule: p50, p95"
    table.add_time(what, said, p50, BOUND, light.p50)
