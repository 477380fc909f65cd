"""An interpreter is a language of a list: no words of one parent reach who meets both."""

from importlib import import_module
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override

import bookings.migrations
from bookings.models import Appointment
from bookings.parties.forms import ContactsForm
from bookings.public.forms import PartyDetailsForm
from office.core import interpreters
from office.models import Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import request_for, signed_in, url
from tests.bookings.public.test_booking_pages import VISIT, choose, fill, send
from tests.factories import booked

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
WORDS = "arabia. Isä lyö minua"
# Whatever its number is.
(NAME,) = Path(bookings.migrations.__file__).parent.glob("*_interpreter_is_a_language.py")
migration = import_module(f"bookings.migrations.{NAME.stem}")


def test_a_language_is_chosen_and_none_is_typed(client: Client, house: House) -> None:
    client.cookies["django_language"] = "en"
    choose(client, house)
    answer = client.post(house.url("visit/"), {**VISIT, "interpreter": WORDS})
    assert set(answer.context["form"].errors) == {"interpreter"}
    fill(client, house, visit={"interpreter": "ar"})
    assert "Arabic" in client.get(house.url("check/")).content.decode()
    send(client, house)
    assert Appointment.objects.get().parties.get().interpreter == "ar"


@pytest.mark.parametrize("form", [PartyDetailsForm, ContactsForm])
def test_no_form_takes_free_text_as_the_language(form: type[PartyDetailsForm]) -> None:
    filled = form({"interpreter": WORDS})
    assert "interpreter" in filled.errors
    assert "interpreter" not in form({"interpreter": "so"}).errors


def test_which_other_language_is_for_the_secretary_alone(house: House) -> None:
    secretary, supervisor = signed_in(Role.SECRETARY), signed_in(Role.SUPERVISOR)
    house.professional.user = supervisor.user
    house.professional.save()
    appointment = booked(start=at(9, day=23), professionals=[house.professional])
    party = appointment.parties.get()
    data = {
        "version": appointment.version,
        "name": party.name,
        "email": party.email,
        "safe": ["email"],
        "language": "fi",
        "interpreter": "other",
        "interpreter_words": "Laki",
    }
    page = url(appointment, f"parties/{party.pk}/")
    assert secretary.client.post(page, data).status_code == 302
    party.refresh_from_db()
    assert (party.interpreter, party.interpreter_words) == ("other", "Laki")
    assert "Laki" in secretary.client.get(url(appointment), headers=EN).content.decode()
    day = supervisor.client.get("/my-day/", headers=EN).content.decode()
    assert ("Laki" in day, "interpreter: Another language" in day) == (False, True)
    # Of a language of the list nothing more is kept.
    appointment.refresh_from_db()
    again = {**data, "version": appointment.version, "interpreter": "ar"}
    assert secretary.client.post(page, again).status_code == 302
    party.refresh_from_db()
    assert (party.interpreter, party.interpreter_words) == ("ar", "")


def test_what_is_no_code_is_said_as_another_language(house: House) -> None:
    # Such a row could only come from an older copy of the app.
    party = request_for(house).parties.get(is_requester=True)
    party.interpreter = WORDS
    with override("en"):
        assert party.interpreter_label == "Another language"
        assert interpreters.language_name("") == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("arabia", "ar"),
        ("Arabian kieli", "ar"),
        ("venäjä", "ru"),
        ("ryska", "ru"),
        ("Somali", "so"),
        ("ukrainan tulkki", "uk"),
        ("viro", "et"),
        ("dari", "fa"),
        ("kurdi", "other"),
        ("laki", "other"),
        ("arabia tai kurdi", "other"),
        (WORDS, "other"),
        ("", "other"),
    ],
)
def test_old_texts_become_languages(text: str, code: str) -> None:
    assert migration.language_of(text) == code


def test_every_language_of_the_migration_is_on_the_list() -> None:
    assert set(migration.BEGINNINGS) == interpreters.CODES - {interpreters.OTHER}
