"""Non-disclosure for safety: who is protected is marked, hidden, and told to nobody."""

from typing import Any

import pytest
from django.test import Client

from bookings.appointments import answers, corrections, decisions
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.lifecycle.protection import PlaceNotAgreedError, must_agree_place
from bookings.models import Answer, Appointment, AppointmentEvent, Party, Status
from bookings.parties.records import PartyDetails
from bookings.rescheduling.actions import change
from bookings.rescheduling.plan import VisitArrangement
from office.core import clock
from office.models import AccessLogEntry, Channel, Role, WeeklyHours
from tests.bookings.change_cast import Team, agreed, team
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, Desk, request_for, signed_in, url
from tests.bookings.personal_cast import text, without_keys
from tests.factories import UserFactory, link_of

pytestmark = pytest.mark.django_db

EN = {"Accept-Language": "en"}
MARK = "Contact details are protected"
PHONE, EMAIL = "+358400000001", "aino@example.org"


@pytest.fixture
def desk(db: None) -> Desk:
    return signed_in(Role.SECRETARY)


@pytest.fixture
def appointment(house: House) -> Appointment:
    appointment = request_for(house)
    appointment.parties.filter(is_requester=True).update(is_protected=True)
    return appointment


def protected(appointment: Appointment) -> Party:
    return appointment.parties.get(is_requester=True)


def page(desk: Desk, path: str) -> str:
    return " ".join(desk.client.get(path, headers=EN).content.decode().split())


def shows(html: str) -> bool:
    """Say whether a page has the protected number or address anywhere."""
    return any(way in html for way in (PHONE, "040 0000001", "0400000001", "040 000 0001", EMAIL))


def test_the_desk_hides_contacts_until_somebody_asks_and_logs_who(
    appointment: Appointment, desk: Desk
) -> None:
    party = protected(appointment)
    card, work = page(desk, url(appointment)), page(desk, "/desk/")
    for html in (card, work, page(desk, url(appointment, f"parties/{party.pk}/"))):
        assert not shows(html)
    assert MARK in card
    assert "Protected</span>" in work
    # The other parent's are shown as always.
    assert "eino@example.org" in card

    shown = desk.client.post(url(appointment, f"parties/{party.pk}/reveal/"), headers=EN)
    html = shown.content.decode()
    assert shows(html)
    assert EMAIL in html
    assert "no-store" in shown.headers["Cache-Control"]
    entry = AccessLogEntry.objects.get(action="reveal")
    assert (entry.user, entry.record) == (desk.user, appointment.reference)
    # Shown once: the next look asks again.
    assert not shows(page(desk, url(appointment)))


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.MANAGER])
def test_colleagues_and_strangers_reveal_nothing(appointment: Appointment, role: Role) -> None:
    party = protected(appointment)
    for path in (f"parties/{party.pk}/reveal/", "place-agreed/"):
        assert signed_in(role).client.post(url(appointment, path)).status_code == 403
        assert Client().post(url(appointment, path)).status_code == 302
        assert signed_in(Role.SECRETARY).client.get(url(appointment, path)).status_code == 405
    assert AccessLogEntry.objects.filter(action="reveal").count() == 0


def test_another_appointments_party_is_not_revealed(
    appointment: Appointment, house: House, desk: Desk
) -> None:
    other = request_for(house, 11)
    path = url(other, f"parties/{protected(appointment).pk}/reveal/")
    assert desk.client.post(path).status_code == 404


def test_correcting_without_seeing_keeps_number_and_address(
    appointment: Appointment, desk: Desk
) -> None:
    party = protected(appointment)
    form = {"name": "Aino V", "safe": ["call", "email"], "language": "fi", "is_protected": "on"}
    path = url(appointment, f"parties/{party.pk}/")
    response = desk.client.post(path, {**form, "version": appointment.version})
    assert response.status_code == 302
    party.refresh_from_db()
    assert (party.name, str(party.phone), party.email) == ("Aino V", PHONE, EMAIL)
    assert party.is_protected
    appointment.refresh_from_db()
    again = {**form, "phone": "040 123 4567", "version": appointment.version}
    desk.client.post(path, again)
    party.refresh_from_db()
    assert (str(party.phone), party.email) == ("+358401234567", EMAIL)


def test_searches_show_and_copy_no_protected_number(appointment: Appointment, desk: Desk) -> None:
    party = protected(appointment)
    found = desk.client.post(
        "/desk/book/callers/", {"who": "caller", "caller-name": "Aino Virtala"}, headers=EN
    ).content.decode()
    assert "Aino Virtala" in found
    assert not shows(found)
    taken = desk.client.post("/desk/book/", {"take": f"caller.{party.pk}"}, headers=EN)
    html = taken.content.decode()
    assert "Aino Virtala" in html
    assert not shows(html)
    assert shows(desk.client.post("/desk/find/", {"q": "Aino Virtala"}).content.decode()) is False


