"""The own day: all that the meeting needs, and no sign of who asked first."""

import re
from datetime import date, time

import pytest
import time_machine
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.models import (
    Answer,
    Appointment,
    AppointmentEvent,
    Meeting,
    OtherParent,
    Party,
    Status,
)
from bookings.my_day.presenters import names_label
from office.core import clock
from office.models import Absence, AccessLogEntry, Channel, Claim, ClaimKind, HoursKind, Role
from tests.bookings.conftest import House, at
from tests.factories import (
    PartnerOrganisationFactory,
    PartyFactory,
    ProfessionalFactory,
    UserFactory,
    WeeklyHoursFactory,
    booked,
)

EN = {"accept-language": "en"}


@pytest.fixture
def supervisor(house: House) -> Client:
    """Sign in the house's professional."""
    user = UserFactory(roles=[Role.SUPERVISOR])
    house.professional.user = user
    house.professional.save()
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, path: str = "/my-day/") -> str:
    return " ".join(client.get(path, headers=EN).content.decode().split())


def visit(house: House, hour: int = 9, day: int = 23, **fields: object) -> Appointment:
    """Make a visit today with two parents."""
    appointment = booked(
        start=at(hour, day=day),
        professionals=[house.professional],
        room=house.room,
        service=house.service,
        service_point=house.point,
        **fields,
    )
    appointment.parties.update(name="Aino Virtala")
    PartyFactory(appointment=appointment, name="Eino Korpi", answer=Answer.ASKED)
    return appointment


def test_day_with_what_the_meeting_needs(house: House, supervisor: Client) -> None:
    appointment = visit(house, language="sv", meeting=Meeting.SEPARATE)
    appointment.parties.filter(name="Eino Korpi").update(interpreter="ar", access=["step_free"])

    html = page(supervisor)

    shown = html.split('class="visit"')[1].split("</li>")[0]
    expected = ["9:00–10:00", "Elatussopimus", "Aino Virtala, Eino Korpi", house.room.name]
    expected += [
        "Porvoon toimipiste",
        "Separate arrival",
        "interpreter: Arabic, not ordered yet",
        "a step-free way in",
    ]
    assert [text for text in expected if text not in shown] == []


def test_pair_colleague_with_the_organisation(house: House, supervisor: Client) -> None:
    partner = ProfessionalFactory(organisation=PartnerOrganisationFactory(name_fi="Perheneuvola"))
    booked(start=at(9, day=23), professionals=[house.professional, partner])

    assert f"with {partner.name} (Perheneuvola)" in page(supervisor)


MARKS = {
    "message": "MARK-message",
    "needs": "MARK-needs",
    "phone": "+358401112223",
    "email": "mark-email@example.org",
    "link_nonce": "MARK-nonce",
}
NEVER_SELECTED = [
    "is_requester",
    "message",
    "needs",
    "secretary_note",
    "other_parent",
    "preferred",
    "invitation_hash",
    '"bookings_party"."phone"',
    '"bookings_party"."email"',
    '"bookings_party"."answer"',
    "answered_at",
    '"bookings_party"."language"',
    "link_nonce",
    "_is_safe",
    '"bookings_appointment"."created_at"',
    '"bookings_appointmentevent"."party_id"',
]


def test_nothing_one_sided_is_shown_or_even_fetched(house: House, supervisor: Client) -> None:
    appointment = visit(house)
    first = appointment.parties.get(is_requester=True)
    Party.objects.filter(pk=first.pk).update(**MARKS, answer=Answer.ACCEPTED)
    Appointment.objects.filter(pk=appointment.pk).update(
        secretary_note="MARK-note",
        preferred={"words": "MARK-preferred"},
        other_parent=OtherParent.UNIT,
    )
    AppointmentEvent.objects.create(
        appointment=appointment,
        what="requested",
        status=Status.REQUESTED,
        at=clock.now(),
        by="party",
        party=first,
        reason="MARK-reason",
    )

    with CaptureQueriesContext(connection) as captured:
        html = page(supervisor)

    assert "Aino Virtala, Eino Korpi" in html
    leaked = ["MARK", "mark-email", "1112223", "Asked for this", "accepted", "unit to contact"]
    assert [text for text in leaked if text in html] == []
    selects = [
        q["sql"]
        for q in captured
        # A call-back is one person's, who is called: see test_callback_desk.
        if "bookings_" in q["sql"] and "SELECT" in q["sql"] and "_callback" not in q["sql"]
    ]
    # What a query chooses by stays in the database; what it selects comes to the page.
    selected = [sql.split(" FROM ")[0] for sql in selects]
    assert [name for name in NEVER_SELECTED for sql in selected if name in sql] == []
    assert len(selected) > 2


