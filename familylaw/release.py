"""Which release this is: the version of pyproject.toml, and the commit where the build has noted it."""

import tomllib
from functools import cache

from launcher.places import BASE_DIR


@cache
def version() -> str:
    """Return the version that the changelog tells about."""
    with (BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


@cache
def revision() -> str:
    """Return the commit, from the file REVISION that a build leaves beside the code; empty without it."""
    try:
        return (BASE_DIR / "REVISION").read_text(encoding="ascii").strip()[:40]
    except (OSError, UnicodeDecodeError):
        return ""
