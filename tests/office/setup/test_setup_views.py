"""The unit, points, rooms, services, people and accounts, as the manager edits them."""

from datetime import date, time

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from office.core import clock
from office.models import (
    Claim,
    GuidanceLink,
    GuidanceSituation,
    PartnerOrganisation,
    Professional,
    Role,
    Room,
    Service,
    ServicePoint,
    Unit,
    User,
)
from office.setup.overview import attention
from office.setup.readiness import untranslated
from office.sign_in.accounts import LastManagerError, save_user, switch_user
from tests.factories import (
    ProfessionalFactory,
    RoomFactory,
    ServiceFactory,
    ServicePointFactory,
    UnitFactory,
    UserFactory,
    booked,
)
from tests.proving import prove

pytestmark = pytest.mark.django_db
PASSWORD = "kolme-kuusta-pihalla"


@pytest.fixture(autouse=True)
def _now():
    with (
        time_machine.travel("2026-07-30 09:00:00+03:00", tick=False),
        translation.override("en"),
    ):
        yield


@pytest.fixture
def me():
    return UserFactory(username="boss", roles=[Role.MANAGER])


@pytest.fixture
def manager(me) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(me)
    prove(client, me)
    return client


def in_languages(**texts: str) -> dict[str, str]:
    return {
        f"{name}_{code}": text if code == "fi" else ""
        for name, text in texts.items()
        for code in ("fi", "sv", "en")
    }


UNIT = {
    **in_languages(name="Yksikkö", controller=""),
    "phone": "019 000 0000",
    "email": "",
    "answer_within_hours": "8",
    "office_opens": "8",
    "office_closes": "16.15",
    "answer_margin_hours": "2",
    "notice_hours": "8",
    "messages_from": "8",
    "messages_until": "20",
    "horizon_weeks": "12",
    "slot_step": "30",
    "hold_minutes": "15",
    "offer_days": "3",
    "separate_gap": "60",
    "call_backs_offered": "on",
    "call_back_minutes": "15",
    "call_back_notice_hours": "2",
    "pair_answer_days": "2",
    "earlier_answer_hours": "6",
    "earlier_notice_hours": "24",
    "video_link_days": "5",
    "guide_meeting_minutes": "120",
    "link_days": "14",
    "leaving_gap": "15",
    "travel_minutes": "30",
    "further_matter_percent": "50",
    "extra_child_from": "3",
    "extra_child_minutes": "0",
    "interpreter_minutes": "0",
    "separate_minutes": "0",
    "cancel_notice_hours": "24",
    "letter_answer_days": "14",
    "referral_days": "14",
    "new_invitations": "1",
    "outcome_days": "7",
    "retention_days": "365",
}


def test_the_first_unit_is_set_up_and_changed(manager):
    url = reverse("office:unit")
    assert manager.post(url, UNIT).status_code == 302
    manager.post(url, {**UNIT, "name_sv": "Enhet"})
    unit = Unit.objects.get()
    assert (unit.name_fi, unit.name_sv, unit.office_closes) == ("Yksikkö", "Enhet", time(16, 15))


def test_the_summary_of_errors_names_the_text_and_its_language(manager):
    page = manager.post(reverse("office:unit"), {**UNIT, "name_fi": ""}).content.decode()
    assert '<a href="#id_name_fi">Name, in Finnish – This field is required.</a>' in page


def test_who_is_signed_in_is_not_told_that_they_are_not(manager):
    secretary = Client(headers={"accept-language": "en"})
    secretary.force_login(UserFactory(roles=[Role.SECRETARY]))
    page = secretary.get(reverse("office:unit"))
    assert page.status_code == 403
    assert "not signed in" not in page.content.decode()


def test_the_unit_s_hours_end_after_they_begin(manager):
    page = manager.post(reverse("office:unit"), {**UNIT, "office_closes": "7"})
    assert page.context["form"].non_field_errors() == ["Working hours must end after they begin."]
    assert not Unit.objects.exists()


POINT = {
    **in_languages(
        name="Uusi piste",
        street="Katu 1",
        city="Porvoo",
        getting_there="Bussilla 1.",
        accessibility="",
    ),
    "postcode": "06100",
    "phone": "",
    "slug": "",
    "order": "0",
}


def test_a_point_gets_its_address_in_links_from_its_name(manager):
    assert manager.post(reverse("office:point_add"), POINT).status_code == 302
    assert ServicePoint.objects.get().slug == "uusi-piste"


def test_an_address_in_links_is_used_once(manager):
    ServicePointFactory(slug="uusi-piste")
    page = manager.post(reverse("office:point_add"), POINT)
    assert list(page.context["form"].errors) == ["slug"]


