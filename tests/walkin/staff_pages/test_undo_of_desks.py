"""U takes back what was done with desks and with the intake, and the numbers that came along."""

from typing import Any

import pytest

from bookings.models import Undoable
from office.models import Occupancy, Role
from tests.bookings.desk_cast import signed_in
from tests.factories import ProfessionalFactory
from tests.walkin.cast import (
    RunningWalkIn,
    frozen_at,
    in_english,
    later,
    messages_after,
    press,
    press_undo,
    professional_client,
    running_walk_in,
    undo_bar,
)
from walkin.models import DayState, Duty, Ticket, WalkInDay
from walkin.states import TicketState

pytestmark = pytest.mark.django_db
UNDONE = ["Undone. Desks and intake are as they were before."]


@pytest.fixture(autouse=True)
def _nine() -> Any:
    with frozen_at(9):
        yield


def duties(place: RunningWalkIn) -> list[tuple[Any, ...]]:
    rows = place.day.duties.order_by("professional", "during")
    return [(d.professional_id, d.desk_id, d.during, d.break_until) for d in rows]


def busy() -> list[tuple[Any, ...]]:
    return list(Occupancy.objects.order_by("resource", "during").values_list("resource", "during"))


def substitute(place: RunningWalkIn) -> Any:
    worker = signed_in(Role.SUPERVISOR)
    ProfessionalFactory(points=[place.point], user=worker.user)
    client = in_english(worker.client)
    client.post("/queue/place/", {"point": place.point.pk})
    return client


def test_each_act_on_desks_and_intake_is_undone() -> None:
    place = running_walk_in(desks=2)
    client = professional_client(place)
    free = place.desks[1]
    Duty.objects.get(desk=free).delete()
    place.take()
    day, acts = (
        place.day.pk,
        [
            ("/queue/desk/", {"desk": free.pk}, "You sat down at a desk"),
            ("/queue/break/", {"minutes": 5}, "You began a break"),
            ("/queue/leave/", {}, "You left the desk"),
            (f"/queue/day/{place.day.pk}/close/", {}, "The intake was closed"),
            (f"/queue/day/{place.day.pk}/reopen/", {"numbers": 3}, "The intake is kept open"),
        ],
    )
    before = (duties(place), busy(), WalkInDay.objects.filter(pk=day).values().get())
    for path, told, words in acts:
        messages_after(client, path, **told)
        assert undo_bar(client) == words, path
        assert press_undo(client) == UNDONE, path
        left = (duties(place), busy(), WalkInDay.objects.filter(pk=day).values().get())
        for one in (before[2], left[2]):
            one.pop("is_by_hand")
        assert left == before, path
        before = (duties(place), busy(), WalkInDay.objects.filter(pk=day).values().get())


def test_a_desk_and_its_numbers_go_back_to_the_colleague() -> None:
    place = running_walk_in(desks=2)
    owner, other = professional_client(place), professional_client(place, 1)
    client = substitute(place)
    for _ in range(2):
        place.take()
    serving = place.serve()
    waiting = Ticket.objects.exclude(pk=serving.pk).get()
    duty = place.duties[0]
    before, hours = duties(place), busy()
    for who, words in ((client, "the desk and its numbers"), (other, "they wait for you")):
        (said,) = messages_after(
            who, "/queue/take-over/", duty=Duty.objects.get(professional=place.people[0]).pk
        )
        assert words in said
        serving.refresh_from_db()
        assert serving.professional_id != place.people[0].pk
        assert undo_bar(who) == "You took over a colleague&#x27;s desk or numbers"
        assert press_undo(who) == UNDONE
        serving.refresh_from_db()
        assert (serving.state, serving.professional) == (TicketState.SERVING, place.people[0])
        assert (duties(place), busy()) == (before, hours)
    assert duty.desk == serving.desk
    assert waiting.state == TicketState.WAITING
    # The colleague goes on as if nothing had been.
    assert press(owner, serving, "hold") == []


def test_what_has_changed_since_stays_and_the_bar_goes_after_its_seconds() -> None:
    place = running_walk_in()
    Duty.objects.all().delete()
    client = substitute(place)
    place.take()
    messages_after(client, "/queue/desk/", desk=place.desks[0].pk)
    key = Undoable.objects.get().key
    messages_after(client, "/queue/next/")
    (words,) = messages_after(client, f"/desk/undo/{key}/")
    assert words == "Somebody has been called since, so nothing was undone. Finish first."
    assert Duty.objects.count() == 1

    close = f"/queue/day/{place.day.pk}/close/"
    messages_after(client, close)
    key = Undoable.objects.latest("pk").key
    messages_after(client, f"/queue/day/{place.day.pk}/reopen/")
    (words,) = messages_after(client, f"/desk/undo/{key}/")
    assert "changed since" in words
    assert place.fresh().state == DayState.OPEN
    Undoable.objects.all().delete()
    messages_after(client, close)
    client.post(f"/desk/undo/{Undoable.objects.get().key}/seen/")
    with later(0.6):
        assert undo_bar(client) == ""
    stranger = substitute(place)
    assert undo_bar(stranger) == ""
