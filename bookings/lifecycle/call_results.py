"""What came of calling a party: a few choices, nothing one-sided, so that no free text is kept."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from bookings.lifecycle.phone_visits import may_be_called
from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.models import EventKind, Party
from office.calendar.occupancy import retrying
from office.models import User


class CallResult(TextChoices):
    INFORMED = "informed", _("they know of it now")
    NEW_TIME = "new_time", _("they want another time")
    CALLS_BACK = "calls_back", _("they get back to us")
    OTHER_WAY = "other_way", _("reached in another way")
    NOT_REACHED = "not_reached", _("not reached")


@retrying
def note_call(party_id: int, *, result: str, user: User) -> None:
    """Record whom the secretary called and what came of it; who was not reached stays work.

    Raises NotPossibleError for a call to a number that its owner has not called safe.
    """
    party = Party.objects.select_related("appointment").get(pk=party_id)
    if result not in results_for(party):
        raise NotPossibleError
    if result == CallResult.NOT_REACHED:
        record(
            locked(party.appointment_id), EventKind.NOT_REACHED, user=user, party=party, of=party
        )
        return
    record(
        locked(party.appointment_id),
        EventKind.CALLED,
        user=user,
        party=party,
        of=party,
        reason=result,
    )


def results_for(party: Party) -> list[CallResult]:
    """Return what can have come of reaching the party; without a safe number nobody has called them."""
    return list(CallResult) if may_be_called(party) else [CallResult.OTHER_WAY]
