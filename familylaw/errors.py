"""Error pages. They use neither database nor session."""

import sys

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template import loader

from familylaw import outage

PLAIN = (
    "<!doctype html><title>500</title><h1>500</h1>"
    "<p lang='fi'>Palvelussa on häiriö.</p><p lang='sv'>Tjänsten är störd.</p>"
    "<p lang='en'>The service is out of order.</p>"
)


def server_error(request: HttpRequest) -> HttpResponse:
    """Render a page without context, or plain words where its template fails too.

    Django calls it while it handles the error: an unreachable database is not the page's fault, and
    503.
    """
    try:
        if outage.is_away(sys.exception()):
            outage.note_away()
            return outage.unavailable(request)
        known = outage.error_context()
        return HttpResponseServerError(loader.get_template("500.html").render(known))
    except Exception:
        return HttpResponseServerError(PLAIN)
