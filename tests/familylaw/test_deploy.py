"""What IT is given works: a backup is restored into a site that answers and writes to nobody."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from launcher.database import Cluster, usable_binaries
from launcher.places import BASE_DIR, demo_secret, server_account
from tests.deployment import guide
from tests.deployment.__main__ import BLOCKS
from tests.deployment.imitated_systemd import read_unit
from tests.familylaw.running import GOOD, python, surroundings
from tests.familylaw.visiting import Crowd, write_a_message
from tests.server import environment

SCRIPTS = BASE_DIR / "deploy"
NOTICE, DATAGRAM = socket.AF_UNIX, socket.SOCK_DGRAM
# What stands in for age where Debian's package is not installed: the same format, by another library.
AGE = """#!{python}
import sys
import pyrage
given = sys.argv[1:]
if "--encrypt" in given:
    lines = open(given[given.index("--recipients-file") + 1]).read().split()
    known = [pyrage.x25519.Recipient.from_str(line) for line in lines]
    sys.stdout.buffer.write(pyrage.encrypt(sys.stdin.buffer.read(), known))
else:
    text = open(given[given.index("--identity") + 1]).read().strip()
    key = pyrage.x25519.Identity.from_str(text)
    sys.stdout.buffer.write(pyrage.decrypt(open(given[-1], "rb").read(), [key]))
"""


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    cluster = Cluster(folder, server_account(), throwaway=True)
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Make a key of age, with its public half beside it."""
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "recipients.txt").write_text(f"{identity.to_public()}\n")
    file = tmp_path / "key.txt"
    file.write_text(f"{identity}\n")
    return file


@pytest.fixture
def programs(tmp_path: Path) -> str:
    """Return a PATH with pg_dump of the server in use, and age."""
    folder = tmp_path / "programs"
    folder.mkdir()
    if shutil.which("age") is None:
        (folder / "age").write_text(AGE.format(python=sys.executable))
        (folder / "age").chmod(0o755)
    return f"{folder}:{usable_binaries(server_account())}:{os.environ['PATH']}"


def run(script: str, *arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SCRIPTS / script, *arguments],
        env=surroundings(**given),
        cwd="/",
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=600,
    )


def test_a_backup_is_restored_into_a_site_that_writes_to_nobody(
    cluster: Cluster, folder: Path, key: Path, programs: str, tmp_path: Path
) -> None:
    message = write_a_message(cluster.url(), folder)
    store = tmp_path / "backups"
    store.mkdir()
    old = store / "familylaw-2026-01-01T024000Z.dump.age"
    old.write_text("old")
    os.utime(old, (0, 0))
    settings = {
        "PATH": programs,
        "BACKUP_DIR": str(store),
        "BACKUP_RECIPIENTS": str(tmp_path / "recipients.txt"),
        "BACKUP_DATABASE": cluster.url(),
    }
    broken = run("backup", **{**settings, "BACKUP_DATABASE": "host=127.0.0.1 port=1 dbname=none"})
    assert broken.returncode != 0
    assert [*store.iterdir()] == [old], "a failed backup leaves no half, and keeps the old ones"

    done = run("backup", **settings)
    assert done.returncode == 0, done.stderr
    (backup,) = store.iterdir()
    assert f"deleted {old}" in done.stdout
    assert backup.stat().st_mode & 0o007 == 0
    content = backup.read_bytes()
    assert content.startswith(b"age-encryption.org/v1")
    assert b"PGDMP" not in content

    cluster.stop()
    site = {"PATH": programs, "DEMO": "porvoo", "SECRET_KEY": demo_secret(folder)}
    drilled = run("restore-drill", str(backup), str(key), **site)
    assert drilled.returncode == 0, drilled.stderr + drilled.stdout
    assert "'status': 'ready'" in drilled.stdout
    assert "/accounts/login/: 200" in drilled.stdout
    waiting = re.search(r"(\d+) messages wait, and none has left", drilled.stdout)
    assert waiting is not None, message
    assert int(waiting[1]) >= 1
    assert not [*Path("/tmp").glob("familylaw-throwaway-*/static")]

    backup.write_bytes(content[:-5000])
    cut = run("restore-drill", str(backup), str(key), **site)
    assert cut.returncode == 1
    assert "THE DRILL HAS FAILED" in cut.stderr


