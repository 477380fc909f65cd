"""The public library of guidance, by situation; or just the links that were sent to somebody."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from bookings.guidance.sending import MOST_LINKS
from bookings.guidance.ways_on import show_link
from office.guidance.ways import is_open
from office.models import GuidanceLink, GuidancePageVersion, GuidanceSituation, WayQuestion
from office.staff.audience import for_anyone


@for_anyone
@require_safe
def guidance(request: HttpRequest) -> HttpResponse:
    """Show guidance. `n`: the numbers of the links, with dots between; `l`: the message's language."""
    language = request.GET.get("l", "")
    if language in dict(settings.LANGUAGES) and not request.COOKIES.get(
        settings.LANGUAGE_COOKIE_NAME
    ):
        # They read it in the language that they were written to in, until they choose another.
        translation.activate(language)
        request.LANGUAGE_CODE = language
    numbers = request.GET.get("n", "").split(".")[:MOST_LINKS]
    wanted = [int(part) for part in numbers if part.isdecimal() and len(part) < 10]
    links = list(GuidanceLink.objects.in_use().prefetch_related("situations"))
    chosen = [show_link(link) for link in links if link.pk in wanted]
    sections = [
        (situation, [show_link(link) for link in links if situation in link.situations.all()])
        for situation in GuidanceSituation.objects.in_use()
    ]
    sections = [(situation, shown) for situation, shown in sections if shown]
    placed = {shown.link.pk for _situation, several in sections for shown in several}
    return render(
        request,
        "bookings/guidance/guidance.html",
        {
            "chosen": chosen,
            "pages": [] if chosen else GuidancePageVersion.objects.public(),
            "has_ways": WayQuestion.are_set(),
            "has_partners": not chosen and is_open("to_partners"),
            "gone": bool(wanted) and len(chosen) < len(set(wanted)),
            "sections": [] if chosen else sections,
            "others": [] if chosen else [show_link(k) for k in links if k.pk not in placed],
        },
    )
