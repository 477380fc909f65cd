"""Turn a parent's request into an appointment that waits for the secretary."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from bookings.appointments import notices
from bookings.appointments.assignment import give_time, set_staff
from bookings.availability.allocation import JustTakenError, take_slot
from bookings.availability.holds import is_about
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.lifecycle import references
from bookings.lifecycle.deadlines import answer_due
from bookings.lifecycle.phone_visits import refuse_uncallable
from bookings.lifecycle.references import save_with_reference
from bookings.models import (
    Answer,
    Appointment,
    AppointmentEvent,
    EventKind,
    Hold,
    Meeting,
    OtherParent,
    Party,
    Status,
)
from bookings.models.matters import Matters
from bookings.parties import conflicts
from bookings.parties.records import PartyDetails, add_party, hash_code, new_link
from office.calendar.occupancy import TimeTakenError, retrying
from office.core import clock
from office.core.once import made_before
from office.models import Channel, ClaimKind, HasChannel, Service, ServicePoint, Unit
from office.staff.rate_limits import count_try, count_try_from

REQUESTS_OF_AN_ADDRESS_AN_HOUR = 12
REQUESTS_OF_A_CONTACT_A_DAY = 5


class HoldLapsedError(Exception):
    """The held time is not the visitor's any more."""


class TooSoonError(HoldLapsedError):
    """The held time has come so near that the answer would be promised for after it."""


@dataclass(frozen=True)
class RequestDetails(HasChannel):
    """What a parent asks for."""

    service: Service
    requester: PartyDetails
    channel: str = Channel.IN_PERSON
    language: str = "fi"
    meeting: str = Meeting.TOGETHER
    is_anonymous: bool = False
    other_parent: str = OtherParent.NONE
    other: PartyDetails | None = None
    preferred: dict[str, Any] = field(default_factory=dict)
    # Where a request without a time would like to come.
    service_point: ServicePoint | None = None
    # The further matters of the same visit, how long all of it takes, and how many children it concerns.
    also: tuple[Service, ...] = ()
    minutes: int | None = None
    children: int | None = None

    @property
    def matters(self) -> Matters:
        return Matters(self.service, self.also, self.minutes)


def count_request(address: str, details: RequestDetails) -> None:
    """Count one sent request by address, and by contact from there. Raises TooManyTriesError."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    count_try("request", address, limit=REQUESTS_OF_AN_ADDRESS_AN_HOUR, every=hour)
    for contact in {details.requester.phone, details.requester.email.lower()} - {""}:
        count_try_from("request", address, contact, limit=REQUESTS_OF_A_CONTACT_A_DAY, every=day)


@retrying
def send_request(
    details: RequestDetails, *, hold: Hold | None, unit: Unit, made_from: UUID
) -> Appointment:
    """Make a request for the held time, or without a time. A form sent twice makes one.

    Raises HoldLapsedError where the held time has gone to somebody else, TooSoonError where it would
    begin before the promised answer, NoNumberError for a visit by
    phone without a number that may be called.
    """
    refuse_uncallable(details.channel, details.requester)
    made = made_before(Appointment, made_from)
    if made is not None:
        return made
    now = clock.now()
    appointment = Appointment(
        service=details.service,
        minutes=details.minutes,
        children=details.children,
        channel=details.channel,
        language=details.language,
        meeting=details.meeting,
        is_anonymous=details.is_anonymous,
        other_parent=details.other_parent,
        preferred=details.preferred,
        service_point=details.service_point,
        made_from=made_from,
        answer_due_at=answer_due(now, unit),
        created_at=now,
        updated_at=now,
    )
    if hold is not None:
        hold = (
            Hold.objects.select_for_update(of=("self",))
            .select_related("claim", "service_point", "room")
            .filter(pk=hold.pk)
            .first()
        )
        if hold is None or hold.claim is None or not is_about(hold, details.matters):
            raise HoldLapsedError
        if hold.starts_at <= answer_due(now, unit):
            raise TooSoonError
    save_with_reference(appointment)
    appointment.also.set(details.also)
    if hold is not None:
        try:
            give_time(appointment, hold, kind=ClaimKind.REQUEST)
        except TimeTakenError as error:
            raise HoldLapsedError from error
        hold.delete()
        appointment.save()
        set_staff(appointment)
    _add_parties(appointment, details)
    _keep_from_barred(appointment, unit)
    AppointmentEvent.objects.create(
        appointment=appointment,
        what=EventKind.REQUESTED,
        status=Status.REQUESTED,
        at=now,
        by=AppointmentEvent.By.PARTY,
    )
    notices.notify_received(appointment)
    return appointment


def _keep_from_barred(appointment: Appointment, unit: Unit) -> None:
    """Assign the time to somebody else where a professional who has it is barred from the matter.

    The time was held before anybody knew for whom. Where nobody else can take it, the request stands, and
    the secretary finds it among what has lost its people.
    """
    without = conflicts.barred_from(appointment.pk)
    start, point = appointment.starts_at, appointment.service_point_id
    staff = set(appointment.staff.values_list("professional", flat=True))
    if not without & staff or start is None or point is None or appointment.claim is None:
        return
    wish = Wish.about(
        appointment.matters, appointment.channel, point, appointment.language, without
    )
    try:
        taken = take_slot(
            wish,
            Slot(start, point),
            unit,
            kind=ClaimKind.REQUEST,
            label=appointment.reference,
            replacing=appointment.claim,
            # It was held with all the notice that the public gets.
            online=False,
        )
    except JustTakenError:
        conflicts.hand_over([appointment.pk])
        return
    give_time(appointment, taken, kind=ClaimKind.REQUEST)
    appointment.save()


def _add_parties(appointment: Appointment, details: RequestDetails) -> None:
    add_party(appointment, details.requester, is_requester=True, answer=Answer.ACCEPTED)
    if details.other_parent == OtherParent.GIVEN and details.other is not None:
        add_party(appointment, replace(details.other, language_is_known=False))
    elif details.other_parent == OtherParent.PASS_ON:
        unknown = PartyDetails(language=details.requester.language, language_is_known=False)
        invited = add_party(appointment, unknown)
        appointment.invitation_hash = hash_code(references.invitation_code(invited.link_nonce))
        appointment.save(update_fields=["invitation_hash"])


def give_own_link(party: Party) -> None:
    """Give an invited parent a link that nobody else has had. Not saved.

    The link and the code that were handed over go on showing time and place, and nothing else: if they
    stopped, whoever passed them on would see that the invited parent has answered.
    """
    party.invitation_nonce, party.invitation_link_hash = party.link_nonce, party.link_hash
    new_link(party)
