"""Whatever staff do that writes to people can be undone: each of their addresses is decided here."""

import pytest

from bookings.appointments import answers, corrections, decisions
from bookings.availability.search import Wish
from bookings.models import Appointment, Undoable
from bookings.partners import invitations
from office.core import clock
from office.core.own_codes import own_code
from office.models import Channel, OutboxMessage, Role
from tests.bookings.appointments.test_undo import busy_times, standing
from tests.bookings.change_cast import Team, agreed, team
from tests.bookings.conftest import House
from tests.bookings.desk_cast import Desk, request_for, signed_in, url
from tests.familylaw.addresses import every_address

# Of these, each writes to people, and can be undone.
UNDONE = {
    "away",
    "accept_move",
    "add_parent",
    "add_person",
    "ask_partner",
    "book",
    "call_backs",
    "call_cancel",
    "call_move",
    "cancel",
    "change",
    "close_link",
    "confirm",
    "decline",
    "earlier_do",
    "earlier_take_back",
    "edit_party",
    "invite_again",
    "joint_ask",
    "joint_end",
    "joint_next",
    "keep_time",
    "leave_out",
    "links",
    "message_again",
    "notify_again",
    "own_channel",
    "partner_do",
    "phone_answer",
    "times",
    "video_link",
    "request_matters",
}
# These write to nobody, or change nothing.
SILENT = {
    "block",
    "book_callers",
    "book_other_times",
    "book_times",
    "calendar_own",
    "call_about",
    "call_correct",
    "call_discard",
    "call_end",
    "call_keep",
    "call_log",
    "call_mark",
    "call_queue",
    "call_start",
    "call_task",
    "call_task_again",
    "call_task_done",
    "called",
    "case_close",
    "case_do",
    "case_edit",
    "case_enter",
    "case_letters_posted",
    "case_person",
    "case_person_add",
    "case_reveal",
    "children",
    "conflict_lift",
    "data_close",
    "data_export",
    "data_request",
    "data_requests",
    "earlier",
    "feed_create",
    "feed_revoke",
    "find",
    "interpreter_do",
    "joint_mark",
    "keep",
    "leave_uncontacted",
    "live_ticket",
    "mark",
    "mark_attendance",
    "message_seen_to",
    "note",
    "note_talk",
    "word_answered",
    "word_tried",
    "own_call_mark",
    "own_calls_add",
    "own_calls_close",
    "own_calls_open",
    "own_outcome",
    "papers",
    "papers_close",
    "papers_pdf",
    "parked_drop",
    "partner_busy",
    "partner_free",
    "person_note",
    "phone",
    "phone_close",
    "phone_day",
    "phone_extra",
    "phone_take_back",
    "place_agreed",
    "renew_invitation",
    "request_conflicts",
    "request_outcome",
    "reveal",
    "step_aside",
    "take_back",
    "tell_apart",
    "unblock",
    "undo",
    "undo_seen",
    "waiting_add",
    "who_calls",
}
# Written by the unit of its own accord, as every five minutes without a press.
BY_ITSELF = {"waiting_look"}
# Only read.
READ = {
    "booked",
    "calendar",
    "call_bar",
    "call_figures",
    "cancelled",
    "card_news",
    "case",
    "case_letters",
    "cases",
    "conflicts",
    "day_list_table",
    "day_lists",
    "desk",
    "desk_calendar",
    "feed",
    "feedback",
    "found",
    "impartiality",
    "letter",
    "my_day",
    "outcomes",
    "partners",
    "preview",
    "reminders",
    "request",
    "same_notices",
    "slip",
    "waiting_list",
    "word_before",
    "work",
}


@pytest.fixture
def crew(house: House) -> Team:
    return team(house)


@pytest.fixture
def desk(db: None) -> Desk:
    return signed_in(Role.SECRETARY)


def test_every_address_of_staff_is_decided() -> None:
    """A new one fails here: does it write to people? Then it is undone, and tried below."""
    staff = {one.name for one in every_address() if one.name.startswith("staff:")}
    decided = [*UNDONE, *SILENT, *BY_ITSELF, *READ]
    assert staff == {f"staff:{name}" for name in decided}
    assert len(decided) == len(set(decided))
    assert {*TRIED, *ELSEWHERE} == UNDONE


