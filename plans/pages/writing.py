"""Writing alone: the task list, one question a page, the link, deletion."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from office.core import clock, dates
from office.core.http import get_or_post
from office.core.qr import code as qr_code
from plans.access import sign_in
from plans.backup.restore import BROUGHT
from plans.content import family, invitations
from plans.content.answers import (
    AnswerChangedError,
    Content,
    answer,
    fingerprint,
    is_answered,
    progress,
    progress_of,
    save,
    sections_for,
)
from plans.content.children import children_of, parent_name
from plans.content.questions import (
    QUESTIONS,
    SECTION_OF,
    SECTIONS,
    SHORT_WAY,
    AnswerKind,
    PlanQuestion,
    PlanSection,
)
from plans.content.review import review_of
from plans.content.sharing import child_of, count_states, matters_of, question_of
from plans.models import PartKind
from plans.pages.forms import AnswerForm, KeptForm, text_name
from plans.pages.links import follows_key, for_parents, link_of, new_key, opened, sent_key
from plans.pages.next_steps import bookable_services, is_all_agreed
from plans.parents import Parent
from plans.schedule.actions import QUESTION, ScheduleSheet
from plans.together.presenters import readable
from plans.vault import drafts, keys
from plans.vault.drafts import DraftAccess


@require_safe
@for_parents
def overview(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Show the task list."""
    shared = family.read_shared(access)
    own = drafts.read(access, access.own)
    children = children_of(shared)
    matters = matters_of(shared)
    accepted = {question_of(k) for k, m in matters.items() if access.own_parent in m.accepted}
    sections = progress(own, children, accepted)
    other = invitations.other_holder(access)
    is_alone = other is None or other.is_invitation
    counts = count_states(matters)
    is_settled = is_all_agreed(matters) and not is_alone
    return render(
        request,
        "plans/overview.html",
        {
            "token": token,
            "children": children,
            "sections": sections,
            "short": progress_of(SHORT_WAY, own, accepted),
            "done": sum(section.done for section in sections),
            "total": sum(section.total for section in sections),
            "lifetime": drafts.LIFETIME.days,
            "review": review_of(own),
            "has_brought": BROUGHT in own,
            "is_alone": is_alone,
            "is_invited": other is not None,
            # An invited parent who is alone: the one who invited has left.
            "is_left": is_alone and access.parent is Parent.SECOND,
            "has_shared": bool(matters),
            "is_all_agreed": is_settled,
            "services": bookable_services() if is_settled else [],
            "by_sign_in": access.by_sign_in,
            "counts": {state.value: count for state, count in counts.items()},
        },
    )


@dataclass(frozen=True)
class WritingPage:
    """Where somebody writes: a parent behind the link, or a guide with them in a meeting."""

    access: DraftAccess
    kind: PartKind
    # The content with the children's names.
    family: Content
    home: str
    # Returns the address of a question.
    at: Callable[[str], str]
    # The parent's link; a guide has none.
    token: str = ""
    frame: str = "plans/base.html"
    # The only questions that lead on to each other; None: all.
    only: PlanSection | None = None


@get_or_post
@for_parents
def question(request: HttpRequest, token: str, access: DraftAccess, key: str) -> HttpResponse:
    """Show or save one question. A script autosaves by posting the same form."""
    return _ask_parent(request, token, access, key, "plan:question")


@get_or_post
@for_parents
def short_question(request: HttpRequest, token: str, access: DraftAccess, key: str) -> HttpResponse:
    """Ask one of the most important questions, which lead on to each other."""
    if QUESTIONS.get(key) not in SHORT_WAY.questions:
        raise Http404
    return _ask_parent(request, token, access, key, "plan:short_question", only=SHORT_WAY)


def _ask_parent(
    request: HttpRequest,
    token: str,
    access: DraftAccess,
    key: str,
    name: str,
    *,
    only: PlanSection | None = None,
) -> HttpResponse:
    if key == QUESTION:
        return redirect("plan:schedule", token=token, sheet=str(ScheduleSheet()))
    page = WritingPage(
        access,
        access.own,
        family.read_shared(access),
        home=reverse("plan:overview", args=[token]),
        at=lambda key: reverse(name, args=[token, key]),
        token=token,
        only=only,
    )
    return ask(request, page, key)


def ask(request: HttpRequest, page: WritingPage, key: str) -> HttpResponse:
    """Show a question, or save its answer."""
    asked = QUESTIONS.get(key)
    if asked is None or asked.answered is AnswerKind.SCHEDULE:
        raise Http404
    by_script = "X-Autosave" in request.headers
    kept = drafts.read(page.access, page.kind)
    form = _answer_form(request, asked, page.family, kept)
    around = _around(page, asked, kept)
    if request.method != "POST":
        return _page(request, page, asked, form, around)
    if not form.is_valid():
        if by_script:
            errors = [str(error) for field in form.errors.values() for error in field]
            return JsonResponse({"error": " ".join(errors)}, status=422)
        return _page(request, page, asked, form, around, status=422)
    try:
        kept = drafts.change(page.access, page.kind, lambda c: save(c, key, form.texts, form.seen))
    except AnswerChangedError as error:
        if by_script:
            return JsonResponse({"error": _("Changed in another tab")}, status=409)
        # The current text is shown now: sent again, it is overwritten.
        marks = {f"seen{child}": fingerprint(text) for child, text in error.current.items()}
        form.data = {**request.POST.dict(), **marks}
        elsewhere = [text for text in error.current.values() if text]
        return _page(request, page, asked, form, around, status=409, elsewhere=elsewhere)
    if by_script:
        at = dates.clock(clock.now(), get_language())
        marks = {f"seen{child}": fingerprint(text) for child, text in form.texts.items()}
        return JsonResponse({"saved": _("Saved at %(time)s") % {"time": at}, "marks": marks})
    following = _after(key, _order(page, kept))
    if following is None or request.POST.get("then") == "overview":
        return redirect(page.home)
    return redirect(page.at(following))


