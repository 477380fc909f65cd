"""Parents who come separately: a visit each, linked, and never at the door together."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bookings.appointments import decisions, separate_visits
from bookings.appointments.separate_visits import Gaps, PointStay, TooCloseError, clash
from bookings.availability.allocation import take_slot
from bookings.availability.search import Wish
from bookings.desk import worklist
from bookings.models import (
    Answer,
    Appointment,
    Meeting,
    MoveRequest,
    OtherParent,
    Party,
    SeparateVisit,
    Status,
)
from bookings.my_day import queries as own_day
from office.core import clock
from office.models import Channel, ClaimKind, OutboxMessage, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import request_for, signed_in, url
from tests.bookings.staff_booking.test_panel import PAGE, time, typed
from tests.factories import (
    ProfessionalFactory,
    RoomFactory,
    ServicePointFactory,
    UserFactory,
    booked,
)
from tests.purged import purged

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def two(house: House, first: int = 9, second: int = 12, **fields: Any) -> tuple[Appointment, ...]:
    """Make two linked visits on Wednesday."""
    visits = tuple(
        booked(
            start=at(hour),
            professionals=[house.professional],
            room=house.room,
            service=house.service,
            service_point=house.point,
            meeting=Meeting.SEPARATE,
            **fields,
        )
        for hour in (first, second)
    )
    separate_visits.link(*visits)
    return visits


def asked_separately(house: House, **fields: Any) -> Appointment:
    """Make a confirmed visit of the parent who asked; the other's has still to be arranged."""
    appointment = request_for(house, 9, meeting=Meeting.SEPARATE, **fields)
    decisions.confirm(appointment.pk, user=UserFactory())
    appointment.refresh_from_db()
    OutboxMessage.objects.all().delete()
    return appointment


@pytest.mark.parametrize(
    ("hour", "minute", "wrong"),
    [
        (9, 0, "same time"),
        (9, 30, "same time"),
        (8, 30, "same time"),
        (10, 0, None),
        (8, 0, None),
        (13, 0, None),
    ],
)
def test_two_stays_never_meet(house: House, hour: int, minute: int, wrong: str | None) -> None:
    _one, other = two(house, first=9, second=13)
    start = at(hour, minute)
    found = separate_visits.problem(other, start, start + HOUR, house.point)
    assert (found is not None) == (wrong is not None)


def test_arrivals_are_the_set_gap_apart(house: House) -> None:
    house.unit.separate_gap = 90
    house.unit.save()
    one, other = two(house, first=9, second=13)
    start = at(10)
    wrong = separate_visits.problem(other, start, start + HOUR, house.point)
    assert wrong is not None
    assert one.reference in wrong
    assert separate_visits.problem(other, at(10, 30), at(11, 30), house.point.pk) is None


def test_the_buffer_after_a_visit_belongs_to_the_stay(house: House) -> None:
    house.service.buffer_after = 15
    house.service.save()
    _one, other = two(house, first=9, second=13)
    assert separate_visits.problem(other, at(10), at(11), house.point) is not None
    assert separate_visits.problem(other, at(10, 15), at(11, 15), house.point) is None


def test_elsewhere_or_on_the_phone_nobody_meets(house: House) -> None:
    _one, other = two(house, first=9, second=13)
    assert separate_visits.problem(other, at(9), at(10), ServicePointFactory()) is None
    assert separate_visits.problem(other, at(9), at(10), None) is None


def test_a_visit_that_is_off_is_in_nobodys_way(house: House) -> None:
    one, other = two(house, first=9, second=13)
    decisions.cancel(one.pk, user=UserFactory())
    assert separate_visits.problem(other, at(9), at(10), house.point) is None


@given(
    gap=st.integers(0, 480),
    one=st.integers(0, 600),
    two=st.integers(0, 600),
    length=st.integers(5, 240),
    leaving=st.integers(0, 120),
)
def test_what_does_not_clash_is_apart(
    gap: int, one: int, two: int, length: int, leaving: int
) -> None:
    zero, minute = at(8), timedelta(minutes=1)
    first = PointStay(zero + one * minute, zero + (one + length) * minute, 1)
    second = PointStay(zero + two * minute, zero + (two + length) * minute, 1)
    gaps = Gaps(gap * minute, leaving * minute)
    wrong = clash(first, second, gaps)
    assert wrong == clash(second, first, gaps)
    if not wrong:
        assert abs(one - two) >= max(gap, length + leaving)
        assert clash(first, PointStay(second.start, second.until, 2), gaps) == ""


