"""Evenings to come: one with places left, one full with a waiting list, one by a remote link."""

import tomllib
from contextlib import suppress
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Count

from evenings.models import Evening, EveningKind, EveningStatus
from evenings.places.private_words import hash_word, is_closed_by_lot
from evenings.planning.busy_time import take_time
from evenings.planning.errors import InTheWayError
from evenings.sign_ups.actions import Attendee, sign_up
from office.core import clock
from office.models import PartnerOrganisation, Professional, ServicePoint

_DATA = Path(__file__).with_name("evenings.toml")
_NAMES = ["", "Aino", "", "Kim", "Leena", "", "Sam", "Noora"]
_STARTS, _LASTS = time(17, 30), timedelta(hours=2)


def plan_evenings() -> None:
    """Publish evenings and sign people up, unless some lie ahead."""
    if Evening.objects.published().upcoming(clock.now()).exists():
        return
    data = tomllib.loads(_DATA.read_text())
    kinds = {row["key"]: _kind(row) for row in data["kind"]}
    point = ServicePoint.objects.in_use().earliest("order", "pk")
    partners = list(PartnerOrganisation.objects.filter(is_active=True).order_by("pk")[:2])
    for row in data["evening"]:
        evening = _evening(row, kinds[row["kind"]], point)
        evening.organisers.set(partners)
        _hold(evening)
        for number, people in enumerate(row["people"]):
            who = Attendee(
                people=people,
                first_name=_NAMES[number % len(_NAMES)],
                language=row["languages"][0],
                word_hash=_word(evening) if number == 1 else "",
            )
            sign_up(evening.pk, who, made_from=uuid4(), waits=True)


def _kind(row: dict[str, Any]) -> EveningKind:
    texts = {name: text.strip() for name, text in row.items() if name != "key"}
    found = EveningKind.objects.filter(title_fi=texts["title_fi"]).first()
    return found or EveningKind.objects.create(**texts)


def _evening(row: dict[str, Any], kind: EveningKind, point: ServicePoint) -> Evening:
    now = clock.now()
    start = clock.at(clock.today() + timedelta(days=row["days"]), _STARTS)
    is_remote = row.get("remote", False)
    return Evening.objects.create(
        kind=kind,
        status=EveningStatus.PUBLISHED,
        starts_at=start,
        ends_at=start + _LASTS,
        languages=row["languages"],
        service_point=None if is_remote else point,
        remote_link="https://video.example.fi/ilta" if is_remote else "",
        capacity=row["capacity"],
        sign_up_opens_at=now - timedelta(days=1),
        sign_up_closes_at=start,
        created_at=now,
        updated_at=now,
    )


def _hold(evening: Evening) -> None:
    """Let one of the unit's professionals hold it, each in turn as far as they are free."""
    people = Professional.objects.in_use().filter(organisation=None).exclude(user=None)
    for person in people.annotate(held=Count("evenings")).order_by("held", "pk"):
        with suppress(InTheWayError), transaction.atomic():
            take_time(evening, [person])
            return


def _word(evening: Evening) -> str:
    """Find a private word that the lot leaves open there."""
    words = (hash_word(f"pihlaja {number}") for number in range(100))
    return next(word for word in words if not is_closed_by_lot(word, evening))
