"""Two parents: invite, accept an invitation, share a section, compare side by side."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from office.core.http import get_or_post
from plans.access import guides as guide_access
from plans.content import family, invitations, sharing
from plans.content.agreement import MatterState, PlanMatter, WordsChangedError
from plans.content.answers import fingerprint
from plans.content.children import children_of, parent_name
from plans.content.questions import QUESTIONS, AnswerKind
from plans.content.sharing import child_of, matters_of, question_of
from plans.pages.forms import KeptForm, WordsForm
from plans.pages.links import follows_key, for_parents, link_of, new_key, opened, sent_key
from plans.pages.next_steps import bookable_services, is_all_agreed
from plans.parents import Parent
from plans.schedule.actions import QUESTION as SCHEDULE
from plans.schedule.actions import accept_part
from plans.schedule.parts import parts_of
from plans.schedule.steps import GROUPS
from plans.together.presenters import anchor_near, only_in_state, readable, side_by_side
from plans.together.word_diff import difference
from plans.vault import drafts, keys
from plans.vault.drafts import DraftAccess


@get_or_post
@for_parents
def invite(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Show an invitation link, only once, when it is made."""
    other = invitations.other_holder(access)
    if other is not None and not other.is_invitation:
        return redirect("plan:together", token=token)
    invitation, key = "", new_key(request)
    if request.method == "POST":
        if "take_back" in request.POST:
            if invitations.withdraw_invitation(access):
                messages.success(request, _("The invitation no longer works."))
            return redirect("plan:overview", token=token)
        try:
            invitation = link_of(request, invitations.invite(access, key))
        except invitations.OtherParentJoinedError:
            return redirect("plan:together", token=token)
        except drafts.KeyInUseError:
            key = keys.new_token()
    return render(
        request,
        "plans/invite.html",
        {
            "token": token,
            "invitation": invitation,
            "is_invited": other is not None,
            "key": key,
        },
    )


