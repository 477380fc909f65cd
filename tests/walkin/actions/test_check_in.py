"""Booked visits in the queue: they check in, get a number, are called by it, and are one with it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from bookings.appointments import attendance, separate_visits
from bookings.models import Appointment, Meeting, Status, Undoable
from bookings.parties.records import link_path
from office.core.own_codes import hash_of, own_code
from office.models import Channel, Role
from tests.bookings.desk_cast import signed_in
from tests.factories import PartyFactory, ProfessionalFactory, RoomFactory, UnitFactory, booked
from tests.spent import spend
from tests.walkin.cast import (
    THURSDAY,
    RunningWalkIn,
    at,
    frozen_at,
    in_english,
    later,
    press,
    professional_client,
    running_walk_in,
    undo_bar,
)
from walkin.actions import calling
from walkin.actions.check_in import CheckedIn, check_in
from walkin.actions.take_number import ticket_path
from walkin.days.lifecycle import close_intake, end_day
from walkin.errors import AppointmentFirstError, NobodyToCallError
from walkin.estimates.learning import measured_visits
from walkin.estimates.snapshot import QueueSnapshot
from walkin.models import Company, Source, Ticket
from walkin.public_pages.check_in import EVERY, TRIES_AT_A_KIOSK

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def visit(place: RunningWalkIn, start: datetime, **fields: Any) -> Appointment:
    """Make a visit booked with the professional at the first desk."""
    found = booked(start=start, professionals=[], **{"service_point": place.point, **fields})
    found.staff.create(professional=place.people[0])
    found.parties.update(code_hash=hash_of(found.parties.get().link_nonce))
    return found


def come(appointment: Appointment, **more: Any) -> CheckedIn:
    return check_in(appointment.pk, **{"language": "fi", "source": Source.KIOSK, **more})


def fresh(appointment: Appointment) -> str:
    return str(Appointment.objects.get(pk=appointment.pk).status)


@pytest.fixture
def place() -> RunningWalkIn:
    with frozen_at(8):
        UnitFactory()
        return running_walk_in()


def test_every_way_of_checking_in_leads_to_one_number(
    place: RunningWalkIn, client: Client, settings: Any
) -> None:
    settings.DEMO = "porvoo"  # every browser is a kiosk
    with frozen_at(8, 30):
        own = visit(place, at(9), reference="ABC-123")
        party = own.parties.get()
        visit(place, at(10, day=THURSDAY + timedelta(days=1)), reference="TOM-111")
        visit(running_walk_in(), at(11), reference="OTH-111")
        visit(place, at(11), reference="VID-111", channel=Channel.VIDEO)
        gone = visit(place, at(11, 30), reference="OFF-111")
        Appointment.objects.filter(pk=gone.pk).update(status=Status.DONE)
        kiosk = f"/walk-in/kiosk/{place.point.slug}/here/"
        for code in ("TOM-111", "OTH-111", "VID-111", "OFF-111", "XXX-999", "", "22-AAA-22"):
            answer = client.post(kiosk, {"language": "en", "code": code}, follow=True)
            assert "We find no appointment here today" in text(answer), code
            # No page that answers a form: each can be read again.
            assert answer.redirect_chain
        assert not Ticket.objects.exists()
        # Those who are booked come in when no more numbers are given, too.
        close_intake(place.day.pk)
        assert "I have an appointment" in text(client.get(f"/walk-in/kiosk/{place.point.slug}/"))
        slip = client.post(kiosk, {"language": "en", "code": "abc 123"}, follow=True)
        assert "Your appointment begins at 9:00" in text(slip)
        ticket = Ticket.objects.get()
        assert (ticket.visit, ticket.party, ticket.meeting) == (own, party, Company.ALONE)
        assert (ticket.source, fresh(own)) == (Source.KIOSK, Status.ARRIVED)

        # Again by one's own code on the phone, by the personal link, and at the desk: the same number.
        phone = in_english(Client())
        sent = phone.post(
            f"/walk-in/take/{place.day.code}/here/", {"code": own_code(party.link_nonce)}
        )
        assert sent.headers["Location"] == ticket_path(ticket)
        page = phone.get(link_path(party))
        here = f"/walk-in/here/{link_path(party).strip('/').split('/')[-1]}/"
        assert f'href="{here}"' in text(page)
        assert phone.get(here).status_code == 200
        assert phone.post(here).headers["Location"] == ticket_path(ticket)
        assert "You are called by this number." in text(phone.get(ticket_path(ticket)))
        staff = professional_client(place)
        answer = staff.post("/queue/visits/abc-123/here/", follow=True)
        assert "ABC-123 has number 1." in text(answer)
        assert staff.post("/queue/visits/oth-111/here/").status_code == 404
        assert Ticket.objects.count() == 1
        for role in (Role.MANAGER, Role.PARTNER):
            refused = signed_in(role).client.post("/queue/visits/abc-123/here/")
            assert refused.status_code == 403

        # Given back, and asked for again.
        phone.post(f"{ticket_path(ticket)}leave/")
        assert fresh(own) == Status.CONFIRMED
        assert come(own).ticket == ticket
        assert fresh(own) == Status.ARRIVED

    # Too early for the link, which one has at home as well; and it is nobody else's.
    late = visit(place, at(11, 45), reference="LAT-111")
    token = link_path(late.parties.get()).strip("/").split("/")[-1]
    with frozen_at(10, 40):
        assert phone.post(f"/walk-in/here/{token}/").status_code == 404
        assert phone.post("/walk-in/here/no-such-link/").status_code == 404


def test_codes_cannot_be_tried_out(place: RunningWalkIn, client: Client, settings: Any) -> None:
    settings.DEMO = ""
    kiosk = f"/walk-in/kiosk/{place.point.slug}/here/"
    with frozen_at(8, 30):
        own = visit(place, at(9), reference="ABC-123")
        # A browser that is no kiosk.
        assert client.post(kiosk, {"language": "fi", "code": "ABC-123"}).status_code == 302
        assert fresh(own) == Status.CONFIRMED
        phone = in_english(client)
        here = f"/walk-in/take/{place.day.code}/here/"
        for _try in range(10):
            phone.post(here, {"code": "XXX-999"})
        assert "Too many tries" in text(phone.post(here, {"code": "ABC-123"}))
        assert fresh(own) == Status.CONFIRMED


def test_codes_cannot_be_tried_out_at_a_kiosk(
    place: RunningWalkIn, client: Client, settings: Any
) -> None:
    settings.DEMO = "porvoo"  # every browser is a kiosk
    kiosk = f"/walk-in/kiosk/{place.point.slug}/here/"
    with frozen_at(8, 30):
        own = visit(place, at(9), reference="ABC-123")
        spend("walk-in check-in", "127.0.0.1", limit=TRIES_AT_A_KIOSK, every=EVERY)
        client.post(kiosk, {"language": "en", "code": "ABC-123"})
        assert fresh(own) == Status.CONFIRMED


def test_the_number_of_a_visit_is_called_at_its_time_by_its_own_professional() -> None:
    with frozen_at(8):
        UnitFactory()
        place = running_walk_in(2)
        own = visit(place, at(9))
        place.take()
        number = come(own).ticket
        assert number is not None
        # Too early: who walked in goes first, and a colleague never gets it.
        first = place.next()
        assert first.number == 1
        place.done(place.came(first))
        with pytest.raises(NobodyToCallError):
            place.next(desk=0)
        place.take()
    with frozen_at(8, 50):
        # It is due: nobody else is called before it, and by the key it is the next.
        walk_in = place.day.tickets.get(number=3)
        with pytest.raises(AppointmentFirstError):
            calling.call(place.duties[0].pk, walk_in.pk, user=place.user)
        assert QueueSnapshot(place.day).queue_of(place.people[1])[0].number == 3
        called = place.next()
        assert called == number
        # One truth, both ways and step by step.
        place.came(called)
        assert fresh(own) == Status.IN_MEETING
        colleague = text(professional_client(place, 1).get("/queue/"))
        assert "2 · being served" in colleague
        attendance.undo_mark(own.pk, user=place.user)
        number.refresh_from_db()
        assert (number.state, fresh(own)) == ("waiting", Status.ARRIVED)
        attendance.mark(own.pk, "start", user=place.user)
        number.refresh_from_db()
        assert (number.state, number.desk) == ("serving", place.desks[0])
        with later(30):
            press(professional_client(place), number, "done", outcome="agreement")
        assert fresh(own) == Status.DONE
        number.refresh_from_db()
        assert number.served_seconds > 0
        # The estimate does not learn from booked visits.
        assert measured_visits(place.day) == {}
        end_day(place.day.pk, anyway=True)
        number.refresh_from_db()
        assert (number.visit, number.party) == (None, None)


def test_what_the_secretary_marks_moves_the_number(place: RunningWalkIn) -> None:
    with frozen_at(8, 55):
        for step, state in (("no_show", "left"), ("done", "left")):
            own = visit(place, at(9) if step == "no_show" else at(10))
            number = come(own).ticket
            assert number is not None
            attendance.mark(own.pk, step, user=place.user)
            number.refresh_from_db()
            assert (number.state, fresh(own)) == (state, step), step
            # A mistake: they wait again where they were.
            attendance.undo_mark(own.pk, user=place.user)
            number.refresh_from_db()
            assert (number.state, fresh(own)) == ("waiting", Status.ARRIVED)


def test_parents_who_come_separately_have_a_number_each(place: RunningWalkIn) -> None:
    with frozen_at(9, 50):
        one = visit(place, at(10), meeting=Meeting.SEPARATE, reference="ONE-111")
        two = visit(place, at(11), meeting=Meeting.SEPARATE, reference="TWO-222")
        separate_visits.link(one, two)
        first, second = come(one).ticket, come(two).ticket
        assert first is not None
        assert second is not None
        assert (first.number, second.number) == (1, 2)
        for mine, other in ((first, "TWO-222"), (second, "ONE-111")):
            page = text(in_english(Client()).get(ticket_path(mine)))
            assert other not in page
            assert "separate" not in page
        # Both are here: nobody calls one into the other's way, and the alert says numbers, not codes.
        assert QueueSnapshot(place.day).apart == {first.pk: ["2"], second.pk: ["1"]}
        with pytest.raises(NobodyToCallError) as refusal:
            place.next()
        assert refusal.value.kept_apart == [1, 2]

        # Two who come to one visit have one number, and who of them is here nobody says.
        joint = visit(place, at(11, 30))
        PartyFactory(appointment=joint, answer="accepted")
        ticket = come(joint).ticket
        assert ticket is not None
        assert (ticket.meeting, ticket.party) == (Company.TOGETHER, None)
        assert come(joint).ticket == ticket
        # Who comes alone is no alert against themselves.
        alone = come(visit(place, at(11, 45))).ticket
        assert alone is not None
        assert alone.pk not in QueueSnapshot(place.day).apart


def test_the_screen_has_the_booked_at_their_time(place: RunningWalkIn) -> None:
    with frozen_at(8, 30):
        visit(place, at(9), reference="DUE-111")
        visit(place, at(11), reference="LAT-222")
        elsewhere = booked(
            start=at(8, 30),
            professionals=[ProfessionalFactory(name="Toinen")],
            service_point=place.point,
            reference="OTH-333",
        )
        place.take()
        page = text(professional_client(place).get("/queue/"))
        order = [page.index(word) for word in ("OTH-333", ">1<", "DUE-111", "LAT-222")]
        assert page.count("not here yet") == 3
        assert order[0] < order[2] < order[3]
        # Nobody of theirs is at a desk: they are noted as here, and fetched.
        staff = professional_client(place)
        answer = staff.post("/queue/visits/oth-333/here/", follow=True)
        assert "Noted: OTH-333 has come." in text(answer)
        assert "has come, without a number" in text(answer)
        assert (fresh(elsewhere), Ticket.objects.count()) == (Status.ARRIVED, 1)
        # A number by mistake is undone, and the visit is as before; then they do come.
        staff.post("/queue/visits/due-111/here/")
        due = Appointment.objects.get(reference="DUE-111")
        assert due.status == Status.ARRIVED
        staff.post(f"/desk/undo/{Undoable.objects.get(kind='ticket').key}/")
        assert fresh(due) == Status.CONFIRMED
        again = come(due).ticket
        assert again is not None
        assert (again.number, fresh(due)) == (3, Status.ARRIVED)
        end_day(place.day.pk, anyway=True)
        assert fresh(due) == Status.ARRIVED


def test_colleagues_see_who_is_in_a_meeting(place: RunningWalkIn) -> None:
    with frozen_at(8, 55):
        visit(place, at(9), reference="DUE-111")
        staff = professional_client(place)
        # It is due, and nobody has said that they are here: a key does.
        assert 'data-key="p"' in text(staff.get("/queue/"))
        # In a meeting without a number: colleagues do not read "free".
        Appointment.objects.filter(reference="DUE-111").update(status=Status.IN_MEETING)
        page = text(staff.get("/queue/"))
        assert "in a meeting until 10:00" in page
        assert "You are in a meeting until 10:00: DUE-111." in page
        assert 'data-key="p"' not in page


def test_without_duty_its_professional_calls_it_to_the_room(
    place: RunningWalkIn, client: Client
) -> None:
    with frozen_at(8, 50):
        room = RoomFactory(service_point=place.point, name="Huone 3")
        own = signed_in(Role.SUPERVISOR)
        person = ProfessionalFactory(name="Toinen", user=own.user)
        met = booked(
            start=at(9),
            professionals=[person],
            room=room,
            service_point=place.point,
            reference="ROO-111",
        )
        place.take()
        before = QueueSnapshot(place.day).waits
        ticket = come(met).ticket
        assert ticket
        assert (ticket.number, ticket.for_professional) == (2, person)
        assert QueueSnapshot(place.day).waits == before, "nobody else waits longer for it"
        # Nobody on duty calls it.
        assert place.next().number == 1
        place.done(place.came(Ticket.objects.get(number=1)))
        with pytest.raises(NobodyToCallError):
            place.next()

        own.client.cookies["django_language"] = "en"
        call = "/queue/visits/roo-111/call/"
        page = text(own.client.get("/my-day/"))
        assert "Waits with number 2" in page
        assert "Call to the room" in page
        for stranger, status in ((Role.SUPERVISOR, 404), (Role.SECRETARY, 403)):
            assert signed_in(stranger).client.post(call).status_code == status
        own.client.post(call)
        own.client.post(call)
        ticket.refresh_from_db()
        assert (ticket.state, ticket.calls, ticket.desk.name) == ("called_again", 2, "Huone 3")
        shown = text(client.get(f"/walk-in/display/{place.point.slug}/"))
        assert "Huone 3" in shown
        # It is no desk to sit at, and the visit is not left behind.
        assert not ticket.desk.is_active
        screen = text(professional_client(place).get("/queue/"))
        assert "left behind" not in screen

        for step, state in (("start", "serving"), ("done", "done")):
            own.client.post("/my-day/visits/roo-111/mark/", {"step": step})
            ticket.refresh_from_db()
            assert ticket.state == state
        assert "Waits with number" not in text(own.client.get("/my-day/"))


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.PARTNER])
def test_a_call_to_the_room_is_undone_by_whoever_called(place: RunningWalkIn, role: Role) -> None:
    with frozen_at(8, 50):
        own = signed_in(role)
        client = in_english(own.client)
        met = booked(
            start=at(9),
            professionals=[ProfessionalFactory(user=own.user)],
            room=RoomFactory(service_point=place.point),
            service_point=place.point,
            reference="ROO-111",
        )
        ticket = come(met).ticket
        assert ticket
        client.post("/queue/visits/roo-111/call/")
        assert undo_bar(client, "/my-day/") == "Number 1: called"
        undoable = Undoable.objects.get()
        # The page took its time; then there are thirty seconds.
        with later(0.8):
            assert client.post(f"/desk/undo/{undoable.key}/seen/").status_code == 200
        with later(1.25):
            answer = client.post(f"/desk/undo/{undoable.key}/")
        assert answer["Location"] == "/my-day/#ROO-111"
        ticket.refresh_from_db()
        assert (ticket.state, ticket.calls, fresh(met)) == ("waiting", 0, Status.ARRIVED)
        # A second press leads to a page that they may open.
        again = client.post(f"/desk/undo/{undoable.key}/", follow=True)
        assert again.status_code == 200
        assert "It was undone already." in text(again)
