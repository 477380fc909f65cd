"""Marking on the own page and at the desk: who may, what is shown, what a second press does."""

import re

import pytest
import time_machine
from django.test import Client

from bookings.joint_times import actions
from bookings.joint_times.common_times import CELLS, Marks
from bookings.models import JointMarks, JointSearch, Meeting
from bookings.phone import caller_views
from bookings.retention.requests import as_text
from office.models import OutboxMessage, Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import called, signed_in, url
from tests.bookings.joint_cast import ANY, DUE, DUE_DAY, MORNINGS, Pair, pair, sweep_at
from tests.bookings.personal_cast import nothing_written, text

TUESDAY_MORNING = "1-morning"


@pytest.fixture
def two(house: House) -> Pair:
    return pair(house)


def own(two: Pair) -> JointMarks:
    return JointMarks.objects.get(party=two.one)


def test_a_parent_marks_a_week_and_single_days(
    client: Client, two: Pair, monday: time_machine.Traveller
) -> None:
    link, other = two.links
    assert "Milloin pääset" not in text(client, link)
    assert client.get(f"{link}when/").status_code == 302
    two.ask()
    with nothing_written():
        page = text(client, link)
        marking = text(client, f"{link}when/")
    assert f"{link}when/" in page
    assert "Tuletko" not in page
    assert "checked" not in marking
    assert 'name="days_off" value="2026-12-01"' in marking
    # Before both have had the time to choose, nothing is offered.
    assert 'value="2026-11-27"' not in marking

    # A button marks a part of every day, and keeps nothing yet.
    quick = client.post(f"{link}when/", {"quick": "morning", "cells": ["0-midday"]})
    assert quick.status_code == 200
    assert quick.content.decode().count("checked") == 6
    cleared = client.post(f"{link}when/", {"quick": "nothing", "cells": ["0-midday"]})
    assert "checked" not in cleared.content.decode()
    assert not JointMarks.objects.exists()

    empty = client.post(f"{link}when/", {"days_off": ["2026-12-01"]})
    assert empty.status_code == 422
    assert empty.content.decode().count("checked") == 1
    for _press in range(2):
        done = client.post(f"{link}when/", {"cells": [TUESDAY_MORNING], "days_off": ["2026-12-01"]})
        assert (done.status_code, done["Location"]) == (302, link)
    assert (own(two).cells, len(own(two).days_off)) == ([TUESDAY_MORNING], 1)
    assert text(client, f"{link}when/").count("checked") == 2
    # The other parent's pages say nothing of it.
    assert "checked" not in text(client, f"{other}when/")

    client.post(f"{link}when/", {"none": "1", "cells": [TUESDAY_MORNING]})
    assert own(two).cells == []
    for wrong in ({"cells": ["9-night"]}, {"days_off": ["yesterday"]}):
        assert client.post(f"{link}when/", wrong).status_code == 422

    monday.move_to(DUE)
    assert client.get(f"{link}when/").status_code == 302
    late = client.post(f"{link}when/", {"cells": [TUESDAY_MORNING]}, follow=True)
    assert late.redirect_chain
    assert own(two).cells == []


def test_the_own_data_has_ones_own_marks_alone(two: Pair) -> None:
    two.ask()
    two.mark(Marks(frozenset({(1, "morning")}), frozenset({DUE_DAY})), ANY)
    data = as_text(two.one)
    assert "Tiistai, aamupäivä; ei to 26.11.2026" in data
    assert "Keskiviikko, aamupäivä" not in data
    assert "Keskiviikko, aamupäivä" in as_text(two.two)


