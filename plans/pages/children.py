"""Who the plan is about: names and ages, who comes and goes. For a parent, and a guide at the desk."""

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
from plans.content import family
from plans.content import invitations as inviting
from plans.content.answers import ChangedElsewhereError
from plans.content.children import MOST, PARENTS, Child, children_mark, children_of, next_number
from plans.pages.forms import ChildrenForm
from plans.pages.guide import FRAME
from plans.pages.links import for_parents
from plans.pages.meetings import in_meeting
from plans.vault.drafts import Access


@dataclass(frozen=True)
class Desk:
    """Where it is written: behind a parent's link, or in a meeting."""

    access: Access
    home: str
    # The address of a page about the children.
    at: Callable[..., str]
    frame: str = "plans/base.html"

    @property
    def is_alone(self) -> bool:
        return self.access.parent is None or inviting.is_alone(self.access)

    def context(self, **more: Any) -> dict[str, Any]:
        return {
            "frame": self.frame,
            "access": self.access,
            "home": self.home,
            "page": self.at("children"),
            "is_alone": self.is_alone,
            **more,
        }


def _parents_desk(token: str, access: Access) -> Desk:
    return Desk(
        access,
        reverse("plan:overview", args=[token]),
        lambda name, *where: reverse(f"plan:{name}", args=[token, *where]),
    )


def _guides_desk(access: Access) -> Desk:
    """Of a draft begun at the desk the guide writes who it is about as well."""
    if not guide_access.is_begun_at_the_desk(access):
        raise Http404
    return Desk(
        access,
        reverse("plan:meeting"),
        lambda name, *where: reverse(f"plan:meeting_{name}", args=[*where]),
        frame=FRAME,
    )


@get_or_post
@for_parents
def children(request: HttpRequest, token: str, access: Access) -> HttpResponse:
    return _children(request, _parents_desk(token, access))


@get_or_post
@for_parents
def child_out(request: HttpRequest, token: str, access: Access, number: int) -> HttpResponse:
    return _child_out(request, _parents_desk(token, access), number)


@require_POST
@for_parents
def child_back(request: HttpRequest, token: str, access: Access, number: int) -> HttpResponse:
    return _child_back(request, _parents_desk(token, access), number)


@get_or_post
@in_meeting
def meeting_children(request: StaffRequest, access: Access) -> HttpResponse:
    return _children(request, _guides_desk(access))


@get_or_post
@in_meeting
def meeting_child_out(request: StaffRequest, access: Access, number: int) -> HttpResponse:
    return _child_out(request, _guides_desk(access), number)


@require_POST
@in_meeting
def meeting_child_back(request: StaffRequest, access: Access, number: int) -> HttpResponse:
    return _child_back(request, _guides_desk(access), number)


def _children(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Names and ages as they are now; a child may be added, taken out and put back."""
    view = family.read_shared(desk.access)
    known = children_of(view)
    may_add = len(known) < MOST
    form = ChildrenForm(
        request.POST if request.method == "POST" else None,
        numbers=[child.number for child in known],
        more=next_number(view) if may_add and "more" in request.GET else None,
        writer=family.viewer_of(desk.access),
        initial={
            **ChildrenForm.initial_of(known, view.get(PARENTS, {})),
            "seen": children_mark(view),
        },
    )
    if form.is_bound and form.is_valid():
        try:
            family.save(desk.access, form.children, form.name, form.cleaned_data["seen"])
        except ChangedElsewhereError:
            said_so = _("The names or ages have been changed elsewhere meanwhile. Look once more.")
            messages.warning(request, said_so)
            return redirect(desk.at("children"))
        messages.success(request, _("Saved."))
        if "more" in request.POST:
            return redirect(desk.at("children") + "?more")
        return redirect(desk.home)
    context = desk.context(
        form=form,
        may_add=may_add and form.more is None,
        may_take_out=len(known) > 1,
        elsewhere=[
            {
                "child": row.child,
                "at": desk.at("child_back", row.child.number),
                "is_here": row.child.number in {child.number for child in known},
                "is_taken_out": row.is_taken_out,
                "is_theirs": row.is_theirs,
            }
            for row in family.elsewhere(desk.access)
        ],
    )
    return render(request, "plans/children.html", context, status=422 if form.is_bound else 200)


def _child_out(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """What goes, said before it goes; nothing of it is lost."""
    if request.method == "POST":
        try:
            family.take_out(desk.access, number)
        except family.NoSuchChildError:
            raise Http404 from None
        except family.LastChildError:
            messages.warning(request, _("A plan is about one child at least."))
        else:
            messages.success(request, _("Taken out. You can put the child back on this page."))
        return redirect(desk.at("children"))
    known = children_of(family.read_shared(desk.access))
    child: Child | None = next((child for child in known if child.number == number), None)
    if child is None:
        raise Http404
    written, shared = family.answers_about(desk.access, number)
    context = desk.context(
        child=child, written=written, shared=shared, is_last=len(known) == 1, number=number
    )
    return render(request, "plans/child_out.html", context)


def _child_back(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Put back, or taken into one's own list as the other parent has it."""
    try:
        family.put_back(desk.access, number)
    except family.NoSuchChildError:
        raise Http404 from None
    except family.TooManyChildrenError:
        messages.warning(request, _("There are as many children as a plan may have."))
    else:
        messages.success(request, _("The child is in your plan, with all answers."))
    return redirect(desk.at("children"))
