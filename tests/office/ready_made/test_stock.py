"""Ready-made contents: out of use until somebody of the unit has read them."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from office.models import (
    GuidanceLink,
    GuidancePageVersion,
    LengthRule,
    Role,
    SchoolBreak,
    Service,
    StandardSentence,
)
from office.ready_made import stock
from tests.factories import ServiceFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
BASE = "/office/ready-made/"


@pytest.fixture
def manager(client: Client) -> Client:
    UnitFactory()
    me = UserFactory(roles=[Role.MANAGER], first_name="Maija", last_name="Mäki")
    client.force_login(me)
    return client


def check(client: Client, kind: str, rows: list[Any]) -> None:
    client.post(f"{BASE}{kind}/check/", {"checked": [row.pk for row in rows]})


def test_services_are_taken_over_read_and_only_then_used(manager: Client) -> None:
    page = manager.get("/office/services/").content.decode()
    assert f'href="{BASE}"' in page
    assert manager.post(f"{BASE}services/").url == f"{BASE}services/check/"
    taken = list(Service.objects.all())
    assert len(taken) == 9
    assert not Service.objects.in_use().exists()
    assert manager.get("/").content.count(b"/services/custody-agreement/") == 0
    page = manager.get(f"{BASE}services/check/").content.decode()
    for service in taken:
        for code in ("fi", "sv", "en"):
            assert getattr(service, f"name_{code}").split(",")[0] in page
    right, other, *_ = taken
    check(manager, "services", [right])
    assert list(Service.objects.in_use()) == [right]
    # Ticking nothing, or nonsense, changes nothing.
    for given in ([], ["x", "-1", str(10**30)]):
        manager.post(f"{BASE}services/check/", {"checked": given})
    assert Service.objects.in_use().count() == 1
    # Whoever takes it into use on its own page has read it.
    other.is_active = True
    other.full_clean()
    other.save()
    other.refresh_from_db()
    assert not other.awaits_check


def test_the_database_lets_nothing_unread_be_used() -> None:
    stock.add_services()
    stock.add_sentences()
    for model in (Service, StandardSentence):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(is_active=True)


def test_what_the_unit_has_is_left_as_it_is(manager: Client) -> None:
    own = ServiceFactory(slug="custody-agreement", name_fi="Oma")
    manager.post(f"{BASE}services/")
    manager.post(f"{BASE}services/")
    own.refresh_from_db()
    assert (own.name_fi, own.awaits_check, Service.objects.count()) == ("Oma", False, 9)
    # A rule of length speaks of services of both; one of them is the unit's own.
    assert not LengthRule.objects.exists()
    StandardSentence.objects.create(name="Sairastapaus", text_fi="Oma", text_sv="x", text_en="x")
    for _ in range(2):
        manager.post(f"{BASE}sentences/")
    assert StandardSentence.objects.filter(awaits_check=True).count() == 2
    check(manager, "sentences", list(StandardSentence.objects.all()))
    assert StandardSentence.objects.in_use().count() == 3


@time_machine.travel("2026-11-01 09:00:00+02:00", tick=False)
def test_likely_school_holidays_are_seen_when_they_were_checked(manager: Client) -> None:
    answer = manager.post(
        f"{BASE}school-holidays/", {"regions": "Porvoo\n Loviisa \nPorvoo", "winter_week": "9"}
    )
    assert answer.url == f"{BASE}school-holidays/check/"
    rows = SchoolBreak.objects.all()
    # The autumn holiday of 2026 is over.
    assert rows.count() == 2 * (3 * 4 - 1)
    winter = rows.get(region="Loviisa", kind="winter", first_day__year=2027)
    assert (winter.first_day, winter.last_day) == (date(2027, 3, 1), date(2027, 3, 7))
    assert not SchoolBreak.objects.checked().exists()
    manager.post(f"{BASE}school-holidays/", {"regions": "Porvoo", "winter_week": "8"})
    assert rows.count() == 22
    check(manager, "school-holidays", [winter])
    assert list(SchoolBreak.objects.checked()) == [winter]
    # Saving the dates is a check as well.
    other = rows.exclude(pk=winter.pk)[0]
    given = {"region": other.region, "kind": other.kind, "first_day": "1.6.2027"}
    manager.post(f"/office/school-holidays/{other.pk}/", {**given, "last_day": "8.6.2027"})
    assert SchoolBreak.objects.checked().count() == 2
    too_long = manager.post(f"{BASE}school-holidays/", {"regions": "x" * 61, "winter_week": "8"})
    assert too_long.context["form"].errors["regions"]


def test_guidance_is_taken_over_and_checked_by_lists(manager: Client) -> None:
    manager.post(f"{BASE}services/")
    assert manager.post(f"{BASE}guidance/").url == f"{BASE}links/check/"
    links = list(GuidanceLink.objects.all())
    assert links
    page = manager.get(f"{BASE}links/check/").content.decode()
    assert all(link.url_fi in page for link in links)
    check(manager, "links", links)
    assert not GuidanceLink.objects.filter(checked_on=None).exists()
    # The pages are another list: marking one says whose initials read it.
    version = GuidancePageVersion.objects.first()
    assert version
    check(manager, "pages", [version])
    version.refresh_from_db()
    assert (version.checked_by, version.checked_on is not None) == ("MM", True)
    # A second press takes nothing over twice.
    assert manager.post(f"{BASE}guidance/").url == BASE
    assert GuidanceLink.objects.count() == len(links)
    assert manager.get(BASE).status_code == 200
