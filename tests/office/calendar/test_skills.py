"""What somebody does, speaks or where they work is taken away: the bookings that need it become work."""

from datetime import date, time

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from bookings.models import Appointment, Hold
from office.calendar.hours_handover import BookingsHitError, fingerprint
from office.calendar.hours_impact import SKILLS, change_hours
from office.core import clock
from office.models import (
    Channel,
    Claim,
    ClaimKind,
    Occupancy,
    Professional,
    Role,
    Service,
    ServicePoint,
    WeeklyHours,
)
from office.setup.staffing import save_professional
from office.setup.weekly_hours import add_hours, end_hours
from tests.factories import (
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    ServicePointFactory,
    UserFactory,
    booked,
    busy,
)

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 8, 3)


@pytest.fixture(autouse=True)
def _now():
    with (
        time_machine.travel("2026-07-30 09:00:00+03:00", tick=False),
        translation.override("en"),
    ):
        yield


@pytest.fixture
def point() -> ServicePoint:
    return ServicePointFactory()


@pytest.fixture
def service() -> Service:
    return ServiceFactory(channels=[Channel.IN_PERSON, Channel.PHONE])


@pytest.fixture
def pro(point: ServicePoint, service: Service) -> Professional:
    return ProfessionalFactory(
        points=[point], services=[service], languages=["fi", "sv"], hours=(8, 16)
    )


@pytest.fixture
def manager() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(roles=[Role.MANAGER]))
    return client


def visit(pro: Professional, service: Service, hour: int = 10, **fields: object) -> Appointment:
    point = pro.service_points.first()
    return booked(
        start=clock.at(MONDAY, time(hour)),
        professionals=[pro],
        room=RoomFactory(service_point=point),
        service=service,
        service_point=point,
        **fields,
    )


def posted(pro: Professional, **changes: object) -> dict[str, object]:
    """Return the form of the person as it is, except for `changes`."""
    return {
        "name": pro.name,
        "title_fi": pro.title_fi,
        "email": pro.email,
        "languages": pro.languages,
        "services": [s.pk for s in pro.services.all()],
        "service_points": [p.pk for p in pro.service_points.all()],
        **changes,
    }


@pytest.mark.parametrize(
    "change", [{"services": []}, {"languages": ["fi"]}, {"service_points": []}]
)
def test_what_is_taken_away_is_shown_first_and_then_handed_over(manager, pro, service, change):
    hit = visit(pro, service, language="sv")
    url = reverse("office:person", args=[pro.pk])

    shown = manager.post(url, posted(pro, **change))

    assert [row["label"] for row in shown.context["rows"]] == [hit.reference]
    assert "This hits 1 booking" in shown.content.decode()
    assert not Claim.objects.orphaned().exists()
    assert list(pro.services.all()) == [service]

    data = posted(pro, **change) | {"seen": shown.context["seen"]}
    answer = manager.post(url, data)

    assert answer.status_code == 302
    assert [(c.label, c.orphan_reason) for c in Claim.objects.orphaned()] == [
        (hit.reference, SKILLS)
    ]


def test_what_needs_it_not_is_left_alone(manager, pro, service):
    other = ServiceFactory()
    pro.services.add(other)
    visit(pro, service, language="fi")
    url = reverse("office:person", args=[pro.pk])
    change = {"languages": ["fi"], "services": [service.pk]}
    assert manager.post(url, posted(pro, **change)).status_code == 302
    assert not Claim.objects.orphaned().exists()


def test_a_booking_that_did_not_fit_before_is_not_hit(manager, pro, service):
    # Booked knowingly in a language that the professional does not speak, with an interpreter.
    visit(pro, service, language="en")
    url = reverse("office:person", args=[pro.pk])
    assert manager.post(url, posted(pro, languages=["fi"])).status_code == 302
    assert not Claim.objects.orphaned().exists()


def test_hours_at_a_point_taken_away_end_today(manager, pro):
    stays = ServicePointFactory()
    pro.service_points.add(stays)
    manager.post(reverse("office:person", args=[pro.pk]), posted(pro, service_points=[stays.pk]))
    assert {h.valid_until for h in WeeklyHours.objects.filter(professional=pro)} == {clock.today()}


