"""Free times at the desk: offering up to three, booking one at once."""

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from bookings.appointments import decisions
from bookings.availability.codec import parse_pick
from bookings.models import Appointment, Status, Undoable
from office.models import Channel, OutboxMessage, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO, Desk, called, request_for, signed_in, url
from tests.factories import ProfessionalFactory, RoomFactory, busy

EN = {"accept-language": "en"}


@pytest.fixture
def desk(house: House) -> Desk:
    return signed_in(Role.SECRETARY)


def pick(house: House, hour: int, day: int = 26, channel: str = "in_person") -> str:
    return f"{channel}:fi:{house.value(hour, day=day)}"


def post(desk: Desk, appointment: Appointment, **data: object) -> HttpResponse:
    response: HttpResponse = desk.client.post(
        url(appointment, "times/"),
        {"version": appointment.version, "channel": "in_person", "language": "fi", **data},
        follow=True,
        headers=EN,
    )
    appointment.refresh_from_db()
    return response


def test_free_times_of_the_week(house: House, desk: Desk) -> None:
    appointment = request_for(house)
    busy(house.professional, at(9, day=26), 60)

    html = desk.client.get(url(appointment, "times/"), headers=EN).content.decode()

    assert (pick(house, 9, day=24) in html, pick(house, 9, day=26) in html) == (True, False)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, {(24, 9), (26, 9), (26, 13), (27, 13)}),
        ({"pattern": "to"}, {(26, 9), (26, 13)}),
        ({"pattern": "ip"}, {(26, 13), (27, 13)}),
        ({"pattern": "ti-to ap"}, {(24, 9), (26, 9)}),
        ({"until": "26.11."}, {(24, 9), (26, 9), (26, 13)}),
        ({"first_day": "25.11.", "until": "26.11.", "pattern": "ip"}, {(26, 13)}),
    ],
)
def test_weekdays_part_of_day_and_last_day_are_asked_for(
    house: House, desk: Desk, asked: dict[str, str], shown: set[tuple[int, int]]
) -> None:
    html = post(desk, request_for(house), do="show", **asked).content.decode()

    looked_at = {(24, 9), (26, 9), (26, 13), (27, 13)}
    assert {(day, hour) for day, hour in looked_at if pick(house, hour, day=day) in html} == shown


def test_what_is_asked_for_stays_with_what_is_picked(house: House, desk: Desk) -> None:
    picked = pick(house, 9)

    html = post(desk, request_for(house), do="show", pattern="ip", slot=[picked]).content.decode()

    # Picked before by other wishes: it is still there, and still ticked.
    assert f'value="{picked}" checked' in html
    wrong = post(desk, request_for(house, 11), do="show", pattern="xx").content.decode()
    assert "Write it like this: ti ip, ma-ke or ap." in wrong


def test_times_may_overlap_the_agreed_one_but_it_is_no_other(house: House, desk: Desk) -> None:
    appointment = request_for(house)
    decisions.confirm(appointment.pk, user=desk.user)

    html = desk.client.get(url(appointment, "times/"), headers=EN).content.decode()

    half_past = f"in_person:fi:{house.value(9, 30)}"
    assert (half_past in html, pick(house, 9, day=25) in html) == (True, False)


def test_offered_times_may_overlap_the_one_that_it_had(house: House, desk: Desk) -> None:
    appointment = request_for(house)
    decisions.confirm(appointment.pk, user=desk.user)
    appointment.refresh_from_db()
    half_past = f"in_person:fi:{house.value(9, 30)}"

    post(desk, appointment, do="offer", slot=[half_past])

    offers = appointment.time_offers.filter(closed_at=None)
    assert [offer.starts_at for offer in offers] == [at(9, 30)]


def test_looking_at_another_week_keeps_what_was_picked(house: House, desk: Desk) -> None:
    appointment = request_for(house)

    html = post(desk, appointment, slot=[pick(house, 9)], week="2026-W50").content.decode()

    assert f'value="{pick(house, 9)}" checked' in html
    assert pick(house, 9, day=27) not in html
    assert appointment.status == Status.REQUESTED


def test_three_times_are_offered(house: House, desk: Desk) -> None:
    # One of them by phone: both may be called.
    appointment = request_for(house, other=replace(TWO, call_is_safe=True))
    chosen = [pick(house, 9), pick(house, 11), pick(house, 13, channel="phone")]

    post(desk, appointment, do="offer", slot=chosen)

    assert appointment.status == Status.OFFERED
    offers = appointment.time_offers.filter(closed_at=None)
    assert [(offer.starts_at, offer.channel) for offer in offers] == [
        (at(9, day=26), Channel.IN_PERSON),
        (at(11, day=26), Channel.IN_PERSON),
        (at(13, day=26), Channel.PHONE),
    ]


@pytest.mark.parametrize(
    ("do", "hours"), [("offer", []), ("offer", [8, 9, 10, 11]), ("book", []), ("book", [9, 11])]
)
def test_too_few_or_too_many_times_are_refused(
    house: House, desk: Desk, do: str, hours: list[int]
) -> None:
    appointment = request_for(house)

    response = post(desk, appointment, do=do, slot=[pick(house, hour) for hour in hours])

    assert (response.status_code, appointment.status) == (422, Status.REQUESTED)


def test_offer_lapses_two_hours_before_its_time_begins(house: House, desk: Desk) -> None:
    appointment = request_for(house)

    post(desk, appointment, do="offer", slot=[pick(house, 13, day=23), pick(house, 9, day=30)])

    ends = [offer.expires_at for offer in appointment.time_offers.all()]
    assert ends == [at(11, day=23), at(8, day=26)]


