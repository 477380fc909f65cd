"""What a unit may begin with in three languages: links, short pages, the questions of "Which way?"."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from office.core.languages import LANGUAGES
from office.core.once import one_at_a_time
from office.guidance.pages import save_page
from office.guidance.way_actions import refuse_faults
from office.models import (
    GuidanceLink,
    GuidancePage,
    GuidanceSituation,
    Service,
    User,
    WayAnswer,
    WayEnding,
    WayQuestion,
)

FOLDER = Path(__file__).parent
CODES = [code for code, _name in LANGUAGES]
# As the files name the ways on.
WAYS = {
    "safety": "to_safety",
    "walk-in": "to_walk_in",
    "plan": "to_plan",
    "evenings": "to_evenings",
    "partners": "to_partners",
    "phone": "to_phone",
}


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def nothing_written() -> bool:
    """Say whether the unit has neither pages nor questions, and may begin with these."""
    return not GuidancePage.objects.exists() and not WayQuestion.objects.exists()


@transaction.atomic
def take_ready_made(*, user: User | None) -> None:
    """Add all of it, the pages unchecked. Raises ValidationError where the unit has any."""
    one_at_a_time("ready-made-guidance")
    if not nothing_written():
        raise ValidationError(_("There are pages or questions already."))
    services = {service.slug: service for service in Service.objects.all()}
    links = _make_links(services)
    pages = _make_pages(services, links, user)
    _make_questions(_make_endings(services, links, pages))
    refuse_faults()


def _make_links(services: Mapping[str, Service]) -> dict[str, GuidanceLink]:
    """Make the links, by their keys; those that the unit has already are taken as they are."""
    data = read("links")
    known = {getattr(link, "url_fi", ""): link for link in GuidanceLink.objects.all()}
    begins = not known
    situations = {}
    if begins and not GuidanceSituation.objects.exists():
        for order, row in enumerate(data["situation"]):
            situations[row["key"]] = GuidanceSituation.objects.create(
                order=order, **_texts("name", row)
            )
    found = {}
    for order, row in enumerate(data["link"]):
        link = known.get(row["url"]["fi"])
        if link is None:
            texts: dict[str, str] = {}
            for name in ("title", "summary", "url"):
                texts |= _texts(name, row[name])
            link = GuidanceLink.objects.create(order=order, **texts)
            link.situations.set(_known(situations, row["situations"]))
            link.services.set(_known(services, row["services"]))
        found[row["key"]] = link
    return found


def _make_pages(
    services: Mapping[str, Service], links: Mapping[str, GuidanceLink], user: User | None
) -> dict[str, GuidancePage]:
    found = {}
    for order, row in enumerate(read("pages")["page"]):
        page = GuidancePage(slug=row["key"], order=order, **_ways(row))
        words: dict[str, str] = {}
        for name in ("title", "summary", "text"):
            words |= _texts(name, row[name])
        save_page(
            page,
            words,
            services=_known(services, row.get("services", ())),
            links=_known(links, row.get("links", ())),
            user=user,
        )
        found[row["key"]] = page
    return found


def _make_endings(
    services: Mapping[str, Service],
    links: Mapping[str, GuidanceLink],
    pages: Mapping[str, GuidancePage],
) -> dict[str, WayEnding]:
    found = {}
    for row in read("ways")["end"]:
        ending = WayEnding.objects.create(
            **_ways(row), **_texts("title", row["title"]), **_texts("text", row["text"])
        )
        ending.services.set(_known(services, row.get("services", ())))
        ending.links.set(_known(links, row.get("links", ())))
        ending.pages.set(_known(pages, row.get("pages", ())))
        found[row["key"]] = ending
    return found


def _make_questions(endings: Mapping[str, WayEnding]) -> None:
    rows = read("ways")["question"]
    questions = {
        row["key"]: WayQuestion.objects.create(
            is_first=not place, **_texts("text", row), **_texts("hint", row.get("hint", {}))
        )
        for place, row in enumerate(rows)
    }
    for row in rows:
        for order, answer in enumerate(row["answer"]):
            WayAnswer.objects.create(
                question=questions[row["key"]],
                order=order,
                next_question=questions.get(answer.get("to", "")),
                ending=endings.get(answer.get("ends", "")),
                **_texts("text", answer),
            )


def _texts(name: str, given: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}_{code}": given[code].strip() for code in CODES if code in given}


def _ways(row: Mapping[str, Any]) -> dict[str, bool]:
    return {WAYS[way]: True for way in row.get("ways", ())}


def _known(rows: Mapping[str, Any], keys: Iterable[str]) -> list[Any]:
    """Return those that the unit has: not every one gives every service."""
    return [rows[key] for key in keys if key in rows]
