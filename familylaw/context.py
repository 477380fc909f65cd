"""What every page may need: the unit, the demo, where the quick exit leads."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, Any]:
    """Names for the base template; the unit is fetched only where a template asks for it."""
    from office.models import Unit

    return {
        "unit": Unit.lazy(),
        "demo": settings.DEMO,
        "organisation_sign_in": settings.STAFF_SIGN_IN_SERVER and settings.STAFF_SIGN_IN_NAME,
        "quick_exit_url": settings.QUICK_EXIT_URL,
    }
