"""What everybody is told of the walk-in: open, closed or full, how long, what else there is."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from office.core import live_updates
from tests.factories import ServiceFactory, ServicePointFactory, UnitFactory
from tests.walkin.cast import at, frozen_at, later, running_walk_in, service, walk_in_hours
from walkin.actions.own_ticket import leave
from walkin.days import planning
from walkin.days.lifecycle import close_intake, end_day, open_day
from walkin.estimates.snapshot_cache import cached_snapshot
from walkin.models import Actor, TicketEvent
from walkin.tickets.live import topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def english(client: Client) -> Client:
    UnitFactory()
    client.cookies["django_language"] = "en"
    return client


def said(client: Client, path: str = "/walk-in/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_an_open_walk_in_tells_the_wait_and_for_what(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        advice = service(matter_en="We are parting")
        long = ServiceFactory(asked_online=True, suits_walk_in=False, matter_en="A whole agreement")
        page = said(english)
        assert "Open now" in page
        assert "Wait now <strong>at most 5 minutes</strong>" in page
        for _ in range(3):
            own.take(advice)
        page = said(english)
    assert "Wait now <strong>at most" not in page
    assert "Wait now <strong>" in page
    assert "<li>We are parting" in page
    assert f'href="/services/{long.slug}/"' in page


def test_before_the_hours_the_day_is_told(english: Client) -> None:
    with frozen_at(7):
        own = running_walk_in(opened=False)
        planning.add_day(own.point, start=at(13), end=at(15), professionals=[])
        page = said(english)
    assert "Closed now" in page
    assert "Opens today <strong>8:00–12:00</strong>" in page
    assert "Then Thu 26 Nov 2026" in page
    assert "Wait now" not in page


def test_when_no_more_numbers_are_given_the_other_ways_are_offered(english: Client) -> None:
    with frozen_at(9):
        ServiceFactory(asked_online=True)
        own = running_walk_in()
        close_intake(own.day.pk)
        page = said(english)
    assert "No more numbers today" in page
    assert "Wait now" not in page
    assert 'href="/book/"' in page


def test_without_any_walk_in_the_page_says_so(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        end_day(own.day.pk)
        page = said(english)
    assert "No walk-in is planned now" in page


def test_a_point_out_of_use_is_not_told_of(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        own.point.is_active = False
        own.point.save()
        page = said(english)
    assert own.point.name not in page


def test_asked_for_by_htmx_only_the_present_comes(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        response = english.get("/walk-in/", headers={"HX-Request": "true"})
    text = response.content.decode()
    assert text.strip().startswith('<div id="now"')
    assert f'data-live="{topic(own.point.pk)}"' in text
    assert "no-store" in response.headers["Cache-Control"]


def test_anybody_may_hear_that_a_queue_has_changed_but_nothing_else(client: Client) -> None:
    one, other = ServicePointFactory(), ServicePointFactory()
    ticket = live_updates.read_ticket(client.get("/walk-in/live/").json()["ticket"])
    assert ticket is not None
    assert ticket.topics == {topic(one.pk), topic(other.pk)}
    assert ticket.holder == ""
    ticket = live_updates.read_ticket(client.get(f"/walk-in/live/{one.slug}/").json()["ticket"])
    assert ticket is not None
    assert ticket.topics == {topic(one.pk)}
    assert client.get("/walk-in/live/no-such-point/").status_code == 404


def test_the_front_page_leads_to_it(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in(opened=False)
        walk_in_hours(own.people[0], own.point)
        page = said(english, "/")
    assert f'href="/walk-in/#point-{own.point.slug}"' in page


def test_the_queries_do_not_grow_with_the_queue(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        own.take()
        said(english)
        own.take()
        with CaptureQueriesContext(connection) as one:
            said(english)
        own.take()
        own.take()
        with CaptureQueriesContext(connection) as three:
            said(english)
        with CaptureQueriesContext(connection) as unchanged:
            said(english)
    assert len(one) == len(three)
    assert len(unchanged) < len(three)


def test_the_front_page_tells_the_walk_in_as_it_is_not_as_it_is_meant(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in(opened=False)
        walk_in_hours(own.people[0], own.point)
        added = running_walk_in(end=at(10, 30))
        page = said(english, "/")
        assert f"{added.point.name} · Open now, closes at 10:30" in page
        open_day(own.day.pk)
        close_intake(own.day.pk)
        page = said(english, "/")
    assert f"{own.point.name} · No more numbers today" in page


def test_the_estimate_is_made_once_for_all_who_look_and_anew_after_a_change() -> None:
    with frozen_at(9):
        own = running_walk_in()
        own.take()
        first, second = cached_snapshot(own.day), cached_snapshot(own.day)
        assert first.waits is second.waits
        third = own.take()
        assert third.pk in cached_snapshot(own.day).waits
        with later(1):
            assert cached_snapshot(own.day).waits is not first.waits


def test_a_change_that_becomes_visible_after_a_newer_one_is_told_too() -> None:
    with frozen_at(9):
        own = running_walk_in()
        early, late = own.take(), own.take()
        # As when two are called at once and the second one's transaction ends first.
        newest = TicketEvent.objects.latest("pk").pk + 10
        TicketEvent.objects.create(
            pk=newest,
            ticket=late,
            what="known",
            state=late.state,
            at=late.taken_at,
            by=Actor.STAFF,
        )
        before = cached_snapshot(own.day)
        assert early.pk in before.waits
        leave(early.pk)
        assert TicketEvent.objects.latest("pk").pk == newest
        assert early.pk not in cached_snapshot(own.day).waits


@pytest.mark.parametrize(("demo", "is_shown"), [("porvoo", True), ("", False)])
def test_only_the_demo_leads_to_the_screens(
    english: Client, settings: Any, demo: str, is_shown: bool
) -> None:
    settings.DEMO = demo
    with frozen_at(9):
        own = running_walk_in()
        page = said(english)
    assert (f'href="/walk-in/kiosk/{own.point.slug}/"' in page) == is_shown


def test_the_published_waiting_times_tell_the_wait_of_this_moment(english: Client) -> None:
    with frozen_at(9):
        own = running_walk_in()
        advice = service(matter_en="We are parting", slug="advice")
        (walk_in,) = english.get("/api/waiting-times.json").json()["walk_ins"]
        assert (walk_in["point"], walk_in["state"]) == (own.point.slug, "open")
        assert walk_in["open_until"] == "2026-11-26T12:00:00+02:00"
        assert walk_in["wait_minutes"] == {"least": 0, "most": 5}
        assert advice.slug in walk_in["services"]
        own.take(advice)
        assert "wait now at most 5 min" in said(english, "/waiting-times/")
        cache.clear()
        close_intake(own.day.pk)
        (walk_in,) = english.get("/api/waiting-times.json").json()["walk_ins"]
        assert (walk_in["state"], walk_in["wait_minutes"]) == ("full", None)
        assert "No more numbers today" in said(english, "/waiting-times/")
