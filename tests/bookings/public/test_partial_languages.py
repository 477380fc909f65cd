"""Asking for a time in a language that only a few pages have."""

import re
from typing import Any

import pytest
from django.test import Client

from bookings.models import Appointment
from office.setup.partial_languages import ready_made
from tests.bookings.conftest import House
from tests.bookings.public.test_booking_pages import CONTACT, UNIT_ASKS, VISIT, choose
from tests.partial_languages import check, latin_words


@pytest.mark.parametrize("code", ["ar", "uk"])
def test_every_page_is_in_the_language_and_the_party_keeps_it(
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
    # Its name comes with the program, and was checked with the rest.
    assert ready_made(code)[house.service.name] in read()
    assert house.service.name not in read()
    client.post(house.url(), {"where": house.point.slug})
    read("times/")
    read("no-time/")
    choose(client, house, where=house.point.slug)
    read("details/")
    # Refusals as well.
    refused = client.post(
        house.url("details/"), {"phone": "ABC", "email": "x", "safe": ["voicemail"]}
    )
    assert latin_words(refused.content.decode(), code) == []
    client.post(house.url("details/"), CONTACT)
    # The service is in a full language.
    assert re.search(r'value="sv"[^>]*checked', read("visit/"))
    client.post(house.url("visit/"), VISIT)
    read("other/")
    client.post(house.url("other/"), UNIT_ASKS)
    answers = client.get(house.url("check/")).content.decode()
    assert set(latin_words(answers, code)) == {"Vanhempi", "Yksi", "Vain", "sihteerille"}
    client.post(house.url("check/"))
    read("sent/")
    appointment = Appointment.objects.get()
    party = appointment.parties.get(is_requester=True)
    assert (appointment.language, party.language, party.reads) == ("fi", "fi", code)
