"""The guide to deployment, followed in a clean Debian whose folder is given.

Exits with 1 at the first thing that is not as the guide says.
"""

import http.client
import json
import os
import re
import secrets
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.deployment import guide
from tests.deployment.imitated_systemd import Systemd
from tests.familylaw.doctor import servers

HOST, DATABASE, MAIL = "booking.example.fi", "db.example.fi", "mail.example.fi"
WEB, PYTHON, APP = "familylaw-web", ".venv/bin/python", "/srv/familylaw/app"
# Blocks of the sections that are followed: a new one is to be followed, too.
BLOCKS = 11


class NotAsToldError(Exception):
    """What the guide says did not come true."""


@dataclass
class Clean:
    """The clean system, and what its administrator knows."""

    root: Path
    systemd: Systemd
    passwords: dict[str, str]

    def run(self, script: str, *, told: dict[str, str] | None = None) -> str:
        """Run a block as root does, each line shown; return what it wrote."""
        done = subprocess.run(
            ["chroot", str(self.root), "bash", "-exuo", "pipefail", "-c", script],
            env={
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME": "/root",
                "DEBIAN_FRONTEND": "noninteractive",
                **(told or {}),
            },
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        sys.stdout.write(done.stdout)
        sys.stdout.flush()
        if done.returncode:
            raise NotAsToldError(f"ended with {done.returncode}:\n{script}")
        return done.stdout

    def file(self, path: str) -> Path:
        """Find a file of the clean system from outside, where the link to the release leads elsewhere."""
        if path.startswith(APP):
            path = os.readlink(self.root / APP.lstrip("/")) + path.removeprefix(APP)
        return self.root / path.lstrip("/")

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        file = self.file(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def read(self, path: str) -> str:
        return self.file(path).read_text()

    def get(self, path: str) -> tuple[int, str]:
        """Ask the site as a visitor does, by HTTPS and its name; the status and the page."""
        context = ssl.create_default_context(cafile=str(self.root / "etc/familylaw/db-ca.pem"))
        asked = http.client.HTTPSConnection(HOST, timeout=60, context=context)
        asked._create_connection = lambda *_args, **_more: socket.create_connection(  # type: ignore[attr-defined]
            ("127.0.0.1", 443), 60
        )
        try:
            asked.request("GET", path)
            answer = asked.getresponse()
            return answer.status, answer.read().decode()
        finally:
            asked.close()

    def expect(self, path: str, status: int, words: str = "") -> str:
        met, page = self.get(path)
        if met != status or words not in page:
            raise NotAsToldError(f"{path}: {met} of {status}, {words!r}:\n{page[:2000]}")
        sys.stdout.write(f"{path}: {met}\n")
        return page


def main(root: Path) -> int:
    if guide.number_of_blocks() != BLOCKS:
        raise NotAsToldError(
            f"{guide.number_of_blocks()} blocks in the guide, {BLOCKS} are followed"
        )
    for folder in ("proc", "dev", "sys"):
        subprocess.run(["mount", "--rbind", f"/{folder}", str(root / folder)], check=True)
    subprocess.run(["mount", "-t", "proc", "proc", str(root / "proc")], check=True)
    passwords = {
        role: secrets.token_urlsafe(24)
        for role in ("familylaw", "familylaw_app", "familylaw_backup")
    }
    clean = Clean(root, Systemd(root), passwords)
    steps = (
        _the_machine,
        _code_and_database,
        _settings,
        _services_and_proxy,
        _first_manager,
        _backup_and_drill,
        _a_new_version,
        _a_restore,
    )
    with ExitStack() as open_until_the_end:
        for step in steps:
            started = time.monotonic()
            sys.stdout.write(f"\n===== {step.__name__.strip('_').replace('_', ' ')}\n")
            step(clean, open_until_the_end)
            sys.stdout.write(f"===== {time.monotonic() - started:.0f} s\n")
        for name in list(clean.systemd.running):
            clean.systemd.stop(name)
    return 0


def _the_machine(clean: Clean, _open: ExitStack) -> None:
    """Install what the guide names; names and certificates are made as an administrator has them."""
    clean.write("/etc/resolv.conf", Path("/etc/resolv.conf").read_text())
    # Whom this machine trusts, so that packages come by the same way.
    trusted = Path("/etc/ssl/certs/ca-certificates.crt").read_text()
    clean.write("/usr/local/share/ca-certificates/machine.crt", trusted)
    clean.write("/etc/hosts", f"127.0.0.1 localhost {HOST} {DATABASE} {MAIL}\n")
    # Packages start nothing by themselves here; systemd would.
    clean.write("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0o755)
    clean.run(
        "apt-get -q update && apt-get -q install -y --no-install-recommends locales "
        + " ".join(guide.packages())
    )
    clean.systemd.install()
    clean.run(
        f"""
        mkdir -p /etc/familylaw /root/ca && cd /root/ca
        openssl req -x509 -newkey rsa:2048 -nodes -days 200 -subj /CN=County -keyout ca.key -out ca.pem
        for host in {HOST} {DATABASE} {MAIL}; do
          openssl req -newkey rsa:2048 -nodes -subj "/CN=$host" -keyout "$host.key" -out "$host.csr"
          openssl x509 -req -in "$host.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 200 \\
            -extfile <(echo "subjectAltName=DNS:$host") -out "$host.pem"
        done
        cp ca.pem /etc/familylaw/db-ca.pem
        cp ca.pem /usr/local/share/ca-certificates/county.crt && update-ca-certificates
        cp {HOST}.pem /etc/ssl/booking.pem && cp {HOST}.key /etc/ssl/booking.key
        cp {DATABASE}.pem /etc/ssl/certs/ssl-cert-snakeoil.pem
        cp {DATABASE}.key /etc/ssl/private/ssl-cert-snakeoil.key
        cat {MAIL}.key {MAIL}.pem > mail.pem
        pg_ctlcluster 15 main start
        """
    )


def _code_and_database(clean: Clean, _open: ExitStack) -> None:
    clean.run(
        guide.block("First start", "useradd", {"git clone …": "git clone /source.git"}), told=_pip()
    )
    release = f"cd {APP}\n"
    clean.run(release + guide.block("First start", "sudo -u postgres"))
    words = "".join(
        f"ALTER ROLE {role} PASSWORD '{word}';" for role, word in clean.passwords.items()
    )
    clean.run('sudo -u postgres psql --quiet --command "$WORDS"', told={"WORDS": words})
    # "The lines into the server's own file", with the address of this web node.
    own = "/etc/postgresql/15/main/pg_hba.conf"
    lines = clean.read(f"{APP}/deploy/postgresql/pg_hba.conf").replace(
        "10.0.0.0/24", "127.0.0.1/32"
    )
    clean.write(own, "local all postgres peer\n" + lines + clean.read(own))
    clean.run("pg_ctlcluster 15 main reload")


def _settings(clean: Clean, opened: ExitStack) -> None:
    example = clean.read(f"{APP}/deploy/familylaw.env.example")
    _handler, mail_port = opened.enter_context(
        servers.starttls_server(clean.root / "root/ca/mail.pem")
    )
    records = {
        "example.fi": ["v=spf1 include:mail.example.fi -all"],
        "county._domainkey.example.fi": ["v=DKIM1; p=MIIB"],
        "_dmarc.example.fi": ["v=DMARC1; p=reject"],
    }
    dns = opened.enter_context(servers.dns_server(records))
    filled = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "LINK_KEY": secrets.token_urlsafe(64),
        "ACCESS_LOG_KEY": secrets.token_urlsafe(64),
        "METRICS_TOKEN": secrets.token_urlsafe(32),
        "DKIM_SELECTOR": "county",
        "EMAIL_PORT": str(mail_port),
    }
    for name, value in filled.items():
        example = re.sub(rf"^{name}=.*$", f"{name}={value}", example, flags=re.MULTILINE)
    example = example.replace(
        "familylaw_app:…", f"familylaw_app:{clean.passwords['familylaw_app']}"
    )
    clean.write("/etc/familylaw.env", example + f"DOCTOR_RESOLVER={dns}\n", 0o600)
    owner = f"postgresql://familylaw:{clean.passwords['familylaw']}@{DATABASE}:5432/familylaw?sslmode=verify-full&sslrootcert=/etc/familylaw/db-ca.pem"
    clean.write("/etc/familylaw-owner.env", f'DATABASE_OWNER_URL="{owner}"\n', 0o600)


def _services_and_proxy(clean: Clean, _open: ExitStack) -> None:
    release = f"cd {APP}\n"
    services = guide.block("First start", "cp deploy/systemd")
    # The timer is systemd's alone; the backup itself is made below.
    clean.run(release + services)
    clean.run(release + guide.block("First start", "cp deploy/nginx"))
    clean.expect("/", 503, "tel:112")
    clean.expect("/healthz", 200)
    _wait_until_ready(clean)
    # In the county's network alone, which this visitor is not in.
    clean.expect("/desk/", 403)
    clean.systemd.stop(WEB)
    clean.systemd.sockets.pop(f"{WEB}.socket").close()
    clean.expect("/", 503, "Palvelu ei ole hetkeen käytettävissä")
    clean.systemd.do(["enable", "--now", f"{WEB}.socket", WEB])
    clean.expect("/healthz", 200)


def _first_manager(clean: Clean, _open: ExitStack) -> None:
    made = guide.block("First start", f"{PYTHON} manage.py make_manager").strip()
    link = re.search(rf"https://{HOST}(/\S+)", clean.run(_by_hand(made)))
    if not link:
        raise NotAsToldError("make_manager printed no link")
    # The manager sits in the county's network, which the proxy lets through; here it is passed by.
    asked = http.client.HTTPConnection("127.0.0.1", 8000, timeout=60)
    asked.request("GET", link[1], headers={"Host": HOST, "X-Forwarded-Proto": "https"})
    if asked.getresponse().status not in (200, 302):
        raise NotAsToldError("the link of the first manager does not open")
    asked.close()
    # Before the first backup there is none to be young: the one thing that is not well yet.
    _doctor(clean, but=frozenset({"backup"}))


def _backup_and_drill(clean: Clean, _open: ExitStack) -> None:
    clean.write("/etc/familylaw-backup.env", guide.block("Backup and restore", "BACKUP_DIR"), 0o600)
    service = guide.block(
        "Backup and restore",
        "[familylaw]",
        {"password=…": f"password={clean.passwords['familylaw_backup']}"},
    )
    clean.write("/etc/familylaw/backup-service.conf", service, 0o600)
    clean.run(
        """
        chown familylaw-backup /etc/familylaw/backup-service.conf
        age-keygen -o /root/key.txt && age-keygen -y /root/key.txt > /etc/familylaw/backup-recipients.txt
        systemctl start familylaw-backup
        """
    )
    drill = guide.block("Backup and restore", "deploy/restore-drill")
    name = re.search(r"familylaw-\S+\.age", drill)
    if not name:
        raise NotAsToldError("the drill names no backup")
    drill = drill.replace(name[0], f"{_newest_backup(clean)}").replace("key.txt", "/root/key.txt")
    clean.run(f"cd {APP}; set -a; . /etc/familylaw.env; set +a\n{drill}")
    _doctor(clean)


def _a_new_version(clean: Clean, _open: ExitStack) -> None:
    """Install the same commit once more, under visitors who ask all the time."""
    met: Counter[str] = Counter()
    over = threading.Event()

    def visit() -> None:
        while not over.is_set():
            try:
                met[str(clean.get("/version")[0])] += 1
            except OSError as error:
                met[type(error).__name__] += 1
            # The proxy lets through thirty a second of one address.
            over.wait(0.1)

    visitors = [threading.Thread(target=visit) for _ in range(2)]
    for visitor in visitors:
        visitor.start()
    try:
        clean.run(
            guide.block("A new version", "git clone", {"git clone …": "git clone /source.git"}),
            told=_pip(),
        )
    finally:
        over.set()
        for visitor in visitors:
            visitor.join()
    sys.stdout.write(f"meanwhile: {dict(met)}\n")
    if set(met) != {"200"}:
        raise NotAsToldError("a visitor met an error during the update")
    link = os.readlink(clean.root / APP.lstrip("/"))
    if link != "/srv/familylaw/releases/2":
        raise NotAsToldError(f"what runs is {link}")
    _wait_until_ready(clean)


def _a_restore(clean: Clean, _open: ExitStack) -> None:
    """Restore for real: into an empty database, the services stopped."""
    for name in ("familylaw-web", "familylaw-live", "familylaw-worker"):
        clean.systemd.stop(name)
    # roles.sql makes roles and database; here the roles are there.
    sql = clean.read(f"{APP}/deploy/postgresql/roles.sql")
    made = re.search(r"CREATE DATABASE.*?;\nREVOKE.*?;\nGRANT.*?;\n", sql, re.DOTALL)
    if not made:
        raise NotAsToldError("roles.sql makes no database")
    clean.write("/tmp/again.sql", "DROP DATABASE familylaw;\n" + made[0])
    clean.run("sudo -u postgres psql --quiet --file /tmp/again.sql")
    clean.write(
        "/root/.pg_service.conf",
        f"[familylaw-owner]\nhost={DATABASE}\ndbname=familylaw\nuser=familylaw\n"
        f"password={clean.passwords['familylaw']}\nsslmode=verify-full\nsslrootcert=/etc/familylaw/db-ca.pem\n",
        0o600,
    )
    restore = guide.block(
        "Backup and restore",
        "age -d",
        {"familylaw-….dump.age": str(_newest_backup(clean)), "key.txt": "/root/key.txt"},
    )
    clean.run(restore)
    for name in ("familylaw-worker", "familylaw-web", "familylaw-live"):
        clean.systemd.do(["start", name])
    _wait_until_ready(clean)
    clean.run(_by_hand(guide.block("Backup and restore", f"{PYTHON} manage.py release_messages")))
    _doctor(clean)


def _by_hand(command: str) -> str:
    """Write a command of the guide as root runs it."""
    told = guide.block("Settings", "systemd-run")
    return told.replace(f"{PYTHON} manage.py doctor", command.partition("#")[0].strip())


def _doctor(clean: Clean, but: frozenset[str] = frozenset()) -> None:
    """See that all is well that the doctor looks at, but for these subjects."""
    said = subprocess.run(
        ["chroot", str(clean.root), "bash", "-c", _by_hand(f"{PYTHON} manage.py doctor --json")],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        found = json.loads(said.stdout)
    except json.JSONDecodeError as error:
        raise NotAsToldError(f"the doctor said {said.stdout}{said.stderr}") from error
    sys.stdout.write(f"{json.dumps(found, indent=1)}\n")
    unwell = {one["subject"] for one in found["findings"] if one["state"] != "ok"}
    if unwell != but:
        raise NotAsToldError(f"not well: {sorted(unwell)}")


def _newest_backup(clean: Clean) -> Path:
    folder = Path("/var/lib/familylaw-backups")
    names = sorted(os.listdir(clean.root / str(folder).lstrip("/")))
    if not names:
        raise NotAsToldError("no backup was made")
    return folder / names[-1]


def _wait_until_ready(clean: Clean) -> None:
    """Wait until `/readyz` answers 200: the worker has been heard of then."""
    for _ in range(120):
        status, page = clean.get("/readyz")
        if status == 200:
            sys.stdout.write("/readyz: 200\n")
            return
        time.sleep(1)
    raise NotAsToldError(f"/readyz: {status} {page}")


def _pip() -> dict[str, str]:
    """Return pip's settings of this machine, as far as they come from the environment."""
    return {name: value for name, value in os.environ.items() if name.startswith("PIP_")}


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1])))
    except (NotAsToldError, guide.GuideError) as error:
        sys.exit(f"NOT AS THE GUIDE SAYS: {error}")
