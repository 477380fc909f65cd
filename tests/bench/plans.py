"""A full plan of two parents: saving an answer, and what both have shared side by side."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from plans.content import invitations, sharing
from plans.content.agreement import MatterState
from plans.content.answers import ANSWERS, Content, answer, answer_key
from plans.content.children import Child, with_children
from plans.content.questions import QUESTIONS, SECTIONS, AnswerKind
from plans.models import PartKind
from plans.pages.forms import text_name
from plans.parents import Parent
from plans.vault import drafts
from tests.bench import web
from tests.bench.calendar import PLAIN
from tests.bench.reference import Reference, light_page
from tests.bench.table import Table, median, ms, p95

CHILDREN, ANSWERED = 4, 200
# Of a light page.
SAVE, SIDE_BY_SIDE = 3.6, 17.0
WORDS = "Lapsi haetaan päiväkodista perjantaisin kello 16, ja matkoista sovitaan viikkoa ennen. "


def full() -> tuple[str, str]:
    """Return two parents' links, each with so many shared answers; a third of the matters is agreed."""
    children = [Child(n, f"Lapsi {n}", "6-9") for n in range(1, CHILDREN + 1)]
    names = {Parent.FIRST: "äiti", Parent.SECOND: "isä"}
    first = drafts.create_draft(with_children({}, children, names))
    second = invitations.accept_invitation(
        drafts.open_draft(invitations.invite(drafts.open_draft(first)))
    )
    for token, own in ((first, "Näin ehdotan."), (second, "Minusta näin.")):
        access = drafts.open_draft(token)
        drafts.change(access, access.own, lambda content, own=own: _written(content, own))
        for section in SECTIONS:
            sharing.share(access, section)
    return first, second


def _written(content: Content, own: str) -> Content:
    asked = [q for q in QUESTIONS.values() if q.answered is not AnswerKind.SCHEDULE]
    pairs = [(q, child) for q in asked for child in range(CHILDREN + 1)][:ANSWERED]
    texts = {}
    for number, (question, child) in enumerate(pairs):
        words = WORDS * 4 + (own if number % 3 else "")
        texts[answer_key(question.key, child)] = (
            words if question.answered is AnswerKind.TEXT else Parent.FIRST.value
        )
    return {**content, ANSWERS: texts}


def measure(table: Table, port: int, rounds: int) -> None:
    """Measure through the real server, as a browser would."""
    token, _ = full()
    few = drafts.create_draft({})
    writer = web.Visitor(port)
    key = "needs-now"
    path = f"/plan/{token}/questions/{key}/"
    access = drafts.open_draft(token)
    own = drafts.read(access, access.own)
    texts = {text_name(child): answer(own, key, child) for child in range(1, CHILDREN + 1)}
    saved, light = [], light_page()
    for number in range(rounds):
        light.sample()
        writer.get(path)
        before = len(writer.seconds)
        marks = {f"seen{child}": writer.field(f"seen{child}") for child in range(CHILDREN + 1)}
        writer.post(path, {**texts, **marks, "text": f"{WORDS * 4}{number}"})
        saved.append(writer.seconds[before])
        if writer.statuses[before] != 302:
            raise RuntimeError(f"An answer was not saved: {writer.statuses[before]}")
    _row(table, f"plan of {ANSWERED} answers, save one", saved, SAVE, light)

    shown, light = [], light_page()
    for _ in range(rounds):
        light.sample()
        writer.get(f"/plan/{token}/together/")
        shown.append(writer.seconds[-1])
    states = sharing.count_states(sharing.matters_of(_shared(token)))
    what = (
        f"plan, side by side: {sum(states.values())} matters, {states[MatterState.AGREED]} agreed"
    )
    _row(table, what, shown, SIDE_BY_SIDE, light)
    writer.close()
    counts = [_queries(f"/plan/{link}/together/") for link in (few, token)]
    said = f"{counts[0]}, {counts[1]}"
    table.add(
        "plan, side by side: queries with nothing shared, with all",
        said,
        "equal",
        len({*counts}) == 1,
    )


def _shared(token: str) -> Content:
    return drafts.read(drafts.open_draft(token), PartKind.SHARED)


def _queries(path: str) -> int:
    with override_settings(**PLAIN):
        browser = Client()
        # What is kept of the set-up is there.
        browser.get(path)
        with CaptureQueriesContext(connection) as captured:
            status = browser.get(path).status_code
    if status != 200:
        raise RuntimeError(f"{path}: {status}")
    return len(captured)


def _row(table: Table, what: str, seconds: list[float], most: float, light: Reference) -> None:
    p50 = median(seconds)
    said = f"{ms(p50)}, {ms(p95(seconds))}"
    table.add_time(f"{what}: p50, p95", said, p50, most, light.p50)
