"""What bookings ask of the professionals who are busy with them."""

from collections.abc import Collection
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet, Value

from bookings.models import Appointment, CallBack, Hold, MoveRequest, TimeOffer
from office.hooks import Asks


def asks_of(claims: Collection[int]) -> dict[int, Asks]:
    """Return services, language and channel of each of the claims (by id) that is a booking."""
    mine: dict[int, Asks] = {}
    rows = [
        *_further(Appointment.objects.filter(claim__in=claims), "also").values_list(
            "claim", "service", "further", "language", "channel"
        ),
        *_further(Hold.objects.filter(claim__in=claims), "also").values_list(
            "claim", "service", "further", "language", "channel"
        ),
    ]
    for proposed in (MoveRequest, TimeOffer):
        times = _further(proposed.objects.filter(claim__in=claims), "appointment__also")
        rows += times.values_list(
            "claim", "appointment__service", "further", "appointment__language", "channel"
        )
    for claim, service, further, language, channel in rows:
        if claim is not None:
            mine[claim] = Asks(frozenset({service, *further}), language, channel)
    for claim, language in CallBack.objects.filter(claim__in=claims).values_list(
        "claim", "language"
    ):
        if claim is not None:
            mine[claim] = Asks(language=language)
    return mine


def _further(rows: QuerySet[Any], also: str) -> QuerySet[Any]:
    """Add the ids of their further matters to the rows."""
    known = Q(**{f"{also}__isnull": False})
    found: QuerySet[Any] = rows.annotate(further=ArrayAgg(also, filter=known, default=Value([])))
    return found
