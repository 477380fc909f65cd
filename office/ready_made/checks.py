"""What was taken over ready-made and nobody has read: shown in its languages, then marked as checked."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from office.core import clock, dates
from office.core.languages import LANGUAGES
from office.guidance.pages import check_version, initials
from office.models import (
    GuidanceLink,
    GuidancePageVersion,
    SchoolBreak,
    Service,
    StandardSentence,
    User,
)


@dataclass(frozen=True)
class Words:
    """One language of a text: its lines, and an address to open."""

    code: str
    language: str | Promise
    lines: Sequence[str]
    address: str = ""


@dataclass(frozen=True)
class Unchecked:
    """One thing to read. `edit_url`: where it is put right."""

    pk: int
    name: str
    edit_url: str
    words: Sequence[Words] = ()


@dataclass(frozen=True)
class Check:
    """One kind of what is to be checked; `mark` is given the rows that were found right, by their ids."""

    title: str | Promise
    lead: str | Promise
    back: str
    rows: Callable[[], list[Unchecked]]
    mark: Callable[[Collection[int], User], int]


def _words_of(row: Model, fields: Sequence[str], address: str = "") -> list[Words]:
    return [
        Words(
            code,
            name,
            [text for field in fields if (text := getattr(row, f"{field}_{code}") or "")],
            (getattr(row, f"{address}_{code}") or "") if address else "",
        )
        for code, name in LANGUAGES
    ]


SERVICE_TEXTS = ("name", "matter", "summary", "description", "who_comes", "what_to_bring")


def _services() -> list[Unchecked]:
    return [
        Unchecked(
            row.pk,
            str(row),
            reverse("office:service", args=[row.pk]),
            _words_of(row, SERVICE_TEXTS),
        )
        for row in Service.objects.filter(awaits_check=True)
    ]


def _sentences() -> list[Unchecked]:
    return [
        Unchecked(
            row.pk, row.name, reverse("office:sentence", args=[row.pk]), _words_of(row, ["text"])
        )
        for row in StandardSentence.objects.filter(awaits_check=True)
    ]


def _school_breaks() -> list[Unchecked]:
    return [
        Unchecked(
            row.pk,
            f"{row.region}: {row.get_kind_display()}, "
            f"{dates.days(row.first_day, row.last_day, get_language() or 'fi')}",
            reverse("office:school_break", args=[row.pk]),
        )
        for row in SchoolBreak.objects.filter(awaits_check=True)
    ]


def _links() -> list[Unchecked]:
    return [
        Unchecked(
            row.pk,
            str(row),
            reverse("office:guidance_link", args=[row.pk]),
            _words_of(row, ["title", "summary"], "url"),
        )
        for row in GuidanceLink.objects.in_use().filter(checked_on=None)
    ]


def _new_versions() -> QuerySet[GuidancePageVersion]:
    found: QuerySet[GuidancePageVersion] = GuidancePageVersion.objects.latest_of_each()
    unread = found.filter(page__is_active=True, checked_on__isnull=True)
    return unread.select_related("page").order_by("page__order", "page_id")


def _pages() -> list[Unchecked]:
    return [
        Unchecked(
            row.pk,
            str(row.title),
            reverse("office:guidance_page", args=[row.page_id]),
            _words_of(row, ["title", "summary", "text"]),
        )
        for row in _new_versions()
    ]


def _take_into_use(
    model: type[Service | StandardSentence], pks: Collection[int], user: User
) -> int:
    rows: QuerySet[Any] = model._default_manager.filter(pk__in=pks, awaits_check=True)
    count: int = rows.update(is_active=True, awaits_check=False)
    return count


def _mark_breaks(pks: Collection[int], user: User) -> int:
    return SchoolBreak.objects.filter(pk__in=pks, awaits_check=True).update(awaits_check=False)


@transaction.atomic
def _mark_links(pks: Collection[int], user: User) -> int:
    links = GuidanceLink.objects.in_use().filter(pk__in=pks, checked_on=None)
    # Whoever looks after a link already goes on with it.
    links.without_owner().update(owner=user)
    count: int = links.update(checked_on=clock.today())
    return count


@transaction.atomic
def _mark_pages(pks: Collection[int], user: User) -> int:
    versions = list(_new_versions().filter(pk__in=pks))
    for version in versions:
        check_version(version, checked_by=initials(user) or user.username[:4])
    return len(versions)


CHECKS = {
    "services": Check(
        _("Read and check: services"),
        _(
            "Correct what is different with you. What you tick and mark as checked is in use at once."
        ),
        "office:services",
        _services,
        partial(_take_into_use, Service),
    ),
    "sentences": Check(
        _("Read and check: standard sentences"),
        _("What you tick and mark as checked is in use at once."),
        "office:sentences",
        _sentences,
        partial(_take_into_use, StandardSentence),
    ),
    "school-holidays": Check(
        _("Read and check: school holidays"),
        _("These are likely dates. Compare them with what the municipality has decided."),
        "office:school_breaks",
        _school_breaks,
        _mark_breaks,
    ),
    "links": Check(
        _("Read and check: links"),
        _("Open each link in each language and see that it leads where it says."),
        "office:guidance",
        _links,
        _mark_links,
    ),
    "pages": Check(
        _("Read and check: short pages"),
        _("The public reads a page as soon as it is marked as checked."),
        "office:guidance_pages",
        _pages,
        _mark_pages,
    ),
}


def waiting() -> dict[str, int]:
    """Count what nobody has checked yet, by kind. A query each."""
    found: dict[str, QuerySet[Any]] = {
        "services": Service.objects.filter(awaits_check=True),
        "sentences": StandardSentence.objects.filter(awaits_check=True),
        "school-holidays": SchoolBreak.objects.filter(awaits_check=True),
        "links": GuidanceLink.objects.in_use().filter(checked_on=None),
        "pages": _new_versions(),
    }
    return {key: rows.count() for key, rows in found.items()}
