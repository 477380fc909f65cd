"""The schedule: one question a page, an overview, and a suggestion to the other parent."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from office.core import clock, dates
from plans.content import sharing
from plans.content.answers import FOR_ALL, AnswerChangedError, Content, fingerprint
from plans.content.children import PARENTS, Child, children_of
from plans.content.questions import QUESTIONS, SECTION_OF, SECTIONS
from plans.models import PartKind
from plans.parents import Parent
from plans.schedule import actions
from plans.schedule import steps as schedule_steps
from plans.schedule.actions import QUESTION, ScheduleSheet, ScheduleSource, words_of
from plans.schedule.choices import HandoverKind, Scheme
from plans.schedule.forms import form_of
from plans.schedule.forms_base import StepForm
from plans.schedule.sentences import birthday_label, one_off_sentence, schedule_lines, turn_sentence
from plans.schedule.steps import BY_SLUG, GROUPS, ScheduleStep
from plans.together.presenters import readable
from plans.vault import drafts
from plans.vault.drafts import DraftAccess


@dataclass(frozen=True)
class SchedulePage:
    """Where the schedule is written: by a parent behind the link, or with a guide in a meeting."""

    access: DraftAccess
    kind: PartKind
    # The content with the children's and parents' names.
    family: Content
    sheet: ScheduleSheet
    home: str
    # Returns the address of a page of this schedule.
    at: Callable[..., str]
    # Returns the address of a question.
    question_at: Callable[[str], str]
    token: str = ""
    frame: str = "plans/base.html"

    @property
    def viewer(self) -> Parent:
        """The parent who writes, or whom the guide assists."""
        return Parent(self.kind.value)

    @property
    def children(self) -> list[Child]:
        return children_of(self.family)

    @property
    def child(self) -> Child | None:
        return next((c for c in self.children if c.number == self.sheet.child), None)

    @property
    def names(self) -> dict[Parent, str]:
        """What the writer calls the parents."""
        called = self.family.get(PARENTS, {})
        mine = called.get(self.viewer.value, "")
        me = _("%(name)s (you)") % {"name": mine} if mine else pgettext("parent", "You")
        other = called.get(self.viewer.other.value, "") or _("The other parent")
        return {self.viewer: me, self.viewer.other: other}

    def content(self) -> Content:
        """Read the content with this schedule."""
        if self.sheet.is_written:
            return drafts.read(self.access, self.kind)
        parent = self.viewer if self.sheet.source is ScheduleSource.MINE else self.viewer.other
        return actions.shared_content(self.family, parent)

    def context(self, **more: Any) -> dict[str, Any]:
        section = SECTION_OF[QUESTION]
        return {
            "frame": self.frame,
            "token": self.token,
            "access": self.access,
            "sheet": self.sheet,
            "child": self.child,
            "home": self.home,
            "schedule_home": self.at("schedule"),
            "section": section,
            "section_number": SECTIONS.index(section) + 1,
            **more,
        }


def home(request: HttpRequest, page: SchedulePage) -> HttpResponse:
    """Show what was chosen so far, layer by layer, with links to each."""
    content = page.content()
    scheme = actions.scheme_of(content, page.sheet)
    names = page.names
    removed = actions.restorable(content, page.sheet)
    layers = [
        _layer(page, scheme, group)
        for group in GROUPS
        if group != schedule_steps.LATER or schedule_steps.may_end(scheme)
    ]
    order = [question.key for question in SECTION_OF[QUESTION].questions]
    at = order.index(QUESTION)
    is_own = bool(words_of(content, page.sheet))
    return render(
        request,
        "plans/schedule/home.html",
        page.context(
            question=QUESTIONS[QUESTION],
            number=at + 1,
            layers=layers,
            is_empty=scheme.is_empty,
            is_own=is_own,
            common=schedule_lines(actions.scheme_of(content, ScheduleSheet()), names)
            if page.sheet.child != FOR_ALL and not is_own
            else [],
            sheets=_sheets(page, content),
            agreed=_agreed(page, content),
            sending=_sending(page),
            before=page.question_at(order[at - 1]),
            after=page.question_at(order[at + 1]),
            begin_at=page.at("schedule_step", "weeks"),
            calendar_at=page.at("schedule_calendar"),
            year_at=page.at("schedule_now"),
            copy_at=page.at("schedule_copy"),
            remove_at=page.at("schedule_remove"),
            removed=[GROUPS[group] for group in removed],
            restore_at=page.at("schedule_restore") if removed else "",
        ),
    )


def _layer(page: SchedulePage, scheme: Scheme, group: str) -> dict[str, Any]:
    steps = [step for step in schedule_steps.STEPS if step.group == group]
    return {
        "key": group,
        "title": GROUPS[group],
        "lines": schedule_lines(schedule_steps.group_of(scheme, group), page.names),
        "at": page.at("schedule_step", steps[0].slug),
        "clear_at": page.at("schedule_clear", group),
        "seasons": _seasons(page, scheme) if group == schedule_steps.HOLIDAYS else [],
        "birthdays_at": page.at("schedule_step", "birthdays")
        if group == schedule_steps.FAMILY
        else "",
        "handover_at": next(
            (
                page.at("schedule_step", step.slug)
                for step in steps
                if step.handover not in (None, HandoverKind.BACK) and step.is_asked(scheme)
            ),
            "",
        ),
    }


def _seasons(page: SchedulePage, scheme: Scheme) -> list[dict[str, Any]]:
    return [
        {
            "title": step.title,
            "at": page.at("schedule_step", step.slug),
            "dates_at": page.at("schedule_step", f"{step.slug}-dates")
            if step.season in scheme.seasons
            else "",
        }
        for step in schedule_steps.STEPS
        if step.season is not None and not schedule_steps.is_dates(step)
    ]


def _sheets(page: SchedulePage, content: Content) -> list[dict[str, Any]]:
    """List the common schedule and each child's: which is open, which exist."""
    if len(page.children) < 2 or page.sheet.source is not ScheduleSource.OWN:
        return []
    rows: list[tuple[int, str]] = [(FOR_ALL, _("All children"))]
    rows += [(child.number, child.name) for child in page.children]
    return [
        {
            "name": name,
            "at": page.at("schedule", sheet=str(ScheduleSheet(number))),
            "is_now": number == page.sheet.child,
            "is_own": number != FOR_ALL and bool(words_of(content, ScheduleSheet(number))),
        }
        for number, name in rows
    ]


