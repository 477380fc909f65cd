"""The pages for what goes wrong. That of the server's own fault touches neither database nor session."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template import loader

PLAIN = (
    "<!doctype html><title>500</title><h1>500</h1>"
    "<p lang='fi'>Palvelussa on häiriö.</p><p lang='sv'>Tjänsten är störd.</p>"
    "<p lang='en'>The service is out of order.</p>"
)


def server_error(request: HttpRequest) -> HttpResponse:
    """A calm page without context; plain words where even its template fails."""
    known = {"quick_exit_url": settings.QUICK_EXIT_URL}
    try:
        return HttpResponseServerError(loader.get_template("500.html").render(known))
    except Exception:
        return HttpResponseServerError(PLAIN)
