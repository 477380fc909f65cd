"""The same form sent twice is done once: the second press gets the answer of the first."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from office.models import GuidanceSituation, Role
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
    assert answers[0].headers["X-Next"] == answers[1].headers["X-Next"]
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


def test_a_page_that_a_script_got_is_shown_once_without_being_made_again(manager: Client) -> None:
    manager.get(PATH)
    text = "A note\nin two lines"
    wrong = {**FORM, "name_fi": "", "name_en": text}
    by_script = manager.post(PATH, wrong, headers={"X-Saving": "1"})
    GuidanceSituation.objects.create(name_fi="Meanwhile", order=9)
    # A browser ends the lines in its own way.
    shown = manager.post(PATH, {**wrong, "name_en": text.replace("\n", "\r\n")})
    assert shown.content == by_script.content
    assert shown.status_code == by_script.status_code
    assert shown.headers["Content-Security-Policy"] == by_script.headers["Content-Security-Policy"]
    again = manager.post(PATH, wrong)
    assert again.content != by_script.content


def test_a_page_that_a_script_got_is_nobody_else_s(manager: Client) -> None:
    manager.get(PATH)
    wrong = {**FORM, "name_fi": ""}
    by_script = manager.post(PATH, wrong, headers={"X-Saving": "1"})
    another = Client()
    another.force_login(UserFactory(roles=[Role.MANAGER]))
    assert another.post(PATH, wrong).content != by_script.content


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