def neutral(html: str) -> str:
    """Return the page without what differs anyway: codes, tokens of forms."""
    html = re.sub(r"[A-Z]{3}-\d{3}", "CODE", html)
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]*"', "", html)


@pytest.mark.parametrize("status", [Status.CONFIRMED, Status.ARRIVED])
def test_page_is_the_same_whoever_asked(house: House, supervisor: Client, status: Status) -> None:
    appointment = visit(house)
    Appointment.objects.filter(pk=appointment.pk).update(status=status)
    seen = neutral(page(supervisor))

    # The other way round: the second one asked, answered first and has the older row.
    appointment.parties.all().delete()
    PartyFactory(appointment=appointment, name="Eino Korpi", is_requester=True, answer="accepted")
    PartyFactory(appointment=appointment, name="Aino Virtala", needs="", answer="asked")

    assert neutral(page(supervisor)) == seen


@pytest.mark.parametrize(
    ("names", "is_anonymous", "said"),
    [
        (["Eino", "Aino"], False, "Aino, Eino"),
        (["Eino"], False, "Eino"),
        (["Eino", ""], False, "2 people; the names are not all known yet"),
        (["Kettu"], True, "Kettu"),
        ([""], True, "anonymous"),
    ],
)
def test_names(names: list[str], is_anonymous: bool, said: str, db: None) -> None:
    from django.utils.translation import override

    with override("en"):
        assert names_label(names, is_anonymous=is_anonymous) == said


def test_nobody_sees_a_colleagues_visits(house: House, supervisor: Client) -> None:
    booked(start=at(9, day=23), professionals=[ProfessionalFactory()])

    html = page(supervisor)

    assert ('class="visit"' in html, "No visits today" in html) == (False, True)


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.REQUESTED, Status.OFFERED])
def test_only_agreed_visits(house: House, supervisor: Client, status: Status) -> None:
    appointment = visit(house)
    Appointment.objects.filter(pk=appointment.pk).update(status=status, claim=None)

    assert 'class="visit"' not in page(supervisor)


def test_coming_days_are_below(house: House, supervisor: Client) -> None:
    visit(house, 9, 24)
    visit(house, 9, 26)

    html = page(supervisor)

    assert re.findall(r'first-up"><a href="\?day=([^"]*)"', html) == ["2026-11-24", "2026-11-26"]


@pytest.mark.parametrize(
    ("asked", "before", "after"),
    [
        ("", "2026-11-20", "2026-11-24"),
        ("2026-11-27", "2026-11-26", "2026-11-30"),
        ("nonsense", "2026-11-20", "2026-11-24"),
        ("0001-01-01", "2026-11-20", "2026-11-24"),
    ],
)
def test_day_steps(house: House, supervisor: Client, asked: str, before: str, after: str) -> None:
    html = page(supervisor, f"/my-day/?day={asked}")

    keys = dict(re.findall(r'href="\?day=([^"]*)" data-key="(Arrow\w+)"', html))
    assert keys == {before: "ArrowLeft", after: "ArrowRight"}


def test_own_week_with_hours_duties_and_absences(house: House, supervisor: Client) -> None:
    WeeklyHoursFactory(
        professional=house.professional,
        service_point=house.point,
        weekday=0,
        kind=HoursKind.WALK_IN,
        starts=time(16),
        ends=time(18),
    )
    claim = Claim.objects.create(kind=ClaimKind.ABSENCE)
    day = clock.day_bounds(date(2026, 11, 24), date(2026, 11, 24))
    Absence.objects.create(
        professional=house.professional,
        reason="training",
        during=DateTimeTZRange(*day),
        claim=claim,
    )

    html = page(supervisor)

    week = re.sub(r"(<[^>]*>|\s)+", " ", html.split('class="hours-week">')[1].split("</dl>")[0])
    said = " Mon 23 Nov 8:00–16:00 16:00–18:00 walk-in Tue 24 Nov away: in training Wed 25 Nov "
    assert week[: len(said)] == said
    assert "Walk-in duty, Porvoon toimipiste" in html


