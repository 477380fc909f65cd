"""Who is reached by letters alone: said so, and written to again when a letter holds no longer."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.translation import override

from bookings.cases.letters import letter_of
from bookings.cases.queries import CaseStep, case_states, letters_to_post
from bookings.desk_kit.recipients import recipient_of
from bookings.models import Answer, Appointment, AppointmentEvent, Case, EventKind, Status
from office.core import clock
from office.models import Role, Unit
from tests.bookings.cases.cast import AINO, notice
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import signed_in
from tests.factories import booked

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(house: House) -> Client:
    return signed_in(Role.SECRETARY).client


def step(case: Case) -> CaseStep:
    (state,) = case_states(Case.objects.filter(pk=case.pk))
    return state.step


def invited_by_letter(house: House) -> tuple[Case, Appointment]:
    """Enter a notice of somebody whom nothing but letters reaches, and their visit, both told by post."""
    case = notice(house, AINO)
    visit = booked(start=at(10), professionals=[house.professional], service=house.service)
    visit.parties.update(name=AINO.name, email="", phone="", answer=Answer.ASKED)
    Appointment.objects.filter(pk=visit.pk).update(case=case)
    case.people.update(party=visit.parties.get(), posted_at=clock.now())
    return case, visit


def happens(visit: Appointment, what: EventKind, status: Status = Status.CONFIRMED) -> None:
    at = clock.now() + timedelta(minutes=1)
    AppointmentEvent.objects.create(appointment=visit, what=what, status=status, at=at, by="staff")
    claim = None if status in Status.closed() else visit.claim
    Appointment.objects.filter(pk=visit.pk).update(status=status, claim=claim)


def opening_of(case: Case) -> list[str]:
    found = letters_to_post().filter(case=case)
    return [
        letter_of(one, Unit.get(), "en", site="https://example.org")["opening"][0] for one in found
    ]


def test_who_is_reached_by_letter_alone_is_said_to_be(house: House, client: Client) -> None:
    case, visit = invited_by_letter(house)
    card = f"/desk/requests/{visit.reference}/"
    by_letter = "by letter, which is printed from the case"
    assert by_letter in client.get(card, headers={"accept-language": "en"}).content.decode()
    visit.refresh_from_db()
    party = visit.parties.get()
    with override("en"):
        assert (recipient_of(party).how, recipient_of(party).must_be_called) == (by_letter, False)
        # Who has answered has given their own contacts: no letter goes to them.
        case.people.update(answered_at=clock.now(), post_to="")
        assert "letter" not in recipient_of(party).how


@pytest.mark.parametrize(
    ("what", "status", "words"),
    [
        (EventKind.MOVED, Status.CONFIRMED, "has changed. It is now:"),
        (EventKind.PLACE_CHANGED, Status.CONFIRMED, "has changed. It is now:"),
        (EventKind.CANCELLED, Status.CANCELLED, "is cancelled. Please choose a new time"),
    ],
)
def test_what_holds_no_longer_is_written_to_whom_no_message_reaches(
    house: House, client: Client, what: EventKind, status: Status, words: str
) -> None:
    case, visit = invited_by_letter(house)
    assert opening_of(case) == []
    happens(visit, what, status)
    (opening,) = opening_of(case)
    assert words in opening
    assert step(case) == CaseStep.POST
    page = client.get(f"/desk/cases/{case.reference}/", headers={"accept-language": "en"})
    assert "letter to be printed" in page.content.decode()
    assert "Not posted after all" not in page.content.decode()
    # Once it is posted, and for whom a message reaches, it is no work.
    visit.parties.update(email="aino@example.org", email_is_safe=True)
    assert opening_of(case) == []
    visit.parties.update(email_is_safe=False)
    case.people.update(posted_at=clock.now() + timedelta(minutes=2))
    assert opening_of(case) == []
    # An earlier doing that was taken back changes nothing.
    case.people.update(posted_at=clock.now())
    event = visit.events.get(what=what)
    AppointmentEvent.objects.create(
        appointment=visit,
        what=EventKind.UNDONE,
        status=status,
        at=event.at,
        by="staff",
        undoes=event,
    )
    assert opening_of(case) == []


def test_the_others_are_written_to_when_one_has_chosen_a_time(house: House, client: Client) -> None:
    case, visit = invited_by_letter(house)
    happens(visit, EventKind.CONFIRMED)
    assert opening_of(case) == ["We have kept a time for a visit for you:"]
