"""A failed message goes again to where its receiver is reached now, and never where it came back from."""

import pytest

from bookings.appointments import resending
from bookings.appointments.resending import NoAddressError
from bookings.appointments.undo import undo, undoably
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, Party, Undoable
from bookings.parties.records import new_link
from bookings.parties.safe_channels import PARTY
from office.core import clock
from office.models import OutboxMessage, Role
from tests.bookings.change_cast import Team, agreed, team
from tests.bookings.conftest import House
from tests.bookings.desk_cast import ONE, Desk, signed_in

EN = {"Accept-Language": "en"}
NEW = "uusi@example.org"


@pytest.fixture
def crew(house: House) -> Team:
    return team(house)


@pytest.fixture
def desk(db: None) -> Desk:
    return signed_in(Role.SECRETARY)


@pytest.fixture
def party(crew: Team) -> Party:
    return agreed(crew).parties.get(is_requester=True)


@pytest.fixture
def failed(party: Party) -> OutboxMessage:
    return failure(party)


def failure(party: Party, error: str = "refused 550", **fields: object) -> OutboxMessage:
    now = clock.now()
    return OutboxMessage.objects.create(
        **{
            "kind": "cancelled",
            "channel": "email",
            "to": ONE.email,
            "language": "fi",
            "subject": "Peruttu",
            "body": "Peruttu {link}",
            "link_path": "/a/{short}/",
            "link_purpose": "party",
            "link_nonce": party.link_nonce,
            "about": party.appointment.reference,
            "once_key": "once",
            "receiver_kind": PARTY,
            "receiver_id": party.pk,
            "created_at": now,
            "send_after": now,
            "failed_at": now,
            "attempts": 6,
            "last_error": error,
            **fields,
        }
    )


def waiting() -> list[tuple[str, str]]:
    found = OutboxMessage.objects.waiting().order_by("pk")
    return [(message.to, message.body) for message in found]


def moves_to(party: Party, **fields: object) -> None:
    Party.objects.filter(pk=party.pk).update(**fields)


def test_it_goes_to_the_present_address(crew: Team, party: Party, failed: OutboxMessage) -> None:
    moves_to(party, email=NEW)

    assert resending.send_again(failed.pk, user=crew.user) == NEW

    assert waiting() == [(NEW, "Peruttu {link}")]
    failed.refresh_from_db()
    assert failed.dropped_at == clock.now()
    assert party.appointment.events.order_by("-pk")[0].what == "told_again"
    with pytest.raises(NotPossibleError):
        resending.send_again(failed.pk, user=crew.user)


def test_what_failed_for_another_cause_goes_to_the_same_address(crew: Team, party: Party) -> None:
    failed = failure(party, "timeout")

    assert resending.send_again(failed.pk, user=crew.user) == ONE.email


@pytest.mark.parametrize(
    "fields",
    [
        # It came back from there.
        {},
        # No longer safe.
        {"email": NEW, "email_is_safe": False},
        # Given by the other parent: nothing but the one invitation goes there.
        {
            "email": NEW,
            "given_by_other": True,
            "email_is_safe": False,
            "call_is_safe": False,
            "sms_is_safe": False,
        },
        {"email": ""},
    ],
    ids=["bounced", "unsafe", "unconfirmed", "none"],
)
def test_it_goes_nowhere_else(
    crew: Team, party: Party, failed: OutboxMessage, fields: dict[str, object]
) -> None:
    moves_to(party, **fields)

    with pytest.raises(NoAddressError):
        resending.send_again(failed.pk, user=crew.user)
    failed.refresh_from_db()
    assert (waiting(), failed.dropped_at) == ([], None)


def test_a_link_that_was_closed_goes_nowhere(
    crew: Team, party: Party, failed: OutboxMessage
) -> None:
    moves_to(party, email=NEW)
    party.refresh_from_db()
    new_link(party)
    party.save()

    with pytest.raises(NoAddressError):
        resending.send_again(failed.pk, user=crew.user)


def test_a_professionals_old_address_is_not_written_to(crew: Team, party: Party) -> None:
    to_staff = {"kind": "staff_cancelled", "receiver_kind": "", "receiver_id": None}
    known = failure(party, "timeout", to=crew.lead.email, once_key=None, **to_staff)
    gone = failure(party, "timeout", to="entinen@example.org", once_key=None, **to_staff)

    assert resending.send_again(known.pk, user=crew.user) == crew.lead.email
    with pytest.raises(NoAddressError):
        resending.send_again(gone.pk, user=crew.user)


def test_the_desk_says_where_it_goes_and_undoes_it(
    desk: Desk, party: Party, failed: OutboxMessage
) -> None:
    at = f"/desk/?at=messages.{failed.pk}"
    html = " ".join(desk.client.get(at, headers=EN).content.decode().split())
    assert "It came back from this address" in html
    assert f"/desk/messages/{failed.pk}/again/" not in html
    moves_to(party, email=NEW)
    html = " ".join(desk.client.get(at, headers=EN).content.decode().split())
    assert f"It goes to the present address: {NEW}." in html

    response = desk.client.post(f"/desk/messages/{failed.pk}/again/", follow=True, headers=EN)

    html = " ".join(response.content.decode().split())
    assert f"message on its way again: {NEW}" in html
    assert list(response.context["messages"]) == []
    desk.client.post(f"/desk/undo/{Undoable.objects.get().key}/")
    failed.refresh_from_db()
    assert (waiting(), failed.dropped_at, failed.failed_at) == ([], None, clock.now())


def test_a_protected_address_is_not_shown(desk: Desk, party: Party, failed: OutboxMessage) -> None:
    moves_to(party, email=NEW, is_protected=True)

    response = desk.client.post(f"/desk/messages/{failed.pk}/again/", follow=True, headers=EN)

    assert waiting() == [(NEW, "Peruttu {link}")]
    html = response.content.decode()
    assert ("a protected address" in html, NEW in html) == (True, False)


def test_of_no_appointment_it_is_undone_too(crew: Team, party: Party) -> None:
    """Links to an address that a caller has said: the failed one is work again."""
    failed = failure(party, "timeout", kind="links", about="", receiver_kind="", once_key=None)
    _to, undoable = undoably(
        lambda: resending.send_again(failed.pk, user=crew.user),
        what="sent_again",
        user=crew.user,
        replaces=[failed.pk],
    )
    assert undoable is not None

    assert undo(undoable.key, user=crew.user) == []

    failed.refresh_from_db()
    assert (waiting(), failed.dropped_at) == ([], None)
    assert Appointment.objects.get().events.filter(what="told_again").count() == 0
