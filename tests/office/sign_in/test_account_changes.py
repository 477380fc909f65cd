"""What a manager does to accounts asks for a fresh proof, leaves a row, and is shown to the others."""

import pytest
from django.test import Client
from django.urls import reverse

from office.models import AccessAction, AccessLogEntry, Role, User
from office.sign_in.account_changes import mark_seen, unseen_changes
from tests.office.signing_in import PASSWORD, member, sign_in
from tests.proving import prove

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return member("boss", [Role.MANAGER])


@pytest.fixture
def other() -> User:
    return member("other", [Role.MANAGER])


@pytest.fixture
def manager(boss: User) -> Client:
    """Sign in for some time: an open screen."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(boss)
    prove(client, boss, ago=3600)
    return client


def form_of(user: User, *roles: Role) -> dict[str, object]:
    return {
        "username": user.username,
        "first_name": "",
        "last_name": "",
        "email": "",
        "roles": list(roles),
        "language": "fi",
    }


@pytest.mark.parametrize("name", ["user", "user_switch", "user_reset", "user_end"])
def test_a_passer_by_at_an_open_screen_is_asked_who_they_are(manager: Client, name: str) -> None:
    victim = member("victim")
    url = reverse(f"office:{name}", args=[victim.pk])
    assert (
        manager.get(url)["Location"] == f"/accounts/reauthenticate/?next={url.replace('/', '%2F')}"
    )
    asked = manager.post(url, form_of(victim, Role.MANAGER))
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=%2Fsession%2Fagain%2F")
    victim.refresh_from_db()
    assert (victim.roles, victim.is_active, victim.session_epoch) == (["secretary"], True, 0)
    assert not AccessLogEntry.objects.exists()


def test_a_password_link_and_a_new_account_ask_too(manager: Client) -> None:
    victim = member("victim")
    link = manager.post(reverse("office:user_link", args=[victim.pk]))
    assert link["Location"].startswith("/accounts/reauthenticate/")
    shown = manager.get(reverse("office:password_link"))
    assert shown["Location"] == reverse("office:users")
    assert manager.get(reverse("office:user_add"))["Location"].startswith("/accounts/reauth")


def test_what_was_being_sent_goes_on_after_the_proof(manager: Client, boss: User) -> None:
    url = reverse("office:user", args=[boss.pk])
    asked = manager.post(url, form_of(boss, Role.MANAGER, Role.SECRETARY))
    assert manager.post(asked["Location"], {"password": "wrong one"}).status_code == 200
    proved = manager.post(asked["Location"], {"password": PASSWORD})
    page = manager.get(proved["Location"]).content.decode()
    assert "Now we know that it is you." in page
    manager.post(url, form_of(boss, Role.MANAGER, Role.SECRETARY))
    boss.refresh_from_db()
    assert set(boss.roles) == {"secretary", "manager"}


def test_a_first_password_is_not_shown_while_it_is_kept(manager: Client) -> None:
    new = member("new")
    secret = "kirjava salasana jota kukaan ei näe"
    asked = manager.post(
        reverse("office:user_add"), {**form_of(new, Role.GUIDE), "password": secret}
    )
    proved = manager.post(asked["Location"], {"password": PASSWORD})
    page = manager.get(proved["Location"]).content.decode()
    assert f'<li class="wrap-anywhere">{secret}' not in page


def test_taking_on_the_secretary_s_role_is_shown_to_the_other_managers(
    boss: User, other: User
) -> None:
    mine, theirs = sign_in(boss), sign_in(other)
    mine.post(reverse("office:user", args=[boss.pk]), form_of(boss, Role.MANAGER, Role.SECRETARY))
    mine.post(reverse("office:user", args=[boss.pk]), form_of(boss, Role.MANAGER))
    rows = AccessLogEntry.objects.filter(action=AccessAction.ROLES_CHANGED)
    assert [(row.user, row.about) for row in rows] == [(boss, boss)] * 2

    page = theirs.get("/office/").content.decode()
    assert "boss changed the roles of boss: manager → secretary, manager." in page
    assert "boss changed the roles of boss: secretary, manager → manager." in page
    assert page.count("This person changed their own roles.") == 2
    assert "Accounts were changed" not in mine.get("/office/").content.decode()


def test_it_is_shown_until_it_is_seen_and_no_longer(boss: User, other: User) -> None:
    mine, theirs = sign_in(boss), sign_in(other)
    victim = member("victim")
    mine.post(reverse("office:user_link", args=[victim.pk]))
    (first,) = unseen_changes(other)
    assert first.sentence == "boss made a password link for victim."
    # Another one comes while the manager reads.
    mine.post(reverse("office:user_switch", args=[victim.pk]))
    assert theirs.get(reverse("office:changes_seen")).status_code == 405
    theirs.post(reverse("office:changes_seen"), {"up_to": first.pk})
    other.refresh_from_db()
    assert [change.sentence for change in unseen_changes(other)] == [
        "boss closed the account of victim."
    ]
    for wrong in ("", "x", "9" * 30):
        assert theirs.post(reverse("office:changes_seen"), {"up_to": wrong}).status_code == 302
    other.refresh_from_db()
    assert len(unseen_changes(other)) == 1
    mark_seen(other, up_to=first.pk - 1)
    other.refresh_from_db()
    assert len(unseen_changes(other)) == 1
