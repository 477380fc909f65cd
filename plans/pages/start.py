"""Before a draft: what it is, whether it is safe, for which children."""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from office.core.http import address_of, get_or_post
from office.staff.audience import for_anyone
from office.staff.rate_limits import TooManyTriesError, count_try
from plans.access import sign_in
from plans.content.children import MAX_CHILDREN, with_children
from plans.content.questions import SECTIONS
from plans.pages.forms import CountForm, PlanChildrenForm
from plans.pages.links import new_key
from plans.parents import Parent
from plans.vault import drafts

DRAFTS_OF_AN_ADDRESS_AN_HOUR = 30


@for_anyone
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    context = {
        "sections": SECTIONS,
        "lifetime": drafts.LIFETIME.days,
        "may_sign_in": sign_in.is_on(),
        "form_languages": settings.LANGUAGES,
    }
    return render(request, "plans/start.html", context)


@for_anyone
@never_cache
@get_or_post
def safety(request: HttpRequest) -> HttpResponse:
    """Ask some questions about safety. The answers choose the words of this page, or lead on.

    They arrive by POST, and are neither stored nor logged nor put into an address.
    """
    asked = request.method == "POST"
    fears = any(request.POST.get(name) != "no" for name in ("afraid", "hurt"))
    worried_for_child = request.POST.get("child") != "no"
    if asked and not (fears or worried_for_child):
        return redirect("plan:begin")
    context = {"asked": asked, "fears": fears, "worried_for_child": worried_for_child}
    return render(request, "plans/safety.html", context)


@for_anyone
@never_cache
@get_or_post
def begin(request: HttpRequest) -> HttpResponse:
    """Ask how many children, then their first names; then create the draft."""
    count = request.GET.get("children", "")
    if not (count.isdecimal() and len(count) == 1 and 1 <= int(count) <= MAX_CHILDREN):
        form = CountForm(request.GET or None)
        return render(request, "plans/count.html", {"form": form})
    data = request.POST if request.method == "POST" else None
    children = PlanChildrenForm(data, numbers=range(1, int(count) + 1))
    status = 200
    if children.is_bound:
        if children.is_valid():
            try:
                count_try(
                    "plan",
                    address_of(request),
                    limit=DRAFTS_OF_AN_ADDRESS_AN_HOUR,
                    every=timedelta(hours=1),
                )
            except TooManyTriesError as error:
                return render(request, "plans/too_many.html", {"until": error.until}, status=429)
            token = new_key(request)
            with suppress(drafts.KeyInUseError):
                called = {Parent.FIRST: children.name}
                drafts.create_draft(with_children({}, children.children, called), token)
            return redirect("plan:link", token=token)
        status = 422
    context = {
        "frame": "plans/base.html",
        "form": children,
        "is_new": True,
        "page": reverse("plan:begin"),
        "button": _("Continue"),
        "key": new_key(request),
    }
    return render(request, "plans/children.html", context, status=status)
