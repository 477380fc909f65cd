"""What a party can say on the phone now, and how it is known that it is them."""

from collections.abc import Iterable
from dataclasses import dataclass

from bookings.appointments import answers
from bookings.lifecycle.phone_visits import may_be_called
from bookings.models import Appointment, EarlierAsk, Party, TimeOffer
from bookings.waiting_list.wishes import live_offer


@dataclass(frozen=True)
class PhoneAnswers:
    """The answers that can be noted for one party, each by one press."""

    party: Party
    # They have given their own code; otherwise only answers given when we call them are noted.
    is_caller: bool
    may_accept: bool
    may_decline: bool
    offers: list[tuple[TimeOffer, str]]
    earlier: EarlierAsk | None


def phone_answers(
    appointment: Appointment, parties: Iterable[Party], on_the_line: int | None
) -> list[PhoneAnswers]:
    """Compose what can be noted for whom; nothing for who is neither recognised nor may be called."""
    offers = answers.open_offers(appointment) if answers.has_not_begun(appointment) else []
    earlier = live_offer(appointment) if appointment.is_confirmed else None
    asks = {ask.party_id: ask for ask in earlier.asks.select_related("offer")} if earlier else {}
    found = []
    for party in parties:
        is_caller = on_the_line == party.pk
        if not is_caller and not may_be_called(party):
            continue
        ask = asks.get(party.pk)
        row = PhoneAnswers(
            party=party,
            is_caller=is_caller,
            may_accept=answers.may_accept(party, appointment) and not party.has_accepted,
            may_decline=answers.may_answer(party, appointment) and not party.has_declined,
            offers=[(offer, str(number)) for number, offer in enumerate(offers, start=1)]
            if answers.may_choose(party, appointment)
            else [],
            earlier=ask if ask is not None and ask.is_asked else None,
        )
        if row.may_accept or row.may_decline or row.offers or row.earlier:
            found.append(row)
    return found
