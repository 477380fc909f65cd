"""A secretary, who meets no parties, stays out of a matter too: their lists are silent about it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict

from bookings.models import Appointment, Call, CallOutcome, CallTask, ParkedBooking, Recusal
from bookings.parties import conflicts
from bookings.phone import call_tasks
from bookings.staff_booking import parking
from office.core import clock
from office.models import AccessLogEntry, Professional, Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import ONE, Desk, request_for, signed_in, url
from tests.factories import ProfessionalFactory, UserFactory

pytestmark = pytest.mark.django_db

LISTS = ("/desk/", "/desk/work/", "/desk/book/", "/desk/phone/calls/")


def task(desk: Desk, **fields: Any) -> CallTask:
    made: CallTask = CallTask.objects.create(
        user=desk.user, created_at=clock.now(), due_day=clock.today(), **fields
    )
    return made


def parked(desk: Desk, **typed: str) -> ParkedBooking:
    given = QueryDict(mutable=True)
    given.update({name.replace("_", "-"): value for name, value in typed.items()})
    return parking.park(given, user=desk.user)


def test_the_card_and_the_lists_are_closed_and_others_are_not(house: House) -> None:
    barred, other = signed_in(Role.SECRETARY), signed_in(Role.SECRETARY)
    appointment = request_for(house)
    conflicts.bar_user(appointment.pk, barred.user, user=other.user)
    assert barred.client.get(url(appointment)).status_code == 403
    assert other.client.get(url(appointment)).status_code == 200
    # A new request of the same people is of the same matter.
    again = request_for(house, 11)
    assert barred.client.get(url(again)).status_code == 403
    assert conflicts.barred_from(appointment.pk) == frozenset()


def test_calls_to_make_are_not_told(house: House) -> None:
    barred, other = signed_in(Role.SECRETARY), signed_in(Role.SECRETARY)
    appointment = request_for(house)
    call = Call.objects.create(
        user=other.user,
        started_at=clock.now(),
        ended_at=clock.now(),
        outcome=CallOutcome.CALL_BACK,
        appointment=appointment,
    )
    theirs = [
        task(other, phone=ONE.phone, words="Numero"),
        task(other, words=f"Soita: {ONE.name} elatuksesta"),
        task(other, call=call),
    ]
    somebody = task(other, words="Jonkun muun asia", phone="+358400000077")
    conflicts.bar_user(appointment.pk, barred.user, user=other.user)
    assert call_tasks.tasks_shown_to(barred.user) == [somebody]
    assert set(call_tasks.tasks_shown_to(other.user)) == {*theirs, somebody}
    for one in theirs:
        base = f"/desk/phone/tasks/{one.pk}/"
        assert barred.client.get(base).status_code == 404
        assert barred.client.post(f"{base}done/").status_code == 404
        assert barred.client.post(f"{base}again/").status_code == 404
        assert not AccessLogEntry.objects.filter(user=barred.user, record=one.record).exists()
    assert other.client.get(f"/desk/phone/tasks/{theirs[0].pk}/").status_code == 200
    assert CallTask.objects.open().count() == 4


def test_what_is_parked_is_not_told(house: House) -> None:
    barred, other = signed_in(Role.SECRETARY), signed_in(Role.SECRETARY)
    appointment = request_for(house)
    theirs = [
        parked(other, caller_name="Joku", caller_phone=ONE.phone),
        parked(other, other_name=ONE.name, caller_name="Joku Muu"),
        parked(other, **{"for": appointment.reference}),
    ]
    somebody = parked(other, caller_name="Aivan Muu")
    conflicts.bar_user(appointment.pk, barred.user, user=other.user)
    assert [row.pk for row in parking.parked_shown_to(barred.user)] == [somebody.pk]
    assert len(parking.parked_shown_to(other.user)) == 4
    for one in theirs:
        page = barred.client.get(f"/desk/book/?parked={one.pk}").content.decode()
        assert ONE.name not in page
        barred.client.post(f"/desk/book/parked/{one.pk}/drop/")
    assert ParkedBooking.objects.count() == 4
    other.client.post(f"/desk/book/parked/{theirs[0].pk}/drop/")
    assert ParkedBooking.objects.count() == 3


def test_no_list_names_the_matter(house: House) -> None:
    barred, other = signed_in(Role.SECRETARY), signed_in(Role.SECRETARY)
    appointment = request_for(house)
    Call.objects.create(
        user=other.user,
        started_at=clock.now(),
        ended_at=clock.now(),
        outcome=CallOutcome.BOOKED,
        appointment=appointment,
    )
    task(other, words=f"Soita: {ONE.name}")
    parked(other, caller_name=ONE.name)
    assert appointment.reference in other.client.get("/desk/phone/calls/").content.decode()
    conflicts.bar_user(appointment.pk, barred.user, user=other.user)
    for path in LISTS:
        page = barred.client.get(path)
        assert page.status_code == 200, path
        assert ONE.name not in page.content.decode(), path
    assert appointment.reference not in barred.client.get("/desk/phone/calls/").content.decode()


def test_it_is_noted_and_lifted_on_the_pages(house: House) -> None:
    secretary, manager = signed_in(Role.SECRETARY), signed_in(Role.MANAGER)
    appointment = request_for(house)
    who = {"professional": f"user-{secretary.user.pk}"}
    assert secretary.client.post(url(appointment, "conflicts/"), who).status_code == 302
    assert secretary.client.get(url(appointment)).status_code == 403
    # Twice is once.
    manager.client.post("/office/conflicts/", {**who, "code": appointment.reference})
    bar = Recusal.objects.get()
    page = manager.client.get("/office/conflicts/").content.decode()
    assert (secretary.user.get_full_name() or secretary.user.username) in page
    for _press in range(2):
        manager.client.post(f"/office/conflicts/{bar.pk}/lift/")
    assert Recusal.objects.count() == 2
    assert secretary.client.get(url(appointment)).status_code == 200


def test_who_comes_to_meet_parties_stays_barred(house: House) -> None:
    """The bar of a user counts for the professional that they become; and it is one bar."""
    user, by = UserFactory(roles=[Role.SECRETARY]), UserFactory()
    appointment: Appointment = request_for(house)
    conflicts.bar_user(appointment.pk, user, user=by)
    person: Professional = ProfessionalFactory(user=user)
    assert conflicts.barred_from(appointment.pk) == {person.pk}
    assert appointment.pk in conflicts.barred_to(person)
    conflicts.bar_user(appointment.pk, user, user=by)
    assert Recusal.objects.count() == 1


def test_a_bar_is_of_one_person(house: House) -> None:
    appointment, by = request_for(house), UserFactory()
    person = ProfessionalFactory(user=UserFactory())
    for who in ({}, {"professional": person, "user": person.user}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Recusal.objects.create(
                appointment=appointment, what="barred", at=clock.now(), by=by, **who
            )
