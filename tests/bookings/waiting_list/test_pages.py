"""The pages of the cancellation list: a party's own, the secretary's; who may, who may not."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.models import Appointment, EarlierWish, Party, Skipped, TimeOffer, Undoable
from bookings.waiting_list import offers as earlier_offers
from bookings.waiting_list import wishes as earlier
from office.core.own_codes import own_code
from office.models import AccessLogEntry, OutboxMessage, Role, ServicePoint
from tests.bookings.conftest import House
from tests.bookings.desk_cast import ONE, TWO, Desk, signed_in, url
from tests.bookings.earlier_cast import (
    FRI,
    NEXT_FRI,
    NEXT_WED,
    WED,
    Line,
    asking,
    invited,
    narrow,
    offer_of,
    offered,
    wish_of,
)
from tests.bookings.personal_cast import nothing_written, text, without_keys
from tests.factories import link_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(house: House) -> Line:
    return narrow(house)


@pytest.fixture
def visit(line: Line) -> Appointment:
    return line.both(NEXT_WED)


@pytest.fixture
def desk() -> Desk:
    return signed_in(Role.SECRETARY)


# The party's own page.


def test_a_party_goes_on_the_list_and_off_again(
    visit: Appointment, client: Client, line: Line
) -> None:
    link = link_of(asking(visit))
    page = f"{link}earlier/"
    assert page in text(client, link)
    with nothing_written():
        text(client, page)
    data = {"days": ["2"], "parts": ["morning"], "points": [line.house.point.pk]}

    assert client.post(page, data)["Location"] == link

    wish = EarlierWish.objects.get()
    assert (wish.party, wish.days, wish.parts) == (asking(visit), [2], ["morning"])
    assert list(wish.points.all()) == [line.house.point]
    assert client.get(page).context["form"].initial["days"] == ["2"]
    for _press in range(2):
        assert client.post(f"{page}leave/")["Location"] == link
    assert not EarlierWish.objects.waiting().exists()


@pytest.mark.parametrize(
    "data",
    [
        {"points": []},
        {"points": ["999999"]},
        {"days": ["9"], "points": ["own"]},
        {"parts": ["night"], "points": ["own"]},
        {"useful_until": "2026-11-01", "points": ["own"]},
        {"useful_until": "soon", "points": ["own"]},
    ],
)
def test_odd_wishes_are_said_to_be(
    visit: Appointment, client: Client, line: Line, data: dict[str, object]
) -> None:
    own = [line.house.point.pk if p == "own" else p for p in data["points"]]
    answer = client.post(f"{link_of(asking(visit))}earlier/", {**data, "points": own})
    assert answer.status_code == 422
    assert not EarlierWish.objects.exists()


def test_a_last_useful_day_after_the_visit_is_the_day_before_it(
    visit: Appointment, client: Client, line: Line
) -> None:
    data = {"useful_until": "2027-01-01", "points": [line.house.point.pk]}
    client.post(f"{link_of(asking(visit))}earlier/", data)
    assert str(EarlierWish.objects.get().useful_until) == "2026-12-01"


def test_neither_page_tells_what_the_other_wishes(visit: Appointment, client: Client) -> None:
    other = link_of(invited(visit))
    before = without_keys(text(client, other))
    wish_of(visit)
    assert without_keys(text(client, other)) == before


def test_the_offer_stands_on_both_pages_in_the_same_words(
    visit: Appointment, client: Client
) -> None:
    wish_of(visit)
    earlier_offers.sweep()
    shown = [_offer_part(text(client, link_of(p))) for p in (asking(visit), invited(visit))]
    assert shown[0] == shown[1]
    assert "earlier/answer/" in shown[0]
    earlier.answer(asking(visit).pk, offer_of(visit).pk, accepts=True)
    assert _offer_part(text(client, link_of(invited(visit)))) == shown[1]
    assert _offer_part(text(client, link_of(asking(visit)))) != shown[0]


def _offer_part(page: str) -> str:
    """Return the piece about the earlier time, without what is by nature one party's own."""
    start = page.index("earlier-offer")
    part = page[start : page.index("</form>", start)]
    part = re.sub(r"/appointment/[^/]+/", "", part)
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", part)


