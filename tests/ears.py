"""Somebody who listens to what is announced."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

from office.core import live_updates


class Ear:
    """A connection of its own that listens, as the live process has one."""

    def __init__(self, own: psycopg.Connection[Any]) -> None:
        self._own = own
        own.execute(f"LISTEN {live_updates.CHANNEL}")

    @classmethod
    @contextmanager
    def open(cls) -> Iterator["Ear"]:
        given = connection.get_connection_params()
        kept = {k: v for k, v in given.items() if k not in ("cursor_factory", "context")}
        with psycopg.connect(**{**kept, "autocommit": True}) as own:
            yield cls(own)

    def heard(self) -> list[str]:
        """Return what was announced since it was asked last."""
        return [notice.payload for notice in self._own.notifies(timeout=0.2)]
