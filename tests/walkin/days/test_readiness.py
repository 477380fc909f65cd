"""Walk-in hours that nobody can come to are the manager's to see."""

import pytest
from django.test import Client
from django.utils import translation

from office.models import HoursKind, Role
from office.setup.overview import attention
from tests.factories import ProfessionalFactory, ServicePointFactory, UserFactory
from walkin.models import Desk

pytestmark = pytest.mark.django_db


def found() -> list[tuple[str, str]]:
    with translation.override("fi"):
        return [(item.text, item.url) for item in attention() if "ilman pistettä" in item.text]


def test_walk_in_hours_without_a_desk_are_amiss() -> None:
    point = ServicePointFactory(name_fi="Porvoo")
    person = ProfessionalFactory(points=[point], hours=(8, 12))
    assert found() == []
    person.weekly_hours.update(kind=HoursKind.WALK_IN)
    [(told, url)] = found()
    assert told == "Porvoo: walk-in-ajat ilman pistettä"
    client = Client()
    client.force_login(UserFactory(roles=[Role.MANAGER]))
    assert client.get(url).status_code == 200
    desk = Desk.objects.create(service_point=point, name="1")
    assert found() == []
    desk.is_active = False
    desk.save()
    assert len(found()) == 1
