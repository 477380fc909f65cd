"""Template context of every page: the unit, the demo, and the quick exit."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the base template; the unit is fetched only when a template uses it."""
    from familylaw.opening import UNIT, UNSEEN
    from familylaw.partial_languages import PAGE_HAS_THEM, UNREAD
    from office.models import Unit
    from office.sign_in import provider as provider_sign_in

    return {
        "unit": request.META.get(UNIT) or Unit.lazy(),
        # Staff see pages that are not open to the public yet.
        "unseen": UNSEEN in request.META,
        "has_partial_languages": request.META.get(PAGE_HAS_THEM, False),
        "unread_language": request.META.get(UNREAD),
        "demo": settings.DEMO,
        "organisation_sign_in": provider_sign_in.is_on() and settings.STAFF_SIGN_IN_NAME,
        "quick_exit_url": settings.QUICK_EXIT_URL,
    }
