"""What docs/deployment.md tells its reader to do."""

import re
from collections.abc import Mapping

from launcher.places import BASE_DIR

GUIDE = BASE_DIR / "docs/deployment.md"


class GuideError(Exception):
    """The guide does not say what it is followed for: look at the guide, or at who follows it."""


def packages() -> list[str]:
    """Return what the guide installs from the distribution."""
    found = re.search(r"`apt-get install ([^`]+)`", _section("First start"))
    if not found:
        raise GuideError("no line installs packages")
    return found[1].split()


def block(section: str, beginning: str, told: Mapping[str, str] | None = None) -> str:
    """Return the block of the section that begins so, with what its reader fills in.

    Each of `told` must stand in it, and no "…" may be left.
    """
    for text in _blocks(section):
        if not text.startswith(beginning):
            continue
        for dots, value in (told or {}).items():
            if dots not in text:
                raise GuideError(f"{dots!r} does not stand in the block {beginning!r}")
            text = text.replace(dots, value)
        if "…" in text:
            raise GuideError(f"something is left open in the block {beginning!r}:\n{text}")
        return text
    raise GuideError(f"no block of {section!r} begins with {beginning!r}")


def number_of_blocks() -> int:
    """Count the blocks of the sections that are followed, so that a new one is not passed over."""
    return sum(len(_blocks(section)) for section in FOLLOWED)


FOLLOWED = ("First start", "A new version", "Backup and restore")


def _section(title: str) -> str:
    found = re.search(
        rf"^## {title}\n(.*?)(?=^## |\Z)", GUIDE.read_text(), re.DOTALL | re.MULTILINE
    )
    if not found:
        raise GuideError(f"there is no section {title!r}")
    return found[1]


def _blocks(section: str) -> list[str]:
    found = re.findall(r"^( *)```\n(.*?)^\1```", _section(section), re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]
