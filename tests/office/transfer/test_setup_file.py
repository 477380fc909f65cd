"""The whole set-up as a file: another installation reads it, all of it or nothing."""

import json
from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from demo.unit import build_unit
from evenings.models import EveningKind
from office.guidance.ready_made import take_ready_made
from office.hooks import SETUP_MODELS
from office.models import (
    GuidancePageVersion,
    Professional,
    Role,
    Room,
    Service,
    ServicePoint,
    Unit,
    User,
    WeeklyHours,
)
from office.transfer.setup_file import export_setup, import_setup, is_untouched, setup_models
from tests.evenings.factories import EveningKindFactory
from tests.factories import ServicePointFactory, UnitFactory, UserFactory
from tests.proving import prove
from walkin.models import Desk, PointRules

pytestmark = pytest.mark.django_db
URL = "/office/set-up/"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel("2026-07-30 09:00:00+03:00", tick=False), translation.override("en"):
        yield


def emptied() -> None:
    """Empty the set-up as in a new installation: no rows, and nobody but a manager."""
    for model in reversed(setup_models()):
        model._default_manager.all().delete()
    User.objects.all().delete()
    assert is_untouched()


def without_keys(text: str) -> dict[str, list[Any]]:
    """Return what the file says, apart from the numbers that each installation gives."""

    def bare(row: dict[str, Any]) -> str:
        kept = {
            name: value
            for name, value in row.items()
            if name != "key" and not isinstance(value, (int, list))
        }
        return json.dumps(kept, sort_keys=True)

    tables = json.loads(text)["tables"]
    return {label: sorted(map(bare, rows)) for label, rows in tables.items()}


def test_another_installation_has_the_same_unit_without_its_accounts() -> None:
    build_unit("porvoo")
    take_ready_made(user=None)
    point = Room.objects.all()[0].service_point
    desk = Desk.objects.create(service_point=point, name="1", room=point.rooms.all()[0])
    PointRules.objects.create(service_point=point, visit_minutes=25)
    EveningKindFactory(title_fi="Eron ABC", title_sv="Skilsmässans ABC")
    text = export_setup()
    assert "pbkdf2" not in text
    people = {person.name: person for person in Professional.objects.all()}
    before = {
        name: (
            {service.slug for service in person.services.all()},
            {point.slug for point in person.service_points.all()},
            str(person.organisation),
            person.weekly_hours.count(),
        )
        for name, person in people.items()
    }
    room = str(desk.room)
    emptied()
    counts = import_setup(text)
    assert counts["office.professional"] == len(people)
    assert without_keys(export_setup()) == without_keys(text)
    for name, (services, points, organisation, hours) in before.items():
        person = Professional.objects.get(name=name)
        assert {service.slug for service in person.services.all()} == services
        assert {point.slug for point in person.service_points.all()} == points
        assert (str(person.organisation), person.weekly_hours.count()) == (organisation, hours)
        assert person.user is None
    assert str(Desk.objects.get().room) == room
    assert PointRules.objects.get().visit_minutes == 25
    assert EveningKind.objects.get().title_sv == "Skilsmässans ABC"
    # It is not open before its own manager opens it.
    assert Unit.objects.get().public_from is None
    with pytest.raises(ValidationError):
        import_setup(text)


def test_a_file_at_fault_changes_nothing_and_says_where() -> None:
    UnitFactory(public_from=None, name_fi="Oma", answer_margin_hours=2)
    ServicePointFactory()
    emptied()
    UnitFactory(public_from=None, name_fi="Oma", answer_margin_hours=2)
    good: dict[str, Any] = {
        "format": "familylaw-setup",
        "version": 1,
        "tables": {
            "office.unit": [{"key": 1, "name_fi": "Toinen"}],
            "office.service": [
                {"key": 7, "name_fi": "P", "slug": "p", "matter_fi": "m", "summary_fi": "s",
                 "channels": ["phone"]},
            ],
        },
    }  # fmt: skip
    faults = [
        ({"version": 2}, "newer release"),
        ({"format": "other"}, "not the set-up"),
        ({"tables": []}, "not the set-up"),
        ({"tables": {"office.user": []}}, "newer release"),
        ({"tables": {"office.unit": [{"key": 1, "colour": "red"}]}}, "newer release"),
        (
            {"tables": {**good["tables"], "office.room": [{"key": 1, "service_point": 9}]}},
            "rooms 1: It names something that is not in the file",
        ),
        ({"tables": {**good["tables"], "office.room": [{"key": 1, "name": "x" * 99}]}}, "rooms 1"),
    ]
    for change, words in faults:
        with pytest.raises(ValidationError) as refused:
            import_setup(json.dumps({**good, **change}))
        assert words in " ".join(refused.value.messages)
        assert (Unit.objects.get().name_fi, Service.objects.count()) == ("Oma", 0)
    for nonsense in ("", "[", "7", "[" * 100_000):
        with pytest.raises(ValidationError):
            import_setup(nonsense)
    # Columns that an older release did not have get their defaults; the unit's own row is taken over.
    assert import_setup(json.dumps(good))["office.service"] == 1
    service = Service.objects.get()
    assert (service.duration, service.awaits_check, Unit.objects.get().name_fi) == (
        60,
        False,
        "Toinen",
    )


def test_only_the_newest_words_of_a_page_are_taken_along() -> None:
    take_ready_made(user=None)
    version = GuidancePageVersion.objects.all()[0]
    newer = GuidancePageVersion.objects.get(pk=version.pk)
    newer.pk, newer._state.adding, newer.title_fi = None, True, "Uusi"
    newer.save()
    rows = json.loads(export_setup())["tables"]["office.guidancepageversion"]
    titles = [row["title_fi"] for row in rows if row["page"] == version.page_id]
    assert titles == ["Uusi"]


def test_hours_and_dates_come_back_as_they_were() -> None:
    build_unit("turku")
    text = export_setup()
    emptied()
    import_setup(text)
    hours = WeeklyHours.objects.all()[0]
    assert isinstance(hours.starts, time)
    assert isinstance(hours.valid_from, date)
    assert [model._meta.label for model in SETUP_MODELS] == [
        "walkin.Desk",
        "walkin.Destination",
        "walkin.PointRules",
        "walkin.PointMatter",
        "referrals.DirectoryEntry",
        "evenings.EveningKind",
    ]


def test_the_page_gives_and_reads_the_file_and_the_manager_alone_has_it(client: Client) -> None:
    UnitFactory(public_from=None, answer_margin_hours=2)
    ServicePointFactory(slug="porvoo")
    for role in (Role.SECRETARY, Role.SUPERVISOR):
        client.force_login(UserFactory(roles=[role]))
        assert client.get(f"{URL}unit.json").status_code == 403
        assert client.post(URL).status_code == 403
    me = UserFactory(roles=[Role.MANAGER])
    client.force_login(me)
    assert client.get(f"{URL}unit.json").status_code == 302
    prove(client, me)
    content = client.get(f"{URL}unit.json").content

    def send(given: bytes) -> Any:
        return client.post(URL, {"file": SimpleUploadedFile("unit.json", given)})

    assert send(content).context["form"].errors
    ServicePoint.objects.all().delete()
    assert send(b"\xff\xfe").context["form"].errors["file"]
    assert send(content).url == "/office/start/"
    assert ServicePoint.objects.get().slug == "porvoo"
