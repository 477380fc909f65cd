"""What the panel looks for to begin with: what its address asks for, and what is usual."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count

from bookings.availability.codec import parse_who
from bookings.models import Appointment, Meeting
from bookings.staff_booking.wish_form import ANY_PLACE, OnOffer, PanelWishForm
from office.core import clock
from office.models import Channel, Service

USUAL_DAYS = 90


def wish_asked(asked: Mapping[str, str], on_offer: OnOffer) -> dict[str, Any]:
    """Return the wish to begin with: what the address asks for and is on offer, and what is usual."""
    services = on_offer.services
    service = next((s for s in services if asked.get("service") in (str(s.pk), s.slug)), None)
    who = asked.get("professional", "")
    further = asked.get("also", "").split(",") if service else []
    service = service or _usual_service(services, who)
    form = PanelWishForm(on_offer=on_offer)

    def offered(field: str, *names: str, usual: str) -> str:
        return next((asked[n] for n in names if form.offers(field, asked.get(n))), usual)

    try:
        earliest = date.fromisoformat(asked.get("from", ""))
    except ValueError:
        earliest = clock.today()
    return {
        "service": service.pk if service else "",
        "also": [s.pk for s in services if s.slug in further] if service else [],
        "children": asked.get("children", ""),
        "language": offered("language", "language", usual="fi"),
        "where": offered("where", "channel", "point", usual=ANY_PLACE),
        "earliest": earliest if earliest > clock.today() else "",
        "until": "",
        "pattern": "",
        "professional": who if parse_who(who) else "",
        "meeting": offered("meeting", "meeting", usual=Meeting.TOGETHER),
    }


def wish_of_other_visit(first: Appointment) -> dict[str, Any]:
    """Return the wish to begin with for the other parent's own visit."""
    is_in_person = first.channel == Channel.IN_PERSON
    return {
        "service": first.service_id,
        "also": [service.pk for service in first.further_services],
        "children": first.children or "",
        "language": first.language,
        "where": str(first.service_point_id or ANY_PLACE) if is_in_person else first.channel,
        "earliest": "",
        "until": "",
        "pattern": "",
        "professional": "",
        "meeting": Meeting.SEPARATE,
    }


def _usual_service(services: Sequence[Service], who: str) -> Service | None:
    """Return the service that most visits have been about lately; the first one in a new unit.

    `who`: a professional who is asked for, and must give it.
    """
    if who.isascii() and who.isdigit():
        given = set(Service.objects.filter(professionals=int(who[:9])).values_list("pk", flat=True))
        services = [service for service in services if service.pk in given] or services
    since = clock.now() - timedelta(days=USUAL_DAYS)
    most = (
        Appointment.objects.filter(starts_at__gte=since, service__in=services)
        .values("service")
        .annotate(count=Count("pk"))
        .order_by("-count", "service")
        .first()
    )
    if most is not None:
        return next((s for s in services if s.pk == most["service"]), None)
    return services[0] if services else None
