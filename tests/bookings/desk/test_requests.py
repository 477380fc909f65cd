"""One request at the desk: what is shown, decided, put right."""

from typing import Any

import pytest
from django.http import HttpResponse

from bookings.appointments import decisions
from bookings.models import Answer, Appointment, MoveRequest, OtherParent, Party, Status
from bookings.parties.records import PartyDetails
from office.core import clock
from office.models import AccessLogEntry, OutboxMessage, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO, Desk, called, request_for, signed_in, url
from tests.factories import PartyFactory, booked

EN = {"accept-language": "en"}
CALL_ONLY = PartyDetails(name="Vain Puhelin", phone="+358400000003", call_is_safe=True)
NO_WAY = PartyDetails(name="Ei Tapaa", phone="+358400000004")


@pytest.fixture
def desk(house: House) -> Desk:
    return signed_in(Role.SECRETARY)


def said(response: HttpResponse) -> list[str]:
    """Return the notices of the page."""
    return [str(message) for message in response.context["messages"]]


def post(
    desk: Desk, appointment: Appointment, page: str, version: int | None = None, **data: Any
) -> HttpResponse:
    appointment.refresh_from_db()
    response: HttpResponse = desk.client.post(
        url(appointment, page),
        {"version": version or appointment.version, **data},
        follow=True,
        headers=EN,
    )
    appointment.refresh_from_db()
    return response


def test_both_parties_with_what_is_safe(house: House, desk: Desk) -> None:
    appointment = request_for(house)

    html = " ".join(desk.client.get(url(appointment), headers=EN).content.decode().split())

    one, two = html.split('class="person"')[1:]
    assert ("Aino Virtala" in one, "Eino" in one) == (True, False)
    assert ('href="tel:+358400000001"' in one, "NO voicemail" in one) == (True, True)
    assert ("Vain sihteerille" in one, "Vain sihteerille" in two) == (True, False)
    # The second one has not said that calling is safe: a number to read, nothing to press.
    assert ("tel:" in two, "NO call" in two) == (False, True)


def test_before_confirming_it_says_who_is_told_and_how(house: House, desk: Desk) -> None:
    appointment = request_for(house, other=CALL_ONLY)

    html = " ".join(desk.client.get(url(appointment), headers=EN).content.decode().split())

    told = html.split("If you confirm, these people are notified")[1].split("</ul>")[0]
    assert "Aino Virtala</b>: e-mail (" in told
    assert "Vain Puhelin</b>: nothing can be sent: must be called" in told
    assert f"{house.professional.name}</b>: e-mail" in told


def test_confirming_tells_everybody_and_names_whom_to_call(house: House, desk: Desk) -> None:
    appointment = request_for(house, other=CALL_ONLY)

    response = post(desk, appointment, "confirm/")

    assert appointment.status == Status.CONFIRMED
    # What was done is said by the bar of undoing, once.
    (call,) = said(response)
    assert f"{appointment.reference}: confirmed." in response.content.decode()
    assert call == "Call Vain Puhelin, 040 000 0003: no message could be sent safely."
    kinds = OutboxMessage.objects.filter(dropped_at=None).values_list("kind", flat=True)
    assert sorted(kinds) == ["confirmed", "staff_booked"]


def test_nobody_is_to_be_called_on_a_number_that_is_not_safe(house: House, desk: Desk) -> None:
    appointment = request_for(house, other=NO_WAY)

    (warning,) = said(post(desk, appointment, "confirm/"))

    assert warning.startswith("Ei Tapaa could not be notified: no safe contact is known.")


def test_from_the_desk_the_next_row_follows(house: House, desk: Desk) -> None:
    appointment, following = request_for(house, 9), request_for(house, 11)

    response = post(
        desk, appointment, "confirm/", in_desk="1", after=f"requests.{following.reference}"
    )

    assert response.redirect_chain[-1][0] == f"/desk/?at=requests.{following.reference}"


def test_confirming_what_somebody_else_changed_overwrites_nothing(house: House, desk: Desk) -> None:
    appointment = request_for(house)
    seen = appointment.version
    decisions.decline(appointment.pk, user=desk.user, reason="no_times")

    response = post(desk, appointment, "confirm/", version=seen)

    assert appointment.status == Status.DECLINED
    html = " ".join(response.content.decode().split())
    assert response.status_code == 409
    assert f"{appointment.reference} has changed since you opened it" in html
    assert "Declined: We have no free times for this at the moment." in html


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999"])
def test_form_without_a_version_decides_nothing(house: House, desk: Desk, version: str) -> None:
    appointment = request_for(house)

    desk.client.post(url(appointment, "confirm/"), {"version": version})

    appointment.refresh_from_db()
    assert appointment.status == Status.REQUESTED


