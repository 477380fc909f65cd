"""What is in sight at once on the desk has keys of its own each: the first alone would hear one."""

from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from bookings.appointments import answers, decisions
from bookings.availability.search import Wish
from bookings.models import Answer, Appointment
from office.core.own_codes import own_code
from office.models import Channel, OutboxMessage, Role
from tests.bookings.change_cast import Team, agreed, team
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import Desk, request_for, signed_in
from tests.factories import UserFactory


class Keys(HTMLParser):
    """Gathers the keys of a page's main part, and those of the frame about it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.main: Counter[str] = Counter()
        # Twice in the page where a narrow window shows other links than a wide one.
        self.frame: set[str] = set()
        self.is_main = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.is_main |= tag == "main"
        key = given.get("data-key")
        if key and "hidden" not in given:
            if self.is_main:
                self.main[key] += 1
            else:
                self.frame.add(key)

    def handle_endtag(self, tag: str) -> None:
        self.is_main &= tag != "main"


@pytest.fixture
def crew(house: House) -> Team:
    return team(house)


@pytest.fixture
def desk(crew: Team) -> Desk:
    return signed_in(Role.SECRETARY)


def recognise(desk: Desk, appointment: Appointment) -> None:
    """Let the invited parent be on the line, so that the card has the keys of answers."""
    party = appointment.parties.get(is_requester=False)
    desk.client.post("/desk/who-calls/", {"code": own_code(party.link_nonce)})


def requested(crew: Team, desk: Desk) -> Appointment:
    return request_for(crew.house, 9)


def offered(crew: Team, desk: Desk) -> Appointment:
    appointment = request_for(crew.house, None)
    wish = Wish(crew.house.service, Channel.IN_PERSON)
    slots = [(wish, crew.house.slot(hour)) for hour in (9, 12)]
    decisions.offer_times(appointment.pk, slots, user=desk.user, unit=crew.house.unit)
    recognise(desk, appointment)
    return appointment


def asks_to_move(crew: Team, desk: Desk) -> Appointment:
    appointment = agreed(crew)
    party = appointment.parties.get(is_requester=True)
    wish = Wish(crew.house.service, Channel.IN_PERSON)
    answers.ask_to_move(party.pk, wish, crew.house.slot(13), unit=crew.house.unit)
    return appointment


def declined(crew: Team, desk: Desk) -> Appointment:
    appointment = agreed(crew)
    appointment.parties.filter(is_requester=False).update(answer=Answer.ASKED)
    recognise(desk, appointment)
    answers.answer_invitation(appointment.parties.get(is_requester=False).pk, accepts=False)
    return appointment


def not_sent(crew: Team, desk: Desk) -> Appointment:
    appointment = request_for(crew.house, 9)
    decisions.confirm(appointment.pk, user=UserFactory())
    OutboxMessage.objects.filter(about=appointment.reference).update(
        failed_at=at(8), last_error="refused 550"
    )
    return appointment


@pytest.mark.parametrize(
    "made", [requested, offered, asks_to_move, declined, not_sent], ids=lambda made: made.__name__
)
def test_no_two_things_have_one_key(
    crew: Team, desk: Desk, made: Callable[[Team, Desk], Appointment]
) -> None:
    """With the list beside the card: the rows before and after are there as well."""
    request_for(crew.house, None, other=None)
    appointment = made(crew, desk)
    request_for(crew.house, None)
    seen = 0
    rows = desk.client.get("/desk/work/").content.decode().split('hx-get="/desk/?at=')[1:]
    for address in {row.partition('"')[0] for row in rows}:
        html = desk.client.get(f"/desk/?at={address}").content.decode()
        if f'class="code">{appointment.reference}<' in html:
            seen += 1
            keys = Keys(html)
            assert [key for key, count in keys.main.items() if count > 1] == []
            assert keys.main.keys() & keys.frame == set()
            # Who is calling can be asked on every card.
            assert keys.main["8"] == 1
    assert seen
