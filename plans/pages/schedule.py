"""The schedule: one question a page, each may be skipped; what was chosen; a suggestion to the other."""

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
from plans.content.agreement import NotTheseWordsError
from plans.content.answers import FOR_ALL, ChangedElsewhereError, Content, mark
from plans.content.children import PARENTS, Child, children_of
from plans.content.questions import QUESTIONS, SECTION_OF, SECTIONS
from plans.models import Kind
from plans.parents import Parent
from plans.schedule import actions as scheduling
from plans.schedule import steps as schedule_steps
from plans.schedule.actions import QUESTION, Sheet, Source, words_of
from plans.schedule.choices import Scheme
from plans.schedule.forms import form_of
from plans.schedule.forms_base import StepForm
from plans.schedule.sentences import birthday_said, one_off_said, schedule_lines, shared_said
from plans.schedule.steps import BY_SLUG, GROUPS, Step
from plans.together.presenters import said
from plans.vault import drafts
from plans.vault.drafts import Access


@dataclass(frozen=True)
class Table:
    """Where the schedule is written: a parent behind the link, or a guide with them in a meeting."""

    access: Access
    kind: Kind
    # What says who the children and the parents are.
    family: Content
    sheet: Sheet
    home: str
    # The address of a page of this schedule.
    at: Callable[..., str]
    # The address of the questions' pages.
    question_at: Callable[[str], str]
    token: str = ""
    frame: str = "plans/base.html"

    @property
    def viewer(self) -> Parent:
        """The parent who writes, or with whom the guide sits."""
        return Parent(self.kind.value)

    @property
    def children(self) -> list[Child]:
        return children_of(self.family)

    @property
    def child(self) -> Child | None:
        return next((c for c in self.children if c.number == self.sheet.child), None)

    @property
    def names(self) -> dict[Parent, str]:
        """As the one who writes calls them."""
        called = self.family.get(PARENTS, {})
        mine = called.get(self.viewer.value, "")
        me = _("%(name)s (you)") % {"name": mine} if mine else pgettext("parent", "You")
        other = called.get(self.viewer.other.value, "") or _("The other parent")
        return {self.viewer: me, self.viewer.other: other}

    def content(self) -> Content:
        """What this schedule stands in."""
        if self.sheet.is_written:
            return drafts.read(self.access, self.kind)
        parent = self.viewer if self.sheet.source is Source.MINE else self.viewer.other
        return scheduling.shared_content(self.family, parent)

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


def home(request: HttpRequest, table: Table) -> HttpResponse:
    """What was chosen so far, layer by layer, with a way into each."""
    content = table.content()
    scheme = scheduling.scheme_of(content, table.sheet)
    names = table.names
    layers = []
    for group, title in GROUPS.items():
        own = schedule_steps.group_of(scheme, group)
        first = next(step for step in schedule_steps.STEPS if step.group == group)
        layers.append(
            {
                "key": group,
                "title": title,
                "lines": schedule_lines(own, names),
                "at": table.at("schedule_step", first.slug),
                "clear_at": table.at("schedule_clear", group),
                "seasons": _seasons(table, scheme) if group == schedule_steps.HOLIDAYS else [],
                "birthdays_at": table.at("schedule_step", "birthdays")
                if group == schedule_steps.FAMILY
                else "",
            }
        )
    order = [question.key for question in SECTION_OF[QUESTION].questions]
    at = order.index(QUESTION)
    is_own = bool(words_of(content, table.sheet))
    return render(
        request,
        "plans/schedule/home.html",
        table.context(
            question=QUESTIONS[QUESTION],
            number=at + 1,
            layers=layers,
            is_empty=scheme.is_empty,
            is_own=is_own,
            common=schedule_lines(scheduling.scheme_of(content, Sheet()), names)
            if table.sheet.child != FOR_ALL and not is_own
            else [],
            sheets=_sheets(table, content),
            said_yes=_said_yes(table, content),
            sending=_sending(table),
            before=table.question_at(order[at - 1]),
            after=table.question_at(order[at + 1]),
            begin_at=table.at("schedule_step", "weeks"),
            calendar_at=table.at("schedule_calendar"),
            year_at=table.at("schedule_now"),
            copy_at=table.at("schedule_copy"),
            remove_at=table.at("schedule_remove"),
            restore_at=table.at("schedule_restore")
            if scheduling.can_restore(content, table.sheet)
            else "",
        ),
    )


def _seasons(table: Table, scheme: Scheme) -> list[dict[str, Any]]:
    return [
        {
            "title": step.title,
            "at": table.at("schedule_step", step.slug),
            "dates_at": table.at("schedule_step", f"{step.slug}-dates")
            if step.season in scheme.seasons
            else "",
        }
        for step in schedule_steps.STEPS
        if step.season is not None and not schedule_steps.is_dates(step)
    ]