def test_request_without_a_time_cannot_be_confirmed(house: House, desk: Desk) -> None:
    appointment = request_for(house, None)

    response = post(desk, appointment, "confirm/")

    assert said(response) == [f"This cannot be done now: {appointment.reference} is requested."]
    assert f'action="{url(appointment, "confirm/")}"' not in response.content.decode()


def test_time_that_has_passed_cannot_be_confirmed(house: House, desk: Desk, monday: Any) -> None:
    appointment = request_for(house)
    monday.move_to(at(9))

    post(desk, appointment, "confirm/")

    assert appointment.status == Status.REQUESTED


def test_declining_with_a_reason(house: House, desk: Desk) -> None:
    appointment = request_for(house)

    post(desk, appointment, "decline/", reason="other_area")

    assert (appointment.status, appointment.claim) == (Status.DECLINED, None)
    assert appointment.events.last().reason == "other_area"


def test_declining_without_a_reason_asks_for_one(house: House, desk: Desk) -> None:
    appointment = request_for(house)

    response = post(desk, appointment, "decline/")

    assert (response.status_code, appointment.status) == (422, Status.REQUESTED)
    assert b"data-error-summary" in response.content


def test_cancelling(house: House, desk: Desk) -> None:
    appointment = request_for(house)
    decisions.confirm(appointment.pk, user=desk.user)

    post(desk, appointment, "cancel/", cancelled_by="unit")

    assert (appointment.status, appointment.claim) == (Status.CANCELLED, None)


def test_orphan_is_kept(house: House, desk: Desk) -> None:
    appointment = booked(start=at(9), professionals=[house.professional])
    assert appointment.claim is not None
    appointment.claim.orphaned_at = clock.now()
    appointment.claim.save()

    post(desk, appointment, "keep/")

    assert appointment.claim is not None
    appointment.claim.refresh_from_db()
    assert appointment.claim.orphaned_at is None


def test_appointment_that_one_declined_is_kept(house: House, desk: Desk) -> None:
    appointment = booked(start=at(9), professionals=[house.professional])
    PartyFactory(appointment=appointment, answer=Answer.DECLINED, answered_at=at(12, day=20))
    assert b'data-key="e"' in desk.client.get(url(appointment)).content

    post(desk, appointment, "keep/")

    assert appointment.events.last().what == "kept"


@pytest.fixture
def move(house: House) -> MoveRequest:
    """Make a confirmed visit at 9, asked to be moved to 11."""
    appointment = booked(
        start=at(9), professionals=[house.professional], room=house.room, service=house.service
    )
    other = booked(start=at(11), professionals=[house.professional], room=house.room)
    claim = other.claim
    Appointment.objects.filter(pk=other.pk).update(claim=None, status=Status.CANCELLED)
    return MoveRequest.objects.create(
        appointment=appointment,
        party=appointment.parties.get(),
        starts_at=at(11),
        ends_at=at(12),
        channel="in_person",
        claim=claim,
        created_at=clock.now(),
    )


def test_wish_to_move_is_met(desk: Desk, move: MoveRequest) -> None:
    appointment = move.appointment

    post(desk, appointment, f"moves/{move.pk}/accept/")

    assert appointment.starts_at == at(11)


def test_wish_to_move_is_refused(desk: Desk, move: MoveRequest) -> None:
    appointment = move.appointment

    post(desk, appointment, f"moves/{move.pk}/keep/")

    move.refresh_from_db()
    assert (appointment.starts_at, move.outcome) == (at(9), MoveRequest.Outcome.KEPT)


def test_wish_to_move_of_another_appointment_is_not_found(
    house: House, desk: Desk, move: MoveRequest
) -> None:
    other = request_for(house, 13)

    assert post(desk, other, f"moves/{move.pk}/accept/").status_code == 404


def test_note(house: House, desk: Desk) -> None:
    appointment = request_for(house)

    post(desk, appointment, "note/", note="Soitettava tiistaina")

    assert appointment.secretary_note == "Soitettava tiistaina"


def test_note_typed_meanwhile_is_not_lost(house: House, desk: Desk) -> None:
    appointment = request_for(house)
    seen = appointment.version
    called(appointment, desk.user)

    response = post(desk, appointment, "note/", version=seen, note="Minun sanani")

    assert (response.status_code, appointment.secretary_note) == (409, "")
    assert b"Minun sanani" in response.content


def test_note_refuses_an_identity_code(house: House, desk: Desk) -> None:
    appointment = request_for(house)

    response = post(desk, appointment, "note/", note="131052-308T")

    assert (response.status_code, appointment.secretary_note) == (422, "")


