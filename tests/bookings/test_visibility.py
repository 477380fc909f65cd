"""Each column of an appointment and its parties has its readers; nobody else reads it."""

import pytest
from django.db.models import Model
from django.template import Context, Template

from bookings.models import Appointment, Party
from bookings.models.guarded import HiddenColumnError
from bookings.visibility import APPOINTMENT, PARTY, Columns, Reader
from tests.factories import PartyFactory


@pytest.mark.parametrize(("model", "table"), [(Appointment, APPOINTMENT), (Party, PARTY)])
def test_every_column_has_its_readers(model: type[Model], table: Columns) -> None:
    """A new column is read by nobody until it is decided who may: write it into bookings.visibility."""
    assert {field.name for field in model._meta.concrete_fields} == set(table)
    assert all(Reader.SECRETARY in readers for readers in table.values())


def test_who_meets_both_reads_no_words_of_one_and_not_who_asked() -> None:
    words = {"needs", "message", "preferred", "secretary_note"}
    who_asked = {"is_requester", "other_parent", "answer", "answered_at", "created_at"}
    for reader in (Reader.PROFESSIONAL, Reader.WALK_IN, Reader.INVITED_PARTNER):
        read = {name for table in (APPOINTMENT, PARTY) for name in table if reader in table[name]}
        assert read.isdisjoint(words | who_asked)


def test_of_the_other_parent_nothing_is_read() -> None:
    assert [name for name in PARTY if Reader.OTHER_PARENT in PARTY[name]] == ["id", "appointment"]
    assert [name for name in PARTY if Reader.MANAGER in PARTY[name]] == ["id", "appointment"]


@pytest.mark.django_db
def test_a_hidden_column_is_not_fetched_but_refused() -> None:
    made = PartyFactory(message="Yksipuolinen sana")
    party = Party.objects.with_visit_seen_by(Reader.PROFESSIONAL).get()
    assert (party.pk, party.name) == (made.pk, made.name)
    for row, column in ((party, "message"), (party, "phone"), (party.appointment, "version")):
        with pytest.raises(HiddenColumnError, match=column):
            getattr(row, column)
    # A template does not take it for a name that is missing.
    with pytest.raises(HiddenColumnError):
        Template("{{ party.message }}").render(Context({"party": party}))
    made.refresh_from_db(fields=["message"])
    assert made.message == "Yksipuolinen sana"