def test_moving_one_is_checked(house: House) -> None:
    _one, other = two(house, first=9, second=13)
    ProfessionalFactory(services=[house.service], points=[house.point], hours=(8, 16))
    RoomFactory(service_point=house.point)
    user = UserFactory()
    wish = Wish(house.service, Channel.IN_PERSON)
    for slot in (house.slot(9), house.slot(9, 30)):
        with pytest.raises(TooCloseError):
            decisions.book_time(other.pk, wish, slot, user=user, unit=house.unit)
        with pytest.raises(TooCloseError):
            decisions.offer_times(other.pk, [(wish, slot)], user=user, unit=house.unit)
    other.refresh_from_db()
    assert (other.starts_at, other.status) == (at(13), Status.CONFIRMED)
    decisions.book_time(other.pk, wish, house.slot(11), user=user, unit=house.unit)
    other.refresh_from_db()
    assert other.starts_at == at(11)


def test_a_wish_to_move_is_checked_and_the_secretary_told_why(house: House) -> None:
    one, other = two(house, first=9, second=13)
    ProfessionalFactory(services=[house.service], points=[house.point], hours=(8, 16))
    RoomFactory(service_point=house.point)
    wish = Wish(house.service, Channel.IN_PERSON)
    taken = take_slot(wish, house.slot(9, 30), house.unit, kind=ClaimKind.REQUEST)
    move = MoveRequest.objects.create(
        appointment=other,
        party=other.parties.get(),
        starts_at=taken.start,
        ends_at=taken.end,
        channel=Channel.IN_PERSON,
        service_point=house.point,
        room=taken.room,
        claim=taken.claim,
        created_at=clock.now(),
    )
    desk = signed_in(Role.SECRETARY)
    html = desk.client.post(
        url(other, f"moves/{move.pk}/accept/"), {"version": other.version}, follow=True
    ).content.decode()
    other.refresh_from_db()
    assert (other.starts_at, one.reference in html) == (at(13), True)


def test_the_other_parents_own_visit_is_arranged_from_the_card(house: House) -> None:
    first = asked_separately(house)
    assert list(worklist.to_contact()) == [first]
    client = signed_in(Role.SECRETARY).client
    assert f"/desk/book/?for={first.reference}" in client.get(url(first)).content.decode()

    html = client.get(f"{PAGE}?for={first.reference}").content.decode()
    # Their details, not the other's; and no time at which they would meet
    assert ("eino@example.org" in html, "aino@example.org" in html) == (True, False)
    data = typed(house, hour=9, **{"for": first.reference, "earliest": "25.11.", "do": ""})
    times = client.post("/desk/book/times/", data).content.decode()
    assert time(house, 8) in times
    assert time(house, 9) not in times
    assert time(house, 9, 30) not in times
    assert time(house, 10) in times

    data |= {"do": "book", "slot": time(house, 10)}
    data |= {"caller-name": "Eino Korpi", "caller-phone": "", "caller-email": "eino@example.org"}
    response = client.post(PAGE, data, follow=True)
    again = client.post(PAGE, data, follow=True)

    visit = Appointment.objects.get(starts_at=at(10))
    assert response.redirect_chain == again.redirect_chain
    assert separate_visits.other_visit(visit) == first
    assert separate_visits.other_visit(first) == visit
    # The details went over as they were: one record, and the other parent's visit has none of it
    assert [p.name for p in first.parties.all()] == ["Aino Virtala"]
    assert [(p.name, p.answer) for p in visit.parties.all()] == [("Eino Korpi", Answer.ASKED)]
    assert Party.objects.count() == 2
    told = OutboxMessage.objects.exclude(kind__startswith="staff").values_list("to", "about")
    assert list(told) == [("eino@example.org", visit.reference)]
    assert list(worklist.to_contact()) == []
    assert "book/?for=" not in client.get(url(first)).content.decode()
    assert visit.reference in client.get(url(first)).content.decode()
    # Each has a visit: no other parent is to be added, and nothing is left to be decided
    card = client.get(url(visit)).content.decode()
    assert ("/parties/add/" in card, "/parties/none/" in card) == (False, False)