def _sheets(table: Table, content: Content) -> list[dict[str, Any]]:
    """For all children, and for each: whose schedule is open, who has one of their own."""
    if len(table.children) < 2 or table.sheet.source is not Source.OWN:
        return []
    rows: list[tuple[int, str]] = [(FOR_ALL, _("All children"))]
    rows += [(child.number, child.name) for child in table.children]
    return [
        {
            "name": name,
            "at": table.at("schedule", sheet=str(Sheet(number))),
            "is_now": number == table.sheet.child,
            "is_own": number != FOR_ALL and bool(words_of(content, Sheet(number))),
        }
        for number, name in rows
    ]


def _said_yes(table: Table, content: Content) -> str:
    """What both see under this schedule by now, where it is something else."""
    parent = table.access.parent
    if parent is None or table.sheet.is_suggestion:
        return ""
    matter = sharing.matters_of(table.family).get(table.sheet.key)
    words = matter.words_of(parent) if matter else None
    if not words or words == words_of(content, table.sheet):
        return ""
    return said(table.family, QUESTIONS[QUESTION], words) or ""


def _sending(table: Table) -> dict[str, Any] | None:
    """What a suggestion would be sent against."""
    if not table.sheet.is_suggestion:
        return None
    matter = sharing.matters_of(table.family).get(table.sheet.key)
    theirs = matter.words_of(table.viewer.other) if matter else None
    return {
        "at": table.at("schedule_send"),
        "seen": mark(theirs or ""),
        "key": table.sheet.key,
        "theirs": said(table.family, QUESTIONS[QUESTION], theirs),
    }


def step(request: HttpRequest, table: Table, slug: str) -> HttpResponse:
    """One page. A script saves it meanwhile by posting the same form."""
    asked = BY_SLUG.get(slug)
    if asked is None:
        raise Http404
    by_script = "X-Autosave" in request.headers and not asked.is_list
    scheme = scheduling.scheme_of(table.content(), table.sheet)
    if asked not in schedule_steps.asked(scheme):
        # The rhythm has been changed meanwhile, or the page was typed: the list tells what there is.
        return redirect(table.at("schedule"))
    if asked.is_list and "remove" in request.POST:
        return _row_removed(request, table, asked, request.POST["remove"])
    form = _form(request, table, asked, scheme)
    if request.method != "POST":
        return _step_page(request, table, asked, scheme, form)
    if not form.is_valid():
        if by_script:
            errors = [str(error) for field in form.errors.values() for error in field]
            return JsonResponse({"error": " ".join(errors)}, status=422)
        return _step_page(request, table, asked, scheme, form, status=422)
    try:
        after = scheduling.change(
            table.access,
            table.kind,
            table.sheet,
            form.change(),
            step=None if asked.is_list else asked,
            seen=form.cleaned_data["seen"],
        )
    except ChangedElsewhereError:
        if by_script:
            return JsonResponse({"error": _("Changed in another tab")}, status=409)
        return _elsewhere(request, table, asked, form)
    if by_script:
        at = dates.clock(clock.now(), get_language())
        marks = {"seen": schedule_steps.part_mark(after, asked)}
        return JsonResponse({"saved": _("Saved at %(time)s") % {"time": at}, "marks": marks})
    return redirect(_next(table, after, asked, request.POST.get("then", "")))


def _next(table: Table, scheme: Scheme, asked: Step, then: str) -> str:
    if asked.is_list and then != "list":
        return table.at("schedule_step", asked.slug)
    _before, following = schedule_steps.beside(scheme, asked)
    if then == "list" or following is None:
        return table.at("schedule")
    return table.at("schedule_step", following.slug)


def _form(
    request: HttpRequest, table: Table, asked: Step, scheme: Scheme, *, fresh: bool = False
) -> StepForm:
    data = request.POST if request.method == "POST" and not fresh else None
    return form_of(asked)(data, step=asked, scheme=scheme, names=table.names, viewer=table.viewer)


def _elsewhere(request: HttpRequest, table: Table, asked: Step, form: StepForm) -> HttpResponse:
    """What stands now is shown, and what was chosen here stays in the form: sent again, it is meant."""
    scheme = scheduling.scheme_of(table.content(), table.sheet)
    data = request.POST.copy()
    data["seen"] = schedule_steps.part_mark(scheme, asked)
    form.data = data
    part = schedule_steps.part_of(scheme, asked)
    stands = schedule_lines(part, table.names)
    return _step_page(request, table, asked, scheme, form, status=409, elsewhere=stands)


