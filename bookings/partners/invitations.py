"""Pair work with partner professionals of other organisations: asked, moved, withdrawn, answered.

An invitation follows the appointment. Wherever its staff is notified, `invite` is called: it asks
who joined, asks again where the time has changed, and takes back what holds no longer.
"""

from collections.abc import Iterable

from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError, locked, record
from bookings.models import Appointment, AppointmentProfessional, EventKind, PairInvitation
from bookings.parties import conflicts
from bookings.partners import mail as pair_mail
from office.calendar.occupancy import TimeTakenError, join, leave, retrying
from office.core import clock, tokens
from office.models import Claim, Professional, User

PAIR = 2

State = PairInvitation.State


def invite(appointment: Appointment) -> list[Professional]:
    """Bring the invitations up to date; return who must be called, since no e-mail reaches them.

    Call with the appointment locked, after its time and staff are written down.
    """
    staff = {
        member.professional_id: member.professional
        for member in appointment.staff.filter(
            professional__organisation__isnull=False
        ).select_related("professional__organisation", "professional__user")
    }
    if not appointment.is_agreed or appointment.starts_at is None:
        staff = {}
    current = {i.professional_id: i for i in _open(appointment)}
    for professional_id, invitation in current.items():
        if professional_id not in staff and not _waits_for_a_place(invitation, appointment):
            _close(invitation, appointment, State.WITHDRAWN)
    unreached = []
    for professional_id, professional in staff.items():
        before = current.get(professional_id)
        if before is not None and not before.is_left_out and _is_for(before, appointment):
            continue
        if not _ask(appointment, professional, before):
            unreached.append(professional)
    return unreached


def withdraw_all(appointment: Appointment) -> None:
    """Withdraw all invitations, since the time is no longer agreed, and notify the partners.

    Where the appointment goes on and only its time went, those who were to join are the secretary's
    work once there is another.
    """
    goes_on = appointment.is_agreed
    for invitation in _open(appointment):
        was_asked = invitation.is_asked or invitation.has_accepted
        _close(invitation, appointment, State.LEFT if goes_on and was_asked else State.WITHDRAWN)


def bring_along(
    appointment: Appointment,
    claim: Claim,
    before: Iterable[Professional],
    *,
    replacing: Claim | None,
) -> None:
    """Occupy the partners who were to join at the new time too, where they are free and wanted.

    `before`: who met the parties until now; `replacing`: the claim that they were busy with. Call before
    the staff is written down from the claim. Who is not free is left out, and the secretary finds it
    among the work.
    """
    asked = {i.professional_id: i for i in _open(appointment)}
    declined = {pk for pk, invitation in asked.items() if invitation.has_declined}
    wanted = {p.pk for p in before if p.organisation_id is not None} | set(asked)
    busy = set(claim.occupancies.values_list("resource_id", flat=True))
    people = Professional.objects.filter(pk__in=busy).count()
    for professional_id in sorted(wanted - declined - busy):
        if people >= PAIR:
            break
        if replacing is not None:
            # The new time may overlap with the one before.
            leave(replacing, professional_id)
        try:
            join(claim, professional_id)
        except TimeTakenError:
            _leave_out(appointment, professional_id, asked.get(professional_id))
        else:
            people += 1


def _leave_out(
    appointment: Appointment, professional_id: int, invitation: PairInvitation | None
) -> None:
    if invitation is not None:
        _close(invitation, appointment, State.LEFT)
        return
    # Not asked yet, since the time was not agreed; the secretary is to know all the same.
    invitation = _new(appointment, Professional.objects.get(pk=professional_id))
    invitation.state = State.LEFT
    _copy_time(invitation, appointment)
    invitation.save()


