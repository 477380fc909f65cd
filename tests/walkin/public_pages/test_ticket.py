"""Taking a number on one's own phone, and the number's own page behind its secret link."""

from html import unescape

import pytest
from django.test import Client

from office.core import live_updates
from tests.factories import ServiceFactory, UnitFactory
from tests.walkin.cast import (
    RunningWalkIn,
    at,
    frozen_at,
    later,
    professional_client,
    running_walk_in,
    service,
)
from walkin.actions.serving import hand_over, hold, refer, resume
from walkin.actions.take_number import ticket_path
from walkin.days import planning
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
        # The history of a phone that others look at names no matter.
        assert f'href="?matter=s{advice.pk}"' in page
        assert advice.slug not in page
        assert f'href="/services/{long.slug}/"' in page
        assert "How are you here?" in text(english.get(f"{address}?matter=s{advice.pk}"))
        response = take(english, own, matter=f"s{advice.pk}", meeting="together")
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


def test_be_back_by_is_not_before_others_have_gone_first(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        first, second = own.take(), own.take()
        english.post(f"{ticket_path(first)}more-time/")
        page = text(english.get(ticket_path(first)))
        assert "Be back by 9:10" in page
        # Nobody is before the second one now.
        assert "You are next" in text(english.get(ticket_path(second)))
        with later(11):
            assert "Others go first" not in text(english.get(ticket_path(first)))


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


def test_an_open_page_is_told_that_the_day_has_ended_and_asks_no_more(english: Client) -> None:
    with frozen_at(9):
        ServiceFactory(asked_online=True)
        own = running_walk_in()
        planning.add_day(own.point, start=at(13), end=at(15), professionals=[])
        link = ticket_path(own.take())
        asks = f"{link}?at={own.point.slug}"
        assert f'hx-get="{asks}"' in text(english.get(link))
        end_day(own.day.pk)
        gone = english.get(asks, headers={"HX-Request": "true"})
        told = text(gone)
        # To a mail program or a stranger the same, with the next days of all points.
        page = text(english.get("/walk-in/ticket/never-was/"))
    assert (gone.status_code, gone.headers["HX-Reswap"]) == (410, "outerHTML")
    assert "This number's page is no longer open" in unescape(told)
    assert "The next walk-in here: <strong>Thu 26 Nov 2026 at 13:00–15:00</strong>" in told
    assert 'href="/book/"' in told
    assert "data-live" not in told
    assert "This number's page is no longer open" in unescape(page)


def test_whose_visit_is_on_hold_says_that_they_are_back(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        ticket = own.take()
        link = ticket_path(ticket)
        assert english.post(f"{link}back/").status_code == 302
        own.serve()
        hold(ticket.pk, user=own.user)
        assert "on hold since 9:00" in text(english.get(link))
        with later(15):
            for _ in range(2):
                english.post(f"{link}back/")
            page = text(english.get(link))
            assert "The desk knows since 9:15 that you are back." in page
            assert "/back/" not in page
            client = professional_client(own)
            assert "back since 9:15" in text(client.get("/queue/"))
            resume(ticket.pk, user=own.user)
    assert ticket.events.filter(what="is_back").count() == 1
    assert Ticket.objects.get().back_at is None


def test_handed_over_one_knows_to_whom_and_where(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in(2)
        ticket = own.take()
        hand_over(ticket.pk, own.people[1], user=own.user)
        page = text(english.get(ticket_path(ticket)))
    assert f"handed over to {own.people[1].name}, who calls you before others." in page
    assert "They are at desk 2." in page


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
        link = ticket_path(ticket)
        page = text(english.get(link))
        assert "Go next to: <strong>Kela</strong> <br> First floor, desk 5" in page
        # For when they come back.
        assert "own-number__after" in page
        # They send the person back: the number is good, and stands where it stood.
        own.take()
        Ticket.objects.filter(pk=ticket.pk).update(calls=2)
        english.post(f"{link}come-back/")
        assert "You are next" in text(english.get(link))
        # A call that was answered before is no call of now.
        assert Ticket.objects.get(pk=ticket.pk).calls == 0
        english.post(f"{link}come-back/")
    assert Ticket.objects.get(pk=ticket.pk).state == TicketState.WAITING


def test_who_is_next_at_a_free_desk_is_told_so_whoever_waits_for_another(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in(2)
        for person in own.people:
            person.services.clear()
        money, home = service(), service()
        own.people[0].services.set([money])
        own.people[1].services.set([money, home])
        own.take(home)
        own.serve(1)
        for _ in range(3):
            own.take(home)
        last = own.take(money)
        assert "You are next" in text(english.get(ticket_path(last)))


def test_all_open_numbers_are_told_at_once_with_nothing_of_whose_they_are(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        first, second, _third = own.take(service()), own.take(), own.take()
        own.next()
        found = english.get(f"/walk-in/live/{own.point.slug}/numbers/").json()
        page = text(english.get(ticket_path(second)))
        assert found.keys() == {"1", "2", "3"}
        assert f'data-number="2" data-key="{found["2"][0]}"' in page
        for word in found["2"][1:]:
            assert word in page
        assert found["3"][1] == "1 number before you"
        # The one who is called reads the own page; of the others only words may change.
        assert len(found["1"]) == 1
        called = found["1"][0]
        own.came(Ticket.objects.get(pk=first.pk))
        again = english.get(f"/walk-in/live/{own.point.slug}/numbers/").json()
        assert again["1"][0] != called
        assert again["2"][0] == found["2"][0]
        end_day(own.day.pk, anyway=True)
        assert english.get(f"/walk-in/live/{own.point.slug}/numbers/").json() == {}


def test_new_tickets_of_streams_keep_the_part_and_its_language(english: Client) -> None:
    own = running_walk_in()
    path = f"/walk-in/live/{own.point.slug}/"
    asked = {
        f"{path}?kind=numbers&language=sv": (f"{path}numbers/", "sv"),
        f"{path}?kind=display&language=xx": (f"/walk-in/display/{own.point.slug}/", "fi"),
        "/walk-in/live/?kind=about&language=en": ("/walk-in/", "en"),
    }
    for address, part in asked.items():
        found = live_updates.read_ticket(english.get(address).json()["ticket"])
        assert found is not None
        assert found.part == live_updates.StreamPart(*part)
    plain = live_updates.read_ticket(english.get(f"{path}?kind=/desk/").json()["ticket"])
    assert plain is not None
    assert plain.part is None
