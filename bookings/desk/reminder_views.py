"""Which reminders go today and tomorrow, which could not leave, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.appointments.reminders import Planned, planned
from bookings.appointments.resending import NoAddressError, contact_for
from bookings.desk_kit.labels import Tag, short_when, surnames_label
from bookings.desk_kit.letters import state_tag
from office.core import clock
from office.models import AccessReason, MessageChannel, OutboxMessage
from office.staff.access_log import note_listed
from office.staff.permissions import StaffRequest, secretary


@dataclass(frozen=True)
class ReminderRow:
    """One reminder: to whom, of which visit, when, and what came or is to come of it."""

    reference: str
    name: str
    visit: str
    at: str
    tag: Tag
    is_bad: bool
    # The message that may be sent again.
    again: int | None


@require_safe
@secretary
def reminders(request: StaffRequest) -> HttpResponse:
    today = clock.today()
    days = [(day, _rows(planned(day))) for day in (today + timedelta(days=1), today)]
    note_listed(
        request.user,
        [row.reference for _day, rows in days for row in rows],
        reason=AccessReason.BOOKING,
    )
    context = {
        "days": [(day, rows, sum(row.is_bad for row in rows)) for day, rows in days],
        "tomorrow": days[0][0],
    }
    return render(request, "bookings/desk/reminders.html", context)


def _rows(found: Iterable[Planned]) -> list[ReminderRow]:
    return [_row(one) for one in found]


def _row(one: Planned) -> ReminderRow:
    message = one.message
    tag, is_bad = _outcome(one)
    starts_at = one.appointment.starts_at
    return ReminderRow(
        reference=one.appointment.reference,
        name=surnames_label([one.party.name]),
        visit=short_when(starts_at) if starts_at else "",
        at=short_when(one.at),
        tag=tag,
        is_bad=is_bad,
        again=message.pk if message is not None and _may_go_again(message) else None,
    )


def _may_go_again(message: OutboxMessage) -> bool:
    if not message.may_be_sent_again:
        return False
    try:
        contact_for(message)
    except NoAddressError:
        return False
    return True


def _outcome(one: Planned) -> tuple[Tag, bool]:
    """Return what came of it or will, and whether somebody has to do something."""
    message = one.message
    if message is not None:
        return state_tag(message), bool(message.last_error) and message.sent_at is None
    if one.declined:
        return Tag(_("has declined: not reminded"), "tag--quiet"), False
    if one.lacks_hours:
        return Tag(_("hours were cut: decide first"), "tag--bad", "warning"), True
    if one.contact is None and one.appointment.is_anonymous:
        return Tag(_("anonymous: sees it on the personal page"), "tag--quiet"), False
    if one.contact is None:
        return Tag(_("no safe contact: nothing can be sent"), "tag--bad", "phone"), True
    names = {
        MessageChannel.EMAIL: _("goes by e-mail"),
        MessageChannel.SMS: _("goes by text message"),
    }
    return Tag(names[one.contact.channel], "tag--wait", "clock"), False
