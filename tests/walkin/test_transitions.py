"""One table of states, the same in the docs; everything else is refused with a sentence."""

from pathlib import Path

import pytest
from django.utils import translation

from walkin.states import (
    CALLABLE,
    FINAL,
    OPEN,
    TABLE,
    Action,
    TicketState,
    TransitionRefusedError,
    as_markdown,
    next_state,
)

DOCS = Path(__file__).parents[2] / "docs" / "walk-in.md"


def test_the_docs_have_the_same_table() -> None:
    text = DOCS.read_text()
    told = text.split("<!-- transitions -->")[1].strip()
    assert told == as_markdown()


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("state", list(TicketState))
def test_only_what_the_table_has_is_possible(action: Action, state: TicketState) -> None:
    if state in TABLE[action].sources:
        assert next_state(action, state) == TABLE[action].target
        return
    with pytest.raises(TransitionRefusedError) as refused:
        next_state(action, state)
    assert (refused.value.action, refused.value.state) == (action, state)
    with translation.override("en"):
        sentence = refused.value.sentence
    assert sentence.startswith("That cannot be done now. Th")
    assert sentence.endswith(".")


def test_every_state_is_reached_and_no_open_one_is_a_dead_end() -> None:
    assert {transition.target for transition in TABLE.values()} == set(TicketState)
    for state in OPEN:
        assert any(
            state in transition.sources and transition.target in FINAL
            for transition in TABLE.values()
        )


def test_the_end_of_the_day_closes_every_open_number() -> None:
    assert TABLE[Action.CLOSE].sources == OPEN
    assert TABLE[Action.CALL].sources == CALLABLE


def test_what_is_over_stays_over_but_for_those_who_come_after_all() -> None:
    """Or who were finished or referred by mistake."""
    reopened = {s for s in FINAL for transition in TABLE.values() if s in transition.sources}
    assert reopened == FINAL - {TicketState.CLOSED, TicketState.VOID}
