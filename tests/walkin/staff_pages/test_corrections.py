"""What is over is listed, opened, corrected and reopened; forms keep what was sent."""

from typing import Any

import pytest

from office.models import Role
from tests.bookings.desk_cast import signed_in
from tests.walkin.cast import (
    at,
    frozen_at,
    in_english,
    later,
    messages_after,
    press,
    press_undo,
    professional_client,
    running_walk_in,
    service,
)
from walkin.days import statistics
from walkin.days.lifecycle import end_day
from walkin.models import Destination, Ticket, TicketEvent
from walkin.states import TicketState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nine() -> Any:
    with frozen_at(9):
        yield


def test_a_visit_that_is_over_is_listed_corrected_and_reopened() -> None:
    place = running_walk_in()
    client = professional_client(place)
    matter = service(name="Paternity")
    ticket = place.take()
    with later(-20):
        place.serve()
    press(client, ticket, "done", outcome="advice")
    page = client.get("/queue/").content.decode()
    assert "1 over" in page
    assert "advice given" in page
    assert f'href="/queue/numbers/{ticket.pk}/"' in page
    told = {
        "matter": matter.slug,
        "language": "sv",
        "meeting": "together",
        "outcome": "agreement",
        "turned_out": "papers",
        "links_given": "on",
    }

    press(client, ticket, "correct", **told)

    ticket.refresh_from_db()
    assert (ticket.service, ticket.other, ticket.language) == (matter, "", "sv")
    assert (ticket.meeting, ticket.outcome, ticket.turned_out) == (
        "together",
        "agreement",
        "papers",
    )
    assert (ticket.agreement_made, ticket.links_given) == (True, True)
    assert statistics.count(place.day).outcomes == {"agreement": 1}
    assert TicketEvent.objects.latest("pk").what == "corrected"
    press_undo(client)
    ticket.refresh_from_db()
    assert (ticket.language, ticket.outcome, ticket.links_given) == ("fi", "advice", False)

    with later(5):
        press(client, ticket, "reopen")
        ticket.refresh_from_db()
        assert (ticket.state, ticket.desk) == (TicketState.SERVING, place.desks[0])
        with later(10):
            press(client, ticket, "done", outcome="other")
    course = statistics.course(place.day)
    assert (course.served, course.service) == (1, 30 * 60)


def test_a_reopened_visit_waits_on_hold_where_the_desk_is_taken() -> None:
    place = running_walk_in()
    client, secretary = professional_client(place), in_english(signed_in(Role.SECRETARY).client)
    first, second = place.take(), place.take()
    place.done(place.serve())
    place.serve()
    press(client, first, "reopen")
    first.refresh_from_db()
    assert first.state == TicketState.ON_HOLD
    place.done(first)
    # By somebody at no desk: where it was.
    press(secretary, first, "reopen")
    first.refresh_from_db()
    assert (first.state, first.professional) == (TicketState.ON_HOLD, place.people[0])
    # Who was referred from the queue is in the queue again.
    kela = Destination.objects.create(service_point=place.point, name="Kela", where="2nd floor")
    third = place.take()
    press(client, third, "send-on", destination=kela.pk)
    press(client, third, "reopen")
    third.refresh_from_db()
    assert (third.state, third.sent_to) == (TicketState.WAITING, None)
    assert second.number == 2


def test_a_waiting_number_is_corrected_and_a_bad_form_keeps_what_was_sent() -> None:
    place = running_walk_in()
    client = in_english(signed_in(Role.SECRETARY).client)
    ticket = place.take()
    path = f"/queue/numbers/{ticket.pk}/correct/"
    told = {"matter": "papers", "language": "sv", "meeting": ""}

    refused = client.post(path, {"version": 1, **told})
    assert refused.status_code == 422
    assert '<option value="sv" selected>' in refused.content.decode()
    press(client, ticket, "correct", **{**told, "meeting": "together", "outcome": "agreement"})

    ticket.refresh_from_db()
    assert (ticket.other, ticket.language, ticket.meeting) == ("papers", "sv", "together")
    assert (ticket.outcome, ticket.agreement_made) == ("", False)
    end_day(place.day.pk, user=place.user)
    assert press(client, ticket, "correct", **{**told, "meeting": "together"}) == [
        "The walk-in is not running now."
    ]
    assert (
        'action="/queue/numbers/' not in client.get(f"/queue/numbers/{ticket.pk}/").content.decode()
    )


def test_nothing_is_taken_without_a_choice() -> None:
    place = running_walk_in()
    client = in_english(signed_in(Role.SECRETARY).client)
    page = client.get("/queue/").content.decode()
    taking = page.split('class="queue__take"')[1].split("</form>")[0]
    assert "selected" not in taking.replace('<option value="" selected>', "")
    assert 'data-key="u"' not in page

    refused = client.post("/queue/numbers/take/", {"matter": "papers"})

    assert refused.status_code == 422
    assert '<option value="papers" selected>' in refused.content.decode()
    assert not Ticket.objects.exists()
    assert place.fresh().last_number == 0


def test_a_refused_referral_keeps_its_place_and_time_is_ahead() -> None:
    place = running_walk_in(start=at(8), end=at(23, 55))
    client = professional_client(place)
    first, second = (
        Destination.objects.create(service_point=place.point, name=name, where="1", order=order)
        for order, name in enumerate(("Guide", "Family counselling"))
    )
    ticket = place.take()
    path = f"/queue/numbers/{ticket.pk}/send-on/"
    assert "checked" not in client.get(f"/queue/numbers/{ticket.pk}/").content.decode()

    for wrong, words in (("25.00", "Write the time like this"), ("8.59", "That time has passed")):
        answer = client.post(path, {"version": 1, "destination": second.pk, "at": wrong})
        assert answer.status_code == 422
        text = " ".join(answer.content.decode().split())
        assert words in text
        assert f'value="{second.pk}" checked>' in text
        assert f'value="{first.pk}" checked>' not in text
    with frozen_at(23, 50):
        client = professional_client(place)
        press(client, ticket, "send-on", destination=second.pk, at="0.15")
    ticket.refresh_from_db()
    assert ticket.sent_to == second
    assert (ticket.expected_at - at(23, 50)).total_seconds() == 25 * 60


def test_nothing_more_is_noted_of_a_number_that_was_taken_by_mistake() -> None:
    place = running_walk_in()
    client = professional_client(place)
    other = place.take()
    messages_after(client, "/queue/numbers/take/", matter="papers", language="fi", meeting="alone")
    press_undo(client)
    void = Ticket.objects.get(number=2)
    assert void.is_void
    refusal = ["That cannot be done now. This number was taken by mistake."]
    wish = {"matter": "papers", "language": "sv", "meeting": "alone"}
    before = TicketEvent.objects.count()
    assert press(client, void, "correct", **wish) == refusal
    assert press(client, void, "settle") == refusal
    assert press(client, void, "apart", other=other.pk) == refusal
    assert press(client, other, "apart", other=void.pk) == refusal
    assert TicketEvent.objects.count() == before
