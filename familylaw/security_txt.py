"""/.well-known/security.txt (RFC 9116): whom to tell of a vulnerability."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from office.core import clock
from office.models import Unit
from office.staff.audience import for_anyone

# How long it may be cached; the text is made on each request.
VALID_FOR = timedelta(days=90)


@for_anyone
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Return the contact of the settings, else the unit's own; 404 without either."""
    contact = _contact()
    if not contact:
        raise Http404
    expires = (clock.now() + VALID_FOR).replace(microsecond=0)
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        f"Preferred-Languages: {', '.join(code for code, _ in settings.LANGUAGES)}",
    ]
    if settings.SITE_URL:
        lines.append(f"Canonical: {settings.SITE_URL}{request.path}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _contact() -> str:
    if settings.SECURITY_CONTACT:
        return str(settings.SECURITY_CONTACT)
    unit = Unit.get()
    if unit.email:
        return f"mailto:{unit.email}"
    return f"tel:{''.join(unit.phone.split())}" if unit.phone else ""
