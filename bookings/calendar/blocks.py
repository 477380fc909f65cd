"""The blocks of the calendar: what stands in each, what its label tells, where it leads."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from bookings.calendar.busy_time import BookedTime
from bookings.calendar.choice import CalendarChoice
from bookings.calendar.diary import CalendarResource, Diary, DiaryStretch
from bookings.calendar.page import CLIENTS, KINDS, CalendarBlock, CalendarMark, Links
from bookings.calendar.short_labels import surnames
from bookings.desk_kit.labels import language_label
from bookings.hooks import CALENDAR_PAGES
from bookings.interpreters.needs import interpreter_label, languages_of
from bookings.models import Status
from office.core import clock, dates
from office.core.intervals import contains
from office.models import Absence, Channel, ClaimKind


class BlockMaker:
    """Makes blocks from the pieces of a diary. No query."""

    def __init__(self, diary: Diary, choice: CalendarChoice, barred: Collection[str]) -> None:
        self.diary, self.choice, self.barred = diary, choice, barred
        self.language = get_language()
        self.now = clock.now()
        self.links = Links()
        # The codes of the bookings whose parties are named in what was made.
        self.named: set[str] = set()
        self._services = {s.pk: (str(s.name), s.calendar_name) for s in diary.services}
        self.names = {p.pk: p.name for p in [*diary.people, *diary.rooms]}
        self._rooms = {room.pk for room in diary.rooms}
        self.kinds = {kind: str(name) for kind, name in KINDS.items()}
        self._reasons = {value: str(label) for value, label in Absence.Reason.choices}
        self._statuses = {
            str(value): str(Status(value).label)
            for value in (Status.ARRIVED, Status.IN_MEETING, Status.DONE, Status.NO_SHOW)
        }
        self._channels = {
            Channel.PHONE.value: pgettext("calendar", "phone"),
            Channel.VIDEO.value: pgettext("calendar", "video"),
            Channel.HOME_VISIT.value: pgettext("calendar", "home visit"),
        }
        self._marks: dict[tuple[str, bool, str, bool], tuple[CalendarMark, ...]] = {}
        self._clocks: dict[datetime, tuple[str, int]] = {}
        self._days: dict[date, str] = {}
        self._book = f"{self.links.book}?{_asked(diary)}"

    def block(
        self, person: CalendarResource, piece: DiaryStretch, day: date, *, with_point: bool
    ) -> CalendarBlock:
        """Draw the block of one piece of somebody's day; `with_point`: name its service point in it."""
        kind = piece.kind
        booking = piece.booking
        elsewhere = self.choice.point and piece.point and piece.point != self.choice.point
        if elsewhere and not booking:
            kind = "elsewhere"
        point = self.point(piece.point) if with_point or elsewhere else ""
        over = " is-over" if piece.end <= self.now else ""
        start, begins = self.clock(piece.start)
        ends = self.end(piece)
        end = "24" if ends == 1440 else self.clock(piece.end)[0]
        time = _("all day") if (begins, ends) == (0, 1440) else f"{start}–{end}"
        label = f"{person.name}, {self.day(day)}, {time}, {self.kinds[kind]}"
        if booking is not None and kind in CLIENTS:
            return self._booked(person, piece, booking, kind, label, time, point, over)
        if kind == "free":
            return self._free(person, piece, label, time, point, over)
        if kind == "evening":
            return self._evening(piece, day, label, time, point, over)
        what = self.kinds[kind]
        if kind == "away":
            what = self._reasons.get(piece.detail, what)
        elif kind == "closed" and piece.detail:
            what = f"{what}: {piece.detail}"
            label = f"{label}, {piece.detail}"
        if point:
            label = f"{label}, {point}"
        return CalendarBlock(
            kind, kind + over, label, time, what, place=point, title=f"{time} {what}"
        )

    def day(self, day: date) -> str:
        """Return the weekday and date as labels have them."""
        if day not in self._days:
            self._days[day] = dates.short_day(day, self.language)
        return self._days[day]

    def _evening(
        self, piece: DiaryStretch, day: date, label: str, time: str, point: str, over: str
    ) -> CalendarBlock:
        what = piece.detail or self.kinds["evening"]
        page = CALENDAR_PAGES.get(ClaimKind.EVENING)
        return CalendarBlock(
            "evening",
            "evening" + over,
            ", ".join(filter(None, [label, piece.detail, point])),
            time,
            what,
            place=point,
            title=f"{time} {what}",
            href=page(day) if page is not None else "",
        )

    def _matters(self, booking: BookedTime) -> tuple[str, str]:
        """Return what the visit is about, and the same in a cell: `Huolto +1` for two matters."""
        name, short = self._services.get(booking.service, ("", ""))
        further = [self._services[pk][0] for pk in booking.also if pk in self._services]
        if not further:
            return name, short
        return " + ".join([name, *further]), f"{short} +{len(further)}"

    def _booked(
        self,
        person: CalendarResource,
        piece: DiaryStretch,
        booking: BookedTime,
        kind: str,
        label: str,
        time: str,
        point: str,
        over: str,
    ) -> CalendarBlock:
        members = self.diary.members.get(booking.claim, [])
        others = [pk for pk in members if pk != person.pk and pk in self.names]
        name, short = self._matters(booking)
        names = self._names(booking)
        marks = self._marks_of(booking)
        status = self._statuses.get(booking.status, "")
        # A professional's visit names its room, a room's visit those who work in it.
        if person.pk in self._rooms:
            shown = [self.names[pk] for pk in others]
        else:
            # A room's name is not broken over two lines.
            rooms = [self.names[pk] for pk in others if pk in self._rooms]
            shown = [room.replace(" ", "\u00a0") for room in rooms]
        place = [self._channels.get(booking.channel, ""), *shown, point]
        facts = [
            name,
            names,
            *(mark.label for mark in marks),
            self._channels.get(booking.channel, ""),
            *(self.names[pk] for pk in others),
            point,
            status,
            booking.reference,
        ]
        words = ", ".join(filter(None, facts))
        if names and booking.reference:
            self.named.add(booking.reference)
        return CalendarBlock(
            kind,
            kind + over,
            f"{label}, {words}",
            # When it ends, the day's axis tells.
            self.clock(piece.start)[0] if self.choice.view == "day" else time,
            short,
            (*marks, CalendarMark(status, status)) if status else marks,
            names,
            ", ".join(filter(None, place)),
            f"{time} {words}",
            self.links.request(booking.reference) if booking.reference else "",
            self._moves(piece, booking, kind, members),
        )

    def _names(self, booking: BookedTime) -> str:
        if not booking.reference or booking.reference in self.barred:
            # Held by a visitor who has not given any names yet; or the reader stays out of the matter.
            return ""
        return surnames(
            (visitor.name for visitor in booking.visitors), is_anonymous=booking.is_anonymous
        )

    def _marks_of(self, booking: BookedTime) -> tuple[CalendarMark, ...]:
        languages = {code for visitor in booking.visitors for code in languages_of(visitor)}
        interpreter = ", ".join(sorted(map(interpreter_label, languages)))
        is_protected = any(visitor.is_protected for visitor in booking.visitors)
        key = (booking.language, booking.is_separate, interpreter, is_protected)
        if key not in self._marks:
            found = []
            if booking.language != settings.LANGUAGE_CODE[:2]:
                found.append(CalendarMark(language_label(booking.language), booking.language))
            if interpreter:
                label = _("interpreter: %(language)s") % {"language": interpreter}
                found.append(CalendarMark(label, pgettext("calendar", "interp.")))
            if booking.is_separate:
                found.append(CalendarMark(_("separate visits"), pgettext("calendar", "separate")))
            if is_protected:
                found.append(CalendarMark(_("contact details are protected"), icon="shield"))
            self._marks[key] = tuple(found)
        return self._marks[key]

    def _moves(
        self, piece: DiaryStretch, booking: BookedTime, kind: str, members: list[int]
    ) -> str:
        """Return what a booking that can be moved carries along; nothing where it cannot."""
        if (
            not self.links.change
            or booking.status != Status.CONFIRMED
            or kind not in ("booked", "wrong")
            or piece.start <= self.now
        ):
            return ""
        room = next((pk for pk in members if pk in self._rooms), None)
        return "|".join(
            [
                booking.reference,
                clock.local(piece.start).strftime("%Y-%m-%dT%H:%M"),
                str((booking.end - booking.start) // timedelta(minutes=1)),
                " ".join(str(pk) for pk in members if pk not in self._rooms),
                str(room or ""),
                str(piece.point or ""),
                " ".join(map(str, (booking.service, *booking.also))),
            ]
        )

    def _free(
        self,
        person: CalendarResource,
        piece: DiaryStretch,
        label: str,
        time: str,
        point: str,
        over: str,
    ) -> CalendarBlock:
        diary, search = self.diary, self.diary.search
        day = clock.local(piece.start).date()
        what, css, starts = self.kinds["free"], "free" + over, []
        title = f"{time} {what}"
        if search is not None and self.choice.who == "people":
            starts = [
                start
                for start, at in diary.lit.get((person.pk, day), [])
                if contains((piece.start, piece.end), start) and at == piece.point
            ]
            css = f"free is-lit{over}" if starts else f"free is-dim{over}"
            if starts:
                time, what = "", ", ".join(self.clock(start)[0] for start in starts)
                label = f"{label}, {_('a visit can begin')}"
        href = ""
        if self.links.book and not over and (starts or search is None):
            at = clock.local(starts[0] if starts else piece.start)
            # A press in somebody's row books that one.
            who = f"&professional={person.pk}" if self.choice.who == "people" else ""
            where = f"point={piece.point}&" if piece.point else ""
            href = f"{self._book}{where}from={day.isoformat()}{who}&at={at:%H%%3A%M}"
        return CalendarBlock(
            "free",
            css,
            f"{label}, {point}" if point else label,
            time,
            what,
            place=point,
            title=title,
            href=href,
            begins=self.clock(piece.start)[1],
            ends=self.end(piece),
            point=piece.point,
        )

    # Words.

    def clock(self, instant: datetime) -> tuple[str, int]:
        """Return what a clock shows, and the minutes since midnight; remembered."""
        found = self._clocks.get(instant)
        if found is None:
            local = clock.local(instant)
            text = dates.clock(local.timetz(), self.language)
            found = self._clocks[instant] = (text, local.hour * 60 + local.minute)
        return found

    def end(self, piece: DiaryStretch) -> int:
        """Return the minutes since midnight at which the piece ends: 1440 for midnight."""
        return self.clock(piece.end)[1] or 1440

    def point(self, pk: int | None) -> str:
        return self.diary.short_points.get(pk or 0, "")


def _asked(diary: Diary) -> str:
    """Return what all free times have in the address of a booking: what is searched for."""
    if diary.search is None:
        return ""
    query = {
        "service": diary.search.service.slug,
        "also": ",".join(one.slug for one in diary.search.matters.also),
        "language": diary.search.language,
    }
    return "".join(f"{urlencode({name: value})}&" for name, value in query.items() if value)
