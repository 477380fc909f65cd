"""The booking panel of a supervisor or guide: the same times, and nothing of the secretary's."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from bookings.models import Appointment, OtherParent, SeparateVisit, Status, Undoable
from office.core import clock
from office.models import AccessLogEntry, Attendance, OutboxMessage, Role, User
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import request_for, signed_in
from tests.bookings.staff_booking.test_panel import PAGE, keys, time, typed
from tests.factories import ProfessionalFactory, link_of

pytestmark = pytest.mark.django_db
HERE = [Role.SUPERVISOR, Role.GUIDE]


@pytest.fixture(params=HERE)
def client(house: House, request: pytest.FixtureRequest) -> Client:
    found = signed_in(request.param).client
    found.cookies["django_language"] = "en"
    return found


def test_the_same_times_and_nothing_of_the_secretary(house: House, client: Client) -> None:
    html = client.get(f"{PAGE}?service={house.service.slug}").content.decode()
    assert keys(html) == 5
    assert f"{house.professional.name} · {house.room.name}" in html
    assert "The person here" in html
    for left_out in ('name="note"', 'name="find"', "-found", 'name="caller-needs"', "The caller"):
        assert left_out not in html


def test_two_parents_are_booked_and_told(house: House, client: Client) -> None:
    answer = client.post(PAGE, typed(house, caller__needs="Tarvitsee rauhaa"))

    made = Appointment.objects.get()
    assert answer["Location"] == f"/desk/book/done/{made.reference}/"
    assert (made.status, made.starts_at) == (Status.CONFIRMED, at(9))
    # What was sent for the secretary all the same is not kept
    assert made.secretary_note == ""
    assert [p.needs for p in made.parties.all()] == ["", ""]
    assert OutboxMessage.objects.exclude(kind="staff_booked").count() == 3
    html = client.get(answer["Location"]).content.decode()
    assert made.reference in html
    assert f"/desk/requests/{made.reference}/" not in html
    assert 'href="/desk/"' not in html


def test_nobody_is_looked_for(house: House, client: Client) -> None:
    party = request_for(house).parties.get(name="Aino Virtala")
    data = typed(house) | {"do": ""}
    for path, more in (
        ("/desk/book/callers/", {"who": "caller"}),
        (PAGE, {"find": "caller"}),
        (PAGE, {"take": f"caller.{party.pk}"}),
    ):
        answer = client.post(path, data | more)
        assert answer.status_code == 403, more
        assert b"aino@example.org" not in answer.content
    assert AccessLogEntry.objects.count() == 0


def test_beside_another_visit_only_the_secretary_books(house: House, client: Client) -> None:
    first = request_for(house)
    for answer in (
        client.get(f"{PAGE}?for={first.reference}"),
        client.post(PAGE, typed(house) | {"for": first.reference}),
        client.post("/desk/book/times/", {"for": first.reference}),
    ):
        assert answer.status_code == 403
    assert AccessLogEntry.objects.count() == 0


def test_others_bookings_are_not_theirs(house: House, client: Client) -> None:
    signed_in(Role.SECRETARY).client.post(PAGE, typed(house))
    reference = Appointment.objects.get().reference
    for page in ("", "slip/"):
        assert client.get(f"/desk/book/done/{reference}/{page}").status_code == 404
    # What the secretary did, and nothing since.
    assert list(AccessLogEntry.objects.values_list("action", flat=True)) == ["create"]


def test_the_own_booking_is_shown_on_its_day_only(
    house: House, client: Client, monday: time_machine.Traveller
) -> None:
    path = client.post(PAGE, typed(house))["Location"]
    assert client.get(path).status_code == 200
    user = User.objects.get(pk=client.session["_auth_user_id"])
    monday.shift(timedelta(days=1))
    client.force_login(user)
    assert {client.get(f"{path}{page}").status_code for page in ("", "slip/")} == {404}


def test_a_slip_says_where_and_when_and_opens_the_own_page(house: House, client: Client) -> None:
    path = client.post(PAGE, typed(house) | {"caller-language": "sv"})["Location"]
    made = Appointment.objects.get()
    mine, other = made.parties.order_by("pk")

    html = client.get(f"{path}slip/").content.decode()

    assert f"http://testserver{link_of(mine)}" in html
    assert link_of(other) not in html
    assert made.reference in html
    # In the person's language, and neutral: no matter, no names
    assert 'lang="sv"' in html
    paper = html[html.index('<section class="paper"') : html.index("</section>")]
    assert "25.11.2026" in paper
    for left_out in (made.service.name, "Aino", "Eino"):
        assert left_out not in paper
    logged = AccessLogEntry.objects.order_by("pk").values_list("record", "action").last()
    assert logged == (made.reference, "print")
    # The link works
    assert Client().get(link_of(mine)).status_code == 200


def test_the_slip_brings_the_code_for_the_other_parent(house: House, client: Client) -> None:
    path = client.post(PAGE, typed(house, other_parent=OtherParent.PASS_ON))["Location"]
    booked = client.get(path).content.decode()
    assert "for the person here to give to the other parent" in booked
    code = booked.split('<strong class="code">')[1].split("<")[0]
    assert code in client.get(f"{path}slip/").content.decode()


def test_anonymous_without_any_name(house: House, client: Client) -> None:
    house.service.may_be_anonymous = True
    house.service.attendance = Attendance.ONE
    house.service.save()
    data = typed(house, caller__name="", anonymous="on")

    html = client.post(PAGE, data, follow=True).content.decode()

    made = Appointment.objects.get()
    party = made.parties.get()
    assert (made.is_anonymous, party.name, str(party.phone), party.email) == (True, "", "", "")
    assert "Anonymous" in html
    slip = client.get(f"/desk/book/done/{made.reference}/slip/").content.decode()
    assert link_of(party) in slip
    # Where the service does not allow it, a name is needed
    house.service.may_be_anonymous = False
    house.service.save()
    assert client.post(PAGE, data | {"key": str(uuid4())}).status_code == 422


def test_it_is_taken_back_by_who_booked_it_alone(house: House, client: Client) -> None:
    client.post(PAGE, typed(house))
    undoable = Undoable.objects.get()
    path = f"/desk/undo/{undoable.key}/"
    assert path in client.get("/my-day/").content.decode()
    for role in (*HERE, Role.MANAGER, Role.PARTNER):
        signed_in(role).client.post(path)
    assert Client().post(path)["Location"].startswith("/accounts/login/")
    assert Appointment.objects.get().status == Status.CONFIRMED

    answer = client.post(path)

    # The page of a request is the secretary's
    assert answer["Location"] == "/my-day/"
    assert Appointment.objects.get().status == Status.CANCELLED
    assert not OutboxMessage.objects.filter(dropped_at=None).exists()
    late = client.post(path, follow=True).content.decode()
    assert "It was undone already" in late


def test_the_load_is_spread_as_at_the_secretarys_desk(house: House, client: Client) -> None:
    other = ProfessionalFactory(
        services=[house.service], points=[house.point], hours=(8, 16), name="Toinen"
    )
    for hour in (9, 11, 13):
        data = typed(house, hour=hour)
        client.post(PAGE, data | {"key": str(uuid4())})
    met = {p.name for a in Appointment.objects.all() for p in a.professionals.all()}
    assert met == {house.professional.name, other.name}


def test_both_visits_of_parents_who_come_separately(house: House, client: Client) -> None:
    data = typed(house, meeting="separate", slot_other=time(house, 11))
    html = client.post(PAGE, data, follow=True).content.decode()
    one, two = Appointment.objects.order_by("starts_at")
    assert SeparateVisit.objects.count() == 2
    assert (one.reference in html, two.reference in html) == (True, True)
    # Of the other parent's visit there is no slip: who is here is not its party
    assert client.get(f"/desk/book/done/{two.reference}/slip/").status_code == 404
    assert clock.now() == at(8, day=23)


def test_the_other_visit_that_the_secretary_books_is_not_seen(house: House, client: Client) -> None:
    """The page of who booked the first visit stays word for word as it was."""
    client.post(PAGE, typed(house, meeting="separate"))
    first = Appointment.objects.get()
    done = f"/desk/book/done/{first.reference}/"
    before = client.get(done).content.decode()

    secretary = signed_in(Role.SECRETARY).client
    booked = secretary.post(PAGE, typed(house, slot=time(house, 11)) | {"for": first.reference})
    other = Appointment.objects.exclude(pk=first.pk).get()
    assert booked["Location"] == f"/desk/book/done/{other.reference}/"
    assert other.reference in secretary.get(done).content.decode()

    after = client.get(done).content.decode()
    assert without_marks(after) == without_marks(before)
    assert client.get(f"/desk/book/done/{other.reference}/").status_code == 404
    assert not AccessLogEntry.objects.filter(
        record=other.reference, user=client.session["_auth_user_id"]
    ).exists()


def without_marks(html: str) -> str:
    """Return what a page says, without what is drawn anew each time."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", main)


def test_the_number_of_queries_does_not_grow(
    house: House, client: Client, django_assert_max_num_queries: Any
) -> None:
    for hours in ((10,), (11, 12, 13)):
        for hour in hours:
            client.post(PAGE, typed(house, hour=hour) | {"key": str(uuid4())})
        with django_assert_max_num_queries(26):
            client.get(PAGE)
