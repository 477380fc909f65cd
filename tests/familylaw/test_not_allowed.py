"""The address of a button, opened by itself."""

import pytest
from django.test import Client

from bookings.parties.records import link_path
from familylaw.not_allowed import page_above
from office.models import Role
from tests.factories import PartyFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["answer/", "choose/", "earlier/leave/", "move/withdraw/"])
def test_a_parent_is_led_to_the_page(client: Client, page: str) -> None:
    client.cookies["django_language"] = "en"
    path = link_path(PartyFactory())
    response = client.get(path + page)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert "Nothing was changed" in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    # From "earlier/leave/" to the page of the wish, from the others to the appointment itself.
    above = f"{path}{page.split('/')[0]}/" if page.count("/") == 2 else path
    assert f'href="{above}"' in response.content.decode()
    assert client.get(above).status_code in (200, 302)


def test_staff_are_led_to_the_desk() -> None:
    client = Client()
    client.force_login(UserFactory(roles=[Role.SECRETARY]))
    page = client.get("/desk/requests/ABC-123/confirm/").content.decode()
    assert 'href="/desk/requests/ABC-123/"' in page


def test_another_language_on_the_page_of_a_refused_form_leads_to_the_page_above() -> None:
    client = Client()
    client.force_login(UserFactory(roles=[Role.GUIDE]))
    path = "/queue/numbers/7/send-on/"
    chosen = client.post("/i18n/setlang/", {"language": "sv", "next": path})
    assert chosen.headers["Location"] == path
    # The browser says which page the choice was made on: the one that it asks for now.
    here = client.get(path, headers={"Referer": f"http://testserver{path}"})
    assert (here.status_code, here.headers["Location"]) == (302, "/queue/numbers/7/")
    for elsewhere in ("", "http://testserver/queue/", f"http://other.example{path}"):
        assert client.get(path, headers={"Referer": elsewhere}).status_code == 405


def test_a_program_gets_the_plain_answer(client: Client) -> None:
    response = client.put("/")
    assert (response.status_code, response.content) == (405, b"")


def test_there_is_always_a_page_above() -> None:
    assert page_above("/nothing/of/this/") == "/"
    assert page_above("/") == "/"