def test_opening_the_links_answers_nothing(visit: Appointment, client: Client) -> None:
    wish_of(visit)
    earlier_offers.sweep()
    link = link_of(asking(visit))
    with nothing_written():
        text(client, link)
    assert client.get(f"{link}earlier/answer/").status_code == 405
    assert client.get(f"{link}earlier/leave/").status_code == 405


def test_both_say_yes_on_their_pages(visit: Appointment, client: Client) -> None:
    wish_of(visit)
    earlier_offers.sweep()
    offer = offer_of(visit)
    for party in (asking(visit), invited(visit)):
        client.post(f"{link_of(party)}earlier/answer/", {"answer": "yes", "offer": offer.pk})
    visit.refresh_from_db()
    assert visit.starts_at == WED


def test_a_no_and_a_late_answer(visit: Appointment, client: Client) -> None:
    wish_of(visit)
    earlier_offers.sweep()
    offer = offer_of(visit)
    one, other = link_of(asking(visit)), link_of(invited(visit))
    for odd in ({}, {"answer": "yes", "offer": "x"}, {"answer": "yes", "offer": offer.pk + 1}):
        client.post(f"{one}earlier/answer/", odd)
    assert offered() == {visit.reference: WED}
    client.post(f"{one}earlier/answer/", {"answer": "no", "offer": offer.pk})
    client.post(f"{other}earlier/answer/", {"answer": "yes", "offer": offer.pk})
    visit.refresh_from_db()
    assert visit.starts_at == NEXT_WED
    assert "notice--wait" in text(client, other)


def test_an_offer_of_somebody_else_cannot_be_answered(
    visit: Appointment, line: Line, client: Client
) -> None:
    stranger = line.book(NEXT_FRI)
    wish_of(visit)
    earlier_offers.sweep()
    offer = offer_of(visit)
    client.post(f"{link_of(asking(stranger))}earlier/answer/", {"answer": "yes", "offer": offer.pk})
    assert offer.asks.filter(answer="accepted").count() == 0


def test_unknown_links(client: Client, visit: Appointment) -> None:
    for page in ("earlier/", "earlier/leave/", "earlier/answer/"):
        assert client.post(f"/appointment/nobody-has-this-link/{page}").status_code == 404


def test_who_may_not_wish_is_led_back(visit: Appointment, line: Line, client: Client) -> None:
    link = link_of(asking(visit))
    line.cancel(visit)
    assert f"{link}earlier/" not in text(client, link)
    assert client.get(f"{link}earlier/")["Location"] == link
    assert client.post(f"{link}earlier/", {})["Location"] == link
    assert not EarlierWish.objects.exists()


# The desk.


def pages(visit: Appointment) -> tuple[list[str], list[str]]:
    party = asking(visit).pk
    get = ["/desk/waiting-list/", url(visit, "earlier/")]
    post = [
        "/desk/waiting-list/look/",
        "/desk/waiting-list/add/",
        url(visit, "earlier/"),
        url(visit, "earlier/take-back/"),
        *(url(visit, f"earlier/{party}/{what}/") for what in ("off", "yes", "no")),
    ]
    return get, post


def test_the_secretary_opens_them(visit: Appointment, desk: Desk) -> None:
    wish_of(visit)
    earlier_offers.sweep()
    get, _post = pages(visit)
    assert [desk.client.get(page).status_code for page in get] == [200, 200]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.MANAGER, Role.PARTNER])
def test_colleagues_of_other_roles_do_not(visit: Appointment, role: Role) -> None:
    client = signed_in(role).client
    get, post = pages(visit)
    assert {client.get(page).status_code for page in get} == {403}
    assert {client.post(page).status_code for page in post} == {403}


def test_strangers_are_asked_to_sign_in(visit: Appointment, client: Client) -> None:
    get, post = pages(visit)
    for page in get:
        assert client.get(page)["Location"].startswith("/accounts/login/")
    for page in post:
        assert client.post(page)["Location"].startswith("/accounts/login/")


