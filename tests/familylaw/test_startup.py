"""A demo starts on a demo's data alone, a real unit on its own alone, and with the key of its links."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.checks import run_checks
from django.db import connection
from django.test import override_settings
from pytest_django import Settings

from familylaw import demo_mark
from familylaw.startup import NO_ANSWER, REAL_DATA, refuse_wrong_database
from launcher.database import Cluster
from launcher.places import BASE_DIR, Refusal, server_account
from office.messaging.link_key import CHANGED, remember_key
from tests.factories import UnitFactory, UserFactory
from tests.familylaw.running import GOOD, Copy, copied, open_folder, python, surroundings

KEYS = {"SECRET_KEY": GOOD["SECRET_KEY"], "LINK_KEY": GOOD["LINK_KEY"]}
OTHER_KEY = GOOD["LINK_KEY"][::-1]


def refused() -> str:
    with pytest.raises(Refusal) as caught:
        refuse_wrong_database()
    found = [message.msg for message in run_checks(databases=["default"])]
    assert str(caught.value) in found
    return str(caught.value)


@pytest.mark.django_db
def test_demo_data_never_serves_a_real_unit() -> None:
    assert demo_mark.demo_data() == "porvoo"
    UserFactory()
    with override_settings(DEMO="", **KEYS):
        assert refused() == demo_mark.DEMO_DATA
    refuse_wrong_database()


@pytest.mark.usefixtures("no_mark")
@pytest.mark.parametrize("factory", [UserFactory, UnitFactory])
def test_a_demo_never_opens_a_real_unit_s_data(factory: type[UserFactory]) -> None:
    refuse_wrong_database()
    factory()
    assert refused() == REAL_DATA
    with override_settings(DEMO="", **KEYS):
        refuse_wrong_database()


@pytest.mark.usefixtures("no_mark")
def test_another_key_of_the_links_is_refused(settings: Settings) -> None:
    settings.DEMO = ""
    settings.LINK_KEY = GOOD["LINK_KEY"]
    refuse_wrong_database()
    remember_key()
    refuse_wrong_database()
    settings.SECRET_KEY = "another" * 10
    refuse_wrong_database()
    settings.LINK_KEY = OTHER_KEY
    assert refused() == CHANGED
    remember_key()
    assert refused() == CHANGED


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_refused_for_a_demo_alone() -> None:
    kept = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
    try:
        with pytest.raises(Refusal) as caught:
            refuse_wrong_database()
        with override_settings(DEMO="", **KEYS):
            refuse_wrong_database()
    finally:
        connection.settings_dict.update(kept)
    assert str(caught.value) == NO_ANSWER


@pytest.fixture(scope="module")
def real_unit(tables: Path) -> Iterator[Cluster]:
    """Make a prepared database of a real unit, with an account."""
    with copied(tables) as folder:
        cluster = Cluster(folder, server_account(), throwaway=True)
        cluster.start()
        try:
            given = {**GOOD, "DATABASE_URL": cluster.url(), "DATA_DIR": str(folder)}
            given["STATIC_ROOT"] = str(folder / "static")
            done = python("-m", "familylaw.prepare", **given)
            assert done.returncode == 0, done.stdout + done.stderr
            done = python("manage.py", "make_manager", "maija", "maija@example.fi", **given)
            assert done.returncode == 0, done.stdout + done.stderr
            assert "https://booking.example.fi/accounts/password/reset/key/" in done.stdout
            yield cluster
        finally:
            cluster.stop()


DEMO = {"DEMO": "porvoo", "SECRET_KEY": GOOD["SECRET_KEY"], "ALLOWED_HOSTS": "*"}
STARTS = {
    "web": ["-m", "gunicorn", "--bind", "127.0.0.1:0"],
    "worker": ["manage.py", "work"],
    "prepare": ["-m", "familylaw.prepare"],
    "migrate": ["manage.py", "migrate"],
}


@pytest.mark.parametrize("start", STARTS)
def test_no_start_of_a_demo_gets_into_it(real_unit: Cluster, start: str) -> None:
    done = python(*STARTS[start], **DEMO, DATABASE_URL=real_unit.url())
    assert done.returncode != 0
    assert REAL_DATA in done.stdout + done.stderr


def test_make_run_does_not_either_and_changes_nothing(real_unit: Cluster) -> None:
    with open_folder() as folder:
        copy = Copy(folder, DATABASE_URL=real_unit.url())
        assert copy.ends() == 1
    assert REAL_DATA in copy.lines
    with psycopg.connect(real_unit.url()) as own:
        assert own.execute("SELECT count(*) FROM office_user").fetchone() == (1,)
        assert own.execute("SELECT count(*) FROM office_unit").fetchone() == (0,)


@pytest.mark.parametrize("start", ["web", "worker", "prepare"])
def test_no_start_with_another_key_makes_dead_links(real_unit: Cluster, start: str) -> None:
    given = {**GOOD, "LINK_KEY": OTHER_KEY, "DATABASE_URL": real_unit.url()}
    done = python(*STARTS[start], **given)
    assert done.returncode != 0
    assert CHANGED in done.stdout + done.stderr


def test_the_links_are_made_anew_and_then_it_starts(real_unit: Cluster) -> None:
    given = {**GOOD, "DATABASE_URL": real_unit.url()}
    same = python("manage.py", "renew_links", **given)
    assert "LINK_KEY is still the key" in same.stderr
    done = python("manage.py", "renew_links", **{**given, "LINK_KEY": OTHER_KEY})
    assert (done.returncode, done.stdout) == (
        0,
        "0 links were made anew, and 0 messages with a new one wait to be sent. "
        "Start the services again. Whom no message reaches stands in the work list, to be called.\n",
    )
    old = python("manage.py", "check", "--database", "default", **given)
    assert CHANGED in old.stderr
    back = python("manage.py", "renew_links", **given)
    assert back.returncode == 0


def test_two_preparations_wait_for_each_other(real_unit: Cluster) -> None:
    with open_folder() as folder:
        given = {**GOOD, "DATABASE_URL": real_unit.url(), "DATA_DIR": str(folder)}
        with psycopg.connect(real_unit.url(), autocommit=True) as own:
            own.execute("SELECT pg_advisory_lock(7032025)")
            waiting = Preparation(given)
            assert (
                waiting.line() == "Another preparation of this database goes on: waiting for it …"
            )
        assert waiting.ends() == 0


class Preparation:
    """`python -m familylaw.prepare`, whose words are read while it runs."""

    def __init__(self, given: dict[str, str]) -> None:
        given = {**given, "STATIC_ROOT": f"{given['DATA_DIR']}/static"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "familylaw.prepare"],
            env=surroundings(**given),
            cwd=BASE_DIR,
            stdout=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def ends(self) -> int:
        self.process.communicate(timeout=180)
        return self.process.returncode


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "DATABASE_URL is not set: postgresql://user:password@host:5432/database."),
        (
            "postgresql://a:hush@127.0.0.1:1/db",
            "DATABASE_URL: the database server at 127.0.0.1:1 cannot be reached.",
        ),
    ],
)
def test_a_preparation_says_what_is_wrong_with_the_address(url: str, said: str) -> None:
    done = python(
        "-m", "familylaw.prepare", **{**GOOD, "DATABASE_URL": url, "LOG_LEVEL": "WARNING"}
    )
    assert (done.returncode, done.stderr) == (1, f"{said}\n")
