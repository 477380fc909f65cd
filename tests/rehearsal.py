"""An update of a demo under visitors: the former release serves while the database is prepared.

scripts/rehearse_update runs it. Exits with 1 where anybody met an error.
"""

import contextlib
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from launcher.places import BASE_DIR
from tests.server import Answer, Visitor

PAGES = ("/", "/services/", "/book/", "/guidance/", "/walk-in/", "/plan/", "/accounts/login/")
SLOT = re.compile(r'name="slot"[^>]*?value="([^"]+)"|value="([^"]+)"[^>]*?name="slot"')
BASE = "/book/child-maintenance/"
# Seconds in which each phase shows what it has to show.
CALM = 15


@dataclass
class Visitors:
    """Readers, and parents who begin a draft or ask for an appointment: all that they met, by phase."""

    address: str
    phase: str = "the former release"
    met: dict[str, Counter[str]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    _number: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextlib.contextmanager
    def coming(self) -> Iterator[None]:
        deeds = [self._read, self._read, self._draft, self._ask]
        threads = [threading.Thread(target=self._again, args=(deed,)) for deed in deeds]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join()

    def _again(self, deed: Callable[[Visitor], None]) -> None:
        while not self.over.is_set():
            with self._lock:
                self._number += 1
                visitor = Visitor(self.address, self._number)
            deed(visitor)

    def _read(self, visitor: Visitor) -> None:
        for page in PAGES:
            self._get(visitor, page)

    def _draft(self, visitor: Visitor) -> None:
        page = "/plan/begin/?children=1"
        self._get(visitor, page)
        answer = self._post(visitor, page, {"name1": "Aino", "age1": "3-5"})
        if answer is not None and answer.status == 302:
            self._get(visitor, answer.url)

    def _ask(self, visitor: Visitor) -> None:
        """Ask for an appointment at any time that is free."""
        times = self._get(visitor, f"{BASE}times/?where=any")
        slots = [unescape(a or b) for a, b in SLOT.findall(times.text)] if times else []
        if not slots:
            return
        steps: dict[str, dict[str, Any]] = {
            "times": {"slot": random.choice(slots), "where": "any", "language": ""},
            "details": {"name": "Vanhempi", "email": "parent@example.org", "safe": ["email"]},
            "visit": {"language": "fi", "meeting": "together"},
            "other": {"other_parent": "pass_on"},
            "check": {"website": ""},
        }
        for page, data in steps.items():
            answer = self._post(visitor, f"{BASE}{page}/", data)
            if answer is None or answer.status != 302 or self._get(visitor, answer.url) is None:
                return

    def _get(self, visitor: Visitor, path: str) -> Answer | None:
        return self._met(f"GET {path}", lambda: visitor.get(path))

    def _post(self, visitor: Visitor, path: str, data: dict[str, Any]) -> Answer | None:
        return self._met(f"POST {path}", lambda: visitor.post(path, data))

    def _met(self, what: str, act: Callable[[], Answer]) -> Answer | None:
        phase = self.phase
        answer: Answer | None = None
        try:
            answer = act()
            status = str(answer.status)
        except OSError as error:
            status = type(error).__name__
        with self._lock:
            self.met.setdefault(phase, Counter())[status] += 1
            if answer is None or answer.status >= 500:
                self.broken.append(f"{phase}: {what} {status}")
        return answer


def main(former: Path) -> int:
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with tempfile.TemporaryDirectory() as folder:
        surroundings = {
            **os.environ,
            "SITE_URL": address,
            "ALLOWED_HOSTS": "127.0.0.1",
            "TRUSTED_PROXIES": "1",
            "DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "familylaw.settings",
        }
        _prepare(former, surroundings)
        old = _serve(former, listener, surroundings)
        visitors = Visitors(address)
        with visitors.coming():
            time.sleep(CALM)
            visitors.phase = "the database is prepared, the former release serves"
            _prepare(BASE_DIR, surroundings)
            time.sleep(CALM)
            visitors.phase = "both releases serve"
            new = _serve(BASE_DIR, listener, surroundings)
            time.sleep(CALM)
            visitors.phase = "the former release drains"
            old.terminate()
            old.wait(60)
            visitors.phase = "the new release"
            time.sleep(CALM)
        new.terminate()
        new.wait(60)
    for phase, statuses in visitors.met.items():
        counts = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
        sys.stdout.write(f"{phase}: {counts}\n")
    for line, count in Counter(visitors.broken).most_common(20):
        sys.stdout.write(f"FAILED {count} × {line}\n")
    return 1 if visitors.broken else 0


def _prepare(release: Path, surroundings: Mapping[str, str]) -> None:
    static = {"STATIC_ROOT": str(release / "staticfiles")}
    command = [str(release / ".venv/bin/python"), "-m", "familylaw.prepare"]
    subprocess.run(command, cwd=release, env={**surroundings, **static}, check=True)


def _serve(
    release: Path, listener: socket.socket, surroundings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start the release's web server on the listening socket, as systemd's would; it is warm then."""
    descriptor = listener.fileno()
    command = [str(release / ".venv/bin/python"), "-m", "gunicorn", "-c", "gunicorn.conf.py"]
    command += ["--bind", f"fd://{descriptor}", "--log-level", "warning", "familylaw.wsgi"]
    env = {**surroundings, "STATIC_ROOT": str(release / "staticfiles")}
    process = subprocess.Popen(command, cwd=release, env=env, pass_fds=(descriptor,))
    time.sleep(CALM)
    return process


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