def test_nothing_of_it_reaches_the_other_parent_or_the_professionals(
    appointment: Appointment, house: House, desk: Desk
) -> None:
    corrections.write_note(appointment.pk, "", user=desk.user)
    party, other = protected(appointment), appointment.parties.get(is_requester=False)
    with_mark = without_keys(text(Client(), link_of(other)))
    own = without_keys(text(Client(), link_of(party)))
    Party.objects.update(is_protected=False)
    assert without_keys(text(Client(), link_of(other))) == with_mark
    assert without_keys(text(Client(), link_of(party))) == own

    Party.objects.filter(pk=party.pk).update(is_protected=True)
    Appointment.objects.update(channel=Channel.PHONE)
    decisions.confirm(appointment.pk, user=desk.user)
    house.professional.user = UserFactory(roles=[Role.SUPERVISOR])
    house.professional.save()
    client = Client()
    client.force_login(house.professional.user)
    mine = client.get("/my-day/?day=2026-11-25", headers=EN).content.decode()
    assert "rotected" not in mine
    assert not shows(mine)


def test_the_place_is_agreed_before_the_other_parent_is_told_of_it(
    appointment: Appointment, desk: Desk
) -> None:
    with pytest.raises(PlaceNotAgreedError):
        decisions.confirm(appointment.pk, user=desk.user)
    refused = desk.client.post(
        url(appointment, "confirm/"), {"version": appointment.version}, headers=EN, follow=True
    )
    assert "Agree with them on the place" in refused.content.decode()
    appointment.refresh_from_db()
    assert appointment.status == Status.REQUESTED

    agreed = url(appointment, "place-agreed/")
    desk.client.post(agreed, {"version": appointment.version})
    appointment.refresh_from_db()
    assert AppointmentEvent.objects.filter(what="place_agreed", user=desk.user).count() == 1
    desk.client.post(url(appointment, "confirm/"), {"version": appointment.version})
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED


@pytest.mark.parametrize(
    "fields", [{"channel": Channel.VIDEO}, {"meeting": "separate"}, {"other_parent": "none"}]
)
def test_where_no_place_is_told_nothing_is_to_be_agreed(
    appointment: Appointment, fields: dict[str, Any]
) -> None:
    if fields == {"other_parent": "none"}:
        appointment.parties.filter(is_requester=False).delete()
    Appointment.objects.filter(pk=appointment.pk).update(**fields)
    decisions.confirm(appointment.pk, user=UserFactory())
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED


def test_a_parent_may_ask_for_it_and_the_page_does_not_tell(
    house: House, client: Client, desk: Desk
) -> None:
    appointment = request_for(house)
    party, link = protected(appointment), link_of(protected(appointment))
    client.cookies["django_language"] = "en"
    before = without_keys(text(client, f"{link}reach/"))
    form = {
        "phone": "",
        "email": "",
        "safe": ["call", "email"],
        "is_protected": "on",
        "language": "fi",
        "interpreter": "",
        "key": "k",
    }
    client.post(f"{link}reach/", form)
    party.refresh_from_db()
    assert party.is_protected
    form.pop("is_protected")
    client.post(f"{link}reach/", {**form, "key": "other"})
    party.refresh_from_db()
    assert party.is_protected
    client.get(link)
    after = without_keys(text(client, f"{link}reach/"))
    key = 'name="key" value="'
    assert before.split(key)[0] == after.split(key)[0]
    assert MARK in page(desk, url(appointment))


def test_who_asks_for_a_time_may_say_it(house: House) -> None:
    appointment = request_for(house, requester=PartyDetails(**{**vars(ONE), "is_protected": True}))
    assert protected(appointment).is_protected
    assert not answers.may_take_up(protected(appointment), appointment)


# Another time or place of an agreed visit


@pytest.fixture
def crew(house: House) -> Team:
    return team(house)


@pytest.fixture
def visit(crew: Team) -> Appointment:
    """Make a visit agreed at a place that both know; one of them is protected now."""
    visit = agreed(crew)
    visit.parties.filter(is_requester=True).update(is_protected=True)
    visit.parties.filter(is_requester=False).update(answer=Answer.ACCEPTED, given_by_other=False)
    for who in (crew.lead, crew.colleague):
        hours = WeeklyHours.objects.filter(professional=who)
        hours.filter(weekday=3).update(service_point=crew.elsewhere)
    return visit


