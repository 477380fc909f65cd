"""A professional's day in words: the same for both parents, whoever asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.appointments.separate_visits import Leaving
from bookings.cases.next_visit import may_its_holder_book_next
from bookings.cases.presenters import visit_label
from bookings.desk_kit.engagements import engagements_on
from bookings.desk_kit.labels import (
    Tag,
    by_video_label,
    language_label,
    place_label,
    status_label,
    status_tag,
)
from bookings.desk_kit.leaving import own_leaving_label
from bookings.desk_kit.people_labels import ages_label, parts_label
from bookings.hooks import Engagement, VisitNumber
from bookings.interpreters.presenters import visit_tags
from bookings.lifecycle.by_video import is_met_by_video
from bookings.lifecycle.phone_visits import SHOWN_BEFORE, Number
from bookings.lifecycle.video_links import link_of
from bookings.models import Appointment, EventKind, Meeting, PairInvitation, Party, Status
from bookings.my_day.queries import days
from bookings.outcomes.presenters import OutcomeLink, link_to_outcome, outcome_label
from bookings.preparation.opening import is_the_day
from bookings.preparation.sealed import forms_asked
from office.calendar.opening_hours import Stretch
from office.core import clock, dates
from office.core.intervals import contains, intersect
from office.core.names import alphabetical
from office.models import BlockedTime, Channel, HoursKind, Professional


@dataclass(frozen=True)
class DayButton:
    """A button of the day."""

    name: str
    text: str
    key: str = ""


@dataclass(frozen=True)
class OwnVisit:
    """One visit as those see it who meet the parties."""

    reference: str
    starts_at: datetime
    ends_at: datetime
    service: str
    names: str
    place: str
    colleagues: str
    # Whether the colleagues of other organisations come.
    partners: list[Tag]
    language: str
    interpreters: list[Tag]
    needs: str
    # Who comes besides the parents, in which role; and the ages of the children.
    people: list[str]
    children: str
    is_separate: bool
    other_visit: str
    # Who of two who are not to meet leaves first; empty where only one is there.
    leaving: str
    tag: Tag | None
    steps: list[DayButton]
    may_undo: bool
    # The page on which the outcome is noted, and what was.
    outcome: OutcomeLink | None
    noted: str
    is_now: bool
    is_over: bool
    # Whom to ring, while it is time; and from when the numbers are shown, where they are not yet.
    numbers: Sequence[Number]
    numbers_from: datetime | None
    # Where a visit by video is met, and whether that is still missing.
    video_link: str
    lacks_video_link: bool
    # The own calendar has something else at that time.
    is_in_own_calendar: bool
    # Which visit of its matter it is; and whether the next one may be booked from it.
    of_case: str
    may_book_next: bool
    # The number under which those who have come wait.
    waiting: VisitNumber | None = None
    # Parents may have papers with them that they open by six digits.
    has_papers: bool = False


@dataclass(frozen=True)
class OwnDay:
    """A day of the week strip."""

    date: date
    hours: list[str]
    away: list[str]
    blocked: list[str]
    is_today: bool
    is_shown: bool


@dataclass(frozen=True)
class BlockedRow:
    """Some time that the professional has blocked."""

    pk: int
    time: str
    kind: str
    is_over: bool


def visit_of(
    appointment: Appointment,
    professional: Professional,
    *,
    one_is_unknown: bool = False,
    other_comes: bool | None = None,
    leaving: Leaving | None = None,
    numbers: Sequence[Number] = (),
    waiting: VisitNumber | None = None,
) -> OwnVisit:
    """Return what the page shows of one visit; everything is fetched already.

    `other_comes`: the other parent has a visit of their own, to the same place on the same day or not.
    """
    now = clock.now()
    by_phone = appointment.channel == Channel.PHONE
    starts_at, ends_at = appointment.starts_at or now, appointment.ends_at or now
    status = Status(appointment.status)
    parties = list(appointment.parties.all())
    names = names_of(parties, one_is_unknown=one_is_unknown)
    place = place_label(appointment.channel, appointment.service_point)
    room = str(appointment.room.name) if appointment.room else ""
    over = status in (Status.DONE, Status.NO_SHOW)
    last_mark = getattr(appointment, "last_mark", None)
    return OwnVisit(
        reference=appointment.reference,
        starts_at=starts_at,
        ends_at=ends_at,
        service=appointment.matters.name,
        names=names_label(names, is_anonymous=appointment.is_anonymous),
        people=parts_label(parties, names_shown=all(names)),
        children=ages_label(appointment),
        place=" · ".join(part for part in (room, place, by_video_label(appointment)) if part),
        colleagues=", ".join(_colleagues(appointment, professional)),
        partners=list(_partners(appointment, professional)),
        language=language_label(appointment.language),
        interpreters=visit_tags(appointment),
        needs="; ".join(sorted({word for p in parties for word in p.access_labels})),
        is_separate=appointment.meeting == Meeting.SEPARATE,
        other_visit=_other_visit(other_comes),
        leaving=own_leaving_label(leaving) if leaving is not None else "",
        tag=None if appointment.is_confirmed else _tag(appointment),
        steps=_steps(status) if clock.local(starts_at).date() <= clock.today() else [],
        may_undo=not appointment.is_confirmed
        and last_mark not in (None, EventKind.UNDONE)
        and not getattr(appointment, "is_closed", False),
        outcome=link_to_outcome(appointment, has_outcome=bool(getattr(appointment, "noted", None))),
        noted=outcome_label(getattr(appointment, "noted", None) or ""),
        is_now=contains((starts_at, ends_at), now) and not over,
        is_over=over,
        video_link=link_of(appointment),
        lacks_video_link=is_met_by_video(appointment)
        and appointment.is_confirmed
        and not link_of(appointment),
        is_in_own_calendar=getattr(appointment, "is_in_own_calendar", False) and not over,
        of_case=visit_label(appointment),
        may_book_next=may_its_holder_book_next(appointment),
        numbers=numbers,
        waiting=waiting,
        has_papers=is_the_day(appointment) and bool(forms_asked(appointment)),
        numbers_from=starts_at - SHOWN_BEFORE
        if by_phone and now < starts_at - SHOWN_BEFORE
        else None,
    )


def _other_visit(other_comes: bool | None) -> str:
    """Tell of a linked visit, for safety at the door; neither why, nor whose it is, nor when."""
    if other_comes is None:
        return ""
    if other_comes:
        return _("The other visit is linked: the other parent comes to the same place the same day")
    return _("The other visit is linked")


def names_of(parties: Iterable[Party], *, one_is_unknown: bool = False) -> list[str]:
    """Return the names of those who come in their own right, empty ones too."""
    names = [party.name for party in parties if party.rules.is_invited]
    return [*names, *([""] * one_is_unknown)]


def names_label(names: Sequence[str], *, is_anonymous: bool) -> str:
    """Join the parties' names in an order that tells nothing.

    While one of two has not given a name, neither is shown: the named one would be the one who asked.
    """
    known = sorted((name for name in names if name), key=alphabetical)
    if is_anonymous:
        return ", ".join(known) or _("anonymous")
    if len(known) < len(names):
        return _("%(count)s people; the names are not all known yet") % {"count": len(names)}
    return ", ".join(known)


def _tag(appointment: Appointment) -> Tag:
    if appointment.is_no_show:
        return Tag(status_label(appointment), "tag--bad", "cross")
    return status_tag(appointment)


def _colleagues(appointment: Appointment, professional: Professional) -> Iterable[str]:
    for member in appointment.staff.all():
        other = member.professional
        if other.pk == professional.pk:
            continue
        yield f"{other.name} ({other.organisation.name})" if other.organisation else other.name


def _partners(appointment: Appointment, professional: Professional) -> Iterable[Tag]:
    """Label the answers of the invited colleagues of other organisations."""
    state = PairInvitation.State
    names = {m.professional_id: m.professional.name for m in appointment.staff.all()}
    for invitation in appointment.pair_invitations.all():
        name = names.get(invitation.professional_id)
        if name is None or invitation.professional_id == professional.pk:
            continue
        text, css, icon = {
            state.ACCEPTED: (_("%(name)s has accepted"), "tag--good", "check"),
            state.DECLINED: (_("%(name)s has declined"), "tag--bad", "cross"),
        }.get(state(invitation.state), (_("%(name)s has not answered yet"), "tag--wait", "clock"))
        yield Tag(text % {"name": name}, css, icon)


def _steps(status: Status) -> list[DayButton]:
    arrived = DayButton(EventKind.ARRIVED, _("Arrived"))
    start = DayButton(EventKind.STARTED, _("In the meeting"))
    no_show = DayButton(EventKind.NO_SHOW, _("Did not come"))
    return {
        Status.CONFIRMED: [arrived, start, no_show],
        Status.ARRIVED: [start, no_show],
    }.get(status, [])


def week_of(
    first: date,
    hours: Mapping[str, Sequence[Stretch]],
    absences: Iterable[tuple[datetime, datetime, str]],
    blocked: Sequence[BlockedTime],
    shown: date,
    engagements: Sequence[Engagement] = (),
) -> list[OwnDay]:
    """Lay out Monday to Friday, and a weekend day only where something is on it."""
    language = get_language()
    away = list(absences)
    rows = []
    for day in days(first, 7):
        bounds = clock.day_bounds(day, day)
        stretches = sorted(
            (s.start, s.end, kind)
            for kind, found in hours.items()
            for s in found
            if clock.local(s.start).date() == day
        )
        lines = [
            dates.clock_range(start, end, language) + _kind(kind) for start, end, kind in stretches
        ]
        absent = [
            (part, text) for start, end, text in away for part in intersect([(start, end)], bounds)
        ]
        gone = [
            text if part == bounds else f"{dates.clock_range(*part, language)} {text}"
            for part, text in absent
        ]
        if any(part == bounds for part, _text in absent):
            lines = []
        lines += [f"{one.time} {one.what}" for one in engagements_on(day, engagements)]
        kept = [f"{row.time} {row.kind}" for row in blocked_on(day, blocked)]
        if day.weekday() < 5 or lines or gone or kept:
            rows.append(OwnDay(day, lines, gone, kept, day == clock.today(), day == shown))
    return rows


def blocked_on(day: date, blocked: Iterable[BlockedTime]) -> list[BlockedRow]:
    """Return what of the blocked times is on the day."""
    language = get_language()
    return [
        BlockedRow(
            row.pk,
            dates.clock_range(row.during.lower, row.during.upper, language),
            row.get_kind_display(),
            row.during.upper <= clock.now(),
        )
        for row in blocked
        if clock.local(row.during.lower).date() == day
    ]


def _kind(kind: str) -> str:
    """Return what hours are for, where they are not for appointments."""
    names = {
        HoursKind.WALK_IN.value: _("walk-in"),
        HoursKind.PHONE.value: _("phone"),
        HoursKind.CALL_BACK.value: _("call-backs"),
    }
    return f" {names[kind]}" if kind in names else ""


def duties_of(
    day: date, hours: Mapping[str, Sequence[Stretch]], points: dict[int, str]
) -> list[tuple[str, str]]:
    """List walk-in duty and phone hours of the day: when, and what."""
    language = get_language()
    names = {
        HoursKind.WALK_IN.value: _("Walk-in duty"),
        HoursKind.PHONE.value: _("Phone hours"),
        HoursKind.CALL_BACK.value: _("Call-back times"),
    }
    found = [
        (
            s.start,
            dates.clock_range(s.start, s.end, language),
            f"{name}, {points[s.point]}"
            if kind == HoursKind.WALK_IN and s.point in points
            else name,
        )
        for kind, name in names.items()
        for s in hours.get(kind, [])
        if clock.local(s.start).date() == day
    ]
    return [(when, what) for _start, when, what in sorted(found)]
