"""Somebody falls ill: everything that is hit, in one table."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from bookings.absences import proposals
from bookings.absences.forms import choice_value, parse_choice
from bookings.absences.proposals import Away
from bookings.appointments import decisions
from bookings.appointments.answers import ask_to_move
from bookings.availability.search import Wish
from bookings.desk import worklist
from bookings.models import Appointment, Status, Undoable
from bookings.rescheduling.actions import change
from bookings.rescheduling.plan import present
from office.calendar.hours_impact import change_hours
from office.models import (
    Absence,
    AccessLogEntry,
    Channel,
    Occupancy,
    OutboxMessage,
    Role,
    WeeklyHours,
)
from office.setup.absences import add_absence
from tests.bookings.change_cast import Team, agreed, team, told
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO, Desk, called, request_for, signed_in
from tests.factories import busy

EN = {"accept-language": "en"}
WEDNESDAY = date(2026, 11, 25)


@pytest.fixture
def crew(house: House) -> Team:
    return team(house)


@pytest.fixture
def desk(crew: Team) -> Desk:
    return signed_in(Role.SECRETARY)


def gone(crew: Team, last: date = WEDNESDAY) -> Away:
    return Away(crew.lead, WEDNESDAY, last)


def proposed(crew: Team) -> list[proposals.AffectedAppointment]:
    found = proposals.hits(gone(crew))
    proposals.propose(found, gone(crew), crew.house.unit)
    return found


def asked(crew: Team, **more: Any) -> dict[str, Any]:
    return {
        "professional": crew.lead.pk,
        "first": "2026-11-25",
        "last": "2026-11-25",
        "reason": "sick",
        **more,
    }


def table(desk: Desk, crew: Team) -> str:
    response = desk.client.get("/desk/away/", asked(crew), headers=EN)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def filled(html: str) -> dict[str, str]:
    """Return what the browser would send: hidden fields and what is selected."""
    form = html[html.index('<form method="post">') :]
    sent = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    for name, inside in re.findall(r'<select[^>]* name="([^"]+)"(.*?)</select>', form, re.S):
        selected = re.findall(r'<option value="([^"]*)"[^>]* selected', inside)
        sent[name] = selected[0] if selected else re.findall(r'<option value="([^"]*)"', inside)[0]
    return sent


def press(desk: Desk, sent: dict[str, Any]) -> HttpResponse:
    response: HttpResponse = desk.client.post("/desk/away/", sent, follow=True, headers=EN)
    return response


def notices(response: HttpResponse) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_what_is_hit(crew: Team) -> None:
    visit, request = agreed(crew, 9), request_for(crew.house, 11)
    change_to_lead(crew, request)
    on_thursday = agreed(crew, 13)
    decisions.book_time(
        on_thursday.pk,
        Wish(crew.house.service, Channel.IN_PERSON),
        crew.house.slot(9, day=26),
        user=crew.user,
        unit=crew.house.unit,
    )
    cancelled = agreed(crew, 14)
    decisions.cancel(cancelled.pk, user=crew.user)

    assert [hit.appointment for hit in proposals.hits(gone(crew))] == [visit, request]


def change_to_lead(crew: Team, request: Appointment) -> None:
    current = present(request)
    assert current is not None
    if current.professionals != (crew.lead.pk,):
        wanted = replace(current, professionals=(crew.lead.pk,))
        change(request.pk, wanted, user=crew.user, confirming=False)


def test_offers_and_wishes_are_shown_too(crew: Team) -> None:
    busy(crew.colleague, at(8), 480)
    offered, wished = request_for(crew.house, None), agreed(crew, 9)
    wish = Wish(crew.house.service, Channel.IN_PERSON)
    decisions.offer_times(
        offered.pk, [(wish, crew.house.slot(13))], user=crew.user, unit=crew.house.unit
    )
    party = wished.parties.get(is_requester=True)
    ask_to_move(party.pk, wish, crew.house.slot(15), unit=crew.house.unit)

    kept = proposals.kept_times(gone(crew))

    assert [(k.appointment, k.is_offer) for k in kept] == [(offered, True), (wished, False)]


def test_the_same_time_with_a_colleague_comes_first(crew: Team) -> None:
    agreed(crew, 9)

    (hit,) = proposed(crew)

    assert hit.proposed is not None
    assert (hit.proposed.same_time, hit.proposed.change.professionals) == (
        True,
        (crew.colleague.pk,),
    )
    assert hit.proposed.change.room == crew.room.pk


def test_no_two_rows_propose_the_same(crew: Team) -> None:
    for hour in (9, 11, 13):
        agreed(crew, hour)
    busy(crew.colleague, at(8), 480)
    busy(crew.spare, at(8, day=26), 480)

    found = proposed(crew)

    choices = [hit.proposed for hit in found if hit.proposed]
    assert len(choices) == 3
    assert all(crew.lead.pk not in c.resources or c.span[0].date() != WEDNESDAY for c in choices)
    for one in choices:
        for other in choices:
            apart = one.span[1] <= other.span[0] or other.span[1] <= one.span[0]
            assert one is other or apart or not set(one.resources) & set(other.resources)


def test_times_while_away_are_not_proposed(crew: Team) -> None:
    agreed(crew, 9)
    busy(crew.colleague, at(8), 480)

    (hit,) = proposed(crew)

    assert {c.change.start.date() for c in hit.choices} != set()
    assert all(c.change.start.date() != WEDNESDAY for c in hit.choices)


def test_a_pair_keeps_the_one_who_is_there(crew: Team) -> None:
    appointment = agreed(crew, 9)
    current = present(appointment)
    assert current is not None
    pair = replace(current, professionals=(crew.lead.pk, crew.partner.pk))
    change(appointment.pk, pair, user=crew.user)

    (hit,) = proposed(crew)

    assert hit.proposed is not None
    assert hit.proposed.change.professionals == (crew.colleague.pk, crew.partner.pk)


def test_looking_changes_nothing_and_is_logged(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew, 9)

    html = table(desk, crew)

    assert (Absence.objects.count(), told()) == (0, set())
    assert crew.colleague.name in html
    assert f"<b>{ONE.name}</b>: e-mail (Finnish)" in html
    logged = AccessLogEntry.objects.filter(user=desk.user).values_list("record", flat=True)
    assert list(logged) == [appointment.reference]


def test_one_press_does_it_all(crew: Team, desk: Desk) -> None:
    first, second = agreed(crew, 9), agreed(crew, 11)
    busy(crew.colleague, at(11), 60)

    response = press(desk, filled(table(desk, crew)))

    first.refresh_from_db()
    second.refresh_from_db()
    assert list(first.professionals.all()) == [crew.colleague]
    assert (second.starts_at != at(11), second.status) == (True, Status.CONFIRMED)
    assert Absence.objects.get().reason == "sick"
    assert list(worklist.orphans()) == []
    # The bar of undoing alone says so.
    assert notices(response) == []
    html = " ".join(response.content.decode().split())
    assert f"{crew.lead.name}, {first.reference}, {second.reference}: absence handled." in html
    # Each once, and those for whom nothing changes not at all
    parties = [m.to for m in OutboxMessage.objects.filter(kind="moved", dropped_at=None)]
    assert sorted(parties) == sorted([ONE.email, TWO.email])
    busy_then = Occupancy.objects.filter(resource=crew.lead.pk, claim__absence=None)
    assert [row for row in busy_then if row.during.lower.date() == WEDNESDAY] == []


def test_who_is_told_stands_there_for_each_way_out(crew: Team, desk: Desk) -> None:
    """The style sheet shows the one that fits the row's choice."""
    agreed(crew, 9)
    html = table(desk, crew)
    for kind in ("same", "other", "later"):
        assert f'class="is-{kind}"' in html
        assert f"recipients-{kind}" in html
    # Both parents, and the professionals as well.
    assert html.count('class="recipients-other') == 3
    assert "The professionals as well." in html
    # To cancel is no other time.
    assert '<option value="cancel" class="is-cancel"' in html
    assert '<span class="recipients-cancelled">Cancelled:</span>' in html


