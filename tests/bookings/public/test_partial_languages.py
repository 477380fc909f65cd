"""Asking for a time in a language that only a few pages have."""

from typing import Any

import pytest
from django.test import Client

from tests.bookings.conftest import House
from tests.bookings.public.test_booking_pages import choose
from tests.partial_languages import check, latin_words


@pytest.mark.parametrize("code", ["ar", "uk"])
def test_the_way_to_a_time_is_in_the_language(
    client: Client, house: House, code: str, settings: Any
) -> None:
    settings.DEMO = ""
    check(code, otherwise="sv")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = code

    def read(name: str = "") -> str:
        address = "/book/" if name == "start" else house.url(name)
        page = client.get(address).content.decode()
        assert f'<html lang="{code}"' in page, name
        assert latin_words(page, code) == [], name
        return page

    read("start")
    assert f'<bdi lang="fi">{house.service.name}</bdi>' in read()
    client.post(house.url(), {"where": house.point.slug})
    read("times/")
    read("no-time/")
    choose(client, house, where=house.point.slug)
    read("details/")
