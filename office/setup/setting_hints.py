"""What stands beside a setting, so that the manager sees what it does. The floors above fill it in."""

from django.utils.safestring import SafeString

from office.hooks import SETTING_HINTS
from office.models import Unit


def beside(unit: Unit) -> dict[str, SafeString]:
    """The pieces, written out in the reader's language."""
    return {name: write(unit) for name, write in SETTING_HINTS.items()}
