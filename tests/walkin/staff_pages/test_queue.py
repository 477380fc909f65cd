"""The screen of those who call: who is next, one key each, and what is refused with a sentence."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bookings.models import Status
from office.models import Role
from tests.bookings.desk_cast import signed_in
from tests.factories import ProfessionalFactory, UserFactory, booked
from tests.walkin.cast import (
    THURSDAY,
    RunningWalkIn,
    at,
    frozen_at,
    in_english,
    later,
    messages_after,
    press,
    professional_client,
    running_walk_in,
    service,
)
from walkin.days.duties import put_on_duty
from walkin.models import Company, Destination, Duty, Ticket, WalkInDay
from walkin.staff_pages.screen import QueueScreen
from walkin.states import TicketState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nine() -> Any:
    with frozen_at(9):
        yield


def page(client: Client, path: str = "/queue/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def state(ticket: Ticket) -> str:
    ticket.refresh_from_db()
    return ticket.state


PAGES = [
    "/queue/",
    "/queue/line/",
    "/queue/live/",
    "/queue/finished/",
    "/queue/numbers/{t}/",
    "/queue/day/{d}/end/",
]
POSTS = [
    "/queue/place/",
    "/queue/desk/",
    "/queue/take-over/",
    "/queue/next/",
    "/queue/numbers/take/",
    "/queue/numbers/{t}/call/",
    "/queue/day/{d}/close/",
    "/queue/day/{d}/end/",
]


def paths(place: RunningWalkIn, found: list[str]) -> list[str]:
    return [path.format(t=place.take().pk, d=place.day.pk) for path in found]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.SECRETARY])
def test_those_of_the_room_open_its_pages(role: Role) -> None:
    client = signed_in(role).client

    assert {client.get(path).status_code for path in paths(running_walk_in(), PAGES)} == {200}


@pytest.mark.parametrize("role", [Role.MANAGER, Role.PARTNER])
def test_colleagues_of_other_roles_do_not(role: Role) -> None:
    client, place = signed_in(role).client, running_walk_in()

    assert {client.get(path).status_code for path in paths(place, PAGES)} == {403}
    assert {client.post(path).status_code for path in paths(place, POSTS)} == {403}


def test_a_stranger_is_asked_to_sign_in() -> None:
    place = running_walk_in()
    for path in paths(place, PAGES):
        assert Client().get(path)["Location"].startswith("/accounts/login/")
    for path in paths(place, POSTS):
        assert Client().post(path).status_code == 302
    assert not Ticket.objects.exclude(state=TicketState.WAITING).exists()


def test_nothing_changes_by_looking() -> None:
    client, place = signed_in(Role.SUPERVISOR).client, running_walk_in()

    looked = {client.get(p).status_code for p in paths(place, POSTS[:-1])}

    assert looked == {405}


def test_a_unit_without_a_walk_in_says_so() -> None:
    assert "No service point has a walk-in" in page(in_english(signed_in(Role.GUIDE).client))


def test_the_screen_tells_who_is_next_and_why_and_how_long() -> None:
    place = running_walk_in()
    first = place.take(service(name="Paternity"), language="sv")
    client = professional_client(place)
    with later(12):
        text = page(client)

    assert f"Next: number {first.number}" in text
    assert "has waited longest" in text
    assert "12 min" in text
    assert "Paternity" in text
    assert "SV" in text
    assert "First come, first served." in text


def test_a_visit_from_call_to_outcome() -> None:
    place = running_walk_in()
    ticket = place.take()
    client = professional_client(place)

    messages_after(client, "/queue/next/")
    assert state(ticket) == TicketState.CALLED
    press(client, ticket, "again")
    assert state(ticket) == TicketState.CALLED_AGAIN
    press(client, ticket, "came")
    with later(31):
        assert "31 min of 30" in page(client)
        press(client, ticket, "hold")
        assert state(ticket) == TicketState.ON_HOLD
        press(client, ticket, "resume")
        words = press(
            client, ticket, "done", outcome="agreement", links_given="on", matter="advice"
        )

    assert words == []
    assert state(ticket) == TicketState.DONE
    assert (ticket.agreement_made, ticket.links_given, ticket.turned_out) == (True, True, "advice")


def test_an_outcome_is_among_the_choices() -> None:
    place = running_walk_in()
    client = professional_client(place)
    ticket = place.serve(0) if place.take() else place.take()

    assert press(client, ticket, "done", outcome="rumour") == ["Choose how the visit ended."]
    assert state(ticket) == TicketState.SERVING


def test_who_does_not_come_is_called_again_steps_back_and_is_closed() -> None:
    place = running_walk_in(step_backs=1, calls=2)
    client = professional_client(place)
    ticket = place.take()

    messages_after(client, "/queue/next/")
    assert "Did not come: call again" in page(client)
    press(client, ticket, "absent")
    assert "Did not come: let others go first" in page(client)
    press(client, ticket, "absent")
    assert state(ticket) == TicketState.STEPPED_BACK
    with later(11):
        messages_after(client, "/queue/next/")
        press(client, ticket, "absent")
        assert "Did not come: close the number" in page(client)
        press(client, ticket, "absent")
        assert state(ticket) == TicketState.NOT_THERE
        press(client, ticket, "back")
        assert state(ticket) == TicketState.WAITING


def test_what_is_refused_says_its_sentence() -> None:
    place = running_walk_in()
    client = professional_client(place)

    assert messages_after(client, "/queue/next/") == ["Nobody is waiting for you now."]
    place.take()
    ticket = place.next()
    (words,) = messages_after(client, "/queue/next/")
    assert words.startswith(f"Number {ticket.number} is at your desk.")
    (words,) = press(client, ticket, "hold")
    assert words.startswith("That cannot be done now.")


def test_a_stale_page_changes_nothing() -> None:
    place = running_walk_in()
    client = professional_client(place)
    ticket = place.take()
    place.next()

    words = messages_after(client, f"/queue/numbers/{ticket.pk}/came/", version=1)

    assert words == ["Somebody else was faster. The screen now shows the current state."]
    assert state(ticket) == TicketState.CALLED


def test_a_number_at_a_desk_is_that_desks_own() -> None:
    place = running_walk_in(desks=2)
    professional_client(place, 0)
    colleague = professional_client(place, 1)
    place.take()
    ticket = place.next(0)

    for do in ("came", "absent", "back", "again", "leave", "done", "hand-on", "send-on"):
        assert press(colleague, ticket, do) == ["That number is at a colleague's desk."]

    assert state(ticket) == TicketState.CALLED


def test_who_is_not_on_duty_calls_nobody() -> None:
    place = running_walk_in()
    client = in_english(signed_in(Role.GUIDE).client)
    ticket = place.take()

    assert messages_after(client, "/queue/next/") == ["You are not on duty at a desk now."]
    assert press(client, ticket, "call") == ["You are not on duty at a desk now."]
    assert state(ticket) == TicketState.WAITING


def test_a_number_is_taken_for_somebody_also_after_the_intake() -> None:
    place = running_walk_in()
    client = in_english(signed_in(Role.SECRETARY).client)
    told = {"matter": "unsure", "language": "sv", "meeting": "together"}

    messages_after(client, "/queue/numbers/take/", **told)
    messages_after(client, f"/queue/day/{place.day.pk}/close/")
    refused = client.post("/queue/numbers/take/", told)
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "No more numbers are given today." in text
    assert '<option value="sv" selected>' in text
    messages_after(client, "/queue/numbers/take/", anyway="on", **told)
    assert Ticket.objects.count() == 2
    ticket = Ticket.objects.get(number=1)
    assert (ticket.language, ticket.meeting, ticket.source) == ("sv", "together", "staff")


def test_handed_on_to_a_colleague_who_calls_it_first() -> None:
    place = running_walk_in(desks=2)
    client, colleague = professional_client(place, 0), professional_client(place, 1)
    ticket, other = place.take(), place.take()
    place.came(place.next(0))

    press(client, ticket, "hand-on", duty=place.duties[1].pk)

    assert "handed over to you" in page(colleague)
    messages_after(colleague, "/queue/next/")
    assert (state(ticket), state(other)) == (TicketState.CALLED, TicketState.WAITING)


def test_guided_on_says_where_and_when() -> None:
    place = running_walk_in()
    client = professional_client(place)
    ticket = place.take()
    kela = Destination.objects.create(service_point=place.point, name="Kela", where="2nd floor")

    wrong = client.post(
        f"/queue/numbers/{ticket.pk}/send-on/",
        {"version": ticket.version, "destination": kela.pk, "at": "noon"},
    )
    assert wrong.status_code == 422
    words = press(client, ticket, "send-on", destination=kela.pk, at="10.15")

    assert words == [f"Number {ticket.number} was referred to Kela, 2nd floor."]
    assert state(ticket) == TicketState.REFERRED
    assert ticket.expected_at == at(10, 15)


def test_two_kept_apart_are_an_alert_until_seen_to() -> None:
    place = running_walk_in()
    client = professional_client(place)
    one, two = place.take(), place.take()

    press(client, one, "apart", other=two.pk)
    assert "asked to come separately" in page(client)
    (words,) = messages_after(client, "/queue/next/")
    assert words.startswith("The people waiting asked to come separately")
    press(client, one, "settle")
    messages_after(client, "/queue/next/")

    assert state(one) == TicketState.CALLED


def test_a_number_of_another_day_is_not_kept_apart_from() -> None:
    place, elsewhere = running_walk_in(), running_walk_in()
    client = professional_client(place)

    other = elsewhere.take()
    answer = client.post(
        f"/queue/numbers/{place.take().pk}/apart/", {"version": 1, "other": other.pk}
    )

    assert answer.status_code == 404


def test_who_comes_together_is_marked() -> None:
    place = running_walk_in()
    place.take(meeting=Company.TOGETHER)

    assert "together</span>" in page(professional_client(place))


def test_a_booked_visit_comes_first_unless_called_all_the_same() -> None:
    who = ProfessionalFactory()
    visit = booked(start=at(9, 5), professionals=[who], status=Status.CONFIRMED)
    place = running_walk_in(people=[who])
    client = professional_client(place)
    ticket = place.take()

    assert f"An appointment comes first: {visit.reference}" in page(client)
    assert 'data-key="c"' not in page(client)
    messages_after(client, f"/queue/numbers/{ticket.pk}/call/", version=ticket.version)
    assert state(ticket) == TicketState.WAITING
    messages_after(client, "/queue/next/", anyway="1")
    assert state(ticket) == TicketState.CALLED


def test_any_number_of_the_line_is_called_by_its_own_button_at_a_free_desk() -> None:
    place = running_walk_in()
    client = professional_client(place)
    first = place.take()
    path = f"/queue/numbers/{first.pk}/call/"

    shown = " ".join(page(client).split())
    assert (
        '<form method="post" id="line-call"><input type="hidden" name="csrfmiddlewaretoken"'
        in shown
    )
    assert f'form="line-call" name="version" value="{first.version}" formaction="{path}"' in shown
    messages_after(client, path, version=first.version)
    assert state(first) == TicketState.CALLED
    assert "line-call" not in page(client)


def test_a_desk_is_chosen_once() -> None:
    place = running_walk_in(desks=2, people=[ProfessionalFactory()])
    client = professional_client(place)

    messages_after(client, "/queue/desk/", desk=place.desks[1].pk)

    assert Duty.objects.get().desk == place.desks[1]


def test_a_professional_comes_on_duty_at_a_free_desk() -> None:
    place = running_walk_in(desks=2, people=[ProfessionalFactory()])
    worker = signed_in(Role.GUIDE)
    guide = ProfessionalFactory(user=worker.user)

    messages_after(in_english(worker.client), "/queue/desk/", desk=place.desks[1].pk)

    duty = Duty.objects.get(professional=guide)
    assert (duty.desk, duty.during.lower, duty.during.upper) == (place.desks[1], at(9), at(12))


def test_a_replacement_takes_over_with_whoever_is_at_the_desk() -> None:
    place = running_walk_in()
    worker = signed_in(Role.SUPERVISOR)
    ProfessionalFactory(user=worker.user)
    client = in_english(worker.client)
    place.take()
    ticket = place.serve()

    words = messages_after(client, "/queue/take-over/", duty=place.duties[0].pk)

    assert words == ["You have taken over the desk and its numbers."]
    press(client, ticket, "done", outcome="advice")
    assert state(ticket) == TicketState.DONE


def test_the_point_is_chosen_once() -> None:
    running_walk_in()
    second = running_walk_in()
    client = in_english(signed_in(Role.GUIDE).client)

    messages_after(client, "/queue/place/", point=second.point.pk)

    ticket = second.take()
    assert f"/queue/numbers/{ticket.pk}/" in page(client)
    assert client.post("/queue/place/", {"point": "999999"}).status_code == 404


def test_the_day_is_opened_closed_opened_again_and_ended() -> None:
    place = running_walk_in(opened=False)
    client = professional_client(place)
    day = f"/queue/day/{place.day.pk}"

    assert "Open it now" in page(client)
    messages_after(client, f"{day}/open/")
    assert place.fresh().state == "open"
    messages_after(client, f"{day}/close/")
    assert place.fresh().state == "intake_closed"
    messages_after(client, f"{day}/reopen/")
    assert place.fresh().state == "open"
    assert client.post(f"{day}/burn/").status_code == 404
    ticket = place.take()
    place.next()
    (words,) = messages_after(client, f"{day}/end/")
    assert words.startswith("These numbers are still at a desk")
    messages_after(client, f"{day}/end/", anyway="1")

    assert place.fresh().state == "ended"
    assert state(ticket) == TicketState.CLOSED
    assert f'href="{day}/figures/"' in page(client)


def test_the_line_alone_brings_the_own_desk_only_where_it_has_changed() -> None:
    place = running_walk_in()
    client = professional_client(place)
    place.take()
    place.serve()
    text = page(client)
    seen = text.split("/queue/line/?seen=")[1].split('"')[0]

    assert 'id="queue-mine"' not in page(client, f"/queue/line/?seen={seen}")
    assert 'id="queue-mine"' in page(client, "/queue/line/?seen=")


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE])
def test_for_a_number_that_waits_one_books_with_what_it_knows(role: Role) -> None:
    """It keeps its place: only a visit that goes on ends with the booking."""
    place = running_walk_in()
    matter = service()
    ticket = place.take(matter, language="sv")
    link = f"/desk/book/?service={matter.slug}&amp;language=sv&amp;point={place.point.pk}"

    assert link in page(signed_in(role).client, f"/queue/numbers/{ticket.pk}/")


def test_queries_do_not_grow_with_the_queue(django_assert_max_num_queries: Any) -> None:
    place = running_walk_in(desks=3)
    client = professional_client(place)
    page(client)
    place.take()
    with django_assert_max_num_queries(60) as one:
        page(client)
    most = len(one)
    for _ in range(5):
        place.take(service())
    place.serve(1)
    with django_assert_max_num_queries(most):
        page(client)


def test_a_day_is_opened_on_its_own_date() -> None:
    place = running_walk_in(opened=False)
    with frozen_at(9, day=THURSDAY - timedelta(days=1)):
        client = professional_client(place)
        assert "Open it now" not in page(client)
        words = messages_after(client, f"/queue/day/{place.day.pk}/open/")

    assert words == ["A walk-in can only be opened on its own day."]
    assert place.fresh().state == "planned"


def test_a_secretary_does_not_come_on_duty_by_a_click() -> None:
    place = running_walk_in(desks=2, people=[ProfessionalFactory()])
    worker = signed_in(Role.SECRETARY)
    ProfessionalFactory(user=worker.user)
    client = in_english(worker.client)

    assert "Start duty" not in page(client)
    for path, told in (
        ("/queue/desk/", {"desk": place.desks[1].pk}),
        ("/queue/take-over/", {"duty": place.duties[0].pk}),
    ):
        assert messages_after(client, path, **told) == ["You are not on duty at a desk now."]
    assert Duty.objects.get() == place.duties[0]


def test_who_left_by_a_stale_page_does_not() -> None:
    place = running_walk_in()
    client = in_english(signed_in(Role.GUIDE).client)
    ticket = place.take()
    press(client, ticket, "more-time")

    words = messages_after(client, f"/queue/numbers/{ticket.pk}/leave/", version=1)

    assert words == ["Somebody else was faster. The screen now shows the current state."]
    assert state(ticket) == TicketState.STEPPED_BACK


def test_after_the_hours_nobody_comes_on_duty() -> None:
    place = running_walk_in(desks=2, people=[ProfessionalFactory()])
    worker = signed_in(Role.GUIDE)
    ProfessionalFactory(user=worker.user)
    client = in_english(worker.client)
    with frozen_at(12, 10):
        words = messages_after(client, "/queue/desk/", desk=place.desks[1].pk)

    assert words == ["The hours are over: those on duty finish."]


def test_a_day_to_come_shows_no_queue() -> None:
    place = running_walk_in(opened=False)
    WalkInDay.objects.update(state="called_off")

    assert "No walk-in today" in page(professional_client(place))


def test_a_professional_of_no_duty_sees_whose_desk_to_take() -> None:
    place = running_walk_in(desks=2, people=[ProfessionalFactory(name="Ulla Usva")])
    worker = signed_in(Role.SUPERVISOR)
    ProfessionalFactory(user=worker.user)
    extra = ProfessionalFactory(name="Oiva Ohra")
    put_on_duty(place.day.pk, extra, start=at(9), end=at(12))

    text = page(in_english(worker.client))

    assert "Take over from Ulla Usva, desk 1" in text
    assert "Take over from Oiva Ohra, desk 2" in text


def test_the_last_that_are_over_stand_beside_the_queue_and_all_on_their_own_page() -> None:
    place = running_walk_in()
    client = professional_client(place)
    assert "No number is over yet" in page(client, "/queue/finished/")
    numbers = [place.done(place.serve(0)).number for _ in range(9) if place.take()]

    beside, apart = page(client), page(client, "/queue/finished/")

    assert "9 over" in beside
    assert 'href="/queue/finished/"' in beside
    links = [f'href="/queue/numbers/{pk}/"' for pk in Ticket.objects.values_list("pk", flat=True)]
    assert [link in beside for link in links] == [False, *[True] * 8]
    assert all(link in apart for link in links)
    assert len(numbers) == 9


def test_who_gets_an_account_while_on_duty_finds_the_own_desk_at_once() -> None:
    own = running_walk_in()
    who, professional = UserFactory(roles=[Role.SUPERVISOR]), own.people[0]
    assert QueueScreen(who, own.point).duty is None
    professional.user = who
    professional.save()
    duty = QueueScreen(who, own.point).duty
    assert duty is not None
    assert duty.professional_id == professional.pk
