"""A standby takes over from a database server that is killed: nothing that was confirmed is lost."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from launcher.database import NAME, Cluster, usable_binaries
from launcher.places import server_account
from tests.familylaw.running import Copy, open_folder, running
from tests.familylaw.visiting import Crowd, ask, is_sent, well_again, write_a_message
from tests.server import Visitor

WRITERS = 3
CHILD = {"name1": "Aino", "age1": "3-5"}


@dataclass
class Drafts:
    """Parents who begin drafts: a link that they were given is a draft that was confirmed."""

    address: str
    links: list[str] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    _numbers: Iterator[int] = field(default_factory=lambda: iter(range(10**6)))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self) -> None:
        while not self.over.is_set():
            with self._lock:
                visitor = Visitor(self.address, next(self._numbers))
            page = visitor.get("/plan/begin/?children=1")
            if page.status != 200:
                self.others.append(page.status)
                continue
            answer = visitor.post("/plan/begin/?children=1", CHILD)
            if answer.status == 302:
                self.links.append(answer.url)
            else:
                self.others.append(answer.status)

    @contextmanager
    def writing(self) -> Iterator[None]:
        threads = [threading.Thread(target=self.write) for _ in range(WRITERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join()

    def some_more(self, count: int, seconds: float = 120) -> None:
        wanted, deadline = len(self.links) + count, time.monotonic() + seconds
        while len(self.links) < wanted:
            assert time.monotonic() < deadline, f"no new drafts, but {self.others[-5:]}"
            time.sleep(0.1)


@dataclass
class Pair:
    """A server that takes writes, and its copy that confirms each of them."""

    primary: Cluster
    standby: Cluster

    @property
    def url(self) -> str:
        hosts = f"{self.primary.sockets},{self.standby.sockets}"
        query = {"host": hosts, "port": "5432,5432", "target_session_attrs": "read-write"}
        return f"postgresql://{NAME}@/{NAME}?{urlencode(query)}"

    def kill_primary(self) -> None:
        """End every process of it at once, as a machine that loses its power does."""
        assert self.primary.child is not None
        os.killpg(self.primary.child.process.pid, signal.SIGKILL)
        self.primary.child.process.wait()

    def promote(self) -> None:
        with psycopg.connect(self.standby.url(), autocommit=True) as connection:
            connection.execute("SELECT pg_promote(wait => true)")


@pytest.fixture
def pair(folder: Path) -> Iterator[Pair]:
    """Run the demo's server, and a copy of it that streams."""
    account = server_account()
    primary = Cluster(folder, account)
    primary.start()
    with open_folder() as other:
        shutil.chown(other, account.uid, account.gid)
        standby = Cluster(other, account)
        try:
            _copy(primary, standby)
            standby.start()
            _confirmed_by_the_copy(primary)
            yield Pair(primary, standby)
        finally:
            standby.stop()
            primary.stop()


def _copy(primary: Cluster, standby: Cluster) -> None:
    rules = primary.data / "pg_hba.conf"
    rules.write_text(rules.read_text() + "local replication all peer map=house\n")
    with psycopg.connect(primary.url(), autocommit=True) as connection:
        connection.execute("SELECT pg_reload_conf()")
    command = [str(usable_binaries(primary.account) / "pg_basebackup"), "-D", str(standby.data)]
    command += ["-R", "-X", "stream", "-c", "fast", "-h", str(primary.sockets), "-U", NAME]
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    subprocess.run(command, check=True, cwd="/", env=environment, **primary.account.popen())


def _confirmed_by_the_copy(primary: Cluster) -> None:
    """Count a commit from now on only when the copy has it too."""
    with psycopg.connect(primary.url(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'")
        connection.execute("SELECT pg_reload_conf()")
        deadline = time.monotonic() + 60
        query = (
            "SELECT FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'quorum'"
        )
        while connection.execute(query).fetchone() is None:
            assert time.monotonic() < deadline
            time.sleep(0.1)


@pytest.fixture
def site(pair: Pair, folder: Path) -> Iterator[Copy]:
    with running(folder, DATABASE_URL=pair.url, TRUSTED_PROXIES="1") as copy:
        assert copy.becomes_ready()[0] == 200
        yield copy


def test_nothing_that_was_confirmed_is_lost_with_the_server(site: Copy, pair: Pair) -> None:
    drafts, crowd = Drafts(site.address), Crowd(site.address)
    with crowd.walking(2), drafts.writing():
        drafts.some_more(6)
        pair.kill_primary()
        before = len(drafts.links)
        # Nobody takes over yet: the pages say so calmly, and nothing is confirmed.
        while ask(site.address, "/").status != 503:
            time.sleep(0.1)
        pair.promote()
        promoted = time.monotonic()
        assert well_again(site)
        drafts.some_more(6)
    assert before >= 6
    assert {ask(site.address, link).status for link in drafts.links} == {200}
    # A link that nobody was given opens nothing, so that the line above tells something.
    assert (
        ask(site.address, f"/plan/{'A' * len(drafts.links[0].split('/')[2])}/link/").status == 404
    )
    assert set(drafts.others) <= {503}
    assert {answer.status for answer in crowd.answers} <= {200, 503}
    assert {a.status for a in crowd.answers if a.begun > promoted + 30} <= {200}
    # Worker and live process have found the new server by themselves.
    assert site.becomes_ready()[0] == 200
    assert not [line for line in site.lines if "stopped unexpectedly" in line]
    assert is_sent(pair.standby.url(), write_a_message(pair.url, site.folder))
