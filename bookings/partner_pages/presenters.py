"""What an invited partner professional sees: a time, a place, colleagues. Nothing of the clients."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from bookings.desk_kit.labels import language_label
from bookings.lifecycle.video_links import link_of
from bookings.models import PairInvitation
from bookings.partners import invitations
from office.core import clock
from office.models import Channel, ServicePoint


@dataclass(frozen=True)
class Colleague:
    """One of those whom the partner joins, and how to reach them."""

    name: str
    title: str
    phone: str
    email: str


@dataclass(frozen=True)
class PairPage:
    """The invitation, where it stands, and what can be done."""

    tone: str
    headline: str
    words: list[str]
    name: str
    starts_at: datetime
    ends_at: datetime
    service: str
    how: str
    is_video: bool
    # Once they have accepted.
    video_link: str
    point: ServicePoint | None
    room: str
    language: str
    colleagues: list[Colleague]
    reference: str
    asked_times: int
    may_answer: bool
    has_accepted: bool
    has_declined: bool
    could_come: str
    has_file: bool
    is_off: bool


def pair_page(invitation: PairInvitation) -> PairPage:
    """Lay out the page; a query or two more than the invitation itself."""
    appointment = invitation.appointment
    may_answer = invitations.may_answer(invitation, appointment)
    tone, headline, words = _status_notice(invitation, may_answer=may_answer)
    in_person = invitation.channel == Channel.IN_PERSON
    people = (
        appointment.professionals.exclude(pk=invitation.professional_id) if invitation.holds else []
    )
    return PairPage(
        tone=tone,
        headline=headline,
        words=words,
        name=invitation.professional.name,
        starts_at=invitation.starts_at,
        ends_at=invitation.ends_at,
        service=appointment.matters.name if invitation.holds else "",
        how={
            Channel.PHONE: _("By phone"),
            Channel.VIDEO: _("By video"),
            Channel.HOME_VISIT: _("As a home visit"),
        }.get(Channel(invitation.channel), ""),
        is_video=invitation.channel == Channel.VIDEO,
        video_link=link_of(appointment)
        if may_answer and invitation.has_accepted and not in_person
        else "",
        point=invitation.service_point if in_person else None,
        room=str(appointment.room.name)
        if invitation.holds and in_person and appointment.room
        else "",
        language=language_label(appointment.language),
        colleagues=[Colleague(p.name, p.title, p.phone, p.email) for p in people],
        reference=appointment.reference,
        asked_times=invitation.asked_times,
        may_answer=may_answer,
        has_accepted=invitation.has_accepted,
        has_declined=invitation.has_declined,
        could_come=invitation.could_come,
        has_file=may_answer and invitation.has_accepted,
        is_off=not invitation.holds,
    )


def _status_notice(invitation: PairInvitation, *, may_answer: bool) -> tuple[str, str, list[str]]:
    if not invitation.holds:
        return (
            "quiet",
            _("You are not needed at this time"),
            [_("The invitation has been withdrawn. The time is free again.")],
        )
    if not may_answer:
        over = invitation.starts_at <= clock.now()
        return (
            "quiet",
            _("This visit has begun or is over") if over else _("This time no longer holds"),
            [_("You need not answer any more.")],
        )
    if invitation.has_accepted:
        return (
            "good",
            _("You have accepted"),
            [_("If you cannot come after all, tell us below: we look for somebody else.")],
        )
    if invitation.has_declined:
        return (
            "wait",
            _("You have declined"),
            [_("We look for somebody else. If you can come after all, tell us below.")],
        )
    return (
        "wait",
        _("Can you join us at this time?"),
        [_("You are asked to be the second professional of a working pair.")],
    )
