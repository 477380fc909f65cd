"""The ways on from a short page or the end of a path: those that the unit has now."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import get_language

from bookings.hooks import EveningsAhead, evenings_ahead
from bookings.public.opening import Opening, OpeningAt, opening, walk_ins
from office.calendar.working_time import open_state
from office.core import clock
from office.guidance.ways import is_open
from office.models import (
    GuidanceLink,
    GuidancePage,
    GuidancePageVersion,
    HoursKind,
    Leads,
    Service,
    ServicePoint,
)


@dataclass(frozen=True)
class ShownLink:
    """A link and whose page it leads to."""

    link: GuidanceLink
    host: str


@dataclass(frozen=True)
class WaysOn:
    """What is offered; empty or None what the unit does not have now."""

    is_safety: bool
    services: list[Service]
    walk_ins: list[OpeningAt]
    has_plan: bool
    evenings: EveningsAhead | None
    has_partners: bool
    pages: list[GuidancePageVersion]
    links: list[ShownLink]
    # When the phone is answered; the number itself stands with the unit.
    phone: Opening


def ways_on(leads: Leads, pages: Iterable[GuidancePage] = ()) -> WaysOn:
    """Work out where to go on. A fixed number of queries."""
    now, language = clock.now(), get_language()
    ids = {page.pk for page in pages}
    versions = GuidancePageVersion.objects.public().filter(page__in=ids) if ids else ()
    return WaysOn(
        is_safety=leads.to_safety,
        services=[service for service in leads.services.all() if service.is_active],
        walk_ins=walk_ins(ServicePoint.objects.in_use(), now, language) if leads.to_walk_in else [],
        has_plan=leads.to_plan,
        evenings=evenings_ahead() if leads.to_evenings else None,
        has_partners=leads.to_partners and is_open("to_partners"),
        pages=list(versions),
        links=[show_link(link) for link in leads.links.all() if link.is_active],
        phone=opening(open_state(HoursKind.PHONE), now, language),
    )


def show_link(link: GuidanceLink) -> ShownLink:
    return ShownLink(link, urlsplit(link.url).netloc.removeprefix("www."))
