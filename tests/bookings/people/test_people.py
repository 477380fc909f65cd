"""More people at a visit: who is told, who is asked, who counts, and who learns of whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from bookings.appointments import (
    answers,
    decisions,
    impartiality,
    notified_parties,
    people,
    reminders,
)
from bookings.availability.search import Wish
from bookings.desk import worklist
from bookings.lifecycle.contact_consent import AskFirstError
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import (
    Answer,
    Appointment,
    EventKind,
    Meeting,
    OtherParent,
    Party,
    PartyRole,
    Undoable,
)
from bookings.parties import conflicts
from bookings.parties.duplicates import possible_duplicates
from bookings.parties.records import Participation, PartyDetails
from bookings.parties.search import callers
from bookings.waiting_list import wishes
from office.core import clock
from office.models import Channel, OutboxMessage, User
from office.models import Role as StaffRole
from tests.bookings.conftest import House
from tests.bookings.desk_cast import ONE, TWO, request_for, signed_in, url
from tests.factories import ProfessionalFactory, UserFactory, link_of
from walkin.actions.check_in import may_check_in_by_link
from walkin.actions.identify import matching_parties

pytestmark = pytest.mark.django_db

ADDRESSES = {role: f"{role}@example.org" for role in PartyRole}


@pytest.fixture
def user(db: None) -> User:
    return UserFactory()


@pytest.fixture
def visit(house: House, user: User) -> Appointment:
    """Make an agreed visit of two parents."""
    appointment = request_for(house)
    decisions.confirm(appointment.pk, user=user)
    appointment.refresh_from_db()
    return appointment


def mother(visit: Appointment) -> Party:
    return visit.parties.get(name=ONE.name)


def father(visit: Appointment) -> Party:
    return visit.parties.get(name=TWO.name)


def details(role: PartyRole, **fields: Any) -> PartyDetails:
    return PartyDetails(
        **{"name": f"Nimi {role}", "email": ADDRESSES[role], "email_is_safe": True, **fields}
    )


def added(
    visit: Appointment,
    role: PartyRole,
    user: User,
    *,
    along: Party | None = None,
    told: bool = False,
    openly: bool = False,
) -> Party:
    part = Participation(role, accompanies=along, is_notified=told, is_told_openly=openly)
    people.add_person(visit.pk, details(role), part, user=user)
    return visit.parties.get(name=f"Nimi {role}")


def sent_to(role: PartyRole) -> list[str]:
    found = OutboxMessage.objects.filter(to=ADDRESSES[role], dropped_at=None)
    return list(found.order_by("pk").values_list("kind", flat=True))


def all_leave() -> None:
    OutboxMessage.objects.waiting().update(sent_at=clock.now())


@pytest.mark.parametrize("role", [role for role in PartyRole.added() if role.rules.is_invited])
def test_who_is_invited_in_their_own_right_is_asked_at_once(
    visit: Appointment, user: User, role: PartyRole
) -> None:
    party = added(visit, role, user)
    assert (party.answer, sent_to(role)) == (Answer.ASKED, ["confirmed"])
    letter = OutboxMessage.objects.get(to=ADDRESSES[role])
    # They did not ask us: the first message says who writes, and nothing of whom or why.
    assert ONE.name not in letter.body
    assert TWO.name not in letter.body
    answers.answer_invitation(party.pk, accepts=False)
    assert party in worklist.invitations(clock.now())
    party.refresh_from_db()
    assert notified_parties.stays_away(party, [party])


def test_who_has_no_say_in_the_time_does_not_take_the_visit_from_the_others(
    visit: Appointment, user: User
) -> None:
    for role in PartyRole.added():
        rules = role.rules
        party = added(
            visit, role, user, along=None if rules.is_invited else mother(visit), told=True
        )
        if rules.is_invited:
            answers.answer_invitation(party.pk, accepts=True)
        party.refresh_from_db()
        assert answers.may_cancel(party, visit) is rules.decides_time
        assert answers.may_choose(party, visit) is rules.decides_time
        assert wishes.may_wish(party, visit) is rules.decides_time
        assert answers.may_answer(party, visit) is rules.is_invited
        assert answers.may_ask_to_move(party, visit) is rules.is_invited
        if rules.is_side:
            # There is room for one of them beside two parents.
            Party.objects.filter(pk=party.pk).update(left_at=clock.now())
    lawyer = visit.parties.get(role=PartyRole.LAWYER)
    with pytest.raises(NotPossibleError):
        answers.cancel_visit(lawyer.pk)
    with pytest.raises(NotPossibleError):
        answers.answer_invitation(lawyer.pk, accepts=False)


def test_who_comes_along_is_written_to_only_with_the_say_of_whom_they_are(
    visit: Appointment, user: User, monday: Any
) -> None:
    support = added(visit, PartyRole.SUPPORT, user, along=father(visit))
    assert (support.answer, sent_to(PartyRole.SUPPORT)) == (Answer.NOT_ASKED, [])
    decisions.cancel(visit.pk, user=user)
    assert sent_to(PartyRole.SUPPORT) == []


def test_the_say_may_be_given_and_taken_back(visit: Appointment, user: User, monday: Any) -> None:
    lawyer = added(visit, PartyRole.LAWYER, user, along=father(visit), told=True)
    assert sent_to(PartyRole.LAWYER) == ["confirmed"]
    body = OutboxMessage.objects.get(to=ADDRESSES[PartyRole.LAWYER]).body
    assert "mukaan" in body
    assert TWO.name not in body
    people.change_part(
        lawyer.pk, Participation(PartyRole.LAWYER, accompanies=father(visit)), user=user
    )
    # What had not left is taken back, and nothing more follows.
    assert sent_to(PartyRole.LAWYER) == []
    monday.move_to(clock.now() + timedelta(days=1, hours=2))
    reminders.send_reminders()
    assert sent_to(PartyRole.LAWYER) == []
    assert list(worklist.calls(clock.now())) == []
    part = Participation(PartyRole.LAWYER, accompanies=father(visit), is_notified=True)
    people.change_part(lawyer.pk, part, user=user)
    assert sent_to(PartyRole.LAWYER) == ["confirmed"]
    # Whose lawyer they are does not come: nor do they.
    answers.answer_invitation(father(visit).pk, accepts=False)
    assert notified_parties.stays_away(lawyer, visit.parties.all())
    assert not notified_parties.stays_away(mother(visit), visit.parties.all())


def test_a_moved_visit_asks_those_who_are_invited_anew_and_nobody_else(
    visit: Appointment, house: House, user: User
) -> None:
    young = added(visit, PartyRole.YOUNG, user)
    lawyer = added(visit, PartyRole.LAWYER, user, along=mother(visit), told=True)
    answers.answer_invitation(young.pk, accepts=True)
    all_leave()
    slots = [(Wish(house.service, Channel.IN_PERSON), house.slot(13))]
    decisions.offer_times(visit.pk, slots, user=user, unit=house.unit)
    # Nobody is asked to choose whose choice it is not.
    assert sent_to(PartyRole.YOUNG) == sent_to(PartyRole.LAWYER) == ["confirmed"]
    answers.choose_offer(mother(visit).pk, visit.time_offers.get().pk)
    young.refresh_from_db()
    lawyer.refresh_from_db()
    assert (young.answer, lawyer.answer) == (Answer.ASKED, Answer.ACCEPTED)
    assert sent_to(PartyRole.YOUNG) == sent_to(PartyRole.LAWYER) == ["confirmed", "moved"]


def test_the_database_lets_nobody_be_half_a_companion(visit: Appointment, user: User) -> None:
    young = added(visit, PartyRole.YOUNG, user)
    lawyer = added(visit, PartyRole.LAWYER, user, along=mother(visit))
    for party, wrong in (
        (lawyer, {"answer": Answer.ASKED}),
        (lawyer, {"accompanies": None}),
        (lawyer, {"given_by_other": True}),
        (young, {"accompanies": lawyer}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Party.objects.filter(pk=party.pk).update(**wrong)


def test_nobody_is_added_where_the_one_who_asked_is_to_be_talked_with_first(
    house: House, user: User
) -> None:
    appointment = request_for(house, other=None, other_parent=OtherParent.ASK_FIRST)
    with pytest.raises(AskFirstError):
        added(appointment, PartyRole.YOUNG, user)
    # Whom they bring along is theirs to say, and the work is still to be done.
    added(appointment, PartyRole.SUPPORT, user, along=mother(appointment))
    assert appointment in worklist.to_ask_first()


def test_somebody_else_does_not_stand_in_for_the_other_parent(house: House, user: User) -> None:
    appointment = request_for(house, other=None, other_parent=OtherParent.UNIT)
    decisions.confirm(appointment.pk, user=user)
    added(appointment, PartyRole.YOUNG, user)
    added(appointment, PartyRole.SUPPORT, user, along=mother(appointment))
    assert appointment in worklist.to_contact()
    alone = list(Party.objects.who_come().sides().filter(appointment=appointment))
    assert alone == [mother(appointment)]


def test_both_are_the_two_sides_whoever_else_is_told(visit: Appointment, user: User) -> None:
    added(visit, PartyRole.YOUNG, user)
    added(visit, PartyRole.LAWYER, user, along=mother(visit), told=True)
    all_leave()
    told = impartiality.notices_to_both([visit])[visit.pk]
    assert [one.is_alike for one in told] == [True]


def test_parents_who_come_separately_bring_their_own(house: House, user: User) -> None:
    appointment = request_for(house, meeting=Meeting.SEPARATE)
    decisions.confirm(appointment.pk, user=user)
    appointment.refresh_from_db()
    theirs = added(appointment, PartyRole.SUPPORT, user, along=father(appointment))
    own = added(appointment, PartyRole.LAWYER, user, along=mother(appointment))
    coming = set(Party.objects.all_who_come().filter(appointment=appointment))
    assert coming == {mother(appointment), own}
    assert theirs not in coming
    # A third side has no visit to come to.
    assert PartyRole.POSSIBLE_FATHER not in people.roles_to_add(appointment)


def test_who_is_left_out_is_told_once_and_never_again(
    visit: Appointment, user: User, client: Client
) -> None:
    guardian = added(visit, PartyRole.GUARDIAN, user)
    lawyer = added(visit, PartyRole.LAWYER, user, along=guardian)
    page = link_of(guardian)
    people.leave_out(guardian.pk, user=user)
    assert sent_to(PartyRole.GUARDIAN) == ["cancelled"]
    lawyer.refresh_from_db()
    assert lawyer.left_at is not None
    decisions.cancel(visit.pk, user=user)
    # That is not taken back with what the others are told.
    assert sent_to(PartyRole.GUARDIAN) == ["cancelled"]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    html = client.get(page).content.decode()
    assert "has been cancelled" in html
    with pytest.raises(NotPossibleError):
        people.leave_out(mother(visit).pk, user=user)
    with pytest.raises(NotPossibleError):
        answers.answer_invitation(guardian.pk, accepts=True)


def test_adding_and_leaving_out_wait_and_are_undone(visit: Appointment) -> None:
    all_leave()
    desk = signed_in(StaffRole.SECRETARY).client
    fields = {"role": PartyRole.YOUNG, "name": "Nuori Nimi", "language": "fi", "safe": "email"}
    fields |= {"email": ADDRESSES[PartyRole.YOUNG], "version": str(visit.version)}
    desk.post(url(visit, "people/add/"), fields)
    assert sent_to(PartyRole.YOUNG) == ["confirmed"]
    undoable = Undoable.objects.get()
    letter = OutboxMessage.objects.get(to=ADDRESSES[PartyRole.YOUNG])
    assert letter.send_after == undoable.until
    desk.post(f"/desk/undo/{undoable.key}/")
    assert sent_to(PartyRole.YOUNG) == []
    # The history names them; of themselves nothing is kept, and they are on no page.
    party = visit.parties.get(role=PartyRole.YOUNG)
    assert (party.name, party.email, party.left_at is None) == ("", "", False)
    assert party not in visit.parties.who_come()

    young = added(visit, PartyRole.YOUNG, UserFactory())
    all_leave()
    visit.refresh_from_db()
    leave = url(visit, f"parties/{young.pk}/leave/")
    desk.post(leave, {"version": visit.version})
    assert sent_to(PartyRole.YOUNG) == ["confirmed", "cancelled"]
    desk.post(f"/desk/undo/{Undoable.objects.latest('pk').key}/")
    young.refresh_from_db()
    assert (young.left_at, sent_to(PartyRole.YOUNG)) == (None, ["confirmed"])


def test_a_lawyer_of_many_makes_no_matter_of_theirs_one(
    visit: Appointment, house: House, user: User
) -> None:
    added(visit, PartyRole.LAWYER, user, along=mother(visit))
    other = request_for(
        house, 11, requester=PartyDetails(name="Aada Laine", email="a@example.org"), other=None
    )
    people.add_person(
        other.pk,
        details(PartyRole.LAWYER),
        Participation(PartyRole.LAWYER, accompanies=other.parties.get()),
        user=user,
    )
    assert possible_duplicates([visit.pk]) == {}
    conflicts.bar(visit.pk, ProfessionalFactory().pk, user=user)
    assert conflicts.barred_from(other.pk) == frozenset()
    assert callers(ADDRESSES[PartyRole.LAWYER]) == []
    assert matching_parties("Nimi lawyer") == []
    # A young person's is one: whoever is partial to them stays out.
    young = added(visit, PartyRole.YOUNG, user)
    same = conflicts.PersonIdentifiers.of(young.name, "", young.email)
    assert conflicts.barred_with([same])


def test_who_comes_along_does_not_check_in_for_others(visit: Appointment, user: User) -> None:
    lawyer = added(visit, PartyRole.LAWYER, user, along=mother(visit), told=True)
    Appointment.objects.filter(pk=visit.pk).update(
        starts_at=clock.now(), ends_at=clock.now() + timedelta(hours=1)
    )
    assert may_check_in_by_link(Party.objects.get(pk=mother(visit).pk))
    assert not may_check_in_by_link(Party.objects.get(pk=lawyer.pk))


def test_roles_are_corrected_within_their_kind(visit: Appointment, user: User) -> None:
    people.change_part(father(visit).pk, Participation(PartyRole.POSSIBLE_FATHER), user=user)
    added(visit, PartyRole.HUSBAND, user)
    assert visit.parties.sides().count() == 3
    assert not {PartyRole.HUSBAND, PartyRole.POSSIBLE_FATHER} & set(people.roles_to_add(visit))
    lawyer = Participation(PartyRole.LAWYER, accompanies=mother(visit))
    with pytest.raises(NotPossibleError):
        people.change_part(father(visit).pk, lawyer, user=user)
    elsewhere = Participation(PartyRole.LAWYER, accompanies=None)
    with pytest.raises(NotPossibleError):
        people.add_person(visit.pk, details(PartyRole.LAWYER), elsewhere, user=user)
    added_events = visit.events.filter(what=EventKind.PERSON_ADDED)
    assert [event.details["role"] for event in added_events] == [PartyRole.HUSBAND]