@pytest.mark.parametrize(
    ("name", "data", "field"),
    [
        ("point_add", {**POINT, "getting_there_sv": "131052-308T"}, "getting_there_sv"),
        ("unit", {**UNIT, "controller_en": "131052-308T"}, "controller_en"),
    ],
)
def test_personal_identity_codes_are_refused(manager, name, data, field):
    page = manager.post(reverse(f"office:{name}"), data)
    assert page.context["form"].errors == {
        field: ["Please leave out personal identity codes. We never need one here."]
    }
    assert page.context["form"][field].value() == "131052-308T"


def test_a_room_is_added_altered_and_its_name_used_once(manager):
    point = ServicePointFactory()
    url = reverse("office:room_add", args=[point.pk])
    data = {"name": "Huone 1", "seats": "4", "is_accessible": "on"}
    assert manager.post(url, data).status_code == 302
    page = manager.post(url, data)
    assert page.context["form"].non_field_errors() == [
        "This service point already has a room of that name."
    ]
    room = Room.objects.get()
    manager.post(reverse("office:room", args=[room.pk]), {**data, "seats": "6"})
    assert [(r.pk, r.seats) for r in Room.objects.all()] == [(room.pk, 6)]


SERVICE = {
    **in_languages(
        name="Eroneuvonta", matter="Mietimme eroa", summary="Neuvontaa.", description="",
        who_comes="", what_to_bring="",
    ),
    "duration": "45",
    "buffer_after": "15",
    "channels": ["in_person", "phone"],
    "attendance": "one",
    "professionals_needed": "1",
    "asked_online": "on",
    "may_be_anonymous": "on",
    "slug": "",
    "order": "1",
    "is_active": "on",
}  # fmt: skip


def test_a_service_is_added(manager):
    assert manager.post(reverse("office:service_add"), SERVICE).status_code == 302
    service = Service.objects.get()
    assert (service.channels, service.may_be_anonymous, service.suits_walk_in) == (
        ["in_person", "phone"],
        True,
        False,
    )
    assert service.name_sv in (None, "")


def test_a_service_s_mistakes_come_back_with_what_was_written(manager):
    page = manager.post(
        reverse("office:service_add"),
        {**SERVICE, "channels": [], "duration": "2", "matter_fi": "", "summary_sv": "Rådgivning."},
    )
    form = page.context["form"]
    assert sorted(form.errors) == ["channels", "duration", "matter_fi"]
    assert form["summary_sv"].value() == "Rådgivning."
    assert "data-error-summary" in page.content.decode()


def person(**fields):
    return {
        "name": "Aino Esimerkki",
        "organisation": "",
        **in_languages(title="lastenvalvoja"),
        "email": "",
        "phone": "",
        "languages": ["fi", "sv"],
        "user": "",
        **fields,
    }


def test_a_professional_is_added_and_altered(manager):
    service, point, user = ServiceFactory(), ServicePointFactory(), UserFactory()
    manager.post(
        reverse("office:person_add"),
        person(services=[service.pk], service_points=[point.pk], user=user.pk),
    )
    found = Professional.objects.get()
    assert (list(found.services.all()), found.user, found.languages) == (
        [service],
        user,
        ["fi", "sv"],
    )
    url = reverse("office:person", args=[found.pk])
    manager.post(url, person(user=user.pk, languages=["fi"]))
    found.refresh_from_db()
    assert (list(found.services.all()), found.languages) == ([], ["fi"])


def test_a_user_is_linked_to_one_professional(manager):
    taken = ProfessionalFactory(user=UserFactory())
    page = manager.post(reverse("office:person_add"), person(user=taken.user.pk))
    assert list(page.context["form"].errors) == ["user"]


@pytest.mark.parametrize("what", ["person", "point", "room"])
def test_out_of_use_lists_the_bookings_first_and_hands_them_over(manager, what):
    point = ServicePointFactory()
    pro, room = ProfessionalFactory(points=[point], hours=(8, 16)), RoomFactory(service_point=point)
    appointment = booked(
        start=clock.at(date(2026, 8, 3), time(9)),
        professionals=[pro],
        room=room,
        service_point=point,
    )
    row = {"person": pro, "point": point, "room": room}[what]
    url = reverse(f"office:{what}_switch", args=[row.pk])
    page = manager.post(url)
    assert page.context["rows"][0]["label"] == appointment.reference
    row.refresh_from_db()
    assert row.is_active
    manager.post(url, {"seen": page.context["seen"]})
    row.refresh_from_db()
    assert not row.is_active
    assert [c.orphan_reason for c in Claim.objects.orphaned()] == ["inactive"]
    manager.post(url)
    row.refresh_from_db()
    assert row.is_active
    assert not Claim.objects.orphaned().exists()


