"""Databases of the bench alone: one with the tables, copied for each case, all gone at the end."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from launcher.throwaway import throwaway


class Server:
    """A PostgreSQL, and the databases that the bench makes on it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._mark = f"bench_{secrets.token_hex(4)}"
        self._made: list[str] = []

    def url(self, case: str) -> str:
        return urlunsplit(urlsplit(self._url)._replace(path=f"/{self.name(case)}"))

    def name(self, case: str) -> str:
        return f"{self._mark}_{case}"

    def create(self, case: str, template: str = "") -> None:
        """Create a new database; `template`: the case that it is a copy of."""
        command = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name(case)))
        if template:
            command += sql.SQL(" TEMPLATE {}").format(sql.Identifier(self.name(template)))
        self._run(command)
        self._made.append(case)

    def drop_all(self) -> None:
        for case in self._made:
            self._run(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                    sql.Identifier(self.name(case))
                )
            )

    def version(self) -> str:
        with psycopg.connect(self._url) as connection:
            row = connection.execute("SHOW server_version").fetchone()
        return str(row[0]) if row else ""

    def _run(self, command: sql.Composable) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(command)


@contextmanager
def server() -> Iterator[Server]:
    """Yield the server of DATABASE_URL, or one started for as long as the bench runs."""
    with ExitStack() as stack:
        url = os.environ.get("DATABASE_URL") or stack.enter_context(throwaway()).url()
        found = Server(url)
        stack.callback(found.drop_all)
        yield found