def _row_removed(request: HttpRequest, table: Table, asked: Step, which: str) -> HttpResponse:
    """A birthday or single days taken out: known by a mark, so that a second press takes no other."""

    def edit(scheme: Scheme) -> Scheme:
        birthdays = [row for row in scheme.birthdays if mark(repr(row)) != which]
        one_offs = [row for row in scheme.one_offs if mark(repr(row)) != which]
        return replace(scheme, birthdays=tuple(birthdays), one_offs=tuple(one_offs))

    scheduling.change(table.access, table.kind, table.sheet, edit)
    messages.success(request, _("Removed."))
    return redirect(table.at("schedule_step", asked.slug))


def _rows(table: Table, asked: Step, scheme: Scheme) -> list[dict[str, str]]:
    names = table.names
    if asked.slug == "birthdays":
        return [
            {"text": shared_said(birthday_said(row), row, names), "mark": mark(repr(row))}
            for row in scheme.birthdays
        ]
    return [{"text": one_off_said(r, names), "mark": mark(repr(r))} for r in scheme.one_offs]


def _step_page(
    request: HttpRequest,
    table: Table,
    asked: Step,
    scheme: Scheme,
    form: StepForm,
    *,
    status: int = 200,
    elsewhere: list[str] | None = None,
) -> HttpResponse:
    before, after = schedule_steps.beside(scheme, asked)
    steps = [s for s in schedule_steps.asked(scheme) if s.group == asked.group]
    return render(
        request,
        "plans/schedule/step.html",
        table.context(
            step=asked,
            group=GROUPS[asked.group],
            number=steps.index(asked) + 1,
            total=len(steps),
            form=form,
            rows=_rows(table, asked, scheme) if asked.is_list else [],
            elsewhere=elsewhere,
            back=table.at("schedule_step", before.slug) if before else table.at("schedule"),
            skip=table.at("schedule_step", after.slug) if after else table.at("schedule"),
            is_single=len(form.shown()) == 1,
        ),
        status=status,
    )


def clear(request: HttpRequest, table: Table, group: str) -> HttpResponse:
    """Take one layer away."""
    if group not in GROUPS:
        raise Http404
    scheduling.clear(table.access, table.kind, table.sheet, group)
    return redirect(table.at("schedule"))


def copy(request: HttpRequest, table: Table) -> HttpResponse:
    """One child's own schedule, begun as the one for all."""
    if table.sheet.child == FOR_ALL or table.sheet.is_suggestion:
        raise Http404
    scheduling.begin_from_common(table.access, table.kind, table.sheet)
    return redirect(table.at("schedule_step", "weeks"))


def remove(request: HttpRequest, table: Table) -> HttpResponse:
    """Take the whole schedule away; a child's then goes as the one for all."""
    scheduling.remove(table.access, table.kind, table.sheet)
    if table.sheet.is_suggestion:
        messages.success(request, _("Removed."))
        return redirect("plan:matter", token=table.token, key=table.sheet.key)
    return redirect(table.at("schedule"))


def restore(request: HttpRequest, table: Table) -> HttpResponse:
    """Put back what was removed by one press too many."""
    if scheduling.restore(table.access, table.kind, table.sheet):
        messages.success(request, _("Put back."))
    else:
        messages.warning(
            request, _("The schedule has been changed meanwhile: nothing was put back.")
        )
    return redirect(table.at("schedule"))


def suggest(request: HttpRequest, table: Table) -> HttpResponse:
    """Open the other's schedule as the start of a suggestion."""
    try:
        scheduling.begin_suggestion(table.access, table.sheet.child)
    except scheduling.NothingToStartFromError:
        raise Http404 from None
    sheet = Sheet(table.sheet.child, Source.SUGGESTION)
    return redirect(table.at("schedule", sheet=str(sheet)))


def send(request: HttpRequest, table: Table) -> HttpResponse:
    """Share the suggestion: the deliberate act."""
    if not table.sheet.is_suggestion:
        raise Http404
    seen = request.POST.get("seen", "")
    try:
        scheduling.send_suggestion(table.access, table.sheet.child, seen)
    except scheduling.NothingToStartFromError:
        messages.warning(request, _("There is nothing in it to share."))
        return redirect(table.at("schedule"))
    except NotTheseWordsError:
        said_so = _("The other parent has changed the words meanwhile. Read them once more.")
        messages.warning(request, said_so)
        return redirect(table.at("schedule"))
    except sharing.NoSuchMatterError:
        raise Http404 from None
    messages.success(request, _("Your words are shared."))
    return redirect("plan:together", token=table.token)
