"""The machine check of the addresses to read after evenings, as that of guidance links."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from evenings.models import EveningMaterial, EveningStatus, MaterialCheck
from office.core import clock, jobs
from office.guidance.link_checks import NO_ANSWER, broken, check_addresses, is_due
from office.guidance.shortcomings import broken_link, has_no_way_out
from office.hooks import Shortcoming
from office.models import Unit

CHECK_TASK = "evenings.tasks.check_material"


def read_now() -> QuerySet[EveningMaterial]:
    """Return those that somebody reads, or is going to: until the own pages of their evening close."""
    open_since = clock.now() - timedelta(days=Unit.get().link_days)
    return EveningMaterial.objects.filter(evening__ends_at__gt=open_since).exclude(
        evening__status=EveningStatus.CANCELLED
    )


def ask_checks(now: datetime) -> None:
    """Have the worker check those that are due: new and altered ones, and those of a month ago."""
    for material in read_now().prefetch_related("checks"):
        if is_due(material, material.checks.all(), now):
            ask_check(material.pk)


def ask_check(key: int) -> None:
    """Have the worker check one of them soon."""
    jobs.defer_once(CHECK_TASK, lock=f"evening-material-{key}", key=key)


def check_material(key: int) -> None:
    """Open each of its addresses, and note what is found; nothing where it was removed."""
    material = EveningMaterial.objects.filter(pk=key).first()
    if material is not None:
        check_addresses(material, material.checks)


def broken_materials() -> Iterator[Shortcoming]:
    """Name those whose address leads nowhere, as it is now, for who has added them."""
    found = (
        broken(MaterialCheck.objects.filter(material__in=read_now()))
        .select_related("material__owner", "material__evening")
        .order_by("material__evening__starts_at", "material_id", "language")
    )
    checks = [
        check for check in found if getattr(check.material, f"url_{check.language}") == check.url
    ]
    if all(check.finding in NO_ANSWER for check in checks) and has_no_way_out():
        return
    for check in checks:
        page = reverse("evening_desk:one", args=[check.material.evening_id])
        yield broken_link(page, check.material, check, check.material.owner)
