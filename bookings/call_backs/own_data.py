"""What is kept of who is to be called or was sent guidance: for their own extract, and to be deleted."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from bookings.hooks import KeptElsewhere
from bookings.models import CallBack, CallStatus, CallTask
from bookings.notifications.kinds import MessageKind
from bookings.retention.removal import remove_call_backs
from office.core import clock
from office.core.dates import date, when
from office.models import OutboxMessage


def call_backs_of(contacts: Sequence[str], language: str) -> KeptElsewhere:
    """Find the call-backs that were reserved with these contacts."""
    found = list(_call_backs(contacts).select_related("service").order_by("starts_at", "pk"))
    rows = [(when(call.starts_at, language), ", ".join(_labels(call))) for call in found]
    return KeptElsewhere(_("Call-backs"), rows, [call.reference for call in found])


def _labels(call: CallBack) -> list[str]:
    safe = [
        (call.voicemail_is_safe, _("a voicemail may be left")),
        (call.sms_is_safe, _("may be sent a text message")),
        (call.email_is_safe, _("may be sent e-mail")),
    ]
    labels = [call.reference, call.name, str(call.phone), call.email]
    labels.append(str(call.service.name) if call.service else "")
    labels += [str(label) for yes, label in safe if yes]
    return [label for label in [*labels, str(call.get_status_display())] if label]


def forget_call_backs(contacts: Sequence[str]) -> None:
    """Delete those that are over or off. Who waits for a call is still to be reached."""
    waits = Q(status__in=CallStatus.open(), ends_at__gt=clock.now())
    found = _call_backs(contacts).exclude(waits)
    remove_call_backs(list(found.values_list("pk", flat=True)))


def promised_calls_of(contacts: Sequence[str], language: str) -> KeptElsewhere:
    """Find the calls that were promised to these numbers."""
    found = list(_promised(contacts).order_by("due_day", "pk"))
    rows = [(date(task.due_day, language), f"{task.words}, {task.phone}") for task in found]
    return KeptElsewhere(_("Promised calls"), rows, [task.record for task in found])


def forget_promised_calls(contacts: Sequence[str]) -> None:
    _promised(contacts).delete()


def guidance_of(contacts: Sequence[str], language: str) -> KeptElsewhere:
    """Find the messages with links to guidance that were sent to these contacts."""
    found = list(_guidance(contacts).order_by("created_at", "pk"))
    rows = [(when(message.created_at, language), message.to) for message in found]
    return KeptElsewhere(_("Links to guidance that we have sent"), rows, [])


def forget_guidance(contacts: Sequence[str]) -> None:
    _guidance(contacts).delete()


def _call_backs(contacts: Sequence[str]) -> QuerySet[CallBack]:
    wanted = Q(pk__in=[])
    for contact in contacts:
        wanted |= Q(email__iexact=contact) if "@" in contact else Q(phone=contact)
    return CallBack.objects.filter(wanted)


def _promised(contacts: Sequence[str]) -> QuerySet[CallTask]:
    return CallTask.objects.filter(phone__in=[one for one in contacts if "@" not in one])


def _guidance(contacts: Sequence[str]) -> QuerySet[OutboxMessage]:
    wanted = Q(pk__in=[])
    for contact in contacts:
        wanted |= Q(to__iexact=contact)
    return OutboxMessage.objects.filter(wanted, kind=MessageKind.LINKS)
