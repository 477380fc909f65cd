"""`make run` from the first start to the last process: real processes, ports and PostgreSQL."""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from launcher import database
from launcher.places import BASE_DIR
from tests.familylaw.running import Copy, copied, nobody_left, running


def test_the_first_start_tells_the_sign_ins_and_ends_clean(first_start: tuple[Path, str]) -> None:
    lines = first_start[1].splitlines()
    said = "Demo unit porvoo: sign in as secretary, supervisor, guide, manager (password: demo)"
    assert said in lines
    assert lines[-1] == "Everything is stopped."


def _pid_of(copy: Copy, words: str) -> int:
    """Return the process of these words that was started last: numbers begin anew some time."""
    first = _started(copy, words)
    assert first, copy.family()
    return max(first, key=lambda pid: first[pid])


def _started(copy: Copy, words: str) -> dict[int, int]:
    """Return the processes of these words that the launcher has started, and when.

    Children of a killed one may outlive it, and are nobody's then.
    """
    family = copy.family()
    found = {pid: _parent_and_start(pid) for pid, line in family.items() if words in line}
    return {
        pid: start
        for pid, (parent, start) in found.items()
        if parent in family and parent not in found
    }


def _parent_and_start(pid: int) -> tuple[int, int]:
    """Return parent and start; nothing, and long ago, for a process that ended meanwhile."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0, 0
    return int(fields[1]), int(fields[19])


@pytest.fixture(scope="module")
def standing(first_start: tuple[Path, str]) -> Iterator[Copy]:
    """Run one copy for those tests that leave it as they found it; in the end nothing is left of it."""
    with copied(first_start[0]) as folder, running(folder) as copy:
        assert copy.becomes_ready()[0] == 200
        yield copy
        assert copy.stop(signal.SIGINT) == 0
        assert nobody_left(copy) == {}
        assert copy.lines[-1] == "Everything is stopped."


def test_starts_and_answers(standing: Copy) -> None:
    assert "sign in as secretary, supervisor, guide, manager (password: demo)" in standing.output
    assert standing.get("/healthz") == (200, {"status": "ok"})
    ready = {"status": "ready", "database": True, "worker": True, "data": True}
    assert standing.becomes_ready() == (200, ready)
    names = " ".join(standing.family().values())
    assert "postgres" in names
    assert "gunicorn" in names
    assert "manage.py work" in names
    assert "gunicorn.live.conf.py" in names
    key = standing.folder / "secret_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_text().strip() not in standing.output


def test_a_start_after_an_end_and_after_a_kill_finds_all_as_it_was(folder: Path) -> None:
    """The data, the key, and the port where open pages look for the streams."""
    with running(folder) as copy:
        key = (folder / "secret_key").read_text()
        url = database.running_url(folder)
        assert url
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept (word text)")
            connection.execute("INSERT INTO kept VALUES ('lupaus')")
        before = _streams(copy)
        assert copy.stop(signal.SIGTERM) == 0
    assert nobody_left(copy) == {}
    with running(folder) as copy:
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT word FROM kept").fetchall() == [("lupaus",)]
        assert (folder / "secret_key").read_text() == key
        assert _streams(copy) == before
        copy.process.kill()
        copy.ends()
        # It has taken its children along.
        assert nobody_left(copy) == {}
    # The port is somebody else's meanwhile: then the streams are anywhere else.
    with socket.create_server(("127.0.0.1", before)), running(folder) as copy:
        assert copy.becomes_ready()[0] == 200
        assert _streams(copy) != before


def _streams(copy: Copy) -> int:
    """Return the port at which pages look for the live process."""
    with urllib.request.urlopen(copy.address + "/accounts/login/") as page:
        policy = page.headers["Content-Security-Policy"]
    found = re.search(r"connect-src 'self' http://127\.0\.0\.1:(\d+)", policy)
    assert found
    return int(found[1])


def test_a_second_copy_on_the_same_folder_says_so(standing: Copy) -> None:
    second = Copy(standing.folder)
    assert second.ends() == 1
    assert second.lines == [
        f"Another copy (process {standing.process.pid}) is running on the data folder "
        f"{standing.folder}: stop it, or choose another DATA_DIR.",
    ]
    assert standing.get("/healthz")[0] == 200


def test_pages_find_the_live_process(standing: Copy) -> None:
    streams = f"http://127.0.0.1:{_streams(standing)}"
    assert streams != standing.address
    with urllib.request.urlopen(streams + "/healthz") as answer:
        assert answer.status == 200
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(streams + "/live/?ticket=x")
    refused.value.close()
    assert refused.value.code == 403


def test_two_demos_run_side_by_side(standing: Copy, migrated: Path) -> None:
    with running(migrated, DEMO="turku") as turku:
        assert standing.get("/healthz")[0] == 200
        assert turku.get("/healthz")[0] == 200
        assert "Demo unit turku" in turku.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("manage.py work", "The worker stopped unexpectedly (killed by SIGKILL)"),
        ("gunicorn.conf.py", "The web server stopped unexpectedly (killed by SIGKILL)"),
        ("gunicorn.live", "The live process stopped unexpectedly (killed by SIGKILL)"),
        ("bin/postgres", "PostgreSQL stopped unexpectedly (killed by SIGKILL, see {log})"),
    ],
)
def test_when_one_dies_it_is_said_and_started_again(standing: Copy, words: str, said: str) -> None:
    _kill_and_wait(standing, words, said.format(log=standing.folder / "postgres.log"))
    assert standing.becomes_ready()[0] == 200


def test_who_dies_again_and_again_is_given_up_and_all_stop(folder: Path) -> None:
    copy = Copy(folder).answers()
    said = "The live process stopped unexpectedly (killed by SIGKILL)"
    for _ in range(5):
        _kill_and_wait(copy, "gunicorn.live", said)
    os.kill(_pid_of(copy, "gunicorn.live"), signal.SIGKILL)
    assert copy.ends() == 1
    assert f"{said}, 6 times by now, so everything is stopped." in copy.lines
    assert nobody_left(copy) == {}


def _kill_and_wait(copy: Copy, words: str, said: str) -> None:
    """Kill the process of these words, and wait until there is another one."""
    killed = _pid_of(copy, words)
    line = f"{said}: it is started again."
    before = copy.lines.count(line)
    os.kill(killed, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = _started(copy, words)
        if found and killed not in found and copy.lines.count(line) > before:
            break
        time.sleep(0.1)
    else:
        raise AssertionError(copy.output)


def test_a_taken_port_is_said_in_one_sentence(empty: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        copy = Copy(empty, PORT=str(port))
        assert copy.ends() == 1
    assert copy.lines == [f"Port {port} on 127.0.0.1 is taken: choose another with PORT."]


def test_a_taken_port_of_the_live_process_is_said_too(empty: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        copy = Copy(empty, LIVE_PORT=str(port))
        assert copy.ends() == 1
    assert copy.lines == [f"Port {port} on 127.0.0.1 is taken: choose another with LIVE_PORT."]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"PORT": "http"}, "PORT=http is not a port: choose a number from 1 to 65535."),
        ({"PORT": "70000"}, "PORT=70000 is not a port: choose a number from 1 to 65535."),
        (
            {"DEMO": "oulu"},
            "DEMO=oulu does not exist: choose one of porvoo, turku, or leave it empty.",
        ),
        (
            {"HOST": "0.0.0.0"},
            "The demo has known passwords, so it is not opened to HOST=0.0.0.0 "
            "unless DEMO_PUBLIC=1 says that this is meant.",
        ),
    ],
)
def test_a_wrong_setting_is_one_sentence(empty: Path, given: dict[str, str], said: str) -> None:
    copy = Copy(empty, **given)
    assert copy.ends() == 1
    assert copy.lines == [said]
    assert list(empty.iterdir()) == []


def test_a_real_unit_that_others_reach_does_not_start_with_the_settings_of_a_trial(
    empty: Path,
) -> None:
    copy = Copy(empty, DEMO="", HOST="0.0.0.0")
    assert copy.ends() == 1
    assert "The app does not start: SECRET_KEY is not set" in copy.output
    assert "Traceback" not in copy.output
    assert nobody_left(copy) == {}


def test_a_trial_of_a_real_unit_starts_empty_and_closed_and_keeps_its_keys(migrated: Path) -> None:
    with running(migrated, DEMO="") as copy:
        assert "A trial of a real unit: this machine alone opens it, without https." in copy.lines
        assert "password" not in copy.output
        assert copy.page("/")[0] == 503
        status, page = copy.page("/accounts/login/")
        assert (status, "Demo" in page) == (200, False)
        keys = [migrated / name for name in ("secret_key", "link_key")]
        assert [stat.S_IMODE(key.stat().st_mode) for key in keys] == [0o600, 0o600]
        kept = [key.read_text() for key in keys]
        # A command in another terminal finds the site at whatever port it has.
        command = [sys.executable, "manage.py", "make_manager", "maija", "maija@example.fi"]
        env = {"PATH": os.environ["PATH"], "DEMO": "", "DATA_DIR": str(migrated)}
        done = subprocess.run(command, env=env, cwd=BASE_DIR, capture_output=True, text=True)
        link = next(word for word in done.stdout.split() if "/password/reset/key/" in word)
        assert link.startswith(f"{copy.address}/")
    with running(migrated, DEMO="") as copy:
        assert copy.page("/")[0] == 503
        assert [key.read_text() for key in keys] == kept
        # Without its folder the database cannot come back: that is tried some times, and told.
        shutil.rmtree(migrated)
        os.kill(_pid_of(copy, "postgres -D"), signal.SIGKILL)
        assert copy.ends() == 1
        assert sum("It is tried again." in line for line in copy.lines) == 5
    assert nobody_left(copy) == {}
