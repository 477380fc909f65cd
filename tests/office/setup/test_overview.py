"""Every page of the office: the manager may, colleagues may not, strangers sign in first."""

import pytest
from django.test import Client
from django.urls import reverse

from office.core import clock
from office.models import (
    Absence,
    Closure,
    GuidanceLink,
    GuidancePage,
    GuidancePageVersion,
    GuidanceSituation,
    HoursChange,
    InterpreterAgency,
    LengthRule,
    Role,
    SchoolBreak,
    StandardSentence,
    WayAnswer,
    WayEnding,
    WayQuestion,
)
from office.ready_made.checks import CHECKS
from office.setup.absences import add_absence
from tests.factories import (
    PartnerOrganisationFactory,
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    ServicePointFactory,
    UnitFactory,
    UserFactory,
    WeeklyHoursFactory,
)
from tests.proving import prove

pytestmark = pytest.mark.django_db

PLAIN = [
    "overview",
    "unit",
    "start",
    "test_message",
    "ready_made",
    "propose_breaks",
    "import",
    "import_template",
    "setup_file",
    "export",
    *(f"check_{kind}" for kind in CHECKS),
    "points",
    "point_add",
    "rooms",
    "services",
    "service_add",
    "people",
    "person_add",
    "member_add",
    "organisations",
    "organisation_add",
    "users",
    "user_add",
    "screen_locks",
    "week",
    "hours",
    "closures",
    "closure_add",
    "school_breaks",
    "school_break_add",
    "sentences",
    "interpreters",
    "languages",
    "interpreter_agency_add",
    "lengths",
    "length_add",
    "sentence_add",
    "guidance",
    "guidance_add",
    "situations",
    "situation_add",
    "guidance_pages",
    "guidance_page_add",
    "ways",
    "way_question_add",
    "way_ending_add",
]
OF_POINT = ["point", "point_edit", "point_switch", "room_add"]
OF_PERSON = [
    "person",
    "member_leaving",
    "person_switch",
    "hours_of",
    "hours_ended",
    "weekly_add",
    "hours_like",
    "hours_weeks",
    "hours_cut",
    "change_add",
    "absence_add",
]
OF_ROW = {
    "room": RoomFactory,
    "room_switch": RoomFactory,
    "service": ServiceFactory,
    "organisation": PartnerOrganisationFactory,
    "user": UserFactory,
    "user_switch": UserFactory,
    "user_access": UserFactory,
    "user_reset": UserFactory,
    "user_end": UserFactory,
    "weekly_change": WeeklyHoursFactory,
    "weekly_end": WeeklyHoursFactory,
}


def an_absence():
    from datetime import UTC, datetime

    person = ProfessionalFactory()
    add_absence(
        person,
        start=datetime(2030, 1, 2, tzinfo=UTC),
        end=datetime(2030, 1, 3, tzinfo=UTC),
        reason="leave",
    )
    return Absence.objects.get(professional=person)


def a_change():
    return HoursChange.objects.create(
        professional=ProfessionalFactory(),
        effect="cuts",
        date="2030-01-02",
        starts="08:00",
        ends="10:00",
    )


def a_closure():
    return Closure.objects.create(first_day="2030-01-02", last_day="2030-01-03")


def a_sentence():
    return StandardSentence.objects.create(
        name="Uusi aika", text_fi="Soita.", text_sv="Ring.", text_en="Call."
    )


def an_agency():
    return InterpreterAgency.objects.create(name="Etelän tulkit")


def a_length():
    rule = LengthRule.objects.create(minutes=120)
    rule.services.set([ServiceFactory(), ServiceFactory()])
    return rule


def a_school_break():
    return SchoolBreak.objects.create(
        region="Porvoo", kind="autumn", first_day="2030-10-14", last_day="2030-10-18"
    )


def a_link():
    return GuidanceLink.objects.create(title_fi="Kela", url_fi="https://www.kela.fi/")


def a_page():
    page = GuidancePage.objects.create(slug="first-days")
    GuidancePageVersion.objects.create(
        page=page, title_fi="Alku", text_fi="Alku", written_at=clock.now()
    )
    return page


