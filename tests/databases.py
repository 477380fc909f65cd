"""Databases that take long to make: each is made once a run, and every worker has copies of it.

Only on the server that a run has started for itself: it goes with everything on it.
"""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from launcher.database import major_version, usable_binaries
from launcher.places import BASE_DIR, server_account

# Migrated databases of earlier runs, for the next ones: beside the libraries, as their bytecode is.
KEPT = Path(sys.prefix) / "tests-databases"
MOST_KEPT = 8
PINS = BASE_DIR / "requirements.txt"
# Any number that nothing else locks.
_LOCK = 703_2026


def are_shared() -> bool:
    return "TESTS_OWN_DATABASE" in os.environ


@contextmanager
def used(name: str) -> Iterator[None]:
    """Work on another database of the server for a while."""
    before = connection.settings_dict["NAME"]
    _use(name)
    try:
        yield
    finally:
        _use(before)


def _use(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


def copy(source: str, name: str) -> None:
    """Make a database as a copy of another one, on which nobody works meanwhile."""
    connections.close_all()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')


def drop(name: str) -> None:
    connections.close_all()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def made_once(name: str, source: str, fill: Callable[[], None]) -> str:
    """Return the name of a database that the first who asks makes, while the others wait."""
    with connection._nodb_cursor() as lock:
        lock.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        lock.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if lock.fetchone() is None:
            half = f"{name}_half"
            drop(half)
            copy(source, half)
            with used(half):
                fill()
            lock.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"')
    return name


def migrated() -> str:
    """Return the name of an empty database with all tables."""
    return made_once("tests_migrated", "template0", _migrate)


def _migrate() -> None:
    """Restore what an earlier run with the same migrations left, or else migrate step by step."""
    given = connection.settings_dict
    here = f"postgresql://{given['USER']}@{quote(given['HOST'], safe='')}/{given['NAME']}"
    connections.close_all()
    restored = restore_tables(here)
    # Of what was restored there is nothing left to do.
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not restored:
        connections.close_all()
        _keep(here)


def restore_tables(url: str) -> bool:
    """Fill an empty database with the tables that an earlier run left; say whether there were any."""
    kept = _kept()
    return kept.exists() and _postgres("pg_restore", "--single-transaction", str(kept), on=url)


def _kept() -> Path:
    return KEPT / f"{_fingerprint()}.dump"


def _keep(url: str) -> None:
    dump = _kept()
    with suppress(OSError):
        KEPT.mkdir(exist_ok=True)
        half = dump.with_suffix(f".{os.getpid()}")
        if _postgres("pg_dump", "--format=custom", f"--file={half}", on=url):
            half.replace(dump)
        by_age = sorted(KEPT.glob("*.dump"), key=lambda path: path.stat().st_mtime)
        for old in by_age[:-MOST_KEPT]:
            old.unlink()


def _postgres(program: str, *arguments: str, on: str) -> bool:
    """Run a program of PostgreSQL on a database; say whether it did as asked."""
    command = [str(usable_binaries(server_account()) / program), *arguments, "--dbname", on]
    return subprocess.run(command, capture_output=True).returncode == 0


def _fingerprint() -> str:
    """Return a mark of all that makes the tables: migrations, what they import, libraries, the server."""
    found = sorted(BASE_DIR.glob("*/migrations/*.py")) + sorted(
        BASE_DIR.glob("*/*/migrations/*.py")
    )
    texts = {path: path.read_bytes() for path in found}
    for name in set(
        re.findall(rb"^\s*(?:from|import) (\w+[.\w]+)", b"\n".join(texts.values()), re.M)
    ):
        module = BASE_DIR.joinpath(*name.decode().split("."))
        for path in (module.with_suffix(".py"), *sorted(module.glob("*.py"))):
            if path.is_file():
                texts[path] = path.read_bytes()
    texts[PINS] = PINS.read_bytes()
    mark = hashlib.sha256(str(major_version(usable_binaries(server_account()))).encode())
    for path in sorted(texts):
        mark.update(str(path.relative_to(BASE_DIR)).encode() + hashlib.sha256(texts[path]).digest())
    return mark.hexdigest()


@contextmanager
def filled(kind: str, fill: Callable[[], None]) -> Iterator[str]:
    """Work on a database of one's own in which `fill` has written; yield its name."""
    name = f"{connection.settings_dict['NAME']}_{kind}"
    drop(name)
    try:
        if are_shared():
            copy(made_once(f"tests_{kind}", migrated(), fill), name)
        else:
            copy(connection.settings_dict["NAME"], name)
        with used(name):
            if not are_shared():
                fill()
            yield name
    finally:
        drop(name)
