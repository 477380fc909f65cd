"""A real unit from an empty database to its first visit by its pages, and how many forms that takes.

Three points, nine rooms, nine services, eight people with accounts, six partners: what takes some 160
forms one by one.
"""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from bookings.models import Appointment, Status
from office.models import (
    OutboxMessage,
    PartnerOrganisation,
    Professional,
    Room,
    Service,
    ServicePoint,
    Unit,
    User,
)
from tests.office.setup.test_setup_views import UNIT, in_languages
from tests.office.transfer.new_unit import a_unit

pytestmark = pytest.mark.django_db
PASSWORD = "kolme-kuusta-pihalla"
MOST_FORMS = 40


@pytest.fixture(autouse=True)
def _a_monday(settings: Settings) -> Iterator[None]:
    settings.DEMO, settings.SITE_URL = "", "http://testserver"
    settings.REQUIRE_SECOND_FACTOR = False
    with time_machine.travel("2026-08-03 09:00:00+03:00"), translation.override("en"):
        yield


class Counting(Client):
    """A browser that counts the forms which it sends; none of them may come back with errors."""

    forms = 0

    def submit(self, path: str, data: dict[str, Any] | None = None) -> Any:
        self.forms += 1
        response = self.post(path, data)
        form = response.context.get("form") if response.context else None
        assert form is None or not getattr(form, "errors", None), (path, form.errors)
        return response


def english() -> Counting:
    client = Counting()
    client.cookies["django_language"] = "en"
    return client


def sign_in(client: Counting, link: str, name: str) -> None:
    """Set the first password by its link and sign in with it."""
    form = client.get(link.removeprefix("http://testserver"), follow=True)
    client.submit(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    client.submit("/accounts/login/", {"login": name, "password": PASSWORD})
    assert client.session["_auth_user_id"]


def ticked(client: Counting, kind: str) -> None:
    """Mark everything of a kind as checked."""
    path = f"/office/ready-made/{kind}/check/"
    rows = client.get(path).context["rows"]
    assert rows
    client.submit(path, {"checked": [row.pk for row in rows]})


def set_up(manager: Counting) -> dict[str, str]:
    """Do all of the list but its last step; return people's links for setting passwords, by name."""
    manager.submit(
        "/office/unit/?start",
        {**UNIT, **in_languages(name="Yksikkö", controller="Hyvinvointialue"), "notice_hours": "0"},
    )
    manager.submit("/office/ready-made/services/")
    ticked(manager, "services")
    page = manager.submit("/office/import/", {"file": SimpleUploadedFile("unit.xlsx", a_unit())})
    assert page.context["outcome"].faults == []
    answer = manager.submit("/office/import/", {"sheets": page.context["sheets"]})
    rows = manager.get(answer.url).context["rows"]
    point = ServicePoint.objects.get(slug="porvoon-toimipiste")
    manager.submit(f"/office/walk-in/points/{point.pk}/desks/add/", {"name": "1", "order": "0"})
    manager.submit("/office/ready-made/guidance/")
    ticked(manager, "links")
    ticked(manager, "pages")
    manager.submit("/office/ready-made/sentences/")
    ticked(manager, "sentences")
    manager.submit(
        "/office/ready-made/school-holidays/", {"regions": "Porvoo\nLoviisa", "winter_week": "8"}
    )
    ticked(manager, "school-holidays")
    manager.submit(
        "/office/statements/?start",
        {
            **in_languages(protection_officer="Tietosuojavastaava, tietosuoja@example.org"),
            **in_languages(
                register_name="", processors="", accessibility_faults="", assessed_by=""
            ),
            "privacy_updated": "1.6.2026",
            "accessibility": "partial",
            "accessibility_updated": "1.6.2026",
        },
    )
    manager.submit("/office/start/message/send/")
    code = re.search(r"\d{6}", OutboxMessage.objects.get(kind="test").body)
    assert code
    manager.submit("/office/start/message/", {"code": code[0]})
    return {user.username: link for user, link in rows}


def test_a_unit_opens_in_at_most_forty_forms_and_a_parent_has_a_time() -> None:
    out = StringIO()
    call_command("make_manager", "maija", "maija@example.org", stdout=out, skip_checks=True)
    manager, parent = english(), english()
    sign_in(manager, out.getvalue().split()[-1], "maija")
    assert "not open" in parent.get("/").content.decode()
    links = set_up(manager)
    page = manager.get("/office/start/")
    left = [step.name for step in page.context["steps"] if not step.is_done]
    assert left == ["Open to the public"]
    assert parent.get("/book/").status_code == 503
    manager.submit("/office/public/?start", {"state": "open"})
    assert manager.forms <= MOST_FORMS
    # docs/deployment.md tells the number.
    assert manager.forms == 19
    assert (ServicePoint.objects.count(), Room.objects.count()) == (3, 9)
    assert Service.objects.in_use().count() == 9
    assert Professional.objects.own().count() == 8
    assert (Professional.objects.partners().count(), PartnerOrganisation.objects.count()) == (6, 6)
    assert User.objects.count() == 9
    assert Unit.objects.get().is_public

    book = "/book/custody-agreement/"
    parent.submit(book, {"where": "porvoon-toimipiste"})
    times = parent.get(f"{book}times/").content.decode()
    slot = re.search(r'name="slot"\s+value="([^"]+)"', times)
    assert slot
    parent.submit(f"{book}times/", {"slot": slot[1], "where": "porvoon-toimipiste"})
    parent.submit(
        f"{book}details/",
        {"name": "Vanhempi Yksi", "phone": "040 000 0001", "safe": ["call", "sms"]},
    )
    parent.submit(f"{book}visit/", {"language": "fi", "meeting": "together", "message": ""})
    parent.submit(f"{book}other/", {"other_parent": "unit"})
    parent.get(f"{book}check/")
    assert parent.submit(f"{book}check/").url == f"{book}sent/"

    secretary = english()
    sign_in(secretary, links["ritva.sihteeri"], "ritva.sihteeri")
    visit = Appointment.objects.get()
    card = secretary.get(f"/desk/requests/{visit.reference}/")
    version = re.search(r'name="version"\s+value="([^"]+)"', card.content.decode())
    secretary.submit(
        f"/desk/requests/{visit.reference}/confirm/", {"version": version[1] if version else ""}
    )
    visit.refresh_from_db()
    assert visit.status == Status.CONFIRMED
    assert visit.room is not None
