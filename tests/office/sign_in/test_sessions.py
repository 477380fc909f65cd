"""Where somebody is signed in: listed, ended by them or the manager, over in time, not revived."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from bookings.my_day.feed import feed_path, issue_feed
from office.core import live_updates
from office.models import AccessAction, AccessLogEntry, Role, StaffSession, User
from office.sign_in import sessions as staff_sessions
from office.sign_in.accounts import switch_user
from tests.ears import Ear
from tests.factories import ProfessionalFactory
from tests.office.signing_in import PASSWORD, member, sign_in

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1"
)


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-23 08:00:00+02:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def secretary() -> User:
    return member("ritva")


@pytest.fixture
def boss() -> User:
    return member("boss", [Role.MANAGER])


def is_in(client: Client, path: str = "/desk/") -> bool:
    return bool(client.get(path).status_code == 200)


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox · Windows"),
        (IPHONE, "Safari · iPhone"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
            "Edge · Linux",
        ),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_browser_is_called_as_people_call_it(agent: str, said: str) -> None:
    assert staff_sessions.device_of(agent) == said


def test_own_sessions_are_listed_and_ended_one_by_one(secretary: User) -> None:
    here = sign_in(secretary, **{"user-agent": FIREFOX})
    there = sign_in(secretary, **{"user-agent": IPHONE})
    page = here.get("/session/own/").content.decode()
    assert "Firefox · Windows" in page
    assert "Safari · iPhone" in page

    other = StaffSession.objects.get(device="Safari · iPhone")
    assert here.get(f"/session/own/{other.pk}/end/").status_code == 405
    here.post(f"/session/own/{other.pk}/end/")
    assert not is_in(there)
    assert is_in(here)
    own = StaffSession.objects.get()
    assert here.post(f"/session/own/{own.pk}/end/").status_code == 404


def test_nobody_else_s_session_is_ended(secretary: User) -> None:
    theirs = sign_in(secretary)
    colleague = sign_in(member("salla"))
    row = StaffSession.objects.get(user=secretary)
    assert colleague.post(f"/session/own/{row.pk}/end/").status_code == 404
    assert Client().post(f"/session/own/{row.pk}/end/").status_code == 302
    assert is_in(theirs)


def test_all_others_are_ended_at_once_and_this_one_stays(secretary: User) -> None:
    here, there = sign_in(secretary), sign_in(secretary)
    unlisted = Client()
    unlisted.force_login(secretary)
    here.post("/session/own/end-others/")
    assert is_in(here)
    assert not is_in(there)
    assert not is_in(unlisted)
    assert StaffSession.objects.get().session_key == here.session.session_key
    entry = AccessLogEntry.objects.get(action=AccessAction.SESSIONS_ENDED)
    assert (entry.user, entry.about, entry.details) == (secretary, secretary, {"count": 1})


def test_a_changed_password_keeps_this_session_in_the_list(secretary: User) -> None:
    here, there = sign_in(secretary), sign_in(secretary)
    new = "neljä-kiveä-rannalla"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/accounts/password/change/", form).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    keys = list(staff_sessions.open_sessions(secretary).values_list("session_key", flat=True))
    assert here.session.session_key in keys


def test_the_manager_ends_all_sessions_of_a_user(secretary: User, boss: User) -> None:
    theirs, manager = sign_in(secretary), sign_in(boss)
    url = reverse("office:user_end", args=[secretary.pk])
    assert "signed out everywhere at once" in manager.get(url).content.decode()
    assert is_in(theirs)
    assert manager.post(url).status_code == 302
    assert not is_in(theirs)
    entry = AccessLogEntry.objects.get(action=AccessAction.SESSIONS_ENDED)
    assert (entry.user, entry.about) == (boss, secretary)


def test_a_sign_in_ends_some_hours_after_it_began_however_it_is_used(
    secretary: User, now: time_machine.Traveller
) -> None:
    client = sign_in(secretary)
    for _ in range(11):
        now.shift(timedelta(hours=1))
        assert is_in(client)
        client.post("/session/stay/")
    assert client.get("/session/stay/").json() == {"left": 3600}
    now.shift(timedelta(hours=1))
    assert not is_in(client)


def test_parents_sessions_are_not_shortened(client: Client) -> None:
    session = client.session
    session["booking"] = {}
    session.save()
    row = Session.objects.get(session_key=session.session_key)
    assert session.get_expiry_age() == 8 * 3600
    assert row.get_decoded() == {"booking": {}}


def test_a_closed_account_ends_all_that_opens_something_and_for_good(
    secretary: User, boss: User, client: Client
) -> None:
    theirs = sign_in(secretary)
    unlisted = Client()
    unlisted.force_login(secretary)
    manager = sign_in(boss)
    manager.post(reverse("office:user_link", args=[secretary.pk]))
    link = manager.get("/office/people/users/link/").context["link"]
    professional = ProfessionalFactory(user=secretary)
    issue_feed(professional)
    feed = feed_path(professional)
    assert client.get(feed).status_code == 200

    switch_user(secretary, on=False, by=boss)
    for state in (False, True):  # Closed, and open again.
        assert not is_in(theirs)
        assert not is_in(unlisted)
        assert client.get(feed).status_code == 404
        assert "token_fail" in Client().get(link, follow=True).context
        if not state:
            switch_user(secretary, on=True, by=boss)
    assert is_in(sign_in(secretary))


def test_a_feed_of_a_user_who_cannot_sign_in_is_closed(secretary: User, client: Client) -> None:
    """However the account came to be closed."""
    professional = ProfessionalFactory(user=secretary)
    issue_feed(professional)
    User.objects.filter(pk=secretary.pk).update(is_active=False)
    assert client.get(feed_path(professional)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_streams_end_with_the_sessions(secretary: User, boss: User) -> None:
    theirs = sign_in(secretary)
    key = theirs.session.session_key
    assert key
    ticket = live_updates.read_ticket(live_updates.new_ticket(live_updates.DESK, session=key))
    assert ticket
    with Ear.open() as ear:
        switch_user(secretary, on=False, by=boss)
        assert ticket.holder in [live_updates.gone(said) for said in ear.heard()]


@pytest.mark.django_db(transaction=True)
def test_a_changed_password_ends_the_streams_of_the_other_sessions(secretary: User) -> None:
    here, there = sign_in(secretary), sign_in(secretary)
    tickets = [
        live_updates.read_ticket(
            live_updates.new_ticket(live_updates.DESK, session=client.session.session_key or "")
        )
        for client in (here, there)
    ]
    form = {"oldpassword": PASSWORD, "password1": "neljä-kiveä-rannalla"}
    with Ear.open() as ear:
        here.post("/accounts/password/change/", form | {"password2": form["password1"]})
        gone = [live_updates.gone(payload) for payload in ear.heard()]
    assert [ticket.holder in gone for ticket in tickets if ticket] == [False, True]
    assert is_in(here)


def test_the_pages_are_for_the_manager_alone(secretary: User) -> None:
    client = sign_in(secretary)
    for name in ("user_access", "user_reset", "user_end"):
        url = reverse(f"office:{name}", args=[secretary.pk])
        assert client.get(url).status_code == 403
        assert Client().get(url).status_code == 302
    assert client.get(reverse("office:screen_locks")).status_code == 403
    assert client.post(reverse("office:changes_seen")).status_code == 403
    assert Client().get("/session/own/").status_code == 302