def elsewhere(crew: Team) -> Slot:
    """Return a free time at another place, on Thursday."""
    return Slot(at(13, day=26), crew.elsewhere.pk)


def there(crew: Team) -> Wish:
    return Wish(crew.house.service, Channel.IN_PERSON)


def act(crew: Team, visit: Appointment, what: str, **agrees: bool) -> None:
    user, unit = crew.user, crew.house.unit
    wanted = VisitArrangement(
        start=elsewhere(crew).start,
        channel="in_person",
        point=crew.elsewhere.pk,
        professionals=(crew.lead.pk,),
    )
    wish = there(crew)
    if what == "offer":
        decisions.offer_times(visit.pk, [(wish, elsewhere(crew))], user=user, unit=unit, **agrees)
    elif what == "book":
        decisions.book_time(visit.pk, wish, elsewhere(crew), user=user, unit=unit, **agrees)
    elif what == "change":
        change(visit.pk, wanted, user=user, **agrees)
    else:
        other = visit.parties.get(is_requester=False)
        move = visit.move_requests.first() or answers.ask_to_move(
            other.pk, wish, elsewhere(crew), unit=unit
        )
        decisions.accept_move(move.pk, user=user, **agrees)


@pytest.mark.parametrize("what", ["offer", "book", "change", "accept"])
def test_another_place_is_agreed_first(crew: Team, visit: Appointment, what: str) -> None:
    with pytest.raises(PlaceNotAgreedError):
        act(crew, visit, what)
    visit.refresh_from_db()
    assert visit.starts_at == at(9)

    act(crew, visit, what, place_agreed=True)

    visit.refresh_from_db()
    if what == "offer":
        (offered,) = visit.time_offers.to_choose_from()
        answers.choose_offer(visit.parties.get(is_requester=False).pk, offered.pk)
        visit.refresh_from_db()
    assert visit.service_point == crew.elsewhere
    # It is noted, so that the card does not ask for it again.
    assert not must_agree_place(visit)


@pytest.mark.parametrize("what", ["offer", "book"])
def test_another_time_at_a_place_that_both_know_needs_no_word(
    crew: Team, visit: Appointment, what: str
) -> None:
    slot, user, unit = crew.house.slot(13), crew.user, crew.house.unit
    if what == "offer":
        decisions.offer_times(visit.pk, [(there(crew), slot)], user=user, unit=unit)
    else:
        decisions.book_time(visit.pk, there(crew), slot, user=user, unit=unit)


def test_who_is_protected_asks_for_a_place_and_agrees_to_it(crew: Team, visit: Appointment) -> None:
    party = protected(visit)
    move = answers.ask_to_move(party.pk, there(crew), elsewhere(crew), unit=crew.house.unit)

    decisions.accept_move(move.pk, user=crew.user)

    visit.refresh_from_db()
    assert visit.service_point == crew.elsewhere


def test_a_move_in_time_alone_leaves_what_was_agreed(crew: Team, visit: Appointment) -> None:
    AppointmentEvent.objects.create(
        appointment=visit, what="place_agreed", status=visit.status, at=clock.now(), by="staff"
    )
    assert not must_agree_place(visit)
    slot = crew.house.slot(13)
    decisions.book_time(visit.pk, there(crew), slot, user=crew.user, unit=crew.house.unit)
    visit.refresh_from_db()
    assert not must_agree_place(visit)


def test_the_pages_ask_for_the_tick(crew: Team, visit: Appointment, desk: Desk) -> None:
    query = f"start=2026-11-26T13:00&channel=in_person&point={crew.elsewhere.pk}"
    query += f"&professional={crew.lead.pk}"
    form = page(desk, url(visit, f"change/?{query}"))
    assert 'name="place_agreed"' in form
    # Free times at the place that both know need no tick; at any place they do.
    times = {"do": "show", "channel": "in_person", "language": "fi"}
    for point, asks in ((crew.house.point.pk, False), ("", True)):
        shown = desk.client.post(url(visit, "times/"), {**times, "point": point}, headers=EN)
        assert ('name="place_agreed"' in shown.content.decode()) == asks
    wanted = {
        "start": "2026-11-26T13:00",
        "channel": "in_person",
        "point": crew.elsewhere.pk,
        "professional": crew.lead.pk,
        "version": visit.version,
    }
    refused = desk.client.post(url(visit, "change/"), wanted, headers=EN)
    assert refused.status_code == 422
    assert "tick that you have" in refused.content.decode()
    desk.client.post(url(visit, "change/"), {**wanted, "place_agreed": "1"})
    visit.refresh_from_db()
    assert visit.service_point == crew.elsewhere