def test_what_is_left_is_work(crew: Team, desk: Desk) -> None:
    first, second = agreed(crew, 9), agreed(crew, 11)
    sent = filled(table(desk, crew))
    sent[f"choice-{second.reference}"] = ""

    response = press(desk, sent)

    assert list(worklist.orphans()) == [second]
    html = " ".join(response.content.decode().split())
    assert (f"choice-{second.reference}" in html, f"choice-{first.reference}" in html) == (
        True,
        False,
    )


def test_what_was_taken_meanwhile_is_said_and_the_rest_is_done(crew: Team, desk: Desk) -> None:
    first, second = agreed(crew, 9), agreed(crew, 11)
    sent = filled(table(desk, crew))
    busy(crew.colleague, at(9, 30), 15)

    response = press(desk, sent)

    first.refresh_from_db()
    second.refresh_from_db()
    assert list(first.professionals.all()) == [crew.lead]
    assert list(second.professionals.all()) == [crew.colleague]
    (problem,) = [n for n in notices(response) if n.startswith(first.reference)]
    assert f"{crew.colleague.name} is busy Wed 25 Nov 9:30–9:45" in problem


def test_a_row_that_another_changed_is_left_alone(crew: Team, desk: Desk) -> None:
    first, second = agreed(crew, 9), agreed(crew, 11)
    sent = filled(table(desk, crew))
    called(first, crew.user)

    response = press(desk, sent)

    (problem,) = [n for n in notices(response) if n.startswith(first.reference)]
    assert "somebody else has just changed it" in problem
    assert list(first.professionals.all()) == [crew.lead]
    assert list(second.professionals.all()) == [crew.colleague]


