"""The demo's post, for its visitor to read. In a real unit there is no such page."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from office.messaging import outbox as messages
from office.models import MessageChannel, OutboxMessage
from office.staff.audience import in_demo

ON_A_PAGE = 20
FILTERS = {
    "": (_("All"), Q()),
    "email": (_("E-mail"), Q(channel=MessageChannel.EMAIL)),
    "sms": (_("Text messages"), Q(channel=MessageChannel.SMS)),
    "unsent": (_("Not sent"), Q(sent_at__isnull=True)),
}


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404


@in_demo
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    _only_in_the_demo()
    chosen = request.GET.get("show", "")
    if chosen not in FILTERS:
        chosen = ""
    found = OutboxMessage.objects.filter(FILTERS[chosen][1]).order_by("-created_at", "-pk")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    letters = [
        {
            "message": message,
            "kind": messages.kind_label(message.kind),
            "to": masked(message.to),
            "body": linked(message),
            "error": messages.error_label(message.last_error) if message.last_error else "",
        }
        for message in page
    ]
    filters = [(key, name) for key, (name, _condition) in FILTERS.items()]
    response = render(
        request,
        "office/messaging/outbox.html",
        {"page": page, "letters": letters, "filters": filters, "chosen": chosen},
    )
    response.headers["Cache-Control"] = "no-store, private"
    return response


@in_demo
@require_safe
def outbox_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the calendar file that goes with a message."""
    _only_in_the_demo()
    message = get_object_or_404(OutboxMessage.objects.exclude(calendar=""), pk=pk)
    return HttpResponse(
        message.calendar,
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="calendar.ics"',
            "Cache-Control": "no-store, private",
        },
    )


def masked(address: str) -> str:
    """Mask as p…@example.org, +358 … 67: a visitor may have written a real address into the demo."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}…@{domain}" if at else f"{address[:4]} … {address[-2:]}"


def linked(message: OutboxMessage) -> SafeString:
    """Show the body with a working personal link."""
    url = messages.link_of(message)
    link = format_html('<a href="{}">{}</a>', url, url) if url else ""
    return format_html_join(
        link, "{}", ((part,) for part in message.body.split(messages.LINK_MARK))
    )
