"""The live process itself: real gunicorn, real PostgreSQL, real streams."""

import http.client
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client

from familylaw.live import OF_A_TICKET, OF_AN_ADDRESS
from office.core import clock, live_updates
from office.models import Role
from tests.factories import UserFactory
from tests.server import free_port, live_process


@pytest.fixture(scope="module")
def _address(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    with (
        django_db_blocker.unblock(),
        live_process(free_port()) as address,
    ):
        yield address


@pytest.fixture
def address(transactional_db: None, _address: str) -> str:
    return _address


class Listener:
    """A browser's end of a stream."""

    def __init__(self, address: str, ticket: str, **headers: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        self.connection.request("GET", f"/live/?ticket={quote(ticket)}", headers=headers)
        self.answer = self.connection.getresponse()

    def close(self) -> None:
        self.answer.close()
        self.connection.close()

    def opened(self) -> None:
        """Wait for the first beat: from here on everything is heard."""
        while self.answer.readline() != b"\n":
            pass

    def next(self) -> str:
        """Return the next event and its data; empty where the stream has ended. A beat is passed over."""
        name = data = ""
        while line := self.answer.readline().decode():
            if line.startswith("event: "):
                name = line.removeprefix("event: ").strip()
            elif line.startswith("data: "):
                data += ("\n" if data else "") + line.removeprefix("data: ").strip()
            elif line == "\n" and name:
                if name != "beat":
                    return f"{name} {data}".strip()
                name = data = ""
        return ""


@contextmanager
def listening(address: str, *topics: str, **more: Any) -> Iterator[Listener]:
    ticket = live_updates.new_ticket(*(topics or ("desk",)), session=more.pop("session", ""))
    found = Listener(address, ticket, **more)
    assert found.answer.status == 200
    found.opened()
    with closing(found):
        yield found


def status(address: str, path: str, method: str = "GET", **headers: str) -> int:
    found = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    found.request(method, path, headers=headers)
    answer = found.getresponse().status
    found.close()
    return answer


def connections_of_the_process() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'familylaw live' "
            "AND datname = current_database()"
        )
        return [pid for (pid,) in cursor.fetchall()]


def test_a_stream_hears_its_topics_and_no_others(address: str) -> None:
    with listening(address, "desk") as desk, listening(address, "walk-in") as walk_in:
        live_updates.announce("desk")
        assert desk.next() == "changed desk"
        live_updates.announce("walk-in")
        assert walk_in.next() == "changed walk-in"
        live_updates.announce("desk")
        assert desk.next() == "changed desk"


def test_what_changed_between_the_reading_of_a_page_and_its_stream_is_told(address: str) -> None:
    with listening(address, "hall") as early:
        began = clock.now()
        live_updates.announce("hall")
        assert early.next() == "changed hall"
    late = Listener(address, live_updates.new_ticket("hall", "desk", read=began))
    with closing(late):
        assert late.next() == "changed hall"
    with listening(address, "hall") as after:
        live_updates.announce("hall")
        assert after.next() == "changed hall"


def test_a_page_older_than_the_process_reads_itself_again(address: str) -> None:
    old = Listener(address, live_updates.new_ticket("desk", read=clock.now() - timedelta(hours=1)))
    with closing(old):
        assert old.next() == "back"


def test_what_is_undone_is_not_told(address: str) -> None:
    with listening(address, "desk", "other") as listener:
        with transaction.atomic():
            live_updates.announce("desk")
            transaction.set_rollback(True)
        live_updates.announce("other")
        assert listener.next() == "changed other"


def test_a_hundred_streams_need_one_connection(address: str) -> None:
    with listening(address):
        many = [Listener(address, live_updates.new_ticket("desk")) for _ in range(100)]
        assert {one.answer.status for one in many} == {200}
        live_updates.announce("desk")
        assert {one.next() for one in many} == {"changed desk"}
        assert len(connections_of_the_process()) == 1
        for one in many:
            one.close()


def test_a_lost_connection_to_the_database_is_said_and_made_anew(address: str) -> None:
    with listening(address) as listener:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid",
                [connections_of_the_process()],
            )
        assert listener.next() == "lost"
        assert listener.next() == "back"
        live_updates.announce("desk")
        assert listener.next() == "changed desk"
    assert status(address, "/healthz") == 200


def test_no_ticket_a_false_one_and_an_old_one_open_nothing(address: str) -> None:
    good = live_updates.new_ticket("desk")
    with time_machine.travel(clock.now() - timedelta(minutes=11), tick=False):
        old = live_updates.new_ticket("desk")
    for ticket in ("", "x", good[:-1], f"{good}x", old):
        assert (ticket, status(address, f"/live/?ticket={quote(ticket)}")) == (ticket, 403)
    assert status(address, "/live/") == 403


def _with_little_left(address: str) -> Listener:
    """Open a stream with a ticket about to end; a slow machine needs one with more left."""
    for left in (2, 10, 50):
        now = clock.now()
        with time_machine.travel(now - timedelta(seconds=600 - left), tick=False):
            ticket = live_updates.new_ticket("desk", read=now)
        listener = Listener(address, ticket)
        if listener.answer.status == 200:
            return listener
        listener.close()
    raise AssertionError("No stream was opened.")


def test_a_stream_ends_with_its_ticket(address: str) -> None:
    with closing(_with_little_left(address)) as listener:
        assert listener.next() == "renew"
        assert listener.next() == ""


