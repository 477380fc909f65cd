"""A restore drill: the backup is restored into a server of its own, and the site is started on it.

python -m launcher.restore_drill FILE.dump.age KEY.txt

Nothing of the running installation is touched, and the copy writes to nobody: it holds its messages,
which is looked at, and knows neither the mail host nor the gateway. All of it is removed at the end.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from launcher.database import APP, Cluster, usable_binaries
from launcher.places import BASE_DIR, Refusal
from launcher.processes import ChildProcess, spawn
from launcher.throwaway import throwaway

# What must answer with 200 whoever asks, whether the unit is open to the public or not.
PAGES = ("/privacy/", "/accessibility/", "/accounts/login/")
# For so long the worker may try to send what waits.
WORKER_SECONDS = 10
PATIENCE = 120
COUNTED = ("office_user", "bookings_appointment", "bookings_party", "office_outboxmessage")
_SENT = "SELECT count(*) FROM office_outboxmessage WHERE sent_at IS NOT NULL"
_WAITING = (
    "SELECT count(*) FROM office_outboxmessage "
    "WHERE sent_at IS NULL AND dropped_at IS NULL AND failed_at IS NULL"
)
# Ways to the world, which the copy has not.
_CUT = {
    "EMAIL_HOST": "127.0.0.1",
    "EMAIL_PORT": "9",
    "EMAIL_HOST_USER": "",
    "SMS_GATEWAY_URL": "",
    "ERROR_REPORTS_DSN": "",
    "METRICS_TOKEN": "",
    "LIVE_URL": "",
}


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def drill(backup: Path, key: Path) -> None:
    """Restore, start, look, remove. Raises Refusal with what has failed."""
    begun = time.monotonic()
    for file in (backup, key):
        if not file.is_file():
            raise Refusal(f"There is no file {file}.")
    with throwaway() as cluster:
        _restore(backup, key, cluster)
        say(f"Restored in {time.monotonic() - begun:.0f} s.")
        env = _environment(cluster)
        if "restored from a backup" not in _prepare(env):
            raise Refusal("The copy does not know that it is one: it would write to clients.")
        for table in COUNTED:
            say(f"  {table}: {_count(cluster, f'SELECT count(*) FROM {table}')}")  # noqa: S608
        sent, waiting = _count(cluster, _SENT), _count(cluster, _WAITING)
        with _site(env) as site:
            site.becomes_ready()
            for page in PAGES:
                if (status := site.get(page)[0]) != 200:
                    raise Refusal(f"{page} answers {status}.")
                say(f"  {page}: 200")
            time.sleep(WORKER_SECONDS)
            site.all_alive()
        # The worker may have written more; they wait as well.
        if _count(cluster, _SENT) != sent or _count(cluster, _WAITING) < waiting:
            raise Refusal("Messages have left the copy, or were given up.")
        say(f"  {waiting} messages wait, and none has left")
    say(f"The backup is good: drill done in {time.monotonic() - begun:.0f} s, and removed.")


def _restore(backup: Path, key: Path, cluster: Cluster) -> None:
    """Decrypt and restore through a pipe, so that no dump in clear is on a disk."""
    program = usable_binaries(cluster.account) / "pg_restore"
    restoring = [str(program), "--no-owner", "--no-acl", "--exit-on-error", "--dbname"]
    with subprocess.Popen(
        [os.environ.get("AGE", "age"), "--decrypt", "--identity", str(key), str(backup)],
        stdout=subprocess.PIPE,
    ) as opening:
        done = subprocess.run(
            [*restoring, cluster.url()],
            stdin=opening.stdout,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    if opening.returncode:
        raise Refusal(f"{backup} does not open with {key}.")
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
        raise Refusal(f"pg_restore failed: {last}")


def _environment(cluster: Cluster) -> dict[str, str]:
    """Return the unit's own settings, on the copy, without access to the outside world."""
    return {
        **os.environ,
        **_CUT,
        "DATABASE_URL": cluster.url(user=APP),
        "DATA_DIR": str(cluster.folder),
        "STATIC_ROOT": str(cluster.folder / "static"),
        "BIND": f"127.0.0.1:{_free_port()}",
        "WEB_WORKERS": "1",
        "LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "familylaw.settings",
        "DRILL_OWNER_URL": cluster.url(),
        "LIVE_READS_FROM": "",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _prepare(env: Mapping[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "familylaw.prepare"],
        env={**env, "DATABASE_OWNER_URL": env["DRILL_OWNER_URL"]},
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = ((done.stderr or done.stdout).strip().splitlines() or [""])[-1]
        raise Refusal(f"The preparation of the copy failed: {last}")
    return done.stdout


def _count(cluster: Cluster, query: str) -> int:
    with psycopg.connect(cluster.url()) as connection:
        row = connection.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0


@dataclass
class Site:
    """The pages and the worker of the copy."""

    address: str
    host: str
    children: list[ChildProcess]

    def get(self, path: str) -> tuple[int, bytes]:
        headers = {"Host": self.host, "X-Forwarded-Proto": "https"}
        request = urllib.request.Request(self.address + path, headers=headers)  # noqa: S310 - ours
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def becomes_ready(self) -> None:
        """Wait for database, worker and data, as a monitor does."""
        said: object = "nothing"
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.all_alive()
            try:
                status, body = self.get("/readyz")
            except OSError:
                time.sleep(0.2)
                continue
            said = json.loads(body)
            if status == 200:
                say(f"  /readyz: {said}")
                return
            time.sleep(0.5)
        raise Refusal(f"The site on the copy does not become ready: {said}")

    def all_alive(self) -> None:
        for child in self.children:
            if not child.alive():
                raise Refusal(f"{child.name} has ended on the copy.")


@contextmanager
def _site(env: Mapping[str, str]) -> Iterator[Site]:
    web = [sys.executable, "-m", "gunicorn", "--log-level", "warning"]
    work = [sys.executable, "manage.py", "work", "--graceful", "2"]
    children: list[ChildProcess] = []
    host = env.get("ALLOWED_HOSTS", "").split(",")[0].strip() or "localhost"
    try:
        children.append(spawn("The web server", web, env=env, cwd=BASE_DIR))
        children.append(
            spawn("The worker", work, env=env, cwd=BASE_DIR, orphan_signal=signal.SIGKILL)
        )
        yield Site(f"http://{env['BIND']}", host, children)
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.stop()


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        sys.stderr.write(
            "Name the backup and the key: deploy/restore-drill FILE.dump.age KEY.txt\n"
        )
        return 2
    if os.environ.get("DEMO"):  # A demo's settings are made by `make run`, not kept in a file.
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(64))
        os.environ.setdefault("ALLOWED_HOSTS", "localhost")
    try:
        drill(Path(arguments[0]), Path(arguments[1]))
    except Refusal as refusal:
        sys.stderr.write(f"THE DRILL HAS FAILED. {refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
