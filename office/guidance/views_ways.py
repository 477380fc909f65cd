"""The rules of "Which way?" as a table: each question with its answers, and where each leads."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.core.http import get_or_post
from office.guidance.forms_pages import WayAnswerForm, WayEndingForm, WayQuestionForm
from office.guidance.ready_made import nothing_written
from office.guidance.way_actions import remove_row, save_answer, save_ending, save_question
from office.guidance.ways import MOST_QUESTIONS, Rules, faults, load_rules, unreached
from office.models import WayAnswer, WayEnding, WayQuestion
from office.staff.permissions import StaffRequest, manager
from office.ui.forms import OfficeForm
from office.ui.pages import FormPage, form_page, plain, posted


@dataclass(frozen=True)
class QuestionRow:
    """A question and its answers, as the table has them. `is_reached`: somebody may come to it."""

    question: WayQuestion
    answers: list[WayAnswer]
    is_reached: bool


@require_GET
@manager
def table(request: StaffRequest) -> HttpResponse:
    rules = load_rules()
    loose = unreached(rules)
    return render(
        request,
        "office/guidance/ways.html",
        {
            "rows": _rows(rules),
            "endings": [(ending, ending not in loose) for ending in rules.endings.values()],
            "not_offered": [row for row in loose if not isinstance(row, WayQuestion | WayEnding)],
            "faults": faults(rules) if rules.questions else [],
            "most": MOST_QUESTIONS,
            "nothing_written": nothing_written(),
        },
    )


def _rows(rules: Rules) -> list[QuestionRow]:
    reached, _endings = rules.reached()
    rows = []
    for question in rules.in_order():
        answers = rules.answers[question.pk]
        for answer in answers:
            # What the table names is at hand already.
            answer.next_question = rules.questions.get(answer.next_question_id or 0)
            answer.ending = rules.endings.get(answer.ending_id or 0)
        rows.append(QuestionRow(question, answers, question.pk in reached))
    return rows


def _page(
    title: str, *, about: str = "", lead: str = "", others: tuple[str, str] | None = None
) -> FormPage:
    return FormPage(
        title=title,
        about=about,
        lead=lead,
        done=_("Saved."),
        back=reverse("office:ways"),
        back_name=_("Which way?"),
        others=[(others[0], "cross", others[1])] if others else (),
    )


@get_or_post
@manager
def question_add(request: StaffRequest) -> HttpResponse:
    lead = _("Give it answers next. Then let an answer of another question lead to it.")
    return _question(request, WayQuestion(), _page(_("Add a question"), lead=lead))


@get_or_post
@manager
def question(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(WayQuestion, pk=pk)
    # The question about safety stays.
    removal = (reverse("office:way_question_remove", args=[pk]), _("Remove the question"))
    page = _page(
        _("Change a question"), about=row.text or "", others=None if row.is_first else removal
    )
    return _question(request, row, page)


def _question(request: StaffRequest, row: WayQuestion, page: FormPage) -> HttpResponse:
    form = WayQuestionForm(posted(request), instance=row)
    return form_page(request, page, form, plain(lambda: save_question(form.instance)))


@get_or_post
@manager
def answer_add(request: StaffRequest, pk: int) -> HttpResponse:
    row = WayAnswer(question=get_object_or_404(WayQuestion, pk=pk))
    return _answer(request, row, _page(_("Add an answer"), about=row.question.text or ""))


@get_or_post
@manager
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    row: WayAnswer = get_object_or_404(WayAnswer.objects.select_related("question"), pk=pk)
    removal = (reverse("office:way_answer_remove", args=[pk]), _("Remove the answer"))
    return _answer(
        request, row, _page(_("Change an answer"), about=row.question.text or "", others=removal)
    )


def _answer(request: StaffRequest, row: WayAnswer, page: FormPage) -> HttpResponse:
    form = WayAnswerForm(posted(request), instance=row)
    return form_page(request, page, form, plain(lambda: save_answer(form.instance)))


@get_or_post
@manager
def ending_add(request: StaffRequest) -> HttpResponse:
    lead = _("Then let an answer lead to it.")
    return _ending(request, WayEnding(), _page(_("Add an end"), lead=lead))


@get_or_post
@manager
def ending(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(WayEnding, pk=pk)
    removal = (reverse("office:way_ending_remove", args=[pk]), _("Remove the end"))
    return _ending(request, row, _page(_("Change an end"), about=row.title or "", others=removal))


def _ending(request: StaffRequest, row: WayEnding, page: FormPage) -> HttpResponse:
    form = WayEndingForm(posted(request), instance=row)

    def save() -> None:
        save_ending(
            form.instance,
            services=form.cleaned_data["services"],
            links=form.cleaned_data["links"],
            pages=form.cleaned_data["pages"],
        )

    return form_page(request, page, form, plain(save))


@get_or_post
@manager
def question_remove(request: StaffRequest, pk: int) -> HttpResponse:
    return _remove(request, get_object_or_404(WayQuestion, pk=pk), _("Remove the question?"))


@get_or_post
@manager
def answer_remove(request: StaffRequest, pk: int) -> HttpResponse:
    return _remove(request, get_object_or_404(WayAnswer, pk=pk), _("Remove the answer?"))


@get_or_post
@manager
def ending_remove(request: StaffRequest, pk: int) -> HttpResponse:
    return _remove(request, get_object_or_404(WayEnding, pk=pk), _("Remove the end?"))


def _remove(
    request: StaffRequest, row: WayQuestion | WayAnswer | WayEnding, title: str
) -> HttpResponse:
    page = FormPage(
        title=title,
        about=str(row),
        done=_("Removed."),
        button=_("Remove"),
        back=reverse("office:ways"),
        back_name=_("Which way?"),
        danger=True,
    )
    return form_page(request, page, OfficeForm(posted(request)), plain(lambda: remove_row(row)))
