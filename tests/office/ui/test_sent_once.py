"""The same form sent twice is done once: the second press gets the answer of the first."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from office.models import GuidanceSituation, LockTime, Role, User
from tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
PATH = "/office/guidance/situations/add/"
FORM = {
    "csrfmiddlewaretoken": "of-this-page",
    "name_fi": "Eroamme",
    "name_sv": "",
    "name_en": "",
    "order": "1",
    "is_active": "on",
}


@pytest.fixture
def manager() -> Client:
    UnitFactory()
    client = Client()
    client.force_login(UserFactory(roles=[Role.MANAGER]))
    return client


def test_the_second_press_leads_on_and_does_nothing(manager: Client) -> None:
    first, second = manager.post(PATH, FORM), manager.post(PATH, FORM)
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert GuidanceSituation.objects.count() == 1


def test_a_script_is_answered_in_its_own_way(manager: Client) -> None:
    answers = [manager.post(PATH, FORM, headers={"X-Saving": "1"}) for _ in range(2)]
    assert [a.status_code for a in answers] == [204, 204]
    assert {a.headers["X-Next"] for a in answers} == {"/office/guidance/situations/"}
    assert GuidanceSituation.objects.count() == 1


@pytest.mark.parametrize(
    "other", [{"csrfmiddlewaretoken": "of-another-page"}, {"name_fi": "Olemme eronneet"}]
)
def test_another_page_or_other_words_are_another_deed(
    manager: Client, other: dict[str, str]
) -> None:
    manager.post(PATH, FORM)
    manager.post(PATH, {**FORM, **other})
    assert GuidanceSituation.objects.count() == 2


def test_somebody_else_is_another_sender(manager: Client) -> None:
    manager.post(PATH, FORM)
    another = Client()
    another.force_login(UserFactory(roles=[Role.MANAGER]))
    another.post(PATH, FORM)
    assert GuidanceSituation.objects.count() == 2


def test_what_was_refused_is_tried_again(manager: Client) -> None:
    wrong = {**FORM, "name_fi": ""}
    assert [manager.post(PATH, wrong).status_code for _ in range(2)] == [200, 200]


WRONG = {**FORM, "name_fi": ""}


def by_script(client: Client, data: dict[str, str]) -> str:
    """Return where the script is told to go."""
    answer = client.post(PATH, data, headers={"X-Saving": "1"})
    assert (answer.status_code, answer.content) == (204, b"")
    return str(answer.headers["X-Next"])


def test_a_page_that_answers_a_script_is_kept_and_not_made_again(manager: Client) -> None:
    manager.get(PATH)
    direct = manager.post(PATH, WRONG)
    where = by_script(manager, WRONG)
    assert where.startswith(f"{PATH}?answer=")
    GuidanceSituation.objects.create(name_fi="Meanwhile", order=9)
    shown, again = manager.get(where), manager.get(where)
    assert shown.status_code == direct.status_code
    assert "error-summary" in shown.content.decode()
    assert shown.content == again.content
    nonces = [answer.headers["Content-Security-Policy"] for answer in (shown, again)]
    assert nonces[0] == nonces[1]


def test_a_second_press_by_a_script_is_led_to_the_same_page(manager: Client) -> None:
    manager.get(PATH)
    assert by_script(manager, WRONG) == by_script(manager, WRONG)


def test_a_kept_page_is_nobody_else_s_and_stays_behind_the_sign_in(manager: Client) -> None:
    manager.get(PATH)
    where = by_script(manager, WRONG)
    another = Client()
    another.force_login(UserFactory(roles=[Role.MANAGER]))
    assert "error-summary" not in another.get(where).content.decode()
    assert Client().get(where).status_code == 302
    manager.logout()
    assert manager.get(where).status_code == 302


def test_a_kept_page_is_not_shown_while_the_screen_is_locked(
    manager: Client,
) -> None:
    manager.get(PATH)
    where = by_script(manager, WRONG)
    LockTime.objects.create(role=Role.MANAGER, minutes=15)
    manager.post("/session/lock/")
    assert "error-summary" not in manager.get(where).content.decode()


def test_a_kept_page_closes_with_the_role(manager: Client) -> None:
    manager.get(PATH)
    where = by_script(manager, WRONG)
    User.objects.update(roles=[Role.SECRETARY])
    assert manager.get(where).status_code == 403


def test_a_kept_page_is_at_its_own_address_alone(manager: Client) -> None:
    manager.get(PATH)
    query = by_script(manager, WRONG).partition("?")[2]
    assert "error-summary" not in manager.get(f"/office/guidance/?{query}").content.decode()


def test_after_a_minute_it_is_forgotten(manager: Client) -> None:
    manager.post(PATH, FORM)
    cache.clear()
    manager.post(PATH, FORM)
    assert GuidanceSituation.objects.count() == 2


def test_where_it_led_to_is_sealed(manager: Client) -> None:
    where = manager.post(PATH, FORM).url
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM cache")
        values: list[Any] = [row[0] for row in cursor.fetchall()]
    assert [v for v in values if where in v] == []
    assert any(len(v) > 80 for v in values)
