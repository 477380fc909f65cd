"""Axe finds nothing on any page, light or dark, phone or desk; at 400 % nothing scrolls sideways."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bookings.appointments.decisions import cancel
from bookings.availability.codec import parse_slot
from bookings.models import (
    Answer,
    Appointment,
    CallOutcome,
    CallTask,
    OtherParent,
    Party,
    Status,
    TimeOffer,
)
from bookings.phone import calls
from office.core import clock
from office.models import Channel, ClaimKind, OutboxMessage, Role
from office.setup.absences import add_absence
from tests.browser.checks import PHONE, Survey
from tests.browser.conftest import DESK, NewPage
from tests.browser.house import House, coming, visit
from tests.browser.keys import press
from tests.browser.people import Parent, Worker
from tests.factories import AppointmentFactory, PartyFactory, booked, busy, link_of

pytestmark = pytest.mark.browser


def test_the_public_pages(house: House, new_page: NewPage) -> None:
    visit(house, coming(3, 10))
    survey = Survey(new_page())
    survey.page.goto("/")
    survey.look("/", everywhere=True)
    for path in ("/services/", f"/services/{house.custody.slug}/", "/privacy/", "/accessibility/"):
        survey.at(path)
    survey.at("/appointment/")
    survey.at("/accounts/login/")
    survey.page.locator("main form button").click()
    expect(survey.page.locator("[data-error-summary]")).to_be_focused()
    survey.look("sign-in, nothing written")
    survey.at("/no-such-page/", 404)
    survey.at("/appointment/unknown-link/", 404)
    survey.done()


def test_the_pages_of_asking_for_a_time(house: House, new_page: NewPage) -> None:
    parent = Parent(new_page())
    page = parent.page
    survey = Survey(page)
    book = f"/book/{house.custody.slug}"
    survey.at("/book/")
    survey.at(f"{book}/")
    parent.press("Continue")
    parent.sees("There is a problem")
    survey.look("place, nothing chosen")
    survey.at(f"{book}/no-time/")

    page.goto(f"{book}/times/?where=centre")
    survey.look("times", everywhere=True)
    page.locator("#month summary").click()
    # Where the bar at the foot of a phone's page covers none of its days.
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.locator("table.month").evaluate("month => month.scrollIntoView({block: 'start'})")
    survey.look("times, month open")
    slot = parse_slot(page.locator("input[name=slot]").first.get_attribute("value") or "")
    assert slot is not None
    busy(house.supervisor, slot.start, 90)
    page.locator("input[name=slot]").first.check()
    parent.press("Continue")
    parent.sees("That time was just taken")
    survey.look("just taken", everywhere=True)

    page.locator(".notice .slot").first.click()
    parent.sees("Your details")
    survey.look("details")
    parent.press("Continue")
    parent.sees("There is a problem")
    survey.look("details, errors", everywhere=True)
    parent.write_contact("Aino Aalto", "aino@example.org")
    survey.look("visit")
    parent.write_visit("Hei.")
    survey.look("other parent")
    parent.choice("I give their contact details").check()
    parent.press("Continue")
    parent.sees("There is a problem")
    survey.look("other parent, errors")
    parent.give_other("Otso Ek", "otso@example.org")
    survey.look("check", everywhere=True)
    parent.send()
    survey.look("sent")

    page.goto(f"/book/{house.counselling.slug}/times/?where=any")
    parent.choose_time()
    survey.at(f"/book/{house.counselling.slug}/anonymous/")
    survey.done()


def offer(appointment: Appointment, house: House) -> None:
    """Offer two times to choose from, in place of the former one."""
    assert appointment.starts_at
    assert appointment.claim
    claim = appointment.claim
    Appointment.objects.filter(pk=appointment.pk).update(
        status=Status.OFFERED, claim=None, starts_at=None, ends_at=None
    )
    claim.delete()
    for days in (6, 7):
        start = coming(days, 12)
        TimeOffer.objects.create(
            appointment=appointment,
            starts_at=start,
            ends_at=start + timedelta(minutes=90),
            channel=Channel.IN_PERSON,
            service_point=house.points[0],
            claim=busy(house.supervisor, start, 90, ClaimKind.OFFER).claim,
            created_at=clock.now(),
            expires_at=coming(2, 12),
        )


def test_the_personal_page_in_all_its_states(house: House, new_page: NewPage) -> None:
    survey = Survey(new_page())
    _requested, asking, _other = visit(house, coming(1, 9), status=Status.REQUESTED)
    survey.at(link_of(asking))
    _confirmed, asking, invited = visit(house, coming(2, 9))
    survey.at(link_of(asking))
    survey.at(f"{link_of(asking)}move/")
    survey.at(f"{link_of(asking)}cancel/")
    survey.page.goto(link_of(invited))
    survey.look("invited", everywhere=True)
    Party.objects.filter(pk=invited.pk).update(answer=Answer.DECLINED)
    survey.at(link_of(invited))
    passed_on, _asking, invited = visit(house, coming(3, 9))
    Appointment.objects.filter(pk=passed_on.pk).update(
        other_parent=OtherParent.PASS_ON, invitation_hash="0" * 64
    )
    Party.objects.filter(pk=invited.pk).update(name="", email="", email_is_safe=False)
    survey.at(link_of(invited))
    survey.at(f"{link_of(invited)}details/")
    survey.page.locator("main form button").last.click()
    expect(survey.page.locator("[data-error-summary]")).to_be_focused()
    survey.look("taking up an invitation, errors")
    offered, asking, _other = visit(house, coming(4, 9))
    offer(offered, house)
    survey.at(link_of(asking))
    cancelled, asking, _other = visit(house, coming(5, 9))
    cancel(cancelled.pk, party=asking)
    survey.at(link_of(asking))
    survey.done()


def test_the_secretarys_pages(house: House, new_page: NewPage) -> None:
    secretary = Worker(new_page(DESK))
    secretary.come_in(house.users[Role.SECRETARY])
    survey = Survey(secretary.page)
    survey.at("/desk/")  # nothing waits
    requested, _asking, _other = visit(house, coming(1, 9), status=Status.REQUESTED)
    _refused, _one, invited = visit(house, coming(2, 9))
    Party.objects.filter(pk=invited.pk).update(answer=Answer.DECLINED)
    hit, _one, _two = visit(house, coming(4, 9))
    assert hit.starts_at
    assert hit.ends_at
    without_time = AppointmentFactory(
        service=house.custody, other_parent=OtherParent.UNIT, preferred={"days": ["0"]}
    )
    PartyFactory(appointment=without_time, is_requester=True, message="Aamut sopivat.")
    OutboxMessage.objects.create(
        kind="confirmed",
        channel="sms",
        to="+358401234567",
        language="fi",
        body="Hei {link}",
        about=requested.reference,
        created_at=clock.now(),
        send_after=clock.now(),
        attempts=8,
        last_error="gateway 500",
        failed_at=clock.now(),
    )
    survey.page.goto("/desk/")
    survey.look("/desk/", everywhere=True)
    for reference in (requested.reference, without_time.reference, hit.reference):
        survey.at(f"/desk/requests/{reference}/")
    survey.at(f"/desk/requests/{requested.reference}/times/")
    survey.at(f"/desk/requests/{requested.reference}/parties/{requested.parties.first().pk}/")
    survey.at(f"/desk/requests/{without_time.reference}/parties/add/")
    survey.at("/desk/reminders/")
    survey.at(f"/desk/requests/{hit.reference}/change/")
    cancelled, _one, _two = visit(house, coming(5, 9))
    cancel(cancelled.pk, user=house.users[Role.SECRETARY], cancelled_by="unit", why="staff")
    survey.at("/desk/cancelled/")
    call = calls.start(house.users[Role.SECRETARY])
    calls.end(call.pk, user=house.users[Role.SECRETARY], outcome=CallOutcome.CALL_BACK)
    survey.at(f"/desk/phone/tasks/{CallTask.objects.get().pk}/")
    survey.page.goto("/desk/")
    survey.page.locator("#find").fill("Vanhempi")
    press(survey.page, "Enter")
    expect(survey.page.locator("section.found").first).to_be_visible()
    survey.look("found")
    survey.at("/office/", 403)
    survey.at("/accounts/2fa/")
    survey.at("/session/own/")
    survey.at("/accounts/password/reset/")
    survey.at("/accounts/logout/")
    for part in ("", "?page=public", "?page=errors"):
        survey.at(f"/styleguide/{part}")
    survey.at("/outbox/")
    survey.done()


def test_the_professionals_and_the_managers_pages(house: House, new_page: NewPage) -> None:
    day = coming(4, 9)
    visit(house, day)
    booked(
        start=coming(4, 11),
        professionals=[house.supervisor, house.guide],
        room=house.room,
        service=house.custody,
        service_point=house.points[0],
        meeting="separate",
    )
    add_absence(house.supervisor, start=coming(6, 8), end=coming(6, 12), reason="leave")
    supervisor = Worker(new_page(DESK))
    supervisor.come_in(house.users[Role.SUPERVISOR])
    own = Survey(supervisor.page)
    own.page.goto(f"/my-day/?day={day:%Y-%m-%d}")
    own.look("/my-day/", everywhere=True)
    own.at("/my-day/feed/")
    supervisor.press("Make a feed")
    expect(supervisor.page.locator(".messages .notice")).to_be_visible()
    own.look("/my-day/feed/, made")
    own.at("/office/own-calendar/")
    own.done()

    manager = Worker(new_page(DESK))
    manager.come_in(house.users[Role.MANAGER])
    survey = Survey(manager.page)
    person = house.supervisor.pk
    point, service = house.points[0].pk, house.custody.pk
    hours = house.supervisor.weekly_hours.first()
    for path in (
        "",
        "unit/",
        "points/",
        f"points/{point}/",
        f"points/{point}/change/",
        "rooms/",
        "services/",
        f"services/{service}/",
        "people/",
        f"people/{person}/",
        f"people/{person}/calendar/",
        "people/organisations/",
        "people/users/",
        "people/users/add/",
        f"people/users/{house.users[Role.SECRETARY].pk}/sign-in/",
        f"people/users/{house.users[Role.SECRETARY].pk}/sign-in/reset/",
        "people/screen-locks/",
        "hours/",
        f"hours/{person}/",
        f"hours/{person}/add/",
        f"hours/{person}/like/",
        f"hours/{person}/weeks/",
        f"hours/{person}/cut/",
        f"hours/{person}/day/",
        f"hours/weekly/{hours.pk}/",
        "week/",
        "interpreters/",
        "interpreters/add/",
        "closures/",
        "closures/add/",
        "sentences/",
        "sentences/add/",
        "school-holidays/",
        "school-holidays/add/",
    ):
        survey.at(f"/office/{path}")
    survey.at(f"/office/hours/{person}/absence/")
    for name in ("first_day", "last_day"):
        survey.page.locator(f"[name={name}]").fill(f"{day:%Y-%m-%d}")
    survey.page.locator("main form button").first.click()
    expect(survey.page.locator("main table")).to_be_visible()
    survey.look("the absence hits bookings", everywhere=True)
    survey.at(f"/office/hours/{person}/cut/")
    for name, times in {"starts": "8", "ends": "16"}.items():
        survey.page.locator(f"[name={name}]").fill(times)
    survey.page.locator("main form button").first.click()
    expect(survey.page.locator("main table")).to_be_visible()
    survey.look("what becomes of a cut", everywhere=True)
    survey.done()