def test_changes_are_posted(visit: Appointment, desk: Desk) -> None:
    _get, post = pages(visit)
    changes = [page for page in post if page != url(visit, "earlier/")]
    assert {desk.client.get(page).status_code for page in changes} == {405}
    odd = url(visit, f"earlier/{asking(visit).pk}/odd/")
    assert desk.client.post(odd).status_code == 404


def test_the_list_has_its_order_and_no_client_in_it(
    line: Line, visit: Appointment, desk: Desk
) -> None:
    second = line.book(NEXT_FRI)
    wish_of(second)
    wish_of(visit)
    changes = AccessLogEntry.objects.count()
    page = text(desk.client, "/desk/waiting-list/")
    assert page.index(second.reference) < page.index(visit.reference)
    for secret in (ONE.name, TWO.name, ONE.email, TWO.phone):
        assert secret not in page
    assert AccessLogEntry.objects.count() == changes


def test_why_somebody_is_skipped_and_the_live_offer(
    line: Line, visit: Appointment, desk: Desk
) -> None:
    line.book(WED)
    wish_of(visit)
    second = line.book(NEXT_FRI)
    wish_of(second)
    second.meeting = "separate"
    second.save()
    response = desk.client.post("/desk/waiting-list/look/")
    assert response["Location"] == "/desk/waiting-list/"
    page = text(desk.client, "/desk/waiting-list/")
    assert offered() == {visit.reference: FRI}
    assert "0/2" in page
    assert "6 h" in page
    assert EarlierWish.objects.get(appointment=second).skipped == Skipped.SEPARATE


def test_the_secretary_writes_a_wish_down_and_takes_it_off(
    line: Line, visit: Appointment, desk: Desk
) -> None:
    code = visit.reference.lower().replace("-", " ")
    added = desk.client.post("/desk/waiting-list/add/", {"code": code})
    assert added["Location"] == url(visit, "earlier/")
    for odd in ("", "XXX-999", "\0", "x" * 50):
        answer = desk.client.post("/desk/waiting-list/add/", {"code": odd})
        assert answer["Location"] == "/desk/waiting-list/"
    party = asking(visit)
    data = {"party": party.pk, "days": ["4"], "points": [line.house.point.pk]}

    desk.client.post(url(visit, "earlier/"), data)

    wish = EarlierWish.objects.get()
    assert (wish.party, wish.days) == (party, [4])
    event = visit.events.order_by("-pk")[0]
    assert (event.what, event.user) == ("earlier_wished", desk.user)
    assert AccessLogEntry.objects.filter(record=visit.reference).exists()
    off = desk.client.post(url(visit, f"earlier/{party.pk}/off/"), {"in_list": "1"})
    assert off["Location"] == "/desk/waiting-list/"
    assert not EarlierWish.objects.waiting().exists()


def test_for_whom_has_to_be_said_where_there_are_two(
    line: Line, visit: Appointment, desk: Desk
) -> None:
    desk.client.post(url(visit, "earlier/"), {"points": [line.house.point.pk]})
    assert not EarlierWish.objects.exists()


def test_answers_by_phone(visit: Appointment, desk: Desk) -> None:
    wish_of(visit)
    earlier_offers.sweep()
    offer = offer_of(visit)
    asks, other = asking(visit), invited(visit)
    desk.client.cookies["django_language"] = "en"
    Party.objects.filter(pk=other.pk).update(phone="+358400000002", call_is_safe=True)
    Party.objects.filter(pk=asks.pk).update(call_is_safe=False)
    # Nobody has said who is on the line, nor may this one be called.
    for said in ({}, {"we_called": "1"}):
        refused = desk.client.post(
            url(visit, f"earlier/{asks.pk}/yes/"), {"offer": offer.pk, **said}, follow=True
        )
        assert "own code first" in refused.content.decode()
    assert f"earlier/{asks.pk}/yes/" not in desk.client.get(url(visit, "earlier/")).content.decode()
    desk.client.post("/desk/who-calls/", {"code": own_code(asks.link_nonce)})
    assert f"earlier/{asks.pk}/yes/" in desk.client.get(url(visit, "earlier/")).content.decode()
    desk.client.post(url(visit, f"earlier/{asks.pk}/yes/"), {"offer": offer.pk})
    desk.client.post(url(visit, f"earlier/{other.pk}/yes/"), {"offer": offer.pk, "we_called": "1"})
    visit.refresh_from_db()
    assert visit.starts_at == WED


