"""What a unit may begin with: services, standard sentences, likely school holidays; all to be checked."""

import tomllib
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from office.core import clock
from office.core.once import one_at_a_time
from office.models import LengthRule, SchoolBreak, Service, StandardSentence
from office.models.schools import AUGUST

FOLDER = Path(__file__).parent
TEXTS = (
    "name",
    "short_name",
    "matter",
    "summary",
    "description",
    "who_comes",
    "what_to_bring",
)
# School years that are proposed at once, this one first.
YEARS = 3


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@transaction.atomic
def add_services(*, checked: bool = False) -> list[Service]:
    """Add those that the unit does not have, by their addresses in links, and the rules of their length.

    Unless `checked` they are out of use until somebody has read them.
    """
    one_at_a_time("ready-made-services")
    data = read("services")
    had = set(Service.objects.values_list("slug", flat=True))
    made: dict[str, Service] = {}
    for order, row in enumerate(data["service"]):
        if row["slug"] in had:
            continue
        words = {
            f"{field}_{language}": text.strip()
            for field in TEXTS
            for language, text in row.get(field, {}).items()
        }
        rules = {name: value for name, value in row.items() if name not in TEXTS}
        made[row["slug"]] = Service.objects.create(
            **words, **rules, order=order, is_active=checked, awaits_check=not checked
        )
    for rule in data["length"]:
        if made.keys() >= set(rule["together"]):
            row = LengthRule.objects.create(minutes=rule["minutes"])
            row.services.set(made[slug] for slug in rule["together"])
    return list(made.values())


@transaction.atomic
def add_sentences(*, checked: bool = False) -> int:
    """Add the standard sentences that the unit does not have, by their names; how many."""
    one_at_a_time("ready-made-sentences")
    had = set(StandardSentence.objects.values_list("name", flat=True))
    rows = [
        StandardSentence(
            name=row["name"],
            text=row["fi"],
            text_fi=row["fi"],
            text_sv=row["sv"],
            text_en=row["en"],
            is_active=checked,
            awaits_check=not checked,
        )
        for row in read("sentences")["sentence"]
        if row["name"] not in had
    ]
    return len(StandardSentence.objects.bulk_create(rows))


@transaction.atomic
def add_school_breaks(
    regions: Iterable[str], *, winter_week: int = 8, checked: bool = False
) -> int:
    """Add likely dates of this school year and the next two; how many.

    Municipalities decide the dates. The autumn holiday is mostly in week 42; the winter one in week 8 in
    the south, 9 in the middle and 10 in the east and north. What a region has already is left as it is.
    """
    one_at_a_time("ready-made-school-breaks")
    today = clock.today()
    begins = today.year - (today.month < AUGUST)
    had = {
        (row.region, row.kind, row.school_year)
        for row in SchoolBreak.objects.filter(region__in=list(regions))
    }
    rows = [
        row
        for region in regions
        for year in range(begins, begins + YEARS)
        for row in _school_year(region, year, winter_week)
        if (region, row.kind, row.school_year) not in had and row.last_day >= today
    ]
    for row in rows:
        row.awaits_check = not checked
    return len(SchoolBreak.objects.bulk_create(rows))


def _school_year(region: str, year: int, winter_week: int) -> list[SchoolBreak]:
    """Return the holidays of the school year that begins in August of `year`."""
    kinds = SchoolBreak.Kind
    winter = date.fromisocalendar(year + 1, winter_week, 1)
    summer = date.fromisocalendar(year + 1, 22, 7)
    spans = [
        (kinds.AUTUMN, date.fromisocalendar(year, 42, 1), date.fromisocalendar(year, 42, 7)),
        (kinds.CHRISTMAS, date(year, 12, 22), date(year + 1, 1, 6)),
        (kinds.WINTER, winter, winter + timedelta(days=6)),
        (kinds.SUMMER, summer, date(year + 1, 8, 10)),
    ]
    return [
        SchoolBreak(region=region, kind=kind, first_day=first, last_day=last)
        for kind, first, last in spans
    ]
