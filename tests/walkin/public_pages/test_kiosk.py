"""The kiosk at the point: taken into use by staff, gives numbers, keeps nothing of the last person."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from office.core import clock
from office.models import Role
from tests.factories import ServicePointFactory, UnitFactory, UserFactory
from tests.walkin.cast import RunningWalkIn, frozen_at, running_walk_in, service
from walkin.actions.take_number import ticket_path
from walkin.days.lifecycle import close_intake
from walkin.models import Ticket
from walkin.public_pages.kiosk_session import COOKIE

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(_nine: None) -> RunningWalkIn:
    UnitFactory()
    return running_walk_in()


def text(response) -> str:
    return " ".join(response.content.decode().split())


def address(own: RunningWalkIn) -> str:
    return f"/walk-in/kiosk/{own.point.slug}/"


@pytest.fixture
def screen(client: Client) -> Client:
    client.force_login(UserFactory(roles=[Role.GUIDE]))
    return client


def in_use(client: Client, own: RunningWalkIn) -> Client:
    client.post(f"{address(own)}use/")
    return client


def take(client: Client, own: RunningWalkIn, **more: str):
    sent = {"key": "one", "matter": "unsure", "language": "en", "meeting": "separate", **more}
    return client.post(address(own), sent)


@pytest.fixture(autouse=True)
def _nine(settings: Any) -> Iterator[None]:
    """Run a unit at work: in a demo every browser is a screen."""
    settings.DEMO = ""
    with frozen_at(9):
        yield


def test_a_stranger_far_away_takes_no_number_and_sees_no_code(
    client: Client, own: RunningWalkIn
) -> None:
    response = client.get(address(own))
    assert response.status_code == 403
    assert own.day.code not in text(response)
    assert take(client, own).status_code == 403
    assert not Ticket.objects.exists()


def test_asked_for_by_htmx_only_what_changes_comes(screen: Client, own: RunningWalkIn) -> None:
    kiosk = in_use(screen, own)
    part = text(kiosk.get(address(own), headers={"HX-Request": "true"}))
    assert part.startswith("<")
    assert "<html" not in part
    assert "<html" in text(kiosk.get(address(own)))


def test_its_worker_has_a_page_in_three_languages_and_nothing_of_anybody(
    client: Client, own: RunningWalkIn
) -> None:
    answer = client.get(f"{address(own)}worker.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    page = answer.content.decode().encode().decode("unicode_escape", errors="ignore")
    for words in (
        "Ei yhteytt",
        "Ingen anslutning",
        "No connection.",
        f'data-home="{address(own)}"',
    ):
        assert words in page, words
    assert own.day.code not in page
    assert client.get("/walk-in/kiosk/no-such-point/worker.js").status_code == 404


def test_a_screen_of_one_point_is_none_of_another(screen: Client, own: RunningWalkIn) -> None:
    other = ServicePointFactory()
    screen.post(f"/walk-in/kiosk/{other.slug}/use/")
    assert screen.get(address(own)).status_code == 403
    screen.cookies[COOKIE] = "made up"
    assert screen.get(address(own)).status_code == 403


def test_only_staff_take_a_screen_into_use_and_are_signed_out_by_it(
    client: Client, own: RunningWalkIn
) -> None:
    use = f"{address(own)}use/"
    assert client.post(use).headers["Location"].startswith("/accounts/login/")
    client.force_login(UserFactory(roles=[]))
    assert client.post(use).status_code == 403
    assert COOKIE not in client.cookies
    client.force_login(UserFactory(roles=[Role.GUIDE]))
    assert client.get(use).status_code == 200
    assert client.post(use).headers["Location"] == address(own)
    assert "_auth_user_id" not in client.session
    assert client.get(address(own)).status_code == 200


def test_the_start_speaks_three_languages_and_shows_the_code(
    screen: Client, own: RunningWalkIn
) -> None:
    page = text(in_use(screen, own).get(address(own)))
    assert "Odotus nyt enintään 5 minuuttia" in page
    assert "Väntetid nu högst 5 minuter" in page
    assert [
        "Ota vuoronumero" in page,
        "Ta ett könummer" in page,
        "Take a queue number" in page,
    ] == [True] * 3
    assert 'class="qr"' in page


def test_from_the_matter_to_the_slip(screen: Client, own: RunningWalkIn) -> None:
    advice = service(matter_en="We are parting")
    in_use(screen, own)
    page = text(screen.get(f"{address(own)}?language=en"))
    assert f"?language=en&amp;matter=s{advice.pk}" in page
    assert "How are you here?" in text(
        screen.get(f"{address(own)}?language=en&matter=s{advice.pk}")
    )
    response = take(screen, own, matter=f"s{advice.pk}")
    ticket = Ticket.objects.get()
    assert (ticket.number, ticket.service, ticket.source) == (1, advice, "kiosk")
    slip = response.headers["Location"]
    assert ticket_path(ticket) not in slip
    page = text(screen.get(slip))
    assert '<strong class="slip__number">1</strong>' in page
    # After a moment the next person cannot go back to it.
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        assert screen.get(slip).headers["Location"] == address(own)


def test_a_slip_opens_only_at_the_screen(screen: Client, own: RunningWalkIn) -> None:
    slip = take(in_use(screen, own), own).headers["Location"]
    assert Client().get(slip).status_code == 302
    assert screen.get(f"{address(own)}slip/made-up/").status_code == 302


def test_pressing_twice_takes_one_number(screen: Client, own: RunningWalkIn) -> None:
    in_use(screen, own)
    take(screen, own)
    take(screen, own)
    assert Ticket.objects.count() == 1


def test_when_the_intake_is_closed_the_screen_says_so(screen: Client, own: RunningWalkIn) -> None:
    in_use(screen, own)
    close_intake(own.day.pk)
    page = text(screen.get(address(own)))
    assert "Tänään ei anneta enää numeroita" in page
    assert 'class="qr"' not in page
    assert take(screen, own).headers["Location"] == address(own)
    assert not Ticket.objects.exists()