def an_answer():
    return WayAnswer.objects.create(
        question=WayQuestion.objects.create(text_fi="Onko?"),
        ending=WayEnding.objects.create(title_fi="Apua", text_fi="Apua"),
        text_fi="On",
    )


def a_situation():
    return GuidanceSituation.objects.create(name_fi="Huoli rahasta")


OF_ROW |= {
    "length": a_length,
    "length_remove": a_length,
    "change_edit": a_change,
    "change_remove": a_change,
    "absence": an_absence,
    "absence_remove": an_absence,
    "closure": a_closure,
    "closure_remove": a_closure,
    "sentence": a_sentence,
    "sentence_remove": a_sentence,
    "interpreter_agency": an_agency,
    "school_break": a_school_break,
    "school_break_remove": a_school_break,
    "guidance_link": a_link,
    "situation": a_situation,
    "guidance_page": a_page,
    "guidance_page_history": a_page,
    "guidance_page_version": lambda: a_page().versions.get(),
    "way_question": lambda: an_answer().question,
    "way_question_remove": lambda: an_answer().question,
    "way_answer_add": lambda: an_answer().question,
    "way_answer": an_answer,
    "way_answer_remove": an_answer,
    "way_ending": lambda: an_answer().ending,
    "way_ending_remove": lambda: an_answer().ending,
    **dict.fromkeys(OF_POINT, ServicePointFactory),
    **dict.fromkeys(OF_PERSON, ProfessionalFactory),
}


@pytest.fixture
def manager(client: Client) -> Client:
    me = UserFactory(roles=[Role.MANAGER])
    client.force_login(me)
    prove(client, me)
    return client


def address(name: str) -> str:
    if name in PLAIN:
        return reverse(f"office:{name}")
    return reverse(f"office:{name}", args=[OF_ROW[name]().pk])


EVERY = [*PLAIN, *OF_ROW]


@pytest.mark.parametrize("name", EVERY)
def test_the_manager_may(manager: Client, name: str):
    UnitFactory()
    response = manager.get(address(name))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("name", EVERY)
def test_a_colleague_may_not(client: Client, name: str):
    url = address(name)
    for role in (Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.PARTNER):
        client.force_login(UserFactory(roles=[role]))
        assert client.get(url).status_code == 403
        # A page that only shows refuses the method before it asks who posts.
        assert client.post(url).status_code in (403, 405)


@pytest.mark.parametrize("name", EVERY)
def test_the_signed_out_sign_in_first(client: Client, name: str):
    url = address(name)
    response = client.get(url)
    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={url}")


@pytest.mark.parametrize("name", OF_ROW)
def test_unknown_rows_are_not_found(manager: Client, name: str):
    for number in (999_999, 10**20):
        assert manager.get(reverse(f"office:{name}", args=[number])).status_code == 404


def test_every_address_of_the_office_is_tested_here():
    from office.urls import urlpatterns

    # Pages with tests of their own; tests/familylaw/test_audiences.py asks all as everybody.
    elsewhere = {
        "password_link",
        "user_link",
        "changes_seen",
        "access",
        "access_extract",
        "access_without_task",
        "retention",
        "opening",
        # tests/familylaw/test_partial_languages.py
        "language",
        "language_own_texts",
        "language_withdraw",
        "statements",
        "typed_day",
        # Of those who meet people: tests/bookings/lifecycle/test_video_links.py.
        "own_video_room",
        # The staff's own calendars: tests/office/own_calendars.
        "own_calendar",
        "own_calendar_read",
        "own_calendar_remove",
        "calendar_of",
        "calendar_of_read",
        "calendar_of_remove",
        # Posted only: tests/office/guidance.
        "guidance_begin",
        # tests/office/getting_started
        "test_message_send",
        # tests/office/ready_made
        "take_services",
        "take_sentences",
        "take_guidance",
        # tests/office/transfer
        "import_links",
        "guidance_link_check",
        "guidance_page_restore",
        # tests/office/setup/test_room_closures.py
        "room_close",
        "room_closure",
        "room_closure_remove",
        "without_hours",
    }
    assert {pattern.name for pattern in urlpatterns} == set(EVERY) | elsewhere
