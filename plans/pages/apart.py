"""Stop sharing a section or one matter, or continue the whole draft alone."""

from collections.abc import Sequence
from contextlib import suppress

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from office.core.http import get_or_post
from plans.content import family, invitations, sharing
from plans.content.children import children_of
from plans.content.questions import QUESTIONS
from plans.content.sharing import child_of, matters_of, question_of
from plans.pages.links import for_parents
from plans.together.presenters import readable
from plans.vault.drafts import DraftAccess, NoAccessError


@get_or_post
@for_parents
def stop_sharing(
    request: HttpRequest, token: str, access: DraftAccess, section: str
) -> HttpResponse:
    found = sharing.section_named(section)
    if found is None:
        raise Http404
    shared = family.read_shared(access)
    keys = sharing.shared_keys(shared, access.own_parent, found)
    return _stop(request, token, access, keys, found.title)


@get_or_post
@for_parents
def stop_sharing_one(
    request: HttpRequest, token: str, access: DraftAccess, key: str
) -> HttpResponse:
    """Stop sharing one matter."""
    if question_of(key) not in QUESTIONS:
        raise Http404
    return _stop(request, token, access, [key], QUESTIONS[question_of(key)].text)


def _stop(
    request: HttpRequest, token: str, access: DraftAccess, keys: Sequence[str], title: object
) -> HttpResponse:
    """Show what will be removed and what stays with the other parent; then remove it."""
    if request.method == "POST":
        sharing.stop_sharing(access, keys)
        messages.success(request, _("It is not shared any more. Your answers have not changed."))
        return redirect("plan:together", token=token)
    shared = family.read_shared(access)
    parent = access.own_parent
    matters = matters_of(shared)
    names = {child.number: child.name for child in children_of(shared)}
    rows = [
        {
            "question": QUESTIONS[question_of(key)],
            "child": names.get(child_of(key), ""),
            "text": readable(shared, QUESTIONS[question_of(key)], matters[key].words_of(parent)),
            # Words that the other accepts stay with the other.
            "stays": matters[key].words_of(parent.other) is not None
            and matters[key].words_of(parent.other) == matters[key].words_of(parent),
        }
        for key in keys
        if key in matters
    ]
    if not rows:
        return redirect("plan:together", token=token)
    context = {
        "token": token,
        "title": title,
        "rows": rows,
        "is_alone": invitations.is_alone(access),
    }
    return render(request, "plans/stop_sharing.html", context)


@get_or_post
@for_parents
def apart(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Continue without the other parent."""
    if request.method == "POST":
        with suppress(NoAccessError):
            # Sent twice, the own part is in another draft already.
            if invitations.split_draft(access):
                messages.success(request, _("You continue alone. Your link is the same as before."))
        return redirect("plan:overview", token=token)
    if invitations.is_alone(access):
        return redirect("plan:overview", token=token)
    return render(request, "plans/apart.html", {"token": token})
