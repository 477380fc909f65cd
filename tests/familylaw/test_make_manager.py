"""From an empty installation to the first manager at work."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from office.models import Role, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "kolme-kuusta-pihalla"


@pytest.fixture(autouse=True)
def _real_unit(settings: Settings) -> None:
    settings.DEMO = ""
    settings.SITE_URL = "https://booking.example.fi"


def make(name: str = "maija", email: str = "maija@example.fi") -> str:
    out = StringIO()
    call_command("make_manager", name, email, stdout=out, skip_checks=True)
    return out.getvalue()


def link_in(said: str) -> str:
    found = re.search(r"https://booking\.example\.fi(/accounts/password/reset/key/\S+)", said)
    assert found
    return found[1]


def set_password(link: str) -> Client:
    client = Client()
    form = client.get(link, follow=True, secure=True)
    path = form.request["PATH_INFO"]
    client.post(path, {"password1": PASSWORD, "password2": PASSWORD}, secure=True)
    return client


def test_the_link_leads_to_the_manager_s_work(settings: Settings) -> None:
    set_password(link_in(make()))
    user = User.objects.get()
    assert (user.username, user.email, user.roles) == ("maija", "maija@example.fi", ["manager"])
    assert user.check_password(PASSWORD)
    assert (user.is_staff, user.is_superuser) == (False, False)
    # Elsewhere a second step is asked for first.
    settings.REQUIRE_SECOND_FACTOR = False
    client = Client()
    client.force_login(user)
    assert client.get("/office/", secure=True).status_code == 200


def test_the_link_tells_the_name_works_once_and_leads_to_the_sign_in() -> None:
    link, client = link_in(make()), Client(headers={"accept-language": "en"})
    form = client.get(link, follow=True, secure=True)
    assert "Your user name is <strong>maija</strong>" in form.content.decode()
    # The secret is no longer in the address.
    assert not form.request["PATH_INFO"].endswith(link.split("/")[-2])
    refused = client.post(
        form.request["PATH_INFO"], {"password1": "x", "password2": "y"}, secure=True
    )
    assert refused.status_code == 200
    assert 'aria-invalid="true"' in refused.content.decode()
    typed = {"password1": PASSWORD, "password2": PASSWORD}
    done = client.post(form.request["PATH_INFO"], typed, secure=True, follow=True)
    assert "Your password is saved." in done.content.decode()
    assert 'class="button" href="/accounts/login/"' in done.content.decode()
    # Whoever finds the link later reads what to do, and no name.
    late = Client(headers={"accept-language": "en"}).get(link, secure=True)
    assert "This link no longer works" in late.content.decode()
    assert "maija" not in late.content.decode()


def test_a_link_that_was_lost_is_made_anew_until_it_was_used() -> None:
    make()
    link = link_in(make())
    assert User.objects.count() == 1
    set_password(link)
    with pytest.raises(CommandError, match="There is a user maija already"):
        make()


def test_where_there_is_a_manager_it_says_who_adds_users() -> None:
    UserFactory(roles=[Role.MANAGER])
    with pytest.raises(CommandError, match=r"https://booking\.example\.fi/office/people/users/"):
        make()
    assert User.objects.count() == 1


def test_a_closed_manager_does_not_count() -> None:
    UserFactory(roles=[Role.MANAGER], is_active=False)
    make()
    assert User.objects.filter(username="maija", is_active=True).exists()


@pytest.mark.parametrize(("name", "email"), [("maija", "not an address"), ("two words", "a@b.fi")])
def test_what_cannot_be_is_said_in_one_sentence(name: str, email: str) -> None:
    with pytest.raises(CommandError):
        make(name, email)
    assert not User.objects.exists()


def test_somebody_else_s_account_is_left_alone() -> None:
    UserFactory(username="maija", roles=[Role.SECRETARY])
    with pytest.raises(CommandError, match="There is a user maija already"):
        make()
    assert User.objects.get().roles == [Role.SECRETARY]


def test_a_demo_has_its_manager(settings: Settings) -> None:
    settings.DEMO = "porvoo"
    with pytest.raises(CommandError, match="sign in as manager"):
        make()
