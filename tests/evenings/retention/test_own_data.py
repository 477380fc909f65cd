"""A party's sign-ups for evenings are in their extract, and deleted on their request."""

import pytest

from bookings.appointments import decisions
from bookings.models import DataRequest, Party
from bookings.retention import requests
from evenings.models import SignUp
from evenings.notifications.messages import notify_place
from evenings.places.private_words import hash_word
from office.core import clock
from office.models import AccessLogEntry, OutboxMessage, Role
from tests.bookings.conftest import House, house, monday
from tests.bookings.desk_cast import request_for, signed_in
from tests.evenings.factories import WEEK, EveningFactory, SignUpFactory

__all__ = ["house", "monday"]
pytestmark = pytest.mark.django_db


def test_sign_ups_under_their_own_contact_and_no_others(house: House) -> None:
    visit = request_for(house)
    one = visit.parties.get(is_requester=True)
    other = visit.parties.exclude(pk=one.pk).get()
    Party.objects.filter(pk=one.pk).update(email="aino@example.org", phone="+358400000001")
    Party.objects.filter(pk=other.pk).update(email="yhteinen@example.org")
    one.refresh_from_db()
    other.refresh_from_db()
    to_come, been = EveningFactory(), EveningFactory(starts_at=clock.now() - WEEK)
    word = hash_word("pihlaja")
    ahead = SignUpFactory(evening=to_come, email="Aino@example.org", word_hash=word)
    past = SignUpFactory(evening=been, phone="+358400000001", first_name="Aino", word_hash=word)
    others = SignUpFactory(evening=been, email="yhteinen@example.org")
    assert notify_place(ahead) == 1
    desk = signed_in(Role.SECRETARY)

    text = requests.as_text(one)
    assert [row.shown_number in text for row in (ahead, past, others)] == [True, True, False]
    requests.note(one, desk.user, "export")
    logged = AccessLogEntry.objects.filter(reason="own data").values_list("record", flat=True)
    assert {to_come.log_record, been.log_record} <= set(logged)
    # What the other parent has given for them, or both use, may be somebody else's.
    Party.objects.filter(pk=other.pk).update(given_by_other=True, email_is_safe=False)
    other.refresh_from_db()
    assert others.shown_number not in requests.as_text(other)

    decisions.decline(visit.pk, user=desk.user, reason="other")
    asked = requests.ask(one.pk, DataRequest.Kind.DELETION)
    requests.delete(asked.pk, user=desk.user)
    kept = {row.pk: row for row in SignUp.objects.all()}
    assert [(kept[row.pk].email, kept[row.pk].phone) for row in (ahead, past)] == [("", "")] * 2
    assert (kept[ahead.pk].has_place, kept[ahead.pk].word_hash) == (True, word)
    assert kept[past.pk].word_hash == ""
    assert kept[others.pk].email == "yhteinen@example.org"
    assert not OutboxMessage.objects.filter(about=f"evening {ahead.number}").exists()
