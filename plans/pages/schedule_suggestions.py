"""A schedule suggested to the other parent: begun from theirs, changed, shared."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from plans.content import sharing
from plans.content.agreement import WordsChangedError
from plans.pages.schedule import SchedulePage
from plans.schedule import actions
from plans.schedule.actions import ScheduleSheet, ScheduleSource


def suggest(request: HttpRequest, page: SchedulePage) -> HttpResponse:
    """Begin a suggestion from the other parent's schedule."""
    try:
        actions.begin_suggestion(page.access, page.sheet.child)
    except actions.NothingToStartFromError:
        raise Http404 from None
    sheet = ScheduleSheet(page.sheet.child, ScheduleSource.SUGGESTION)
    return redirect(page.at("schedule", sheet=str(sheet)))


def send(request: HttpRequest, page: SchedulePage) -> HttpResponse:
    """Share the suggestion."""
    if not page.sheet.is_suggestion:
        raise Http404
    seen = request.POST.get("seen", "")
    try:
        actions.send_suggestion(page.access, page.sheet.child, seen)
    except actions.NothingToStartFromError:
        messages.warning(request, _("It contains nothing to share."))
        return redirect(page.at("schedule"))
    except WordsChangedError:
        message = _("The other parent has changed the text in the meantime. Read it again.")
        messages.warning(request, message)
        return redirect(page.at("schedule"))
    except sharing.NoSuchMatterError:
        raise Http404 from None
    messages.success(request, _("Your words are shared."))
    return redirect("plan:together", token=page.token)
