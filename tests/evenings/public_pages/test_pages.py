"""Signing up and the own page, as people use them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from time_machine import travel

from evenings.models import Evening, EveningMaterial, SignUp
from evenings.sign_ups import actions
from evenings.sign_ups.actions import own_path
from office.core import clock
from tests.evenings.cast import signs_up
from tests.evenings.factories import EveningFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unit")]


def sends(client: Client, evening: Evening, **given: object) -> str:
    """Fill the form in; where it leads to."""
    data = {"people": "1", "key": str(uuid4()), **given}
    response = client.post(f"/evenings/{evening.pk}/sign-up/", data)
    assert response.status_code == 302, response.content.decode()
    return str(response.headers["Location"])


def test_by_number_alone_and_with_a_contact(client: Client) -> None:
    evening = EveningFactory()
    assert client.get(f"/evenings/{evening.pk}/").status_code == 200
    assert client.get(f"/evenings/{evening.pk}/sign-up/").status_code == 200
    own = sends(client, evening)
    row = SignUp.objects.get()
    assert own == own_path(row)
    page = client.get(own).content.decode()
    assert f"{row.number[:3]} {row.number[3:]}" in page
    assert "<svg" in page
    assert own in page
    sends(client, evening, first_name="Aino", contact="040 123 4567", people="2")
    row = SignUp.objects.latest("pk")
    assert (row.first_name, str(row.phone), row.email, row.people) == (
        "Aino",
        "+358401234567",
        "",
        2,
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"contact": "019 123 4567"}, "Tähän numeroon ei voi lähettää tekstiviestiä"),
        ({"contact": "aino@"}, "sähköposti"),
        ({"word": "abc"}, "Valitse pidempi sana"),
        ({"people": "9"}, "Valitse"),
        ({"first_name": "131052-308T"}, "henkilötunnus"),
    ],
)
def test_what_is_refused(client: Client, given: dict[str, str], said: str) -> None:
    evening = EveningFactory()
    data = {"people": "1", "key": str(uuid4()), **given}
    response = client.post(f"/evenings/{evening.pk}/sign-up/", data)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not SignUp.objects.exists()


def test_nobody_chooses_to_be_more_than_the_evening_has_room_for(client: Client) -> None:
    evening = EveningFactory(capacity=2)
    own = own_path(signs_up(evening))
    for address in (f"/evenings/{evening.pk}/sign-up/", f"{own}people/"):
        page = client.get(address).content.decode()
        assert re.findall(r'<option value="(\d)"', page) == ["1", "2"]
        data = {"people": "3", "key": str(uuid4()), "waits": "on"}
        assert client.post(address, data).status_code == 422


def test_a_full_evening_says_so_and_leads_to_the_line(client: Client) -> None:
    evening = EveningFactory(capacity=1)
    form = client.get(f"/evenings/{evening.pk}/sign-up/").content.decode()
    assert "Tämä ilta on nyt täynnä" not in form
    signs_up(evening)
    # It filled up meanwhile: asked again, with what was typed.
    data = {"people": "1", "key": str(uuid4()), "first_name": "Aino"}
    response = client.post(f"/evenings/{evening.pk}/sign-up/", data)
    page = response.content.decode()
    assert response.status_code == 409
    assert 'value="Aino"' in page
    waits = re.search(r'name="waits" value="(\w*)"', page)
    assert waits
    assert waits[1] == "on"
    own = sends(client, evening, waits=waits[1])
    assert "Olet jonossa" in client.get(own).content.decode()
    assert (
        "Tämä ilta on nyt täynnä" in client.get(f"/evenings/{evening.pk}/sign-up/").content.decode()
    )


def test_robots_and_closed_evenings(client: Client) -> None:
    evening = EveningFactory()
    data = {"people": "1", "key": str(uuid4()), "website": "x"}
    assert client.post(f"/evenings/{evening.pk}/sign-up/", data).status_code == 302
    closed = EveningFactory(sign_up_closes_at=clock.now() - timedelta(hours=1))
    response = client.post(f"/evenings/{closed.pk}/sign-up/", data)
    assert response.headers["Location"] == f"/evenings/{closed.pk}/"
    assert client.get(f"/evenings/{EveningFactory(status='planned').pk}/").status_code == 404
    assert not SignUp.objects.exists()


def test_the_own_page_changes_moves_and_cancels(client: Client) -> None:
    row, other = signs_up(EveningFactory(), people=2), EveningFactory()
    own = own_path(row)
    for page in ("people/", "move/", "cancel/"):
        # Opening changes nothing: mail scanners do.
        assert client.get(own + page).status_code == 200
    assert client.get(own + "calendar.ics").headers["Content-Type"].startswith("text/calendar")
    client.post(own + "people/", {"people": "1"})
    client.post(own + "move/", {"evening": other.pk})
    row.refresh_from_db()
    assert (row.people, row.evening_id, row.status) == (1, other.pk, "signed")
    full = EveningFactory(capacity=1)
    signs_up(full)
    assert client.post(own + "move/", {"evening": full.pk}).status_code == 422
    client.post(own + "cancel/")
    row.refresh_from_db()
    assert row.status == "cancelled"
    page = client.get(own).content.decode()
    assert "Ilmoittautumisesi on peruttu" in page
    for action in ("people/", "move/", "cancel/", "calendar.ics"):
        assert client.get(own + action).headers["Location"] == own
    assert client.get("/evenings/own/" + "A" * 22 + "/").status_code == 404


def test_an_offer_is_answered_on_the_own_page(client: Client) -> None:
    evening = EveningFactory(capacity=1)
    seated, waiting = signs_up(evening), signs_up(evening, waits=True)
    own = own_path(waiting)
    client.post(own + "answer/", {"answer": "take"})
    waiting.refresh_from_db()
    assert waiting.is_waiting
    actions.cancel(seated.pk)
    assert "Ota paikka" in client.get(own).content.decode()
    assert client.get(own + "answer/").status_code == 405
    client.post(own + "answer/", {"answer": "take"})
    waiting.refresh_from_db()
    assert waiting.has_place


def test_the_remote_link_and_materials_come_in_their_time(client: Client) -> None:
    link = "https://video.example.fi/abc"
    evening = EveningFactory(remote_link=link, capacity=1)
    EveningMaterial.objects.create(evening=evening, title="Kalvot", url="https://example.fi/kalvot")
    seated, waiting = own_path(signs_up(evening)), own_path(signs_up(evening, waits=True))

    def shown(own: str) -> tuple[bool, bool]:
        page = client.get(own).content.decode()
        return link in page, "kalvot" in page

    assert (shown(seated), shown(waiting)) == ((False, False), (False, False))
    with travel(evening.starts_at - timedelta(hours=20)):
        assert (shown(seated), shown(waiting)) == ((True, False), (False, False))
    with travel(evening.ends_at + timedelta(hours=1)):
        assert (shown(seated), shown(waiting)) == ((False, True), (False, False))
    with travel(evening.ends_at + timedelta(days=400)):
        assert client.get(seated).status_code == 404
