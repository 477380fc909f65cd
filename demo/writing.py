"""Write appointments with their history in the past. Busy time goes through take()."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bookings.lifecycle import references
from bookings.lifecycle.deadlines import due
from bookings.models import (
    Answer,
    Appointment,
    AppointmentEvent,
    AppointmentProfessional,
    EventKind,
    Meeting,
    OtherParent,
    Party,
    Status,
)
from bookings.models.matters import Matters
from demo.people import DemoParent
from office.core import clock, own_codes, tokens
from office.models import Channel, Claim, Service, ServicePoint, Unit, User

By = AppointmentEvent.By


@dataclass
class Story:
    """One appointment to be written: what happened, with whom."""

    service: Service
    created_at: datetime
    requester: DemoParent
    other: DemoParent | None = None
    answer: Answer = Answer.ACCEPTED
    answered_at: datetime | None = None
    status: Status = Status.CONFIRMED
    channel: str = Channel.IN_PERSON
    language: str = "fi"
    meeting: str = Meeting.TOGETHER
    is_anonymous: bool = False
    other_parent: str = OtherParent.NONE
    preferred: dict[str, Any] = field(default_factory=dict)
    # Further matters of the visit, its length where it is not the service's, and the children's ages.
    also: Sequence[Service] = ()
    minutes: int | None = None
    ages: Sequence[int] = ()
    start: datetime | None = None
    end: datetime | None = None
    point: ServicePoint | None = None
    room: int | None = None
    professionals: Sequence[int] = ()
    claim: Claim | None = None
    # In order: event, status after it, when, by whom.
    events: list[tuple[EventKind, Status, datetime, By]] = field(default_factory=list)

    @property
    def matters(self) -> Matters:
        return Matters(self.service, tuple(self.also), self.minutes)


class Writer:
    """Collects stories and writes them together."""

    def __init__(self, unit: Unit, secretary: User) -> None:
        self.unit = unit
        self.secretary = secretary
        self._stories: list[tuple[Story, str]] = []
        self._used: set[str] = set(Appointment.objects.values_list("reference", flat=True))

    def new_reference(self) -> str:
        """Return an unused reference; only one process loads the demo at a time."""
        while True:
            code = references.new_reference()
            if code not in self._used:
                self._used.add(code)
                return code

    def add(self, story: Story, reference: str) -> None:
        self._stories.append((story, reference))

    def write(self) -> list[Appointment]:
        """Write the collected stories, appointments in the order in which they were added."""
        made = Appointment.objects.bulk_create(
            self._appointment(story, reference) for story, reference in self._stories
        )
        pairs = [(a, story) for a, (story, _) in zip(made, self._stories, strict=True)]
        for appointment, story in pairs:
            if story.also:
                appointment.also.set(story.also)
        AppointmentProfessional.objects.bulk_create(
            AppointmentProfessional(appointment=a, professional_id=who, is_lead=index == 0)
            for a, story in pairs
            for index, who in enumerate(story.professionals)
        )
        parties = [party for a, story in pairs for party in _parties(a, story)]
        Party.objects.bulk_create(parties)
        requesters = {p.appointment_id: p for p in parties if p.is_requester}
        invited = {p.appointment_id: p for p in parties if not p.is_requester}
        AppointmentEvent.objects.bulk_create(
            AppointmentEvent(
                appointment=a,
                what=what,
                status=status,
                at=at,
                by=by,
                user=self.secretary if by == By.STAFF else None,
                party=(
                    invited
                    if what in (EventKind.ACCEPTED, EventKind.DECLINED_INVITATION)
                    else requesters
                ).get(a.pk)
                if by == By.PARTY and what != EventKind.REQUESTED
                else None,
            )
            for a, story in pairs
            for what, status, at, by in story.events
        )
        self._stories = []
        return made

    def _appointment(self, story: Story, reference: str) -> Appointment:
        unit = self.unit
        decided = [at for what, _, at, by in story.events if by == By.STAFF]
        return Appointment(
            reference=reference,
            status=story.status,
            service=story.service,
            channel=story.channel,
            service_point=story.point,
            room_id=story.room,
            starts_at=story.start,
            ends_at=story.end,
            claim=story.claim,
            language=story.language,
            meeting=story.meeting,
            is_anonymous=story.is_anonymous,
            other_parent=story.other_parent,
            preferred=story.preferred,
            minutes=story.minutes,
            children=len(story.ages) or None,
            children_ages=sorted(story.ages) or None,
            answer_due_at=due(
                story.created_at, unit.answer_within_hours, unit.office_opens, unit.office_closes
            ),
            answered_at=decided[0] if decided else None,
            version=len(story.events) or 1,
            created_at=story.created_at,
            updated_at=story.events[-1][2] if story.events else story.created_at,
        )


def _parties(appointment: Appointment, story: Story) -> list[Party]:
    rows = [_party(appointment, story.requester, Answer.ACCEPTED, is_requester=True)]
    if story.other is not None:
        other = _party(appointment, story.other, story.answer)
        other.answered_at = story.answered_at
        if story.other_parent == OtherParent.GIVEN and story.answer == Answer.NOT_ASKED:
            # From the first parent: no channel is safe before the party has said so.
            other.given_by_other = True
            other.call_is_safe = other.voicemail_is_safe = False
            other.sms_is_safe = other.email_is_safe = False
        rows.append(other)
    return rows


def _party(
    appointment: Appointment, parent: DemoParent, answer: Answer, *, is_requester: bool = False
) -> Party:
    nonce = tokens.new_nonce()
    return Party(
        appointment=appointment,
        is_requester=is_requester,
        answer=answer,
        link_nonce=nonce,
        link_hash=tokens.hash_token(tokens.link_token("party", nonce)),
        code_hash=own_codes.hash_of(nonce),
        **asdict(parent),
    )


def next_working_moment(unit: Unit, after: datetime) -> datetime:
    """Return the first working moment some two hours after an instant."""
    return due(after, 2, unit.office_opens, unit.office_closes)


def earlier(moment: datetime, *, hours: float = 0, minutes: float = 0) -> datetime:
    return moment - timedelta(hours=hours, minutes=minutes)


def current_minute() -> datetime:
    return clock.now().replace(second=0, microsecond=0)