def _answer_form(
    request: HttpRequest, asked: PlanQuestion, family: Content, kept: Content
) -> AnswerForm:
    children = children_of(family)
    initial: dict[str, Any] = {}
    for child in [0, *(child.number for child in children)]:
        text = answer(kept, asked.key, child)
        initial |= {text_name(child): text, f"seen{child}": fingerprint(text)}
    return AnswerForm(
        request.POST if request.method == "POST" else None,
        question=asked,
        children=children,
        parents={parent: parent_name(family, parent) for parent in Parent},
        initial=initial,
    )


def _around(page: WritingPage, asked: PlanQuestion, kept: Content) -> dict[str, Any]:
    """Return the other questions of the section, and what this parent has accepted under this one."""
    mine = []
    parent = page.access.parent
    for key, matter in matters_of(page.family).items():
        words = matter.words_of(parent) if parent and question_of(key) == asked.key else None
        if words is not None and words != answer(kept, asked.key, child_of(key)):
            mine.append({"key": key, "text": readable(page.family, asked, words)})
    section = page.only or SECTION_OF[asked.key]
    questions = [
        {
            "at": page.at(q.key),
            "text": q.text,
            "is_done": is_answered(kept, q.key),
            "is_now": q is asked,
        }
        for q in section.questions
    ]
    order = _order(page, kept)
    before, after = _before(asked.key, order), _after(asked.key, order)
    return {
        "questions": questions,
        "agreed": mine,
        "before": page.at(before) if before else None,
        "after": page.at(after) if after else None,
    }


def _page(
    request: HttpRequest,
    page: WritingPage,
    asked: PlanQuestion,
    form: AnswerForm,
    around: dict[str, Any],
    *,
    status: int = 200,
    elsewhere: list[str] | None = None,
) -> HttpResponse:
    section = page.only or SECTION_OF[asked.key]
    return render(
        request,
        "plans/question.html",
        {
            **around,
            "frame": page.frame,
            "token": page.token,
            "access": page.access,
            "question": asked,
            "section": section,
            "section_number": SECTIONS.index(section) + 1 if section in SECTIONS else None,
            "number": section.questions.index(asked) + 1,
            "form": form,
            "elsewhere": elsewhere,
            "home": page.home,
        },
        status=status,
    )


def _order(page: WritingPage, kept: Content) -> list[str]:
    """Return the questions asked here, in order."""
    sections = [page.only] if page.only else sections_for(kept, children_of(page.family))
    return [question.key for section in sections for question in section.questions]


def _after(key: str, order: list[str]) -> str | None:
    at = order.index(key) + 1 if key in order else len(order)
    return next(iter(order[at:]), None)


def _before(key: str, order: list[str]) -> str | None:
    at = order.index(key) if key in order else len(order)
    return next(reversed(order[:at]), None)


@require_safe
@for_parents
def link(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Show the link, the only key, to be saved."""
    shown = "" if access.by_sign_in else link_of(request, token)
    context = {
        "token": token,
        "link": shown,
        "qr": qr_code(shown) if shown else None,
        "lifetime": drafts.LIFETIME.days,
        "provider": settings.PLAN_SIGN_IN_NAME if sign_in.is_on() else "",
    }
    return render(request, "plans/link.html", context)


@get_or_post
@follows_key
@for_parents
def new_link(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Replace the link: first the new one is shown and saved, then it works."""
    form = KeptForm(request.POST if request.method == "POST" else None)
    key, status = new_key(request), 200
    if form.is_bound:
        status = 422
        if form.is_valid() and sent_key(request):
            try:
                invitations.replace_link(access, key)
            except drafts.KeyInUseError:
                key, form = keys.new_token(), KeptForm()
            else:
                message = _("The new link works now. The old one no longer works.")
                messages.success(request, message)
                return redirect("plan:overview", token=key)
    context = {"token": token, "form": form, "key": key, "link": link_of(request, key)}
    return render(request, "plans/new_link.html", context, status=status)


@get_or_post
@opened
def leave(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Delete one's own part now."""
    if request.method == "POST":
        invitations.delete_own(access)
        messages.success(request, _("Your draft has been deleted."))
        return redirect("plan:start")
    context = {"token": token, "is_alone": invitations.is_alone(access)}
    return render(request, "plans/leave.html", context)