@retrying
def ask(
    appointment_id: int,
    professional: Professional,
    *,
    user: User,
    replacing: int | None = None,
    version: int | None = None,
) -> list[Professional]:
    """Ask a partner to join the appointment, in place of another where one is named.

    They are invited at once where the time is agreed, and otherwise when it is. Raises TimeTakenError
    where they are busy then, NotPossibleError, ChangedMeanwhileError; then nothing has changed.
    """
    appointment = locked(appointment_id, version=version)
    claim = appointment.claim
    if not may_ask(appointment) or claim is None or professional.organisation_id is None:
        raise NotPossibleError
    if appointment.staff.filter(professional=professional).exists():
        raise NotPossibleError
    conflicts.refuse_barred(appointment, [professional.pk])
    if replacing is not None:
        _remove(appointment, claim, replacing)
    join(claim, professional.pk)
    AppointmentProfessional.objects.create(appointment=appointment, professional=professional)
    record(appointment, EventKind.PARTNER_ASKED, user=user, reason=_name(professional))
    return invite(appointment)


@retrying
def ask_again(
    appointment_id: int, professional_id: int, *, user: User, version: int | None = None
) -> list[Professional]:
    """Ask a partner again who has not answered, has declined or was left out at the new time.

    Raises TimeTakenError where they are busy then.
    """
    appointment = locked(appointment_id, version=version)
    invitation = _one(appointment, professional_id)
    claim = appointment.claim
    if not is_ahead(appointment) or claim is None:
        raise NotPossibleError
    conflicts.refuse_barred(appointment, [professional_id])
    if not appointment.staff.filter(professional=professional_id).exists():
        join(claim, professional_id)
        AppointmentProfessional.objects.create(
            appointment=appointment, professional=invitation.professional
        )
    reached = _ask(appointment, invitation.professional, invitation)
    record(appointment, EventKind.PARTNER_ASKED, user=user, reason=_name(invitation.professional))
    return [] if reached else [invitation.professional]


@retrying
def go_without(
    appointment_id: int, professional_id: int, *, user: User, version: int | None = None
) -> None:
    """Go on without the partner: free their time, and notify them unless they declined."""
    appointment = locked(appointment_id, version=version)
    if not may_go_without(appointment):
        raise NotPossibleError
    professional = Professional.objects.partners().filter(pk=professional_id).first()
    if professional is None:
        raise NotPossibleError
    _remove(appointment, appointment.claim, professional_id)
    record(appointment, EventKind.PARTNER_DROPPED, user=user, reason=_name(professional))


def may_go_without(appointment: Appointment) -> bool:
    return appointment.is_before_visit


@retrying
def answer(
    invitation_id: int,
    *,
    accepts: bool,
    asked_times: int | None = None,
    could_come: str = "",
    user: User | None = None,
) -> PairInvitation:
    """Record that the partner accepts or declines; `user`: the secretary, who heard it on the phone.

    `could_come`: when one who declines could come instead. `asked_times`: which asking the answer is to;
    where the time has changed since, nothing is written and ChangedMeanwhileError raised.
    """
    invitation = PairInvitation.objects.get(pk=invitation_id)
    appointment = locked(invitation.appointment_id)
    invitation = PairInvitation.objects.select_related("professional").get(pk=invitation_id)
    if not may_answer(invitation, appointment):
        raise NotPossibleError
    if asked_times is not None and asked_times != invitation.asked_times:
        raise ChangedMeanwhileError
    state = State.ACCEPTED if accepts else State.DECLINED
    could_come = "" if accepts else could_come
    if invitation.state == state:
        if could_come:
            PairInvitation.objects.filter(pk=invitation.pk).update(could_come=could_come)
        return invitation
    invitation.state, invitation.answered_at = state, clock.now()
    invitation.could_come = could_come
    invitation.save()
    record(
        appointment,
        EventKind.PARTNER_ACCEPTED if accepts else EventKind.PARTNER_DECLINED,
        user=user,
        reason=_name(invitation.professional),
    )
    return invitation


