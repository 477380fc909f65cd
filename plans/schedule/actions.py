"""Writing the schedule: a parent's own answer, or a suggestion that is begun with the other's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction

from plans.content import family, sharing
from plans.content.agreement import Matter
from plans.content.answers import ANSWERS, FOR_ALL, ChangedElsewhereError, Content, answer_key
from plans.models import Kind
from plans.parents import Parent
from plans.schedule.choices import Scheme, read, to_json
from plans.schedule.steps import Step, part_mark, without
from plans.vault import drafts
from plans.vault.drafts import Access

QUESTION = "living-schedule"
# In one's own part: suggestions that are not sent yet, apart from one's own answers.
SUGGESTIONS = "suggestions"
# In one's own part, by sheet: the schedule as it was before something of it was removed.
REMOVED = "schedule_removed"


class NothingToStartFromError(Exception):
    """There is no schedule to begin with."""


class Source(StrEnum):
    """Whose words: one's own draft, a suggestion not sent yet, and what either says yes to."""

    OWN = ""
    SUGGESTION = "s"
    MINE = "y"
    THEIRS = "o"


@dataclass(frozen=True)
class Sheet:
    """Which schedule it is: for all children or for one, and whose words."""

    child: int = FOR_ALL
    source: Source = Source.OWN

    @property
    def is_suggestion(self) -> bool:
        return self.source is Source.SUGGESTION

    @property
    def is_written(self) -> bool:
        """What is shared is only looked at here."""
        return self.source in (Source.OWN, Source.SUGGESTION)

    def of(self, child: int) -> "Sheet":
        """The same source, another child."""
        return Sheet(child, self.source)

    @property
    def key(self) -> str:
        return answer_key(QUESTION, self.child)

    def __str__(self) -> str:
        return f"{self.source.value}{self.child}"

    @property
    def place(self) -> str:
        return SUGGESTIONS if self.is_suggestion else ANSWERS


def sheet_named(name: str) -> Sheet:
    """The sheet called "2", or "s2" for a suggestion."""
    source = Source(name[:1] if name[:1].isalpha() else "")
    return Sheet(int(name.removeprefix(source.value)), source)


def shared_content(shared: Mapping[str, Any], parent: Parent) -> Content:
    """The schedules to which a parent says yes, as content to be read."""
    words = {
        key: matter.words_of(parent) or ""
        for key, matter in sharing.matters_of(shared).items()
        if sharing.question_of(key) == QUESTION
    }
    return {ANSWERS: words}


def words_of(content: Mapping[str, Any], sheet: Sheet) -> str:
    """As it is kept; empty where nothing is."""
    words: str = content.get(sheet.place, {}).get(sheet.key, "")
    return words


def scheme_of(content: Mapping[str, Any], sheet: Sheet) -> Scheme:
    return read(words_of(content, sheet)) or Scheme()


def with_words(content: Content, sheet: Sheet, words: str) -> Content:
    """The content with that schedule; without one where the words are empty."""
    kept = dict(content.get(sheet.place, {}))
    if words:
        kept[sheet.key] = words
    else:
        kept.pop(sheet.key, None)
    return {**content, sheet.place: kept}


def change(
    access: Access,
    kind: Kind,
    sheet: Sheet,
    edit: Callable[[Scheme], Scheme],
    *,
    step: Step | None = None,
    seen: str = "",
) -> Scheme:
    """Change a schedule by `edit`, which gets it as it stands now.

    `step` and `seen`: the page and the mark of its part as the page was opened. Raises
    ChangedElsewhereError where another tab has changed that part meanwhile.
    """

    def within(content: Content) -> Content:
        before = scheme_of(content, sheet)
        after = edit(before)
        if to_json(after) == to_json(before):
            return content
        if step is not None and part_mark(before, step) != seen:
            raise ChangedElsewhereError({})
        return with_words(content, sheet, to_json(after))

    return scheme_of(drafts.change(access, kind, within), sheet)


def clear(access: Access, kind: Kind, sheet: Sheet, group: str) -> None:
    """Take one layer away; it can be put back."""
    _remove(access, kind, sheet, lambda scheme: without(scheme, group))


def remove(access: Access, kind: Kind, sheet: Sheet) -> None:
    """Take a whole schedule away; it can be put back."""
    _remove(access, kind, sheet, lambda _scheme: Scheme())


def _remove(access: Access, kind: Kind, sheet: Sheet, edit: Callable[[Scheme], Scheme]) -> None:
    def within(content: Content) -> Content:
        before = words_of(content, sheet)
        after = to_json(edit(scheme_of(content, sheet)))
        if after == before:
            # Pressed twice: what was there first stays to be put back.
            return content
        removed = {**content.get(REMOVED, {}), str(sheet): [before, after]}
        return {**with_words(content, sheet, after), REMOVED: removed}

    drafts.change(access, kind, within)


def can_restore(content: Mapping[str, Any], sheet: Sheet) -> bool:
    """Whether something was removed, and nothing was said since."""
    _before, after = content.get(REMOVED, {}).get(str(sheet), (None, None))
    return after is not None and after == words_of(content, sheet)


def restore(access: Access, kind: Kind, sheet: Sheet) -> bool:
    """Put back what was removed last; False where something else is said by now."""
    restored = False

    def within(content: Content) -> Content:
        nonlocal restored
        before, _after = content.get(REMOVED, {}).get(str(sheet), ("", ""))
        if not can_restore(content, sheet):
            restored = bool(before) and before == words_of(content, sheet)
            return content
        restored = True
        return with_words(content, sheet, before)

    drafts.change(access, kind, within)
    return restored


def begin_from_common(access: Access, kind: Kind, sheet: Sheet) -> None:
    """One child's own schedule, begun as the one for all is. What is there already stays."""

    def within(content: Content) -> Content:
        if words_of(content, sheet):
            return content
        return with_words(content, sheet, words_of(content, Sheet()))

    drafts.change(access, kind, within)


def begin_suggestion(access: Access, child: int) -> None:
    """Begin with what the other parent has shared, else with what one has shared oneself.

    A suggestion that was begun and not sent goes on. Raises NothingToStartFromError.
    """
    sheet = Sheet(child, Source.SUGGESTION)
    matter = sharing.matters_of(family.read_shared(access)).get(sheet.key)
    parent = access.parent or Parent.FIRST
    start = matter and (matter.words_of(parent.other) or matter.words_of(parent))
    if not start:
        raise NothingToStartFromError

    def within(content: Content) -> Content:
        return content if words_of(content, sheet) else with_words(content, sheet, start)

    drafts.change(access, access.own, within)


def send_suggestion(access: Access, child: int, seen: str) -> Matter:
    """Share the suggestion. `seen`: the mark of the other's words as they were read.

    Raises NothingToStartFromError where it is empty, NotTheseWordsError, NoSuchMatterError.
    """
    sheet = Sheet(child, Source.SUGGESTION)
    with transaction.atomic():
        words = words_of(drafts.read(access, access.own), sheet)
        if not words:
            raise NothingToStartFromError
        matter = sharing.suggest(access, sheet.key, words, seen)
        drafts.change(access, access.own, lambda content: with_words(content, sheet, ""))
    return matter


def of_children(
    content: Mapping[str, Any], children: Sequence[int], sheet: Sheet
) -> dict[int, Scheme]:
    """Which schedule each child has: their own, else the one for all."""
    common = scheme_of(content, sheet.of(FOR_ALL))
    return {
        child: scheme_of(content, sheet.of(child)) if words_of(content, sheet.of(child)) else common
        for child in children
    }