# Each tried by pressing it: an address with its fields, from a visit or a request that allows it.
TRIED: dict[str, tuple[str, str, dict[str, str]]] = {
    "add_parent": (
        "alone",
        "parties/add/",
        {"name": "Uusi Vanhempi", "email": "uusi@example.org", "safe": "email", "language": "fi"},
    ),
    "cancel": ("visit", "cancel/", {"cancelled_by": "unit"}),
    "close_link": ("visit", "parties/{party}/link/", {}),
    "confirm": ("request", "confirm/", {}),
    "decline": ("request", "decline/", {"reason": "no_times"}),
    "edit_party": (
        "reached",
        "parties/{party}/",
        {"name": "Uusi Nimi", "email": "uusi@example.org", "safe": "email", "language": "fi"},
    ),
    "own_channel": ("visit", "parties/{party}/video/", {"joins": "yes"}),
    "notify_again": ("visit", "parties/{party}/again/", {}),
    "accept_move": ("visit", "moves/{move}/accept/", {}),
    "keep_time": ("visit", "moves/{move}/keep/", {}),
    "ask_partner": ("visit", "partner/", {"professional": "{partner}"}),
    "partner_do": ("paired", "partner/{partner}/without/", {}),
    "phone_answer": ("offered", "parties/{party}/says/offer/", {"offer": "{offer}"}),
}
# Each has a test of its own.
ELSEWHERE = {
    "add_person": "tests/bookings/people/test_people.py",
    "away": "tests/bookings/absences/test_proposals.py",
    "book": "tests/bookings/staff_booking/test_panel.py",
    "call_backs": "tests/bookings/call_backs/test_undo.py",
    "call_cancel": "tests/bookings/call_backs/test_undo.py",
    "call_move": "tests/bookings/call_backs/test_undo.py",
    "change": "tests/bookings/rescheduling/test_views.py",
    "earlier_do": "tests/bookings/waiting_list/test_pages.py",
    "earlier_take_back": "tests/bookings/waiting_list/test_pages.py",
    "invite_again": "tests/bookings/outcomes/test_invitations.py",
    "leave_out": "tests/bookings/people/test_people.py",
    "joint_ask": "tests/bookings/joint_times/test_actions.py",
    "joint_end": "tests/bookings/joint_times/test_actions.py",
    "joint_next": "tests/bookings/joint_times/test_actions.py",
    "links": "tests/bookings/guidance/test_links.py",
    "message_again": "tests/bookings/appointments/test_resending.py",
    "request_matters": "tests/bookings/matters/test_changing.py",
    "times": "tests/bookings/appointments/test_offers_keep_time.py",
    "video_link": "tests/bookings/lifecycle/test_video_links.py",
}


def prepare(crew: Team, desk: Desk, case: str) -> tuple[Appointment, dict[str, object]]:
    """Return what is pressed on, and what its address and fields name."""
    unit, wish = crew.house.unit, Wish(crew.house.service, Channel.IN_PERSON)
    if case == "request":
        return request_for(crew.house), {}
    appointment = agreed(crew)
    party = appointment.parties.get(is_requester=True)
    names: dict[str, object] = {"party": party.pk, "partner": crew.partner.pk}
    if case == "alone":
        appointment.parties.filter(is_requester=False).delete()
    elif case == "reached":
        # Somebody else may have read what went to the old address: a new link is sent.
        corrections.notify_again(party.pk, user=crew.user)
        OutboxMessage.objects.update(sent_at=clock.now())
    elif case == "paired":
        invitations.ask(appointment.pk, crew.partner, user=crew.user)
    elif case == "offered":
        slots = [(wish, crew.house.slot(14))]
        decisions.offer_times(appointment.pk, slots, user=crew.user, unit=unit)
        names["offer"] = appointment.time_offers.get().pk
        desk.client.post("/desk/who-calls/", {"code": own_code(party.link_nonce)})
    else:
        move = answers.ask_to_move(party.pk, wish, crew.house.slot(13), unit=unit)
        names["move"] = move.pk
    appointment.refresh_from_db()
    return appointment, names


def people(appointment: Appointment) -> list[tuple[str, str, str]]:
    return list(appointment.parties.order_by("pk").values_list("name", "phone", "email"))


@pytest.mark.parametrize("what", sorted(TRIED))
def test_it_waits_and_is_undone(crew: Team, desk: Desk, what: str) -> None:
    case, page, fields = TRIED[what]
    appointment, names = prepare(crew, desk, case)
    OutboxMessage.objects.filter(sent_at=None).delete()
    before = standing(appointment), people(appointment), busy_times()
    sent = {name: value.format(**names) for name, value in fields.items()}

    desk.client.post(
        url(appointment, page.format(**names)), {"version": appointment.version, **sent}
    )

    undoable = Undoable.objects.get()
    messages = OutboxMessage.objects.filter(dropped_at=None, sent_at=None)
    # It writes to somebody, and nothing of it leaves before the seconds are over.
    assert {message.send_after for message in messages} == {undoable.until}
    desk.client.post(f"/desk/undo/{undoable.key}/")
    assert not messages.all().exists()
    assert (standing(appointment), people(appointment), busy_times()) == before
