"""What is shown with a setting, so that the manager sees what it does. The apps above fill it in."""

from django.utils.safestring import SafeString

from office.hooks import SETTING_HINTS
from office.models import Unit


def hints(unit: Unit) -> dict[str, SafeString]:
    """Render the hints in the reader's language."""
    return {name: render(unit) for name, render in SETTING_HINTS.items()}
