"""The evenings to come, as anybody reads them."""

from datetime import timedelta

import pytest
from django.test import Client

from evenings.models import EveningStatus
from office.core import clock
from tests.evenings.factories import EveningFactory
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db


def test_published_evenings_are_listed_and_no_others(client: Client) -> None:
    UnitFactory()
    page = client.get("/evenings/").content.decode()
    assert "Nyt ei ole suunnitteilla iltoja" in page
    now = clock.now()
    EveningFactory(kind__title_fi="Tuleva", remote_link="https://video.example.fi/secret")
    EveningFactory(kind__title_fi="Suunniteltu", status=EveningStatus.PLANNED)
    EveningFactory(kind__title_fi="Peruttu", status=EveningStatus.CANCELLED, cancelled_at=now)
    EveningFactory(kind__title_fi="Mennyt", starts_at=now - timedelta(days=1))
    page = client.get("/evenings/").content.decode()
    assert "Tuleva" in page
    assert "video.example.fi" not in page
    for hidden in ("Suunniteltu", "Peruttu", "Mennyt"):
        assert hidden not in page
