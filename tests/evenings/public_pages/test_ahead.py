"""Who is asked "Which way?" hears of evenings only while there are any."""

from datetime import timedelta

import pytest
from django.test import Client

from evenings.models import Evening, EveningStatus
from evenings.planning.queries import evenings_ahead
from office.core import clock
from tests.evenings.factories import EveningFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unit")]


def test_evenings_are_offered_while_one_is_published_and_to_come(client: Client) -> None:
    def is_invited() -> bool:
        return 'href="/evenings/"' in client.get("/").content.decode()

    assert (evenings_ahead(), is_invited()) == (None, False)
    EveningFactory(status=EveningStatus.PLANNED)
    assert (evenings_ahead(), is_invited()) == (None, False)
    Evening.objects.update(status=EveningStatus.PUBLISHED)
    assert is_invited()
    ahead = evenings_ahead()
    assert ahead is not None
    assert ahead.address == "/evenings/"
    Evening.objects.all().delete()
    EveningFactory(starts_at=clock.now() - timedelta(hours=3))
    assert (evenings_ahead(), is_invited()) == (None, False)