def _agreed(page: SchedulePage, content: Content) -> str:
    """Return the schedule that this parent has accepted, if it is a different one."""
    parent = page.access.parent
    if parent is None or page.sheet.is_suggestion:
        return ""
    matter = sharing.matters_of(page.family).get(page.sheet.key)
    words = matter.words_of(parent) if matter else None
    if not words or words == words_of(content, page.sheet):
        return ""
    return readable(page.family, QUESTIONS[QUESTION], words) or ""


def _sending(page: SchedulePage) -> dict[str, Any] | None:
    """Return what a suggestion would be compared with."""
    if not page.sheet.is_suggestion:
        return None
    matter = sharing.matters_of(page.family).get(page.sheet.key)
    theirs = matter.words_of(page.viewer.other) if matter else None
    return {
        "at": page.at("schedule_send"),
        "seen": fingerprint(theirs or ""),
        "key": page.sheet.key,
        "theirs": readable(page.family, QUESTIONS[QUESTION], theirs),
    }


def step(request: HttpRequest, page: SchedulePage, slug: str) -> HttpResponse:
    """Show or save one page. A script autosaves by posting the same form."""
    asked = BY_SLUG.get(slug)
    if asked is None:
        raise Http404
    by_script = "X-Autosave" in request.headers and not asked.is_list
    scheme = actions.scheme_of(page.content(), page.sheet)
    if asked not in schedule_steps.asked_steps(scheme):
        # The rhythm was changed meanwhile, or the address was typed: show the overview.
        return redirect(page.at("schedule"))
    if asked.is_list and "remove" in request.POST:
        return _row_removed(request, page, asked, request.POST["remove"])
    form = _form(request, page, asked, scheme)
    if request.method != "POST":
        return _step_page(request, page, asked, scheme, form)
    if not form.is_valid():
        if by_script:
            errors = [str(error) for field in form.errors.values() for error in field]
            return JsonResponse({"error": " ".join(errors)}, status=422)
        return _step_page(request, page, asked, scheme, form, status=422)
    try:
        after = actions.change(
            page.access,
            page.kind,
            page.sheet,
            form.edit,
            step=None if asked.is_list else asked,
            seen=form.cleaned_data["seen"],
        )
    except AnswerChangedError:
        if by_script:
            return JsonResponse({"error": _("Changed in another tab")}, status=409)
        return _elsewhere(request, page, asked, form)
    if by_script:
        at = dates.clock(clock.now(), get_language())
        marks = {"seen": schedule_steps.part_fingerprint(after, asked)}
        return JsonResponse({"saved": _("Saved at %(time)s") % {"time": at}, "marks": marks})
    return redirect(_next(page, after, asked, request.POST.get("then", "")))


def _next(page: SchedulePage, scheme: Scheme, asked: ScheduleStep, then: str) -> str:
    if asked.is_list and then != "list":
        return page.at("schedule_step", asked.slug)
    _before, following = schedule_steps.neighbours(scheme, asked)
    if then == "list" or following is None:
        return page.at("schedule")
    return page.at("schedule_step", following.slug)