def test_a_new_booking_of_the_day_is_looked_at_first(crew: Team, desk: Desk) -> None:
    agreed(crew, 9)
    sent = filled(table(desk, crew))
    agreed(crew, 13)

    response = press(desk, sent)

    assert (response.status_code, Absence.objects.count(), told()) == (409, 0, set())


def test_a_request_stays_one_with_the_colleague(crew: Team, desk: Desk) -> None:
    request = request_for(crew.house, 9)
    change_to_lead(crew, request)
    OutboxMessage.objects.all().delete()

    press(desk, filled(table(desk, crew)))

    request.refresh_from_db()
    assert (request.status, list(request.professionals.all())) == (
        Status.REQUESTED,
        [crew.colleague],
    )
    assert told() == set()


def test_who_must_be_called_is_named(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew, 9)
    appointment.parties.filter(is_requester=False).update(email_is_safe=False, call_is_safe=True)
    busy(crew.colleague, at(8), 480)

    response = press(desk, filled(table(desk, crew)))

    assert any(n.startswith(f"Call {TWO.name}") for n in notices(response))


def test_an_absence_that_is_there_is_not_made_twice(crew: Team, desk: Desk) -> None:
    add_absence(crew.lead, start=at(0), end=at(0, day=26), reason="sick")

    html = table(desk, crew)

    assert "Marked as away" in html
    press(desk, {**asked(crew)})
    assert Absence.objects.count() == 1


def test_absences_with_work_are_offered(crew: Team, desk: Desk) -> None:
    agreed(crew, 9)
    sent = filled(table(desk, crew))
    sent = {k: ("" if k.startswith("choice-") else v) for k, v in sent.items()}
    press(desk, sent)

    html = " ".join(desk.client.get("/desk/away/", headers=EN).content.decode().split())

    assert f"?professional={crew.lead.pk}&amp;first=2026-11-25&amp;last=2026-11-25" in html


@pytest.mark.parametrize(
    "wrong",
    [
        {"professional": "0"},
        {"first": "x"},
        {"last": "2026-11-24"},
        {"first": "2026-11-02", "last": "2026-11-03"},
        {"last": "2027-06-01"},
    ],
)
def test_what_makes_no_sense_is_said(crew: Team, desk: Desk, wrong: dict[str, str]) -> None:
    for how in (desk.client.get, desk.client.post):
        assert how("/desk/away/", asked(crew, **wrong)).status_code == 422
    assert Absence.objects.count() == 0


