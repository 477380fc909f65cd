"""Which way? One plain question a page, answered by a press, until there is somewhere to go."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bookings.guidance.answers_given import open_path, seal_path
from bookings.guidance.ways_on import ways_on
from office.guidance.ways import Rules, WayStep, load_rules
from office.models import WayEnding, WayQuestion
from office.staff.audience import for_anyone


@dataclass(frozen=True)
class AnswerLink:
    """An answer to press, or one that was given, and the address behind it."""

    question: str
    text: str
    address: str


@for_anyone
@require_safe
def which(request: HttpRequest) -> HttpResponse:
    """Ask the next question. `s`: the answers so far, sealed. See answers_given."""
    rules = load_rules()
    if rules.first is None:
        raise Http404
    path = open_path(request.GET.get("s", ""))
    steps = rules.follow(path) if path is not None else None
    begins_again = steps is None
    steps = steps or []
    last = steps[-1].answer if steps else None
    ending = rules.endings.get(last.ending_id or 0) if last else None
    question = rules.questions.get(last.next_question_id or 0) if last else rules.first
    if ending is not None:
        response = _end(request, rules, steps, ending)
    else:
        response = _ask(request, rules, steps, question or rules.first, begins_again)
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _ask(
    request: HttpRequest,
    rules: Rules,
    steps: list[WayStep],
    question: WayQuestion,
    begins_again: bool,
) -> HttpResponse:
    path = _path(steps)
    return render(
        request,
        "bookings/guidance/which.html",
        {
            "question": question,
            "choices": [
                AnswerLink(question.text, answer.text, _address([*path, answer.pk]))
                for answer in rules.answers[question.pk]
            ],
            "number": len(steps) + 1,
            "back": _address(path[:-1]) if path else "",
            "begins_again": begins_again,
        },
    )


def _end(
    request: HttpRequest, rules: Rules, steps: list[WayStep], ending: WayEnding
) -> HttpResponse:
    path = _path(steps)
    return render(
        request,
        "bookings/guidance/which_end.html",
        {
            "ending": ending,
            "ways": ways_on(ending, ending.pages.all()),
            "given": [
                # Going back to a question keeps the answers before it.
                AnswerLink(step.question.text, step.answer.text, _address(path[:place]))
                for place, step in enumerate(steps)
            ],
            "back": _address(path[:-1]),
            "go_on": _go_on(rules, steps) if ending.to_safety else "",
        },
    )


def _go_on(rules: Rules, steps: list[WayStep]) -> str:
    """Return where the questions go on for one who wants help in their matter as well as safety."""
    for answer in rules.answers[steps[-1].question.pk]:
        if answer.next_question_id:
            return _address([*_path(steps[:-1]), answer.pk])
    return ""


def _path(steps: list[WayStep]) -> list[int]:
    return [step.answer.pk for step in steps]


def _address(path: list[int]) -> str:
    sealed = seal_path(path)
    return reverse("public:which") + (f"?s={sealed}" if sealed else "")
