"""What is done about one party stands in that party's extract of the access log, and in no other's."""

import pytest
from django.urls import reverse

from bookings import urls_staff
from bookings.appointments import people
from bookings.appointments.undo import undo, undoably
from bookings.lifecycle.party_access import note_access_of
from bookings.models import Appointment, EventKind, Party, PartyRole, Undoable, UndoKind
from bookings.parties.records import Participation, PartyDetails
from bookings.self_service.caller_check import recognise
from office.access.search import Client as Whom
from office.access.search import entries
from office.core.own_codes import own_code
from office.models import AccessAction, AccessLogEntry, AccessReason, OutboxMessage, Role
from office.staff.access_log import pseudonym
from tests.bookings.conftest import House
from tests.bookings.desk_cast import request_for, signed_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
A, R = AccessAction, AccessReason
# Pages that show the whole card beside what they do: the other party's data was read there too.
SHOW_THE_CARD = {"reveal"}


def _pages() -> list[tuple[str, str]]:
    """Return the pages of one party, by name, and the rest of their address."""
    starts = ("parties/<int:pk>/", "earlier/<int:pk>/", "joint/<int:pk>/")
    return [
        (str(pattern.name), str(pattern.pattern))
        for pattern in urls_staff.urlpatterns
        if any(f"{urls_staff.REQUEST}{start}" in str(pattern.pattern) for start in starts)
    ]


def _both(house: House) -> tuple[Appointment, Party, Party]:
    appointment = request_for(house)
    one = appointment.parties.get(is_requester=True)
    return appointment, one, appointment.parties.get(is_requester=False)


def _rows(party: Party) -> list[tuple[str, str]]:
    return list(entries(client=Whom(contact=str(party.phone))).values_list("action", "reason"))


def test_there_are_such_pages() -> None:
    assert len(_pages()) > 10


@pytest.mark.parametrize(("name", "route"), _pages())
def test_a_page_of_one_party_leaves_no_row_in_the_others_extract(
    name: str, route: str, house: House
) -> None:
    desk = signed_in(Role.SECRETARY)
    appointment, one, two = _both(house)
    args: list[object] = [appointment.reference, one.pk]
    if "<slug:reply>" in route:
        args.append("yes")
    if "<slug:what>" in route:
        args.append("off")
    appointment.refresh_from_db()
    typed = {
        "version": appointment.version,
        "result": "informed",
        "we_called": "on",
        "joins": "yes",
        "text": "Huomautus",
        "outcome": "answered",
    }
    answer = desk.client.post(reverse(f"staff:{name}", args=args), typed)
    if answer.status_code == 405:
        answer = desk.client.get(reverse(f"staff:{name}", args=args))
    assert answer.status_code < 500
    if answer.status_code != 404:
        assert _rows(one), "the page left no row at all"
    told = set(_rows(two))
    assert told <= ({(A.READ, R.BOOKING)} if name in SHOW_THE_CARD else set())


def test_that_one_has_phoned_is_not_told_to_the_other(house: House) -> None:
    user = UserFactory(roles=[Role.SECRETARY])
    _appointment, one, two = _both(house)
    assert recognise(own_code(one.link_nonce), user=user) == one
    assert _rows(one) == [(A.IDENTIFY, R.CALLER)]
    assert _rows(two) == []


def test_a_letter_is_its_reader_s(house: House) -> None:
    desk = signed_in(Role.SECRETARY)
    appointment, one, two = _both(house)
    letter = OutboxMessage.objects.filter(to=one.email).first()
    assert letter is not None
    page = reverse("staff:letter", args=[appointment.reference, letter.pk])
    assert desk.client.get(page).status_code == 200
    assert _rows(one) == [(A.READ, R.BOOKING)]
    assert _rows(two) == []


def test_a_row_of_a_party_without_a_contact_is_nobody_else_s(house: House) -> None:
    user = UserFactory(roles=[Role.SECRETARY])
    appointment, one, two = _both(house)
    Party.objects.filter(pk=one.pk).update(phone="", email="")
    note_access_of(one, user, action=A.DELETE, reason=R.OWN_DATA)
    note_access_of(two, user, action=A.READ)
    assert _rows(two) == [(A.READ, R.BOOKING)]
    # By the code alone nobody is shown what is one party's.
    assert not entries(client=Whom(reference=appointment.reference)).exists()


def test_undoing_what_was_about_one_is_told_to_nobody_else(house: House) -> None:
    desk = signed_in(Role.SECRETARY)
    appointment, one, two = _both(house)
    page = reverse("staff:close_link", args=[appointment.reference, one.pk])
    assert desk.client.post(page, {"version": appointment.version}).status_code == 302
    done = len(_rows(one))
    undone = desk.client.post(reverse("staff:take_back", args=[Undoable.objects.get().key]))
    assert undone.status_code == 302
    assert appointment.events.latest("pk").what == EventKind.TAKEN_BACK
    assert len(_rows(one)) == done + 1
    assert _rows(two) == []


def test_undoing_what_was_about_both_is_told_to_both(house: House) -> None:
    desk = signed_in(Role.SECRETARY)
    appointment, one, two = _both(house)
    page = reverse("staff:confirm", args=[appointment.reference])
    assert desk.client.post(page, {"version": appointment.version}).status_code == 302
    done = len(_rows(two))
    assert desk.client.post(reverse("staff:take_back", args=[Undoable.objects.get().key]))
    assert (len(_rows(one)), len(_rows(two))) == (done + 1, done + 1)


def test_who_is_taken_off_again_is_logged_alone(house: House) -> None:
    desk = signed_in(Role.SECRETARY)
    appointment, one, _two = _both(house)
    three = PartyDetails(name="Liisa Laine", phone="+358400000003")
    _done, undoable = undoably(
        lambda: people.add_person(
            appointment.pk,
            three,
            Participation(role=PartyRole.LAWYER, accompanies=one),
            user=desk.user,
        ),
        what=UndoKind.PERSON_ADDED,
        user=desk.user,
        appointments=[appointment.pk],
    )
    assert undoable is not None
    undo(undoable.key, user=desk.user)
    told = AccessLogEntry.objects.filter(record=appointment.reference, details__has_key="of")
    assert {tuple(row.subjects) for row in told} == {(pseudonym(three.phone),)}
