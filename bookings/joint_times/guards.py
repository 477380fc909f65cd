"""Whether a joint time may be looked for, and who marks when they can come."""

from collections.abc import Sequence

from bookings.appointments.answers import may_take_up
from bookings.appointments.decisions import may_offer
from bookings.lifecycle.contact_consent import must_ask_first
from bookings.models import Appointment, JointSearch, Meeting, Party
from office.core import clock

BOTH = 2


def parents_of(appointment: Appointment) -> list[Party]:
    """Return the two between whom the matter is, who must both be able to come."""
    parties = [party for party in appointment.parties.all() if party.left_at is None]
    return sorted((party for party in parties if party.rules.is_side), key=lambda party: party.pk)


def may_search(appointment: Appointment, parents: Sequence[Party] | None = None) -> bool:
    """Say whether both parents may be asked when they can come.

    Never where they come separately, where one of them is not to be contacted yet, or where what is sent
    to one could be read by the other.
    """
    both = parents_of(appointment) if parents is None else list(parents)
    return (
        len(both) == BOTH
        and may_offer(appointment)
        and appointment.meeting == Meeting.TOGETHER
        and not appointment.is_anonymous
        and all(_marks_alone(party, appointment) for party in both)
        and not _share_contacts(both)
        and not _others_decide(appointment)
        and not must_ask_first(appointment)
    )


def _marks_alone(party: Party, appointment: Appointment) -> bool:
    """Say whether the party has a link of their own, and can be notified."""
    return (
        bool(party.name and (party.phone or party.email))
        and not party.given_by_other
        and not may_take_up(party, appointment)
        # Who does not come at all is not asked when; who declined the agreed time may well be.
        and (appointment.is_confirmed or not party.has_declined)
    )


def _others_decide(appointment: Appointment) -> bool:
    """Say whether somebody else takes part whom the time has to suit as well."""
    return any(
        party.decides_time and not party.rules.is_side and party.left_at is None
        for party in appointment.parties.all()
    )


def _share_contacts(parties: Sequence[Party]) -> bool:
    phones = [str(party.phone) for party in parties if party.phone]
    addresses = [party.email.lower() for party in parties if party.email]
    return len(set(phones)) < len(phones) or len(set(addresses)) < len(addresses)


def may_mark(search: JointSearch | None) -> bool:
    """Say whether availability may still be marked."""
    return search is not None and search.is_asked and clock.now() < search.due_at


def may_end(search: JointSearch | None) -> bool:
    """Say whether the secretary may end the search: offered common times are ended otherwise."""
    return search is not None and not search.is_offered


def may_offer_next(search: JointSearch | None) -> bool:
    """Say whether nobody chose the common times, so that the next ones may be offered."""
    return search is not None and search.has_failed and search.why == JointSearch.Why.LAPSED


def search_of(appointment: Appointment) -> JointSearch | None:
    """Return the ongoing search."""
    found: JointSearch | None = (
        JointSearch.objects.going_on()
        .filter(appointment=appointment)
        .select_related("service_point")
        .first()
    )
    return found