def test_time_is_booked_at_once(house: House, desk: Desk) -> None:
    appointment = request_for(house, None)

    post(desk, appointment, do="book", slot=[pick(house, 9)])

    assert (appointment.status, appointment.starts_at) == (Status.CONFIRMED, at(9, day=26))


@pytest.mark.parametrize("do", ["offer", "book"])
def test_taken_time_changes_nothing_and_says_what_is_near(
    house: House, desk: Desk, do: str
) -> None:
    appointment = request_for(house)
    busy(house.professional, at(9, day=26), 60)

    response = post(desk, appointment, do=do, slot=[pick(house, 9)])

    assert (response.status_code, appointment.status) == (409, Status.REQUESTED)
    (notice,) = (str(m) for m in response.context["messages"])
    assert notice.startswith("That time was just taken, and nothing has changed. Near it are free:")
    assert "Thu 26 Nov 8:00" in notice


def test_times_that_exclude_each_other_are_not_said_to_be_taken(house: House, desk: Desk) -> None:
    appointment = request_for(house)
    half_past = f"in_person:fi:{house.value(9, 30, day=26)}"

    response = post(desk, appointment, do="offer", slot=[pick(house, 9), half_past])

    assert response.status_code == 409
    html = response.content.decode()
    assert ("The picked times overlap" in html, "just taken" in html) == (True, False)
    assert appointment.status == Status.REQUESTED


def test_changed_meanwhile(house: House, desk: Desk) -> None:
    appointment = request_for(house)
    called(appointment, desk.user)

    response = post(desk, appointment, do="book", slot=[pick(house, 13)])

    assert (response.status_code, appointment.starts_at) == (409, at(9))
    html = response.content.decode()
    assert f"{appointment.reference} has changed since you opened it" in html
    assert f'name="slot" value="{pick(house, 13)}"' in html


@pytest.mark.parametrize("value", ["", "x", "a:b:c", "video:fi:20261126T0700Z-1", "phone:fi:x-1"])
def test_what_is_no_time_is_left_out(value: str) -> None:
    assert parse_pick(value, ["in_person", "phone"]) is None


def test_queries_do_not_grow_with_the_professionals(house: House, desk: Desk) -> None:
    appointment = request_for(house)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.client.get(url(appointment, "times/")).status_code == 200
        return len(captured)

    queries()
    one = queries()
    for _ in range(2):
        ProfessionalFactory(services=[house.service], points=[house.point], hours=(8, 16))
        RoomFactory(service_point=house.point)

    assert queries() == one


def test_the_page_says_what_goes_and_who_is_notified(house: House, desk: Desk) -> None:
    appointment = request_for(house, requester=replace(ONE, message="Vain aamuisin"))
    asked = page(desk, appointment)
    assert (
        "the time that was asked for, Wed 25 Nov 2026 at 9:00–10:00, becomes free at once" in asked
    )
    assert "Vain aamuisin" in asked
    decisions.confirm(appointment.pk, user=desk.user)
    appointment.refresh_from_db()

    html = page(desk, appointment)

    assert (
        "the present time, Wed 25 Nov 2026 at 9:00–10:00, holds until one is chosen. "
        "If nobody chooses, it stays."
    ) in html
    assert "If you book a time at once, Wed 25 Nov 2026 at 9:00–10:00 becomes free at once" in html
    assert f"<b>{ONE.name}</b>: e-mail (Finnish)" in html


def page(desk: Desk, appointment: Appointment, **data: object) -> str:
    path = url(appointment, "times/")
    answer = desk.client.post(path, data, headers=EN) if data else desk.client.get(path, headers=EN)
    return " ".join(answer.content.decode().split())


def test_the_wish_is_seen_while_times_are_picked(house: House, desk: Desk) -> None:
    appointment = request_for(house, None, preferred={"days": [0, 2], "parts": ["morning"]})

    assert "Would suit" in page(desk, appointment)


def test_the_first_nine_times_have_keys(house: House, desk: Desk) -> None:
    html = page(desk, request_for(house))

    slots = html.split('name="slot"')[1:]
    keys = [re.findall(r'data-key="(\d)"', slot.split(">")[0]) for slot in slots]
    assert keys[:9] == [[str(number)] for number in range(1, 10)]
    assert all(key == [] for key in keys[9:])


def test_the_earliest_day_is_where_the_list_begins(house: House, desk: Desk) -> None:
    appointment = request_for(house)

    html = page(desk, appointment, do="show", channel="in_person", language="fi", first_day="2.12.")

    assert pick(house, 9, day=26) not in html
    days = set(re.findall(r'name="slot" value="in_person:fi:(\d{8})', html))
    assert (min(days), max(days)) == ("20261202", "20261204")


def test_after_offering_from_the_work_list_the_next_row_follows(house: House, desk: Desk) -> None:
    appointment, following = request_for(house), request_for(house, 11)
    card = desk.client.get(f"/desk/?at=requests.{appointment.reference}").content.decode()
    after = f"requests.{following.reference}"
    assert f'/times/?after={after}"' in card
    form = desk.client.get(f"{url(appointment, 'times/')}?after={after}").content.decode()
    assert f'name="after" value="{after}"' in form

    response = post(desk, appointment, do="offer", slot=[pick(house, 9)], in_desk="1", after=after)

    assert response.redirect_chain[-1][0] == f"/desk/?at={after}"


def test_an_offer_is_undone(house: House, desk: Desk) -> None:
    appointment = request_for(house)
    post(desk, appointment, do="offer", slot=[pick(house, 9)])

    desk.client.post(f"/desk/undo/{Undoable.objects.get().key}/")

    appointment.refresh_from_db()
    assert (appointment.status, appointment.starts_at) == (Status.REQUESTED, at(9))
    assert OutboxMessage.objects.filter(kind="offered", dropped_at=None).count() == 0
