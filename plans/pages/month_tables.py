"""Months as HTML tables, built by hand: a year of four children has some 1,500 cells.

Colour, pattern, letter and hidden text say the same.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from office.core import dates
from plans.parents import Parent
from plans.schedule.months import DayCell, Month

Names = Mapping[Parent, str]
# Marks a handover without an hour.
CHANGE = "\u21c4"


class MonthTables:
    """Draw the months of one schedule. `labels`: names of the special arrangements."""

    def __init__(
        self, names: Names, letters: Names, labels: Mapping[str, str], *, is_small: bool = False
    ) -> None:
        self.names = {parent: escape(name) for parent, name in names.items()}
        self.letters = {parent: escape(letter) for parent, letter in letters.items()}
        self.labels = {label: escape(parts) for label, parts in labels.items()}
        self.is_small = is_small
        self.language = dates.known(get_language())
        self.words: dict[str, str | Promise] = {
            "nobody": escape(_("not decided")),
            "change": escape(_("changes home at %(time)s")),
            "change_somewhen": escape(_("changes home")),
            "change_morning": escape(_("changes home in the morning")),
            "evening": escape(_("evening: %(parent)s")),
            "today": escape(_("today")),
            "week": escape(_("Week")),
        }
        short, long = dates.SHORT_WEEKDAYS[self.language], dates.WEEKDAYS[self.language]
        head = "".join(
            f'<th scope="col"><span aria-hidden="true">{brief}</span>'
            f'<span class="sr-only">{name}</span></th>'
            for brief, name in zip(short, long, strict=True)
        )
        self.head = (
            f'<thead><tr><th scope="col" class="turns__week"><span class="sr-only">'
            f"{self.words['week']}</span></th>{head}</tr></thead>"
        )

    def table(self, month: Month, whose: str = "") -> SafeString:
        """Return one month. `whose`: tells it from other tables of the same month."""
        name = escape(dates.month_label(month.first, self.language))
        rows = []
        for week in month.weeks:
            cells = "".join(self._cell(cell) if cell else "<td></td>" for cell in week.cells)
            rows.append(f'<tr><th scope="row" class="turns__week">{week.number}</th>{cells}</tr>')
        hidden = f'<span class="sr-only">{escape(whose)}</span>' if whose else ""
        css = "turns turns--small" if self.is_small else "turns"
        text = (
            f'<table class="{css}"><caption>{name}{hidden}</caption>{self.head}'
            f"<tbody>{''.join(rows)}</tbody></table>"
        )
        return mark_safe(text)  # noqa: S308 - every name is escaped above

    def _change_label(self, cell: DayCell) -> str:
        """With the hour only where one was chosen."""
        if cell.changes_at is not None:
            at = dates.clock(cell.changes_at, self.language)
            return str(self.words["change"]) % {"time": at}
        return str(self.words["change_morning" if cell.in_the_morning else "change_somewhen"])

    def _cell(self, cell: DayCell) -> str:
        parent = cell.parent
        if parent is None:
            css, letter, parts = "turn turn--open", "?", [self.words["nobody"]]
        else:
            css, letter, parts = (
                f"turn turn--{parent.value}",
                self.letters[parent],
                [self.names[parent]],
            )
        if cell.changes:
            css += " turn--change"
            parts.append(self._change_label(cell))
        more = ""
        if cell.evening is not None:
            parts.append(str(self.words["evening"]) % {"parent": self.names[cell.evening]})
            letter = f"{letter}<sup>{self.letters[cell.evening]}</sup>"
        if cell.label:
            css += " turn--special"
            parts.append(self.labels.get(cell.label, ""))
        if cell.holiday:
            css += " turn--holiday"
            parts.append(escape(cell.holiday))
        if cell.is_today:
            css += " turn--today"
            parts.append(self.words["today"])
        words = ", ".join(str(word) for word in parts)
        if not self.is_small and cell.changes:
            known = cell.changes_at
            at = CHANGE if known is None else dates.clock(known, self.language)
            more = f'<small aria-hidden="true">{at}</small>'
        current = ' aria-current="date"' if cell.is_today else ""
        return (
            f'<td class="{css}"{current}><b>{cell.date.day}</b>'
            f'<i aria-hidden="true">{letter}</i>{more}<span class="sr-only">, {words}</span></td>'
        )
