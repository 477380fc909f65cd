"""Pages of plain text that the law asks for. What they promise comes from the settings of the unit."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bookings.public.opening import Opening, opening
from office.calendar.working_time import open_state
from office.core import clock
from office.models import HoursKind, PublicStatements, Unit
from office.retention.rows import period_label
from office.retention.table import TABLE
from office.staff.audience import for_anyone


@for_anyone
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    context = {"phone": _phone(), "statements": PublicStatements.get()}
    return render(request, "pages/accessibility.html", context)


@for_anyone
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    cookies = {
        "session": settings.SESSION_COOKIE_NAME,
        "csrf": settings.CSRF_COOKIE_NAME,
        "language": settings.LANGUAGE_COOKIE_NAME,
    }
    hours = settings.SESSION_COOKIE_AGE // 3600
    return render(
        request,
        "pages/privacy.html",
        {
            "cookies": cookies,
            "plan_sign_in": bool(settings.PLAN_SIGN_IN_SERVER),
            "session_hours": hours,
            "phone": _phone(),
            "statements": PublicStatements.get(),
            "kept": _kept(),
        },
    )


def _kept() -> list[tuple[object, str, object]]:
    """List what of clients is kept, how long, and from when: by the table that the purge works by."""
    unit = Unit.get()
    return [(k.what, period_label(k.period(unit)), k.since) for k in TABLE if k.is_public]


def _phone() -> Opening:
    """Say whether anybody answers the phone now, or when."""
    return opening(open_state(HoursKind.PHONE), clock.now(), get_language())
