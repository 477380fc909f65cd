"""The library of guidance as the manager edits it."""

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from office.core import clock
from office.models import GuidanceLink, GuidanceSituation, Role
from office.models.guidance import check_address
from tests.factories import ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGES = ["", "add/", "situations/", "situations/add/"]


@pytest.fixture
def manager() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(roles=[Role.MANAGER]))
    return client


def link_form(**fields: object) -> dict[str, object]:
    return {
        "title_fi": "Kela: elatustuki",
        "url_fi": "https://www.kela.fi/elatustuki",
        "order": "1",
        "is_active": "on",
        **fields,
    }


def test_a_link_is_added_with_what_it_fits(manager: Client) -> None:
    situation = GuidanceSituation.objects.create(name_fi="Elatusapu")
    service = ServiceFactory()
    data = link_form(situations=[situation.pk], services=[service.pk], url_sv="https://fpa.fi/")
    response = manager.post("/office/guidance/add/", data)
    assert response["Location"] == "/office/guidance/"
    link = GuidanceLink.objects.get()
    assert (link.title_fi, link.url_sv, link.checked_on) == (
        "Kela: elatustuki",
        "https://fpa.fi/",
        None,
    )
    assert [*link.situations.all(), *link.services.all()] == [situation, service]
    page = manager.get("/office/guidance/").content.decode()
    assert "to be checked" in page


def test_who_saves_a_link_looks_after_it_unless_somebody_else_is_chosen(manager: Client) -> None:
    manager.post("/office/guidance/add/", link_form())
    link = GuidanceLink.objects.get()
    assert link.owner_id == int(manager.session["_auth_user_id"])
    colleague = UserFactory(roles=[Role.MANAGER])
    manager.post(f"/office/guidance/{link.pk}/", link_form(owner=colleague.pk))
    link.refresh_from_db()
    assert link.owner == colleague
    # Checked in bulk by another, it stays theirs; without an owner it becomes theirs who checks it.
    GuidanceLink.objects.create(title_fi="Toinen", url_fi="https://a.example/")
    GuidanceLink.objects.update(checked_on=None)
    ticked = {"checked": [*GuidanceLink.objects.values_list("pk", flat=True)]}
    assert manager.post("/office/ready-made/links/check/", ticked).status_code == 302
    owners = dict(GuidanceLink.objects.values_list("title_fi", "owner"))
    assert owners == {
        "Kela: elatustuki": colleague.pk,
        "Toinen": int(manager.session["_auth_user_id"]),
    }
    assert set(GuidanceLink.objects.values_list("checked_on", flat=True)) == {clock.today()}


def test_addresses_are_checked_until_they_change(manager: Client) -> None:
    with time_machine.travel("2026-11-25 10:00+02:00", tick=False):
        manager.force_login(UserFactory(roles=[Role.MANAGER]))
        manager.post("/office/guidance/add/", link_form(is_checked="on"))
        link = GuidanceLink.objects.get()
        assert link.checked_on == clock.today()
        manager.post(f"/office/guidance/{link.pk}/", link_form(order="2"))
        link.refresh_from_db()
        assert (link.order, link.checked_on) == (2, clock.today())
        manager.post(f"/office/guidance/{link.pk}/", link_form(url_fi="https://other.example/"))
        link.refresh_from_db()
        assert link.checked_on is None


@pytest.mark.parametrize(
    "fields",
    [
        {"url_fi": "http://www.kela.fi/"},
        {"url_fi": "javascript:alert(1)"},
        {"url_fi": "https://"},
        {"url_fi": "https://user:pw@kela.fi/"},
        {"url_sv": "www.fpa.fi"},
        {"url_fi": ""},
        {"title_fi": ""},
        {"title_fi": "131052-308T"},
        {"summary_fi": "Soita 131052-308T"},
    ],
)
def test_what_is_refused(manager: Client, fields: dict[str, str]) -> None:
    response = manager.post("/office/guidance/add/", link_form(**fields))
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert not GuidanceLink.objects.exists()


def test_the_model_refuses_other_schemes_as_well() -> None:
    for address in ("http://a.example/", "data:text/html,x", "https://a@b.example/"):
        with pytest.raises(ValidationError):
            check_address(address)
    check_address("https://www.finlex.fi/fi/lainsaadanto/1983/361")


def test_situations_are_the_units_own(manager: Client) -> None:
    data = {"name_fi": "Uutena Suomessa", "order": "3", "is_active": "on"}
    assert manager.post("/office/guidance/situations/add/", data).status_code == 302
    situation = GuidanceSituation.objects.get()
    path = f"/office/guidance/situations/{situation.pk}/"
    manager.post(path, {**data, "name_fi": "Toinen", "is_active": ""})
    situation.refresh_from_db()
    assert (situation.name_fi, situation.is_active) == ("Toinen", False)


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.PARTNER])
def test_only_the_manager_edits_it(role: Role) -> None:
    client = Client()
    client.force_login(UserFactory(roles=[role]))
    for path in PAGES:
        assert client.get(f"/office/guidance/{path}").status_code == 403
    assert client.post("/office/guidance/add/", link_form()).status_code == 403


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    for path in PAGES:
        address = f"/office/guidance/{path}"
        assert client.get(address)["Location"] == f"/accounts/login/?next={address}"


def test_unknown_ones_are_not_found(manager: Client) -> None:
    assert manager.get("/office/guidance/99/").status_code == 404
    assert manager.get("/office/guidance/situations/99/").status_code == 404
