"""Two weeks after the evening names, contacts and words go; later the rows."""

from datetime import timedelta

import pytest
from time_machine import travel

from evenings.models import Evening, SignUp, SignUpEvent
from office.core import clock
from office.models import OutboxMessage, Unit
from office.retention.purge import purge
from tests.evenings.cast import signs_up
from tests.evenings.factories import EveningFactory

pytestmark = pytest.mark.django_db


def test_what_goes_when(unit: Unit) -> None:
    evening = EveningFactory()
    row = signs_up(evening, first_name="Aino", email="aino@example.fi", people=2)
    later = signs_up(
        EveningFactory(starts_at=clock.now() + timedelta(days=20)), email="myos@example.fi"
    )
    with travel(evening.ends_at + timedelta(days=13)):
        purge()
        assert SignUp.objects.get(pk=row.pk).email
    with travel(evening.ends_at + timedelta(days=14, hours=1)):
        purge()
        row.refresh_from_db()
        assert (row.first_name, row.email, row.people) == ("", "", 2)
        assert [message.to for message in OutboxMessage.objects.all()] == [later.email]
    with travel(evening.ends_at + timedelta(days=unit.retention_days, hours=1)):
        purge()
        assert not SignUp.objects.filter(pk=row.pk).exists()
        assert not SignUpEvent.objects.filter(sign_up_id=row.pk).exists()
    # How many had a place is a figure, and stays.
    assert Evening.objects.get(pk=evening.pk).people == 2
