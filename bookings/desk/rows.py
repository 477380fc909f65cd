"""The work list as rows: what it is, how long it has waited, what speaks for hurry."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bookings.desk import worklist
from bookings.desk_kit.labels import (
    Tag,
    days_left,
    place_label,
    rough,
    short_when,
    status_label,
)
from bookings.desk_kit.people_labels import part_label
from bookings.hooks import MESSAGE_SUBJECTS
from bookings.interpreters.presenters import interpreter_work
from bookings.joint_times.presenters import search_tag
from bookings.lifecycle.deadlines import left
from bookings.lifecycle.phone_visits import without_number
from bookings.lifecycle.video_links import without_link
from bookings.models import (
    Appointment,
    JointSearch,
    Meeting,
    OtherParent,
    Party,
)
from bookings.parties.duplicates import BOTH_ASKED, possible_duplicates
from bookings.partner_pages.card import pair_tag
from bookings.words_before.queries import parties_who_wrote
from office.calendar.orphan_words import orphan_label
from office.core import clock
from office.messaging.outbox import error_label
from office.models import OutboxMessage, Unit


@dataclass
class TaskRow:
    """One task. Of the parties it names the surnames alone: opening the card is logged."""

    at: str
    reference: str
    title: str = ""
    facts: str = ""
    kind: str = ""
    people: str = ""
    wait: str = ""
    by: str = ""
    tags: list[Tag] = field(default_factory=list)
    is_late: bool = False
    message: int | None = None
    # What it is about, if it is about a visit, and what is told besides.
    visit: Appointment | None = None
    more_facts: Sequence[str] = ()

    def name_visit(self) -> None:
        """Set title and facts by the visit, whose service and point are read for all rows at once."""
        if self.visit is not None:
            self.title = str(self.visit.service.name)
            facts = [self.facts or _facts(self.visit), *self.more_facts]
            self.facts = " · ".join(filter(None, facts))

    @property
    def spoken(self) -> str:
        """The whole row for those who hear it: each one differs, whatever the service."""
        parts = [
            self.people,
            self.title,
            *self.facts.split(" · "),
            *(tag.text for tag in self.tags),
            self.wait,
            self.by,
        ]
        return f"{self.kind}: " + ", ".join(dict.fromkeys(part for part in parts if part))


def request_rows(now: datetime, unit: Unit) -> list[TaskRow]:
    appointments = list(worklist.requests())
    duplicates = possible_duplicates(a.pk for a in appointments)
    rows = []
    for appointment in appointments:
        tags = []
        found = duplicates.get(appointment.pk, [])
        if any(BOTH_ASKED in duplicate.reasons for duplicate in found):
            tags.append(Tag(_("Both have asked"), "tag--wait", "people"))
        elif found:
            tags.append(Tag(_("Perhaps twice"), "tag--wait", "people"))
        if appointment.other_parent in OtherParent.ask_first():
            tags.append(Tag(_("Ask first"), "tag--bad", "warning"))
        if appointment.starts_at is not None and appointment.starts_at <= now:
            tags.append(Tag(_("The time has passed"), "tag--bad", "warning"))
        row = _row("requests", appointment, tags=tags)
        _promise(row, appointment.answer_due_at, now, unit)
        rows.append(row)
    return rows


def _promise(row: TaskRow, due_at: datetime | None, now: datetime, unit: Unit) -> None:
    """Set how much of the promised time is left, in working hours."""
    if due_at is None:
        return
    row.by = _("by %(when)s") % {"when": short_when(due_at)}
    if due_at <= now:
        row.is_late = True
        row.tags.insert(0, Tag(_("Late"), "tag--bad", "warning"))
        row.by = _("promised by %(when)s") % {"when": short_when(due_at)}
    else:
        time = left(now, due_at, unit.office_opens, unit.office_closes)
        row.wait = _("%(time)s left") % {"time": rough(time)}


def invited_rows(now: datetime) -> list[TaskRow]:
    rows = []
    for party in worklist.invitations(now):
        declined = party.has_declined
        text = pgettext("invited parent", "Declined") if declined else _("No answer")
        tag = Tag(text, "tag--bad" if declined else "tag--wait", "cross" if declined else "clock")
        part = [Tag(part_label(party), "tag--quiet")] if part_label(party) else []
        row = _row("invited", party.appointment, tags=[tag, *part, *_try_tags(party)])
        since = party.answered_at if declined else getattr(party, "asked_at", None)
        row.wait = _age(since, now)
        rows.append(row)
    return rows


def partner_rows(now: datetime, unit: Unit) -> list[TaskRow]:
    rows: dict[str, TaskRow] = {}
    for invitation in worklist.partners(now, unit.pair_answer_days):
        row = _row("partners", invitation.appointment, tags=[pair_tag(invitation)])
        organisation = invitation.professional.organisation
        could = _("could come: %(words)s") % {"words": invitation.could_come}
        row.more_facts = [str(organisation or ""), could if invitation.could_come else ""]
        declined = invitation.has_declined
        row.wait = _age(invitation.answered_at if declined else invitation.asked_at, now)
        rows.setdefault(row.at, row)
    return list(rows.values())


def move_rows(now: datetime) -> list[TaskRow]:
    rows: dict[str, TaskRow] = {}
    for move in worklist.moves():
        # Where both parents ask, the card shows the older wish first.
        row = _row("moves", move.appointment)
        row.facts = f"{row.reference} · " + _("to %(when)s · %(place)s") % {
            "when": short_when(move.starts_at),
            "place": place_label(move.channel, move.service_point),
        }
        row.wait = _age(move.created_at, now)
        rows.setdefault(row.at, row)
    return list(rows.values())


def orphan_rows() -> list[TaskRow]:
    rows = []
    for appointment in worklist.orphans():
        claim = appointment.claim
        reason = orphan_label(claim.orphan_reason if claim else "")
        rows.append(_row("orphans", appointment, tags=[Tag(reason, "tag--bad", "warning")]))
    return rows


def offer_rows() -> list[TaskRow]:
    rows = []
    for appointment in worklist.offers():
        row = _row("offers", appointment)
        until = getattr(appointment, "offered_until", None)
        if until:
            row.wait = _("kept until")
            row.by = short_when(until)
        rows.append(row)
    return rows


def joint_row(group: str, search: JointSearch, now: datetime) -> TaskRow:
    tag = search_tag(search, getattr(search, "answered", 0))
    row = _row(group, search.appointment, tags=[tag])
    if search.has_failed:
        row.wait = _age(search.due_at, now)
    else:
        row.by = _("offered on %(when)s") % {"when": short_when(search.due_at)}
    return row


def contact_rows(now: datetime) -> list[TaskRow]:
    rows = []
    for appointment in worklist.to_contact():
        row = _row("contact", appointment)
        row.wait = _age(appointment.created_at, now)
        rows.append(row)
    return rows


def ask_rows(now: datetime) -> list[TaskRow]:
    rows = []
    for appointment in worklist.to_ask_first():
        row = _row("ask_first", appointment, tags=[Tag(_("Ask first"), "tag--bad", "warning")])
        row.wait = _age(appointment.created_at, now)
        rows.append(row)
    return rows


def number_rows(now: datetime) -> list[TaskRow]:
    rows: dict[str, TaskRow] = {}
    for party in without_number(now):
        tags = [Tag(_("No number to call"), "tag--bad", "phone")]
        row = _row("no_number", party.appointment, tags=tags)
        row.wait = _age(party.appointment.created_at, now)
        rows.setdefault(row.at, row)
    return list(rows.values())


def video_rows(now: datetime, unit: Unit) -> list[TaskRow]:
    rows = []
    for appointment in without_link(now, days=unit.video_link_days):
        starts_at = appointment.starts_at or now
        is_today = clock.local(starts_at).date() <= clock.local(now).date()
        tag = Tag(_("No video link yet"), "tag--bad" if is_today else "tag--wait", "video")
        row = _row("video", appointment, tags=[tag])
        row.wait, row.is_late = days_left(starts_at, now), is_today
        rows.append(row)
    return rows


def interpreter_rows(now: datetime) -> list[TaskRow]:
    rows = []
    for work in interpreter_work(now):
        row = _row("interpreters", work.visit, tags=work.tags)
        row.wait, row.is_late = work.days_left, work.is_near
        rows.append(row)
    return rows


def call_rows(now: datetime) -> list[TaskRow]:
    rows: dict[str, TaskRow] = {}
    for party in worklist.calls(now):
        tags = [Tag(status_label(party.appointment)), *_try_tags(party)]
        row = _row("calls", party.appointment, tags=tags)
        row.wait = _age(getattr(party, "notified_at", None), now)
        rows.setdefault(row.at, row)
    return list(rows.values())


def word_rows(now: datetime) -> list[TaskRow]:
    rows: dict[str, TaskRow] = {}
    for party in parties_who_wrote():
        row = _row("words", party.appointment, tags=_try_tags(party))
        row.wait = _age(getattr(party, "written_at", None), now)
        rows.setdefault(row.at, row)
    return list(rows.values())


def _try_tags(party: Party) -> list[Tag]:
    """Label that the party was called in vain: how often, and when last."""
    tries, last = getattr(party, "tries", None), getattr(party, "last_try", None)
    if not tries or last is None:
        return []
    text = ngettext(
        "Call again: %(count)d try, at %(when)s",
        "Call again: %(count)d tries, the last at %(when)s",
        tries,
    )
    return [Tag(text % {"count": tries, "when": short_when(last)}, "tag--wait", "phone")]


def unmarked_row(group: str, appointment: Appointment, now: datetime) -> TaskRow:
    row = _row(group, appointment, tags=[Tag(status_label(appointment))])
    row.wait = _age(appointment.ends_at, now)
    return row


def message_rows() -> list[TaskRow]:
    return [
        TaskRow(
            at=f"messages.{message.pk}",
            reference="" if message.kind in MESSAGE_SUBJECTS else message.about,
            title=_message_title(message),
            facts=" · ".join(
                part for part in (_about_label(message), error_label(message.last_error)) if part
            ),
            wait=short_when(message.created_at),
            tags=[
                Tag(_("Did not leave"), "tag--bad", "warning")
                if message.failed_at
                else Tag(_("Trying again"), "tag--bad", "clock")
            ],
            is_late=True,
            message=message.pk,
        )
        for message in worklist.failed_messages()
    ]


def _about_label(message: OutboxMessage) -> str:
    """Return the reference code, or words for anything else that the message is about."""
    subject = MESSAGE_SUBJECTS.get(message.kind)
    return subject.label(message) if subject else str(message.about)


def _message_title(message: OutboxMessage) -> str:
    return (
        _("Text message could not be sent")
        if message.channel == "sms"
        else _("E-mail could not be sent")
    )


def _row(group: str, visit: Appointment, tags: Sequence[Tag] = ()) -> TaskRow:
    at, reference = f"{group}.{visit.reference}", visit.reference
    return TaskRow(at=at, reference=reference, tags=list(tags), visit=visit)


def _facts(visit: Appointment) -> str:
    facts: Iterable[str] = (
        visit.reference,
        short_when(visit.starts_at) if visit.starts_at else _("no time yet"),
        place_label(visit.channel, visit.service_point),
        visit.language,
        _("separately") if visit.meeting == Meeting.SEPARATE else "",
    )
    return " · ".join(fact for fact in facts if fact)


def _age(since: datetime | None, now: datetime) -> str:
    """Return how long ago: minutes, hours, then days."""
    if since is None:
        return ""
    age = max(timedelta(), now - since)
    if age < timedelta(days=1):
        return _("waits %(time)s") % {"time": rough(age)}
    return _("waits %(days)s d") % {"days": age.days}
