"""What the secretary writes, and what a parent writes to the secretary, stays with the secretary."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from bookings.appointments import corrections, decisions
from bookings.appointments.reminders import send_reminders
from bookings.models import Appointment, PairInvitation, Party
from bookings.my_day.feed import feed_path, issue_feed
from bookings.partners.mail import link_path as pair_path
from office.models import AccessLogEntry, OutboxMessage, Professional, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import Desk, signed_in, url
from tests.bookings.staff_booking.test_panel import PAGE, time, typed
from tests.factories import PartnerOrganisationFactory, ProfessionalFactory, link_of

pytestmark = pytest.mark.django_db

MARK = "MERKKI"
PROFESSIONALS = (Role.SUPERVISOR, Role.GUIDE, Role.PARTNER)


@pytest.fixture
def written(house: House) -> Appointment:
    """Make a booking full of words of the secretary's, and of a parent's to the secretary."""
    house.service.professionals_needed = 2
    house.service.save()
    ProfessionalFactory(
        services=[house.service],
        points=[house.point],
        hours=(8, 16),
        email="partner@example.org",
        organisation=PartnerOrganisationFactory(),
    )
    desk = signed_in(Role.SECRETARY)
    words = {"note": f"{MARK} puhelusta", "caller-needs": f"{MARK} tarve"}
    assert desk.client.post(PAGE, typed(house, **words)).status_code == 302
    appointment = Appointment.objects.get()
    Party.objects.filter(appointment=appointment).update(message=f"{MARK} viesti")
    corrections.write_note(appointment.pk, f"{MARK} toinen", user=desk.user)
    appointment.refresh_from_db()
    return appointment


def as_professional(professional: Professional, role: Role) -> Client:
    desk: Desk = signed_in(role)
    professional.user = desk.user
    professional.save()
    return desk.client


def addresses(values: dict[str, object]) -> Iterator[str]:
    """Yield every address of the product that these values lead to."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            else:
                yield route

    for route in walk(get_resolver().url_patterns, "/"):
        if "(" in route or "^" in route:
            continue
        path = route
        for name, value in values.items():
            for kind in ("slug", "int", "str", "uuid"):
                path = path.replace(f"<{kind}:{name}>", str(value))
        if "<" not in path:
            yield path


def seen_by(client: Client, appointment: Appointment) -> tuple[list[str], int]:
    """Return the pages that show the words, and how many pages opened."""
    found, opened = [], 0
    values = {"reference": appointment.reference, "pk": appointment.parties.all()[0].pk}
    for path in (*addresses(values), "/my-day/?day=2026-11-25", "/office/week/?week=2026-11-23"):
        response = client.get(path)
        if response.status_code != 200 or response.streaming:
            continue
        opened += 1
        if MARK in response.content.decode(errors="replace"):
            found.append(path)
    return found, opened


@pytest.mark.parametrize("role", [*PROFESSIONALS, Role.MANAGER])
def test_no_other_role_reads_them_on_any_page(
    house: House, written: Appointment, role: Role
) -> None:
    professional = written.professionals.filter(organisation__isnull=role != Role.PARTNER).get()
    client = as_professional(professional, role)
    found, opened = seen_by(client, written)
    assert found == []
    assert opened > 10
    if role in PROFESSIONALS:
        # It is not for want of the visit
        html = client.get("/my-day/?day=2026-11-25").content.decode()
        assert written.reference in html
    assert client.get(url(written)).status_code == 403


def test_the_secretary_does_read_them(written: Appointment) -> None:
    found, _opened = seen_by(signed_in(Role.SECRETARY).client, written)
    assert url(written) in found


def test_nor_do_they_leave_in_a_message_a_calendar_or_a_log(
    house: House, written: Appointment, monday: object
) -> None:
    user = signed_in(Role.SECRETARY).user
    decisions.cancel(written.pk, user=user)
    send_reminders()
    messages = list(OutboxMessage.objects.all())
    assert {message.channel for message in messages} == {"email", "sms"}
    assert any(message.calendar for message in messages)
    for message in messages:
        assert MARK not in f"{message.subject}{message.body}{message.calendar}{message.about}"
    entries = AccessLogEntry.objects.values_list("record", "action", "reason")
    assert MARK not in str(list(entries))


def test_nor_are_they_in_the_feeds_and_links(house: House, written: Appointment) -> None:
    paths = []
    for professional in written.professionals.all():
        issue_feed(professional)
        paths.append(feed_path(professional))
    for party in written.parties.all():
        paths += [link_of(party), f"{link_of(party)}calendar.ics"]
    for invitation in PairInvitation.objects.all():
        paths.append(pair_path(invitation))
    assert len(paths) == 7
    for path in paths:
        response = Client().get(path)
        assert (path, response.status_code) == (path, 200)
        assert MARK not in response.content.decode()


def test_the_note_of_one_separate_visit_is_not_the_others(house: House) -> None:
    desk = signed_in(Role.SECRETARY)
    words = {"note": f"{MARK} soittajasta", "meeting": "separate", "slot_other": time(house, 11)}
    desk.client.post(PAGE, typed(house, **words))
    one, two = Appointment.objects.order_by("starts_at")
    assert two.starts_at == one.starts_at + timedelta(hours=2) == at(11)
    assert (MARK in one.secretary_note, two.secretary_note) == (True, "")
