"""The cache in PostgreSQL, with plain JSON for values and keyed hashes for keys.

Django's own keeps pickles: who can write into the table would run code in the web process, where personal
links pass by. Its keys are as they are given, and allauth's hold visitors' addresses. It also answers two
at once by an error of the database, which the server writes to its log.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connection

from office.core import clock
from office.core.tokens import keyed

FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)
# Of the writes, one in so many looks for what is over.
SWEEP_EVERY = 100
WRITE = (
    "INSERT INTO {table} (cache_key, value, expires) VALUES (%(key)s, %(value)s, %(expires)s) "
    "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires "
    "WHERE {when} RETURNING 1"
)


def hashed_key(key: str, prefix: str, version: int) -> str:
    """Hash a key, as KEY_FUNCTION: nobody reads an address or a name out of the table."""
    return keyed("cache", prefix, str(version), key)


class JSONDatabaseCache(BaseDatabaseCache):
    """Values are what JSON can hold. `createcachetable` makes the table, as for Django's own."""

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, params)
        self._table = table
        self._writes = 0

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self.get_many([key], version).get(key, default)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        asked = {self.make_and_validate_key(key, version=version): key for key in keys}
        rows = self._rows(
            "SELECT cache_key, value FROM {table} WHERE cache_key = ANY(%s) AND expires > %s",
            [list(asked), clock.now()],
        )
        found = {}
        for key, text in rows:
            try:
                found[asked[key]] = json.loads(text)
            except ValueError:  # Written by another backend, before this one.
                continue
        return found

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._write(key, value, timeout, version, "true")

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        return self._write(key, value, timeout, version, "{table}.expires <= %(now)s")

    def _write(self, key: str, value: Any, timeout: Any, version: int | None, when: str) -> bool:
        """Write the value, over an existing row only if `when` holds; say whether it was written."""
        self._sweep_now_and_then()
        values = {
            "key": self.make_and_validate_key(key, version=version),
            "value": json.dumps(value),
            "expires": self._expires(timeout),
            "now": clock.now(),
        }
        return bool(self._rows(WRITE.replace("{when}", when), values))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(
            self._rows(
                "UPDATE {table} SET expires = %s WHERE cache_key = %s AND expires > %s RETURNING 1",
                [
                    self._expires(timeout),
                    self.make_and_validate_key(key, version=version),
                    clock.now(),
                ],
            )
        )

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(
            self._rows(
                "DELETE FROM {table} WHERE cache_key = %s RETURNING 1",
                [self.make_and_validate_key(key, version=version)],
            )
        )

    def clear(self) -> None:
        self._rows("DELETE FROM {table} RETURNING 1", [])

    def _expires(self, timeout: Any) -> datetime:
        at = self.get_backend_timeout(timeout)
        return FOR_EVER if at is None else datetime.fromtimestamp(at, tz=UTC)

    def _sweep_now_and_then(self) -> None:
        self._writes += 1
        if self._writes % SWEEP_EVERY == 0:
            self._rows("DELETE FROM {table} WHERE expires <= %s RETURNING 1", [clock.now()])

    def _rows(self, query: str, values: Any) -> list[tuple[Any, ...]]:
        table = connection.ops.quote_name(self._table)
        with connection.cursor() as cursor:
            cursor.execute(query.format(table=table), values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
