"""Several matters are booked for one visit: by the secretary, and by a parent online."""

import pytest
from django.test import Client

from bookings.availability.codec import found_time_value, slot_value
from bookings.availability.holds import hold_slot
from bookings.availability.search import Wish
from bookings.models import Appointment, Hold
from bookings.models.matters import Matters
from bookings.public.matters_form import given_together
from office.models import Channel, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import signed_in
from tests.bookings.matters.cast import Two, two_matters
from tests.bookings.public.test_booking_pages import choose, fill, send
from tests.bookings.staff_booking.test_panel import PAGE, typed
from tests.factories import ServiceFactory

pytestmark = pytest.mark.django_db


def time(two: Two, matters: Matters, hour: int = 9) -> str:
    slot = slot_value(two.house.slot(hour))
    return found_time_value(matters, Channel.IN_PERSON, "fi", slot)


def test_the_secretary_books_both_at_once(house: House) -> None:
    two, client = two_matters(house), signed_in(Role.SECRETARY).client
    house.unit.interpreter_minutes = 30
    house.unit.save()
    also = {"also": [two.custody.pk, house.service.pk], "children": 2}

    # A time that was found for one matter is too short for both; nothing is booked.
    short = typed(house, slot=time(two, Matters(house.service)), **also)
    assert client.post(PAGE, short).status_code == 422
    # So is one that was found before an interpreter was needed.
    wrong = typed(house, slot=time(two, two.together), **also) | {"caller-interpreter": "ar"}
    assert client.post(PAGE, wrong).status_code == 422
    assert not Appointment.objects.exists()

    page = client.post(f"{PAGE}times/", typed(house, do="times", **also)).content.decode()
    assert "2 h" in page
    assert house.professional.name in page
    assert two.one_alone.name not in page

    answer = client.post(PAGE, typed(house, slot=time(two, two.together), **also))
    assert answer.status_code == 302
    visit = Appointment.objects.get()
    assert (visit.service, visit.further_services) == (house.service, (two.custody,))
    assert (visit.minutes, visit.children) == (120, 2)
    assert (visit.starts_at, visit.ends_at) == (at(9), at(11))
    assert list(visit.professionals.all()) == [house.professional]


def test_with_an_interpreter_the_panel_finds_longer_times(house: House) -> None:
    two, client = two_matters(house), signed_in(Role.SECRETARY).client
    house.unit.interpreter_minutes = 30
    house.unit.save()
    longer = Matters(house.service, (two.custody,), 150)
    data = typed(house, slot=time(two, longer), also=[two.custody.pk]) | {
        "caller-interpreter": "ar"
    }
    assert client.post(PAGE, data).status_code == 302
    assert Appointment.objects.get().ends_at == at(11, 30)


def test_a_parent_asks_for_both_online(house: House, client: Client) -> None:
    two = two_matters(house)
    client.cookies["django_language"] = "en"
    house.unit.interpreter_minutes = 30
    house.unit.save()
    # What nobody gives as well is not offered.
    alone = ServiceFactory(channels=[Channel.IN_PERSON])
    assert given_together(house.service) == [two.custody]
    page = client.get(house.url()).content.decode()
    assert two.custody.name in page
    assert alone.name not in page

    # By phone custody is not given: said, and nothing is lost.
    both = {"also": [two.custody.slug], "children": "2"}
    answer = client.post(house.url(), {**both, "where": "phone"})
    assert "not given there together" in answer.content.decode()
    answer = client.post(house.url(), {**both, "where": house.point.slug})
    assert answer["Location"] == house.url("times/")
    page = client.get(house.url("times/")).content.decode()
    assert "2 h" in page
    assert house.value(15) not in page

    assert choose(client, house, where=house.point.slug).status_code == 302
    hold = Hold.objects.get()
    assert (hold.ends_at, list(hold.also.all())) == (at(11), [two.custody])

    # An interpreter makes it longer than what is held: another time, and all that was written stays.
    fill(client, house, visit={"interpreter": "ar"})
    answer = client.get(house.url("check/"), follow=True)
    assert answer.redirect_chain[-1][0] == house.url("times/")
    choose(client, house, where=house.point.slug)
    assert Hold.objects.get().ends_at == at(11, 30)
    fill(client, house, visit={"interpreter": "ar"})

    page = client.get(house.url("check/")).content.decode()
    assert two.custody.name in page
    assert "2 h 30 min" in page
    send(client, house)
    visit = Appointment.objects.get()
    assert visit.further_services == (two.custody,)
    assert (visit.minutes, visit.children, visit.ends_at) == (150, 2, at(11, 30))
    page = client.get(house.url("sent/")).content.decode()
    assert "Henkilötodistus" in page


def test_a_time_held_for_less_is_not_sent_for_more(house: House, client: Client) -> None:
    """In another tab a further matter was added after the time was chosen."""
    two = two_matters(house)
    client.post(house.url(), {"where": house.point.slug})
    choose(client, house, where=house.point.slug)
    fill(client, house)
    client.get(house.url("check/"))
    client.post(house.url(), {"where": house.point.slug, "also": [two.custody.slug]})

    answer = client.post(house.url("check/"))

    assert answer["Location"] == house.url("times/")
    assert not Appointment.objects.exists()


def test_the_same_time_for_more_is_held_anew(house: House) -> None:
    two = two_matters(house)

    def hold(wish: Wish) -> Hold:
        return hold_slot(wish, house.slot(9), house.unit, visitor="a", address="b")

    first = hold(Wish(house.service, Channel.IN_PERSON))
    assert hold(Wish(house.service, Channel.IN_PERSON)) == first
    second = hold(Wish.about(two.together, Channel.IN_PERSON))
    assert second != first
    assert hold(Wish.about(two.together, Channel.IN_PERSON)) == second
    assert Hold.objects.get().ends_at == at(11)
