"""Preview of a change: now and new side by side, what is in the way, who is notified of what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.appointments import separate_visits
from bookings.appointments.staff_notices import StaffNews
from bookings.availability.search import Found
from bookings.availability.slots import Slot
from bookings.desk_kit.labels import language_label, place_label, short_when
from bookings.desk_kit.recipients import RecipientRow, recipient_of
from bookings.lifecycle.protection import must_agree_new_place
from bookings.models import Appointment, Party, UndoKind
from bookings.notifications.notify import language_of
from bookings.partners import mail as pair_mail
from bookings.rescheduling import plan as change_plan
from bookings.rescheduling.forms import WALL_CLOCK, as_query
from bookings.rescheduling.plan import ChangePlan, ObstacleError, VisitArrangement
from office.calendar.obstacles import Obstacle
from office.core import clock, dates
from office.models import Channel, ClaimKind, Professional, Room, ServicePoint

FITTING = 5


@dataclass(frozen=True)
class Line:
    """One fact as it is now and as it would be."""

    name: str
    now: str
    new: str

    @property
    def differs(self) -> bool:
        return self.now != self.new


@dataclass(frozen=True)
class StaffNotice:
    """What a professional is notified of."""

    name: str
    what: str
    how: str
    must_be_called: bool


@dataclass(frozen=True)
class AlternativeTime:
    """A time that fits, who would meet the parties then, and the address that chooses it."""

    start: datetime
    place: str
    people: str
    are_same: bool
    query: str
    is_chosen: bool


@dataclass(frozen=True)
class ChangePreview:
    """What pressing the button would do."""

    lines: list[Line]
    obstacles: list[str]
    outside: list[str]
    too_close: str
    # Whether a protected party must agree to the place first.
    must_agree_place: bool
    parties: list[RecipientRow]
    unnotified: bool
    staff: list[StaffNotice]
    deed: str
    what: UndoKind
    is_anything: bool
    confirms: bool
    few: bool


def preview(plan: ChangePlan) -> ChangePreview:
    """Put together what is shown before it is done."""
    appointment = plan.appointment
    room = _room(plan)
    confirms = not plan.difference.was_agreed
    return ChangePreview(
        lines=_lines(plan, room),
        obstacles=[obstacle_label(o) for o in change_plan.obstacles(plan)],
        outside=[
            (_("%(name)s is away then.") if away else _("%(name)s has no hours then."))
            % {"name": person.name}
            for person, away in (change_plan.outside_hours(plan) if plan.needs_hours else [])
        ],
        too_close=separate_visits.problem(appointment, plan.wanted.start, plan.end, plan.building)
        or ""
        if plan.difference.is_seen or confirms
        else "",
        must_agree_place=(plan.difference.is_seen or confirms)
        and must_agree_new_place(appointment, plan.wanted.channel, plan.wanted.point),
        parties=[recipient_of(party) for party in _with(appointment, plan.notified_parties)],
        unnotified=plan.difference.was_agreed
        and plan.difference.is_anything
        and not plan.difference.is_seen,
        staff=[staff_notice(person, news) for person, news in plan.difference.staff_notices],
        deed=_deed(plan),
        what=_undo_kind(plan),
        is_anything=plan.difference.is_anything,
        confirms=confirms,
        few=len(plan.people) < appointment.matters.professionals_needed,
    )


def _undo_kind(plan: ChangePlan) -> UndoKind:
    if not plan.difference.was_agreed:
        return UndoKind.CONFIRMED
    return UndoKind.MOVED if plan.difference.is_moved else UndoKind.CHANGED


def _with(appointment: Appointment, parties: Iterable[Party]) -> list[Party]:
    """Set the appointment on the parties: it is not fetched for each."""
    found = list(parties)
    for party in found:
        party.appointment = appointment
    return found


def _deed(plan: ChangePlan) -> str:
    if not plan.difference.was_agreed:
        return _("Confirm at this time and notify everybody")
    if plan.difference.is_moved:
        return _("Move and notify everybody")
    return (
        _("Change and notify everybody")
        if plan.difference.is_seen
        else _("Change and notify the professionals")
    )


def _lines(plan: ChangePlan, room: str) -> list[Line]:
    appointment, wanted = plan.appointment, plan.wanted
    language = get_language()
    now_when = ""
    if appointment.starts_at and appointment.ends_at:
        now_when = dates.when_range(appointment.starts_at, appointment.ends_at, language)
    labels = {value: str(label) for value, label in Channel.choices}
    in_person = wanted.channel == Channel.IN_PERSON
    before = [*plan.difference.kept, *plan.difference.dropped]
    lead_first = list(
        appointment.staff.order_by("-is_lead", "pk").values_list("professional_id", flat=True)
    )
    before.sort(key=lambda person: lead_first.index(person.pk))
    return [
        Line(_("Time"), now_when, dates.when_range(wanted.start, plan.end, language)),
        Line(_("Channel"), labels.get(appointment.channel, ""), labels.get(wanted.channel, "")),
        Line(
            _("Place"),
            appointment.service_point.name
            if appointment.service_point and appointment.channel == Channel.IN_PERSON
            else "–",
            plan.point.name if plan.point and in_person else "–",
        ),
        Line(_("Room"), appointment.room.name if appointment.room else "–", room or "–"),
        Line(_("Who meets them"), _names(before), _names(plan.people)),
    ]


def _names(people: Sequence[Professional]) -> str:
    return ", ".join(
        f"{p.name} ({p.organisation.name})" if p.organisation else p.name for p in people
    )


def _room(plan: ChangePlan) -> str:
    """Return the name of the room that it would probably be."""
    pk = change_plan.likely_room(plan)
    return Room.objects.get(pk=pk).name if pk is not None else ""


def staff_notice(person: Professional, news: StaffNews) -> StaffNotice:
    """Return what a professional is notified of, and how; a partner is asked."""
    is_partner = person.organisation_id is not None
    sentence = {
        StaffNews.BOOKED: _("is asked to join") if is_partner else _("booked"),
        StaffNews.MOVED: _("is asked anew") if is_partner else _("moved"),
        StaffNews.CHANGED: _("is asked anew") if is_partner else _("changed"),
        StaffNews.CANCELLED: _("not needed any more") if is_partner else _("cancelled"),
    }[news]
    reached = pair_mail.reaches(person) if is_partner else bool(person.email)
    how = _("has no e-mail address: call them")
    if reached:
        how = _("%(ways)s (%(language)s)") % {
            "ways": _("e-mail"),
            "language": language_label(language_of(person)),
        }
    return StaffNotice(person.name, sentence, how, must_be_called=not reached)


def obstacle_label(obstacle: Obstacle) -> str:
    """Say "Lasten Valvoja is busy ke 25.11. klo 9.30–11.00: booked (KLM-234)." No client's name."""
    span = _span(obstacle.start, obstacle.end)
    if obstacle.is_room and obstacle.kind == ClaimKind.OTHER:
        return _("%(name)s is closed %(when)s.") % {"name": obstacle.name, "when": span}
    kinds = {
        ClaimKind.HOLD: _("held by a visitor who is booking online"),
        ClaimKind.REQUEST: _("asked for"),
        ClaimKind.OFFER: _("offered"),
        ClaimKind.APPOINTMENT: _("booked"),
        ClaimKind.WALK_IN: _("walk-in duty"),
        ClaimKind.ABSENCE: _("away"),
        ClaimKind.EVENING: _("evening"),
        ClaimKind.OTHER: _("other engagement"),
    }
    what = kinds.get(ClaimKind(obstacle.kind), "")
    booked = obstacle.kind in ClaimKind.booked() and obstacle.label
    text = (
        _("%(name)s is taken %(when)s: %(what)s.")
        if obstacle.is_room
        else _("%(name)s is busy %(when)s: %(what)s.")
    )
    return text % {
        "name": obstacle.name,
        "when": span,
        "what": f"{what}, {obstacle.label}" if booked else what,
    }


