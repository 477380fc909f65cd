"""Drawing the calendar: from a diary to rows of people or rooms, a week or a day across."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from django.utils.translation import get_language

from bookings.calendar.blocks import BlockMaker
from bookings.calendar.choice import CalendarChoice
from bookings.calendar.diary import CalendarResource, Diary, DiaryStretch
from bookings.calendar.page import (
    CELL,
    EARLIEST,
    HOUR_CELLS,
    LATEST,
    OFFICE_HOURS,
    STRIP_HOURS,
    CalendarBlock,
    CalendarCell,
    CalendarDay,
    CalendarPage,
    CalendarRow,
)
from office.core import clock, dates
from office.core.intervals import contains, subtract
from office.models import Unit

QUARTER = 15


def page_of(
    diary: Diary, choice: CalendarChoice, unit: Unit, *, barred: Collection[str] = ()
) -> CalendarPage:
    """Lay out the rows and columns; `barred`: the visits whose names are not shown. No query."""
    return _Drawing(diary, choice, unit, barred).page()


class _Drawing:
    def __init__(
        self, diary: Diary, choice: CalendarChoice, unit: Unit, barred: Collection[str]
    ) -> None:
        self.diary, self.choice, self.unit = diary, choice, unit
        self.language = get_language()
        self.now = clock.now()
        self.make = BlockMaker(diary, choice, barred)
        # What is too short for any service is not worth a block.
        self.shortest = timedelta(
            minutes=min((s.duration for s in diary.services if s.is_active), default=CELL)
        )

    def page(self) -> CalendarPage:
        shown = self._shown()
        days = self._days(shown)
        page = CalendarPage(
            self.choice, [], [self._column(day) for day in days], named=self.make.named
        )
        if self.choice.view == "day":
            self._draw_day(page, shown)
        else:
            self._draw_week(page, shown, days)
        page.kinds = {
            block.kind for row in page.rows for cell in row.cells for block in cell.blocks
        }
        rows = {person.pk for person in shown}
        starts = sorted(
            (start, who)
            for (who, day), found in self.diary.lit.items()
            if day in days and who in rows
            for start, point in found
            if self.choice.point in (None, point)
        )
        page.lit = len({start for start, _who in starts})
        if starts and self.choice.who == "people":
            start, who = starts[0]
            page.first_lit = (
                f"{dates.short_day(start, self.language)} {self.make.clock(start)[0]}, "
                f"{self.make.names.get(who, '')}"
            )
        return page

    def _shown(self) -> list[CalendarResource]:
        """Return who has a row: everybody, or those whom the filters leave."""
        diary, choice = self.diary, self.choice
        if choice.who == "rooms":
            return [room for room in diary.rooms if choice.point in (None, room.point)]
        busy = {pk for pk, _day in diary.pieces}
        shown = [p for p in diary.people if not p.is_partner or p.pk in busy]
        if choice.point is not None:
            there = {
                pk
                for (pk, _day), pieces in diary.pieces.items()
                if any(p.point == choice.point for p in pieces)
            }
            shown = [person for person in shown if person.pk in there]
        if choice.person is not None:
            # Whoever is asked for by name is shown, also beyond the own rows.
            return [person for person in diary.people if person.pk == choice.person]
        if choice.is_own:
            shown = [person for person in shown if person.pk in choice.own_people]
        service = next((s.pk for s in diary.services if s.slug == choice.gives), None)
        if service is not None:
            shown = [person for person in shown if service in person.gives]
        if choice.role:
            shown = [person for person in shown if person.role == choice.role]
        return shown

    def _days(self, shown: list[CalendarResource]) -> list[date]:
        """Return Monday to Friday, and of the weekend the days on which there is something."""
        days = self.diary.days
        if len(days) == 1:
            return days
        return [
            day
            for day in days
            if day.weekday() < 5 or any(self.diary.of(person.pk, day) for person in shown)
        ]

    def _column(self, day: date) -> CalendarDay:
        return CalendarDay(
            day,
            day == clock.today(),
            self.diary.notes.get(day, []),
            self.choice.url(view="day", day=day),
        )

    # The week: a cell is a day, with its blocks below each other, or on the strip of its hours.

    def _draw_week(
        self, page: CalendarPage, shown: list[CalendarResource], days: list[date]
    ) -> None:
        rows = [(person, {day: self._pieces(person, day) for day in days}) for person in shown]
        strip = None
        if self.choice.is_compact:
            first, last = self._hours(
                [p for _person, on in rows for found in on.values() for p in found]
            )
            strip = first, min(last, first + STRIP_HOURS)
            page.hours = list(range(*strip))
        page.rows = [self._week_row(person, on, strip) for person, on in rows]

    def _week_row(
        self,
        person: CalendarResource,
        pieces: dict[date, list[DiaryStretch]],
        strip: tuple[int, int] | None,
    ) -> CalendarRow:
        home = self._home(person, pieces)
        cells = []
        for day, found in pieces.items():
            found = [p for p in found if p.kind != "buffer"]
            here = {piece.point for piece in found if piece.point}
            together = len(here) <= 1
            blocks = [
                self.make.block(person, piece, day, with_point=not together) for piece in found
            ]
            if strip is not None:
                blocks = [
                    self._on_strip(block, piece, strip)
                    for block, piece in zip(blocks, found, strict=True)
                ]
            place = "" if not together or here <= {home} else self.make.point(next(iter(here)))
            nothing = f"{person.name}, {self.make.day(day)}, {self.make.kinds['off']}"
            css = "is-today" if day == clock.today() else ""
            cells.append(CalendarCell(day, blocks, "" if blocks else nothing, place, css))
        return self._row(person, home, cells)

    def _home(self, person: CalendarResource, pieces: dict[date, list[DiaryStretch]]) -> int | None:
        """Return where somebody is on most of the days; of two the first."""
        if person.point:
            return person.point
        days = Counter(
            point for found in pieces.values() for point in {p.point for p in found if p.point}
        )
        return max(days, key=lambda point: days[point], default=None)

    def _row(
        self, person: CalendarResource, home: int | None, cells: list[CalendarCell]
    ) -> CalendarRow:
        languages = " ".join(person.languages)
        place = " · ".join(filter(None, [self.make.point(home), languages]))
        return CalendarRow(person.pk, person.name, place, cells, person.is_partner)

    def _hours(self, pieces: list[DiaryStretch]) -> tuple[int, int]:
        """Return the first hour to show, and the one in which the last of the hours end."""
        spans = [
            (self.make.clock(piece.start)[1], self.make.end(piece))
            for piece in pieces
            if piece.kind not in ("away", "closed")
        ]
        if not spans:
            return OFFICE_HOURS
        first = max(EARLIEST, min(start for start, _end in spans) // 60)
        last = min(LATEST, -(-max(end for _start, end in spans) // 60))
        # An hour is not drawn across the whole page.
        return min(first, OFFICE_HOURS[0]), max(last, first + 4)

    def _on_strip(
        self, block: CalendarBlock, piece: DiaryStretch, strip: tuple[int, int]
    ) -> CalendarBlock:
        first, last = strip[0] * 60, strip[1] * 60
        begins = min(max(self.make.clock(piece.start)[1], first), last - QUARTER)
        ends = max(min(self.make.end(piece), last), begins + QUARTER)
        at, until = (begins - first) // QUARTER, -(-(ends - first) // QUARTER)
        return replace(block, css=f"{block.css} from-{at} len-{until - at}")

    # The day: a cell is a block, as long as it lasts.

    def _draw_day(self, page: CalendarPage, shown: list[CalendarResource]) -> None:
        day = self.choice.day
        rows = [(person, self._pieces(person, day)) for person in shown]
        first, last = self._hours([piece for _person, pieces in rows for piece in pieces])
        page.hours = list(range(first, last))
        page.cells = (last - first) * HOUR_CELLS
        page.rows = [
            self._day_row(person, pieces, first * 60, last * 60) for person, pieces in rows
        ]
        local = clock.local(self.now)
        minutes = local.hour * 60 + local.minute
        if day == local.date() and contains((first * 60, last * 60), minutes):
            page.now = (minutes - first * 60) // QUARTER

    def _day_row(
        self, person: CalendarResource, pieces: list[DiaryStretch], first: int, last: int
    ) -> CalendarRow:
        places = {piece.point for piece in pieces if piece.point}
        cells: list[CalendarCell] = []
        at = first
        for piece in pieces:
            begins = max(at, self.make.clock(piece.start)[1] // CELL * CELL)
            ends = min(last, -(-self.make.end(piece) // CELL) * CELL)
            if begins >= ends:
                continue
            if begins > at:
                cells.append(self._off(person, at, begins))
            bit = self.make.block(person, piece, self.choice.day, with_point=len(places) > 1)
            span = (ends - begins) // CELL
            css = f"is-{piece.kind}"
            cells.append(CalendarCell(self.choice.day, [bit], "", "", css, span, begins, ends))
            at = ends
        if at < last:
            cells.append(self._off(person, at, last))
        home = next(iter(places)) if len(places) == 1 else None
        return self._row(person, person.point or home, cells)

    def _off(self, person: CalendarResource, begins: int, ends: int) -> CalendarCell:
        span = f"{self._minutes(begins)}–{self._minutes(ends)}"
        nothing = f"{person.name}, {span}, {self.make.kinds['off']}"
        cells = (ends - begins) // CELL
        return CalendarCell(self.choice.day, [], nothing, "", "is-off", cells, begins, ends)

    def _minutes(self, minutes: int) -> str:
        separator = ":" if dates.known(self.language) == "en" else "."
        return f"{minutes // 60}{separator}{minutes % 60:02d}"

    # What stands on a day.

    def _pieces(self, person: CalendarResource, day: date) -> list[DiaryStretch]:
        """List what stands on the day; of a room, also when it is free from now on."""
        pieces = self.diary.of(person.pk, day)
        if self.choice.who == "rooms":
            pieces = self._with_free(person, day, pieces)
        return [p for p in pieces if p.kind != "free" or self._may_be_used(p)]

    def _may_be_used(self, free: DiaryStretch) -> bool:
        return free.end - max(free.start, self.now) >= self.shortest

    def _with_free(
        self, room: CalendarResource, day: date, pieces: list[DiaryStretch]
    ) -> list[DiaryStretch]:
        if room.point in self.diary.closed.get(day, set()) or day.weekday() > 4:
            return pieces
        office = clock.at(day, self.unit.office_opens), clock.at(day, self.unit.office_closes)
        free = subtract([office], [(piece.start, piece.end) for piece in pieces])
        added = [DiaryStretch("free", start, end, room.point) for start, end in free]
        return sorted([*pieces, *added], key=lambda piece: piece.start)
