"""The manager says how long matters take together."""

from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.apps import apps
from django.test import Client

from office import migrations
from office.models import LengthRule, Role
from tests.factories import ServiceFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

NAME = next(m.name for m in iter_modules(migrations.__path__) if m.name.endswith("_of_visits"))


def test_the_manager_alone_writes_changes_and_removes_rules() -> None:
    UnitFactory(interpreter_minutes=30)
    one, two, three = (ServiceFactory(name_en=name) for name in ("Custody", "Money", "Papers"))
    boss = Client(headers={"accept-language": "en"})
    boss.force_login(UserFactory(roles=[Role.MANAGER]))
    data = {"services": [one.pk, two.pk], "minutes": "120"}

    other = Client()
    other.force_login(UserFactory(roles=[Role.SECRETARY]))
    assert other.post("/office/lengths/add/", data).status_code == 403
    assert boss.post("/office/lengths/add/", data).status_code == 302

    rule = LengthRule.objects.get()
    page = " ".join(boss.get("/office/lengths/").content.decode().split())
    assert "Custody + Money" in page
    assert "2 h" in page
    assert "An interpreter: 30 min more." in page

    # The same matters have one rule; one matter alone, or a length between the cells, is none.
    for wrong, words in (
        (data, "These matters have a rule already"),
        ({**data, "services": [three.pk]}, "Choose at least two"),
        ({"services": [one.pk, three.pk], "minutes": "62"}, "multiple of five"),
    ):
        assert words in boss.post("/office/lengths/add/", wrong).content.decode()
    assert LengthRule.objects.count() == 1

    # Its own matters are no clash.
    address = f"/office/lengths/{rule.pk}/"
    assert boss.post(address, {**data, "minutes": "135"}).status_code == 302
    assert LengthRule.objects.get().minutes == 135
    assert other.post(f"{address}remove/").status_code == 403
    assert boss.post(f"{address}remove/").status_code == 302
    assert not LengthRule.objects.exists()


def test_a_unit_of_before_has_custody_with_maintenance_in_two_hours() -> None:
    add_rule = import_module(f"office.migrations.{NAME}").add_rule
    custody = ServiceFactory(slug="custody-agreement")
    add_rule(apps, None)
    # Another unit's services are its own to say.
    assert not LengthRule.objects.exists()
    both = {custody, ServiceFactory(slug="child-maintenance")}
    add_rule(apps, None)
    rule = LengthRule.objects.get()
    assert (set(rule.services.all()), rule.minutes) == (both, 120)
