"""The demo units: whole, in three languages, and never over somebody's real data."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Max, Q
from pytest_django import DjangoDbBlocker

from bookings.availability.search import Wish, find
from bookings.cases.queries import case_states
from bookings.desk import worklist
from bookings.lifecycle.transitions import PATHS
from bookings.models import (
    Answer,
    Appointment,
    AppointmentEvent,
    InterpreterOrder,
    Party,
    PartyRole,
    SeparateVisit,
    Status,
)
from bookings.waiting_list import queries as waiting_list
from demo import loading, unit
from familylaw import demo_mark
from office.core import clock
from office.models import (
    Attendance,
    Channel,
    Claim,
    HoursKind,
    OutboxMessage,
    Professional,
    PublicStatements,
    Service,
    ServicePoint,
    Unit,
    User,
)
from tests.factories import UnitFactory, UserFactory
from tests.walkin.course import course_of, is_balanced
from walkin.days import statistics
from walkin.days.current import current_duty
from walkin.estimates.accuracy import accuracy_of
from walkin.estimates.snapshot import QueueSnapshot
from walkin.models import DayState, Ticket, TicketEvent, WalkInDay

# A Wednesday forenoon before the clocks change, and the Sunday before Christmas.
MOMENTS = {
    "porvoo": datetime(2026, 3, 25, 8, 40, tzinfo=UTC),
    "turku": datetime(2026, 12, 20, 18, 0, tzinfo=UTC),
}


@pytest.fixture(scope="module", params=["porvoo", "turku"])
def demo(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """Load once for all tests of the module; roll back at the end."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(MOMENTS[request.param], tick=False),
        transaction.atomic(),
    ):
        assert loading.load(request.param)
        yield request.param
        transaction.set_rollback(True)


def day_of(username: str, days: int) -> list[Appointment]:
    day = clock.today() + timedelta(days=days)
    professional = Professional.objects.get(user__username=username)
    return list(
        Appointment.objects.of_professional(professional)
        .starting_between(*clock.day_bounds(day, day))
        .filter(status__in=[*Status.agreed(), Status.DONE])
    )


def test_a_second_load_keeps_what_is_there(demo: str) -> None:
    before = Appointment.objects.count(), User.objects.count(), OutboxMessage.objects.count()
    assert loading.load(demo) is False
    after = Appointment.objects.count(), User.objects.count(), OutboxMessage.objects.count()
    assert after == before


def test_another_demo_is_not_loaded_over_it(demo: str) -> None:
    other = {"porvoo": "turku", "turku": "porvoo"}[demo]
    with pytest.raises(loading.ForeignDataError):
        loading.load(other)


def test_new_weeks_come_when_no_visit_lies_ahead(demo: str) -> None:
    savepoint = transaction.savepoint()
    last = Appointment.objects.aggregate(last=Max("starts_at"))["last"]
    kept = set(Appointment.objects.values_list("pk", flat=True))
    with time_machine.travel(last + timedelta(days=20), tick=False):
        assert loading.load(demo) is True
        assert Appointment.objects.filter(starts_at__gt=clock.now()).count() > 50
    assert kept < set(Appointment.objects.values_list("pk", flat=True))
    transaction.savepoint_rollback(savepoint)


def test_it_is_marked_as_demo_data(demo: str) -> None:
    assert demo_mark.demo_data() == demo


def test_its_public_statements_are_complete(demo: str) -> None:
    assert not PublicStatements.get().lacks


def test_the_demo_users_sign_in_by_their_roles(demo: str) -> None:
    for name in ("secretary", "supervisor", "guide", "manager"):
        user = authenticate(username=name, password=unit.PASSWORD)
        assert isinstance(user, User)
        assert user.roles == [name]
        assert not user.is_superuser
    assert User.objects.count() == 4


def test_everything_is_said_in_three_languages(demo: str) -> None:
    texts = {
        Unit: ("name", "controller"),
        ServicePoint: ("name", "getting_there", "accessibility"),
        Service: ("name", "matter", "summary", "description", "who_comes", "what_to_bring"),
        Professional: ("title",),
    }
    for model, fields in texts.items():
        for row in model.objects.all():
            for field in fields:
                said = [getattr(row, f"{field}_{language}") for language in ("fi", "sv", "en")]
                assert all(said), (row, field)
                assert said[0] != said[2] or field == "name", (row, field)


def test_the_services_follow_the_domain(demo: str) -> None:
    by_slug = {service.slug: service for service in Service.objects.all()}
    assert len(by_slug) == 9
    hidden = {slug for slug, service in by_slug.items() if not service.asked_online}
    assert hidden == {"court-report", "supervised-meetings", "adoption-counselling"}
    pairs = {slug for slug, service in by_slug.items() if service.professionals_needed == 2}
    assert pairs == {"family-mediation", "court-report"}
    anonymous = {slug for slug, service in by_slug.items() if service.may_be_anonymous}
    assert anonymous == {"separation-counselling"}
    assert by_slug["custody-agreement"].attendance == Attendance.BOTH
    assert len(by_slug["child-maintenance"].bring_list) == 10


