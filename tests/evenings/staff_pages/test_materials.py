"""What there is to read after evenings: its addresses are checked, and partners give some of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.translation import override
from procrastinate.contrib.django.models import ProcrastinateJob

from evenings.afterwards.material_checks import CHECK_TASK
from evenings.models import (
    Evening,
    EveningKind,
    EveningMaterial,
    EveningStatus,
    GivenMaterial,
    OrganiserLink,
)
from evenings.partners.links import make_link
from evenings.sign_ups.actions import own_path
from evenings.tasks import check_material, find_due_materials
from office.core import clock
from office.models import PartnerOrganisation, Role
from tests.evenings.factories import EveningFactory, SignUpFactory
from tests.evenings.staff_pages.cast import DESK, EN, EveningUnit, evening_unit
from tests.factories import PartnerOrganisationFactory
from tests.office.own_calendars.calendar_server import calendar_server


@pytest.fixture
def house(db: None) -> EveningUnit:
    return evening_unit(Role.MANAGER)


@pytest.fixture
def held(house: EveningUnit) -> Evening:
    starts_at = clock.now() - timedelta(days=1)
    evening: Evening = EveningFactory(kind=house.kind, starts_at=starts_at, capacity=9)
    return evening


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def overview(house: EveningUnit) -> str:
    return text(house.client.get("/office/", headers=EN))


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name=CHECK_TASK).count()


def test_an_address_that_is_gone_is_work_for_who_added_it(
    house: EveningUnit, held: Evening, settings: Any
) -> None:
    user = house.desk.user
    user.first_name, user.last_name = "Marja", "Malli"
    user.save()
    found = "Kalvot (fi): there is no such page"
    with calendar_server() as pages:
        settings.OUTSIDE_TEST_HOSTS = [pages.host]
        material = EveningMaterial.objects.create(
            evening=held, title_fi="Kalvot", title_en="Kalvot", url_fi=pages.url("/a"), owner=user
        )
        EveningMaterial.objects.create(evening=held, title="Muistilista", text_fi="Kotiin")
        for _ in range(2):
            find_due_materials(0)
        assert jobs() == 1
        check_material(material.pk)
        assert found in overview(house)
        assert "Looked after by Marja Malli." in overview(house)
        assert f"{DESK}{held.pk}/" in overview(house)
        # What was put right is no work, and is looked at anew.
        ProcrastinateJob.objects.all().update(queueing_lock=None)
        pages.gives(b"page", "/b")
        EveningMaterial.objects.filter(pk=material.pk).update(url_fi=pages.url("/b"))
        assert found not in overview(house)
        find_due_materials(0)
        assert jobs() == 2
        check_material(material.pk)
        assert found not in overview(house)
        # Nobody reads what belongs to an evening that is cancelled, or whose own pages have closed.
        pages.fails(404, "/b")
        check_material(material.pk)
        assert found in overview(house)
        long_ago = clock.now() - timedelta(days=house.unit.link_days + 1)
        Evening.objects.filter(pk=held.pk).update(
            starts_at=long_ago - timedelta(hours=2),
            ends_at=long_ago,
            sign_up_opens_at=long_ago - timedelta(days=9),
            sign_up_closes_at=long_ago - timedelta(days=1),
        )
        assert found not in overview(house)


def test_what_is_added_is_checked_at_once_and_has_an_owner(
    house: EveningUnit, held: Evening
) -> None:
    house.press(f"{held.pk}/materials/add/", title_fi="Opas", url_fi="https://example.org/opas")
    assert EveningMaterial.objects.get().owner == house.desk.user
    assert jobs() == 1


@pytest.fixture
def link(house: EveningUnit, held: Evening) -> OrganiserLink:
    partner: PartnerOrganisation = PartnerOrganisationFactory(name_fi="Yhden vanhemman perheet")
    held.organisers.add(partner)
    return make_link(partner, user=house.desk.user)


def test_a_partner_gives_something_to_read_and_staff_release_it(
    house: EveningUnit, held: Evening, link: OrganiserLink
) -> None:
    visitor, comer = Client(headers=EN), SignUpFactory(evening=held)
    page = f"{link.path}held/{held.pk}/read/"
    assert page in text(visitor.get(link.path))
    given = {"title": "Vertaistuki", "text": "Ryhmä kokoontuu keskiviikkoisin.", "url": ""}
    wrong = [
        {**given, "text": ""},
        {**given, "url": "http://example.org"},
        {**given, "title": ""},
        {**given, "text": "131052-308T"},
    ]
    assert [visitor.post(page, one).status_code for one in wrong] == [422] * 4
    sent = visitor.post(page, given, follow=True)
    assert "The unit reads it and releases it." in text(sent)
    assert "Vertaistuki: the unit has not released it yet" in text(visitor.get(link.path))

    # Nobody reads it before.
    own = own_path(comer)
    assert "Vertaistuki" not in text(Client(headers=EN).get(own))
    assert "gives something to read after an evening: Vertaistuki" in overview(house)
    row = GivenMaterial.objects.get()
    release = f"{held.pk}/materials/add/?given={row.pk}"
    assert f"{DESK}{release}" in house.page(f"{held.pk}/")
    assert "keskiviikkoisin" in house.page(release)
    house.press(release, title_fi="Vertaistukea", text_fi=row.text)
    assert not GivenMaterial.objects.exists()
    assert "Vertaistukea" in text(Client(headers=EN).get(own))
    assert "gives something" not in overview(house)
    assert "has not released" not in text(visitor.get(link.path))

    # What is left out is read by nobody.
    visitor.post(page, given)
    again = GivenMaterial.objects.get()
    other: Evening = EveningFactory()
    foreign = house.client.post(f"{DESK}{other.pk}/given/{again.pk}/remove/")
    assert foreign.status_code == 404
    house.press(f"{held.pk}/given/{again.pk}/remove/")
    assert not GivenMaterial.objects.exists()
    assert EveningMaterial.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        GivenMaterial.objects.create(
            evening=held, organisation=link.organisation, title="x", given_at=clock.now()
        )


def test_only_for_published_evenings_of_their_own(
    house: EveningUnit, held: Evening, link: OrganiserLink
) -> None:
    foreign = EveningFactory()
    planned = EveningFactory(status=EveningStatus.PLANNED, proposed_by=link.organisation)
    for one in (foreign, planned):
        page = f"{link.path}held/{one.pk}/read/"
        assert Client().post(page, {"title": "x", "text": "y"}).status_code == 404
    held.organisers.clear()
    assert Client().get(f"{link.path}held/{held.pk}/read/").status_code == 404
    assert not GivenMaterial.objects.exists()


def test_the_heading_of_a_text_is_not_called_somebodys_profession(
    house: EveningUnit, held: Evening
) -> None:
    link = make_link(PartnerOrganisationFactory(), user=house.desk.user)
    held.organisers.add(link.organisation)
    finnish = {"accept-language": "fi"}
    for path in (
        f"{DESK}kinds/",
        f"{DESK}kinds/add/",
        f"{DESK}{held.pk}/materials/add/",
        f"{link.path}held/{held.pk}/read/",
    ):
        page = text(house.client.get(path, headers=finnish))
        assert "Otsikko" in page, path
        assert "Ammattinimike" not in page, path
    with override("fi"):
        for model in (EveningKind, EveningMaterial, GivenMaterial):
            assert str(model._meta.get_field("title").verbose_name) == "otsikko"