def test_a_partner_organisation_is_added_and_altered(manager):
    data = {**in_languages(name="Perheneuvola"), "email": "", "phone": "", "is_active": "on"}
    manager.post(reverse("office:organisation_add"), data)
    row = PartnerOrganisation.objects.get()
    data.pop("is_active")
    manager.post(reverse("office:organisation", args=[row.pk]), data)
    row.refresh_from_db()
    assert (row.name_fi, row.is_active) == ("Perheneuvola", False)


def user(**fields):
    return {
        "username": "aino",
        "first_name": "Aino",
        "last_name": "Esimerkki",
        "email": "aino@example.org",
        "roles": ["secretary"],
        "language": "sv",
        "password": "",
        **fields,
    }


def test_a_user_without_a_password_gets_a_link_that_is_shown_once(manager):
    response = manager.post(reverse("office:user_add"), user())
    assert response.url == reverse("office:password_link")
    member = User.objects.get(username="aino")
    assert (member.roles, member.language) == (["secretary"], "sv")
    assert not member.has_usable_password()

    page = manager.get(response.url)
    link = page.context["link"]
    assert page.headers["Cache-Control"] == "no-store, private"
    assert link.startswith("http://testserver/accounts/password/reset/key/")
    assert manager.get(response.url).url == reverse("office:users")

    stranger = Client()
    form = stranger.get(link, follow=True)
    assert form.status_code == 200
    stranger.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    member.refresh_from_db()
    assert member.check_password(PASSWORD)
    assert "token_fail" in Client().get(link, follow=True).context


def test_another_link_is_made_by_post_only(manager):
    member = UserFactory()
    url = reverse("office:user_link", args=[member.pk])
    assert manager.get(url).status_code == 405
    assert manager.post(url).url == reverse("office:password_link")
    assert manager.get(reverse("office:password_link")).context["member"] == member


def test_a_closed_account_gets_no_link(manager):
    member = UserFactory(is_active=False)
    assert manager.post(reverse("office:user_link", args=[member.pk])).status_code == 404


@pytest.mark.parametrize("name", ["password_link", "user_link"])
def test_links_for_passwords_are_the_manager_s_alone(client, name):
    member = UserFactory(roles=[Role.SECRETARY])
    url = reverse(f"office:{name}", args=[member.pk] if name == "user_link" else [])
    act = client.post if name == "user_link" else client.get
    # A posted page cannot be opened after signing in: one comes back to the page that posted it.
    back = "/" if name == "user_link" else url
    assert act(url).url == f"/accounts/login/?next={back}"
    client.force_login(member)
    assert act(url).status_code == 403


def test_a_first_password_is_checked_like_any_other(manager):
    page = manager.post(reverse("office:user_add"), user(password="aino"))
    assert list(page.context["form"].errors) == ["password"]
    assert not User.objects.filter(username="aino").exists()
    response = manager.post(reverse("office:user_add"), user(password=PASSWORD))
    assert response.url == reverse("office:users")
    assert Client().login(username="aino", password=PASSWORD)


def test_an_email_address_signs_in_one_user_only(manager):
    UserFactory(email="Aino@example.org")
    page = manager.post(reverse("office:user_add"), user())
    assert list(page.context["form"].errors) == ["email"]


def test_the_last_manager_stays(manager, me):
    page = manager.post(
        reverse("office:user", args=[me.pk]), user(username="boss", roles=["guide"])
    )
    assert page.context["form"].non_field_errors() == [
        "This is the last manager: make somebody else a manager first."
    ]
    me.refresh_from_db()
    assert me.roles == [Role.MANAGER]
    other = UserFactory(roles=[Role.MANAGER])
    with pytest.raises(ValidationError):
        switch_user(me, on=False, by=me)
    switch_user(other, on=False, by=me)
    with pytest.raises(LastManagerError):
        switch_user(me, on=False, by=other)
    other.roles = [Role.GUIDE]
    save_user(other)


def test_a_manager_steps_down_where_another_stays(manager, me):
    UserFactory(roles=[Role.MANAGER])
    manager.post(reverse("office:user", args=[me.pk]), user(username="boss", roles=["guide"]))
    me.refresh_from_db()
    assert me.roles == ["guide"]


def test_a_closed_account_is_signed_out_and_can_be_opened_again(manager):
    member = UserFactory(roles=[Role.MANAGER])
    theirs = Client()
    theirs.force_login(member)
    assert theirs.get(reverse("office:overview")).status_code == 200
    url = reverse("office:user_switch", args=[member.pk])
    manager.post(url)
    assert theirs.get(reverse("office:overview")).status_code == 302
    manager.post(url)
    member.refresh_from_db()
    assert member.is_active