def test_weekend_shows_the_week_to_come(
    house: House, supervisor: Client, monday: time_machine.Traveller
) -> None:
    supervisor.force_login(house.professional.user)
    monday.move_to(at(9, day=28))
    supervisor.force_login(house.professional.user)

    assert "Week 49" in page(supervisor)


def test_user_without_a_professional_is_told(house: House) -> None:
    client = Client()
    client.force_login(UserFactory(roles=[Role.GUIDE]))

    assert "Your account is not linked to a professional" in page(client)


def test_reading_is_logged(house: House, supervisor: Client) -> None:
    references = {visit(house, 9).reference, visit(house, 9, 24).reference}

    page(supervisor)

    entries = AccessLogEntry.objects.all()
    assert {entry.record for entry in entries} == references
    assert {entry.user for entry in entries} == {house.professional.user}


def test_queries_do_not_grow_with_the_visits(house: House, supervisor: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            supervisor.get("/my-day/")
        return len(captured)

    visit(house, 9)
    queries()
    one = queries()
    visit(house, 11, channel=Channel.PHONE)
    visit(house, 13, 25)

    assert queries() == one


# The steps of the day.


def step(client: Client, appointment: Appointment, name: str) -> str:
    """Return the status after the step was pressed."""
    client.post(f"/my-day/visits/{appointment.reference}/mark/", {"step": name})
    appointment.refresh_from_db()
    return appointment.status


@pytest.mark.parametrize(
    "steps",
    [
        [("arrived", "arrived"), ("start", "in_meeting"), ("done", "done")],
        [("start", "in_meeting"), ("done", "done")],
        [("no_show", "no_show")],
        [("done", "done"), ("arrived", "arrived")],
        [("nonsense", "confirmed"), ("", "confirmed")],
    ],
)
def test_steps(house: House, supervisor: Client, steps: list[tuple[str, str]]) -> None:
    appointment = visit(house)

    assert [(name, step(supervisor, appointment, name)) for name, _status in steps] == steps


def test_step_taken_twice_is_told(house: House, supervisor: Client) -> None:
    appointment = visit(house)
    step(supervisor, appointment, "arrived")

    response = supervisor.post(
        f"/my-day/visits/{appointment.reference}/mark/",
        {"step": "arrived"},
        follow=True,
        headers=EN,
    )

    (notice,) = (str(m) for m in response.context["messages"])
    assert notice == "That cannot be marked now. Somebody may have marked it already."
    assert appointment.events.filter(what="arrived").count() == 1


def test_undo(house: House, supervisor: Client) -> None:
    appointment = visit(house)
    undo = f"/my-day/visits/{appointment.reference}/undo/"
    assert undo not in page(supervisor)
    step(supervisor, appointment, "arrived")
    step(supervisor, appointment, "no_show")
    assert undo in page(supervisor)

    supervisor.post(undo)

    appointment.refresh_from_db()
    assert appointment.status == Status.ARRIVED
    assert undo not in page(supervisor)


def test_visit_of_tomorrow_cannot_be_marked(house: House, supervisor: Client) -> None:
    appointment = visit(house, 9, 24)

    assert "/mark/" not in page(supervisor, "/my-day/?day=2026-11-24")
    assert step(supervisor, appointment, "no_show") == Status.CONFIRMED


@pytest.mark.parametrize("page_", ["mark", "undo"])
def test_colleagues_visit_is_not_found(house: House, supervisor: Client, page_: str) -> None:
    other = booked(start=at(9, day=23), professionals=[ProfessionalFactory()])

    response = supervisor.post(f"/my-day/visits/{other.reference}/{page_}/", {"step": "arrived"})

    other.refresh_from_db()
    assert (response.status_code, other.status) == (404, Status.CONFIRMED)


def test_a_parent_alone_while_the_other_is_still_to_be_found_is_not_named(
    house: House, supervisor: Client
) -> None:
    appointment = booked(
        start=at(9, day=23), professionals=[house.professional], other_parent=OtherParent.UNIT
    )
    assert appointment.parties.get().name not in page(supervisor)


def test_who_comes_separately_is_named_without_the_other(house: House, supervisor: Client) -> None:
    appointment = visit(house)
    Appointment.objects.filter(pk=appointment.pk).update(meeting=Meeting.SEPARATE)
    appointment.parties.filter(is_requester=False).update(answer=Answer.NOT_ASKED)
    html = page(supervisor)
    other = appointment.parties.get(is_requester=False).name
    assert (appointment.parties.get(is_requester=True).name in html, other in html) == (True, False)
