"""`make run`: start everything, print the address, stop everything.

One process supervises PostgreSQL, the web server, the worker and the live process. What ends by
itself is restarted, unless it keeps ending. When this process ends, nothing is left.
"""

import contextlib
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from launcher import places
from launcher.database import APP, Cluster
from launcher.demos import DEMOS, unknown_demo
from launcher.places import BASE_DIR, Refusal
from launcher.preflight import check_database
from launcher.processes import ChildProcess, spawn

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# Seconds to wait before each restart. A child that ends more often than that is given up, unless it has
# lived for SETTLED seconds meanwhile.
_WAITS = (0, 1, 2, 5, 10)
SETTLED = 180
_SIGN_INS = "secretary, supervisor, guide, manager (password: demo)"


class StopRequested(BaseException):
    """A signal asked us to stop."""


def echo(text: str) -> None:
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


@dataclass
class RunningSite:
    """Everything that runs, in starting order."""

    demo: str
    host: str
    listener: socket.socket
    live_listener: socket.socket | None = None
    children: list[ChildProcess] = field(default_factory=list)
    # How each child is restarted, and how often in a row those of a name have ended.
    starts: dict[str, Callable[[], ChildProcess]] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)
    cluster: Cluster | None = None
    env: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return self._address_of(self.listener)

    def _address_of(self, listener: socket.socket) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{listener.getsockname()[1]}"

    def open(self) -> None:
        """Start everything from an empty folder to a site that answers. Raises Refusal."""
        url = os.environ.get("DATABASE_URL", "")
        account = None if url else places.server_account()
        given = os.environ.get("DATA_DIR", "")
        folder, note = places.choose_data_folder(self.demo, given, account)
        if note:
            echo(note)
        places.open_data_folder(folder, account)
        places.hold(folder)
        self.live_listener = _listen_for_streams(self.host, folder)
        owner = os.environ.get("DATABASE_OWNER_URL", "") if url else ""
        if url:
            check_database(owner or url)
        elif account is not None:
            echo(f"Starting PostgreSQL in {folder} …")
            self.cluster = Cluster(folder, account)
            owner = self.cluster.start()
            url = self.cluster.url(user=APP)
        self.env = self._environment(url, folder, self.live_listener)
        self._prepare(owner)
        self._serve(self.live_listener)
        self._wait_for_answer()

    def _environment(self, url: str, folder: Path, streams: socket.socket) -> dict[str, str]:
        env = {
            **os.environ,
            "DATABASE_URL": url,
            "DATA_DIR": str(folder),
            "DEMO": self.demo,
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "familylaw.settings",
        }
        # Only the preparation uses the owner of the tables.
        env.pop("DATABASE_OWNER_URL", None)
        env.setdefault("STATIC_ROOT", str(folder / "static"))
        if self.host in _LOOPBACK:
            # Only the operator knows the name by which others reach this machine.
            env["LIVE_URL"] = env.get("LIVE_URL") or f"{self._address_of(streams)}/live/"
        env["LIVE_READS_FROM"] = env.get("LIVE_READS_FROM") or _here(self.listener)
        if self.demo:
            public = "*" if self.host not in _LOOPBACK else "localhost,127.0.0.1,[::1]"
            defaults = {
                "SECRET_KEY": places.demo_secret(folder),
                "ALLOWED_HOSTS": public,
                "SITE_URL": self.address,
                "LOG_LEVEL": "WARNING",
            }
            for name, value in defaults.items():
                env[name] = env.get(name) or value
        elif self.cluster and self.host in _LOOPBACK and not env.get("SITE_URL"):
            echo("A trial of a real unit: this machine alone opens it, without https.")
            places.keep_address(folder, self.address)
            for name, value in places.trial_settings(folder).items():
                env[name] = env.get(name) or value
        return env

    def _python(self, name: str, *arguments: str, **options: Any) -> ChildProcess:
        command = [sys.executable, *arguments]
        given = {"env": self.env, "cwd": BASE_DIR, **options}
        self.starts[name] = lambda: spawn(name, command, **given)
        child = self.starts[name]()
        self.children.append(child)
        return child

    def _prepare(self, owner: str) -> None:
        env = {**self.env, "DATABASE_OWNER_URL": owner} if owner else self.env
        child = self._python("the preparation", "-m", "familylaw.prepare", env=env)
        while child.alive():
            self._database_alive()
            time.sleep(0.05)
        self.children.remove(child)
        if child.process.returncode:  # It has said why.
            raise SystemExit(1)

    def _serve(self, live_listener: socket.socket) -> None:
        listener = self.listener.fileno()
        web = ["-m", "gunicorn", "-c", str(BASE_DIR / "gunicorn.conf.py")]
        web += ["--bind", f"fd://{listener}", "--graceful-timeout", "5", "--log-level", "warning"]
        self._python("the web server", *web, "familylaw.wsgi", pass_fds=(listener,))
        streams = live_listener.fileno()
        live = ["-m", "gunicorn", "-c", str(BASE_DIR / "gunicorn.live.conf.py")]
        self._python("the live process", *live, "--bind", f"fd://{streams}", pass_fds=(streams,))
        worker = ["manage.py", "work", "--graceful", "5"]
        # If we die the database goes too, and the worker would wait half a minute for it.
        # Interrupted jobs are retried at the next start.
        self._python("the worker", *worker, orphan_signal=signal.SIGKILL)

    def _wait_for_answer(self) -> None:
        deadline = time.monotonic() + 60
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host  # noqa: S104 - compared only
        url = self.address.replace(self.host, host) + "/healthz"
        while True:
            self.all_alive()
            try:
                with opener.open(url, timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                if time.monotonic() > deadline:
                    raise Refusal("The web server does not answer after a minute.") from None
            time.sleep(0.1)

    def _database_alive(self) -> None:
        child = self.cluster.child if self.cluster else None
        if self.cluster and child and not child.alive():
            raise Refusal(
                f"PostgreSQL stopped unexpectedly ({_exit_reason(child)}, see {self.cluster.log}), "
                "so everything is stopped."
            )

    def all_alive(self) -> None:
        """Require every child during start-up. Raises Refusal with the name of a missing one."""
        self._database_alive()
        for child in self.children:
            if not child.alive():
                raise Refusal(
                    f"{_capital(child.name)} stopped unexpectedly ({_exit_reason(child)}), "
                    "so everything is stopped."
                )

    def keep_alive(self) -> None:
        """Restart what has ended, and say so. Raises Refusal for what keeps ending."""
        database = self.cluster.child if self.cluster else None
        if self.cluster and database and not database.alive():
            self._note_end(database, f", see {self.cluster.log}")
            self._start_database(self.cluster)
        for number, child in enumerate(self.children):
            if not child.alive():
                self._note_end(child)
                # End its own children too.
                child.stop()
                self.children[number] = self.starts[child.name]()

    def _start_database(self, cluster: Cluster) -> None:
        """Retry for a while: a full disk may have room again soon. Raises Refusal in the end."""
        for wait in _WAITS:
            try:
                cluster.start()
                return
            except Refusal as refusal:
                echo(f"{refusal} It is tried again.")
                time.sleep(wait)
        cluster.start()

    def _note_end(self, child: ChildProcess, more: str = "") -> None:
        """Report the end and wait before the next start, or give up by raising Refusal."""
        is_settled = time.monotonic() - child.started >= SETTLED
        ends = 0 if is_settled else self.ends.get(child.name, 0)
        self.ends[child.name] = ends + 1
        reason = f"{_capital(child.name)} stopped unexpectedly ({_exit_reason(child)}{more})"
        if ends >= len(_WAITS):
            raise Refusal(f"{reason}, {ends + 1} times by now, so everything is stopped.")
        echo(f"{reason}: it is started again.")
        time.sleep(_WAITS[ends])

    def close(self) -> None:
        """Stop the users of the database first, all at once; then the database."""
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.stop()
        if self.cluster is not None:
            self.cluster.stop()
        self.listener.close()
        if self.live_listener is not None:
            self.live_listener.close()


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


def _exit_reason(child: ChildProcess) -> str:
    code = child.process.poll()
    if code is None:
        return "it did not answer"
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"


def _listen(host: str, port_text: str, setting: str = "PORT") -> socket.socket:
    """Open the port at once, so that nobody can take it between the check and the start."""
    if not port_text.isdecimal() or int(port_text) > 65535:
        raise Refusal(f"{setting}={port_text} is not a port: choose a number from 1 to 65535.")
    port = int(port_text)
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        raise Refusal(f"HOST={host} is not an address of this machine.") from None
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # A port that is bound but not listening yet is only noticed here.
        listener.listen(2048)
    except OSError as error:
        listener.close()
        reason = {13: "is reserved for root", 99: "is not on this machine"}.get(
            error.errno or 0, "is taken"
        )
        raise Refusal(f"Port {port} on {host} {reason}: choose another with {setting}.") from None
    return listener


def _here(listener: socket.socket) -> str:
    """Return the address at which this machine itself reaches the listener."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared only
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _listen_for_streams(host: str, folder: Path) -> socket.socket:
    """Use LIVE_PORT; else the port of the last run, since open pages still listen there."""
    if given := os.environ.get("LIVE_PORT"):
        return _listen(host, given, "LIVE_PORT")
    kept = folder / "live_port"
    with contextlib.suppress(OSError, Refusal):
        return _listen(host, kept.read_text())
    listener = _listen(host, "0")
    with contextlib.suppress(OSError):
        kept.write_text(str(listener.getsockname()[1]))
    return listener


@contextlib.contextmanager
def _signals() -> Iterator[None]:
    """Turn the first stop signal into StopRequested; later ones do not disturb the shutdown."""

    def stop(number: int, frame: FrameType | None) -> None:
        _ignore_signals()
        raise StopRequested

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup means it.
        signal.signal(signal.SIGHUP, stop)
    yield


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _start() -> RunningSite:
    demo = os.environ.get("DEMO", DEMOS[0])
    if sentence := unknown_demo(demo):
        raise Refusal(sentence)
    host = os.environ.get("HOST") or "127.0.0.1"
    if demo and host not in _LOOPBACK and os.environ.get("DEMO_PUBLIC") != "1":
        raise Refusal(
            f"The demo has known passwords, so it is not opened to HOST={host} "
            "unless DEMO_PUBLIC=1 says that this is meant."
        )
    listener = _listen(host, os.environ.get("PORT") or "8000")
    return RunningSite(demo, host, listener)


def _announce(site: RunningSite) -> None:
    echo("")
    echo(f"The site answers at {site.address}")
    if site.demo:
        echo(f"Demo unit {site.demo}: sign in as {_SIGN_INS}")
    echo("Ctrl-C stops all of it.")


def main() -> int:
    site = None
    with _signals():
        try:
            site = _start()
            site.open()
            _announce(site)
            while True:
                site.keep_alive()
                time.sleep(0.2)
        except StopRequested:
            echo("\nStopping …")
            return 0
        except Refusal as refusal:
            _ignore_signals()
            sys.stderr.write(f"{refusal}\n")
            return 1
        finally:
            _ignore_signals()
            if site is not None:
                started = bool(site.children or site.cluster)
                site.close()
                if started:
                    echo("Everything is stopped.")


if __name__ == "__main__":
    sys.exit(main())
