"""The web server as `make run` starts it, and a visitor without a browser."""

import contextlib
import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from launcher.places import BASE_DIR
from launcher.processes import spawn
from tests.bench.table import note

_COOKIE = re.compile(r"^([^=;]+)=([^;]*)")
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_SLOT = re.compile(r'name="slot"[^>]*?value="([^"]+)"|value="([^"]+)"[^>]*?name="slot"')


@contextlib.contextmanager
def gunicorn(
    database_url: str, static: Path, app: str = "familylaw.wsgi", **given: str
) -> Iterator[int]:
    """Run two workers of gthread on a port of their own; yield the port. `given`: settings."""
    with web_server(database_url, static, app, **given) as served:
        yield served.port


@contextlib.contextmanager
def web_server(
    database_url: str, static: Path, app: str = "familylaw.wsgi", **given: str
) -> Iterator["Served"]:
    """Run such a server; yield it with its process."""
    command = ["-c", str(BASE_DIR / "gunicorn.conf.py"), "--log-level", "warning"]
    # Each of the parents comes from an address of their own, as a proxy would say it.
    env = {"STATIC_ROOT": str(static), "TRUSTED_PROXIES": "1", **given}
    with _served("the web server", database_url, [*command, app], env) as served:
        yield served


@contextlib.contextmanager
def live_process(database_url: str, web_port: int) -> Iterator["Served"]:
    """Run the live process on a port of its own, beside the web server."""
    command = ["-c", str(BASE_DIR / "gunicorn.live.conf.py"), "familylaw.live:application"]
    address = f"http://127.0.0.1:{web_port}"
    given = {"TRUSTED_PROXIES": "1", "LIVE_READS_FROM": address, "SITE_URL": address}
    with _served("the live process", database_url, command, given) as served:
        yield served


@dataclass(frozen=True)
class Served:
    """A server that answers."""

    port: int
    pid: int


@contextlib.contextmanager
def _served(
    name: str, database_url: str, arguments: list[str], given: Mapping[str, str]
) -> Iterator[Served]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(2048)
    port = listener.getsockname()[1]
    env = {
        **os.environ,
        "DATABASE_URL": database_url,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "familylaw.settings",
        **given,
    }
    env.pop("DATABASE_POOL", None)
    command = [sys.executable, "-m", "gunicorn", "--bind", f"fd://{listener.fileno()}", *arguments]
    with tempfile.TemporaryFile() as log:
        child = spawn(
            name,
            command,
            env=env,
            pass_fds=(listener.fileno(),),
            cwd=BASE_DIR,
            output=log,
        )
        try:
            _wait(port)
            yield Served(port, child.process.pid)
        finally:
            child.stop()
            listener.close()
            log.seek(0)
            # A 409 is a warning and belongs to the rush; what went wrong is shown.
            said = [line for line in log.read().decode().splitlines() if " WARNING " not in line]
            for line in said[-40:]:
                note(line)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        if time.monotonic() > deadline:
            raise RuntimeError("gunicorn does not answer")
        time.sleep(0.1)


@contextlib.contextmanager
def static_files() -> Iterator[Path]:
    """Collect the static files as a real start does."""
    with tempfile.TemporaryDirectory(prefix="familylaw-bench-") as folder:
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"],
            cwd=BASE_DIR,
            env={**os.environ, "STATIC_ROOT": folder},
            check=True,
        )
        yield Path(folder)


class Visitor:
    """A parent's browser: cookies, one connection that is kept, forms with their token."""

    def __init__(self, port: int, address: str = "192.0.2.1") -> None:
        self._port = port
        self._address = address
        self._cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None
        self.seconds: list[float] = []
        self.statuses: list[int] = []
        self.path = ""
        self.page = ""

    def carry(self, name: str, value: str) -> None:
        """Take a cookie along, as somebody who signed in before."""
        self._cookies[name] = value

    def get(self, path: str) -> int:
        return self._ask("GET", path, None)

    def post(self, path: str, data: Mapping[str, str | list[str]]) -> int:
        """Send a form of the page at hand; redirects are followed."""
        found = _TOKEN.search(self.page)
        fields = {**data, "csrfmiddlewaretoken": found[1] if found else ""}
        return self._ask("POST", path, urlencode(fields, doseq=True))

    def slots(self) -> list[str]:
        """Return the times that the page offers."""
        return list(dict.fromkeys(unescape(a or b) for a, b in _SLOT.findall(self.page)))

    def field(self, name: str) -> str:
        """Return what a hidden field of the page holds."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        return unescape(found[1]) if found else ""

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _ask(self, method: str, path: str, body: str | None) -> int:
        status, location = self._once(method, path, body)
        while status in (301, 302, 303):
            path = location
            status, location = self._once("GET", path, None)
        self.path = path
        return status

    def _once(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        headers = {"X-Forwarded-For": self._address, "Host": f"127.0.0.1:{self._port}"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self._cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        response = self._send(method, path, body, headers)
        self.page = response.read().decode()
        self.seconds.append(time.perf_counter() - started)
        self.statuses.append(response.status)
        for line in response.headers.get_all("Set-Cookie") or []:
            if found := _COOKIE.match(line):
                self._cookies[found[1]] = found[2]
        return response.status, response.headers.get("Location") or ""

    def _send(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> http.client.HTTPResponse:
        """Send by the kept connection; by a new one where the server has closed it meanwhile."""
        if self._connection is not None:
            with contextlib.suppress(http.client.RemoteDisconnected, ConnectionError):
                self._connection.request(method, path, body, dict(headers))
                return self._connection.getresponse()
            self._connection.close()
        self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        self._connection.request(method, path, body, dict(headers))
        return self._connection.getresponse()
