"""Who can read a draft, and who cannot."""

import io
import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from office.core import clock
from plans.access import guides as guide_access
from plans.models import GuideCode, Part, PartKind, Plan, WrappedKey
from plans.vault import drafts, keys
from plans.vault.drafts import LIFETIME, DraftNotFoundError, NoAccessError
from plans.vault.keys import SealBrokenError
from tests.plans.conftest import COMMON, SECRET, Family
from tests.purged import purged


def test_one_parent_reads_what_they_wrote(alone: str) -> None:
    assert drafts.read(drafts.open_draft(alone), PartKind.OWN_FIRST) == {"said": SECRET}


@pytest.mark.parametrize(
    "spoil",
    [lambda t: t[:-1], lambda t: t + "x", lambda t: t.swapcase(), lambda t: keys.new_token()],
)
def test_wrong_and_truncated_links_open_nothing(alone: str, spoil: Any) -> None:
    with pytest.raises(DraftNotFoundError):
        drafts.open_draft(spoil(alone))


def test_neither_parent_reads_what_the_other_writes_alone(family: Family) -> None:
    drafts.change(family.two(), PartKind.OWN_SECOND, lambda content: {"said": "oma"})

    with pytest.raises(NoAccessError):
        drafts.read(family.two(), PartKind.OWN_FIRST)
    with pytest.raises(NoAccessError):
        drafts.read(family.one(), PartKind.OWN_SECOND)
    assert drafts.read(family.one(), PartKind.SHARED) == drafts.read(family.two(), PartKind.SHARED)


def test_a_key_that_was_moved_to_another_holder_opens_nothing(family: Family) -> None:
    """What somebody with the database in their hands might try."""
    part = Part.objects.get(kind=PartKind.OWN_FIRST)
    stolen = WrappedKey.objects.get(part=part)
    WrappedKey.objects.create(part=part, holder=family.two().holder, wrapped=stolen.wrapped)

    with pytest.raises(SealBrokenError):
        drafts.read(family.two(), PartKind.OWN_FIRST)


def test_content_that_was_put_back_from_an_earlier_day_is_seen(alone: str) -> None:
    part = Part.objects.get(kind=PartKind.OWN_FIRST)
    drafts.change(drafts.open_draft(alone), PartKind.OWN_FIRST, lambda content: {"said": "uusi"})
    Part.objects.filter(pk=part.pk).update(sealed=part.sealed)

    with pytest.raises(SealBrokenError):
        drafts.read(drafts.open_draft(alone), PartKind.OWN_FIRST)


def test_a_copy_of_the_database_holds_no_word_and_no_link(family: Family) -> None:
    code, _until = guide_access.give_code(family.one(), PartKind.SHARED)
    copy = io.BytesIO()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                for row in rows:
                    copy.write(bytes(row))
    dump = copy.getvalue()

    assert b"plan" in dump  # The copy is one: names of tables stand in Django's own.
    words = [SECRET, COMMON, "Salaisuus", family.first, family.second, code]
    forms = [form for word in words for form in (word.encode(), word.encode().hex().encode())]
    assert [form for form in forms if form in dump] == []


def test_two_tabs_lose_nothing_of_each_other(alone: str) -> None:
    one, two = drafts.open_draft(alone), drafts.open_draft(alone)
    drafts.change(one, PartKind.OWN_FIRST, lambda content: {**content, "a": "yksi"})
    drafts.change(two, PartKind.OWN_FIRST, lambda content: {**content, "b": "kaksi"})

    assert drafts.read(one, PartKind.OWN_FIRST) == {"said": SECRET, "a": "yksi", "b": "kaksi"}


@pytest.mark.django_db(transaction=True)
def test_changes_at_the_same_moment_are_all_kept() -> None:
    token = drafts.create_draft({})

    def write(number: int) -> None:
        try:
            access = drafts.open_draft(token)
            for n in range(5):
                drafts.change(
                    access, PartKind.SHARED, lambda content, n=n: {**content, f"{number}.{n}": "x"}
                )
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(drafts.read(drafts.open_draft(token), PartKind.SHARED)) == 20


@pytest.mark.django_db(transaction=True)
def test_a_reader_is_not_shut_out_while_the_lock_is_changed() -> None:
    token = drafts.create_draft({"said": COMMON})
    is_over = threading.Event()

    def change_locks() -> None:
        try:
            while not is_over.is_set():
                with transaction.atomic():
                    drafts.rekey(drafts.open_draft(token), PartKind.SHARED)
        finally:
            connection.close()

    thread = threading.Thread(target=change_locks)
    thread.start()
    try:
        access = drafts.open_draft(token)
        for _ in range(300):
            assert drafts.read(access, PartKind.SHARED) == {"said": COMMON}
    finally:
        is_over.set()
        thread.join()


def test_a_failed_change_changes_nothing(alone: str) -> None:
    def fail(content: drafts.Content) -> drafts.Content:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        drafts.change(drafts.open_draft(alone), PartKind.OWN_FIRST, fail)

    assert drafts.read(drafts.open_draft(alone), PartKind.OWN_FIRST) == {"said": SECRET}


def test_odd_words_come_back_as_they_were_written(alone: str) -> None:
    odd = "<script>\0 \u200f\u05d0\u05d1\u200b 👩‍👧 ÄÖÅ \r\n\t" + "x" * 100_000
    drafts.change(drafts.open_draft(alone), PartKind.OWN_FIRST, lambda content: {"said": odd})

    assert drafts.read(drafts.open_draft(alone), PartKind.OWN_FIRST) == {"said": odd}


def test_a_draft_lives_for_its_lifetime_since_the_last_use(alone: str) -> None:
    begun = clock.now()
    with time_machine.travel(begun + LIFETIME - timedelta(days=1)):
        drafts.open_draft(alone)
        assert purged("plan-drafts") == 0
    with time_machine.travel(begun + 2 * LIFETIME - timedelta(days=2)):
        drafts.open_draft(alone)
    with time_machine.travel(begun + 3 * LIFETIME):
        with pytest.raises(DraftNotFoundError):
            drafts.open_draft(alone)
        assert purged("plan-drafts") == 1
    assert not Plan.objects.exists()
    assert not Part.objects.exists()


def test_entering_costs_one_query_and_reading_another(
    alone: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        access = drafts.open_draft(alone)
    with django_assert_num_queries(1):
        drafts.read(access, PartKind.OWN_FIRST)


def test_codes_that_nobody_used_are_forgotten(alone: str) -> None:
    guide_access.give_code(drafts.open_draft(alone), PartKind.SHARED)
    with time_machine.travel(clock.now() + guide_access.CODE_LASTS):
        drafts.delete_ended_meetings()

    assert not GuideCode.objects.exists()