def test_who_has_agreed_on_the_phone_is_not_asked_again(house: House) -> None:
    first = asked_separately(house, other=None, other_parent=OtherParent.UNIT)
    assert list(worklist.to_contact()) == [first]
    data = typed(house, hour=11, **{"for": first.reference, "agreed": "on"})
    signed_in(Role.SECRETARY).client.post(PAGE, data)
    visit = Appointment.objects.get(starts_at=at(11))
    assert [p.answer for p in visit.parties.all()] == [Answer.ACCEPTED]
    assert list(worklist.to_contact()) == []


def test_only_one_visit_is_arranged(house: House) -> None:
    first = asked_separately(house)
    client = signed_in(Role.SECRETARY).client
    data = typed(house, hour=11, **{"for": first.reference})
    assert client.post(PAGE, data).status_code == 302
    again = client.post(PAGE, data | {"key": str(uuid4()), "slot": time(house, 13)})
    assert (again.status_code, Appointment.objects.count()) == (409, 2)


def test_meeting_knowingly_is_written_down(house: House) -> None:
    first = asked_separately(house)
    ProfessionalFactory(services=[house.service], points=[house.point], hours=(8, 16))
    RoomFactory(service_point=house.point)
    client = signed_in(Role.SECRETARY).client
    data = typed(house, hour=9, **{"for": first.reference})
    assert client.post(PAGE, data).status_code == 409
    assert client.post(PAGE, data | {"overrides_gap": "on"}).status_code == 302
    visit = Appointment.objects.exclude(pk=first.pk).get()
    assert "gap_overridden" in visit.events.values_list("what", flat=True)


def professional_client(house: House) -> Client:
    user = UserFactory(roles=[Role.SUPERVISOR])
    house.professional.user = user
    house.professional.save()
    client = Client()
    client.force_login(user)
    return client


def test_those_who_meet_them_see_the_arrangement_and_not_why(house: House) -> None:
    _one, other = two(house, secretary_note="Pelkää kohdata toisen")
    client = professional_client(house)
    english = {"accept-language": "en"}
    html = client.get("/my-day/?day=2026-11-25", headers=english).content.decode()
    said = "The other visit is linked: the other parent comes to the same place the same day"
    assert html.count(said) == 2
    assert "Pelkää" not in html
    # On another day it is linked, and no more is said
    Appointment.objects.filter(pk=other.pk).update(starts_at=at(9, day=26), ends_at=at(10, day=26))
    html = client.get("/my-day/?day=2026-11-25", headers=english).content.decode()
    assert (said in html, "The other visit is linked" in html) == (False, True)
    decisions.cancel(other.pk, user=UserFactory())
    html = client.get("/my-day/?day=2026-11-25", headers=english).content.decode()
    assert "The other visit is linked" not in html


def test_the_number_of_queries_does_not_grow(house: House, django_assert_num_queries: Any) -> None:
    visits = two(house)
    with django_assert_num_queries(1):
        separate_visits.linked(visits)
    more = [*visits, *two(house, first=14, second=15)]
    with django_assert_num_queries(1):
        separate_visits.linked(more)
    assert own_day.visits(house.professional, at(9).date(), at(9).date(), house.unit) != []


def test_neither_parent_sees_the_other_visit(house: House) -> None:
    from tests.factories import link_of

    one, other = two(house)
    for mine, theirs in ((one, other), (other, one)):
        html = Client().get(link_of(mine.parties.get())).content.decode()
        assert theirs.reference not in html


def test_what_is_forgotten_takes_the_link_along(house: House) -> None:
    one, other = two(house)
    Appointment.objects.filter(pk=one.pk).update(
        status=Status.DONE, starts_at=at(9) - 500 * 24 * HOUR, ends_at=at(10) - 500 * 24 * HOUR
    )
    assert purged("appointments", "call-backs") == 1
    assert (SeparateVisit.objects.count(), list(Appointment.objects.all())) == (0, [other])