@pytest.mark.parametrize("language", ["", "fi", "sv"])
def test_every_service_asked_online_has_free_times(demo: str, language: str) -> None:
    for service in Service.objects.online():
        for channel in service.channels:
            assert find(Wish(service, channel, language=language), Unit.get()).slots, service.slug


def test_hours_of_every_kind_are_kept(demo: str) -> None:
    kinds = set(Professional.objects.values_list("weekly_hours__kind", flat=True)) - {None}
    assert kinds == set(HoursKind.values)
    phone = Professional.objects.get(user__username="secretary").weekly_hours.all()
    assert [(h.kind, h.weekday, f"{h.starts:%H.%M}–{h.ends:%H.%M}") for h in phone] == [
        ("phone", day, "09.00–12.00") for day in range(4)
    ]


def test_every_agreed_visit_owns_the_time_of_its_people_and_its_room(demo: str) -> None:
    coming = Appointment.objects.agreed().prefetch_related("staff", "claim__occupancies")
    assert coming.count() > 100
    for appointment in coming:
        assert appointment.claim is not None
        busy = {o.resource_id for o in appointment.claim.occupancies.all()}
        wanted = {s.professional_id for s in appointment.staff.all()}
        if appointment.channel == Channel.IN_PERSON:
            assert appointment.room_id is not None
            wanted.add(appointment.room_id)
        assert busy == wanted
        # Two of them have a partner who was asked by the secretary beside.
        needed = appointment.service.professionals_needed
        assert needed <= len(appointment.staff.all()) <= 2
    assert not Claim.objects.filter(occupancies__isnull=True).exists()


def test_every_history_is_possible_and_ends_where_the_appointment_stands(demo: str) -> None:
    now = clock.now()
    for appointment in Appointment.objects.prefetch_related("events"):
        events = list(appointment.events.all())
        assert events[0].what == "requested"
        for before, after in pairwise(events):
            assert before.status == after.status or PATHS.lead(before.status, after.status)
        assert events[-1].status == appointment.status
        assert all(event.at <= now for event in events), appointment.events.values("what", "at")
        assert [e.pk for e in events] == sorted(e.pk for e in events)
    assert not AppointmentEvent.objects.filter(by="staff", user=None).exists()


def test_past_and_coming_visits_are_of_every_kind(demo: str) -> None:
    now = clock.now()
    past = set(Appointment.objects.filter(starts_at__lt=now).values_list("status", flat=True))
    assert {Status.DONE, Status.NO_SHOW, Status.CANCELLED, Status.DECLINED} <= past
    coming = Appointment.objects.agreed().filter(starts_at__gt=now)
    assert set(coming.values_list("channel", flat=True)) == set(Channel)
    for some in (Q(is_anonymous=True), Q(meeting="separate"), Q(language="sv"), Q(language="en")):
        assert coming.filter(some).exists(), some
    assert coming.filter(service__professionals_needed=2).exists()
    partner = Q(professionals__organisation__isnull=False)
    assert coming.filter(partner).exists()


def test_the_next_working_day_is_rich(demo: str) -> None:
    days = {"porvoo": 0, "turku": 1}[demo]
    assert len(day_of("supervisor", days)) + len(day_of("guide", days)) >= 3


def test_the_day_under_way_has_visits_that_are_over_and_visits_to_come(demo: str) -> None:
    if demo != "porvoo":
        assert not Appointment.objects.filter(status=Status.IN_MEETING).exists()
        return
    today = clock.today()
    found = Appointment.objects.starting_between(*clock.day_bounds(today, today))
    states = set(found.values_list("status", flat=True))
    assert {Status.DONE, Status.IN_MEETING, Status.CONFIRMED} <= states


def test_the_desk_has_work_of_every_kind(demo: str) -> None:
    requests = worklist.requests()
    assert requests.count() == 8
    assert requests.filter(starts_at=None).exclude(preferred={}).count() == 1
    assert requests.filter(is_anonymous=True).count() == 1
    assert requests.filter(other_parent="pass_on", invitation_hash__isnull=False).count() == 1
    assert requests.filter(answer_due_at__lt=F("created_at")).count() == 0
    # One to be talked with first, and one whose own visit is to be arranged; of two it is already.
    first, arrange = worklist.to_ask_first().get(), worklist.to_contact().get()
    assert (first.status, first.meeting) == (Status.REQUESTED, "separate")
    assert (arrange.status, arrange.meeting) == (Status.CONFIRMED, "separate")
    assert SeparateVisit.objects.count() == 2
    assert worklist.moves().count() == 1
    assert worklist.orphans().count() == 1
    assert worklist.offers().count() == 1
    assert worklist.failed_messages().count() == 1
    invited = sorted(p.answer for p in worklist.invitations(clock.now()))
    assert invited == [Answer.ASKED, Answer.DECLINED]
    assert [p.email_is_safe for p in worklist.calls(clock.now())] == [False]
    waiting = list(waiting_list.wishes())
    assert len(waiting) >= 3
    assert [w.created_at for w in waiting] == sorted(w.created_at for w in waiting)
    assert waiting_list.live_offers().count() == 1
    partners = worklist.partners(clock.now(), Unit.get().pair_answer_days)
    assert sorted(i.state for i in partners) == ["asked", "asked", "declined"]
    assert [i.professional.email for i in partners if i.state == "asked"].count("") == 1
    phones = list(
        Party.objects.filter(appointment__in=requests)
        .exclude(phone="")
        .values_list("phone", flat=True)
    )
    assert len(phones) - len(set(map(str, phones))) == 2


