"""A month as a table. Its cells are written here: a year of four children has some 1,500 of them, which
take a template half of the time that the page may take.

Colour, pattern, letter and hidden text say the same.
"""

from collections.abc import Mapping

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from office.core import dates
from plans.parents import Parent
from plans.schedule.months import Month, ScheduleMonthDay

Names = Mapping[Parent, str]
# Marks a handover without an hour.
CHANGE = "\u21c4"
NO_DAY = mark_safe("<td></td>")


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
        }
        self.weekdays = list(
            zip(dates.SHORT_WEEKDAYS[self.language], dates.WEEKDAYS[self.language], strict=True)
        )

    def table(self, month: Month, whose: str = "") -> SafeString:
        """Return one month. `whose`: tells it from other tables of the same month."""
        weeks = [
            (week.number, [self._cell(cell) if cell else NO_DAY for cell in week.cells])
            for week in month.weeks
        ]
        context = {
            "label": dates.month_label(month.first, self.language),
            "whose": whose,
            "is_small": self.is_small,
            "weekdays": self.weekdays,
            "weeks": weeks,
        }
        return render_to_string("plans/schedule/_month.html", context)

    def _change_label(self, cell: ScheduleMonthDay) -> str:
        """Label a handover, with the hour only where one was chosen."""
        if cell.changes_at is not None:
            at = dates.clock(cell.changes_at, self.language)
            return str(self.words["change"]) % {"time": at}
        return str(self.words["change_morning" if cell.in_the_morning else "change_somewhen"])

    def _cell(self, cell: ScheduleMonthDay) -> SafeString:
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
            # A special day may be named as the public holiday is.
            if escape(cell.holiday) not in parts:
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
        text = (
            f'<td class="{css}"{current}><b>{cell.date.day}</b>'
            f'<i aria-hidden="true">{letter}</i>{more}<span class="sr-only">, {words}</span></td>'
        )
        return mark_safe(text)  # noqa: S308 - every name is escaped above
