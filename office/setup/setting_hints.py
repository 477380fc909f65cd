"""What stands beside a setting, so that the manager sees what it does. The floors above fill it in."""

from collections.abc import Callable

from django.utils.safestring import SafeString

from office.models import Unit

# By the name of the setting: what writes out the piece of page beside it.
BESIDE: dict[str, Callable[[Unit], SafeString]] = {}


def beside(unit: Unit) -> dict[str, SafeString]:
    """The pieces, written out in the reader's language."""
    return {name: write(unit) for name, write in BESIDE.items()}
