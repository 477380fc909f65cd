"""The public's call-back pages: times, sending, the personal link."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from bookings.call_backs.actions import CALLS_OF_A_PHONE_A_DAY
from bookings.models import CallBack, CallStatus
from office.core import tokens
from tests.bookings.call_cast import AINO, ENGLISH, call_hours, form, link_of, reserved
from tests.bookings.conftest import House, at

DETAILS = "/call-back/details/"


@pytest.fixture
def visitor() -> Client:
    return Client(headers=ENGLISH)


def text(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def test_free_times_by_day_and_nobody_is_named(house: House, visitor: Client) -> None:
    who = call_hours(house)
    page = text(visitor, "/call-back/?language=fi")
    assert page.count("/call-back/details/?time=") == 8
    assert "Wed" in page
    assert "16:15" in page or "16.15" in page
    assert who.name not in page


def test_only_those_who_speak_the_language_are_offered(house: House, visitor: Client) -> None:
    call_hours(house)
    page = text(visitor, "/call-back/?language=sv")
    assert "There are no free call-back times now" in page
    assert "Ask for an appointment" in page


def test_switched_off_the_page_says_so_kindly_and_the_front_page_follows(
    house: House, visitor: Client
) -> None:
    call_hours(house)
    assert "/call-back/" in text(visitor, "/")
    house.unit.call_backs_offered = False
    house.unit.save()
    assert "/call-back/" not in text(visitor, "/")
    page = text(visitor, "/call-back/")
    assert "Call-back times are not in use now" in page
    assert "Ask for an appointment" in page
    assert "details" not in page
    assert visitor.get(f"{DETAILS}?time=20261125T1400Z&language=fi").status_code == 302
    assert visitor.post(DETAILS, form()).status_code == 302
    assert not CallBack.objects.exists()


def test_without_free_times_the_front_page_does_not_show_the_way(
    house: House, visitor: Client
) -> None:
    assert "/call-back/" not in text(visitor, "/")


def test_it_is_sent_and_the_page_shows_code_and_link(house: House, visitor: Client) -> None:
    call_hours(house)
    details = text(visitor, f"{DETAILS}?time=20261125T1400Z&language=fi")
    assert "Whom do we call?" in details

    answer = visitor.post(DETAILS, form(matter=house.service.slug))

    assert answer["Location"] == "/call-back/sent/"
    call = CallBack.objects.get()
    assert (call.name, str(call.phone), call.service) == ("Aino", "+358400000001", house.service)
    assert (call.email_is_safe, call.voicemail_is_safe) == (True, False)
    page = text(visitor, "/call-back/sent/")
    assert call.reference in page
    assert link_of(call) in page
    assert "0400000001" not in page.replace(" ", "")
    # Another browser has not sent it.
    assert Client().get("/call-back/sent/").status_code == 302


def test_sent_twice_it_is_one_and_says_so(house: House, visitor: Client) -> None:
    call_hours(house)
    data = form()
    visitor.post(DETAILS, data)
    answer = visitor.post(DETAILS, data, follow=True)
    assert CallBack.objects.count() == 1
    assert "This was sent already. It was reserved once only." in answer.content.decode()


def test_a_time_that_was_just_taken_keeps_what_was_typed(house: House, visitor: Client) -> None:
    call_hours(house)
    reserved(house)
    data = form(name="Eeva Aalto")
    answer = visitor.post(DETAILS, data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "That time was just taken" in page
    assert 'value="Eeva Aalto"' in page
    assert str(data["key"]) in page
    assert 'value="20261125T1415Z"' in page
    again = visitor.post(DETAILS, data | {"time": "20261125T1415Z"})
    assert again.status_code == 302
    assert CallBack.objects.get(name="Eeva Aalto").starts_at == at(16, 15)


def test_a_time_that_is_gone_leads_back_to_the_times(house: House, visitor: Client) -> None:
    call_hours(house)
    reserved(house)
    answer = visitor.get(f"{DETAILS}?time=20261125T1400Z&language=fi", follow=True)
    assert "That time is not free any more" in answer.content.decode()
    for odd in ("", "?time=x", "?time=20261125T1400Z-1-2", "?time=99999999T9999Z&language=xx"):
        assert visitor.get(DETAILS + odd).status_code == 302


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "131052-308T"}, "name"),
        ({"phone": ""}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"safe": ["voicemail"]}, "safe"),
        ({"safe": []}, "safe"),
        ({"email": "", "safe": ["call", "email"]}, "email"),
        ({"matter": "nonsense"}, "matter"),
        ({"key": "x"}, "key"),
    ],
)
def test_what_is_missing_is_asked_for(
    house: House, visitor: Client, changes: dict[str, object], field: str
) -> None:
    call_hours(house)
    answer = visitor.post(DETAILS, form(**changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not CallBack.objects.exists()


def test_a_robot_is_told_nothing(house: House, visitor: Client) -> None:
    call_hours(house)
    assert visitor.post(DETAILS, form(website="http://spam")).status_code == 302
    assert not CallBack.objects.exists()


def test_too_many_from_one_phone(house: House, visitor: Client) -> None:
    call_hours(house)
    for minute in (0, 15, 30)[:CALLS_OF_A_PHONE_A_DAY]:
        assert visitor.post(DETAILS, form(at(16, minute))).status_code == 302
    answer = visitor.post(DETAILS, form(at(16, 45)))
    assert answer.status_code == 429
    assert "Try again later" in answer.content.decode()
    assert CallBack.objects.count() == 3


def test_the_personal_page_shows_time_and_status_and_no_more(house: House) -> None:
    call_hours(house)
    call = reserved(house)
    client = Client(headers=ENGLISH)
    page = client.get(link_of(call), headers={"accept-language": "en"})
    body = page.content.decode()
    # In the language of the call, unless another one was chosen here.
    assert page["Content-Language"] == "fi"
    assert "040 ••• ••01" in body
    for hidden in ("Virtala", "0000001", "aino@example.org", house.professional.name):
        assert hidden not in body
    assert page["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert "no-store" in page["Cache-Control"]


def test_opening_links_changes_nothing(house: House, visitor: Client) -> None:
    call_hours(house)
    call = reserved(house)
    before = CallBack.objects.values().get()
    for path in (link_of(call), link_of(call, "cancel/")):
        visitor.get(path)
        visitor.head(path)
    assert CallBack.objects.values().get() == before


def test_cancelling_is_a_post_and_happens_once(house: House, visitor: Client) -> None:
    call_hours(house)
    call = reserved(house)
    assert visitor.post(link_of(call, "cancel/")).status_code == 302
    call.refresh_from_db()
    assert call.status == CallStatus.CANCELLED
    again = visitor.post(link_of(call, "cancel/"), follow=True)
    assert again.status_code == 200
    assert call.events.filter(what="cancelled").count() == 1


def test_it_cannot_be_cancelled_when_its_time_has_come(house: House, visitor: Client) -> None:
    call_hours(house)
    call = reserved(house)
    with time_machine.travel(at(16) + timedelta(minutes=1), tick=False):
        visitor.post(link_of(call, "cancel/"))
    call.refresh_from_db()
    assert call.status == CallStatus.RESERVED


def test_another_one_s_or_an_unknown_link_opens_nothing(house: House, visitor: Client) -> None:
    call_hours(house)
    call = reserved(house)
    as_party = tokens.token_for("party", call.link_nonce)
    for token in (as_party, "x" * 43, call.link_hash):
        assert visitor.get(f"/call-back/{token}/").status_code == 404
        assert visitor.post(f"/call-back/{token}/cancel/").status_code == 404
    assert CallBack.objects.get().status == CallStatus.RESERVED


def test_the_token_is_not_stored(house: House) -> None:
    call_hours(house)
    call = reserved(house, caller=AINO)
    token = tokens.token_for("call_back", call.link_nonce)
    assert len(token) * 6 >= 128
    assert token not in str(CallBack.objects.values().get())