def test_taking_back_and_a_no_by_phone(visit: Appointment, desk: Desk) -> None:
    wish_of(visit)
    earlier_offers.sweep()
    desk.client.post(url(visit, "earlier/take-back/"))
    assert TimeOffer.objects.get().outcome == "taken_back"
    desk.client.post(url(visit, "earlier/take-back/"))


@pytest.mark.parametrize("what", ["yes", "no", "take-back"])
def test_answers_and_endings_are_undone(visit: Appointment, desk: Desk, what: str) -> None:
    wish_of(visit)
    earlier_offers.sweep()
    offer, party = offer_of(visit), asking(visit)
    earlier.answer(invited(visit).pk, offer.pk, accepts=True)
    OutboxMessage.objects.all().delete()
    path = "earlier/take-back/" if what == "take-back" else f"earlier/{party.pk}/{what}/"
    desk.client.post("/desk/who-calls/", {"code": own_code(party.link_nonce)})
    desk.client.post(url(visit, path), {"offer": offer.pk})
    undoable = Undoable.objects.get()
    waiting = OutboxMessage.objects.filter(dropped_at=None)
    assert {message.send_after for message in waiting} == {undoable.until}

    desk.client.post(f"/desk/undo/{undoable.key}/")

    visit.refresh_from_db()
    assert (visit.starts_at, waiting.all().count()) == (NEXT_WED, 0)
    assert offer_of(visit) == offer
    answers = {ask.party_id: ask.answer for ask in offer.asks.all()}
    assert answers == {party.pk: "asked", invited(visit).pk: "accepted"}
    assert EarlierWish.objects.waiting().count() == 1
    # It goes on as if nothing had been.
    earlier.answer(party.pk, offer.pk, accepts=True)
    visit.refresh_from_db()
    assert visit.starts_at == WED


def test_a_party_of_another_appointment_is_none_of_this(
    line: Line, visit: Appointment, desk: Desk
) -> None:
    stranger = asking(line.book(NEXT_FRI))
    path = url(visit, f"earlier/{stranger.pk}/off/")
    assert desk.client.post(path).status_code == 404


def counted(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_the_number_of_queries_does_not_grow(line: Line, visit: Appointment, desk: Desk) -> None:
    wish_of(visit, points=[ServicePoint.objects.get()])
    earlier_offers.sweep()
    before = counted(desk.client, "/desk/waiting-list/")
    for start in (NEXT_FRI, WED.replace(month=12, day=9)):
        wish_of(line.book(start), points=[ServicePoint.objects.get()])
    earlier_offers.sweep()
    assert EarlierWish.objects.waiting().count() == 3
    assert counted(desk.client, "/desk/waiting-list/") == before


@pytest.mark.parametrize(
    ("typed", "language"),
    [("30.11.", "fi"), ("30.11.2026", "sv"), ("30 November", "en"), (" 30/11 ", "fi")],
)
def test_the_last_useful_day_is_typed_as_people_write_days(
    visit: Appointment, client: Client, line: Line, typed: str, language: str
) -> None:
    page = f"{link_of(asking(visit))}earlier/"
    field = client.get(page, headers={"accept-language": language}).content.decode()
    assert 'type="date"' not in field

    client.post(
        page,
        {"useful_until": typed, "points": [line.house.point.pk]},
        headers={"accept-language": language},
    )

    assert str(EarlierWish.objects.get().useful_until) == "2026-11-30"


def test_how_a_typed_day_was_read_is_said_without_scripts(
    visit: Appointment, client: Client, line: Line
) -> None:
    page = f"{link_of(asking(visit))}earlier/"

    html = client.post(
        page, {"useful_until": "1.12.", "points": []}, headers={"accept-language": "fi"}
    ).content.decode()

    assert "ti 1.12.2026" in html
    assert "/office/" not in html
