"""Call-backs at the desk and on the own day; the switch of the unit."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.availability.call_slots import free_calls
from bookings.availability.codec import time_value
from bookings.models import CallBack, CallStatus
from office.core import clock
from office.models import AccessLogEntry, Claim, HoursChange, Role, Unit
from tests.bookings.call_cast import call_hours, reserved, supervisor
from tests.bookings.conftest import MONDAY, House, at
from tests.bookings.desk_cast import Desk, signed_in
from tests.factories import PartnerOrganisationFactory, ProfessionalFactory
from tests.office.setup.test_setup_views import UNIT

WEDNESDAY = "2026-11-25"


@pytest.fixture
def desk(db: None) -> Desk:
    desk = signed_in(Role.SECRETARY)
    desk.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return desk


def typed(house: House, **changes: object) -> dict[str, object]:
    return {
        "time": time_value(at(16), house.professional.pk),
        "language": "fi",
        "name": "Aino Virtala",
        "phone": "040 0000001",
        "safe": ["sms"],
        "matter": "other",
        "key": str(uuid4()),
        **changes,
    }


def test_the_secretary_reserves_for_a_caller(house: House, desk: Desk) -> None:
    call_hours(house)
    page = desk.client.get("/desk/call-backs/").content.decode()
    assert house.professional.name in page
    answer = desk.client.post("/desk/call-backs/", typed(house), follow=True)
    call = CallBack.objects.get()
    assert (call.starts_at, call.sms_is_safe, call.voicemail_is_safe) == (at(16), True, False)
    assert f"{call.reference}: call-back reserved." in answer.content.decode()
    assert call.events.get().user == desk.user
    assert AccessLogEntry.objects.filter(record=call.reference, action="create").count() == 1


def test_pressed_twice_it_is_one_and_says_so(house: House, desk: Desk) -> None:
    call_hours(house)
    data = typed(house)
    desk.client.post("/desk/call-backs/", data)
    again = desk.client.post("/desk/call-backs/", data, follow=True)
    assert CallBack.objects.count() == 1
    assert "was reserved already, once only" in again.content.decode()


def test_a_time_just_taken_keeps_what_was_typed(house: House, desk: Desk) -> None:
    call_hours(house)
    reserved(house)
    answer = desk.client.post("/desk/call-backs/", typed(house))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "That time is not free any more" in page
    assert 'value="Aino Virtala"' in page
    assert CallBack.objects.count() == 1


def test_a_language_that_the_professional_does_not_speak(house: House, desk: Desk) -> None:
    call_hours(house)
    answer = desk.client.post("/desk/call-backs/", typed(house, language="sv"))
    assert answer.status_code == 409
    assert "does not speak the language" in answer.content.decode()


def test_the_list_shows_and_logs_whose_calls_they_are(house: House, desk: Desk) -> None:
    call_hours(house)
    call = reserved(house)
    page = desk.client.get("/desk/call-backs/").content.decode()
    assert "Aino Virtala" in page
    assert AccessLogEntry.objects.filter(record=call.reference, action="read").count() == 1


def test_the_list_takes_the_same_number_of_queries(house: House, desk: Desk) -> None:
    call_hours(house)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.client.get("/desk/call-backs/")
        return len(queries)

    reserved(house)
    once = count()
    reserved(house, at(16, 15))
    reserved(house, at(16, 30))
    assert count() == once


def test_its_code_is_found_from_anywhere(house: House, desk: Desk) -> None:
    call_hours(house)
    call = reserved(house)
    answer = desk.client.post("/desk/find/", {"q": call.reference.lower()})
    assert answer["Location"] == f"/desk/call-backs/#{call.reference}"


def act(desk: Desk, call: CallBack, page: str, **data: object) -> str:
    path = f"/desk/call-backs/{call.reference}/{page}/"
    data = {"version": call.version, **data}
    return desk.client.post(path, data, follow=True).content.decode()


def test_the_secretary_moves_and_cancels(house: House, desk: Desk) -> None:
    call_hours(house)
    call = reserved(house)
    assert (
        "Move to this time"
        in desk.client.get(f"/desk/call-backs/{call.reference}/move/").content.decode()
    )
    value = time_value(at(16, 45), house.professional.pk)
    assert "call-back moved." in act(desk, call, "move", time=value)
    call.refresh_from_db()
    assert call.starts_at == at(16, 45)
    assert "call-back cancelled." in act(desk, call, "cancel")
    call.refresh_from_db()
    assert call.status == CallStatus.CANCELLED
    assert "has changed since you opened it" in act(
        desk, CallBack(reference=call.reference), "cancel"
    )
    assert "cannot be done now" in act(desk, call, "cancel")


def test_a_move_without_a_time_and_to_a_time_that_is_gone(house: House, desk: Desk) -> None:
    call_hours(house)
    call, _other = reserved(house), reserved(house, at(16, 30))
    assert "Choose a time first" in act(desk, call, "move")
    value = time_value(at(16, 30), house.professional.pk)
    assert "not free any more" in act(desk, call, "move", time=value)


def test_not_reached_comes_to_the_desk_and_is_given_another_time(house: House, desk: Desk) -> None:
    call_hours(house)
    call = reserved(house)
    with time_machine.travel(at(16, 20), tick=False):
        desk.client.force_login(desk.user)
        act(desk, call, "mark", step="again")
        page = desk.client.get("/desk/call-backs/").content.decode()
        assert "To be tried again" in page
        assert "1 call-back to see to" in desk.client.get("/desk/").content.decode()
        call.refresh_from_db()
        act(desk, call, "move", time=time_value(at(16, 45), house.professional.pk))
        assert "call-back to see to" not in desk.client.get("/desk/").content.decode()


def test_a_call_without_hours_is_work_until_it_is_kept(house: House, desk: Desk) -> None:
    call_hours(house)
    call = reserved(house)
    Claim.objects.filter(pk=call.claim_id).update(orphaned_at=clock.now(), orphan_reason="hours")
    assert "Hours were cut" in desk.client.get("/desk/call-backs/").content.decode()
    act(desk, call, "keep")
    assert not Claim.objects.orphaned().exists()


def test_only_the_secretary(house: House) -> None:
    call_hours(house)
    call = reserved(house)
    paths = ["/desk/call-backs/", f"/desk/call-backs/{call.reference}/move/"]
    posts = [f"/desk/call-backs/{call.reference}/{p}/" for p in ("cancel", "keep", "mark")]
    for role in (Role.SUPERVISOR, Role.GUIDE, Role.MANAGER, Role.PARTNER):
        colleague = signed_in(role).client
        assert [colleague.get(p).status_code for p in paths] == [403, 403]
        assert [colleague.post(p).status_code for p in posts] == [403, 403, 403]
    stranger = Client()
    assert all(stranger.get(p)["Location"].startswith("/accounts/login/") for p in paths)
    assert signed_in(Role.SECRETARY).client.get("/desk/call-backs/SAA-222/move/").status_code == 404


def test_the_own_day_shows_name_number_language_and_matter(house: House) -> None:
    call_hours(house)
    me = supervisor(house)
    call = reserved(house)
    with CaptureQueriesContext(connection) as captured:
        page = me.client.get(f"/my-day/?day={WEDNESDAY}").content.decode()
    fetched = [q["sql"].split(" FROM ")[0] for q in captured if "bookings_callback" in q["sql"]]
    assert [
        c for c in ('callback"."email', "link_nonce", "sms_is") for sql in fetched if c in sql
    ] == []
    for shown in ("Aino Virtala", "040 000 0001", "Finnish", "something else"):
        assert shown in page
    assert "aino@example.org" not in page
    assert AccessLogEntry.objects.filter(record=call.reference, reason="own call-backs").exists()


def test_the_own_day_marks_what_came_of_it_once(house: House) -> None:
    call_hours(house)
    me = supervisor(house)
    call = reserved(house)
    path = f"/my-day/calls/{call.reference}/mark/"
    with time_machine.travel(at(16, 1), tick=False):
        me.client.force_login(me.user)
        page = me.client.get("/my-day/").content.decode()
        assert [f'data-key="{key}"' in page for key in "crex"] == [True] * 4
        answer = me.client.post(path, {"step": "reached", "version": 1})
        assert answer["Location"] == f"/my-day/?day={WEDNESDAY}#calls"
        again = me.client.post(path, {"step": "reached", "version": 1}, follow=True)
        assert "cannot be marked now" in again.content.decode()
    call.refresh_from_db()
    assert (call.status, call.events.count()) == (CallStatus.REACHED, 2)


def test_an_open_call_of_an_earlier_day_stands_on_today_s_page(house: House) -> None:
    call_hours(house)
    me = supervisor(house)
    call = reserved(house)
    with time_machine.travel(at(9, day=26), tick=False):
        me.client.force_login(me.user)
        assert call.reference in me.client.get("/my-day/").content.decode()


def test_a_colleague_s_call_is_not_there(house: House) -> None:
    call_hours(house)
    call = reserved(house)
    other = signed_in(Role.SUPERVISOR)
    ProfessionalFactory(user=other.user)
    assert "Aino" not in other.client.get(f"/my-day/?day={WEDNESDAY}").content.decode()
    path = f"/my-day/calls/{call.reference}/mark/"
    with time_machine.travel(at(16, 1), tick=False):
        other.client.force_login(other.user)
        assert other.client.post(path, {"step": "reached", "version": 1}).status_code == 404
    assert signed_in(Role.SECRETARY).client.post(path).status_code == 403
    assert Client().post(path).status_code == 302


def test_own_free_times_are_closed_opened_and_added(house: House) -> None:
    call_hours(house)
    me = supervisor(house)
    reserved(house)
    said = me.client.post("/my-day/calls/close/", {"day": WEDNESDAY}, follow=True).content.decode()
    assert "3 call-back times were closed" in said
    assert "Open the closed call-back times again" in said
    me.client.post("/my-day/calls/open/", {"day": WEDNESDAY})
    assert not HoursChange.objects.exists()
    me.client.post("/my-day/calls/add/", {"day": WEDNESDAY, "starts": "17", "ends": "17.30"})
    assert free_calls(house.unit, last=at(16).date()).starts[-2:] == [at(17), at(17, 15)]
    odd = me.client.post(
        "/my-day/calls/add/", {"day": WEDNESDAY, "starts": "18", "ends": "17"}, follow=True
    )
    assert "must end after they begin" in odd.content.decode()


def test_a_partner_and_the_past_change_no_hours(house: House) -> None:
    call_hours(house)
    me = supervisor(house)
    assert me.client.post("/my-day/calls/close/", {"day": "2026-11-20"}).status_code == 404
    house.professional.organisation = PartnerOrganisationFactory()
    house.professional.save()
    assert me.client.post("/my-day/calls/close/", {"day": WEDNESDAY}).status_code == 404
    assert signed_in(Role.SECRETARY).client.post("/my-day/calls/close/").status_code == 403


def test_the_own_day_takes_the_same_number_of_queries(house: House) -> None:
    call_hours(house)
    me = supervisor(house)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            me.client.get(f"/my-day/?day={WEDNESDAY}")
        return len(queries)

    reserved(house)
    once = count()
    reserved(house, at(16, 15))
    reserved(house, at(16, 30))
    assert count() == once


def manager() -> Client:
    client = signed_in(Role.MANAGER).client
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_switching_off_lists_what_is_reserved_first(house: House) -> None:
    call_hours(house)
    call, boss = reserved(house), manager()
    off = {name: value for name, value in UNIT.items() if name != "call_backs_offered"}
    shown = boss.post("/office/unit/", off)
    assert call.reference in shown.content.decode()
    assert "1 call-back is reserved" in shown.content.decode()
    assert Unit.get().call_backs_offered

    newer = reserved(house, at(16, 30))
    once_more = boss.post("/office/unit/", off | {"seen": shown.context["seen"]})
    assert newer.reference in once_more.content.decode()

    boss.post("/office/unit/", off | {"seen": once_more.context["seen"]})
    assert not Unit.get().call_backs_offered
    assert CallBack.objects.open().count() == 2
    assert not Claim.objects.orphaned().exists()


def test_with_nothing_reserved_it_is_off_at_once_and_on_again(house: House) -> None:
    boss = manager()
    off = {name: value for name, value in UNIT.items() if name != "call_backs_offered"}
    assert boss.post("/office/unit/", off).status_code == 302
    assert not Unit.get().call_backs_offered
    assert boss.post("/office/unit/", UNIT).status_code == 302
    assert Unit.get().call_backs_offered


def test_the_figures_stand_beside_the_switch(house: House) -> None:
    call_hours(house)
    reserved(house)
    page = manager().get("/office/unit/").content.decode()
    assert "How call-back times are used" in page
    assert "(25 %)" in page.replace("\N{NO-BREAK SPACE}", " ")


def test_days_are_far_enough(house: House) -> None:
    # Within the two weeks that are offered, and not beyond.
    call_hours(house)
    last = free_calls(house.unit).starts[-1]
    assert MONDAY + timedelta(weeks=1) < clock.local(last).date() <= MONDAY + timedelta(weeks=2)
