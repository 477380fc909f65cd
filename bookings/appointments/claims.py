"""What bookings ask of the professionals who are busy with them."""

from collections.abc import Collection

from bookings.models import Appointment, CallBack, Hold, MoveRequest, TimeOffer
from office.hooks import Asks


def asks_of(claims: Collection[int]) -> dict[int, Asks]:
    """Return service, language and channel of each of the claims (by id) that is a booking."""
    mine: dict[int, Asks] = {}
    rows = [
        *Appointment.objects.filter(claim__in=claims).values_list(
            "claim", "service", "language", "channel"
        ),
        *Hold.objects.filter(claim__in=claims).values_list(
            "claim", "service", "language", "channel"
        ),
    ]
    for proposed in (MoveRequest, TimeOffer):
        rows += proposed.objects.filter(claim__in=claims).values_list(
            "claim", "appointment__service", "appointment__language", "channel"
        )
    for claim, service, language, channel in rows:
        if claim is not None:
            mine[claim] = Asks(service, language, channel)
    for claim, language in CallBack.objects.filter(claim__in=claims).values_list(
        "claim", "language"
    ):
        if claim is not None:
            mine[claim] = Asks(language=language)
    return mine
