"""The secretary's note on a person: on all their cards, and on nobody else's."""

from datetime import timedelta
from typing import Any

import pytest

from bookings.appointments.corrections import correct_party
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import DataRequest, Party, PersonNote
from bookings.parties.notes import note_on, notes_on, old_notes, write_note
from bookings.parties.records import PartyDetails
from bookings.retention import requests as own_data
from bookings.self_service.channels import OwnChannels, change_channels
from office.core import clock
from office.models import AccessLogEntry, Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import signed_in, url
from tests.factories import AppointmentFactory, PartyFactory, UserFactory

AINO = {"name": "Aino Virtala", "phone": "+358400000001", "email": "aino@example.org"}
SAID = "Soita vasta iltapäivällä."


def aino(**fields: Any) -> Party:
    party: Party = PartyFactory(
        appointment=AppointmentFactory(), is_requester=True, **AINO | fields
    )
    return party


def noted(party: Party, text: str = SAID) -> None:
    before = note_on(party)
    write_note(party, text, user=UserFactory(), seen=before.pk if before else None)


def said(party: Party) -> str:
    note = note_on(party)
    return note.text if note else ""


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        ({}, True),
        ({"name": "virtala AINO", "email": ""}, True),
        ({"phone": ""}, True),
        ({"phone": "+358400000009", "email": "muu@example.org"}, False),
        ({"name": "Eino Virtala"}, False),
        ({"name": ""}, False),
        ({"phone": "", "email": ""}, False),
    ],
)
def test_note_follows_the_person(house: House, other: dict[str, str], is_same: bool) -> None:
    noted(aino())

    assert said(aino(**other)) == (SAID if is_same else "")


def test_note_goes_on_with_a_corrected_number(house: House) -> None:
    first, second = aino(email=""), aino()
    noted(first)

    details = PartyDetails(name="Aino Virtala", phone="+358400000009")
    correct_party(first.pk, details, user=UserFactory())

    assert said(Party.objects.get(pk=first.pk)) == SAID
    assert said(second) == SAID


def test_note_does_not_follow_to_somebody_else(house: House) -> None:
    """The wrong person stood there: another name with other contacts is nobody's correction."""
    party = aino()
    noted(party)

    other = PartyDetails(name="Eino Korpi", phone="+358400000009", email="eino@example.org")
    correct_party(party.pk, other, user=UserFactory())

    assert said(Party.objects.get(pk=party.pk)) == ""


def test_note_goes_on_when_the_party_changes_their_own_number(house: House) -> None:
    party = aino(email="")
    noted(party)

    change_channels(party.pk, OwnChannels(phone="+358400000009", call_is_safe=True))

    assert said(Party.objects.get(pk=party.pk)) == SAID


def test_who_is_not_known_again_has_no_note(house: House) -> None:
    with pytest.raises(NotPossibleError):
        noted(aino(name=""))


def test_empty_text_removes_it(house: House) -> None:
    party = aino()
    noted(party)
    noted(party, "")

    assert (said(party), PersonNote.objects.count()) == ("", 0)


def test_later_one_does_not_overwrite_what_it_has_not_seen(house: House) -> None:
    party = aino()
    noted(party, "Ensin tämä.")

    with pytest.raises(ChangedMeanwhileError):
        write_note(party, "Sitten tämä.", user=UserFactory(), seen=None)

    assert said(party) == "Ensin tämä."


def test_one_query_for_all(house: House, django_assert_num_queries: Any) -> None:
    parties = [aino(), aino(), aino(name="Eino Korpi")]
    noted(parties[0])

    with django_assert_num_queries(1):
        found = notes_on(parties)

    assert set(found) == {parties[0].pk, parties[1].pk}


def test_writing_from_the_card(house: House) -> None:
    """Logged as the one person's; on the card of the other appointment, too."""
    party, later = aino(), aino()
    desk = signed_in(Role.SECRETARY)

    page = url(party.appointment, f"parties/{party.pk}/note/")
    assert desk.client.post(page, {"text": SAID, "seen": ""}).status_code == 302

    entry = AccessLogEntry.objects.get(details__step="note on the person")
    assert (entry.record, len(entry.subjects)) == (party.appointment.reference, 2)
    assert SAID in desk.client.get(url(later.appointment)).content.decode()

    late = desk.client.post(page, {"text": "Myöhässä.", "seen": ""})
    html = late.content.decode()
    assert (late.status_code, SAID in html, "Myöhässä." in html) == (409, True, True)
    assert desk.client.post(page, {"text": "131052-308T"}).status_code == 422


def test_own_data_has_it_and_deletion_removes_it(house: House) -> None:
    party = aino()
    noted(party)
    asked = own_data.ask(party.pk, DataRequest.Kind.COPY)

    assert SAID in own_data.as_text(party)
    manager = signed_in(Role.MANAGER).client
    assert SAID not in manager.get(f"/desk/data-requests/{asked.pk}/").content.decode()
    assert manager.post(f"/desk/data-requests/{asked.pk}/export/").status_code == 403
    secretary = signed_in(Role.SECRETARY).client
    assert secretary.post(f"/desk/data-requests/{asked.pk}/export/").status_code == 200

    type(party.appointment).objects.filter(pk=party.appointment_id).update(status="cancelled")
    own_data.delete(own_data.ask(party.pk, DataRequest.Kind.DELETION).pk, user=UserFactory())
    assert PersonNote.objects.count() == 0


def test_note_is_old_when_nobody_has_written_to_it(house: House) -> None:
    noted(aino())

    assert not old_notes(clock.now()).exists()
    assert old_notes(clock.now() + timedelta(seconds=1)).exists()