@pytest.mark.parametrize("value", ["x", "same:", "move:now:1", "move:20261126T0700Z-1:x", "same:0"])
def test_a_choice_that_is_none_does_nothing(crew: Team, desk: Desk, value: str) -> None:
    appointment = agreed(crew, 9)
    sent = filled(table(desk, crew))
    sent[f"choice-{appointment.reference}"] = value

    press(desk, sent)

    assert list(appointment.professionals.all()) == [crew.lead]


def test_queries_do_not_grow_with_the_visits(crew: Team, desk: Desk) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            table(desk, crew)
        return len(captured)

    agreed(crew, 9)
    queries()
    one = queries()
    agreed(crew, 11)
    agreed(crew, 13)

    assert queries() == one


def test_values_come_back_as_they_went(crew: Team) -> None:
    agreed(crew, 9)
    (hit,) = proposed(crew)

    for choice in hit.choices:
        back = parse_choice(choice_value(choice), hit.current)
        assert back is not None
        assert back[0].start == choice.change.start
        assert (back[0].professionals, back[1]) == (choice.change.professionals, choice.same_time)


def test_the_card_and_the_work_list_lead_to_the_table(crew: Team, desk: Desk) -> None:
    appointment = agreed(crew, 9)
    sent = filled(table(desk, crew))
    press(desk, {k: ("" if k.startswith("choice-") else v) for k, v in sent.items()})

    html = " ".join(desk.client.get("/desk/").content.decode().split())

    assert 'href="/desk/away/"' in html
    query = f"professional={crew.lead.pk}&amp;first=2026-11-25&amp;last=2026-11-25&amp;reason=sick"
    assert f'href="/desk/away/?{query}"' in html
    assert appointment.reference in html


def test_the_hours_page_leads_there_for_who_is_secretary_too(crew: Team) -> None:
    add_absence(crew.lead, start=at(0), end=at(0, day=26), reason="sick")
    both, manager = signed_in(Role.MANAGER, Role.SECRETARY), signed_in(Role.MANAGER)
    pages = [
        who.client.get(f"/office/hours/{crew.lead.pk}/").content.decode() for who in (both, manager)
    ]

    link = f"/desk/away/?absence={Absence.objects.get().pk}"
    assert [link in page for page in pages] == [True, False]
    response = both.client.get(link)
    assert response["Location"].startswith(f"/desk/away/?professional={crew.lead.pk}&first=")
    assert both.client.get("/desk/away/?absence=0").status_code == 404


def test_who_has_visits_soon_is_one_press_away(
    crew: Team, desk: Desk, monday: time_machine.Traveller
) -> None:
    agreed(crew, 9)
    agreed(crew, 11)

    assert proposals.visits_soon() == [(crew.lead, WEDNESDAY, 2)]
    html = " ".join(desk.client.get("/desk/away/", headers=EN).content.decode().split())
    query = f"professional={crew.lead.pk}&amp;first=2026-11-25&amp;last=2026-11-25"
    assert f'href="?{query}&amp;reason=" data-key="1"' in html
    monday.move_to(at(10))
    assert proposals.visits_soon() == [(crew.lead, WEDNESDAY, 1)]


def test_all_of_it_is_undone_at_once(crew: Team, desk: Desk) -> None:
    first, second = agreed(crew, 9), agreed(crew, 11)
    busy(crew.colleague, at(11), 60)
    before = sorted(Occupancy.objects.values_list("resource", "during"))
    press(desk, filled(table(desk, crew)))
    assert told() != set()
    undoable = Undoable.objects.get()

    response = desk.client.post(f"/desk/undo/{undoable.key}/", follow=True, headers=EN)

    assert [m for m in notices(response) if m.startswith("Undone. The absence is removed")] != []
    assert sorted(Occupancy.objects.values_list("resource", "during")) == before
    assert (Absence.objects.count(), told(), list(worklist.orphans())) == (0, set(), [])
    for visit, start in ((first, at(9)), (second, at(11))):
        visit.refresh_from_db()
        assert (visit.starts_at, list(visit.professionals.all())) == (start, [crew.lead])


def test_an_absence_alone_is_undone(crew: Team, desk: Desk) -> None:
    press(desk, {**asked(crew), "reason": ""})
    absence = Absence.objects.get()
    assert (absence.reason, absence.get_reason_display()) == ("", "away")

    desk.client.post(f"/desk/undo/{Undoable.objects.get().key}/")

    assert (Absence.objects.count(), Occupancy.objects.count()) == (0, 0)