def test_the_overview_tells_what_is_amiss(manager):
    assert [item.text for item in attention()] == [
        "The unit has no settings yet",
        "Nobody works as a secretary",
        "There is no service point",
        "There is no service",
        "There is nobody to meet parents",
        "The privacy and accessibility pages are not complete",
    ]
    UserFactory(roles=[Role.SECRETARY])
    UnitFactory(controller_fi="Alue", controller_sv="Område")
    swedish = {"street_sv": "a", "city_sv": "a"}
    point = ServicePointFactory(name_en="Point", name_sv="a", **swedish)
    pair = ServiceFactory(
        name_en="Mediation", professionals_needed=2, name_sv="a", matter_sv="a", summary_sv="a"
    )
    ProfessionalFactory(name="Idle", services=[pair])
    ProfessionalFactory(name="Free", points=[point], hours=(8, 16))
    ServiceFactory(name_en="Untold")
    assert [item.text for item in attention()] == [
        "Mediation: too few professionals",
        "Untold: too few professionals",
        "Point: no rooms",
        "Free: no services",
        "Idle: no hours",
        "Untold: not in Swedish",
        "The privacy and accessibility pages are not complete",
    ]
    page = manager.get(reverse("office:overview"))
    assert len(page.context["attention"]) == 7


def test_settings_that_parents_need_are_missed(manager):
    UserFactory(roles=[Role.SECRETARY])
    UnitFactory(phone="", name_sv="", controller_fi="")
    told = [item.text for item in attention()]
    assert told[:2] == ["The unit has no phone number", "The unit names no data controller"]
    assert "Family law services: not in Swedish" in told


def test_a_secretary_whose_account_is_closed_answers_nobody(manager):
    UserFactory(roles=[Role.SECRETARY], is_active=False)
    assert "Nobody works as a secretary" in [item.text for item in attention()]


def test_each_public_text_without_swedish_is_named(manager):
    ServicePointFactory(name_fi="Piste", name_en="Point", name_sv="", street_sv="a", city_sv="a")
    ServicePointFactory(name_fi="Toinen", name_sv="Annan", street_fi="Katu 1", city_sv="a")
    ServicePointFactory(name_fi="Poissa", name_sv="", is_active=False)
    GuidanceSituation.objects.create(name_fi="Ero", name_en="Separation")
    GuidanceLink.objects.create(title_fi="Ohje", title_en="Guide", url_fi="https://example.fi/")
    found = [(item.text, item.url) for item in untranslated()]
    assert [told for told, _ in found] == [
        "Point: not in Swedish",
        "Toinen: not in Swedish",
        "Separation: not in Swedish",
        "Guide: not in Swedish",
    ]
    assert all(manager.get(url).status_code == 200 for _, url in found)


OPEN, CLOSED = {"state": "open"}, {"state": "closed"}


def test_the_manager_opens_the_unit_and_closes_it(manager):
    UnitFactory(public_from=None)
    url = reverse("office:opening")
    page = manager.get(url).text
    assert "Nobody works as a secretary" in page
    assert "not open to the public" in manager.get(reverse("office:overview")).text
    assert Client().get("/").status_code == 503
    assert manager.post(url, OPEN).status_code == 302
    since = Unit.get().public_from
    assert since == clock.now()
    assert Client().get("/").status_code == 200
    assert manager.post(url, OPEN).status_code == 302
    assert Unit.get().public_from == since
    manager.post(url, CLOSED)
    assert Unit.get().public_from is None


def test_the_unit_opens_on_a_date(manager):
    UnitFactory(public_from=None)
    url = reverse("office:opening")
    later = {"state": "later", "date": "2026-08-03", "time": "8.00"}
    assert manager.post(url, later).status_code == 302
    assert Unit.get().public_from == clock.at(date(2026, 8, 3), time(8))
    assert manager.get(url).context["form"].initial["state"] == "later"
    page = manager.post(url, {**later, "date": "2026-07-29"})
    assert page.context["form"].errors == {"date": ["This is in the past: choose a later time."]}
    page = manager.post(url, {"state": "later", "date": "", "time": ""})
    assert set(page.context["form"].errors) == {"date", "time"}


def test_a_unit_without_settings_is_not_opened(manager):
    page = manager.post(reverse("office:opening"), OPEN)
    assert page.context["form"].non_field_errors() == [
        "Save the settings of the unit first: the public pages need its name."
    ]


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.PARTNER])
def test_only_a_manager_opens_the_unit(role):
    UnitFactory(public_from=None)
    client = Client()
    assert client.get(reverse("office:opening")).status_code == 302
    client.force_login(UserFactory(roles=[role]))
    assert client.post(reverse("office:opening"), OPEN).status_code == 403
    assert Unit.get().public_from is None