def obstacles_label(error: ObstacleError) -> str:
    """Say what was in the way."""
    return " ".join(obstacle_label(o) for o in error.obstacles) or _("That time was just taken.")


def _span(start: datetime, end: datetime) -> str:
    language = get_language()
    if clock.local(start).date() == clock.local(end).date():
        return f"{short_when(start)}–{dates.clock(end, language)}"
    return f"{short_when(start)} – {short_when(end)}"


def fitting_times(
    found: Found,
    plan_of: VisitArrangement,
    appointment: Appointment,
    points: dict[int, ServicePoint],
    *,
    near: datetime,
) -> list[AlternativeTime]:
    """Return the free times nearest to `near`, each with the present people where they are free then."""
    present = change_plan.present(appointment)
    slots = [s for s in found.near(near, FITTING + 1) if not _is_current(s, present)]
    names = dict(Professional.objects.values_list("pk", "name"))
    around = clock.local(near).strftime(WALL_CLOCK)
    fits = []
    for slot in slots[:FITTING]:
        people = people_for(found, slot, plan_of.professionals)
        if not people:
            continue
        elsewhere = plan_of.channel == Channel.IN_PERSON and slot.point != plan_of.point
        wanted = replace(
            plan_of, start=slot.start, point=slot.point, professionals=people, room=None
        )
        fits.append(
            AlternativeTime(
                start=slot.start,
                place=place_label(plan_of.channel, points.get(slot.point)) if elsewhere else "",
                people=", ".join(names.get(pk, "") for pk in people),
                are_same=set(people) == set(plan_of.professionals),
                query="?" + urlencode([*as_query(wanted), ("near", around)]),
                is_chosen=(slot.start, slot.point) == (plan_of.start, plan_of.point),
            )
        )
    return fits


def _is_current(slot: Slot, present: VisitArrangement | None) -> bool:
    return present is not None and slot.start == present.start and slot.point == present.point


def people_for(found: Found, slot: Slot, wanted: Sequence[int]) -> tuple[int, ...]:
    """Return who would meet the parties at the slot: those who are wanted, or else the least loaded."""
    assignment = found.assignment(slot)
    if assignment is None:
        return ()
    needed = found.wish.matters.professionals_needed
    teams = [team[:needed] for team in assignment.teams]
    if not teams:
        return ()
    best = max(teams, key=lambda team: len(set(team) & set(wanted)))
    partners = found.times.partners
    lead = wanted[0] if wanted else 0
    return tuple(sorted(best, key=lambda who: (who in partners, who != lead)))