def test_when_one_of_them_was_changed_since_none_is_undone(crew: Team, desk: Desk) -> None:
    first, second = agreed(crew, 9), agreed(crew, 11)
    press(desk, filled(table(desk, crew)))
    called(second, crew.user)

    desk.client.post(f"/desk/undo/{Undoable.objects.get().key}/")

    assert Absence.objects.count() == 1
    assert list(first.professionals.all()) == [crew.colleague]


def test_a_row_is_left_out_or_cancelled(crew: Team, desk: Desk) -> None:
    first, second = agreed(crew, 9), agreed(crew, 11)
    sent = filled(table(desk, crew))
    chosen = {f"choice-{first.reference}": "cancel", f"choice-{second.reference}": ""}

    press(desk, {**sent, **chosen})

    first.refresh_from_db()
    assert (first.status, list(worklist.orphans())) == (Status.CANCELLED, [second])
    details = first.events.get(what="cancelled").details
    assert details == {"cancelled_by": "unit", "why": "", "late": False}
    desk.client.post(f"/desk/undo/{Undoable.objects.get().key}/")
    first.refresh_from_db()
    assert (first.status, first.starts_at) == (Status.CONFIRMED, at(9))


def test_no_reason_is_preset(crew: Team, desk: Desk) -> None:
    html = " ".join(desk.client.get("/desk/away/", headers=EN).content.decode().split())
    options = html[html.index('name="reason"') :].split("</select>")[0]
    assert options.index('value=""') < options.index('value="sick"')
    (chosen,) = [part for part in options.split("<option")[1:] if "selected" in part]
    assert chosen.startswith(' value=""')


def test_whole_days_are_written_as_days(crew: Team, desk: Desk) -> None:
    agreed(crew, 9)
    sent = filled(table(desk, crew))
    press(desk, {k: ("" if k.startswith("choice-") else v) for k, v in sent.items()})

    html = " ".join(desk.client.get("/desk/away/", headers=EN).content.decode().split())

    waiting = html[html.index('id="waiting"') :].split("</ol>")[0]
    assert ("25 Nov 2026" in waiting or "25 November 2026" in waiting) is True
    assert "0:00" not in waiting


def test_cut_hours_are_listed_and_lead_to_no_table(crew: Team, desk: Desk) -> None:
    """Nothing is said to be in order while a visit has nobody."""
    visit = agreed(crew, 9)
    change_hours(
        professionals=[crew.lead.pk],
        change=lambda: WeeklyHours.objects.filter(professional=crew.lead).delete(),
        reason="hours",
    )
    assert list(worklist.orphans()) == [visit]

    html = " ".join(desk.client.get("/desk/away/", headers=EN).content.decode().split())

    cut = html[html.index('id="cut"') :].split("</ul>")[0]
    assert (visit.reference in cut, "Hours were cut" in cut) == (True, True)
    assert "group__all" not in desk.client.get("/desk/work/").content.decode()


def test_a_visit_by_video_is_proposed_as_one(crew: Team, desk: Desk) -> None:
    visit = agreed(crew, 9)
    Appointment.objects.filter(pk=visit.pk).update(channel="video", service_point=None, room=None)
    crew.house.service.channels = ["in_person", "video"]
    crew.house.service.save()

    html = table(desk, crew)

    moved = html[html.index('label="Another time"') :].split("</optgroup>")[0]
    assert ("by video" in moved, crew.house.point.name in moved) == (True, False)


def test_what_nothing_is_proposed_for_is_left_and_never_cancelled(crew: Team, desk: Desk) -> None:
    visit = agreed(crew, 9)
    busy(crew.colleague, at(8), 480)
    WeeklyHours.objects.exclude(weekday=2).delete()
    WeeklyHours.objects.update(valid_until=WEDNESDAY)
    html = table(desk, crew)
    assert re.search(r'<option value="" class="is-later" selected>', html)

    press(desk, filled(html))

    visit.refresh_from_db()
    assert (visit.status, visit.starts_at) == (Status.CONFIRMED, at(9))
