"""DATABASE_URL as Django's settings, read by libpq's own rules: several hosts and all options."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

_NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


def database_settings(url: str) -> dict[str, Any]:
    """Return the entry of DATABASES for an address such as postgresql://user:password@one,two/name.

    Raises psycopg.ProgrammingError for what is no such address.
    """
    found: dict[str, Any] = conninfo_to_dict(url)
    ours = {name: str(found.pop(key, "") or "") for name, key in _NAMES.items()}
    return {"ENGINE": "django.db.backends.postgresql", **ours, "OPTIONS": found}
