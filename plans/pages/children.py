"""Who the plan is about: names and ages, for a parent or a guide at the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from office.core.http import get_or_post
from office.staff.permissions import StaffRequest
from plans.access import guides as guide_access
from plans.content import family, invitations
from plans.content.answers import AnswerChangedError
from plans.content.children import (
    MAX_CHILDREN,
    PARENTS,
    Child,
    children_fingerprint,
    children_of,
    next_number,
)
from plans.pages.forms import PlanChildrenForm
from plans.pages.guide import FRAME
from plans.pages.links import for_parents
from plans.pages.meetings import in_meeting
from plans.vault.drafts import DraftAccess


@dataclass(frozen=True)
class ChildrenPage:
    """Where it is edited: behind a parent's link, or in a meeting."""

    access: DraftAccess
    home: str
    # The address of a page about the children.
    at: Callable[..., str]
    frame: str = "plans/base.html"

    @property
    def is_alone(self) -> bool:
        return self.access.parent is None or invitations.is_alone(self.access)

    def context(self, **more: Any) -> dict[str, Any]:
        return {
            "frame": self.frame,
            "access": self.access,
            "home": self.home,
            "page": self.at("children"),
            "is_alone": self.is_alone,
            **more,
        }


def _for_parent(token: str, access: DraftAccess) -> ChildrenPage:
    return ChildrenPage(
        access,
        reverse("plan:overview", args=[token]),
        lambda name, *where: reverse(f"plan:{name}", args=[token, *where]),
    )


def _for_guide(access: DraftAccess) -> ChildrenPage:
    """Allow the guide to edit the family of a draft begun at the desk."""
    if not guide_access.is_begun_at_the_desk(access):
        raise Http404
    return ChildrenPage(
        access,
        reverse("plan:meeting"),
        lambda name, *where: reverse(f"plan:meeting_{name}", args=[*where]),
        frame=FRAME,
    )


@get_or_post
@for_parents
def children(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    return _children(request, _for_parent(token, access))


@get_or_post
@for_parents
def child_out(request: HttpRequest, token: str, access: DraftAccess, number: int) -> HttpResponse:
    return _child_out(request, _for_parent(token, access), number)


@require_POST
@for_parents
def child_back(request: HttpRequest, token: str, access: DraftAccess, number: int) -> HttpResponse:
    return _child_back(request, _for_parent(token, access), number)


@get_or_post
@in_meeting
def meeting_children(request: StaffRequest, access: DraftAccess) -> HttpResponse:
    return _children(request, _for_guide(access))


@get_or_post
@in_meeting
def meeting_child_out(request: StaffRequest, access: DraftAccess, number: int) -> HttpResponse:
    return _child_out(request, _for_guide(access), number)


@require_POST
@in_meeting
def meeting_child_back(request: StaffRequest, access: DraftAccess, number: int) -> HttpResponse:
    return _child_back(request, _for_guide(access), number)


def _children(request: HttpRequest, page: ChildrenPage) -> HttpResponse:
    """Edit names and ages; link to adding, taking out and putting back."""
    view = family.read_shared(page.access)
    known = children_of(view)
    may_add = len(known) < MAX_CHILDREN
    form = PlanChildrenForm(
        request.POST if request.method == "POST" else None,
        numbers=[child.number for child in known],
        more=next_number(view) if may_add and "more" in request.GET else None,
        writer=family.viewer_of(page.access),
        initial={
            **PlanChildrenForm.initial_of(known, view.get(PARENTS, {})),
            "seen": children_fingerprint(view),
        },
    )
    if form.is_bound and form.is_valid():
        try:
            family.save(page.access, form.children, form.name, form.cleaned_data["seen"])
        except AnswerChangedError:
            message = _(
                "The names or ages have been changed elsewhere in the meantime. Check them again."
            )
            messages.warning(request, message)
            return redirect(page.at("children"))
        messages.success(request, _("Saved."))
        if "more" in request.POST:
            return redirect(page.at("children") + "?more")
        return redirect(page.home)
    context = page.context(
        form=form,
        may_add=may_add and form.more is None,
        may_take_out=len(known) > 1,
        elsewhere=[
            {
                "child": row.child,
                "at": page.at("child_back", row.child.number),
                # What this parent calls the child, if the child is in their plan.
                "here": {child.number: child.name for child in known}.get(row.child.number, ""),
                # What the other parent has written is read on request only.
                "is_shown": not row.is_theirs
                or row.is_taken_out
                or str(row.child.number) == request.GET.get("show"),
                "is_taken_out": row.is_taken_out,
                "is_theirs": row.is_theirs,
            }
            for row in family.other_children(page.access)
        ],
    )
    return render(request, "plans/children.html", context, status=422 if form.is_bound else 200)


def _child_out(request: HttpRequest, page: ChildrenPage, number: int) -> HttpResponse:
    """Show what taking a child out hides, then do it; nothing is lost."""
    if request.method == "POST":
        try:
            family.take_out(page.access, number)
        except family.NoSuchChildError:
            raise Http404 from None
        except family.LastChildError:
            messages.warning(request, _("A plan is about at least one child."))
        else:
            messages.success(request, _("Taken out. You can put the child back on this page."))
        return redirect(page.at("children"))
    known = children_of(family.read_shared(page.access))
    child: Child | None = next((child for child in known if child.number == number), None)
    if child is None:
        raise Http404
    written, shared = family.answers_about(page.access, number)
    context = page.context(
        child=child, written=written, shared=shared, is_last=len(known) == 1, number=number
    )
    return render(request, "plans/child_out.html", context)


def _child_back(request: HttpRequest, page: ChildrenPage, number: int) -> HttpResponse:
    """Put a child back, or add one that the other parent lists."""
    try:
        family.put_back(page.access, number)
    except family.NoSuchChildError:
        raise Http404 from None
    except family.TooManyChildrenError:
        messages.warning(request, _("The plan already has the maximum number of children."))
    else:
        messages.success(request, _("The child is in your plan, with all answers."))
    return redirect(page.at("children"))
