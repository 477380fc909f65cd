"""Write the schedule: a parent's own answer, or a suggestion based on the other's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction

from plans.content import family, sharing
from plans.content.agreement import PlanMatter
from plans.content.answers import ANSWERS, FOR_ALL, AnswerChangedError, Content, answer_key
from plans.models import PartKind
from plans.parents import Parent
from plans.schedule.choices import Scheme
from plans.schedule.parts import with_part
from plans.schedule.steps import (
    GROUPS,
    ScheduleStep,
    group_of,
    part_fingerprint,
    tidied,
    with_group,
    without,
)
from plans.schedule.storage import read, to_json
from plans.vault import drafts
from plans.vault.drafts import DraftAccess

QUESTION = "living-schedule"
# In a parent's own part: suggestions not sent yet, separate from their own answers.
SUGGESTIONS = "suggestions"
# In a parent's own part, by sheet: the schedule before something was removed.
REMOVED = "schedule_removed"


class NothingToStartFromError(Exception):
    """There is no schedule to begin with."""


class ScheduleSource(StrEnum):
    """Whose words: the own draft, a suggestion not sent yet, or what either parent accepts."""

    OWN = ""
    SUGGESTION = "s"
    MINE = "y"
    THEIRS = "o"


@dataclass(frozen=True)
class ScheduleSheet:
    """A schedule: for all children or for one, and whose words."""

    child: int = FOR_ALL
    source: ScheduleSource = ScheduleSource.OWN

    @property
    def is_suggestion(self) -> bool:
        return self.source is ScheduleSource.SUGGESTION

    @property
    def is_written(self) -> bool:
        """Shared schedules are read-only here."""
        return self.source in (ScheduleSource.OWN, ScheduleSource.SUGGESTION)

    def of(self, child: int) -> "ScheduleSheet":
        """Return the same source for another child."""
        return ScheduleSheet(child, self.source)

    @property
    def key(self) -> str:
        return answer_key(QUESTION, self.child)

    def __str__(self) -> str:
        return f"{self.source.value}{self.child}"

    @property
    def place(self) -> str:
        return SUGGESTIONS if self.is_suggestion else ANSWERS


def sheet_named(name: str) -> ScheduleSheet:
    """Return the sheet called "2", or "s2" for a suggestion."""
    source = ScheduleSource(name[:1] if name[:1].isalpha() else "")
    return ScheduleSheet(int(name.removeprefix(source.value)), source)


def shared_content(shared: Mapping[str, Any], parent: Parent) -> Content:
    """Return the schedules that a parent accepts, as content to be read."""
    words = {
        key: matter.words_of(parent) or ""
        for key, matter in sharing.matters_of(shared).items()
        if sharing.question_of(key) == QUESTION
    }
    return {ANSWERS: words}


def words_of(content: Mapping[str, Any], sheet: ScheduleSheet) -> str:
    """Return the schedule as stored; empty where there is none."""
    words: str = content.get(sheet.place, {}).get(sheet.key, "")
    return words


def scheme_of(content: Mapping[str, Any], sheet: ScheduleSheet) -> Scheme:
    return read(words_of(content, sheet)) or Scheme()


def with_words(content: Content, sheet: ScheduleSheet, words: str) -> Content:
    """Set the schedule in the content, or remove it where the words are empty."""
    kept = dict(content.get(sheet.place, {}))
    if words:
        kept[sheet.key] = words
    else:
        kept.pop(sheet.key, None)
    return {**content, sheet.place: kept}


def change(
    access: DraftAccess,
    kind: PartKind,
    sheet: ScheduleSheet,
    edit: Callable[[Scheme], Scheme],
    *,
    step: ScheduleStep | None = None,
    seen: str = "",
) -> Scheme:
    """Change a schedule with `edit`, which gets its current state.

    `step` and `seen`: the page, and the fingerprint of its part when it was opened. Raises
    AnswerChangedError where another tab has changed that part meanwhile.
    """

    def within(content: Content) -> Content:
        before = scheme_of(content, sheet)
        after = tidied(edit(before))
        if to_json(after) == to_json(before):
            return content
        if step is not None and part_fingerprint(before, step) != seen:
            raise AnswerChangedError({})
        return with_words(content, sheet, to_json(after))

    return scheme_of(drafts.change(access, kind, within), sheet)


def clear(access: DraftAccess, kind: PartKind, sheet: ScheduleSheet, group: str) -> None:
    """Remove one layer; it can be restored."""
    remove_part(access, kind, sheet, lambda scheme: without(scheme, group))


def remove(access: DraftAccess, kind: PartKind, sheet: ScheduleSheet) -> None:
    """Remove a whole schedule; it can be restored."""
    remove_part(access, kind, sheet, lambda _scheme: Scheme())


def remove_part(
    access: DraftAccess, kind: PartKind, sheet: ScheduleSheet, edit: Callable[[Scheme], Scheme]
) -> None:
    """Remove what `edit` takes away; it can be restored."""

    def within(content: Content) -> Content:
        before = words_of(content, sheet)
        after = to_json(tidied(edit(scheme_of(content, sheet))))
        if after == before:
            # Sent twice: what was removed first can still be restored.
            return content
        removed = {**content.get(REMOVED, {}), str(sheet): [before, after]}
        return {**with_words(content, sheet, after), REMOVED: removed}

    drafts.change(access, kind, within)


def restorable(content: Mapping[str, Any], sheet: ScheduleSheet) -> list[str]:
    """Return the layers from which something was removed last.

    None where one of them has been changed since: what was said later is not overwritten.
    """
    kept = content.get(REMOVED, {}).get(str(sheet))
    if kept is None:
        return []
    before, after = (read(words) or Scheme() for words in kept)
    now = scheme_of(content, sheet)
    groups = [group for group in GROUPS if group_of(before, group) != group_of(after, group)]
    is_untouched = all(group_of(now, group) == group_of(after, group) for group in groups)
    return groups if is_untouched else []


def restore(access: DraftAccess, kind: PartKind, sheet: ScheduleSheet) -> bool:
    """Restore what was removed last; False where those layers say something else by now."""
    restored = False

    def within(content: Content) -> Content:
        nonlocal restored
        words, _after = content.get(REMOVED, {}).get(str(sheet), ("", ""))
        before, now = read(words) or Scheme(), scheme_of(content, sheet)
        groups = restorable(content, sheet)
        if not groups:
            # Sent twice: it is there.
            restored = bool(words) and words == words_of(content, sheet)
            return content
        restored = True
        for group in groups:
            now = with_group(now, before, group)
        return with_words(content, sheet, to_json(tidied(now)))

    drafts.change(access, kind, within)
    return restored


def begin_from_common(access: DraftAccess, kind: PartKind, sheet: ScheduleSheet) -> None:
    """Begin one child's own schedule as a copy of the common one, unless it exists."""

    def within(content: Content) -> Content:
        if words_of(content, sheet):
            return content
        return with_words(content, sheet, words_of(content, ScheduleSheet()))

    drafts.change(access, kind, within)


