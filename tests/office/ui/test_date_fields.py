"""The fields in which staff type days and times of day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django import forms
from django.test import Client
from django.utils import translation

from office.core.typed import Edge, Years
from office.models import Role
from office.ui.date_fields import ClockField, DayField
from tests.factories import UserFactory

SUNDAY = datetime(2026, 11, 29, 10, tzinfo=UTC)


class Form(forms.Form):
    day = DayField()
    last = DayField(required=False, edge=Edge.LAST)
    since = DayField(required=False, years=Years.PAST)
    at = ClockField(required=False)


@pytest.fixture(autouse=True)
def sunday() -> Iterator[None]:
    with time_machine.travel(SUNDAY, tick=False):
        yield


def test_each_reads_in_its_own_way() -> None:
    form = Form({"day": "ti", "last": "vk 50", "since": "1.12.", "at": "830"})
    assert form.is_valid()
    assert form.cleaned_data == {
        "day": date(2026, 12, 1),
        "last": date(2026, 12, 13),
        "since": date(2025, 12, 1),
        "at": time(8, 30),
    }


@pytest.mark.parametrize(
    ("language", "shown", "said"),
    [("fi", "8.12.2026", "ti 8.12.2026"), ("en", "8 Dec 2026", "Tue 8 Dec 2026")],
)
def test_what_was_understood_stands_beside_the_field(language: str, shown: str, said: str) -> None:
    with translation.override(language):
        html = str(Form(initial={"day": date(2026, 12, 8)})["day"])
        assert f'value="{shown}"' in html
        assert f'id="id_day_understood" role="status">{said}<' in html
        assert 'aria-describedby="id_day_understood"' in html
        # What was typed stays as it was typed
        html = str(Form({"day": "vk 50 ti"})["day"])
    assert 'value="vk 50 ti"' in html
    assert f">{said}<" in html


@pytest.mark.parametrize("typed", ["8", "30.2.", "ke 8.12.2026", "pian"])
def test_what_is_unclear_is_asked_again(typed: str) -> None:
    form = Form({"day": typed})
    assert not form.is_valid()
    assert 'role="status"></span>' in " ".join(str(form["day"]).split())


def test_an_unchanged_day_has_not_changed() -> None:
    form = Form({"day": "ti 8.12.2026"}, initial={"day": date(2026, 12, 8)})
    assert not form.has_changed()


@pytest.mark.django_db
def test_the_server_says_how_it_reads_a_day() -> None:
    client = Client()
    client.force_login(UserFactory(roles=[Role.GUIDE]))
    path = "/office/typed-day/?field=first&years=AROUND&first="
    assert client.get(f"{path}vk 50 ti").content.decode().strip() == "ti 8.12.2026"
    assert client.get(f"{path}8").content.decode().strip() == "ei vielä päivä"
    assert client.get(path).content.decode().strip() == ""
    assert client.get(f"{path}vk 50&edge=LAST").content.decode().strip() == "su 13.12.2026"
    assert client.post(path).status_code == 405
    assert Client().get(path).status_code == 302
