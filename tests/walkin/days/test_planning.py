"""The manager's walk-in days: listed, added, moved, called off, staffed; the rules of a point."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from office.calendar.occupancy import take
from office.models import ClaimKind, Closure, Professional, Role
from tests.bookings.desk_cast import signed_in
from tests.factories import ProfessionalFactory, ServicePointFactory, UserFactory
from tests.walkin.cast import (
    THURSDAY,
    DeskFactory,
    RunningWalkIn,
    at,
    frozen_at,
    in_english,
    messages_after,
    running_walk_in,
    walk_in_hours,
)
from walkin.days import free_dates, planning
from walkin.days.changed_days import changed_days
from walkin.models import DayState, Duty, PointRules, WalkInDay
from walkin.staff_pages.screen import QueueScreen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _eight() -> Any:
    with frozen_at(7, 30):
        yield


@pytest.fixture
def client() -> Client:
    return in_english(signed_in(Role.MANAGER).client)


def paths(place: RunningWalkIn) -> tuple[list[str], list[str]]:
    day, duty, point = place.day.pk, place.duties[0].pk, place.point.pk
    base = "/office/walk-in"
    pages = [
        f"{base}/",
        f"{base}/add/",
        f"{base}/{day}/",
        f"{base}/{day}/move/",
        f"{base}/{day}/duty/",
        f"{base}/points/{point}/rules/",
    ]
    posts = [
        f"{base}/duties/{duty}/replace/",
        f"{base}/duties/{duty}/off/",
        f"{base}/{day}/off/",
        f"{base}/points/{point}/open/",
    ]
    return pages, posts


def test_the_manager_opens_every_page(client: Client) -> None:
    pages, posts = paths(running_walk_in(opened=False))

    assert {client.get(path).status_code for path in pages} == {200}
    assert {client.get(path).status_code for path in posts} == {405}


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.PARTNER])
def test_others_open_none(role: Role) -> None:
    worker = signed_in(role).client
    pages, posts = paths(running_walk_in(opened=False))

    assert {worker.get(path).status_code for path in pages} == {403}
    assert {worker.post(path).status_code for path in posts} == {403}


def test_a_stranger_is_asked_to_sign_in() -> None:
    place = running_walk_in(opened=False)
    pages, posts = paths(place)

    for path in pages:
        assert Client().get(path)["Location"].startswith("/accounts/login/")
    assert {Client().post(path).status_code for path in posts} == {302}
    assert place.fresh().state == DayState.PLANNED


def serving() -> Professional:
    """Make somebody who has an account and may call numbers."""
    return ProfessionalFactory(user=UserFactory(roles=[Role.GUIDE]))


def test_the_list_names_those_on_duty_and_days_without_anybody(client: Client) -> None:
    place = running_walk_in(people=[ProfessionalFactory(name="Ulla Usva")], opened=False)
    empty = running_walk_in(people=[], opened=False)
    empty.day.duties.all().delete()

    text = client.get("/office/walk-in/").content.decode()

    assert "Ulla Usva" in text
    assert "nobody" in text
    assert f"/office/walk-in/{place.day.pk}/" in text


def test_a_day_is_added_with_those_on_duty(client: Client) -> None:
    place = running_walk_in(opened=False)
    guide = serving()
    told = {"service_point": place.point.pk, "starts": "13", "ends": "15.30"}

    messages_after(
        client, "/office/walk-in/add/", date=str(THURSDAY), professionals=[guide.pk], **told
    )

    day = WalkInDay.objects.get(starts_at=at(13))
    assert (day.ends_at, day.is_by_hand) == (at(15, 30), True)
    assert day.duties.get().professional == guide
    # Who has no account, or may not call numbers, is not offered.
    secretary = ProfessionalFactory(user=UserFactory(roles=[Role.SECRETARY]))
    for path in ("/office/walk-in/add/", f"/office/walk-in/{day.pk}/duty/"):
        page = client.get(path).content.decode()
        assert f'value="{guide.pk}"' in page
        for nobody in (ProfessionalFactory(), secretary):
            assert nobody.name not in page


def test_a_day_that_overlaps_another_is_refused_with_a_sentence(client: Client) -> None:
    place = running_walk_in(opened=False)
    told = {"service_point": place.point.pk, "starts": "9", "ends": "10", "date": str(THURSDAY)}

    answer = client.post("/office/walk-in/add/", told)

    assert "already" in answer.content.decode()
    assert WalkInDay.objects.count() == 1


@pytest.mark.parametrize(
    ("date", "starts", "ends"), [("2026-11-26", "12", "9"), ("2026-11-25", "8", "9")]
)
def test_hours_that_cannot_be_are_refused(
    client: Client, date: str, starts: str, ends: str
) -> None:
    place = running_walk_in(opened=False)

    client.post(
        f"/office/walk-in/{place.day.pk}/move/", {"date": date, "starts": starts, "ends": ends}
    )

    assert place.fresh().starts_at == at(8)


def test_a_day_is_moved_and_who_has_no_time_is_named(client: Client) -> None:
    who = ProfessionalFactory(name="Ulla Usva")
    place = running_walk_in(people=[who], opened=False)
    running_walk_in(people=[who], start=at(13), end=at(15), opened=False)

    words = messages_after(
        client,
        f"/office/walk-in/{place.day.pk}/move/",
        date=str(THURSDAY),
        starts="13",
        ends="15",
    )

    assert "Not available then, and left out: Ulla Usva." in words
    assert place.fresh().starts_at == at(13)


def test_free_dates_are_offered_and_one_press_moves_the_day(client: Client) -> None:
    who = ProfessionalFactory(name="Ulla Usva", hours=(8, 16))
    place = running_walk_in(people=[who], opened=False)
    week = timedelta(days=7)
    # Another walk-in, a closure and a booked visit.
    planning.add_day(
        place.point,
        start=at(8, day=THURSDAY + week),
        end=at(12, day=THURSDAY + week),
        professionals=[],
    )
    monday, tuesday = date(2026, 11, 30), date(2026, 12, 1)
    Closure.objects.create(service_point=place.point, first_day=monday, last_day=monday)
    take(
        kind=ClaimKind.APPOINTMENT,
        resources=[who.pk],
        start=at(9, day=tuesday),
        end=at(10, day=tuesday),
    )
    found = free_dates.free_dates(place.day)
    assert [f.date.isoformat() for f in found] == [
        "2026-11-27",
        "2026-12-02",
        "2026-12-04",
        "2026-12-07",
        "2026-12-08",
    ]
    assert {f.free for f in found} == {(("Ulla Usva", 240),)}
    page = client.get(f"/office/walk-in/{place.day.pk}/move/").content.decode()
    assert page.count("Move here") == 5
    first = found[0]
    messages_after(
        client,
        f"/office/walk-in/{place.day.pk}/move/",
        date=first.date.isoformat(),
        starts=first.starts,
        ends=first.ends,
    )
    assert (place.fresh().starts_at, place.day.ends_at) == (first.start, first.end)
    assert place.day.duties.get().professional == who


def test_the_time_left_is_told_around_what_is_booked(client: Client) -> None:
    works = ProfessionalFactory(name="Ulla Usva", hours=(8, 16))
    away = ProfessionalFactory(name="Veli Vapaa")
    place = running_walk_in(2, people=[works, away], opened=False)
    friday = THURSDAY + timedelta(days=1)
    for n in range(1, 29):
        day = THURSDAY + timedelta(days=n)
        take(
            kind=ClaimKind.APPOINTMENT,
            resources=[works.pk],
            start=at(9, day=day),
            end=at(10, 30, day=day),
        )
    first = free_dates.free_dates(place.day)[0]
    assert (first.date, dict(first.free)) == (friday, {"Ulla Usva": 150, "Veli Vapaa": 0})
    page = " ".join(client.get(f"/office/walk-in/{place.day.pk}/move/").content.decode().split())
    assert "Veli Vapaa: no time" in page


def test_called_off_with_one_click(client: Client) -> None:
    place = running_walk_in(opened=False)
    path = f"/office/walk-in/{place.day.pk}"

    assert messages_after(client, f"{path}/off/") == ["The walk-in was called off."]
    assert place.fresh().state == DayState.CALLED_OFF
    assert messages_after(client, f"{path}/off/") == ["Only a planned walk-in can be called off."]


def test_opened_at_this_moment(client: Client) -> None:
    place = running_walk_in(opened=False)
    WalkInDay.objects.update(state=DayState.CALLED_OFF)

    messages_after(client, f"/office/walk-in/points/{place.point.pk}/open/")

    assert WalkInDay.objects.running().get().service_point == place.point


def test_put_on_duty_replaced_and_taken_off(client: Client) -> None:
    place = running_walk_in(desks=2, people=[ProfessionalFactory()], opened=False)
    extra, other = serving(), serving()
    path = f"/office/walk-in/{place.day.pk}/duty/"

    messages_after(
        client, path, professional=extra.pk, starts="9", ends="11", desk=place.desks[1].pk
    )
    duty = Duty.objects.get(professional=extra)
    assert (duty.during.lower, duty.desk) == (at(9), place.desks[1])
    assert messages_after(client, f"/office/walk-in/duties/{duty.pk}/replace/", by="") == [
        "Choose who takes over."
    ]
    # Who has no account, or may not call numbers, cannot take over.
    secretary = ProfessionalFactory(user=UserFactory(roles=[Role.SECRETARY]))
    for nobody in (ProfessionalFactory(), secretary):
        messages_after(client, f"/office/walk-in/duties/{duty.pk}/replace/", by=nobody.pk)
        assert Duty.objects.filter(professional=extra).exists()
    messages_after(client, f"/office/walk-in/duties/{duty.pk}/replace/", by=other.pk)
    duty = Duty.objects.get(professional=other)
    assert not Duty.objects.filter(professional=extra).exists()
    assert messages_after(client, f"/office/walk-in/duties/{duty.pk}/off/") == ["Taken off duty."]
    assert not Duty.objects.filter(professional=other).exists()


def test_the_rules_of_a_point_are_changed_and_said(client: Client) -> None:
    place = running_walk_in(opened=False)
    PointRules.objects.all().delete()
    path = f"/office/walk-in/points/{place.point.pk}/rules/"
    form = client.get(path).context["form"]
    told = {name: form[name].value() or "" for name in form.fields} | {"calls": 4}

    messages_after(client, path, **told)

    assert PointRules.of(place.point.pk).calls == 4
    screen = QueueScreen(signed_in(Role.GUIDE).user, place.point)
    assert "A number is called 4 times." in screen.rules


def test_queries_do_not_grow_with_the_days(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    place = running_walk_in(opened=False)
    client.get("/office/walk-in/")
    with django_assert_max_num_queries(40) as one:
        client.get("/office/walk-in/")
    most = len(one)
    for weeks in (1, 2):
        told = {"service_point": place.point.pk, "starts": "8", "ends": "12"}
        messages_after(
            client,
            "/office/walk-in/add/",
            date=str(THURSDAY + timedelta(weeks=weeks)),
            professionals=[serving().pk],
            **told,
        )
    with django_assert_max_num_queries(most):
        client.get("/office/walk-in/")


def test_what_is_not_as_usual_is_announced_and_a_called_off_day_comes_back() -> None:
    """Christmas Eve 2026 is a Thursday."""
    point, who = ServicePointFactory(), ProfessionalFactory()
    DeskFactory(service_point=point, name="1")
    walk_in_hours(who, point)
    with frozen_at(9, day=date(2026, 11, 30)):
        client = in_english(signed_in(Role.MANAGER).client)
        planning.make_days()
        third, tenth = WalkInDay.objects.order_by("date")[:2]
        planning.call_off(third.pk)
        planning.move_day(
            tenth.pk, start=at(9, day=date(2026, 12, 11)), end=at(12, day=date(2026, 12, 11))
        )
        for reader, path in ((client, "/office/walk-in/"), (in_english(Client()), "/walk-in/")):
            page = " ".join(reader.get(path).content.decode().split())
            assert "No walk-in on Thu 3 Dec." in page, path
            assert "The walk-in of Thu 10 Dec is Fri 11 Dec 2026 at 9:00–12:00." in page
            assert "No walk-in on Thu 24 Dec: Christmas Eve." in page
        assert "17 Dec" not in page.split("walkin__changes")[1].split("</ul>")[0]
        assert messages_after(client, f"/office/walk-in/{third.pk}/restore/") == [
            "The walk-in is planned again. Check who is on duty."
        ]
        assert messages_after(client, f"/office/walk-in/{third.pk}/restore/") == [
            "Only a walk-in that was called off can be restored."
        ]
        third.refresh_from_db()
        assert (third.state, third.is_by_hand) == (DayState.PLANNED, False)
        assert third.duties.get().professional == who
        assert [c.usual.day for c in changed_days()[point.pk]] == [10, 24]
        # Called off and added anew: one row, the one that is held.
        planning.call_off(third.pk)
        assert client.get("/office/walk-in/").content.decode().count("3 Dec 2026") == 1
        again = planning.add_day(point, start=third.starts_at, end=third.ends_at, professionals=[])
        page = client.get("/office/walk-in/").content.decode()
        assert page.count("3 Dec 2026") == 1
        assert f"/office/walk-in/{again.pk}/" in page