CONTACTS = {
    "name": "Eino Korpi",
    "phone": "040 000 0002",
    "email": "eino@example.org",
    "safe": ["email"],
    "language": "sv",
}


def test_other_parent_is_added_and_hears_of_it_when_it_is_agreed(house: House, desk: Desk) -> None:
    appointment = request_for(house, other=None, other_parent=OtherParent.UNIT)

    post(desk, appointment, "parties/add/", **CONTACTS)

    party = appointment.parties.get(is_requester=False)
    assert (party.name, str(party.phone), party.language) == (
        "Eino Korpi",
        "+358400000002",
        "sv",
    )
    assert (party.email_is_safe, party.call_is_safe) == (True, False)
    assert party.answer == Answer.NOT_ASKED
    assert OutboxMessage.objects.filter(to="eino@example.org").count() == 0

    post(desk, appointment, "confirm/")
    assert OutboxMessage.objects.filter(to="eino@example.org").count() == 1


def test_other_parent_added_to_an_agreed_visit_is_asked_at_once(house: House, desk: Desk) -> None:
    appointment = request_for(house, other=None, other_parent=OtherParent.UNIT)
    decisions.confirm(appointment.pk, user=desk.user)

    post(desk, appointment, "parties/add/", **CONTACTS)

    assert appointment.parties.get(is_requester=False).answer == Answer.ASKED
    assert OutboxMessage.objects.filter(to="eino@example.org").count() == 1


def test_third_party_cannot_be_added(house: House, desk: Desk) -> None:
    appointment = request_for(house)

    response = post(
        desk, appointment, "parties/add/", **{**CONTACTS, "phone": "", "email": "third@example.org"}
    )

    assert appointment.parties.count() == 2
    assert len(said(response)) == 1


def test_safe_channel_needs_its_address(house: House, desk: Desk) -> None:
    appointment = request_for(house, other=None, other_parent=OtherParent.UNIT)

    response = post(desk, appointment, "parties/add/", **{**CONTACTS, "email": ""})

    assert (response.status_code, appointment.parties.count()) == (422, 1)


def test_details_are_corrected_and_the_message_again_sent(house: House, desk: Desk) -> None:
    appointment = request_for(house)
    decisions.confirm(appointment.pk, user=desk.user)
    party = appointment.parties.get(is_requester=True)

    post(
        desk,
        appointment,
        f"parties/{party.pk}/",
        name="Aino Virtala",
        email="uusi@example.org",
        safe=["email"],
        language="fi",
    )
    # The address that the link went to was wrong: what holds is told at once, with a fresh link.
    told = OutboxMessage.objects.filter(to="uusi@example.org", kind="confirmed", dropped_at=None)
    assert told.count() == 1
    post(desk, appointment, f"parties/{party.pk}/again/")

    party.refresh_from_db()
    assert (party.email, str(party.phone), party.message) == (
        "uusi@example.org",
        "",
        "Vain sihteerille",
    )
    assert told.count() == 1
    actions = AccessLogEntry.objects.values_list("action", flat=True)
    assert "correct" in actions


def test_who_knows_nothing_of_it_is_told_nothing(house: House, desk: Desk) -> None:
    appointment = request_for(house)
    party = appointment.parties.get(is_requester=False)

    post(desk, appointment, f"parties/{party.pk}/again/")

    assert OutboxMessage.objects.filter(to="eino@example.org").count() == 0


def test_call_is_noted_with_whom(house: House, desk: Desk) -> None:
    appointment = request_for(house)
    party = appointment.parties.get(is_requester=False)

    post(desk, appointment, f"parties/{party.pk}/called/", result="other_way")

    event = appointment.events.last()
    assert (event.what, event.by, event.user, event.party, event.reason) == (
        "called",
        "staff",
        desk.user,
        party,
        "other_way",
    )


def test_decided_not_to_contact_the_other_parent(house: House, desk: Desk) -> None:
    appointment = request_for(house, other=None, other_parent=OtherParent.UNIT)

    post(desk, appointment, "parties/none/")

    assert appointment.events.last().what == "not_contacted"


def test_anonymous_parent_is_a_nickname(house: House, desk: Desk) -> None:
    appointment = request_for(
        house, requester=PartyDetails(name="Kettu"), other=None, is_anonymous=True
    )

    html = " ".join(desk.client.get(url(appointment), headers=EN).content.decode().split())

    assert (
        "Kettu</b>: no message can be sent: sees changes only on the own page, if given its address"
        in html
    )
    assert Party.objects.get().name == "Kettu"
    assert "parties/add/" not in html
    assert (ONE.name in html, TWO.name in html) == (False, False)
