"""Send everybody the new link to what is still ahead of them, after all links were renewed.

By each one's own safe ways and through the outbox, so that quiet hours and what is safe by then hold.
Whom no message reaches the work list names: the secretary calls them. Letters that were posted are work
again.
"""

from bookings.appointments import notices, notified_parties
from bookings.appointments.answers import is_invitation
from bookings.call_backs import notifications
from bookings.cases.actions import post_again
from bookings.lifecycle.transitions import record
from bookings.models import (
    Appointment,
    CallBack,
    CasePerson,
    EventKind,
    PairInvitation,
    Party,
    Status,
)
from bookings.partners import mail
from office.core import clock
from office.models import OutboxMessage


def send_new_links() -> int:
    """Write to all who have a link to something ahead; how many messages. In a transaction."""
    last = OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    now = clock.now()
    for appointment in Appointment.objects.filter(status__in=Status.open()):
        if appointment.ends_at is None or appointment.ends_at > now:
            _send_to_parties(appointment)
    for call in CallBack.objects.open().filter(starts_at__gt=now):
        notifications.notify_link(call)
    for invitation in PairInvitation.objects.filter(
        state__in=[PairInvitation.State.ASKED, PairInvitation.State.ACCEPTED], starts_at__gt=now
    ).select_related("appointment", "professional__organisation"):
        if invitation.state == PairInvitation.State.ASKED:
            mail.notify_asked(invitation, invitation.appointment)
        else:
            once = f"new-link:{invitation.link_nonce}"
            mail.remind(invitation, invitation.appointment, once_key=once)
    for case in _cases_with_posted_letters():
        post_again(case, user=None)
    return OutboxMessage.objects.filter(pk__gt=last).count()


def _cases_with_posted_letters() -> list[int]:
    """Return those whose letters have a code that opens nothing any more: they are printed again."""
    waiting = CasePerson.objects.filter(
        case__closed_at=None, posted_at__isnull=False, answered_at=None
    ).exclude(post_to="")
    return sorted(set(waiting.values_list("case", flat=True)))


def _send_to_parties(appointment: Appointment) -> None:
    informed = notified_parties.informed_parties(appointment)
    for party in informed:
        if _has_own_link(party, appointment):
            notices.notify_link(appointment, party)
    if informed:
        record(appointment, EventKind.LINKS_RENEWED)


def _has_own_link(party: Party, appointment: Appointment) -> bool:
    """Say whether the link is their own; an invitation, to contacts given by another, is not resent."""
    return not is_invitation(party, appointment)
