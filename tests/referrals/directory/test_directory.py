"""The directory: what everybody, the staff and the manager see and edit."""

from typing import Any

from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from office.models import Role
from referrals.directory.website_checks import CHECK_TASK, check_website
from referrals.models import DirectoryEntry
from referrals.tasks import find_due_websites
from tests.bookings.desk_cast import Desk, signed_in
from tests.office.own_calendars.calendar_server import calendar_server
from tests.referrals.cast import entry, in_english


def test_only_what_is_public_and_in_use_stands_on_the_public_page(
    guide: Desk, clinic: DirectoryEntry
) -> None:
    entry("Salainen palvelu", is_public=False)
    entry("Vanha palvelu", is_active=False)
    lost = entry("Lopettanut")
    lost.organisation.is_active = False
    lost.organisation.save()

    def shown(page: str, client: Client) -> set[str]:
        text = client.get(page).content.decode()
        names = ("Näsin neuvola", "Salainen palvelu", "Vanha palvelu", "Lopettanut")
        return {name for name in names if name in text}

    assert shown("/guidance/partners/", Client()) == {"Näsin neuvola"}
    inside = {"Näsin neuvola", "Salainen palvelu"}
    assert shown("/desk/referrals/directory/", guide.client) == inside


def test_the_manager_adds_and_changes_a_service_in_three_languages(clinic: DirectoryEntry) -> None:
    lead = signed_in(Role.MANAGER).client
    data = {
        "organisation": clinic.organisation_id,
        "name_fi": "Perheneuvola",
        "name_sv": "Familjerådgivning",
        "for_whom_fi": "Vanhemmille",
        "languages": ["fi", "ar"],
        "website": "https://example.org/",
        "order": "1",
        "is_public": "on",
        "is_active": "on",
    }
    assert lead.post("/office/partners/add/", data).status_code == 302
    made = DirectoryEntry.objects.get(name_fi="Perheneuvola")
    assert (made.name_sv, made.languages, made.takes_referrals) == (
        "Familjerådgivning",
        ["fi", "ar"],
        False,
    )
    page = f"/office/partners/{made.pk}/"
    assert lead.post(page, {**data, "website": "http://example.org/"}).status_code == 200
    assert lead.post(page, {**data, "is_active": ""}).status_code == 302
    made.refresh_from_db()
    assert not made.is_active
    assert signed_in(Role.GUIDE).client.get(page).status_code == 403
    assert Client().get(page).status_code == 302


def test_a_website_that_is_gone_is_work_for_who_edits_the_directory(
    clinic: DirectoryEntry, settings: Any
) -> None:
    manager = in_english(signed_in(Role.MANAGER).client)

    def work() -> bool:
        page = manager.get("/office/").content.decode()
        return "Website of Näsin neuvola: there is no such page" in page

    def jobs() -> int:
        return ProcrastinateJob.objects.filter(task_name=CHECK_TASK).count()

    with calendar_server() as pages:
        settings.OUTSIDE_TEST_HOSTS = [pages.host]
        DirectoryEntry.objects.filter(pk=clinic.pk).update(website=pages.url("/neuvola"))
        entry("Ilman sivuja")
        find_due_websites(0)
        find_due_websites(0)
        assert jobs() == 1
        check_website(clinic.pk)
        assert work()
        # It is looked at again the next day; what was changed, at once.
        ProcrastinateJob.objects.all().update(queueing_lock=None)
        find_due_websites(0)
        assert jobs() == 1
        pages.gives(b"page", "/uusi")
        DirectoryEntry.objects.filter(pk=clinic.pk).update(website=pages.url("/uusi"))
        assert not work()
        find_due_websites(0)
        assert jobs() == 2
        check_website(clinic.pk)
        assert not work()
        pages.fails(404, "/uusi")
        check_website(clinic.pk)
        assert work()
        DirectoryEntry.objects.filter(pk=clinic.pk).update(is_active=False)
        assert not work()
