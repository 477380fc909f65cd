"""Matter, language and company of a ticket, as they stand on every row of the queue."""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from office.core.languages import reads_label
from walkin.models import Company, Ticket

register = template.Library()


class Facts(NamedTuple):
    """The words, in the language of the page."""

    spoken: str | None
    matter: str
    further: tuple[str, ...]
    booked_at: datetime | None
    reference: str
    sent_by: str
    language: str
    reads: str
    company: str


@register.simple_tag
def ticket_facts(ticket: Ticket) -> SafeString:
    """Render the facts: once for all tickets and pages on which they are the same."""
    service, visit, sent_by = ticket.service, ticket.visit, ticket.sent_by
    has_company = ticket.meeting != Company.ALONE and not ticket.is_booked
    return _rendered(
        Facts(
            spoken=get_language(),
            matter=service.name if service else ticket.get_other_display(),
            further=tuple(service.name for service in ticket.further_services),
            booked_at=visit.starts_at if visit else None,
            reference=visit.reference if visit else "",
            sent_by=str(sent_by) if sent_by else "",
            language=ticket.language,
            reads=reads_label(ticket.reads),
            company=ticket.get_meeting_display() if has_company else "",
        )
    )


@lru_cache(maxsize=512)
def _rendered(facts: Facts) -> SafeString:
    return render_to_string("walkin/staff_pages/_facts.html", facts._asdict())