def is_ahead(appointment: Appointment) -> bool:
    """Say whether the visit is agreed and has not begun."""
    return appointment.is_confirmed and appointment.has_time_ahead


def may_ask(appointment: Appointment) -> bool:
    """Say whether a partner can be asked to join: there is a time, and it is ahead."""
    return (
        (appointment.is_requested or appointment.is_confirmed)
        and appointment.claim_id is not None
        and appointment.has_time_ahead
    )


def may_answer(invitation: PairInvitation, appointment: Appointment) -> bool:
    """Say whether the invitation can be answered, even differently from before."""
    return invitation.holds and is_ahead(appointment)


def _open(appointment: Appointment) -> list[PairInvitation]:
    return list(
        PairInvitation.objects.filter(appointment=appointment)
        .open()
        .select_related("professional__organisation", "professional__user", "service_point")
        .order_by("pk")
    )


def _one(appointment: Appointment, professional_id: int) -> PairInvitation:
    for invitation in _open(appointment):
        if invitation.professional_id == professional_id:
            return invitation
    raise NotPossibleError


def _is_for(invitation: PairInvitation, appointment: Appointment) -> bool:
    """Say whether what the partner was asked for still holds."""
    return (
        invitation.starts_at,
        invitation.ends_at,
        invitation.channel,
        invitation.service_point_id,
    ) == (
        appointment.starts_at,
        appointment.ends_at,
        appointment.channel,
        appointment.service_point_id,
    )


def _waits_for_a_place(invitation: PairInvitation, appointment: Appointment) -> bool:
    """Say whether one was left out at the new time and nobody joined instead: work for the secretary."""
    return invitation.is_left_out and appointment.is_agreed and appointment.staff.count() < PAIR


def _new(appointment: Appointment, professional: Professional) -> PairInvitation:
    nonce = tokens.new_nonce()
    return PairInvitation(
        appointment=appointment,
        professional=professional,
        asked_at=clock.now(),
        asked_times=0,
        link_nonce=nonce,
        link_hash=tokens.hash_token(tokens.token_for("pair", nonce)),
    )


def _copy_time(invitation: PairInvitation, appointment: Appointment) -> None:
    if appointment.starts_at is None or appointment.ends_at is None:
        raise NotPossibleError
    invitation.starts_at, invitation.ends_at = appointment.starts_at, appointment.ends_at
    invitation.channel = appointment.channel
    invitation.service_point = appointment.service_point


def _ask(
    appointment: Appointment, professional: Professional, invitation: PairInvitation | None
) -> bool:
    """Ask for the first time or anew; False where nobody can be written to."""
    invitation = invitation or _new(appointment, professional)
    invitation.state = State.ASKED
    invitation.asked_at, invitation.answered_at = clock.now(), None
    # Of another time.
    invitation.could_come = ""
    invitation.asked_times += 1
    _copy_time(invitation, appointment)
    invitation.save()
    return pair_mail.notify_asked(invitation, appointment)


def _close(invitation: PairInvitation, appointment: Appointment, state: str) -> None:
    """End the invitation or set it aside; notify a partner who knows of it and has not declined."""
    knew = invitation.is_asked or invitation.has_accepted
    invitation.state = state
    invitation.save()
    pair_mail.notify_withdrawn(invitation, appointment, knew=knew)


def _remove(appointment: Appointment, claim: Claim | None, professional_id: int) -> None:
    """Remove a partner from staff and busy time. Raises NotPossibleError for the unit's own people."""
    member = appointment.staff.filter(
        professional=professional_id, professional__organisation__isnull=False
    ).first()
    invitation = next((i for i in _open(appointment) if i.professional_id == professional_id), None)
    if member is None and invitation is None:
        raise NotPossibleError
    if member is not None:
        member.delete()
        if claim is not None:
            leave(claim, professional_id)
    if invitation is not None:
        _close(invitation, appointment, State.WITHDRAWN)


def _name(professional: Professional) -> str:
    return professional.name[:40]