def test_all_views_are_there_before_the_first_request() -> None:
    """Else a process that is made later would read them from a disk that has newer ones."""
    said = python(
        "-c",
        "import familylaw.wsgi, sys; print('bookings.desk.views' in sys.modules)",
        **{**GOOD, "LOG_LEVEL": "ERROR"},
    )
    assert said.stdout.strip() == "True", said.stderr


def test_the_units_start_what_there_is() -> None:
    """Each program, configuration and port of the units and of nginx is the product's own."""
    units = {file.name: file.read_text() for file in (SCRIPTS / "systemd").iterdir()}
    for name, text in units.items():
        for path in re.findall(r"/srv/familylaw/app/(deploy/\S+|locale)", text):
            assert (BASE_DIR / path).exists(), name
        if name.endswith(".service"):
            assert "ProtectSystem=strict" in text
            assert "NoNewPrivileges=yes" in text
    for service in ("web", "live", "worker"):
        assert "Restart=always" in units[f"familylaw-{service}.service"]
        assert "owner" not in units[f"familylaw-{service}.service"]
    nginx = (SCRIPTS / "nginx" / "familylaw.conf").read_text()
    for service in ("web", "live"):
        port = re.search(r"ListenStream=(\S+)", units[f"familylaw-{service}.socket"])
        assert port is not None
        assert f"proxy_pass http://{port[1]};" in nginx
    server = nginx.partition("443")[2].partition("location")[0]
    # The secret of a link stands in addresses, and nginx masks nothing.
    assert "access_log off;" in server
    assert "error.log crit;" in server


@pytest.mark.django_db(transaction=True)
def test_a_restart_behind_a_held_port_fails_nobody(tmp_path: Path) -> None:
    """As the socket units do: the port outlives the server, and who comes meanwhile waits."""
    notices = str(tmp_path / "notify")
    with socket.create_server(("127.0.0.1", 0)) as port, socket.socket(NOTICE, DATAGRAM) as hears:
        hears.bind(notices)
        hears.settimeout(300)
        address = f"http://127.0.0.1:{port.getsockname()[1]}"
        crowd = Crowd(address, pages=("/accessibility/",))
        server = start_on(port, notices)
        try:
            assert b"READY=1" in hears.recv(500)
            with crowd.walking():
                wait_for(crowd, 20)
                server.terminate()
                server.wait(60)
                server = start_on(port, notices)
                while b"READY=1" not in hears.recv(500):
                    pass
                wait_for(crowd, len(crowd.answers) + 20)
        finally:
            server.terminate()
            server.wait(60)
    assert {answer.status for answer in crowd.answers} == {200}


def start_on(port: socket.socket, notices: str) -> subprocess.Popen[bytes]:
    """Start the web server with a port of systemd's, the third file, under its own process id."""
    given = environment(LISTEN_FDS="1", NOTIFY_SOCKET=notices)

    def hand_over() -> None:
        os.dup2(port.fileno(), 3)

    return subprocess.Popen(
        ["bash", "-c", f"LISTEN_PID=$$ exec {sys.executable} -m gunicorn --log-level warning"],
        env=given,
        cwd=BASE_DIR,
        close_fds=False,
        preexec_fn=hand_over,
    )


def wait_for(crowd: Crowd, answers: int) -> None:
    deadline = time.monotonic() + 120
    while len(crowd.answers) < answers:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_follows_the_guide_passes_over_no_block_of_it() -> None:
    """scripts/follow_deployment needs a quarter of an hour and root: here only what it reads."""
    assert guide.number_of_blocks() == BLOCKS
    assert "postgresql" in guide.packages()
    told = {"git clone …": "git clone /source.git"}
    assert "git clone /source.git /srv/familylaw/releases/1" in guide.block(
        "First start", "useradd", told
    )
    for beginning, filled in (("useradd", None), ("useradd", {"no such words": ""}), ("rm", None)):
        with pytest.raises(guide.GuideError):
            guide.block("First start", beginning, filled)
    unit = read_unit((SCRIPTS / "systemd/familylaw-prepare.service").read_text())["Service"]
    assert unit["EnvironmentFile"].split("\n") == ["/etc/familylaw.env", "/etc/familylaw-owner.env"]
    assert len(unit["ExecStart"].split("\n")) == 2