def begin_suggestion(access: DraftAccess, child: int) -> None:
    """Begin a suggestion from what the other parent has shared, else from one's own shared words.

    Continues a suggestion that was not sent. Raises NothingToStartFromError.
    """
    sheet = ScheduleSheet(child, ScheduleSource.SUGGESTION)
    matter = sharing.matters_of(family.read_shared(access)).get(sheet.key)
    parent = access.own_parent
    start = matter and (matter.words_of(parent.other) or matter.words_of(parent))
    if not start:
        raise NothingToStartFromError

    def within(content: Content) -> Content:
        return content if words_of(content, sheet) else with_words(content, sheet, start)

    drafts.change(access, access.own, within)


def send_suggestion(access: DraftAccess, child: int, seen: str) -> PlanMatter:
    """Share the suggestion. `seen`: the fingerprint of the other's words that were read.

    Raises NothingToStartFromError where it is empty, WordsChangedError, NoSuchMatterError.
    """
    sheet = ScheduleSheet(child, ScheduleSource.SUGGESTION)
    with transaction.atomic():
        words = words_of(drafts.read(access, access.own), sheet)
        if not words:
            raise NothingToStartFromError
        matter = sharing.suggest(access, sheet.key, words, seen)
        drafts.change(access, access.own, lambda content: with_words(content, sheet, ""))
    return matter


def accept_part(access: DraftAccess, child: int, group: str, seen: str) -> PlanMatter:
    """Accept one layer of the other's schedule: one's own words change in that layer alone.

    `seen`: the fingerprint of the other's words that were read. Raises WordsChangedError,
    NoSuchMatterError.
    """
    key = ScheduleSheet(child).key
    parent = access.own_parent
    with transaction.atomic():
        matter = sharing.matters_of(family.read_shared(access)).get(key)
        theirs = matter.words_of(parent.other) if matter is not None else None
        if matter is None or theirs is None:
            raise sharing.NoSuchMatterError
        words = with_part(matter.words_of(parent) or "", theirs, group)
        if words == theirs:
            return sharing.accept(access, key, seen)
        return sharing.suggest(access, key, words, seen)


def schemes_by_child(
    content: Mapping[str, Any], children: Sequence[int], sheet: ScheduleSheet
) -> dict[int, Scheme]:
    """Return each child's schedule: their own, else the common one."""
    common = scheme_of(content, sheet.of(FOR_ALL))
    return {
        child: scheme_of(content, sheet.of(child)) if words_of(content, sheet.of(child)) else common
        for child in children
    }
