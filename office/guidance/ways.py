"""The rules of "Which way?" in memory: walking them, and what would be wrong with them. No writes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from office.hooks import WAYS_OPEN
from office.models import (
    WAYS,
    GuidancePageVersion,
    Service,
    WayAnswer,
    WayEnding,
    WayQuestion,
)

MOST_QUESTIONS = 5


@dataclass(frozen=True)
class WayStep:
    """A question as it was answered."""

    question: WayQuestion
    answer: WayAnswer


@dataclass(frozen=True)
class Offered:
    """What the unit has now."""

    # The ways on behind which there is something, by field.
    open_ways: frozenset[str]
    # As the public reads them, by page.
    pages: dict[int, GuidancePageVersion]
    services: dict[int, Service]


@dataclass(frozen=True)
class Rules:
    """All questions with their answers, and all ends, by id."""

    first: WayQuestion | None
    questions: dict[int, WayQuestion]
    answers: dict[int, list[WayAnswer]]
    endings: dict[int, WayEnding]

    @cached_property
    def offered(self) -> "Offered":
        """What there is to lead to. Read when it is first asked for: the public's pages do not."""
        return load_offered()

    def follow(self, path: Sequence[int]) -> list[WayStep] | None:
        """Follow a path of answers, by id; None where it is not part of these rules."""
        steps: list[WayStep] = []
        question = self.first
        for key in path:
            if question is None:
                return None
            answer = next((a for a in self.answers[question.pk] if a.pk == key), None)
            if answer is None:
                return None
            steps.append(WayStep(question, answer))
            question = self.questions.get(answer.next_question_id or 0)
        return steps

    def paths(self) -> Iterator[list[WayStep]]:
        """Yield every path from the first question to where it ends, or returns to a question."""
        if self.first is not None:
            yield from self._paths(self.first, [])

    def _paths(self, question: WayQuestion, before: list[WayStep]) -> Iterator[list[WayStep]]:
        for answer in self.answers[question.pk]:
            steps = [*before, WayStep(question, answer)]
            after = self.questions.get(answer.next_question_id or 0)
            is_over = after is None or len(steps) > MOST_QUESTIONS
            if is_over or any(step.question == after for step in steps):
                yield steps
            elif after is not None:
                yield from self._paths(after, steps)

    def reached(self) -> tuple[set[int], set[int]]:
        """Find the questions and the ends that somebody can reach, by id."""
        questions: set[int] = set()
        endings: set[int] = set()
        waiting = [self.first] if self.first else []
        while waiting:
            question = waiting.pop()
            if question.pk in questions:
                continue
            questions.add(question.pk)
            for answer in self.answers[question.pk]:
                if answer.ending_id:
                    endings.add(answer.ending_id)
                elif answer.next_question_id:
                    waiting.append(self.questions[answer.next_question_id])
        return questions, endings

    def leads_anywhere(self, ending: WayEnding) -> bool:
        """Say whether there is somewhere to go now: a tick with nothing behind it does not count."""
        return (
            any(getattr(ending, way) for way in self.offered.open_ways)
            or any(service.pk in self.offered.services for service in ending.services.all())
            or any(link.is_active for link in ending.links.all())
            or any(page.pk in self.offered.pages for page in ending.pages.all())
        )

    def in_order(self) -> list[WayQuestion]:
        """List the questions in the order one reaches them; then those that nobody reaches."""
        found: list[WayQuestion] = []
        waiting = [self.first] if self.first else []
        while waiting:
            question = waiting.pop(0)
            if question in found:
                continue
            found.append(question)
            waiting += [
                self.questions[answer.next_question_id]
                for answer in self.answers[question.pk]
                if answer.next_question_id
            ]
        return [*found, *(q for q in self.questions.values() if q not in found)]


def load_rules() -> Rules:
    """Load the unit's rules. A fixed number of queries."""
    questions = {question.pk: question for question in WayQuestion.objects.all()}
    answers: dict[int, list[WayAnswer]] = {key: [] for key in questions}
    for answer in WayAnswer.objects.order_by("order", "pk"):
        answers[answer.question_id].append(answer)
    endings = WayEnding.objects.prefetch_related("services", "links", "pages")
    return Rules(
        first=next((q for q in questions.values() if q.is_first), None),
        questions=questions,
        answers=answers,
        endings={ending.pk: ending for ending in endings},
    )


def load_offered() -> Offered:
    """Load what is on offer now. A fixed number of queries."""
    return Offered(
        open_ways=frozenset(filter(is_open, WAYS)),
        pages={version.page_id: version for version in GuidancePageVersion.objects.public()},
        services={service.pk: service for service in Service.objects.in_use()},
    )


def is_open(way: str) -> bool:
    """Say whether there is anything behind a way on now."""
    return way not in WAYS_OPEN or WAYS_OPEN[way]()


def faults(rules: Rules) -> list[str]:
    """List what leaves a parent without help, as sentences; rules with any of these are not saved."""
    if rules.first is None:
        return [_("The question about safety is missing.")]
    found = [*_unsafe(rules, rules.first), *_dead_ends(rules)]
    longest = 0
    for steps in rules.paths():
        last = steps[-1].answer
        if any(step.question.pk == last.next_question_id for step in steps):
            found.append(
                _("“%(answer)s” leads back to a question that was asked before.") % {"answer": last}
            )
        longest = max(longest, len(steps))
    if longest > MOST_QUESTIONS:
        found.append(_("A path has more than %(most)d questions.") % {"most": MOST_QUESTIONS})
    return list(dict.fromkeys(found))


def _unsafe(rules: Rules, first: WayQuestion) -> Iterator[str]:
    """Yield a fault where an answer that leads to safety is not first, or the first question has none."""
    answers = rules.answers[first.pk]
    if not answers or not _is_safe(rules, answers[0]):
        yield _("The first answer of the first question must lead to emergency help.")
    for question in rules.questions.values():
        safe = [_is_safe(rules, answer) for answer in rules.answers[question.pk]]
        if safe != sorted(safe, reverse=True):
            yield (
                _("“%(question)s”: the answer that leads to emergency help must stand first.")
                % {"question": question}
            )


def _is_safe(rules: Rules, answer: WayAnswer) -> bool:
    return answer.ending_id is not None and rules.endings[answer.ending_id].to_safety


def _dead_ends(rules: Rules) -> Iterator[str]:
    questions, endings = rules.reached()
    for key in questions:
        if not rules.answers[key]:
            yield (
                _("“%(question)s” has no answers: one would go no further.")
                % {"question": rules.questions[key]}
            )
    for key in endings:
        if not rules.leads_anywhere(rules.endings[key]):
            yield _("“%(end)s” leads nowhere: choose a way on.") % {"end": rules.endings[key]}


def unreached(rules: Rules) -> list[WayQuestion | WayEnding | GuidancePageVersion | Service]:
    """Return what there is and nobody gets to; a service that stands on a page alone is not got to."""
    questions, endings = rules.reached()
    ends = [rules.endings[key] for key in endings]
    services = {service.pk for end in ends for service in end.services.all()}
    pages = {page.pk for end in ends for page in end.pages.all()}
    return [
        *(row for key, row in rules.questions.items() if key not in questions),
        *(row for key, row in rules.endings.items() if key not in endings),
        *(row for key, row in rules.offered.services.items() if key not in services),
        *(row for key, row in rules.offered.pages.items() if key not in pages),
    ]
