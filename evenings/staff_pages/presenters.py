"""What the staff's pages show of evenings."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.desk_kit.labels import Tag
from evenings.models import Evening, EveningEvent
from evenings.planning.labels import places_of, waiting_label, where_of
from office.calendar.orphan_words import orphan_label
from office.core import clock, dates
from office.core.languages import LANGUAGES


@dataclass(frozen=True)
class StaffRow:
    """One evening of the list."""

    evening: Evening
    when: str
    where: str
    holders: str
    places: str
    waiting: str
    tag: Tag
    # Why somebody must see to it; empty where nobody must.
    problem: str


def staff_rows(evenings: Iterable[Evening]) -> list[StaffRow]:
    return [staff_row(evening) for evening in evenings]


def staff_row(evening: Evening) -> StaffRow:
    claim = evening.claim
    return StaffRow(
        evening=evening,
        when=dates.when_range(evening.starts_at, evening.ends_at, get_language()),
        where=where_of(evening),
        holders=holders_of(evening),
        places=places_of(evening),
        waiting=waiting_label(getattr(evening, "waiting", 0)),
        tag=tag_of(evening),
        problem=orphan_label(claim.orphan_reason) if claim and claim.orphaned_at else "",
    )


def holders_of(evening: Evening) -> str:
    names = [person.name for person in evening.professionals.all()]
    return ", ".join([*names, *(str(partner.name) for partner in evening.organisers.all())])


def tag_of(evening: Evening) -> Tag:
    now = clock.now()
    if evening.is_cancelled:
        return Tag(_("Cancelled"), "tag--bad", "cross")
    if evening.is_planned and evening.proposed_by_id is not None:
        return Tag(_("Proposed: check and publish"), "tag--wait", "partners")
    if evening.is_planned:
        return Tag(_("Not published"), "tag--quiet", "edit")
    if evening.ends_at <= now:
        return Tag(_("Held"), "tag--quiet", "check")
    if evening.sign_up_opens_at > now:
        return Tag(_("Published, sign-up not open yet"), "tag--wait", "clock")
    if evening.sign_up_closes_at <= now:
        return Tag(_("Sign-up closed"), "tag--quiet", "check")
    if evening.free_places <= 0:
        return Tag(_("Full"), "tag--wait", "people")
    return Tag(_("Sign-up open"), "tag--good", "check")


def languages_label(evening: Evening) -> str:
    names = dict(LANGUAGES)
    return ", ".join(str(names.get(code, code)) for code in evening.languages)


@dataclass(frozen=True)
class HistoryStep:
    """One step of the history."""

    when: str
    what: str
    by: str


def history_steps(evening: Evening) -> list[HistoryStep]:
    """Return the history, the newest first. One query."""
    language = get_language()
    return [
        HistoryStep(
            dates.when(event.at, language),
            _step_label(event, language),
            str(event.user) if event.user else _("the partner, by their link"),
        )
        for event in evening.events.select_related("user").order_by("-at", "-pk")
    ]


def _step_label(event: EveningEvent, language: str) -> str:
    label = str(event.get_what_display())
    if event.was_at is None:
        return label
    return _("%(what)s; it was %(when)s") % {
        "what": label,
        "when": dates.when(event.was_at, language),
    }
