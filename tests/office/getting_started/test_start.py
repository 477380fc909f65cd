"""From an empty unit to an open one: the list is read from the data, and a message must arrive."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from office.core import clock
from office.getting_started.steps import next_step, start_steps
from office.models import (
    GuidanceLink,
    HoursKind,
    OutboxMessage,
    PublicStatements,
    Role,
    ServicePoint,
    Unit,
)
from office.setup.public_opening import open_to_public
from tests.factories import (
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    ServicePointFactory,
    UnitFactory,
    UserFactory,
    WeeklyHoursFactory,
)
from tests.office.setup.test_setup_views import UNIT
from walkin.models import Desk

pytestmark = pytest.mark.django_db
LIST, MESSAGE, SEND = "/office/start/", "/office/start/message/", "/office/start/message/send/"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(UserFactory(roles=[Role.MANAGER], email="maija@example.org", language="en"))
    client.cookies["django_language"] = "en"
    return client


def ticks() -> dict[str, bool]:
    return {step.name: step.is_done for step in start_steps()}


def test_the_list_follows_the_data_from_nothing_to_an_open_unit(manager: Client) -> None:
    names = list(ticks())
    assert not any(ticks().values())
    page = manager.get(LIST)
    assert (page.context["done"], page.context["next"].name) == (0, names[0])

    def is_next() -> str:
        step = next_step(start_steps())
        return step.name if step else ""

    unit = UnitFactory(controller_fi="Hyvinvointialue", public_from=None)
    assert is_next() == names[1]
    point = ServicePointFactory()
    assert is_next() == names[2]
    room = RoomFactory(service_point=point)
    service = ServiceFactory()
    assert is_next() == names[4]
    # Somebody who gives the service, but nobody who answers.
    person = ProfessionalFactory(services=[service])
    assert is_next() == names[4]
    UserFactory(roles=[Role.SECRETARY])
    assert is_next() == names[5]
    WeeklyHoursFactory(professional=person, service_point=point)
    # The walk-in is not needed until somebody has hours in it; then it needs a desk.
    assert is_next() == names[7]
    WeeklyHoursFactory(professional=person, service_point=point, kind=HoursKind.WALK_IN, weekday=3)
    assert is_next() == names[6]
    # It leads to where the desk is missing, and so do the walk-in's own pages.
    there = next(step.url for step in start_steps() if step.name == names[6])
    assert there == reverse("queue:places", args=[point.pk])
    days = manager.get(reverse("queue:days")).content.decode()
    assert f'href="{there}"' in days
    assert f"<strong>{point.name}: walk-in hours without a desk</strong>" in days
    Desk.objects.create(service_point=point, name="1")
    WeeklyHoursFactory(professional=person, service_point=point, kind=HoursKind.PHONE, weekday=4)
    assert is_next() == names[9]
    today = clock.today()
    PublicStatements.objects.create(
        protection_officer="Vastaava", privacy_updated=today, accessibility_updated=today
    )
    assert is_next() == names[10]
    link = GuidanceLink.objects.create(title_fi="Kela", url_fi="https://www.kela.fi/")
    assert not ticks()[names[8]]
    link.checked_on = clock.today()
    link.save()
    Unit.objects.update(message_arrived_at=clock.now())
    assert is_next() == names[11]
    assert manager.get("/office/").content.count(b"start-bar") == 1
    open_to_public(at=clock.now())
    assert (is_next(), all(ticks().values())) == ("", True)
    assert b"start-bar" not in manager.get("/office/").content
    # What is taken away is missing again, and so does a closed unit.
    room.is_active = False
    room.save()
    open_to_public(at=None)
    assert is_next() == names[2]
    assert unit.pk == Unit.objects.get().pk


def test_a_sender_that_tells_the_matter_is_none(manager: Client) -> None:
    name = next(iter(ticks()))
    UnitFactory(controller_fi="Perheoikeudellinen yksikkö", public_from=None)
    assert not ticks()[name]
    Unit.objects.update(sender_fi="Hyvinvointialue")
    assert ticks()[name]


def test_a_step_leads_to_its_form_and_back_and_only_the_manager_has_it(client, manager):
    url = next(step.url for step in start_steps())
    assert LIST in manager.get(url).content.decode()
    assert manager.post(url, UNIT).url == LIST
    # Without the list one stays where one was.
    assert manager.post(reverse("office:unit"), UNIT).url == reverse("office:unit")
    secretary = Client()
    secretary.force_login(UserFactory(roles=[Role.SECRETARY]))
    assert b"start-bar" not in secretary.get("/desk/").content
    assert secretary.get(LIST).status_code == 403
    assert Client().get(LIST).status_code == 302


def test_the_steps_ask_the_database_the_same_for_one_and_for_many(
    django_assert_num_queries,
) -> None:
    def a_unit(points: int) -> None:
        for _ in range(points):
            point: ServicePoint = RoomFactory().service_point
            person = ProfessionalFactory(services=[ServiceFactory()])
            WeeklyHoursFactory(professional=person, service_point=point)

    a_unit(1)
    with django_assert_num_queries(12):
        start_steps()
    a_unit(3)
    with django_assert_num_queries(12):
        start_steps()


def test_a_test_message_must_arrive(manager: Client) -> None:
    assert manager.post(SEND).url == MESSAGE
    # Without the unit's settings it has no sender.
    assert not OutboxMessage.objects.exists()
    UnitFactory(public_from=None)
    manager.post(SEND)
    message = OutboxMessage.objects.get()
    assert (message.to, message.at_any_hour) == ("maija@example.org", True)
    found = re.search(r"\d{6}", message.body)
    assert found
    wrong = f"{(int(found[0]) + 1) % 1_000_000:06}"
    page = manager.post(MESSAGE, {"code": wrong})
    assert page.context["form"].errors["code"]
    assert Unit.objects.get().message_arrived_at is None
    response = manager.post(MESSAGE, {"code": f"{found[0][:3]} {found[0][3:]}"})
    assert response.url == LIST
    assert Unit.objects.get().message_arrived_at is not None
    # Used up.
    Unit.objects.update(message_arrived_at=None)
    manager.post(MESSAGE, {"code": found[0]})
    assert Unit.objects.get().message_arrived_at is None


def test_a_code_is_not_guessed_nor_typed_by_another_and_the_page_says_what_became_of_it(
    manager: Client, settings
) -> None:
    UnitFactory(public_from=None)
    manager.post(SEND)
    message = OutboxMessage.objects.get()
    code = re.search(r"\d{6}", message.body)[0]
    other = Client()
    other.force_login(UserFactory(roles=[Role.MANAGER]))
    other.post(MESSAGE, {"code": code})
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        manager.post(MESSAGE, {"code": wrong})
    manager.post(MESSAGE, {"code": code})
    assert Unit.objects.get().message_arrived_at is None
    OutboxMessage.objects.update(last_error="sign-in 535")
    assert "did not let us in" in manager.get(MESSAGE).content.decode()
    OutboxMessage.objects.update(last_error="", sent_at=clock.now())
    settings.DEMO, settings.EMAIL_HOST = "", ""
    page = manager.get(MESSAGE).content.decode()
    assert "The message left" in page
    assert "E-mail is not set up" in page
    # Who has no address is told so.
    other.post(SEND)
    assert OutboxMessage.objects.count() == 1
