"""Each mistake in DATABASE_URL has its own sentence, without a traceback and without a password."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from launcher.database import Cluster
from launcher.places import Refusal
from launcher.preflight import EXTENSIONS, check_database
from launcher.throwaway import throwaway
from tests.familylaw.running import Copy


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Run a server that asks one user for a password."""
    with throwaway() as cluster:
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute("CREATE ROLE worker LOGIN PASSWORD 'right'")
            rules = cluster.data / "pg_hba.conf"
            rules.write_text(
                "local all worker scram-sha-256\nlocal all guest,maker,owner trust\n"
                + rules.read_text()
            )
            connection.execute("GRANT CREATE ON SCHEMA public TO worker")
            name = connection.info.dbname
            connection.execute(f'GRANT CREATE ON DATABASE "{name}" TO worker')
            connection.execute("SELECT pg_reload_conf()")
        yield cluster


def _said(url: str) -> str:
    with pytest.raises(Refusal) as caught:
        check_database(url)
    return str(caught.value)


LOOKS_LIKE = ": it looks like postgresql://user:password@host:5432/database."


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://a:hush@host:port/db", "its host or port is not one"),
        ("postgresql://a:hush@[::1/db", "its host or port is not one"),
        ("postgresql://a:hush@one:5432,two:port/db", "its host or port is not one"),
        ("mysql://a:hush@host/db", "it does not begin with postgresql://"),
        ("host=a password=hush", "it does not begin with postgresql://"),
        ("postgresql://a:hush@host/", "it names no database"),
        (
            "postgresql://a:hush@host/db?nonsense=1",
            "it holds something that PostgreSQL does not know",
        ),
    ],
)
def test_unreadable(url: str, why: str) -> None:
    assert _said(url) == f"DATABASE_URL cannot be read ({why}){LOOKS_LIKE}"


def test_unreachable() -> None:
    said = _said("postgresql://a:hush@127.0.0.1:1/db")
    assert said == "DATABASE_URL: the database server at 127.0.0.1:1 cannot be reached."


def test_of_several_servers_none_answers() -> None:
    said = _said("postgresql://a:hush@127.0.0.1:1,127.0.0.1:2/db")
    where = "the database server at 127.0.0.1:1 or 127.0.0.1:2"
    assert said == f"DATABASE_URL: {where} cannot be reached."


def test_wrong_password(cluster: Cluster) -> None:
    url = cluster.url().replace("familylaw@", "worker:hush@")
    with pytest.raises(Refusal) as caught:
        check_database(url)
    where = f"the database server at {cluster.sockets}"
    assert str(caught.value) == f"DATABASE_URL: {where} refuses this user and password."
    check_database(url.replace("hush", "right"))


def test_unknown_user(cluster: Cluster) -> None:
    said = _said(cluster.url().replace("familylaw@", "stranger@"))
    where = f"the database server at {cluster.sockets}"
    assert said == f"DATABASE_URL: {where} answers but does not let this user in."


def test_unknown_database(cluster: Cluster) -> None:
    said = _said(cluster.url("elsewhere"))
    where = f"the database server at {cluster.sockets}"
    assert said == f"DATABASE_URL: {where} has no database named elsewhere."


def test_too_old(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url()) as connection:
        version = connection.info.server_version // 10000
    check_database(cluster.url(), oldest=version)
    with pytest.raises(Refusal, match=f"is PostgreSQL {version}, and 99 or newer is needed"):
        check_database(cluster.url(), oldest=99)


@pytest.fixture(scope="module")
def databases(cluster: Cluster) -> Cluster:
    """Make databases that the app cannot work with, and users without rights."""
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        for statement in (
            "CREATE ROLE guest LOGIN",
            "CREATE ROLE maker LOGIN",
            "CREATE ROLE owner LOGIN",
            "CREATE DATABASE plain",
            "CREATE DATABASE owned OWNER owner",
            "CREATE DATABASE old_letters ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'",
        ):
            connection.execute(statement)
    with psycopg.connect(cluster.url("plain"), autocommit=True) as connection:
        connection.execute("GRANT CREATE ON SCHEMA public TO maker")
    return cluster


def test_another_encoding(databases: Cluster) -> None:
    said = _said(databases.url("old_letters"))
    assert said == "DATABASE_URL: the database old_letters is in LATIN1, and UTF8 is needed."


def test_no_right_to_make_tables(databases: Cluster) -> None:
    said = _said(databases.url("plain").replace("familylaw@", "guest@"))
    assert said == (
        "DATABASE_URL: this user may not make tables in the database plain: make it the owner."
    )


def test_no_right_to_make_extensions(databases: Cluster) -> None:
    url = databases.url("plain").replace("familylaw@", "maker@")
    assert _said(url) == (
        "DATABASE_URL: this user may not make the extension btree_gist in the database plain: "
        "make it the owner, or let an administrator make the extension."
    )
    # Once an administrator has made them, the right is not needed.
    with psycopg.connect(databases.url("plain"), autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(f'CREATE EXTENSION "{extension}"')
    check_database(url)


def test_the_owner_may_do_all_of_it(databases: Cluster) -> None:
    check_database(databases.url("owned").replace("familylaw@", "owner@"))


def test_an_unknown_extension(databases: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launcher.preflight.EXTENSIONS", ("no_such_thing",))
    assert _said(databases.url("owned")) == (
        "DATABASE_URL: its server has no extension no_such_thing (Debian: postgresql-contrib)."
    )


def test_run_says_it_without_a_traceback_or_the_password(tmp_path: Path) -> None:
    copy = Copy(tmp_path, DATABASE_URL="postgresql://a:hush@127.0.0.1:1/db")
    assert copy.ends() == 1
    said = "DATABASE_URL: the database server at 127.0.0.1:1 cannot be reached."
    assert copy.lines == [said]
    assert not os.path.exists(tmp_path / "postgres")
