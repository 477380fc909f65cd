"""What a partner sees of their evenings: numbers alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.desk_kit.labels import Tag
from evenings.afterwards.attendance import may_count
from evenings.models import Evening
from evenings.partners.links import may_edit
from evenings.planning.door import is_near
from evenings.planning.labels import places_of, waiting_label, where_of
from office.core import dates
from office.models import PartnerOrganisation


@dataclass(frozen=True)
class PartnerRow:
    """One evening of the partner's."""

    pk: int
    title: str
    when: str
    where: str
    # Empty before it is published.
    numbers: str
    tag: Tag
    may_edit: bool
    may_open_door: bool
    # It has begun.
    may_count: bool
    came: int | None
    may_give: bool
    # Titles of what they have given and the unit has not released yet.
    given: list[str]


def partner_rows(
    evenings: Iterable[Evening], *, organisation: PartnerOrganisation
) -> list[PartnerRow]:
    return [
        PartnerRow(
            pk=evening.pk,
            title=evening.kind.title,
            when=dates.when_range(evening.starts_at, evening.ends_at, get_language()),
            where=where_of(evening),
            numbers=_numbers(evening),
            tag=_tag(evening),
            may_edit=may_edit(evening, organisation),
            may_open_door=evening.is_published and is_near(evening),
            may_count=may_count(evening),
            came=evening.came_people,
            may_give=evening.is_published,
            given=[
                one.title
                for one in evening.given_materials.all()
                if one.organisation_id == organisation.pk
            ],
        )
        for evening in evenings
    ]


def _numbers(evening: Evening) -> str:
    if not evening.is_published:
        return ""
    waiting = waiting_label(getattr(evening, "waiting", 0))
    return " · ".join(filter(None, [places_of(evening), waiting]))


def _tag(evening: Evening) -> Tag:
    if evening.is_cancelled:
        return Tag(_("Cancelled"), "tag--bad", "cross")
    if evening.is_planned:
        return Tag(_("The unit has not published it yet"), "tag--wait", "clock")
    return Tag(_("On the public page"), "tag--good", "check")
