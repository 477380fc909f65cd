"""Partner professionals in upcoming visits: most have accepted, some are open in each way."""

from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from bookings.models import Appointment, AppointmentEvent, EventKind, PairInvitation, Status
from bookings.partners import invitations
from demo.writing import By, current_minute, earlier
from office.calendar.occupancy import TimeTakenError
from office.models import OutboxMessage, PartnerOrganisation, Professional, User
from office.setup.partners import mark_busy

State = PairInvitation.State


def invite_partners(secretary: User) -> None:
    """Invite the partners of upcoming visits and record their answers."""
    now = current_minute()
    upcoming = Appointment.objects.filter(status=Status.CONFIRMED, starts_at__gt=now)
    _answer_found_pairs(upcoming, now)
    _invite_by_phone_and_unanswered(upcoming, secretary, now)
    _report_busy_afternoon(now)


def _answer_found_pairs(upcoming: QuerySet[Appointment], now: datetime) -> None:
    """Answer visits that were found with a partner: all accept but one."""
    found = upcoming.filter(staff__professional__organisation__isnull=False).order_by("starts_at")
    paired = list(found.distinct())
    declined = min(2, len(paired) - 1)
    for index, appointment in enumerate(paired):
        invitations.invite(appointment)
        for invitation in appointment.pair_invitations.all():
            state = State.DECLINED if index == declined else State.ACCEPTED
            asked = min(appointment.created_at + timedelta(hours=3), earlier(now, hours=4))
            answered = max(
                min(asked + timedelta(hours=20), earlier(now, hours=1)),
                appointment.events.latest("at").at,
            )
            _record_answer(invitation, state, asked, answered)
        # Two are enough for the demo's outbox.
        _mark_sent(appointment, keep=index < 2)


def _invite_by_phone_and_unanswered(
    upcoming: QuerySet[Appointment], secretary: User, now: datetime
) -> None:
    """Invite somebody without e-mail, to be called, and one who was asked days ago."""
    alone = list(
        upcoming.annotate(people=Count("staff"))
        .filter(people=1, starts_at__gt=now + timedelta(days=4))
        .order_by("starts_at")[:12]
    )
    for organisation, asked in (("clinics", 5), ("adults", 24 * 6)):
        partner = _typed_in_partner(organisation)
        for appointment in alone if partner else ():
            if partner is None or appointment.staff.count() > 1:
                continue
            try:
                invitations.ask(appointment.pk, partner, user=secretary)
            except TimeTakenError:
                continue
            appointment.pair_invitations.update(asked_at=earlier(now, hours=asked))
            _mark_sent(appointment, keep=True)
            break


def _typed_in_partner(words: str) -> Professional | None:
    """Return a partner typed in once: without hours, of the named organisation."""
    name = {"clinics": "neuvola", "adults": "Aikuissosiaalityö"}[words]
    organisation = PartnerOrganisation.objects.filter(name_fi__endswith=name)
    found: Professional | None = (
        Professional.objects.partners()
        .filter(organisation__in=organisation, weekly_hours=None)
        .order_by("pk")
        .first()
    )
    return found


def _record_answer(
    invitation: PairInvitation, state: str, asked: datetime, answered: datetime
) -> None:
    PairInvitation.objects.filter(pk=invitation.pk).update(
        state=state, asked_at=asked, answered_at=answered
    )
    AppointmentEvent.objects.create(
        appointment=invitation.appointment,
        what=EventKind.PARTNER_ACCEPTED if state == State.ACCEPTED else EventKind.PARTNER_DECLINED,
        status=invitation.appointment.status,
        at=answered,
        by=By.SYSTEM,
        reason=invitation.professional.name[:40],
    )


def _mark_sent(appointment: Appointment, *, keep: bool) -> None:
    found = OutboxMessage.objects.filter(about=appointment.reference, link_purpose="pair")
    if not keep:
        found.delete()
        return
    for invitation in appointment.pair_invitations.all():
        found.filter(link_nonce=invitation.link_nonce).update(
            created_at=invitation.asked_at,
            send_after=invitation.asked_at,
            sent_at=invitation.asked_at + timedelta(seconds=20),
            attempts=1,
        )


def _report_busy_afternoon(now: datetime) -> None:
    """Let one partner report busy time."""
    partner = _typed_in_partner("adults")
    if partner is not None:
        start = now.replace(hour=10, minute=0) + timedelta(days=8)
        mark_busy(partner, start=start, end=start + timedelta(hours=3))
