"""What the manager asks: how many more fit, when who is called, and the figures of the day."""

import pytest
from django.test import Client

from office.models import Role
from tests.bookings.desk_cast import signed_in
from tests.walkin.cast import at, frozen_at, in_english, running_walk_in, service
from walkin.actions.serving import refer
from walkin.actions.take_number import ticket_path
from walkin.days.lifecycle import end_day
from walkin.estimates.snapshot import QueueSnapshot
from walkin.models import Destination, Outcome

pytestmark = pytest.mark.django_db


def staff(role: Role) -> Client:
    return in_english(signed_in(role).client)


def said(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return " ".join(response.content.decode().split())


def test_the_screen_tells_what_still_fits_and_when_who_is_called() -> None:
    with frozen_at(9):
        own = running_walk_in()
        own.serve() if own.take() else None
        for _ in range(3):
            own.take()
        page = said(staff(Role.SECRETARY), "/queue/")
        fits = QueueSnapshot(own.day).places_left
        assert 2 <= fits <= 5
        assert f"About {fits} more fit until 12:00." in page
        assert "Somebody who comes now waits" in page
        assert "Those who wait are done at about" in page
        assert 'data-counts="queue" data-count="3"' in page
        # A later hour leaves room for fewer.
        assert QueueSnapshot(own.day, at=at(11, 30)).places_left == 0
        own.day.duties.all().delete()
        assert "the waits are not known yet" in said(staff(Role.SECRETARY), "/queue/line/")


def test_the_manager_reads_what_still_fits_without_anybodys_matters() -> None:
    with frozen_at(9):
        own = running_walk_in()
        own.take(service(name_en="Counselling on separating"))
        own.take()
        fits = QueueSnapshot(own.day).places_left
        manager = staff(Role.MANAGER)
        for path in ("/office/walk-in/", f"/office/walk-in/{own.day.pk}/"):
            page = said(manager, path)
            assert f"About {fits} more fit until 12:00." in page, path
            assert "Somebody who comes now waits" in page
            assert "Counselling on separating" not in page
        assert page.count('data-label="Called at about">9') == 2


def test_the_figures_of_a_day_while_it_runs_and_after_it_and_as_a_file() -> None:
    with frozen_at(9):
        own = running_walk_in()
        advice = service(name_en="Counselling on separating")
        own.take(advice, language="sv")
        own.done(own.serve(), Outcome.AGREEMENT)
        kela = Destination.objects.create(service_point=own.point, name="Kela", where="Upstairs")
        refer(own.take().pk, kela, user=own.user)
        path = f"/queue/day/{own.day.pk}/figures/"
        manager = staff(Role.MANAGER)
        assert "so far" in said(manager, path)
        assert 'href="/office/walk-in/" data-key="Escape"' in said(manager, path)
        own.take()
        end_day(own.day.pk)
        page = said(manager, path)
        assert 'href="/office/walk-in/held/" data-key="Escape"' in page
        file = manager.get(f"{path}?format=csv")
        for role in (Role.SUPERVISOR, Role.GUIDE, Role.SECRETARY):
            assert staff(role).get(path).status_code == 200
        assert Client().get(path).status_code == 302
    assert "so far" not in page
    for name, n in (
        ("Agreement confirmed", 1),
        ("Agreements made", 1),
        ("Counselling on separating", 1),
        ("Swedish", 1),
        ("Kela", 1),
        ("Referred", 1),
        ("Closed at the end of the day", 1),
        ("Numbers taken", 3),
    ):
        assert f'<th scope="row">{name}</th> <td class="num">{n}</td>' in page, name
    assert file["Content-Type"] == "text/csv; charset=utf-8"
    assert "\r\nReferred to;Kela;1\r\n" in file.content.decode()


def test_a_slip_has_what_the_person_needs_and_none_of_their_buttons() -> None:
    with frozen_at(9):
        own = running_walk_in()
        own.take()
        ticket = own.take(language="en")
        client = staff(Role.SUPERVISOR)
        path = f"/queue/numbers/{ticket.pk}/slip/"
        slip = said(client, path)
        assert path in said(client, f"/queue/numbers/{ticket.pk}/")
        assert ticket_path(ticket) not in slip
        assert "/leave/" not in slip
        for words in ("1 number before you", "Most likely wait", "open today 8:00–12:00", "qr"):
            assert words in slip
        assert own.point.name in slip
        kela = Destination.objects.create(
            service_point=own.point, name="Kela", name_en="Kela", where="Upstairs"
        )
        refer(ticket.pk, kela, user=own.user, expected_at=at(10, 15))
        slip = said(client, path)
        assert "Go next to: <strong>Kela</strong>" in slip
        assert "tell our staff this number" in slip
        end_day(own.day.pk)
        assert client.get(path).status_code == 404
