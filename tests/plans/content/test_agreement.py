"""Nothing is agreed unless both have said yes to the very same words."""

import json

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from plans.content.agreement import (
    MatterState,
    PlanMatter,
    WordsChangedError,
    accept,
    from_json,
    propose,
    to_json,
    withdraw,
)
from plans.parents import Parent

A, B = Parent.FIRST, Parent.SECOND
parents = st.sampled_from(Parent)
words = st.sampled_from(["joka toinen viikko", "joka toinen viikonloppu", "", "sovitaan 👪"])


class TwoParents(RuleBasedStateMachine):
    """Against two slips of paper: what each says yes to, and all that was ever written."""

    def __init__(self) -> None:
        super().__init__()
        self.matter = PlanMatter()
        self.accepted: dict[Parent, str] = {}
        self.written: list[str] = []

    @rule(by=parents, text=words)
    def propose(self, by: Parent, text: str) -> None:
        if self.accepted.get(by) != text:
            self.written.append(text)
        self.accepted[by] = text
        self.matter = propose(self.matter, by, text)

    @rule(by=parents, text=words)
    def accept(self, by: Parent, text: str) -> None:
        if self.accepted.get(by.other) == text:
            self.accepted[by] = text
            self.matter = accept(self.matter, by, text)
        else:
            with pytest.raises(WordsChangedError):
                accept(self.matter, by, text)

    @rule(by=parents)
    def withdraw(self, by: Parent) -> None:
        self.accepted.pop(by, None)
        self.matter = withdraw(self.matter, by)

    @rule()
    def put_away_and_take_out(self) -> None:
        self.matter = from_json(json.loads(json.dumps(to_json(self.matter))))

    @invariant()
    def agreed_only_on_the_very_same_words(self) -> None:
        both = self.accepted.get(A) is not None and self.accepted.get(A) == self.accepted.get(B)
        assert (self.matter.state is MatterState.AGREED) == both
        assert self.matter.agreed_words == (self.accepted[A] if both else None)

    @invariant()
    def everybody_says_yes_to_what_they_said(self) -> None:
        assert {p: self.matter.words_of(p) for p in Parent} == {
            p: self.accepted.get(p) for p in Parent
        }

    @invariant()
    def no_word_is_lost_or_invented(self) -> None:
        assert [version.words for version in self.matter.versions] == self.written


TestTwoParents = TwoParents.TestCase


def test_a_later_change_ends_the_agreement() -> None:
    matter = accept(propose(PlanMatter(), A, "viikko ja viikko"), B, "viikko ja viikko")
    changed = propose(matter, A, "viikonloput")

    assert matter.state is MatterState.AGREED
    assert changed.state is MatterState.DIFFERS
    assert changed.words_of(B) == "viikko ja viikko"


def test_yes_to_words_that_have_changed_meanwhile_is_refused() -> None:
    matter = propose(propose(PlanMatter(), A, "vanhat sanat"), A, "uudet sanat")

    with pytest.raises(WordsChangedError):
        accept(matter, B, "vanhat sanat")
