"""An appointment booked from a number: one confirmation, and never the half of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from bookings.appointments import occasions
from bookings.appointments.booking import Booking, Chosen
from bookings.appointments.staff_booking import book
from bookings.availability.codec import found_time_value, slot_value
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.models import Appointment, Status, Undoable
from bookings.models.matters import Matters
from bookings.parties.records import PartyDetails
from office.models import Attendance, Channel, OutboxMessage, Professional, Role, Service, Unit
from tests.bookings.desk_cast import signed_in
from tests.factories import (
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    UnitFactory,
    WeeklyHoursFactory,
    booked,
)
from tests.walkin.cast import (
    RunningWalkIn,
    at,
    frozen_at,
    later,
    messages_after,
    press,
    professional_client,
    running_walk_in,
)
from tests.walkin.course import course_of
from walkin.actions import calling, serving
from walkin.actions.take_number import ticket_path
from walkin.days import lifecycle, statistics
from walkin.models import Company, Outcome, Ticket
from walkin.states import TicketState

pytestmark = pytest.mark.django_db
PANEL = "/desk/book/"


@dataclass
class Scene:
    """A number being served, and whose times may be booked."""

    place: RunningWalkIn
    ticket: Ticket
    client: Client
    service: Service
    keeper: Professional

    def fresh(self) -> Ticket:
        self.ticket.refresh_from_db()
        return self.ticket

    def data(self, hour: int = 10, **fields: Any) -> dict[str, Any]:
        """Return what is sent for a parent who comes alone, on the next day."""
        slot = Slot(at(hour) + timedelta(days=1), self.place.point.pk)
        return {
            "do": "book",
            "key": str(uuid4()),
            "ticket": self.ticket.pk,
            "service": self.service.pk,
            "language": "fi",
            "where": str(self.place.point.pk),
            "meeting": "together",
            "slot": found_time_value(
                Matters(self.service), Channel.IN_PERSON, "fi", slot_value(slot)
            ),
            "caller-name": "Aino Virtala",
            "caller-phone": "040 123 4567",
            "caller-all_safe": "on",
            **fields,
        }


@pytest.fixture
def nine() -> Iterator[time_machine.Traveller]:
    with frozen_at(9) as traveller:
        yield traveller


@pytest.fixture
def scene(nine: Any) -> Scene:
    UnitFactory()
    service = ServiceFactory(
        slug="advice", suits_walk_in=True, attendance=Attendance.ONE, may_be_anonymous=True
    )
    place = running_walk_in(2)
    RoomFactory(service_point=place.point)
    keeper = ProfessionalFactory(services=[service], points=[place.point])
    WeeklyHoursFactory(
        professional=keeper, service_point=place.point, weekday=4, starts=time(8), ends=time(16)
    )
    client = professional_client(place)
    place.take(service, language="fi")
    ticket = place.serve()
    return Scene(place, ticket, client, service, keeper)


def test_the_key_leads_to_the_panel_with_what_the_number_knows(scene: Scene) -> None:
    ticket = scene.ticket
    assert 'data-key="t"' in scene.client.get("/queue/").content.decode()
    data = {"version": ticket.version, "links_given": "on"}
    answer = scene.client.post(f"/queue/numbers/{ticket.pk}/book/", data)
    assert answer["Location"] == f"{PANEL}?ticket={ticket.pk}"

    html = scene.client.get(answer["Location"]).content.decode()
    assert "From number 1: booking ends the visit" in html
    assert f'name="ticket" value="{ticket.pk}"' in html
    assert f'<option value="{scene.service.pk}" selected>' in html
    assert '<option value="fi" selected>' in html
    assert f'<option value="{scene.place.point.pk}" selected>' in html
    assert 'value="separate" id="id_meeting_1" checked' in " ".join(html.split())
    # What was ticked before is kept
    assert (scene.fresh().links_given, ticket.state, ticket.outcome) == (True, "serving", "")


def test_one_confirmation_books_and_ends_the_visit(scene: Scene) -> None:
    press(scene.client, scene.ticket, "book", agreement_made="on")
    answer = scene.client.post(PANEL, scene.data())

    made, ticket = Appointment.objects.get(), scene.fresh()
    assert answer["Location"] == f"/desk/book/done/{made.reference}/"
    assert (ticket.state, ticket.outcome, ticket.appointment) == (
        TicketState.DONE,
        Outcome.BOOKED,
        made,
    )
    assert ticket.agreement_made
    assert [p.name for p in made.professionals.all()] == [scene.keeper.name]
    last = ticket.events.order_by("-pk")[0]
    assert (last.what, last.reason) == ("done", "booked")
    html = scene.client.get(answer["Location"]).content.decode()
    assert 'href="/queue/" data-key="Escape"' in html
    assert f"{answer['Location']}slip/" in html


def test_sent_twice_it_is_done_once(scene: Scene) -> None:
    data = scene.data()
    first, second = scene.client.post(PANEL, data), scene.client.post(PANEL, data)
    assert first["Location"] == second["Location"]
    assert Appointment.objects.count() == 1
    assert [e.what for e in scene.ticket.events.order_by("pk")][-2:] == ["came", "done"]


def test_a_second_form_of_the_same_number_books_nothing(scene: Scene) -> None:
    scene.client.post(PANEL, scene.data())
    answer = scene.client.post(PANEL, scene.data(hour=12))
    assert (answer.status_code, Appointment.objects.count()) == (409, 1)
    html = answer.content.decode()
    assert "This visit is over" in html
    # All that was typed stays, and the next press books without the number
    assert "Aino Virtala" in html
    assert 'name="ticket"' not in html


def test_where_the_time_was_taken_the_visit_goes_on(scene: Scene) -> None:
    booked(
        start=at(10) + timedelta(days=1),
        professionals=[scene.keeper],
        service_point=scene.place.point,
    )
    answer = scene.client.post(PANEL, scene.data())
    assert answer.status_code == 409
    assert f'name="ticket" value="{scene.ticket.pk}"' in answer.content.decode()
    assert (scene.fresh().state, scene.ticket.outcome) == (TicketState.SERVING, "")


def test_where_the_number_is_refused_nothing_is_booked(scene: Scene) -> None:
    """Put back by somebody between looking and booking."""
    worker = scene.place.people[0].user
    assert worker is not None
    occasion = occasions.named(worker, {"ticket": str(scene.ticket.pk)})
    calling.put_back(scene.ticket.pk, user=scene.place.user)
    start = at(10) + timedelta(days=1)
    wish = Wish(scene.service, Channel.IN_PERSON, scene.place.point.pk)
    booking = Booking(
        service=scene.service,
        time=Chosen(wish, Slot(start, scene.place.point.pk)),
        caller=PartyDetails(name="Aino Virtala"),
    )
    booked_on = partial(book, booking, user=worker, unit=Unit.get(), made_from=uuid4())
    with pytest.raises(occasions.RefusedError):
        booked_on(occasion=occasion)
    assert (Appointment.objects.count(), OutboxMessage.objects.count()) == (0, 0)
    assert scene.fresh().state == TicketState.WAITING
    # The time is as free as before
    assert booked_on().appointment.starts_at == start


def test_taken_back_the_visit_goes_on_at_its_desk(scene: Scene) -> None:
    scene.client.post(PANEL, scene.data())
    path = f"/desk/undo/{Undoable.objects.get().key}/"

    with later(0.1):
        answer = scene.client.post(path)

    assert answer["Location"] == "/queue/"
    ticket = scene.fresh()
    assert (ticket.state, ticket.outcome, ticket.closed_at) == (TicketState.SERVING, "", None)
    assert Appointment.objects.get().status == Status.CANCELLED
    assert [e.what for e in ticket.events.order_by("pk")][-3:] == ["done", "reopen", "resume"]
    # And it can be booked anew
    with later(0.2):
        assert scene.client.post(PANEL, scene.data(hour=12)).status_code == 302
    assert scene.fresh().appointment == Appointment.objects.get(status=Status.CONFIRMED)


def test_taken_back_while_the_next_is_called_it_waits_on_hold(scene: Scene) -> None:
    scene.place.take()
    scene.client.post(PANEL, scene.data())
    booking = Undoable.objects.get()
    messages_after(scene.client, "/queue/next/")
    scene.client.post(f"/desk/undo/{booking.key}/")
    assert scene.fresh().state == TicketState.ON_HOLD
    assert Ticket.objects.at_desk().get().number == 2


def test_after_the_end_of_the_day_neither_is_taken_back(scene: Scene) -> None:
    scene.client.post(PANEL, scene.data())
    Ticket.objects.filter(day=scene.place.day).exclude(pk=scene.ticket.pk).delete()
    type(scene.place.day).objects.update(state="ended", ended_at=at(9))
    scene.client.post(f"/desk/undo/{Undoable.objects.get().key}/")
    assert Appointment.objects.get().status == Status.CONFIRMED
    assert scene.fresh().state == TicketState.DONE


def test_too_late_nothing_is_taken_back(scene: Scene) -> None:
    scene.client.post(PANEL, scene.data())
    with later(1.2):
        answer = scene.client.post(f"/desk/undo/{Undoable.objects.get().key}/")
    assert answer["Location"] == "/queue/"
    assert (scene.fresh().state, Appointment.objects.get().status) == ("done", "confirmed")


def test_the_figures_stay_equal_to_the_rows(scene: Scene) -> None:
    scene.client.post(PANEL, scene.data())
    with later(0.1):
        scene.client.post(f"/desk/undo/{Undoable.objects.get(kind='').key}/")
    with later(5):
        serving.done(scene.ticket.pk, serving.ServingResult(Outcome.ADVICE), user=scene.place.user)
    day = scene.place.fresh()
    rows = [e for t in day.tickets.all() for e in t.events.order_by("pk")]
    kept, told = statistics.course(day), course_of(rows)
    assert (kept.states, kept.served) == (told.states, told.served)
    assert kept.service == pytest.approx(told.service)


def test_the_day_s_end_forgets_which_appointment_it_was(scene: Scene) -> None:
    scene.client.post(PANEL, scene.data())
    lifecycle.end_day(scene.place.day.pk, user=scene.place.user)
    assert scene.fresh().appointment is None
    assert scene.ticket.outcome == Outcome.BOOKED


def test_who_stays_anonymous(scene: Scene) -> None:
    data = scene.data(anonymous="on") | {"caller-name": "", "caller-phone": ""}
    scene.client.post(PANEL, data | {"caller-all_safe": ""})
    made = Appointment.objects.get()
    assert (made.is_anonymous, made.parties.get().name) == (True, "")
    assert scene.fresh().outcome == Outcome.BOOKED


def test_from_a_visit_on_hold(scene: Scene) -> None:
    serving.hold(scene.ticket.pk, user=scene.place.user)
    assert 'data-key="t"' in scene.client.get(f"/queue/numbers/{scene.ticket.pk}/").content.decode()
    scene.client.post(PANEL, scene.data())
    assert scene.fresh().outcome == Outcome.BOOKED


def test_a_number_that_is_not_served_cannot_be_ended_so(scene: Scene) -> None:
    waiting = scene.place.take()
    refused = press(scene.client, waiting, "book")
    assert refused == ["That cannot be done now. This number is waiting in the queue."]
    answer = scene.client.get(f"{PANEL}?ticket={waiting.pk}")
    assert answer.status_code == 409
    assert 'name="ticket"' not in answer.content.decode()
    answer = scene.client.post(PANEL, scene.data(ticket=waiting.pk))
    assert (answer.status_code, Appointment.objects.count()) == (409, 0)


@pytest.mark.parametrize("key", ["999999", "x", "-1", "1" * 40, "１２"])
def test_no_such_number(scene: Scene, key: str) -> None:
    assert scene.client.get(PANEL, {"ticket": key}).status_code == 409
    assert scene.client.post(PANEL, scene.data(ticket=key)).status_code == 409
    assert Appointment.objects.count() == 0


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.SECRETARY])
def test_a_colleagues_number_is_theirs(scene: Scene, role: Role) -> None:
    colleague = (
        signed_in(role).client
        if role == Role.SECRETARY
        else professional_client(scene.place, 1, role)
    )
    colleague.cookies["django_language"] = "en"
    version = {"version": scene.ticket.version}
    refused = messages_after(colleague, f"/queue/numbers/{scene.ticket.pk}/book/", **version)
    assert refused == ["That number is at a colleague's desk."]
    assert colleague.get(f"{PANEL}?ticket={scene.ticket.pk}").status_code == 409
    assert colleague.post(PANEL, scene.data()).status_code == 409
    assert (scene.fresh().state, Appointment.objects.count()) == (TicketState.SERVING, 0)


def test_strangers_and_other_roles(scene: Scene) -> None:
    path = f"/queue/numbers/{scene.ticket.pk}/book/"
    for role in (Role.MANAGER, Role.PARTNER):
        other = signed_in(role).client
        assert other.post(path).status_code == 403
        assert other.post(PANEL, scene.data()).status_code == 403
    assert Client().post(path).status_code == 302
    assert Client().post(PANEL, scene.data()).status_code == 302
    assert (scene.fresh().state, Appointment.objects.count()) == (TicketState.SERVING, 0)


def test_together_is_kept(scene: Scene) -> None:
    Ticket.objects.filter(pk=scene.ticket.pk).update(meeting=Company.TOGETHER)
    html = scene.client.get(f"{PANEL}?ticket={scene.ticket.pk}").content.decode()
    assert 'value="together" id="id_meeting_0" checked' in " ".join(html.split())


@pytest.mark.parametrize("spoken", [["fi"], ["fi", "sv"]])
def test_where_nobody_gives_it_in_the_language_any_place_will_do(
    scene: Scene, spoken: list[str]
) -> None:
    scene.keeper.languages = spoken
    scene.keeper.save()
    Ticket.objects.filter(pk=scene.ticket.pk).update(language="sv")
    html = scene.client.get(f"{PANEL}?ticket={scene.ticket.pk}").content.decode()
    assert '<option value="sv" selected>' in html
    where = str(scene.place.point.pk) if "sv" in spoken else "any"
    assert f'<option value="{where}" selected>' in html
    assert ('name="slot"' in html) == ("sv" in spoken)


def test_the_number_s_own_page_says_where_and_when(scene: Scene) -> None:
    page = ticket_path(scene.ticket)
    person = Client()
    person.cookies["django_language"] = "en"
    scene.client.post(PANEL, scene.data())
    made = Appointment.objects.get()

    html = person.get(page).content.decode()
    for said_there in (made.reference, "27 Nov", scene.place.point.name, "Esimerkkikatu 1"):
        assert said_there in html
    # Neither the matter nor a name, and nothing once the booking is off
    assert "Aino" not in html
    Appointment.objects.update(status=Status.CANCELLED, claim=None)
    assert made.reference not in person.get(page).content.decode()
    lifecycle.end_day(scene.place.day.pk, user=scene.place.user)
    assert person.get(page).status_code == 404