def test_what_comes_back_is_work_no_longer(pro, service):
    hit = visit(pro, service)
    points = list(pro.service_points.all())
    claim = Claim.objects.get(label=hit.reference)

    def give(*services: Service) -> None:
        try:
            save_professional(pro, services=services, service_points=points)
        except BookingsHitError as error:
            seen = fingerprint(error.hits)
            save_professional(pro, services=services, service_points=points, seen=seen)

    give()
    claim.refresh_from_db()
    assert claim.orphan_reason == SKILLS
    give(service)
    claim.refresh_from_db()
    assert claim.orphaned_at is None


def test_hours_that_come_back_do_not_put_a_lost_skill_right(pro, service, point):
    hit = visit(pro, service)
    claim = Claim.objects.get(label=hit.reference)
    Claim.objects.filter(pk=claim.pk).update(orphaned_at=clock.now(), orphan_reason=SKILLS)
    pro.services.clear()
    hours = WeeklyHours.objects.get(professional=pro, weekday=0)
    with pytest.raises(BookingsHitError) as hits:
        end_hours(hours, last_day=clock.today())
    end_hours(hours, last_day=clock.today(), seen=fingerprint(hits.value.hits))
    add_hours(
        WeeklyHours(
            professional=pro,
            service_point=point,
            weekday=0,
            starts=time(8),
            ends=time(16),
            valid_from=MONDAY,
        )
    )
    claim.refresh_from_db()
    assert claim.orphan_reason == SKILLS


def test_a_channel_taken_from_a_service_hits_the_visits_by_it(manager, pro, service):
    by_phone = visit(pro, service, 9, channel=Channel.PHONE)
    visit(pro, service, 12)
    url = reverse("office:service", args=[service.pk])
    form = {
        **{f"{name}_fi": "x" for name in ("name", "matter", "summary")},
        "duration": 60,
        "buffer_after": 0,
        "channels": [Channel.IN_PERSON],
        "attendance": "both",
        "professionals_needed": 1,
        "slug": service.slug,
        "order": 0,
        "is_active": "on",
    }
    shown = manager.post(url, form)
    assert [row["label"] for row in shown.context["rows"]] == [by_phone.reference]
    service.refresh_from_db()
    assert service.channels == [Channel.IN_PERSON, Channel.PHONE]

    manager.post(url, form | {"seen": shown.context["seen"]})
    service.refresh_from_db()
    assert service.channels == [Channel.IN_PERSON]
    assert [c.label for c in Claim.objects.orphaned()] == [by_phone.reference]

    manager.post(url, form | {"channels": [Channel.IN_PERSON, Channel.PHONE]})
    assert not Claim.objects.orphaned().exists()


def test_a_visitor_s_hold_that_is_hit_is_let_go(pro, service):
    row = busy(pro, clock.at(MONDAY, time(10)), 60, ClaimKind.HOLD)
    now = clock.now()
    Hold.objects.create(
        visitor="v",
        address="a",
        service=service,
        channel=Channel.PHONE,
        starts_at=row.during.lower,
        ends_at=row.during.upper,
        claim=row.claim,
        created_at=now,
        expires_at=now,
    )
    hits = save_professional(pro, services=[], service_points=list(pro.service_points.all()))
    assert hits == []
    assert not Occupancy.objects.filter(resource_id=pro.pk).exists()


def test_only_the_manager_takes_things_away(pro, service):
    url = reverse("office:person", args=[pro.pk])
    colleague = Client()
    colleague.force_login(UserFactory(roles=[Role.SECRETARY]))
    assert colleague.post(url, posted(pro, services=[])).status_code == 403
    assert Client().post(url, posted(pro, services=[])).status_code == 302
    assert list(pro.services.all()) == [service]


def test_the_number_of_queries_is_the_same_for_one_and_for_three(pro, service):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            change_hours(professionals=[pro.pk], change=lambda: None, reason=SKILLS, dry_run=True)
        return len(queries)

    visit(pro, service, 9)
    once = count()
    visit(pro, service, 11)
    visit(pro, service, 13)
    assert count() == once
