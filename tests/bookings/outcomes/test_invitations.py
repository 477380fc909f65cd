"""A soft new invitation after a visit that was not held: neutral, the same to both, only so often."""

import re
from datetime import timedelta

import pytest
import time_machine

from bookings.appointments import attendance, undo
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, EventKind, Outcome, Undoable
from bookings.outcomes.actions import VisitResult, note_outcome
from bookings.outcomes.invitations import invite_again, may_invite_again
from office.models import OutboxMessage, Role, Unit
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import Desk, signed_in
from tests.factories import PartyFactory, booked


@pytest.fixture
def desk(db: None) -> Desk:
    return signed_in(Role.SECRETARY)


def missed(house: House, hour: int = 8) -> Appointment:
    """Make a visit today with two parents, each with a safe channel."""
    appointment = booked(
        start=at(hour, day=23), professionals=[house.professional], service=house.service
    )
    appointment.parties.update(
        name="Aino Virtala", email="aino@example.org", email_is_safe=True, answer="accepted"
    )
    PartyFactory(
        appointment=appointment,
        name="Eino Korpi",
        email="eino@example.org",
        email_is_safe=True,
        answer="accepted",
    )
    return appointment


def not_held(appointment: Appointment, desk: Desk) -> None:
    absent = frozenset([appointment.parties.get(name="Eino Korpi").pk])
    note_outcome(appointment.pk, VisitResult(Outcome.NOT_HELD, absent=absent), user=desk.user)


def letters() -> dict[str, str]:
    """Return letters by address, without what differs for everybody: the own code and link."""
    found = OutboxMessage.objects.filter(kind="invited_again", dropped_at=None)
    return {m.to: re.sub(r"\b[A-Z0-9]{3,4}-[A-Z0-9]{3,4}\b", "", m.body) for m in found}


def test_both_get_the_same_words_and_it_is_undone_within_seconds(house: House, desk: Desk) -> None:
    appointment = missed(house)
    card = f"/desk/requests/{appointment.reference}/"
    press = f"{card}invite-again/"
    assert press not in desk.client.get(card).content.decode()
    not_held(appointment, desk)
    assert press in desk.client.get(card).content.decode()

    appointment.refresh_from_db()
    read = desk.client.post(f"{card}preview/invite_again/", {"version": appointment.version})
    assert read.content.decode().count("eino@example.org") == 1
    assert not letters()
    desk.client.post(press, {"version": appointment.version})
    written = letters()
    assert set(written) == {"aino@example.org", "eino@example.org"}
    assert len({re.sub(r"\S*\d\S*", "", text) for text in written.values()}) == 1
    for text in written.values():
        assert not re.search("Eino|Aino|Elatus|saapumatta|peru", text)
    assert appointment.events.filter(what=EventKind.INVITED_AGAIN).count() == 1
    # Once is the limit.
    assert press not in desk.client.get(card).content.decode()

    undo.undo(Undoable.objects.latest("pk").key, user=desk.user)
    assert letters() == {}
    assert may_invite_again(Appointment.objects.get(pk=appointment.pk))


def test_only_so_often_for_the_same_people_and_only_after_a_visit_that_was_not_held(
    house: House, desk: Desk, monday: time_machine.Traveller
) -> None:
    first, second = missed(house), missed(house, 10)
    with pytest.raises(NotPossibleError):
        invite_again(first.pk, user=desk.user)
    not_held(first, desk)
    attendance.mark(second.pk, "no_show", user=desk.user)
    assert invite_again(first.pk, user=desk.user) == []
    # Another visit of theirs is counted as well.
    with pytest.raises(NotPossibleError):
        invite_again(second.pk, user=desk.user)
    Unit.objects.update(new_invitations=2)
    invite_again(second.pk, user=desk.user)
    Unit.objects.update(new_invitations=3)
    # The own page, to which it leads, closes some days after the visit.
    monday.shift(timedelta(days=Unit.get().link_days + 1))
    with pytest.raises(NotPossibleError):
        invite_again(first.pk, user=desk.user)


def test_nobody_else_may_send_it(house: House, desk: Desk) -> None:
    appointment = missed(house)
    not_held(appointment, desk)
    path = f"/desk/requests/{appointment.reference}/invite-again/"
    for role in (Role.SUPERVISOR, Role.MANAGER, Role.PARTNER):
        assert signed_in(role).client.post(path).status_code == 403
    assert desk.client.get(path).status_code == 405
    assert letters() == {}
