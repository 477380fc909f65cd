"""The machine check of links, against a real server; and the work that it makes for the editor."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.translation import override
from procrastinate.contrib.django.models import ProcrastinateJob

from office.core import clock
from office.guidance.link_checks import CHECK_TASK, EVERY, SOON, TRIES, check_link, look_at
from office.guidance.shortcomings import guidance_shortcomings
from office.models import GuidanceLink, LinkCheck, Role, User
from office.tasks import find_due_links
from tests.factories import UserFactory
from tests.familylaw.doctor.servers import certificate, tls_server
from tests.office.own_calendars.calendar_server import CalendarServer, calendar_server

pytestmark = pytest.mark.django_db
Finding = LinkCheck.Finding
NOW = "2026-11-25 10:00+02:00"


@pytest.fixture(autouse=True)
def _in_finnish() -> Iterator[None]:
    with override("fi"):
        yield


@pytest.fixture
def pages(settings: Any) -> Iterator[CalendarServer]:
    """Run a server whose pages may be opened though it is on this machine."""
    with calendar_server() as server:
        settings.OUTSIDE_TEST_HOSTS = [server.host]
        yield server


def made(**fields: Any) -> GuidanceLink:
    return GuidanceLink.objects.create(**{"owner": UserFactory(roles=[Role.MANAGER]), **fields})


def link(server: CalendarServer, **fields: Any) -> GuidanceLink:
    return made(title_fi="Kela", title_en="Kela", url_fi=server.url("/elatustuki"), **fields)


def work() -> list[str]:
    return [found.text for found in guidance_shortcomings()]


def waiting_jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name=CHECK_TASK).count()


def test_what_a_page_answers_is_told_apart(pages: CalendarServer) -> None:
    pages.gives(b"page", "/there")
    assert look_at(pages.url("/there")) == ""
    for status, finding in ((404, "gone"), (410, "gone"), (403, "refused"), (503, "failed")):
        pages.fails(status, "/there")
        assert look_at(pages.url("/there")) == finding
    # A page that is gone often leads to the front page; within the site it may move.
    pages.gives(b"front", "/")
    pages.gives(b"new", "/new")
    pages.redirects("/", "/there")
    assert look_at(pages.url("/there")) == Finding.MOVED
    pages.redirects("/new", "/there")
    assert look_at(pages.url("/there")) == ""
    pages.redirects("/there", "/there")
    assert look_at(pages.url("/there")) == Finding.FAILED


def test_our_own_network_is_never_opened(pages: CalendarServer) -> None:
    for address in (
        "https://127.0.0.1/",
        "https://localhost/",
        "https://169.254.169.254/latest/",
        "http://kela.example/",
        "https://user@kela.example/",
        "https://kela.example:8443/",
        "https://[::1",
    ):
        assert look_at(address) == Finding.ADDRESS, address
    with calendar_server() as other:
        other.gives(b"secret", "/")
        pages.redirects(other.url("/"), "/there")
        assert look_at(pages.url("/there")) == Finding.ADDRESS
        assert other.asked == []


def test_links_are_checked_once_a_month_and_when_they_change(pages: CalendarServer) -> None:
    with time_machine.travel(NOW, tick=False) as travel:
        pages.gives(b"page", "/elatustuki")
        kela = link(pages, checked_on=clock.today())
        link(pages, is_active=False)
        find_due_links(0)
        find_due_links(0)
        assert waiting_jobs() == 1
        ProcrastinateJob.objects.all().update(queueing_lock=None)
        check_link(kela.pk)
        check = kela.checks.get()
        assert (check.finding, check.next_at - check.checked_at) == ("", EVERY)
        assert work() == []
        find_due_links(0)
        assert waiting_jobs() == 1
        # Another address has been seen by nobody; nor has this one after a month.
        GuidanceLink.objects.filter(pk=kela.pk).update(url_fi=pages.url("/uusi"))
        find_due_links(0)
        assert waiting_jobs() == 2
        ProcrastinateJob.objects.all().update(queueing_lock=None)
        check_link(kela.pk)
        travel.shift(EVERY + timedelta(minutes=1))
        find_due_links(0)
        assert waiting_jobs() == 3
        check_link(99_999)


def test_what_is_amiss_is_work_for_the_editor(pages: CalendarServer) -> None:
    owner = UserFactory(roles=[Role.MANAGER], first_name="Ritva", last_name="Aalto")
    kela = link(pages, owner=owner, checked_on=clock.today())
    other = made(title_fi="Toimiva", url_fi=pages.url("/ok"), checked_on=clock.today())
    pages.gives(b"page", "/ok")
    check_link(other.pk)
    check_link(kela.pk)
    assert [(found.text, found.why) for found in guidance_shortcomings()] == [
        ("Kela (fi): sivua ei ole", "Vastuuhenkilö: Ritva Aalto.")
    ]
    assert kela.checks.get().next_at - kela.checks.get().checked_at == SOON
    # What passes by itself is work only after some days of it.
    pages.fails(503, "/elatustuki")
    LinkCheck.objects.filter(link=kela).update(failures=0)
    for _ in range(TRIES - 1):
        check_link(kela.pk)
        assert work() == []
    check_link(kela.pk)
    assert len(work()) == 1
    # Put right, or out of use, it is no work any more.
    pages.gives(b"page", "/elatustuki")
    check_link(kela.pk)
    assert (work(), kela.checks.get().failures) == ([], 0)
    pages.fails(404, "/elatustuki")
    check_link(kela.pk)
    GuidanceLink.objects.filter(pk=kela.pk).update(is_active=False)
    assert work() == []


def test_a_server_without_a_way_out_says_so_once() -> None:
    now = clock.now()
    for number in range(3):
        page = made(
            title_fi=f"Sivu {number}", url_fi="https://a.example/", checked_on=clock.today()
        )
        LinkCheck.objects.create(
            link=page,
            language="fi",
            url="https://a.example/",
            checked_at=now,
            next_at=now,
            finding=Finding.UNREACHABLE,
            failures=TRIES,
        )
    assert len(work()) == 1


def test_links_that_nobody_has_opened_for_a_year_are_work(pages: CalendarServer) -> None:
    kela = link(pages)
    assert work() == ["1 linkki pitää avata"]
    kela.checked_on = clock.today() - timedelta(days=366)
    kela.save()
    assert work() == ["1 linkki pitää avata"]
    kela.checked_on = clock.today()
    kela.save()
    assert work() == []


def test_a_link_that_nobody_looks_after_is_work(pages: CalendarServer) -> None:
    kela = link(pages, checked_on=clock.today())
    assert work() == []
    User.objects.filter(pk=kela.owner_id).update(is_active=False)
    assert work() == ["1 linkillä ei ole vastuuhenkilöä"]
    kela.owner = None
    kela.save()
    manager = Client(headers={"accept-language": "en"})
    manager.force_login(UserFactory(roles=[Role.MANAGER]))
    assert "1 link has no owner" in manager.get("/office/").content.decode()
    GuidanceLink.objects.update(is_active=False)
    assert work() == []


def test_a_certificate_that_nobody_vouches_for_is_told_apart(settings: Any, tmp_path: Path) -> None:
    with tls_server(certificate(tmp_path, days=90)) as port:
        settings.OUTSIDE_TEST_HOSTS = [f"127.0.0.1:{port}"]
        assert look_at(f"https://127.0.0.1:{port}/") == Finding.CERTIFICATE


def test_the_manager_has_one_checked_now(pages: CalendarServer) -> None:
    kela = link(pages)
    path = f"/office/guidance/{kela.pk}/check/"
    for role in (Role.SECRETARY, Role.SUPERVISOR):
        client = Client()
        client.force_login(UserFactory(roles=[role]))
        assert client.post(path).status_code == 403
    manager = Client(headers={"accept-language": "en"})
    manager.force_login(UserFactory(roles=[Role.MANAGER]))
    assert manager.get(path).status_code == 405
    assert manager.post(path)["Location"] == "/office/guidance/"
    assert waiting_jobs() == 1
    check_link(kela.pk)
    page = manager.get("/office/guidance/").content.decode()
    assert "there is no such page" in page
    assert "by machine" in page
