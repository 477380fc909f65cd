"""Taking a number on one's own phone, and the number's own page behind its secret link."""

import pytest
from django.test import Client

from tests.factories import ServiceFactory, UnitFactory
from tests.walkin.cast import RunningWalkIn, frozen_at, running_walk_in, service
from walkin.actions.serving import refer
from walkin.actions.take_number import ticket_path
from walkin.days.lifecycle import close_intake, end_day
from walkin.models import Destination, Ticket
from walkin.public_pages import ticket as views
from walkin.states import TicketState

pytestmark = pytest.mark.django_db


@pytest.fixture
def english(client: Client) -> Client:
    UnitFactory()
    client.cookies["django_language"] = "en"
    return client


def text(response) -> str:
    return " ".join(response.content.decode().split())


def take(client: Client, own: RunningWalkIn, key: str = "one", **more: str):
    sent = {"key": key, "matter": "unsure", "language": "sv", "meeting": "separate", **more}
    return client.post(f"/walk-in/take/{own.day.code}/", sent)


def test_a_number_is_taken_with_the_code_of_the_day(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        advice = service(matter_en="We are parting")
        long = ServiceFactory(asked_online=True, matter_en="A whole agreement")
        address = f"/walk-in/take/{own.day.code}/"
        page = text(english.get(address))
        assert f'href="?matter={advice.slug}"' in page
        assert f'href="/services/{long.slug}/"' in page
        assert "How are you here?" in text(english.get(f"{address}?matter={advice.slug}"))
        response = take(english, own, matter=advice.slug, meeting="together")
        ticket = Ticket.objects.get()
        assert response.headers["Location"] == ticket_path(ticket)
    assert (ticket.number, ticket.service, ticket.language) == (1, advice, "sv")
    assert (ticket.meeting, ticket.source) == ("together", "phone")


def test_pressing_twice_takes_one_number(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        first, second = take(english, own), take(english, own)
        assert first.headers["Location"] == second.headers["Location"]
        assert Ticket.objects.count() == 1
        take(english, own, key="another form")
    assert Ticket.objects.count() == 2


def test_how_one_is_here_must_be_chosen(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        response = take(english, own, meeting="")
    assert "Choose how you are here." in text(response)
    assert not Ticket.objects.exists()


def test_an_unknown_matter_leads_to_the_choices(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        assert "What is it about?" in text(take(english, own, matter="no-such-matter"))
    assert not Ticket.objects.exists()


def test_an_old_code_and_a_wrong_one_do_not_work(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        wrong = english.get("/walk-in/take/no-such-code/")
        assert (wrong.status_code, "This code does not work now" in text(wrong)) == (404, True)
        end_day(own.day.pk)
        assert take(english, own).status_code == 404
    assert not Ticket.objects.exists()


def test_when_the_intake_is_closed_other_ways_are_offered(english: Client) -> None:
    with frozen_at(9):
        ServiceFactory(asked_online=True)
        own = running_walk_in()
        close_intake(own.day.pk)
        response = take(english, own)
    assert "No more numbers today" in text(response)
    assert 'href="/book/"' in text(response)
    assert not Ticket.objects.exists()


def test_that_the_last_number_closed_the_intake_stays_so(english: Client) -> None:
    with frozen_at(11, 50):
        own = running_walk_in(closes_when_full=True)
        own.day.refresh_from_db()
        response = take(english, own)
        assert "No more numbers today" in text(response)
    assert (own.fresh().state, own.day.intake_closed_why) == ("intake_closed", "full")


def test_one_address_takes_only_so_many(english: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "NUMBERS_OF_AN_ADDRESS_AN_HOUR", 1)
    with frozen_at(9):
        own = running_walk_in()
        take(english, own)
        assert take(english, own, key="another").status_code == 429
    assert Ticket.objects.count() == 1


def test_the_page_tells_place_wait_and_when_to_be_back(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        for _ in range(4):
            ticket = own.take()
        response = english.get(ticket_path(ticket))
        page = text(response)
    assert '<strong class="own-number__number">4</strong>' in page
    assert "3 numbers before you" in page
    assert "nine times out of ten" in page
    assert "Be back by" in page
    assert "no-store" in response.headers["Cache-Control"]
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex">' in page


def test_a_call_is_clear_and_says_the_desk(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        ticket = own.take()
        own.next()
        page = text(english.get(ticket_path(ticket)))
        assert "It is your turn: go to desk 1" in page
        part = text(english.get(ticket_path(ticket), headers={"HX-Request": "true"}))
        assert part.startswith('<div id="ticket" class="own-number own-number--called"')
        own.came(Ticket.objects.get())
        assert "You are at desk 1." in text(english.get(ticket_path(ticket)))
        own.done(Ticket.objects.get())
        page = text(english.get(ticket_path(ticket)))
    assert "This number has been dealt with." in page
    assert "Give the number back" not in page


def test_the_person_leaves_asks_for_time_and_comes_back(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        ticket = own.take()
        link = ticket_path(ticket)
        assert english.post(f"{link}more-time/").headers["Location"] == link
        assert "Others go first until 9:10" in text(english.get(link))
        english.post(f"{link}ready/")
        assert Ticket.objects.get().state == TicketState.WAITING
        english.post(f"{link}leave/")
        assert Ticket.objects.get().state == TicketState.LEFT
        english.post(f"{link}leave/")
        page = text(english.get(link))
    assert "That cannot be done now. This number has left the queue." in page


def test_more_time_is_given_only_so_often(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in(more_times=1)
        link = ticket_path(own.take())
        english.post(f"{link}more-time/")
        assert "more minutes" not in text(english.get(link))
        english.post(f"{link}more-time/")
        assert "You cannot get more time." in text(english.get(link))
    assert Ticket.objects.get().more_times == 1


def test_a_link_changes_nothing_by_being_opened(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        link = ticket_path(own.take())
        for what in ("more-time", "ready", "leave"):
            assert english.get(f"{link}{what}/").status_code == 405
    assert Ticket.objects.get().state == TicketState.WAITING


def test_a_wrong_link_and_one_of_a_day_that_is_over_open_nothing(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        link = ticket_path(own.take())
        assert english.get(link).status_code == 200
        for path in ("/walk-in/ticket/no-such-link/", f"{link[:-2]}x/"):
            assert english.get(path).status_code == 404
            assert english.post(f"{path}leave/").status_code == 404
        end_day(own.day.pk)
        assert english.get(link).status_code == 404
        assert english.post(f"{link}leave/").status_code == 404


def test_the_page_speaks_the_numbers_language(client: Client) -> None:
    UnitFactory()
    with frozen_at(9):
        own = running_walk_in()
        response = client.get(ticket_path(own.take(language="sv")))
    assert response.headers["Content-Language"] == "sv"


def test_where_one_is_guided_on_to_is_told(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        ticket = own.take()
        kela = Destination.objects.create(
            service_point=own.point, name="Kela", where="First floor, desk 5"
        )
        refer(ticket.pk, kela, user=own.user)
        page = text(english.get(ticket_path(ticket)))
    assert "<strong>Kela</strong><br>First floor, desk 5" in page