def test_signing_out_ends_the_streams_and_the_tickets_of_that_session_alone(address: str) -> None:
    user = UserFactory(roles=[Role.SECRETARY])
    leaving, staying = Client(), Client()
    for client in (leaving, staying):
        client.force_login(user)
    ticket = leaving.get("/desk/live/").json()["ticket"]
    with (
        closing(Listener(address, ticket)) as listener,
        listening(address, session=staying.session.session_key or "") as other,
    ):
        assert listener.answer.status == 200
        assert leaving.post("/accounts/logout/").status_code == 302
        assert listener.next() == ""
        assert status(address, f"/live/?ticket={quote(ticket)}") == 403
        live_updates.announce("desk")
        assert other.next() == "changed desk"
    fresh = staying.get("/desk/live/").json()["ticket"]
    with closing(Listener(address, fresh)) as again:
        assert again.answer.status == 200


def test_only_pages_of_the_site_may_listen(address: str) -> None:
    site = "http://testserver"
    with listening(address, Origin=site) as listener:
        assert listener.answer.headers["Access-Control-Allow-Origin"] == site
        assert listener.answer.headers["Cache-Control"] == "no-store"
    path = f"/live/?ticket={quote(live_updates.new_ticket('desk'))}"
    assert status(address, path, Origin="https://elsewhere.example") == 403
    assert status(address, path, Origin="null") == 403


def test_other_addresses_and_ways(address: str) -> None:
    assert status(address, "/desk/") == 404
    path = f"/live/?ticket={quote(live_updates.new_ticket('desk'))}"
    assert status(address, path, "POST") == 405


@pytest.mark.django_db
def test_pages_say_where_the_streams_are(settings: Any) -> None:
    client = Client()
    client.force_login(UserFactory(roles=[Role.SECRETARY]))
    assert "data-live-url" not in client.get("/desk/").content.decode()
    settings.LIVE_URL = "/live/"
    html = client.get("/desk/").content.decode()
    assert 'data-live-url="/live/"' in html
    assert 'data-renew="/desk/live/"' in html


def test_one_ticket_opens_so_many_streams_at_once_and_no_more(address: str) -> None:
    ticket = live_updates.new_ticket("hall")
    with ExitStack() as open_ones:
        for _ in range(OF_A_TICKET):
            found = open_ones.enter_context(closing(Listener(address, ticket)))
            assert found.answer.status == 200
        assert status(address, f"/live/?ticket={quote(ticket)}") == 429
        with listening(address, "hall") as another:
            live_updates.announce("hall")
            assert another.next() == "changed hall"
    wait_for_streams_to_end(address, ticket)


def test_a_stranger_does_not_take_all_streams(address: str) -> None:
    theirs, others = {"X-Forwarded-For": "203.0.113.5"}, {"X-Forwarded-For": "203.0.113.6"}
    tickets = [live_updates.new_ticket("hall") for _ in range(OF_AN_ADDRESS)]
    with ExitStack() as open_ones:
        for ticket in tickets:
            found = open_ones.enter_context(closing(Listener(address, ticket, **theirs)))
            assert found.answer.status == 200
        path = f"/live/?ticket={quote(live_updates.new_ticket('hall'))}"
        assert status(address, path, **theirs) == 429
        # Who is signed in at the same place, and everybody elsewhere, is heard.
        staff = Listener(address, live_updates.new_ticket("desk", session="s"), **theirs)
        open_ones.enter_context(closing(staff))
        assert staff.answer.status == 200
        elsewhere = open_ones.enter_context(
            closing(Listener(address, live_updates.new_ticket("hall"), **others))
        )
        assert elsewhere.answer.status == 200


def wait_for_streams_to_end(address: str, ticket: str) -> None:
    """Wait until browsers have gone and the ticket opens a stream again."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = Listener(address, ticket)
        found.close()
        if found.answer.status == 200:
            return
        time.sleep(0.1)
    raise AssertionError("the streams of a closed browser do not end")


@contextmanager
def pages(answers: list[str]) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Serve these parts one after the other, then nothing; yield what was asked."""
    asked: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append({**self.headers, "path": self.path})
            body = answers.pop(0).encode() if answers else b""
            self.send_response(200 if body else 500)
            self.send_header("Content-Language", "sv")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def test_a_part_is_read_once_for_all_who_show_it(transactional_db: None) -> None:
    part = live_updates.StreamPart("/walk-in/display/hall/", "sv")
    with (
        pages(["<p>\n7</p>"]) as (url, asked),
        live_process(free_port(), LIVE_READS_FROM=url) as address,
        ExitStack() as open_ones,
    ):
        ticket = live_updates.new_ticket("hall", part=part)
        sharing = [open_ones.enter_context(closing(Listener(address, ticket))) for _ in range(5)]
        own = open_ones.enter_context(closing(Listener(address, live_updates.new_ticket("hall"))))
        for one in [*sharing, own]:
            one.opened()
        live_updates.announce("hall")
        assert own.next() == "changed hall"
        assert [one.next() for one in sharing] == ["part <p>\n7</p>"] * 5
        (request,) = asked
        assert (request["path"], request["Accept-Language"]) == (part.path, "sv")
        assert "Cookie" not in request
        # What cannot be read, each page reads itself.
        live_updates.announce("hall")
        assert [one.next() for one in sharing] == ["changed hall"] * 5
