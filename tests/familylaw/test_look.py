"""The style guide, the error pages and the choice of language."""

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from familylaw.errors import server_error
from office.models import User


@pytest.fixture
def secretary(db: None) -> User:
    return User.objects.create_user("sihteeri", roles=["secretary"])


@pytest.mark.parametrize("page", ["", "public", "errors"])
def test_staff_see_the_style_guide(client: Client, secretary: User, page: str) -> None:
    client.force_login(secretary)
    assert client.get("/styleguide/", {"page": page}).status_code == 200


def test_the_style_guide_is_for_staff(client: Client, db: None) -> None:
    assert client.get("/styleguide/").status_code == 302
    client.force_login(User.objects.create_user("nobody"))
    assert client.get("/styleguide/").status_code == 403


def test_a_form_with_errors_says_so_in_the_title_and_at_its_fields(
    client: Client, secretary: User
) -> None:
    client.force_login(secretary)
    client.cookies["django_language"] = "en"
    page = client.get("/styleguide/", {"page": "errors"}).content.decode()
    text = " ".join(page.split())
    assert "<title> Error: " in text
    assert 'href="#id_wrong-name"' in text
    assert 'href="#id_wrong-channel_0"' in text
    assert 'aria-describedby="id_wrong-email_error"' in text
    assert 'role="alert"' in text


def test_a_missing_page_has_a_way_on(client: Client, db: None) -> None:
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert 'href="/"' in response.content.decode()


def test_our_own_fault_touches_no_database() -> None:
    """No database is allowed in this test: a query would fail it."""
    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert 'href="/"' in response.content.decode()
    # Who reads it in a hurry can leave as from every other page.
    assert settings.QUICK_EXIT_URL in response.content.decode()


def test_the_choice_of_language_keeps_the_page(client: Client, db: None) -> None:
    response = client.post("/i18n/setlang/", {"language": "sv", "next": "/services/?x=1"})
    assert response.headers["Location"] == "/services/?x=1"
    assert client.cookies["django_language"].value == "sv"
