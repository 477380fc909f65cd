"""A parent gives a guide access for a meeting, follows it, and ends it."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from office.core.http import get_or_post
from plans.access import guides as guide_access
from plans.models import PartKind
from plans.pages.forms import LetInForm
from plans.pages.links import for_parents
from plans.vault.drafts import DraftAccess


@get_or_post
@for_parents
def let_in(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Show six digits to read out, only once, when they are made."""
    if "end" in request.POST:
        if guide_access.end_meeting(access):
            messages.success(request, _("No guide has access to your draft now."))
        return redirect("plan:let_in", token=token)
    form = LetInForm(request.POST if request.method == "POST" else None)
    code, until = "", None
    if form.is_bound and form.is_valid():
        code, until = guide_access.give_code(access, form.kind_for(access))
    guide = guide_access.guide_of(access)
    waiting = None if code else guide_access.waiting_code(access)
    return render(
        request,
        "plans/let_in.html",
        {
            "token": token,
            "form": form,
            "code": code,
            "until": until,
            "guide": guide,
            "guide_has_shared": guide is not None
            and any(w.part.kind == PartKind.SHARED for w in guide.wrapped_keys.all()),
            "waiting": waiting,
            "minutes": guide_access.meeting_lasts() // timedelta(minutes=1),
        },
        status=422 if form.errors else 200,
    )
