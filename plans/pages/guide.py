"""The guide's pages: use a parent's code or begin a draft, hold the meeting, end it."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from office.core import clock, dates
from office.core.http import get_or_post
from office.core.qr import code as qr_code
from office.models import Role, Service
from office.staff.permissions import StaffRequest, may_open
from office.staff.rate_limits import TooManyTriesError
from office.ui.spoken_code import SpokenCodeForm
from plans.access import guides as guide_access
from plans.content import family
from plans.content.answers import Content, progress
from plans.content.children import MAX_CHILDREN, children_of, parent_name, with_children
from plans.models import PartKind
from plans.output.contents import DocumentKind, DocumentSource, document_of
from plans.pages.forms import CountForm, HomeSlipForm, PlanChildrenForm
from plans.pages.links import link_of, new_key, sent_key
from plans.pages.meetings import (
    begin_meeting,
    for_guides,
    forget_meeting,
    in_meeting,
    meeting_of,
    meeting_opened_by,
)
from plans.pages.writing import WritingPage, ask
from plans.parents import Parent
from plans.schedule.actions import QUESTION, ScheduleSheet
from plans.together.presenters import side_by_side
from plans.vault import drafts
from plans.vault.drafts import DraftAccess

FRAME = "plans/guide/frame.html"


def own_kind(access: DraftAccess) -> PartKind | None:
    """Return the part that the guide writes with the parent; None for shared access only."""
    return next(iter(guide_access.parts_open(access) - {PartKind.SHARED}), None)


def family_of(access: DraftAccess, own: PartKind | None) -> Content:
    """Return what describes the family: the shared part, or the copy in the own one."""
    if own is None or guide_access.is_begun_at_the_desk(access):
        return family.read_shared(access)
    return drafts.read(access, own)


@get_or_post
@for_guides
def home(request: StaffRequest) -> HttpResponse:
    """Enter a code. Wrong, old and used ones get the same message."""
    going_on = meeting_of(request)
    if going_on is not None and request.method == "POST":
        messages.warning(request, _("One meeting at a time: end this one first."))
        return redirect("plan:meeting")
    form = SpokenCodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                code = form.cleaned_data["code"]
                token = guide_access.use_code(code, request.user, new_key(request))
            except (guide_access.GuideCodeError, drafts.KeyInUseError):
                if meeting_opened_by(request, sent_key(request)) is not None:
                    # The same form, sent before, has used the code.
                    return begin_meeting(redirect("plan:meeting"), sent_key(request))
                message = _("This code does not work. Ask the parent for a new one.")
                form.add_error("code", message)
            except TooManyTriesError as error:
                until = dates.clock(error.until, get_language())
                message = _("Too many tries. Try again after %(time)s.") % {"time": until}
                form.add_error("code", message)
                status = 429
            else:
                return begin_meeting(redirect("plan:meeting"), token)
    context = {"form": form, "access": going_on, "key": new_key(request)}
    return render(request, "plans/guide/home.html", context, status=status)


@get_or_post
@for_guides
def begin(request: StaffRequest) -> HttpResponse:
    """Begin a draft for an anonymous visitor: how many children, then their first names."""
    if meeting_of(request) is not None:
        messages.warning(request, _("One meeting at a time: end this one first."))
        return redirect("plan:meeting")
    count = request.GET.get("children", "")
    if not (count.isdecimal() and len(count) == 1 and 1 <= int(count) <= MAX_CHILDREN):
        count_form = CountForm(request.GET if request.GET else None)
        return render(request, "plans/guide/count.html", {"form": count_form})
    data = request.POST if request.method == "POST" else None
    form = PlanChildrenForm(data, numbers=range(1, int(count) + 1))
    if form.is_bound and form.is_valid():
        shared = with_children({}, form.children, {Parent.FIRST: form.name})
        token = new_key(request)
        with suppress(drafts.KeyInUseError):
            guide_access.start_for(shared, request.user, token)
        return begin_meeting(redirect("plan:meeting"), token)
    context = {
        "frame": FRAME,
        "form": form,
        "is_new": True,
        "page": reverse("plan:guide_begin"),
        "button": _("Begin to write"),
        "key": new_key(request),
    }
    return render(request, "plans/children.html", context, status=422 if data else 200)


@require_safe
@in_meeting
def overview(request: StaffRequest, access: DraftAccess) -> HttpResponse:
    """Show the sections to write, or what is shared to read."""
    own = own_kind(access)
    family = family_of(access, own)
    context: dict[str, Any] = {
        "access": access,
        "children": children_of(family),
        "services": _bookable(request),
    }
    if own is None:
        sections = side_by_side(family, Parent.FIRST)
        context |= {
            "sections": sections,
            "first": parent_name(family, Parent.FIRST),
            "second": parent_name(family, Parent.SECOND),
        }
        return render(request, "plans/guide/shared.html", context)
    context |= {
        "sections": progress(drafts.read(access, own), children_of(family)),
        "is_begun_here": guide_access.is_begun_at_the_desk(access),
        "is_taken_home": guide_access.is_taken_home(access),
    }
    return render(request, "plans/guide/meeting.html", context)


@require_safe
@in_meeting
def left(request: StaffRequest, access: DraftAccess) -> HttpResponse:
    """Show the time left; the page asks for it, so that nothing stays on the screen afterwards."""
    return render(request, "plans/guide/_left.html", {"access": access})


def _bookable(request: StaffRequest) -> list[Service]:
    """Return the child supervisors' services, for a guide who may book. Takes nothing from the draft."""
    if not may_open(request.user, reverse("staff:book")):
        return []
    kept = Service.objects.in_use().filter(
        professionals__is_active=True, professionals__user__roles__contains=[Role.SUPERVISOR]
    )
    return list(kept.distinct())