@get_or_post
@follows_key
@opened
def settle(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Let an invited parent, or one coming from a guide, replace the link by their own."""
    if not access.holder.is_invitation:
        return redirect("plan:overview", token=token)
    comes_home = invitations.is_taken_home(access)
    form = KeptForm(request.POST if request.method == "POST" else None)
    key, status = new_key(request), 200
    if form.is_bound:
        status = 422
        if form.is_valid() and sent_key(request):
            begin = guide_access.claim_draft if comes_home else invitations.accept_invitation
            try:
                return redirect("plan:overview", token=begin(access, key))
            except drafts.KeyInUseError:
                key, form = keys.new_token(), KeptForm()
    shared = family.read_shared(access)
    context = {
        "children": children_of(shared),
        "lifetime": drafts.LIFETIME.days,
        "comes_home": comes_home,
        "form": form,
        "key": key,
        "link": link_of(request, key),
    }
    return render(request, "plans/settle.html", context, status=status)


@get_or_post
@for_parents
def share(request: HttpRequest, token: str, access: DraftAccess, section: str) -> HttpResponse:
    """Show what would be shared, word for word; then share it."""
    found = sharing.section_named(section)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            count = sharing.share(access, found, request.POST.get("seen", ""))
        except WordsChangedError:
            messages.warning(
                request,
                _("What you wrote has changed in the meantime. Read it again, then share it."),
            )
            return redirect("plan:share", token=token, section=section)
        messages.success(
            request,
            ngettext("%(count)s answer was shared.", "%(count)s answers were shared.", count)
            % {"count": count}
            if count
            else _("Nothing has changed: it is already shared."),
        )
        return redirect(reverse("plan:together", args=[token]) + f"#s-{section}")
    shared = family.read_shared(access)
    names = {child.number: child.name for child in children_of(shared)}
    own = drafts.read(access, access.own)
    new = sharing.new_words(own, shared, access.own_parent, found)
    rows = [
        {
            "question": QUESTIONS[question_of(key)],
            "child": names.get(child_of(key), ""),
            "text": readable(shared, QUESTIONS[question_of(key)], text),
        }
        for key, text in new.items()
    ]
    return render(
        request,
        "plans/share.html",
        {
            "token": token,
            "section": found,
            "rows": rows,
            "seen": sharing.words_fingerprint(new),
            "is_written": bool(sharing.own_words(own, found)),
            "is_alone": invitations.is_alone(access),
        },
    )


@require_safe
@for_parents
def together(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Show side by side what is agreed, differs or is still open; `show`: only one of those."""
    shared = family.read_shared(access)
    parent = access.own_parent
    state = _state_shown(request.GET)
    sections = side_by_side(shared, parent)
    matters = matters_of(shared)
    is_alone = invitations.is_alone(access)
    unshared = [
        row
        for row in sharing.sharing_progress(drafts.read(access, access.own), shared, parent)
        if row.unshared
    ]
    counts = sharing.count_states(matters)
    is_settled = is_all_agreed(matters) and not is_alone
    return render(
        request,
        "plans/together.html",
        {
            "token": token,
            "sections": only_in_state(sections, state),
            "is_shared": bool(sections),
            "counts": {s.value: count for s, count in counts.items()},
            "show": state.value if state else "",
            "tally": [
                {
                    "state": s.value,
                    "is_agreed": s is MatterState.AGREED,
                    "differs": s is MatterState.DIFFERS,
                    "count": counts[s],
                    "is_now": s is state,
                }
                for s in MatterState
            ],
            "mine": parent_name(shared, parent),
            "theirs": parent_name(shared, parent.other),
            "unshared": unshared,
            "is_alone": is_alone,
            "is_all_agreed": is_settled,
            "services": bookable_services() if is_settled else [],
        },
    )


def _state_shown(sent: Mapping[str, Any]) -> MatterState | None:
    shown = sent.get("show", "")
    return MatterState(shown) if shown in tuple(MatterState) else None


def _done(
    request: HttpRequest,
    token: str,
    access: DraftAccess,
    key: str,
    action: Callable[[], PlanMatter],
    done: str,
) -> HttpResponse:
    try:
        action()
    except WordsChangedError:
        messages.warning(
            request, _("The other parent has changed the text in the meantime. Read it again.")
        )
        return redirect("plan:matter", token=token, key=key)
    except sharing.NoSuchMatterError:
        raise Http404 from None
    messages.success(request, done)
    return redirect(_back_to(request, token, access, key))


def _back_to(request: HttpRequest, token: str, access: DraftAccess, key: str) -> str:
    """Return the place on the page where one was; with a filter, the next row that it shows."""
    state = _state_shown(request.POST)
    shown = only_in_state(side_by_side(family.read_shared(access), access.own_parent), state)
    anchor = anchor_near(shown, key)
    at = reverse("plan:together", args=[token])
    return at + (f"?show={state}" if state else "") + (f"#{anchor}" if anchor else "")


@require_POST
@for_parents
def accept(request: HttpRequest, token: str, access: DraftAccess, key: str) -> HttpResponse:
    """Accept the other's words, or one layer of their schedule."""
    seen, group = request.POST.get("seen", ""), request.POST.get("part", "")
    is_part = question_of(key) == SCHEDULE and group in GROUPS

    def action() -> PlanMatter:
        if is_part:
            return accept_part(access, child_of(key), group, seen)
        return sharing.accept(access, key, seen)

    return _done(request, token, access, key, action, _("You have accepted it."))


@require_POST
@for_parents
def accept_section(
    request: HttpRequest, token: str, access: DraftAccess, section: str
) -> HttpResponse:
    """Accept all that waits in a section, as it was read."""
    found = sharing.section_named(section)
    if found is None:
        raise Http404
    state = _state_shown(request.POST)
    try:
        count = sharing.accept_section(access, found, request.POST.get("seen", ""))
    except WordsChangedError:
        messages.warning(
            request, _("The other parent has changed the text in the meantime. Read it again.")
        )
    else:
        messages.success(
            request,
            ngettext(
                "You have accepted %(count)s text.", "You have accepted %(count)s texts.", count
            )
            % {"count": count},
        )
    at = reverse("plan:together", args=[token])
    return redirect(at + (f"?show={state}" if state else "") + f"#s-{section}")


@require_POST
@for_parents
def withdraw(request: HttpRequest, token: str, access: DraftAccess, key: str) -> HttpResponse:
    done = (
        _("It is not shared any more.")
        if invitations.is_alone(access)
        else _(
            "You have withdrawn your acceptance. What was shared can still be read in the history."
        )
    )
    return _done(request, token, access, key, lambda: sharing.withdraw(access, key), done)


@get_or_post
@for_parents
def matter(request: HttpRequest, token: str, access: DraftAccess, key: str) -> HttpResponse:
    """Show one matter: the words of both, a change to suggest, and the history."""
    shared = family.read_shared(access)
    found = matters_of(shared).get(key)
    if found is None:
        raise Http404
    parent = access.own_parent
    question = QUESTIONS[question_of(key)]
    is_schedule = question.answered is AnswerKind.SCHEDULE
    if is_schedule and request.method == "POST":
        # A schedule is changed on its own pages, never typed.
        raise Http404
    theirs = found.words_of(parent.other)
    mine = found.words_of(parent)
    both = (readable(shared, question, mine), readable(shared, question, theirs))
    start = mine if mine is not None else theirs or ""
    form = WordsForm(
        request.POST if request.method == "POST" else None,
        question=question,
        parents={p: parent_name(shared, p) for p in Parent},
        initial={"words": start, "seen": fingerprint(theirs or "")},
    )
    if form.is_bound and form.is_valid():
        return _done(
            request,
            token,
            access,
            key,
            lambda: sharing.suggest(access, key, form.words, form.cleaned_data["seen"]),
            _("Your words are shared."),
        )
    names = {child.number: child.name for child in children_of(shared)}
    versions = [(None, found.versions[0]), *pairwise(found.versions)]
    return render(
        request,
        "plans/matter.html",
        {
            "token": token,
            "key": key,
            "question": question,
            "child": names.get(child_of(key), ""),
            "state": found.state.value,
            "mine": both[0],
            "theirs": both[1],
            "mine_name": parent_name(shared, parent),
            "their_name": parent_name(shared, parent.other),
            "their_mark": fingerprint(theirs or ""),
            "may_accept": theirs is not None and theirs != mine,
            "form": form,
            "i_have_words": parent in found.accepted or any(v.by is parent for v in found.versions),
            "is_schedule": is_schedule,
            "parts": parts_of(found, parent, {p: parent_name(shared, p) for p in Parent})
            if is_schedule and found.state is MatterState.DIFFERS
            else [],
            "number": str(child_of(key)),
            "is_text": question.answered is AnswerKind.TEXT,
            "history": [
                {
                    "by": parent_name(shared, version.by),
                    # What was written first is all new: nothing of it is marked.
                    "pieces": difference(
                        readable(shared, question, (before or version).words) or "",
                        readable(shared, question, version.words) or "",
                    ),
                }
                for before, version in versions
            ],
        },
        status=422 if form.is_bound else 200,
    )