def test_the_secretary_asks_and_sees_how_it_stands_and_nobodys_marks(
    two: Pair, monday: time_machine.Traveller
) -> None:
    desk = signed_in(Role.SECRETARY)
    card = url(two.appointment)
    assert "joint/" in text(desk.client, card)
    version = {"version": two.appointment.version}
    wrong = desk.client.post(f"{card}joint/", {**version, "due_day": "1.1.2020"}, follow=True)
    assert not JointSearch.objects.exists()
    assert wrong.status_code == 200
    given = {"due_day": DUE_DAY.isoformat(), "point": two.house.point.pk}
    desk.client.post(f"{card}joint/", {**given, "version": 99})
    assert not JointSearch.objects.exists()
    for _press in range(2):
        desk.client.post(f"{card}joint/", {**given, **version})
    assert JointSearch.objects.count() == 1
    assert OutboxMessage.objects.filter(kind="joint_asked").count() == 2

    def states() -> tuple[bool, ...]:
        page, work = text(desk.client, card), text(desk.client, "/desk/work/")
        words = ("Odotetaan vastauksia", "Molemmat ovat vastanneet", "Ei yhteistä aikaa")
        for word in words:
            assert (word in page) == (word in work)
        return tuple(word in page for word in words)

    assert states() == (True, False, False)
    waiting = text(desk.client, card)
    two.mark(Marks(MORNINGS), None)
    assert states() == (True, False, False)
    # Which of them has answered is not on the card, and not in the history.
    assert without_csrf(text(desk.client, card)) == without_csrf(waiting)
    two.mark(None, Marks(frozenset(CELLS) - MORNINGS))
    assert states() == (False, True, False)
    sweep_at(monday, DUE)
    desk.client.force_login(desk.user)
    assert states() == (False, False, True)
    assert "joint/end/" in text(desk.client, card)
    desk.client.post(f"{card}joint/end/", {"version": two.appointment.version + 2})
    assert two.search().state == JointSearch.State.ENDED
    assert "Uudet pyynnöt" in text(desk.client, "/desk/work/")


def without_csrf(page: str) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value=|FToken": )"[^"]+"', "", page)


def test_on_the_phone_the_same_week_is_marked_for_who_is_recognised(two: Pair) -> None:
    two.ask()
    two.mark(None, Marks(MORNINGS))
    desk = signed_in(Role.SECRETARY)
    page = url(two.appointment, f"joint/{two.two.pk}/")
    # Nobody is on the line, and this party may not be called.
    assert desk.client.get(page).status_code == 302
    assert desk.client.post(page, {"cells": [TUESDAY_MORNING], "we_called": "1"}).status_code == 302
    assert JointMarks.objects.get(party=two.two).cells != [TUESDAY_MORNING]
    session = desk.client.session
    caller_views.mark(session, two.two)
    session.save()
    # What they marked themselves is not shown.
    assert "checked" not in text(desk.client, page)
    desk.client.post(page, {"cells": [TUESDAY_MORNING]})
    assert JointMarks.objects.get(party=two.two).cells == [TUESDAY_MORNING]
    # The one who may be called, and was.
    page = url(two.appointment, f"joint/{two.one.pk}/")
    assert desk.client.get(page).status_code == 200
    assert desk.client.post(page, {"cells": [TUESDAY_MORNING]}).status_code == 302
    assert not JointMarks.objects.filter(party=two.one).exists()
    desk.client.post(page, {"cells": [TUESDAY_MORNING], "we_called": "1"})
    assert own(two).cells == [TUESDAY_MORNING]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.MANAGER])
def test_other_staff_see_nothing_of_it(two: Pair, role: Role) -> None:
    two.ask()
    client = signed_in(role).client
    for page in ("joint/", "joint/end/", "joint/next/", f"joint/{two.one.pk}/"):
        assert client.post(url(two.appointment, page)).status_code == 403


def test_where_they_come_separately_it_is_not_there(client: Client, two: Pair) -> None:
    two.appointment.meeting = Meeting.SEPARATE
    two.appointment.save()
    desk = signed_in(Role.SECRETARY)
    assert "joint/" not in text(desk.client, url(two.appointment))
    given = {"due_day": DUE_DAY.isoformat(), "point": two.house.point.pk}
    desk.client.post(url(two.appointment, "joint/"), {**given, "version": two.appointment.version})
    assert not JointSearch.objects.exists()


def test_who_cannot_be_written_to_is_a_call_for_the_secretary(two: Pair) -> None:
    two.two.email_is_safe = False
    two.two.save()
    assert actions.ask_both(
        two.appointment.pk, due_day=DUE_DAY, point=two.house.point, user=two.user
    ) == [two.two]
    desk = signed_in(Role.SECRETARY)
    assert "calls." in text(desk.client, "/desk/work/")
    called(two.appointment, two.user, party=two.two)
    assert "calls." not in text(desk.client, "/desk/work/")