def _form(
    request: HttpRequest,
    page: SchedulePage,
    asked: ScheduleStep,
    scheme: Scheme,
    *,
    fresh: bool = False,
) -> StepForm:
    data = request.POST if request.method == "POST" and not fresh else None
    return form_of(asked)(data, step=asked, scheme=scheme, names=page.names, viewer=page.viewer)


def _elsewhere(
    request: HttpRequest, page: SchedulePage, asked: ScheduleStep, form: StepForm
) -> HttpResponse:
    """Show the current choice and keep the new one in the form: sent again, it is saved."""
    scheme = actions.scheme_of(page.content(), page.sheet)
    data = request.POST.copy()
    data["seen"] = schedule_steps.part_fingerprint(scheme, asked)
    form.data = data
    part = schedule_steps.part_of(scheme, asked)
    stands = schedule_lines(part, page.names)
    return _step_page(request, page, asked, scheme, form, status=409, elsewhere=stands)


def _row_removed(
    request: HttpRequest, page: SchedulePage, asked: ScheduleStep, which: str
) -> HttpResponse:
    """Remove a row, identified by fingerprint, so that a second press removes no other."""

    def edit(scheme: Scheme) -> Scheme:
        birthdays = [row for row in scheme.birthdays if fingerprint(repr(row)) != which]
        one_offs = [row for row in scheme.one_offs if fingerprint(repr(row)) != which]
        return replace(scheme, birthdays=tuple(birthdays), one_offs=tuple(one_offs))

    actions.remove_part(page.access, page.kind, page.sheet, edit)
    return redirect(page.at("schedule_step", asked.slug))


def _rows(page: SchedulePage, asked: ScheduleStep, scheme: Scheme) -> list[dict[str, str]]:
    names = page.names
    if asked.slug == "birthdays":
        return [
            {"text": turn_sentence(birthday_label(row), row, names), "mark": fingerprint(repr(row))}
            for row in scheme.birthdays
        ]
    return [
        {"text": one_off_sentence(r, names), "mark": fingerprint(repr(r))} for r in scheme.one_offs
    ]


def _step_page(
    request: HttpRequest,
    page: SchedulePage,
    asked: ScheduleStep,
    scheme: Scheme,
    form: StepForm,
    *,
    status: int = 200,
    elsewhere: list[str] | None = None,
) -> HttpResponse:
    before, after = schedule_steps.neighbours(scheme, asked)
    steps = [s for s in schedule_steps.asked_steps(scheme) if s.group == asked.group]
    return render(
        request,
        "plans/schedule/step.html",
        page.context(
            step=asked,
            group=GROUPS[asked.group],
            number=steps.index(asked) + 1,
            total=len(steps),
            form=form,
            rows=_rows(page, asked, scheme) if asked.is_list else [],
            restore_at=page.at("schedule_restore")
            if asked.is_list and asked.group in actions.restorable(page.content(), page.sheet)
            else "",
            elsewhere=elsewhere,
            back=page.at("schedule_step", before.slug) if before else page.at("schedule"),
            skip=page.at("schedule_step", after.slug) if after else page.at("schedule"),
            is_single=len(form.shown()) == 1,
        ),
        status=status,
    )


def clear(request: HttpRequest, page: SchedulePage, group: str) -> HttpResponse:
    """Remove one layer."""
    if group not in GROUPS:
        raise Http404
    actions.clear(page.access, page.kind, page.sheet, group)
    return redirect(page.at("schedule"))


def copy(request: HttpRequest, page: SchedulePage) -> HttpResponse:
    """Begin one child's own schedule as a copy of the common one."""
    if page.sheet.child == FOR_ALL or page.sheet.is_suggestion:
        raise Http404
    actions.begin_from_common(page.access, page.kind, page.sheet)
    return redirect(page.at("schedule_step", "weeks"))


def remove(request: HttpRequest, page: SchedulePage) -> HttpResponse:
    """Remove the whole schedule; a child then follows the common one."""
    actions.remove(page.access, page.kind, page.sheet)
    if page.sheet.is_suggestion:
        messages.success(request, _("Removed."))
        return redirect("plan:matter", token=page.token, key=page.sheet.key)
    return redirect(page.at("schedule"))


def restore(request: HttpRequest, page: SchedulePage) -> HttpResponse:
    """Restore what was removed last."""
    if actions.restore(page.access, page.kind, page.sheet):
        messages.success(request, _("Put back."))
    else:
        messages.warning(
            request, _("The schedule has been changed in the meantime: nothing was restored.")
        )
    listed = BY_SLUG.get(request.POST.get("step", ""))
    return redirect(page.at("schedule_step", listed.slug) if listed else page.at("schedule"))
