"""What a posted code opens: a time to choose, and then one's own page of the visit."""

from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet

from bookings.appointments.announcements import announce
from bookings.appointments.booking import Booking, Chosen
from bookings.appointments.staff_booking import take_visit
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.cases.actions import LINK, has_visit, locked_case, record_case
from bookings.lifecycle.phone_visits import refuse_uncallable
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import (
    Answer,
    Appointment,
    AppointmentEvent,
    Case,
    CaseEventKind,
    CasePerson,
    EventKind,
    OtherParent,
    Party,
    PartyRole,
    Status,
)
from bookings.parties import conflicts
from bookings.parties.records import Participation, PartyDetails, add_party, hash_code, new_link
from bookings.self_service.personal_links import has_ended
from bookings.visibility import Reader
from office.calendar.occupancy import retrying
from office.core import clock, tokens
from office.core.once import made_before
from office.models import Attendance, Channel, Unit
from office.staff.rate_limits import count_try

VISITS_OF_A_PERSON_A_DAY = 4


def person_of_token(token: str) -> CasePerson | None:
    """Find the person whose invitation this is, with the case; None where it opens nothing."""
    return _people().filter(link_hash__in=tokens.hashes_of(token)).first()


def person_of_code(code: str) -> CasePerson | None:
    """Find the person to whom this code was posted, however it is typed."""
    return _people().filter(code_hash=hash_code(code)).first()


def _people() -> QuerySet[CasePerson]:
    return CasePerson.objects.select_related("case__service")


def token_of(person: CasePerson) -> str:
    """Return the secret of the person's invitation page."""
    return tokens.link_token(LINK, person.nonce)


def party_of(person: CasePerson) -> Party | None:
    """Find the party of the person at a visit that stands; by the code alone where that has been used."""
    party = (
        Party.objects.with_visit_seen_by(Reader.OWN)
        .select_related("appointment__service")
        .filter(case_person=person)
        .exclude(appointment__status__in=Status.closed())
        .first()
    )
    if party is None or has_ended(party.appointment):
        return None
    party.is_by_invitation = party.link_nonce != person.nonce
    return party


def booked_with(person: CasePerson, key: str) -> Party | None:
    """Find the party of the person at the visit that this form has booked, when it was sent before."""
    try:
        made_from = UUID(key)
    except ValueError:
        return None
    return Party.objects.filter(case_person=person, appointment__made_from=made_from).first()


def may_choose(person: CasePerson) -> bool:
    """Say whether a time may be chosen by the code: by those whose decision that is.

    Where anybody's contact details are protected, the secretary agrees on time and place with each.
    """
    case = person.case
    return (
        case.is_open
        and person.decides_time
        and not has_visit(case)
        and not case.people.filter(is_protected=True).exists()
    )


def wish_of(case: Case) -> Wish:
    """Return what is looked for: at any point, or in the service's first channel where it is at none."""
    channels = case.service.channels or [Channel.IN_PERSON]
    channel = Channel.IN_PERSON if Channel.IN_PERSON in channels else channels[0]
    return Wish(case.service, channel, without=_barred(case))


def _barred(case: Case) -> frozenset[int]:
    return conflicts.barred_with(
        conflicts.PersonIdentifiers.of(person.name, str(person.phone or ""), person.email)
        for person in case.people.all()
    )


@retrying
def book_by_code(
    person_id: int, slot: Slot, details: PartyDetails, *, unit: Unit, made_from: UUID
) -> Party:
    """Book the time that an invited person has chosen; the others who are invited are asked about it.

    A form sent twice books once. The code that was posted shows time and place from now on: the page
    with more behind it is the person's own. Raises JustTakenError, NotPossibleError, NoNumberError,
    TooManyTriesError; then nothing has changed.
    """
    made = made_before(Appointment, made_from)
    if made is not None:
        return made.parties.get(case_person=person_id)
    case = locked_case(CasePerson.objects.values_list("case", flat=True).get(pk=person_id))
    person = CasePerson.objects.select_related("case__service").get(pk=person_id)
    if not may_choose(person):
        raise NotPossibleError
    count_try("case", str(person_id), limit=VISITS_OF_A_PERSON_A_DAY, every=timedelta(days=1))
    wish = wish_of(case)
    refuse_uncallable(wish.channel, details)
    others = list(case.people.exclude(pk=person_id)) if _come_together(case) else []
    booking = Booking(
        service=case.service,
        time=Chosen(wish, slot),
        caller=details,
        language=details.language,
        other_parent=OtherParent.GIVEN if others else OtherParent.NONE,
    )
    appointment = take_visit(booking, booking.time, unit, made_from=made_from, online=True)
    appointment.case = case
    appointment.save(update_fields=["case"])
    party = add_party(
        appointment,
        details,
        is_requester=True,
        answer=Answer.ACCEPTED,
        part=Participation(PartyRole(person.role)),
    )
    bind_used(person, party)
    for other in others:
        part = Participation(PartyRole(other.role))
        nonce = free_nonce(other)
        bind(other, add_party(appointment, details_of(other), part=part, nonce=nonce))
    AppointmentEvent.objects.create(
        appointment=appointment,
        what=EventKind.CONFIRMED,
        status=Status.CONFIRMED,
        at=clock.now(),
        by=AppointmentEvent.By.PARTY,
        party=party,
    )
    case.answer_by = None
    record_case(case, CaseEventKind.ANSWERED, visit=appointment.reference)
    conflicts.hand_over([appointment.pk])
    announce(appointment, by=party)
    return party


def _come_together(case: Case) -> bool:
    return case.service.attendance != Attendance.ONE


def details_of(person: CasePerson) -> PartyDetails:
    """Return what the notice tells of a person; nothing of it is known to be safe."""
    return PartyDetails(
        name=person.name,
        phone=str(person.phone or ""),
        email=person.email,
        language=person.language or "fi",
        language_is_known=bool(person.language),
        is_protected=person.is_protected,
    )


def free_nonce(person: CasePerson) -> str:
    """Free the nonce of the person's code for their page of a visit; a cancelled one gives it up."""
    for former in Party.objects.filter(link_nonce=person.nonce):
        new_link(former)
        former.save(update_fields=["link_nonce", "link_hash", "code_hash"])
    Party.objects.filter(invitation_nonce=person.nonce).update(
        invitation_nonce="", invitation_link_hash=None
    )
    return person.nonce


def bind(person: CasePerson, party: Party) -> None:
    """Bind the person to the visit's party; their code opens the party's page."""
    person.party = party
    person.save(update_fields=["party"])


def bind_used(person: CasePerson, party: Party) -> None:
    """Bind a person who has answered: they get no more letters, and their address is not kept."""
    party.invitation_nonce = free_nonce(person)
    party.invitation_link_hash = tokens.hash_token(tokens.link_token("party", person.nonce))
    party.save(update_fields=["invitation_nonce", "invitation_link_hash"])
    person.answered_at, person.post_to = clock.now(), ""
    person.save(update_fields=["answered_at", "post_to"])
    bind(person, party)
