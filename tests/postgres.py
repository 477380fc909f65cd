"""The database of the tests: that of DATABASE_URL, or one started for this run and gone after it.

Called while the settings load, since pytest-django reads them before any conftest. The workers of
pytest-xdist inherit the address from the process that started them.
"""

import atexit
import os
import secrets
from contextlib import ExitStack

from launcher.throwaway import throwaway

_stack = ExitStack()


def ensure() -> None:
    """Set up the environment that the product's settings read."""
    os.environ["DEMO"] = "porvoo"
    # Servers that a test starts sign with the same key.
    os.environ["SECRET_KEY"] = os.environ.setdefault("TESTS_KEY", secrets.token_urlsafe(64))
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    for name in ("DEBUG", "HTTPS", "SITE_URL", "ALLOWED_HOSTS"):
        os.environ.pop(name, None)
    # A pool's idle connections would hold the test database when it is dropped.
    os.environ["DATABASE_POOL"] = "0"
    if os.environ.get("DATABASE_URL"):
        return
    os.environ["DATABASE_URL"] = _stack.enter_context(throwaway()).url()
    os.environ["TESTS_OWN_DATABASE"] = "1"
    atexit.register(stop)


def stop() -> None:
    _stack.close()
