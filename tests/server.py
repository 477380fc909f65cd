"""The product under its real server, on the database of the tests, and visitors who come to it."""

import http.cookiejar
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier
from typing import Any

from django.db import connection

from familylaw.grants import grant_app_role
from launcher.database import APP
from launcher.places import BASE_DIR


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _app_role() -> str:
    """Return the role that servers work as in `make run`, with its rights to the tables of the tests."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'office_user', 'SELECT')", [APP])
        row = cursor.fetchone()
    if row is None or not row[0]:
        grant_app_role(APP)
    return APP


def environment(**given: str) -> dict[str, str]:
    """Return what a process of the product needs to work on the test database."""
    settings = connection.settings_dict
    user = settings["USER"] or ""
    if os.environ.get("TESTS_OWN_DATABASE"):
        user = _app_role()
    host = settings["HOST"]
    options = settings.get("OPTIONS", {})
    url = "postgresql://{user}{password}@{host}/{name}?{query}".format(
        user=urllib.parse.quote(user),
        password=f":{urllib.parse.quote(settings['PASSWORD'])}" if settings["PASSWORD"] else "",
        host="" if host.startswith("/") else f"{host}:{settings['PORT'] or 5432}",
        name=settings["NAME"],
        query=urllib.parse.urlencode(
            {k: v for k, v in [("host", host)] if host.startswith("/")}
            | {k: v for k, v in options.items() if isinstance(v, str)}
        ),
    )
    return os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TRUSTED_PROXIES": "1",
        "LOG_LEVEL": "ERROR",
        "UNDO_SECONDS": "300",
        **given,
    }


@contextmanager
def _process(command: list[str], port: int, environment: dict[str, str]) -> Iterator[str]:
    """Run a server of ours for a while, once it answers; yield its address."""
    process = subprocess.Popen(command, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1200):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=30).read()
                break
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError("gunicorn did not start") from None
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def gunicorn(
    threads: int = 8,
    workers: int = 2,
    port: int | None = None,
    app: str = "familylaw.wsgi:application",
    **given: str,
) -> Iterator[str]:
    """Run gunicorn as `make run` does, on the test database; its address. `given`: settings.

    It believes one proxy, so that each visitor of a test can have an address of its own.
    """
    port = port or free_port()
    command = [
        sys.executable, "-m", "gunicorn", "-c", str(BASE_DIR / "gunicorn.conf.py"), app,
        "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
        "--workers", str(workers), "--threads", str(threads), "--log-level", "warning",
    ]  # fmt: skip
    with _process(command, port, environment(**given)) as address:
        yield address


@contextmanager
def live_process(port: int, **given: str) -> Iterator[str]:
    """Run the live process as `make run` does, on the test database; its address."""
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.live.conf.py"]
    command += ["--bind", f"127.0.0.1:{port}"]
    with _process(command, port, environment(**given)) as address:
        yield address


def wait_for_quiet(seconds: float = 60) -> None:
    """Wait: what a closed browser had asked for may still be worked on, and tables are not emptied then.

    What is asked after that, such as by the process of the streams, gives way to the emptying.
    """
    with connection.cursor() as cursor:
        # Who waits so long finds the deadlock, and is the one that is ended.
        cursor.execute("SET deadlock_timeout = '1h'")
    for _ in range(int(seconds / 0.05)):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            row = cursor.fetchone()
        if row is not None and not row[0]:
            return
        time.sleep(0.05)


@dataclass
class Answer:
    status: int
    url: str
    text: str


class Visitor:
    """A browser without a screen: cookies, the CSRF token, no following of redirects."""

    def __init__(self, server: str, number: int) -> None:
        self.server = server
        self.address = f"198.51.{number // 250}.{number % 250 + 1}"
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies), _NoRedirect()
        )

    def get(self, path: str) -> Answer:
        return self._open(urllib.request.Request(self.server + path))

    def post(self, path: str, data: dict[str, Any]) -> Answer:
        token = next((c.value for c in self.cookies if c.name == "csrftoken"), "")
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **data}, doseq=True)
        request = urllib.request.Request(self.server + path, data=body.encode())
        request.add_header("Referer", self.server + path)
        return self._open(request)

    def _open(self, request: urllib.request.Request) -> Answer:
        request.add_header("X-Forwarded-For", self.address)
        request.add_header("Accept-Language", "en")
        try:
            with self.opener.open(request, timeout=180) as answer:
                text = answer.read().decode(errors="replace")
                return Answer(answer.status, answer.url, text)
        except urllib.error.HTTPError as error:
            return Answer(
                error.code, error.headers.get("Location", ""), error.read().decode(errors="replace")
            )


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def at_once(actions: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run the actions in threads that start together; their results in order."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        barrier.wait(120)
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def press_twice(visitor: Visitor, path: str, data: dict[str, Any], times: int = 2) -> list[Answer]:
    """Send the same form twice at once, as an impatient thumb does; the answers in any order.

    Whatever a view makes of it, a server error is never an answer: that fails here. What is to have
    happened once is for the test to look at.
    """
    answers: list[Answer] = at_once([lambda: visitor.post(path, data)] * times)
    failed = [answer.status for answer in answers if answer.status >= 500]
    assert not failed, f"{failed} of {times} at once: {answers[0].text[:300]}"
    return answers


def shown_slots(page: str) -> list[str]:
    """Return the values of the times that a page offers, in order, each once."""
    return list(dict.fromkeys(re.findall(r'name="slot" value="([^"]+)"', page)))