def test_every_kind_of_visit_and_case_is_shown(demo: str) -> None:
    coming = Appointment.objects.agreed().filter(starts_at__gt=clock.now())
    combined = coming.get(also__slug="child-maintenance", service__slug="custody-agreement")
    assert (combined.minutes, combined.children_ages) == (120, [8, 15])
    roles = {party.role for party in combined.parties.all()}
    assert {PartyRole.YOUNG, PartyRole.SUPPORT} <= roles
    search = worklist.joint_searches(clock.now()).get()
    assert (search.state, search.marks.count()) == ("asked", 1)
    assert (
        coming.filter(channel=Channel.VIDEO).exclude(video_link="").exists()
        or coming.filter(
            channel=Channel.VIDEO, professionals__video_room__startswith="https://"
        ).exists()
    )
    assert InterpreterOrder.objects.filter(state="ordered", starts_at__gt=clock.now()).exists()
    steps = {(state.case.started_by, state.step) for state in case_states()}
    assert steps == {
        ("dvv", "post"),
        ("dvv", "no_answer"),
        ("kela", "await"),
        ("court", "post"),
        ("court", "visit"),
        ("parents", "visit"),
    }
    # At one parent's home, so that it concerns that parent alone; the way there is busy time too.
    home = coming.get(channel=Channel.HOME_VISIT)
    assert (home.room, home.parties.count(), home.case.started_by) == (None, 1, "court")
    during = home.claim.occupancies.first().during
    way = timedelta(minutes=Unit.get().travel_minutes)
    assert (during.lower, during.upper) == (
        home.starts_at - way,
        home.ends_at + timedelta(minutes=home.matters.buffer_after) + way,
    )


def test_numbers_and_addresses_are_made_up(demo: str) -> None:
    for party in Party.objects.all():
        assert not party.phone or str(party.phone).startswith("+35840000")
        assert not party.email or party.email.endswith("@example.org")
    for person in Professional.objects.all():
        assert not person.email or person.email.endswith(f"@{demo}.example")


def test_a_walk_in_is_open_at_any_hour_with_people_waiting(demo: str) -> None:
    now = clock.now()
    days = WalkInDay.objects.running()
    assert {d.service_point.slug for d in days} == {
        "porvoo": {"porvoo"},
        "turku": {"kunnallissairaalantie", "monitori"},
    }[demo]
    for day in days:
        assert day.starts_at < now < day.ends_at
        assert Ticket.objects.filter(day=day).open().exists()
        assert QueueSnapshot(day).waits
        assert day.tickets.filter(taken_at__gt=now).count() == 0
    user = {"porvoo": "supervisor", "turku": "guide"}[demo]
    assert current_duty(User.objects.get(username=user)) is not None


def test_walk_in_days_lie_behind_and_ahead_each_as_its_rows_say(demo: str) -> None:
    past = WalkInDay.objects.filter(state=DayState.ENDED)
    assert past.count() >= 3
    assert WalkInDay.objects.filter(state=DayState.PLANNED).count() >= 3
    assert Ticket.objects.filter(day__in=past).count() > 15
    for day in WalkInDay.objects.all():
        events = list(TicketEvent.objects.filter(ticket__day=day).order_by("pk"))
        told, kept = course_of(events), statistics.course(day)
        assert told.states == kept.states
        assert (told.waited, told.service) == pytest.approx((kept.waited, kept.service))
        if day.state == DayState.ENDED:
            counted = statistics.count(day).as_json()
            # Sums of logarithms differ in their last digit by the order of the rows.
            counted["measured"] = {m: pytest.approx(s) for m, s in counted["measured"].items()}
            counted["accuracy"] = asdict(accuracy_of(day))
            assert day.figures == counted
            assert is_balanced(kept)
    assert not TicketEvent.objects.filter(by="staff", user=None).exists()
    thursdays = {d.date.weekday() for d in WalkInDay.objects.filter(hours_date__isnull=False)}
    assert 3 in thursdays


@pytest.mark.usefixtures("no_mark")
def test_a_real_unit_is_left_alone() -> None:
    UnitFactory()
    with pytest.raises(loading.ForeignDataError):
        loading.load("porvoo")


@pytest.mark.usefixtures("no_mark")
def test_real_accounts_are_left_alone() -> None:
    UserFactory()
    with pytest.raises(CommandError, match="holds other data"):
        call_command("demo")
    assert demo_mark.demo_data() == ""


@pytest.mark.django_db
def test_without_a_demo_named_nothing_is_loaded(settings: Any) -> None:
    settings.DEMO = ""
    with pytest.raises(CommandError, match="DEMO is not set"):
        call_command("demo")
    assert not Unit.objects.exists()
