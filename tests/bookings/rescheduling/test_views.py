"""The page of changing, the bar that takes it back, and side by side what another has changed."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.appointments import decisions, separate_visits
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, Status, Undoable
from bookings.rescheduling import actions as changing
from bookings.rescheduling.plan import VisitArrangement
from office.core import clock
from office.models import AccessLogEntry, ClaimKind, OutboxMessage, Role
from tests.bookings.change_cast import Team, agreed, team, told
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO, Desk, called, request_for, signed_in, url
from tests.factories import ProfessionalFactory, RoomFactory, busy

EN = {"accept-language": "en"}


@pytest.fixture
def crew(house: House) -> Team:
    return team(house)


@pytest.fixture
def desk(crew: Team) -> Desk:
    return signed_in(Role.SECRETARY)


def look(desk: Desk, appointment: Appointment, **asked: Any) -> str:
    response = desk.client.get(url(appointment, "change/"), asked, headers=EN)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def press(desk: Desk, appointment: Appointment, **wanted: Any) -> HttpResponse:
    response: HttpResponse = desk.client.post(
        url(appointment, "change/"),
        {"version": appointment.version, **wanted},
        follow=True,
        headers=EN,
    )
    appointment.refresh_from_db()
    return response


def undo_key(html: str) -> str:
    found = re.search(r"/desk/undo/([0-9a-f-]+)/", html)
    assert found is not None
    return found[1]


def test_nothing_is_done_by_looking(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)

    html = look(desk, appointment, start="2026-11-25T13:00")

    appointment.refresh_from_db()
    assert (appointment.starts_at, told()) == (at(9), set())
    assert "Wed 25 Nov 2026 at 9:00–10:00" in html
    assert "<strong>Wed 25 Nov 2026 at 13:00–14:00</strong>" in html
    assert AccessLogEntry.objects.filter(user=desk.user).values_list("record", flat=True)[0] == (
        appointment.reference
    )


def test_who_is_told_stands_there_before_it_is_sent(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)
    appointment.parties.filter(is_requester=False).update(email_is_safe=False)

    html = look(
        desk,
        appointment,
        start="2026-11-25T13:00",
        professional=[crew.colleague.pk, crew.partner.pk],
    )

    text = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert f"{ONE.name} : new time, e-mail (Finnish)" in text
    # Nobody has said that a call is safe, so that none is suggested.
    assert f"{TWO.name} : no safe contact is known: decide how to reach them" in text
    assert f"{crew.lead.name} : cancelled, e-mail (Finnish)" in text
    assert f"{crew.colleague.name} : booked, e-mail (Finnish)" in text
    assert f"{crew.partner.name} : is asked to join, e-mail (Finnish)" in text


def test_parties_are_not_told_what_they_do_not_see(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)

    html = look(desk, appointment, professional=crew.colleague.pk)

    assert "The parties are not told: for them nothing changes." in html


def test_the_nearest_times_lead_to_themselves(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)

    html = look(desk, appointment)
    queries = re.findall(r'name="look"\s+value="(\?start=[^"]+)"', html)
    assert len(queries) == 5
    path = url(appointment, "change/") + queries[0].replace("&amp;", "&")
    chosen = desk.client.get(path, headers=EN).content.decode()

    assert 'aria-current="true" data-key="' in chosen
    assert "Move and notify everybody" in chosen


def test_choosing_from_the_nearest_times_does_not_shuffle_them(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)
    rows = re.compile(r'name="look"\s+value="\?(start=[^&]*)([^"]*)"')
    before = rows.findall(look(desk, appointment))

    path = f"{url(appointment, 'change/')}?{''.join(before[-1])}".replace("&amp;", "&")
    after = rows.findall(desk.client.get(path, headers=EN).content.decode())

    assert [start for start, _more in after] == [start for start, _more in before]
    # An address that somebody has broken looks around the chosen time.
    assert rows.findall(look(desk, appointment, near="x")) == before


def test_a_third_professional_is_seen_and_may_be_left_out(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)
    second, third = (
        ProfessionalFactory(points=[crew.house.point], services=[crew.house.service])
        for _one in range(2)
    )
    people = [crew.lead.pk, second.pk, third.pk]
    box = f'name="professional" value="{third.pk}" id="id_also_{third.pk}"'

    assert f"{box} checked" in look(desk, appointment, professional=people)
    assert box not in look(desk, appointment, professional=people[:2])


def test_only_those_who_give_the_service_are_responsible(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)
    secretary = ProfessionalFactory(name="Ritva Ei-Anna", points=[crew.house.point])
    assert "Ritva Ei-Anna" not in look(desk, appointment)

    response = press(desk, appointment, professional=secretary.pk)
    assert response.status_code == 422
    assert "Ritva Ei-Anna does not give this service." in response.content.decode()
    with pytest.raises(NotPossibleError):
        changing.change(
            appointment.pk,
            VisitArrangement(at(9), appointment.channel, crew.house.point.pk, (secretary.pk,)),
            user=desk.user,
            outside=True,
        )

    # Who is there already stays in sight
    crew.lead.services.clear()
    assert "In this visit now" in look(desk, appointment)


@pytest.mark.parametrize(
    ("typed", "start"),
    [
        ({"day": "to", "time": "930"}, "2026-11-26T09:30"),
        ({"day": "vk 49 ti", "time": "8"}, "2026-12-01T08:00"),
        ({"day": "1.12.-26", "time": "8.30"}, "2026-12-01T08:30"),
    ],
)
def test_day_and_time_as_people_type_them(
    crew: Team, desk: Desk, typed: dict[str, str], start: str
) -> None:
    html = look(desk, agreed(crew), **typed)
    assert f'name="start" value="{start}"' in html


def test_under_an_unclear_day_there_are_no_times_of_another_one(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)
    html = look(desk, appointment, day="8", time="9")
    assert "Write the day like this" in html
    assert ("The times come once the day is clear." in html, "fit__row" in html) == (True, False)
    assert "fit__row" in look(desk, appointment, day="to", time="9")


def test_one_press_moves_and_tells(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)

    response = press(desk, appointment, start="2026-11-25T09:30")

    assert (appointment.starts_at, appointment.status) == (at(9, 30), Status.CONFIRMED)
    assert {kind for _to, kind in told()} == {"moved", "staff_moved"}
    html = " ".join(response.content.decode().split())
    assert f"{appointment.reference}: moved.</strong> Nobody has been notified yet." in html


def test_in_summer_and_winter_the_wall_clock_counts(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)

    press(desk, appointment, start="2027-04-07T09:00", outside="1")

    assert appointment.starts_at is not None
    assert appointment.starts_at.hour == 6


def test_what_is_in_the_way_is_said_without_names_of_clients(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)
    other = agreed(crew, 13)
    busy(crew.colleague, at(13, 30), 30, ClaimKind.WALK_IN)

    html = look(desk, appointment, start="2026-11-25T13:30")
    assert f"{crew.lead.name} is busy Wed 25 Nov 13:00–14:00: booked, {other.reference}." in html
    assert "Move and notify everybody" not in html

    html = look(desk, appointment, start="2026-11-25T13:30", professional=crew.colleague.pk)
    assert f"{crew.colleague.name} is busy Wed 25 Nov 13:30–14:00: walk-in duty." in html

    response = press(desk, appointment, start="2026-11-25T13:30")
    assert (response.status_code, appointment.starts_at) == (409, at(9))


def test_outside_hours_needs_the_tick(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)
    assert f"{crew.lead.name} has no hours then." in look(
        desk, appointment, start="2026-11-25T17:00"
    )

    assert press(desk, appointment, start="2026-11-25T17:00").status_code == 422
    press(desk, appointment, start="2026-11-25T17:00", outside="1")

    assert appointment.starts_at == at(17)


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": "tomorrow"},
        {"channel": "pigeon"},
        {"point": "9999999"},
        {"professional": "x"},
        {"professional": "9" * 30},
        {"room": "-1"},
        {"start": "2026-11-02T09:00"},
        {},
    ],
)
def test_what_makes_no_sense_is_said_and_changes_nothing(
    crew: Team, desk: Desk, wrong: dict[str, str]
) -> None:
    appointment = agreed(crew)

    response = press(desk, appointment, **wrong)

    assert (response.status_code, appointment.starts_at, told()) == (422, at(9), set())
    assert desk.client.get(url(appointment, "change/"), wrong).status_code == 200


def test_a_request_is_confirmed_by_it(crew: Team, desk: Desk) -> None:
    request = request_for(crew.house, None)
    OutboxMessage.objects.all().delete()
    html = look(desk, request)
    assert "Confirm at this time and notify everybody" in html

    press(
        desk,
        request,
        start="2026-11-25T10:00",
        point=crew.house.point.pk,
        professional=crew.colleague.pk,
    )

    assert (request.status, request.starts_at) == (Status.CONFIRMED, at(10))
    assert list(request.professionals.all()) == [crew.colleague]


def test_what_is_over_leads_back(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)
    decisions.cancel(appointment.pk, user=crew.user)

    response = desk.client.get(url(appointment, "change/"))

    assert (response.status_code, response["Location"]) == (302, url(appointment))


def test_separate_visits_are_kept_apart_unless_knowingly(crew: Team, desk: Desk) -> None:
    appointment, other = agreed(crew, 9), agreed(crew, 13)
    separate_visits.link(appointment, other)
    move = {"start": "2026-11-25T13:00", "professional": crew.colleague.pk}
    html = look(desk, appointment, **move)
    assert f"the other parent&#x27;s visit {other.reference} at this service point" in html

    assert press(desk, appointment, **move).status_code == 422
    assert appointment.starts_at == at(9)
    press(desk, appointment, **move, together="1")

    assert appointment.starts_at == at(13)
    assert appointment.events.filter(what="gap_overridden").count() == 1


def test_queries_do_not_grow_with_people_and_rooms(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            look(desk, appointment, start="2026-11-25T13:00")
        return len(captured)

    queries()
    one = queries()
    for _ in range(2):
        ProfessionalFactory(services=[crew.house.service], points=[crew.house.point], hours=(8, 16))
        RoomFactory(service_point=crew.house.point)

    assert queries() == one


# The bar


def test_the_bar_takes_it_back(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)
    html = " ".join(press(desk, appointment, start="2026-11-25T13:00").content.decode().split())
    assert f"{appointment.reference}: moved." in html

    response = desk.client.post(f"/desk/undo/{undo_key(html)}/", follow=True, headers=EN)

    appointment.refresh_from_db()
    assert (appointment.starts_at, told()) == (at(9), set())
    page = " ".join(response.content.decode().split())
    assert "is as before: confirmed, Wed 25 Nov 2026 at 9:00–10:00." in page
    assert "/desk/undo/" not in page
    assert "Undone before anybody was notified" in page


@pytest.mark.parametrize(
    ("page", "data", "status"),
    [
        ("cancel/", {"cancelled_by": "client"}, Status.CONFIRMED),
        ("decline/", {"reason": "no_times"}, Status.REQUESTED),
        ("confirm/", {}, Status.REQUESTED),
    ],
)
def test_decisions_are_taken_back_too(
    crew: Team, desk: Desk, page: str, data: dict[str, str], status: Status
) -> None:
    appointment = agreed(crew) if page == "cancel/" else request_for(crew.house, 9)
    html = desk.client.post(
        url(appointment, page), {"version": appointment.version, **data}, follow=True
    ).content.decode()

    desk.client.post(f"/desk/undo/{undo_key(html)}/")

    appointment.refresh_from_db()
    assert (appointment.status, appointment.claim is not None) == (status, True)


@pytest.mark.parametrize("is_seen", [True, False], ids=["seen", "unseen"])
def test_the_bar_goes_ten_seconds_after_it_was_seen(
    crew: Team, desk: Desk, monday: time_machine.Traveller, is_seen: bool
) -> None:
    appointment = agreed(crew)
    html = " ".join(press(desk, appointment, start="2026-11-25T13:00").content.decode().split())

    # A slow page: nothing is lost of the ten seconds.
    monday.shift(40)
    if is_seen:
        seen = f"/desk/undo/{undo_key(html)}/seen/"
        assert f'data-undo="{seen}"' in html
        until = (clock.now() + timedelta(seconds=10)).isoformat()
        assert desk.client.post(seen).json() == {"until": until, "now": clock.now().isoformat()}
        monday.shift(5)
        # Another look counts no more.
        assert desk.client.post(seen).json()["until"] == until
        assert "/desk/undo/" in desk.client.get("/desk/").content.decode()
        monday.shift(5)
        assert desk.client.post(seen).status_code == 404
    else:
        assert "/desk/undo/" in desk.client.get("/desk/").content.decode()
        monday.shift(20)

    assert "/desk/undo/" not in desk.client.get("/desk/").content.decode()
    late = desk.client.post(f"/desk/undo/{undo_key(html)}/", follow=True, headers=EN)
    assert "It was too late to undo" in late.content.decode()
    appointment.refresh_from_db()
    assert appointment.starts_at == at(13)


def test_the_bar_is_its_makers_alone(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)
    html = " ".join(press(desk, appointment, start="2026-11-25T13:00").content.decode().split())
    other = signed_in(Role.SECRETARY)

    assert "/desk/undo/" not in other.client.get("/desk/").content.decode()
    response = other.client.post(f"/desk/undo/{undo_key(html)}/", follow=True, headers=EN)
    assert "There is nothing to undo any more." in response.content.decode()
    appointment.refresh_from_db()
    assert appointment.starts_at == at(13)


def test_a_second_press_says_so(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)
    html = " ".join(press(desk, appointment, start="2026-11-25T13:00").content.decode().split())
    path = f"/desk/undo/{undo_key(html)}/"

    desk.client.post(path)
    response = desk.client.post(path, follow=True, headers=EN)

    assert "It was undone already." in response.content.decode()


def test_undo_is_posted_by_those_who_write_to_people(crew: Team, client: Client) -> None:
    path = f"/desk/undo/{uuid4()}/"

    assert client.post(path).status_code == 302
    assert signed_in(Role.SECRETARY).client.get(path).status_code == 405
    assert signed_in(Role.SECRETARY).client.post(path)["Location"] == "/desk/"
    for role in (Role.SUPERVISOR, Role.GUIDE, Role.MANAGER, Role.PARTNER):
        assert signed_in(role).client.post(path)["Location"] == "/my-day/"


def test_nobody_undoes_what_another_did(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)
    press(desk, appointment, start="2026-11-25T13:00")
    path = f"/desk/undo/{Undoable.objects.get().key}/"

    for role in (Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.PARTNER):
        signed_in(role).client.post(path)
        appointment.refresh_from_db()
        assert appointment.starts_at == at(13)
    desk.client.post(path)
    appointment.refresh_from_db()
    assert appointment.starts_at != at(13)


def test_colleagues_do_not_see_the_bar(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)
    press(desk, appointment, start="2026-11-25T13:00")
    Undoable.objects.update(user=(supervisor := signed_in(Role.SUPERVISOR)).user)

    assert "/desk/undo/" not in supervisor.client.get("/my-day/").content.decode()


# Somebody else was quicker


def test_what_another_changed_stands_beside_what_was_wanted(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)
    seen = appointment.version
    rival = signed_in(Role.SECRETARY)
    rival.user.first_name, rival.user.last_name = "Toinen", "Sihteeri"
    rival.user.save()
    press(rival, appointment, start="2026-11-25T11:00")

    response = press(desk, appointment, version=seen, start="2026-11-25T13:00")

    html = " ".join(response.content.decode().split())
    assert (response.status_code, appointment.starts_at) == (409, at(11))
    assert f"{appointment.reference} has changed since you opened it" in html
    assert "Wed 25 Nov 2026 at 13:00–14:00" in html
    assert "Wed 25 Nov 2026 at 11:00–12:00" in html
    assert "Toinen Sihteeri" in html
    assert "Wed 25 Nov 9:00 → Wed 25 Nov 11:00" in html


def test_it_can_be_done_anyway_by_another_press(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)
    seen = appointment.version
    called(appointment, crew.user)
    html = " ".join(
        press(desk, appointment, version=seen, start="2026-11-25T13:00").content.decode().split()
    )
    form = html[html.index('<form method="post" action="/desk/requests/') :]
    again = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))

    desk.client.post(url(appointment, "change/"), again)

    appointment.refresh_from_db()
    assert appointment.starts_at == at(13)


def test_a_note_is_not_lost_when_another_was_quicker(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew)
    seen = appointment.version
    called(appointment, crew.user)

    response = desk.client.post(
        url(appointment, "note/"), {"version": seen, "note": "Soita <illalla>"}
    )

    html = " ".join(response.content.decode().split())
    assert (response.status_code, html.count("Soita &lt;illalla&gt;")) == (409, 2)
