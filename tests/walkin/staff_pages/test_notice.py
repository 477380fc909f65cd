"""A notice to all screens of a point at once, such as that the fire alarm went."""

from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from bookings.models import Status
from bookings.parties.records import link_path
from office.core import clock
from office.models import Role
from tests.bookings.desk_cast import signed_in
from tests.factories import ServicePointFactory, UnitFactory, UserFactory, booked
from tests.walkin.cast import at, frozen_at, in_english, running_walk_in
from walkin.actions.agencies import make_link
from walkin.actions.check_in import check_in
from walkin.actions.take_number import ticket_path
from walkin.days.lifecycle import close_intake, end_day
from walkin.days.notices import end_notice, notice_at, show_notice
from walkin.errors import StoppedByNoticeError
from walkin.models import Destination, NoticeKind, PointNotice, Source, Ticket
from walkin.models.notices import SENTENCES

pytestmark = pytest.mark.django_db


def test_a_notice_stands_on_every_screen_until_it_is_ended(client: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        other = running_walk_in()
        ticket = own.take()
        staff = in_english(signed_in(Role.GUIDE).client)
        slug = own.point.slug
        notice = f"/queue/points/{own.point.pk}/notice/"
        in_english(client)
        screens = {
            ticket_path(ticket): "Leave the building at once",
            "/walk-in/": "Leave the building at once",
            f"/walk-in/display/{slug}/": "Poistu rakennuksesta heti",
        }
        numbers = f"/walk-in/live/{slug}/numbers/"
        before = client.get(numbers).json()
        staff.post(notice, {"kind": "alarm"})
        for path, words in screens.items():
            assert words in client.get(path).content.decode(), path
        # Open pages of numbers hear that they must read themselves.
        assert client.get(numbers).json()["1"][0] != before["1"][0]
        assert "Leave the building" in staff.get("/queue/").content.decode()
        elsewhere = client.get(f"/walk-in/display/{other.point.slug}/").content.decode()
        assert "Poistu rakennuksesta" not in elsewhere
        # Own words take its place; missing in a language, they stand in Finnish.
        refused = staff.post(notice, {"kind": "own", "fi": "", "sv": "Snart", "en": ""})
        assert refused.status_code == 422
        staff.post(notice, {"kind": "own", "fi": "Pian jatkuu", "sv": "Snart"})
        assert "Pian jatkuu" in client.get(ticket_path(ticket)).content.decode()
        assert "Snart" in client.get(f"/walk-in/display/{slug}/").content.decode()
        staff.post(f"{notice}end/")
        staff.post(f"{notice}end/")
        assert "Pian jatkuu" not in client.get(ticket_path(ticket)).content.decode()
    # Who said what, from when until when, is kept.
    rows = list(PointNotice.objects.order_by("pk").values_list("kind", "fi", "began_by__username"))
    assert [row[:2] for row in rows] == [("alarm", ""), ("own", "Pian jatkuu")]
    assert all(row[2] for row in rows)
    assert not PointNotice.objects.filter(ended_by=None).exists()


@pytest.mark.parametrize("kind", ["alarm", "shut"])
def test_while_it_stops_numbers_only_staff_give_them(
    client: Client, settings: Settings, kind: str
) -> None:
    settings.DEMO = ""
    with frozen_at(9):
        UnitFactory()
        own = running_walk_in()
        staff = in_english(signed_in(Role.GUIDE).client)
        notice = f"/queue/points/{own.point.pk}/notice/"
        kiosk = f"/walk-in/kiosk/{own.point.slug}/"
        client.force_login(UserFactory(roles=[Role.GUIDE]))
        client.post(f"{kiosk}use/")
        in_english(client)
        sent = {"key": "one", "matter": "unsure", "language": "en", "meeting": "separate"}
        staff.post(notice, {"kind": "delay"})
        # What slows things down is told on every step, and stops nothing.
        for page in ("?language=en&matter=unsure", "?language=en", "here/?language=en"):
            assert "more slowly than usual" in client.get(kiosk + page).content.decode(), page
        assert "/slip/" in client.post(kiosk, sent)["Location"]

        staff.post(notice, {"kind": kind})
        words = str(SENTENCES[kind])
        for page in ("?language=en&matter=unsure", "here/?language=en"):
            assert client.get(kiosk + page)["Location"] == kiosk
        assert client.post(kiosk, {**sent, "key": "two"})["Location"] == kiosk
        start = client.get(kiosk).content.decode()
        assert "No numbers are given at the moment" in start
        assert "?language=en" not in start
        phone = f"/walk-in/take/{own.day.code}/"
        assert words in unescape(client.get(phone).content.decode())
        with pytest.raises(StoppedByNoticeError):
            own.take()
        assert own.take(user=own.user, source=Source.STAFF).number == 2
        front = unescape(client.get("/").content.decode())
        assert f"{own.point.name}:</strong> {words}" in front
        assert "No numbers are given at the moment" in front
        assert "No numbers are given at the moment" in client.get("/walk-in/").content.decode()

        staff.post(f"{notice}end/")
        assert client.post(kiosk, {**sent, "key": "two"}).url.startswith(f"{kiosk}slip/")
        assert Ticket.objects.count() == 3


@pytest.mark.parametrize("kind", ["alarm", "shut"])
def test_while_it_stops_numbers_nobody_checks_in_by_themselves(client: Client, kind: str) -> None:
    with frozen_at(8, 30):
        UnitFactory()
        own = running_walk_in()
        visit = booked(start=at(9), professionals=[], service_point=own.point, reference="ABC-123")
        visit.staff.create(professional=own.people[0])
        party = visit.parties.get()
        in_english(client)
        by_code = f"/walk-in/take/{own.day.code}/here/"
        by_link = f"/walk-in/here/{link_path(party).strip('/').split('/')[-1]}/"
        show_notice(own.point, NoticeKind(kind), user=own.user)
        words = str(SENTENCES[kind])
        for address, sent in ((by_code, {"code": "ABC-123"}), (by_link, {})):
            for answer in (client.get(address), client.post(address, sent, follow=True)):
                page = unescape(answer.content.decode())
                assert words in page, address
                assert "No numbers are given at the moment" in page, address
                assert ">I am here</button>" not in page, address
        assert not Ticket.objects.exists()
        visit.refresh_from_db()
        assert visit.status == Status.CONFIRMED

        # Staff give one; who has a number is led to it.
        ticket = check_in(
            visit.pk, language="fi", source=Source.STAFF, party=party, user=own.user
        ).ticket
        assert ticket is not None
        assert client.post(by_link)["Location"] == ticket_path(ticket)
        # One that was given back is taken anew only afterwards.
        client.post(f"{ticket_path(ticket)}leave/")
        assert client.post(by_link)["Location"] == by_link
        end_notice(own.point, user=own.user)
        assert client.post(by_link)["Location"] == ticket_path(ticket)


def test_it_stands_on_every_step_of_a_phone_and_at_the_agencies(client: Client) -> None:
    with frozen_at(8, 30):
        UnitFactory()
        own = running_walk_in()
        early = running_walk_in(start=at(10), opened=False)
        visit = booked(start=at(9), professionals=[], service_point=own.point, reference="ABC-123")
        kela = Destination.objects.create(service_point=own.point, name="Kela", where="1")
        agency = make_link(kela, own.day.pk, user=own.user).path
        in_english(client)
        sent = {"matter": "advice", "language": "en", "meeting": "alone"}
        word = client.post(f"{agency}number/", sent)["Location"]
        take = f"/walk-in/take/{own.day.code}/"
        steps = [
            take,
            f"{take}?matter=unsure",
            f"{take}?matter=unsure&missing=papers",
            f"{take}here/",
            f"/walk-in/here/{link_path(visit.parties.get()).strip('/').split('/')[-1]}/",
            f"/walk-in/take/{early.day.code}/",
            agency,
            word,
        ]
        for point in (own.point, early.point):
            show_notice(point, NoticeKind.OWN, user=own.user, fi="Ovi on rikki", en="Door broken")
        for step in steps:
            assert "Door broken" in client.get(step).content.decode(), step
        # The agency's open page reads it anew; it stops nothing, and a full queue says it as well.
        part = client.get(agency, headers={"HX-Request": "true"}).content.decode()
        assert "Door broken" in part
        assert "Door broken" in client.post(f"{take}here/", {"code": "ABC-123"}).content.decode()
        close_intake(own.day.pk)
        assert "Door broken" in client.get(take).content.decode()


def test_a_point_without_a_walk_in_shows_it_as_well(client: Client, settings: Settings) -> None:
    settings.DEMO = ""
    UnitFactory()
    point = ServicePointFactory(name_en="Far away")
    show_notice(point, NoticeKind.OWN, user=UserFactory(), fi="Ovi on rikki", en="The door broke")
    client.force_login(UserFactory(roles=[Role.GUIDE]))
    client.post(f"/walk-in/kiosk/{point.slug}/use/")
    in_english(client)
    for path in ("/", "/walk-in/", f"/walk-in/kiosk/{point.slug}/"):
        assert "The door broke" in client.get(path).content.decode(), path


def test_what_was_said_of_the_queue_ends_with_the_day() -> None:
    with frozen_at(9):
        places = [running_walk_in(), running_walk_in()]
        for place, kind in zip(places, (NoticeKind.DELAY, NoticeKind.OWN), strict=True):
            show_notice(place.point, kind, user=place.user, fi="Hissi on rikki")
            end_day(place.day.pk, user=place.user)
    # Own words may be of more than the queue.
    assert notice_at(places[0].point.pk) is None
    assert notice_at(places[1].point.pk) is not None


def test_one_notice_at_a_time_and_not_by_anybody() -> None:
    own = running_walk_in()
    notice = f"/queue/points/{own.point.pk}/notice/"
    fields = {"service_point": own.point, "began_at": clock.now(), "began_by": own.user}
    PointNotice.objects.create(kind=NoticeKind.DELAY, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        PointNotice.objects.create(kind=NoticeKind.ALARM, **fields)
    for role, status in ((Role.MANAGER, 200), (Role.SECRETARY, 200), (Role.PARTNER, 403)):
        assert signed_in(role).client.get(notice).status_code == status
    assert Client().post(notice, {"kind": "alarm"}).status_code == 302


def test_the_manager_finds_the_notice_of_each_point_and_back() -> None:
    with frozen_at(9):
        places = [running_walk_in(), running_walk_in()]
        manager = in_english(signed_in(Role.MANAGER).client)
        for place in places:
            notice = f"/queue/points/{place.point.pk}/notice/"
            assert f'href="{notice}"' in manager.get("/office/walk-in/").content.decode()
            page = manager.get(notice).content.decode()
            assert place.point.name in page
            back = page.split('<p class="back')[1].split('href="')[1].split('"')[0]
            assert manager.get(back).status_code == 200
        manager.post(notice, {"kind": "delay"})
        assert [notice_at(place.point.pk) is not None for place in places] == [False, True]
        # The staff of the queue come from there.
        staff = in_english(signed_in(Role.GUIDE).client)
        staff.post("/queue/place/", {"point": places[1].point.pk})
        assert f'href="{notice}"' in staff.get("/queue/").content.decode()
        assert 'href="/queue/" data-key="Escape"' in staff.get(notice).content.decode()