@get_or_post
@in_meeting
def question(request: StaffRequest, access: DraftAccess, key: str) -> HttpResponse:
    """Show the parents' page of a question within the meeting."""
    own = own_kind(access)
    if own is None:
        raise Http404
    if key == QUESTION:
        return redirect("plan:meeting_schedule", sheet=str(ScheduleSheet()))
    page = WritingPage(
        access,
        own,
        family_of(access, own),
        home=reverse("plan:meeting"),
        at=lambda key: reverse("plan:meeting_question", args=[key]),
        frame=FRAME,
    )
    return ask(request, page, key)


@require_safe
@in_meeting
def on_paper(request: StaffRequest, access: DraftAccess) -> HttpResponse:
    """Show all that is written, for print."""
    own = own_kind(access)
    if own is None:
        raise Http404
    source = DocumentSource(
        own=drafts.read(access, own),
        shared=family_of(access, own),
        parent=Parent.SECOND if own is PartKind.OWN_SECOND else Parent.FIRST,
        today=clock.today(),
    )
    context = {"access": access, "document": document_of(DocumentKind.OWN, source)}
    return render(request, "plans/guide/paper.html", context)


@get_or_post
@in_meeting
def take_home(request: StaffRequest, access: DraftAccess) -> HttpResponse:
    """Show a link on screen and on a slip. It is stored nowhere: a new one replaces it."""
    if not guide_access.is_begun_at_the_desk(access):
        raise Http404
    is_sent = request.method == "POST"
    form = HomeSlipForm(request.POST if is_sent else None, initial={"language": get_language()})
    context: dict[str, Any] = {
        "access": access,
        "form": form,
        "is_taken_home": guide_access.is_taken_home(access),
        "key": new_key(request),
    }
    if is_sent and form.is_valid():
        link = link_of(request, guide_access.create_home_link(access, context["key"]))
        context |= {
            "link": link,
            "qr": qr_code(link),
            "language": form.cleaned_data["language"],
            "lifetime": drafts.LIFETIME.days,
        }
        return render(request, "plans/guide/slip.html", context)
    return render(request, "plans/guide/take_home.html", context, status=422 if is_sent else 200)


@require_POST
@in_meeting
def end(request: StaffRequest, access: DraftAccess) -> HttpResponse:
    """End the meeting; confirm first if the draft was not taken home and would be lost."""
    try:
        guide_access.end_meeting(access, delete="delete" in request.POST)
    except guide_access.NotTakenHomeError:
        return render(request, "plans/guide/end.html", {"access": access})
    messages.success(request, _("The meeting is over. You cannot read the draft any more."))
    return forget_meeting(redirect("plan:guide"))
