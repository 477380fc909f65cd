"""Short names of services: those that units have already are given one; the manager writes others."""

from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.apps import apps
from django.forms import model_to_dict
from django.utils.translation import override

from office import migrations
from office.models import Service
from office.setup.forms_unit import ServiceForm
from tests.factories import ServiceFactory

# By what it does: its number changes when migrations of others come first.
NAME = next(
    m.name for m in iter_modules(migrations.__path__) if m.name.endswith("_short_service_names")
)
give_short_names = import_module(f"office.migrations.{NAME}").give_short_names


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Sopimus lapsen huollosta, asumisesta ja tapaamisoikeudesta", ("Huolto", "Vårdn.")),
        ("Elatussopimus", ("Elatus", "Underh.")),
        ("Eroneuvonta", ("Eron.", "Skilsm.")),
        ("Vanhemmuuden selvittäminen ja tunnustaminen", ("Vanh.", "Föräld.")),
        ("Perheasioiden sovittelu", ("Sovit.", "Medl.")),
        ("Vanhemmuussuunnitelma", ("Suunn.", "Plan")),
        ("Selvitys tuomioistuimelle (olosuhdeselvitys)", ("Olosuh.", "Utredn.")),
        ("Valvotut ja tuetut tapaamiset", ("Valv.", "Överv.")),
        # Nobody knows it here: the beginning of the name stands in the calendar.
        ("Kuulolla", ("Kuulo.", "Kuulo.")),
    ],
)
def test_a_service_of_before_has_a_short_name(name: str, short: tuple[str, str]) -> None:
    service = ServiceFactory(name_fi=name)

    give_short_names(apps, None)

    service.refresh_from_db()
    found = []
    for language in ("fi", "sv"):
        with override(language):
            found.append(service.calendar_name)
    assert tuple(found) == short


@pytest.mark.django_db
def test_the_manager_writes_a_short_name_of_six_letters() -> None:
    service = ServiceFactory(channels=["in_person"])
    data = {k: v for k, v in model_to_dict(service).items() if v is not None}

    form = ServiceForm(data | {"short_name_fi": "Huolto.", "short_name_sv": ""}, instance=service)
    assert form.is_valid(), form.errors
    form.save()
    assert Service.objects.get().short_name_fi == "Huolto."

    assert "short_name_fi" in ServiceForm(data | {"short_name_fi": "Huoltoko"}).errors
