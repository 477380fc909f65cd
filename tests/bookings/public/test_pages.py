"""What the law asks for: the statement of accessibility and the page on privacy."""

import pytest
from django.test import Client

from office.models import Unit
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db


def test_privacy_says_what_the_settings_say(client: Client) -> None:
    UnitFactory(controller_en="Made-up wellbeing county", retention_days=123, email="a@example.org")
    client.cookies["django_language"] = "en"
    page = " ".join(client.get("/privacy/").content.decode().split())
    for words in (
        "The data controller is Made-up wellbeing county.",
        "123 days",
        "a@example.org",
        "<code>sessionid</code>",
        "<code>csrftoken</code>",
        "<code>seal</code>",
        "<code>django_language</code>",
    ):
        assert words in page


def test_no_other_cookie_is_set_than_the_ones_that_are_told(client: Client) -> None:
    UnitFactory()
    for path in ("/", "/services/", "/privacy/", "/accessibility/", "/appointment/"):
        client.get(path)
    client.post("/i18n/setlang/", {"language": "sv", "next": "/"})
    assert set(client.cookies) == {"csrftoken", "django_language"}


def test_accessibility_says_whom_to_tell(client: Client) -> None:
    UnitFactory(email="a@example.org")
    client.cookies["django_language"] = "en"
    page = client.get("/accessibility/").content.decode()
    for words in ("306/2019", "WCAG 2.2", "a@example.org", "019 000 0000", "14 days", "Traficom"):
        assert words in page


@pytest.mark.parametrize("path", ["/privacy/", "/accessibility/"])
def test_whether_the_phone_is_open_stands_by_its_number(client: Client, path: str) -> None:
    UnitFactory()
    client.cookies["django_language"] = "en"
    page = " ".join(client.get(path).content.decode().split())
    assert "019 000 0000</a> · No hours in the coming weeks" in page


@pytest.mark.parametrize("path", ["/privacy/", "/accessibility/"])
def test_they_stand_without_a_unit_and_only_for_reading(client: Client, path: str) -> None:
    assert not Unit.objects.exists()
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 405
