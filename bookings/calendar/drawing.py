"""Drawing the calendar: from a diary to rows of people or rooms, a week or a day across."""

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.calendar.busy_time import BookedTime
from bookings.calendar.diary import CalendarResource, Diary, Piece
from bookings.calendar.page import (
    CELL,
    CLIENTS,
    EARLIEST,
    HOUR_CELLS,
    KINDS,
    LATEST,
    Block,
    CalendarCell,
    CalendarChoice,
    CalendarDay,
    CalendarRow,
    Links,
    Page,
)
from bookings.models import Status
from office.core import clock, dates
from office.core.intervals import subtract
from office.models import Absence, Unit


def page_of(diary: Diary, choice: CalendarChoice, unit: Unit) -> Page:
    """The rows and columns to draw. No query."""
    return _Drawing(diary, choice, unit).page()


class _Drawing:
    def __init__(self, diary: Diary, choice: CalendarChoice, unit: Unit) -> None:
        self.diary, self.choice, self.unit = diary, choice, unit
        self.language = get_language()
        self.now = clock.now()
        self.book = Links()
        self.services = {s.pk: str(s.name) for s in diary.services}
        self.names = {p.pk: p.name for p in [*diary.people, *diary.rooms]}
        self.rooms = {room.pk for room in diary.rooms}
        self.kinds = {kind: str(name) for kind, name in KINDS.items()}
        self.reasons = {value: str(label) for value, label in Absence.Reason.choices}
        self.statuses = {
            str(value): str(Status(value).label)
            for value in (Status.ARRIVED, Status.IN_MEETING, Status.DONE, Status.NO_SHOW)
        }
        self.clocks: dict[datetime, tuple[str, int]] = {}
        # What is too short for any service is not worth a block.
        self.shortest = timedelta(minutes=min((s.duration for s in diary.services), default=CELL))

    def page(self) -> Page:
        shown = self._shown()
        days = self._days(shown)
        page = Page(self.choice, [], [self._column(day) for day in days])
        if self.choice.view == "day":
            self._draw_day(page, shown)
        else:
            page.rows = [self._week_row(person, days) for person in shown]
        starts = sorted(
            (start, who)
            for (who, day), found in self.diary.lit.items()
            if day in days
            for start, point in found
            if self.choice.point in (None, point)
        )
        page.lit = len({start for start, _who in starts})
        if starts and self.choice.who == "people":
            start, who = starts[0]
            page.first_lit = (
                f"{dates.short_day(start, self.language)} {self._clock(start)[0]}, "
                f"{self.names.get(who, '')}"
            )
        return page

    def _shown(self) -> list[CalendarResource]:
        """Who has a row: everybody, or those who are at the chosen point in these days."""
        diary, point = self.diary, self.choice.point
        if self.choice.who == "rooms":
            return [room for room in diary.rooms if point in (None, room.point)]
        busy = {pk for pk, _day in diary.pieces}
        if point is None:
            return [p for p in diary.people if not p.is_partner or p.pk in busy]
        there = {
            pk
            for (pk, _day), pieces in diary.pieces.items()
            if any(p.point == point for p in pieces)
        }
        return [person for person in diary.people if person.pk in there]

    def _days(self, shown: list[CalendarResource]) -> list[date]:
        """All seven days only where there is something at the weekend."""
        days = self.diary.days
        if len(days) == 1:
            return days
        used = [
            day.weekday()
            for day in days[5:]
            if any(self.diary.of(person.pk, day) for person in shown)
        ]
        return days[: max([4, *used]) + 1]

    def _column(self, day: date) -> CalendarDay:
        return CalendarDay(
            day,
            day == clock.today(),
            self.diary.notes.get(day, []),
            self.choice.url(view="day", day=day),
        )

    # The week: a cell is a day, with its blocks below each other.

    def _week_row(self, person: CalendarResource, days: list[date]) -> CalendarRow:
        places = {p.point for day in days for p in self.diary.of(person.pk, day) if p.point}
        alone = len(places) == 1 or self.choice.who == "rooms"
        cells = []
        for day in days:
            pieces = [p for p in self._pieces(person, day) if p.kind != "buffer"]
            here = {piece.point for piece in pieces if piece.point}
            together = len(here) == 1
            blocks = [
                self._block(person, piece, day, with_place=not alone and not together)
                for piece in pieces
            ]
            place = "" if alone or not together else self._point(next(iter(here)))
            nothing = f"{person.name}, {dates.short_day(day, self.language)}, {self.kinds['off']}"
            css = "is-today" if day == clock.today() else ""
            cells.append(CalendarCell(day, blocks, "" if blocks else nothing, place, css))
        return CalendarRow(
            person.pk, person.name, self._home(person, places), cells, person.is_partner
        )

    def _home(self, person: CalendarResource, places: set[int]) -> str:
        if person.point:
            return self._point(person.point)
        return self._point(next(iter(places))) if len(places) == 1 else ""

    # The day: a cell is a block, as long as it lasts.

    def _draw_day(self, page: Page, shown: list[CalendarResource]) -> None:
        day = self.choice.day
        rows = [(person, self._pieces(person, day)) for person in shown]
        spans = [
            (self._clock(piece.start)[1], self._end(piece))
            for _person, pieces in rows
            for piece in pieces
            if piece.kind != "away"
        ]
        first = max(EARLIEST, min([8 * 60, *(start for start, _ in spans)]) // 60)
        last = min(LATEST, -(-max([16 * 60, *(end for _, end in spans)]) // 60))
        page.hours = list(range(first, last))
        page.cells = (last - first) * HOUR_CELLS
        page.rows = [
            self._day_row(person, pieces, first * 60, last * 60) for person, pieces in rows
        ]
        local = clock.local(self.now)
        minutes = local.hour * 60 + local.minute
        if day == local.date() and first * 60 <= minutes < last * 60:
            page.now = (minutes - first * 60) // 15

    def _day_row(
        self, person: CalendarResource, pieces: list[Piece], first: int, last: int
    ) -> CalendarRow:
        places = {piece.point for piece in pieces if piece.point}
        cells: list[CalendarCell] = []
        at = first
        for piece in pieces:
            begins = max(at, self._clock(piece.start)[1] // CELL * CELL)
            ends = min(last, -(-self._end(piece) // CELL) * CELL)
            if begins >= ends:
                continue
            if begins > at:
                cells.append(self._off(person, at, begins))
            bit = self._block(person, piece, self.choice.day, with_place=len(places) > 1)
            span = (ends - begins) // CELL
            css = f"is-{piece.kind}"
            cells.append(CalendarCell(self.choice.day, [bit], "", "", css, span, begins, ends))
            at = ends
        if at < last:
            cells.append(self._off(person, at, last))
        return CalendarRow(
            person.pk, person.name, self._home(person, places), cells, person.is_partner
        )

    def _off(self, person: CalendarResource, begins: int, ends: int) -> CalendarCell:
        span = f"{self._minutes(begins)}–{self._minutes(ends)}"
        nothing = f"{person.name}, {span}, {self.kinds['off']}"
        cells = (ends - begins) // CELL
        return CalendarCell(self.choice.day, [], nothing, "", "is-off", cells, begins, ends)

    # Blocks.

    def _pieces(self, person: CalendarResource, day: date) -> list[Piece]:
        """What stands on the day; of a room, also when it is free. Free time that has passed is none."""
        pieces = self.diary.of(person.pk, day)
        if self.choice.who == "rooms":
            pieces = self._with_free(person, day, pieces)
        return [p for p in pieces if p.kind != "free" or self._may_be_used(p)]

    def _may_be_used(self, free: Piece) -> bool:
        return free.end - max(free.start, self.now) >= self.shortest

    def _with_free(self, room: CalendarResource, day: date, pieces: list[Piece]) -> list[Piece]:
        if room.point in self.diary.closed.get(day, set()) or day.weekday() > 4:
            return pieces
        office = clock.at(day, self.unit.office_opens), clock.at(day, self.unit.office_closes)
        free = subtract([office], [(piece.start, piece.end) for piece in pieces])
        added = [Piece("free", start, end, room.point) for start, end in free]
        return sorted([*pieces, *added], key=lambda piece: piece.start)

    def _block(
        self, person: CalendarResource, piece: Piece, day: date, *, with_place: bool
    ) -> Block:
        kind = piece.kind
        start, begins = self._clock(piece.start)
        ends = self._end(piece)
        end = "24" if ends == 1440 else self._clock(piece.end)[0]
        booking = piece.booking
        elsewhere = self.choice.point and piece.point and piece.point != self.choice.point
        if elsewhere and not booking:
            kind = "elsewhere"
        place = self._point(piece.point) if with_place or elsewhere else ""
        over = " is-over" if piece.end <= self.now else ""
        time = _("all day") if (begins, ends) == (0, 1440) else f"{start}–{end}"
        label = f"{person.name}, {dates.short_day(day, self.language)}, {time}, {self.kinds[kind]}"
        if booking is not None and kind in CLIENTS:
            return self._booked(person, piece, booking, kind, label, start, place, over)
        if kind == "free":
            return self._free(person, piece, label, time, place, begins, ends, over)
        what = self.reasons.get(piece.detail) or self.kinds[kind]
        return Block(kind, kind + over, label, time, what, more=place)

    def _booked(
        self,
        person: CalendarResource,
        piece: Piece,
        booking: BookedTime,
        kind: str,
        label: str,
        time: str,
        place: str,
        over: str,
    ) -> Block:
        members = self.diary.members.get(booking.claim, [])
        staff = [pk for pk in members if pk not in self.rooms]
        room = next((pk for pk in members if pk in self.rooms), None)
        others = [pk for pk in members if pk != person.pk]
        more = ", ".join(
            [self.names[pk] for pk in others if pk in self.names]
            + ([place] if place else [])
            + ([self.statuses[booking.status]] if booking.status in self.statuses else [])
        )
        moves = ""
        if (
            self.book.change
            and booking.status == Status.CONFIRMED
            and kind in ("booked", "wrong")
            and piece.start > self.now
        ):
            local = clock.local(piece.start)
            moves = "|".join(
                [
                    booking.reference,
                    local.strftime("%Y-%m-%dT%H:%M"),
                    str((booking.end - booking.start) // timedelta(minutes=1)),
                    " ".join(map(str, staff)),
                    str(room or ""),
                    str(piece.point or ""),
                ]
            )
        return Block(
            kind,
            kind + over,
            f"{label}, {more}" if more else label,
            time,
            self.services.get(booking.service or 0, ""),
            booking.reference,
            booking.language,
            more,
            self.book.request(booking.reference) if booking.reference else "",
            moves,
        )

    def _free(
        self,
        person: CalendarResource,
        piece: Piece,
        label: str,
        time: str,
        place: str,
        begins: int,
        ends: int,
        over: str,
    ) -> Block:
        diary, search = self.diary, self.diary.search
        day = clock.local(piece.start).date()
        what, css, starts = self.kinds["free"], "free" + over, []
        if search is not None and self.choice.who == "people":
            starts = [
                start
                for start, point in diary.lit.get((person.pk, day), [])
                if piece.start <= start < piece.end and point == piece.point
            ]
            css = f"free is-lit{over}" if starts else f"free is-dim{over}"
            if starts:
                time, what = "", ", ".join(self._clock(start)[0] for start in starts)
                label = f"{label}, {_('a visit can begin')}"
        href = ""
        if self.book.book and not over and (starts or search is None):
            query = {
                "service": search.service.slug if search else "",
                "language": search.language if search else "",
                "point": piece.point or "",
                "from": day.isoformat(),
                # A press in somebody's row books that one.
                "professional": person.pk if self.choice.who == "people" else "",
                "at": clock.local(starts[0] if starts else piece.start).strftime("%H:%M"),
            }
            href = f"{self.book.book}?{urlencode({k: v for k, v in query.items() if v})}"
        return Block(
            "free",
            css,
            label,
            time,
            what,
            more=place,
            href=href,
            begins=begins,
            ends=ends,
            point=piece.point,
        )

    # Words.

    def _clock(self, instant: datetime) -> tuple[str, int]:
        """As a clock shows it, and the minutes since midnight; remembered."""
        found = self.clocks.get(instant)
        if found is None:
            local = clock.local(instant)
            text = dates.clock(local.timetz(), self.language)
            found = self.clocks[instant] = (text, local.hour * 60 + local.minute)
        return found

    def _end(self, piece: Piece) -> int:
        """Minutes since midnight at which the piece ends: 1440 for midnight."""
        return self._clock(piece.end)[1] or 1440

    def _minutes(self, minutes: int) -> str:
        separator = ":" if dates.known(self.language) == "en" else "."
        return f"{minutes // 60}{separator}{minutes % 60:02d}"

    def _point(self, pk: int | None) -> str:
        return self.diary.points.get(pk or 0, "")
