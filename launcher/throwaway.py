"""A PostgreSQL for the duration of one command, for tests and linters.

python -m launcher.throwaway python manage.py makemigrations
"""

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from launcher.database import Cluster
from launcher.places import Refusal, hold, open_data_folder, server_account

_PREFIX = "familylaw-throwaway-"
_OLD_SECONDS = 3600


@contextmanager
def throwaway() -> Iterator[Cluster]:
    """Yield a started cluster in its own folder, removed at the end."""
    account = server_account()
    _sweep()
    # /tmp and not TMPDIR: root's may be closed to the server's account.
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir="/tmp"))
    cluster = Cluster(folder, account, throwaway=True)
    lock = None
    try:
        open_data_folder(folder, account)
        lock = hold(folder)
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        if lock is not None:
            os.close(lock)
        shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove what a killed run left behind: old, ours, and locked by nobody."""
    for folder in Path("/tmp").glob(f"{_PREFIX}*"):  # noqa: S108 - only what is ours
        with contextlib.suppress(OSError, Refusal):
            state = folder.stat()
            old = time.time() - state.st_mtime > _OLD_SECONDS
            if old and state.st_uid == os.geteuid() and (folder / "run.lock").exists():
                os.close(hold(folder))
                shutil.rmtree(folder, ignore_errors=True)


def environment(url: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return what a command needs besides the database: a demo, and a temporary key."""
    return {
        **given,
        "DATABASE_URL": url,
        "DEMO": given.get("DEMO", "porvoo"),
        "LOG_LEVEL": given.get("LOG_LEVEL", "WARNING"),
        "SECRET_KEY": given.get("SECRET_KEY") or secrets.token_urlsafe(64),
    }


def main(command: list[str]) -> int:
    if not command:
        sys.stderr.write("Name a command: python -m launcher.throwaway python manage.py …\n")
        return 2
    try:
        if url := os.environ.get("DATABASE_URL"):
            return subprocess.call(command, env=environment(url, os.environ))
        with throwaway() as cluster:
            return subprocess.call(command, env=environment(cluster.url(), os.environ))
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
