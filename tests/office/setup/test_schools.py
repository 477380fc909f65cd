"""School holidays of the regions: the manager's, and nobody else's."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from office.models import Role, SchoolBreak
from tests.factories import UnitFactory, UserFactory

SENT = {
    "region": "Loviisa",
    "kind": "winter",
    "first_day": "2027-02-22",
    "last_day": "2027-02-28",
}


@pytest.fixture(autouse=True)
def _now(db: None):
    UnitFactory()
    with time_machine.travel("2026-11-24 09:00:00+02:00", tick=False):
        yield


def signed_in(*roles: Role) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(roles=list(roles)))
    return client


@pytest.fixture
def manager() -> Client:
    return signed_in(Role.MANAGER)


def test_added_changed_and_removed(manager: Client) -> None:
    listing = reverse("office:school_breaks")
    assert "None to come yet" in manager.get(listing).content.decode()

    assert manager.post(reverse("office:school_break_add"), SENT).url == listing
    row = SchoolBreak.objects.get()
    assert row.school_year == "2026–2027"
    assert "Loviisa" in manager.get(listing).content.decode()

    one = reverse("office:school_break", args=[row.pk])
    manager.post(one, {**SENT, "last_day": "2027-02-27"})
    assert SchoolBreak.objects.get().last_day == date(2027, 2, 27)

    gone = reverse("office:school_break_remove", args=[row.pk])
    assert manager.get(gone).status_code == 200
    assert SchoolBreak.objects.exists()
    manager.post(gone)
    assert not SchoolBreak.objects.exists()
    assert manager.get(gone).status_code == 404


@pytest.mark.parametrize("change", [{"last_day": "2027-02-21"}, {"last_day": "2027-12-01"}])
def test_odd_dates_are_refused(manager: Client, change: dict[str, str]) -> None:
    page = manager.post(reverse("office:school_break_add"), {**SENT, **change})

    assert list(page.context["form"].errors) == ["last_day"]
    assert not SchoolBreak.objects.exists()


def test_told_twice_is_refused(manager: Client) -> None:
    manager.post(reverse("office:school_break_add"), SENT)
    page = manager.post(reverse("office:school_break_add"), SENT)

    assert "is there already" in page.content.decode()
    assert SchoolBreak.objects.count() == 1


def test_what_is_over_is_only_counted(manager: Client) -> None:
    old = {**SENT, "first_day": "2026-02-16", "last_day": "2026-02-22"}
    manager.post(reverse("office:school_break_add"), old)

    page = manager.get(reverse("office:school_breaks"))
    assert (page.context["rows"], page.context["past"]) == ([], 1)
    assert list(SchoolBreak.objects.not_over(date(2026, 2, 22))) != []
    assert list(SchoolBreak.objects.not_over(date(2026, 2, 23))) == []


def test_only_the_manager_comes_in() -> None:
    row = SchoolBreak.objects.create(**SENT)
    pages = [
        reverse("office:school_breaks"),
        reverse("office:school_break_add"),
        reverse("office:school_break", args=[row.pk]),
        reverse("office:school_break_remove", args=[row.pk]),
    ]
    colleague = signed_in(Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE)
    for page in pages:
        assert colleague.get(page).status_code == 403
        assert colleague.post(page, SENT).status_code in (403, 405)
        assert Client().get(page).status_code == 302
    assert SchoolBreak.objects.count() == 1


def test_queries_are_the_same_for_one_and_for_three(
    manager: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def queries() -> int:
        with django_assert_max_num_queries(15) as captured:
            manager.get(reverse("office:school_breaks"))
        return len(captured)

    SchoolBreak.objects.create(**SENT)
    before = queries()
    for region in ("Sipoo", "Porvoo"):
        SchoolBreak.objects.create(**{**SENT, "region": region})
    assert queries() == before
