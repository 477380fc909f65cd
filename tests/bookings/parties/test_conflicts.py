"""Who stays out of a matter is not offered for it, not booked, and finds nothing of it."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from bookings.appointments import decisions, separate_visits
from bookings.availability.allocation import JustTakenError
from bookings.availability.search import Wish, find
from bookings.models import Appointment, AppointmentProfessional, Party, Recusal, Status
from bookings.my_day import queries as own_day
from bookings.parties import conflicts
from bookings.parties.conflicts import (
    BarredError,
    PersonIdentifiers,
    bar,
    barred_from,
    barred_to,
    lift,
)
from office.calendar.occupancy import TimeTakenError
from office.core import clock
from office.models import Channel, Professional, Role, User
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO, request_for, signed_in, url
from tests.bookings.staff_booking.test_panel import PAGE, typed
from tests.factories import PartyFactory, ProfessionalFactory, UserFactory, booked
from walkin.actions.identify import matching_parties

pytestmark = pytest.mark.django_db
DAY = at(9).date()


@pytest.fixture
def user() -> User:
    user: User = UserFactory(roles=[Role.SECRETARY])
    return user


@pytest.fixture
def colleague(house: House) -> Professional:
    found: Professional = ProfessionalFactory(
        services=[house.service], points=[house.point], hours=(8, 16)
    )
    return found


def confirmed(house: House, user: User, **fields: Any) -> Appointment:
    appointment = request_for(house, **fields)
    decisions.confirm(appointment.pk, user=user)
    appointment.refresh_from_db()
    return appointment


def staff(appointment: Appointment) -> list[Professional]:
    return list(appointment.professionals.all())


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (("Aino Virtala", "0400000001", ""), ("A. V.", "+358400000001", ""), True),
        (("Aino Virtala", "", "A@example.org"), ("Eino", "", "a@example.org "), True),
        (("Aino Mäkinen", "", ""), ("aino makinen", "", ""), True),
        (("Aino Mäkinen", "0400000001", ""), ("Aino Mäkinen", "", ""), True),
        (("Aino Mäkinen", "0400000001", ""), ("Aino Mäkinen", "0400000002", ""), False),
        (("Aino", "", ""), ("Aino", "", ""), False),
        (("", "", ""), ("", "", ""), False),
    ],
)
def test_one_person_is_known_by_number_address_or_whole_name(
    one: tuple[str, str, str], other: tuple[str, str, str], is_same: bool
) -> None:
    assert PersonIdentifiers.of(*one).is_same(PersonIdentifiers.of(*other)) is is_same
    assert PersonIdentifiers.of(*other).is_same(PersonIdentifiers.of(*one)) is is_same


def test_a_matter_is_its_visits_and_its_people(house: House, user: User) -> None:
    appointment = request_for(house)
    linked = booked(start=at(12), professionals=[ProfessionalFactory()])
    separate_visits.link(appointment, linked)
    again = request_for(house, None, requester=replace(TWO, email="", name="E. Korpi"), other=None)
    stranger = booked(start=at(13), professionals=[ProfessionalFactory()])
    bar(appointment.pk, house.professional.pk, user=user)

    mine = {appointment.pk, linked.pk, again.pk}
    assert barred_to(house.professional) == mine
    for pk in mine:
        assert barred_from(pk) == {house.professional.pk}
    assert barred_from(stranger.pk) == frozenset()
    assert barred_to(ProfessionalFactory()) == set()
    assert barred_to(None) == set()


def test_who_is_barred_is_found_among_no_free_times(
    house: House, user: User, colleague: Professional
) -> None:
    appointment = request_for(house, None)
    bar(appointment.pk, house.professional.pk, user=user)

    wish = Wish(house.service, Channel.IN_PERSON, without=barred_from(appointment.pk))
    assignment = find(wish, house.unit).assignment(house.slot(9))
    assert assignment
    assert {team[0] for team in assignment.teams} == {colleague.pk}


def test_a_new_request_of_the_same_people_goes_to_a_colleague(
    house: House, user: User, colleague: Professional
) -> None:
    first = request_for(house, None)
    bar(first.pk, house.professional.pk, user=user)
    # Somebody busy all day, so that the one who stays out is the least loaded.
    booked(start=at(14), professionals=[colleague])

    request = request_for(house, 9)

    assert staff(request) == [colleague]
    assert request.starts_at == at(9)
    request.refresh_from_db()
    assert request.claim
    assert request.claim.orphaned_at is None
    decisions.confirm(request.pk, user=user)


def test_where_nobody_else_can_the_request_stands_and_is_the_secretarys_work(
    house: House, user: User
) -> None:
    first = request_for(house, None)
    bar(first.pk, house.professional.pk, user=user)

    request = request_for(house, 9)

    request.refresh_from_db()
    assert (request.status, request.starts_at) == (Status.REQUESTED, at(9))
    assert request.claim
    assert request.claim.orphan_reason == "conflict"
    with pytest.raises(BarredError):
        decisions.confirm(request.pk, user=user)
    with pytest.raises(BarredError):
        decisions.keep_orphan(request.pk, user=user)
    # It is said as a time that is taken: why is nobody's business.
    client = signed_in(Role.SECRETARY).client
    client.cookies["django_language"] = "en"
    answer = client.post(url(request, "confirm/"), {"version": request.version}, follow=True)
    assert "That time is not free any more" in answer.content.decode()


def test_what_is_booked_already_is_handed_over_and_given_to_another(
    house: House, user: User, colleague: Professional
) -> None:
    visit = confirmed(house, user)
    before = staff(visit)
    other = colleague if before == [house.professional] else house.professional
    bar(visit.pk, before[0].pk, user=user)

    visit.refresh_from_db()
    assert visit.claim
    assert visit.claim.orphan_reason == "conflict"
    client = signed_in(Role.SECRETARY).client
    client.cookies["django_language"] = "en"
    card = client.get(url(visit)).content.decode()
    assert "Somebody else is to meet them" in card
    assert "Keep as it is" not in card
    change = {
        "version": visit.version,
        "start": "2026-11-25T09:00",
        "channel": "in_person",
        "point": house.point.pk,
        "do": "do",
    }
    client.post(url(visit, "change/"), {**change, "professional": before[0].pk})
    assert staff(visit) == before
    client.post(url(visit, "change/"), {**change, "professional": other.pk})
    assert staff(visit) == [other]
    visit.refresh_from_db()
    assert visit.claim.orphaned_at is None


def test_what_is_lifted_in_time_is_nobodys_work_any_more(house: House, user: User) -> None:
    visit = confirmed(house, user)
    bar(visit.pk, house.professional.pk, user=user)
    lift(visit.pk, house.professional.pk, user=user)

    visit.refresh_from_db()
    assert visit.claim
    assert (visit.claim.orphaned_at, visit.claim.orphan_reason) == (None, "")
    assert own_day.own_visit(house.professional, visit.reference) == visit


def test_the_database_refuses_who_is_barred(house: House, user: User) -> None:
    visit = request_for(house, None)
    linked = request_for(house, None, requester=replace(ONE, name="Toinen"), other=None)
    separate_visits.link(visit, linked)
    bar(visit.pk, house.professional.pk, user=user)
    for appointment in (visit, linked):
        with pytest.raises(IntegrityError, match="stays out"), transaction.atomic():
            AppointmentProfessional.objects.create(
                appointment=appointment, professional=house.professional
            )
    lift(visit.pk, house.professional.pk, user=user)
    AppointmentProfessional.objects.create(appointment=visit, professional=house.professional)


def test_the_history_is_append_only(house: House, user: User) -> None:
    visit = request_for(house, None)
    for _ in range(2):
        bar(visit.pk, house.professional.pk, user=user)
    for _ in range(2):
        lift(visit.pk, house.professional.pk, user=user)
    assert barred_from(visit.pk) == frozenset()
    assert list(Recusal.objects.values_list("what", "by")) == [
        ("barred", user.pk),
        ("lifted", user.pk),
    ]
    for change in (
        lambda: Recusal.objects.update(what="lifted"),
        lambda: Recusal.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_details_that_come_later_count_too(house: House, user: User) -> None:
    """Who is invited gives a name and a number: now the matter is known."""
    first = request_for(house, None)
    bar(first.pk, house.professional.pk, user=user)
    visit = booked(start=at(10), professionals=[house.professional], service=house.service)
    PartyFactory(appointment=visit, name="Eino Korpi", phone="+358400000002")

    conflicts.hand_over([visit.pk])

    visit.refresh_from_db()
    assert visit.claim.orphan_reason == "conflict"


def test_own_pages_tell_nothing_of_it(house: House, user: User) -> None:
    desk = signed_in(Role.SUPERVISOR)
    house.professional.user = desk.user
    house.professional.save()
    visit = confirmed(house, user)
    day = f"/my-day/?day={DAY}"
    assert visit.reference in desk.client.get(day).content.decode()
    page = f"/my-day/visits/{visit.reference}/step-aside/"
    assert desk.client.get(page).status_code == 200
    assert not Recusal.objects.exists()

    assert desk.client.post(page)["Location"] == "/my-day/"

    assert barred_from(visit.pk) == {house.professional.pk}
    assert visit.reference not in desk.client.get(day).content.decode()
    assert own_day.own_visit(house.professional, visit.reference) is None
    assert desk.client.get(page).status_code == 404
    for name in ("mark", "undo", "step-aside"):
        path = f"/my-day/visits/{visit.reference}/{name}/"
        assert desk.client.post(path, {"step": "arrived"}).status_code == 404
    # The time stays theirs until somebody else has it, as for any visit that waits for a colleague.
    assert visit.claim
    assert visit.claim.occupancies.filter(resource=house.professional.pk).exists()


def test_booking_by_phone_takes_a_colleague(
    house: House, user: User, colleague: Professional
) -> None:
    booked(start=at(14), professionals=[colleague])
    known = request_for(house, None, requester=replace(ONE, phone="+358401111111"))
    bar(known.pk, house.professional.pk, user=user)
    client = signed_in(Role.SECRETARY).client

    data = typed(house, caller__name="Aino Virtala", caller__phone="040 111 1111")
    shown = client.post(PAGE, data | {"do": ""}).content.decode()
    # Among those whom one may wish for all names stand: a missing one would tell.
    offered = re.sub(r"<select.*?</select>", "", shown.partition("<main")[2], flags=re.DOTALL)
    assert colleague.name in offered
    assert house.professional.name not in offered
    client.post(PAGE, data)
    made = Appointment.objects.exclude(pk=known.pk).get(status=Status.CONFIRMED, starts_at=at(9))
    assert staff(made) == [colleague]


def test_booking_by_phone_is_refused_where_nobody_else_can(house: House, user: User) -> None:
    known = request_for(house, None, requester=replace(ONE, phone="+358401111111"))
    bar(known.pk, house.professional.pk, user=user)
    client = signed_in(Role.SECRETARY).client

    data = typed(house, caller__name="Aino Virtala", caller__phone="040 111 1111")
    assert client.post(PAGE, data).status_code == 409
    assert Appointment.objects.get() == known


def test_offered_times_pass_over_who_is_barred(house: House, user: User) -> None:
    visit = request_for(house, None)
    bar(visit.pk, house.professional.pk, user=user)
    wish = Wish(house.service, Channel.IN_PERSON, without=barred_from(visit.pk))
    with pytest.raises(JustTakenError):
        decisions.book_time(visit.pk, wish, house.slot(9), user=user, unit=house.unit)
    careless = Wish(house.service, Channel.IN_PERSON)
    with pytest.raises(TimeTakenError):
        decisions.book_time(visit.pk, careless, house.slot(9), user=user, unit=house.unit)


PAGES = {
    "step_aside": "/my-day/visits/{}/step-aside/",
    "desk": "/desk/requests/{}/conflicts/",
    "list": "/office/conflicts/",
}


def test_who_may_say_it(house: House, user: User) -> None:
    visit = confirmed(house, user)
    person = {"professional": house.professional.pk, "code": visit.reference}
    allowed = {
        Role.SECRETARY: {"desk"},
        Role.MANAGER: {"list"},
        # Only of a visit of one's own.
        Role.SUPERVISOR: set(),
        Role.GUIDE: set(),
        Role.PARTNER: set(),
    }
    for role, pages in allowed.items():
        client = signed_in(role).client
        for page, path in PAGES.items():
            answer = client.get(path.format(visit.reference)).status_code
            assert (answer == 200) is (page in pages), (role, page)
            if page not in pages:
                assert client.post(path.format(visit.reference), person).status_code in (403, 404)
    assert Client().get("/office/conflicts/")["Location"].startswith("/accounts/login/")
    assert not Recusal.objects.exists()


def test_the_secretary_keeps_out_and_the_manager_lifts(house: House, user: User) -> None:
    visit = confirmed(house, user)
    secretary, manager = signed_in(Role.SECRETARY), signed_in(Role.MANAGER)
    page = f"/desk/requests/{visit.reference}/conflicts/"
    assert secretary.client.post(page, {"professional": ""}).status_code == 422
    secretary.client.post(page, {"professional": house.professional.pk})
    row = Recusal.objects.get()
    assert (row.by, row.what) == (secretary.user, "barred")
    assert house.professional.name in secretary.client.get(url(visit)).content.decode()

    listed = manager.client.get("/office/conflicts/").content.decode()
    assert visit.reference in listed
    # The list is of codes: who the people are is the secretary's to know.
    for name in visit.parties.values_list("name", flat=True):
        assert name not in listed
    lifting = f"/office/conflicts/{row.pk}/lift/"
    assert manager.client.get(lifting).status_code == 405
    assert secretary.client.post(lifting).status_code == 403
    manager.client.post(lifting)
    assert barred_from(visit.pk) == frozenset()
    assert manager.client.post(lifting).status_code == 404

    for code, status in (("ZZZ-999", 422), (visit.reference.lower(), 302)):
        data = {"code": code, "professional": house.professional.pk}
        assert manager.client.post("/office/conflicts/", data).status_code == status
    assert barred_from(visit.pk) == {house.professional.pk}


def test_a_secretary_who_stays_out_reads_no_card(house: House, user: User) -> None:
    visit, linked = confirmed(house, user), request_for(house, None)
    stranger = request_for(house, None, requester=replace(TWO, name="Muu Muunen"), other=None)
    Party.objects.filter(appointment=stranger).update(phone="+358400000009", email="m@example.org")
    colleague, desk = signed_in(Role.SECRETARY), signed_in(Role.SECRETARY)
    professional = ProfessionalFactory(user=desk.user)
    bar(visit.pk, professional.pk, user=user)

    for one in (visit, linked):
        for path in (url(one), f"{url(one)}times/", f"{url(one)}change/"):
            page = desk.client.get(path)
            assert page.status_code in (403, 404), path
            assert "Virtala" not in page.content.decode()
        assert desk.client.post(f"{url(one)}cancel/").status_code == 403
        assert colleague.client.get(url(one)).status_code == 200
    assert desk.client.get(url(stranger)).status_code == 200

    calendar = f"/desk/calendar/?day={DAY}"
    days = f"/desk/calendar/days/?day={DAY}&point={house.point.pk}"
    for path in ("/desk/", "/desk/work/", calendar, days):
        assert "Virtala" not in desk.client.get(path).content.decode(), path
        assert "Virtala" in colleague.client.get(path).content.decode(), path
    # Their row is there all the same: nothing is lost.
    chosen = desk.client.get(f"/desk/?at=requests.{linked.reference}").content.decode()
    assert linked.reference in chosen
    assert f"{url(linked)}decline/" not in chosen
    for sought in ("Virtala", "0400000001"):
        found = desk.client.post("/desk/find/", {"q": sought}, follow=True).content.decode()
        assert visit.reference not in found
        typed = {"who": "caller", "caller-name": sought}
        assert "Aino" not in desk.client.post("/desk/book/callers/", typed).content.decode()
    assert "Aino" in colleague.client.post("/desk/book/callers/", typed).content.decode()

    lift(visit.pk, professional.pk, user=user)
    assert desk.client.get(url(linked)).status_code == 200


def test_the_parents_and_the_history_tell_nothing(house: House, user: User) -> None:
    visit = confirmed(house, user)
    events = visit.events.count()
    bar(visit.pk, house.professional.pk, user=user)
    assert visit.events.count() == events
    assert matching_parties(visit.reference)
    assert Party.objects.filter(appointment=visit).count() == 2
    assert clock.now() == at(8, day=23)
