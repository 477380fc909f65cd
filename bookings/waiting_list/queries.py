"""Queries of the waiting list for the secretary: a fixed number, whatever its length."""

from django.db.models import Prefetch, QuerySet

from bookings.matters.queries import further_rows
from bookings.models import EarlierAsk, EarlierWish, TimeOffer
from bookings.models.matters import FURTHER
from office.core import clock


def live_offers() -> QuerySet[TimeOffer]:
    """Find earlier times that are offered right now, with who was asked."""
    return (
        TimeOffer.objects.filter(
            wish__isnull=False, closed_at__isnull=True, expires_at__gt=clock.now()
        )
        .select_related("service_point")
        .prefetch_related(Prefetch("asks", EarlierAsk.objects.order_by("pk")))
    )


def wishes() -> QuerySet[EarlierWish]:
    """Find all who wait, in the order in which they are served; each appointment with `live_offers`."""
    return (
        EarlierWish.objects.waiting()
        .annotate(**{FURTHER: further_rows("appointment")})
        .select_related("appointment__service", "appointment__service_point", "party")
        .prefetch_related(
            "points",
            Prefetch("appointment__time_offers", live_offers(), to_attr="live_offers"),
        )
    )
