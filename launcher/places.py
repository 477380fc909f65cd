"""The data folder and who may enter it. No folder above it is ever opened."""

import errno
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent.parent
# For root: files that must not be in a closed folder such as /root.
OPEN_FOLDER = Path("/var/lib/familylaw")
SERVER_ACCOUNT = "familylaw-db"
NEEDED_BYTES = 300 * 1024**2
_OURS = ("run.lock", "postgres", "secret_key")


class Refusal(RuntimeError):
    """Something that the operator must change first, said in one sentence."""


@dataclass(frozen=True)
class Account:
    """The system account that runs PostgreSQL; `switch`: it is not our own."""

    name: str
    uid: int
    gid: int
    switch: bool

    def popen(self) -> dict[str, Any]:
        """Return arguments with which subprocess runs a command as this account."""
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account() -> Account:
    """Return our own account, or one without any rights where we are root.

    PostgreSQL refuses to run as root. Raises Refusal where no such account exists or can be made.
    """
    uid = os.geteuid()
    if uid != 0:
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            raise Refusal(
                f"The user id {uid} has no name in /etc/passwd, which PostgreSQL needs: "
                "add one, or set DATABASE_URL to a server of your own."
            ) from None
        return Account(entry.pw_name, uid, os.getegid(), switch=False)
    try:
        entry = pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError:
        entry = _make_account()
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=True)


def _make_account() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SERVER_ACCOUNT]
    done = subprocess.run(command, capture_output=True, text=True)
    try:  # Another copy may have made it in the same moment.
        return pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError:
        raise Refusal(
            f"PostgreSQL does not run as root and the account {SERVER_ACCOUNT} could not be made "
            f"({done.stderr.strip()}): run as another user, or set DATABASE_URL."
        ) from None


def allowed(account: Account, test: str, *paths: Path) -> Path | None:
    """Return the first path on which `test` (-x, -r …) fails for the account, else None.

    Asked, not derived from mode bits, so that access lists and read-only mounts count too.
    """
    script = f'for path; do test {test} "$path" || {{ printf %s "$path"; exit 0; }}; done'
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", *map(str, paths)],
        capture_output=True,
        text=True,
        cwd="/",
        check=True,
        **account.popen(),
    )
    return Path(done.stdout) if done.stdout else None


def closed_parent(path: Path, account: Account) -> Path | None:
    """Return the topmost folder above `path` that the account may not traverse."""
    parents = [parent for parent in reversed(path.parents) if parent.exists()]
    return allowed(account, "-x", *parents)


def data_folder_name(demo: str) -> str:
    """Return a folder name for each demo: a real unit never opens that of a demo."""
    return {"": ".data-unit", "porvoo": ".data"}.get(demo, f".data-{demo}")


def choose_data_folder(demo: str, given: str, account: Account | None) -> tuple[Path, str]:
    """Return the data folder, and a sentence where it is not the usual one.

    `account`: None where no server of our own is started. Raises Refusal for a given folder that
    lies in a closed one.
    """
    if given:
        path = Path(os.path.realpath(Path(given).expanduser()))
        closed = closed_parent(path, account) if account else None
        if account and closed:
            raise Refusal(
                f"DATA_DIR={path} lies in {closed}, which is closed to the account {account.name} "
                f"that runs PostgreSQL: choose a folder such as {OPEN_FOLDER}/data."
            )
        return path, ""
    path = BASE_DIR / data_folder_name(demo)
    if not account or not closed_parent(path, account):
        return path, ""
    mark = hashlib.sha256(str(BASE_DIR).encode()).hexdigest()[:16]
    elsewhere = OPEN_FOLDER / mark / data_folder_name(demo).removeprefix(".")
    return elsewhere, (
        f"This folder is closed to the account {account.name} that runs PostgreSQL, "
        f"so the data is kept in {elsewhere}."
    )


def open_data_folder(path: Path, account: Account | None, *, needed: int = NEEDED_BYTES) -> None:
    """Create the data folder, give the server's account access, check that there is room.

    Changes permissions of the data folder only, and only where it is empty or was made by us.
    """
    try:
        fresh = not path.exists()
        make_folders(path)
        if fresh:
            path.chmod(0o711)
        if account and account.switch and allowed(account, "-x", path):
            _grant_access(path, account)
        free = shutil.disk_usage(path).free
    except OSError as error:
        raise unwritable(path, error) from None
    if free < needed:
        raise Refusal(
            f"The disk is full: {free // 1024**2} MB are free at {path}, "
            f"and {needed // 1024**2} MB are needed."
        )


def make_folders(path: Path) -> None:
    """Make the folder and its missing parents, open for traversal."""
    missing = [folder for folder in [path, *path.parents] if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        # Regardless of the umask: the server's account must be able to traverse them.
        folder.chmod(0o755)


def _grant_access(path: Path, account: Account) -> None:
    names = {entry.name for entry in path.iterdir()}
    if names and not names.intersection(_OURS):
        raise Refusal(
            f"DATA_DIR={path} holds other files and is closed to the account {account.name} that "
            f"runs PostgreSQL: choose an empty folder such as {OPEN_FOLDER}/data."
        )
    os.chown(path, -1, account.gid)
    path.chmod(stat.S_IMODE(path.stat().st_mode) | stat.S_IXGRP)


def unwritable(path: Path, error: OSError) -> Refusal:
    """Return the sentence for a data folder that cannot be written."""
    if error.errno == errno.ENOSPC:
        return Refusal(f"The disk is full: nothing more can be written at {path}.")
    reason = error.strerror or error.__class__.__name__
    return Refusal(
        f"The data folder {path} cannot be written ({reason}): choose another with DATA_DIR."
    )


def hold(path: Path) -> int:
    """Lock the data folder for this process, until the process ends.

    Returns the lock's file descriptor. Raises Refusal where another copy has it.
    """
    try:
        lock = os.open(path / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise unwritable(path, error) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.read(lock, 20).decode().strip() or "unknown"
        os.close(lock)
        raise Refusal(
            f"Another copy (process {holder}) is running on the data folder {path}: "
            "stop it, or choose another DATA_DIR."
        ) from None
    try:
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
    except OSError as error:
        os.close(lock)
        raise unwritable(path, error) from None
    return lock


def demo_secret(path: Path) -> str:
    """Return the demo's secret key, made once in the data folder, never a constant in the code."""
    return _kept_secret(path, "secret_key")


def keep_address(path: Path, address: str) -> None:
    """Note where the site answers that runs on the folder, for commands in another terminal."""
    try:
        (path / "address").write_text(f"{address}\n")
    except OSError as error:
        raise unwritable(path, error) from None


def trial_settings(path: Path) -> dict[str, str]:
    """Return what a real unit needs for a trial on this machine alone, if the operator sets nothing."""
    return {
        "TRIAL": "1",
        "SECRET_KEY": _kept_secret(path, "secret_key"),
        "LINK_KEY": _kept_secret(path, "link_key"),
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "SITE_URL": (path / "address").read_text().strip(),
        "HTTPS": "0",
        "REQUIRE_SECOND_FACTOR": "0",
        "LOG_LEVEL": "WARNING",
    }


def _kept_secret(path: Path, name: str) -> str:
    file = path / name
    try:
        try:
            return file.read_text().strip() or _write_secret(file)
        except FileNotFoundError:
            return _write_secret(file)
    except OSError as error:
        raise unwritable(path, error) from None


def _write_secret(file: Path) -> str:
    key = secrets.token_urlsafe(64)
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(key + "\n")
    return key
