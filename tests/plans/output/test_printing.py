"""PDFs by the worker: who can fetch them, and what rests in the database meanwhile."""

import io
import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from office.core import clock
from office.staff.rate_limits import TooManyTriesError
from plans import tasks
from plans.content import invitations
from plans.models import HandedKey, Press, Print, PrintState
from plans.output import press, printing
from plans.output.printing import LIFETIME, NoSuchPrintError
from plans.vault import drafts, keys
from tests.plans.conftest import Family
from tests.plans.paper import document, make_pdfs, text_of
from tests.worker import run_what_waits

WORDS = "Salainen lause PDF-tiedostoon"
PASSWORD = "kolme outoa sanaa"


def dump() -> bytes:
    copy = io.BytesIO()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                for row in rows:
                    copy.write(bytes(row))
    return copy.getvalue()


def in_dump(*words: str) -> list[str]:
    found = dump()
    assert b"plan" in found
    return [w for w in words if w.encode() in found or w.encode().hex().encode() in found]


def end_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """End the worker's memory; another one begins."""
    monkeypatch.setattr(press, "_own_keys", None)


@pytest.fixture(autouse=True)
def worker(request: pytest.FixtureRequest) -> None:
    """Register a worker."""
    request.getfixturevalue("alone")
    press.register()


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_it_and_the_one_who_asked_fetches_it(family: Family) -> None:
    asked = printing.request_pdf(family.one(), document(WORDS))
    with pytest.raises(NoSuchPrintError):
        printing.fetch(family.one(), asked)

    run_what_waits()

    assert WORDS in text_of(printing.fetch(family.one(), asked))


@pytest.mark.django_db(transaction=True)
def test_a_copy_of_the_database_holds_no_word_at_any_time(family: Family) -> None:
    asked = printing.request_pdf(family.one(), document(WORDS), password=PASSWORD)
    assert in_dump(WORDS, "Salainen", PASSWORD, asked, "Vanhemmuussuunnitelma") == []
    assert "make_pdf" in dump().decode(errors="replace")

    run_what_waits()

    assert in_dump(WORDS, "Salainen", PASSWORD, asked, "%PDF") == []
    made = Print.objects.get()
    assert bytes(made.request) == b""
    assert WORDS in text_of(printing.fetch(family.one(), asked), PASSWORD)


def test_the_database_with_all_our_secrets_opens_nothing(
    alone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is in the parent's page and in a worker's memory: a later worker has to be handed it."""
    asked = printing.request_pdf(drafts.open_draft(alone), document(WORDS))
    end_worker(monkeypatch)

    make_pdfs()
    assert Print.objects.get().state == PrintState.WAITING
    assert not HandedKey.objects.exists()

    printing.check(drafts.open_draft(alone), asked)
    make_pdfs()
    assert WORDS in text_of(printing.fetch(drafts.open_draft(alone), asked))
    assert not HandedKey.objects.exists()


def test_a_key_handed_to_one_worker_opens_nothing_for_another(
    alone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody with the database in their hands might try."""
    printing.request_pdf(drafts.open_draft(alone), document(WORDS))
    stolen = HandedKey.objects.get()
    end_worker(monkeypatch)
    press.register()
    HandedKey.objects.create(
        print=stolen.print,
        press=Press.objects.get(lookup=press.own_keys().lookup),
        wrapped=stolen.wrapped,
    )

    make_pdfs()

    assert Print.objects.get().state == PrintState.FAILED


def test_all_workers_at_work_can_make_it(alone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = press.own_keys()
    end_worker(monkeypatch)
    press.register()
    asked = printing.request_pdf(drafts.open_draft(alone), document(WORDS))
    assert HandedKey.objects.count() == 2
    monkeypatch.setattr(press, "_own_keys", first)
    make_pdfs()
    printing.fetch(drafts.open_draft(alone), asked)


def test_a_worker_that_is_silent_is_handed_nothing(alone: str) -> None:
    with time_machine.travel(clock.now() + press.LIVES):
        asked = printing.request_pdf(drafts.open_draft(alone), document(WORDS))
        assert not HandedKey.objects.exists()
        press.register()
        printing.check(drafts.open_draft(alone), asked)
        assert HandedKey.objects.count() == 1
        printing.check(drafts.open_draft(alone), asked)
        assert HandedKey.objects.count() == 1
    with time_machine.travel(clock.now() + 2 * press.LIVES):
        printing.delete_expired()
    assert not Press.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_where_no_worker_has_shown_its_key_it_is_asked_to(alone: str) -> None:
    Press.objects.all().delete()
    asked = printing.request_pdf(drafts.open_draft(alone), document(WORDS))
    run_what_waits()
    assert Print.objects.get().state == PrintState.WAITING
    printing.check(drafts.open_draft(alone), asked)
    run_what_waits()
    assert WORDS in text_of(printing.fetch(drafts.open_draft(alone), asked))


def test_nobody_else_fetches_it(family: Family) -> None:
    asked = printing.request_pdf(family.one(), document(WORDS))
    make_pdfs()

    for token in (keys.new_token(), asked[:-1], asked.swapcase(), family.first):
        with pytest.raises(NoSuchPrintError):
            printing.fetch(family.one(), token)
    with pytest.raises(NoSuchPrintError):
        printing.fetch(family.two(), asked)


def test_it_goes_after_minutes(alone: str) -> None:
    now = clock.now()
    with time_machine.travel(now, tick=False):
        asked = printing.request_pdf(drafts.open_draft(alone), document(WORDS))
        make_pdfs()
    with time_machine.travel(now + LIFETIME - timedelta(seconds=5), tick=False):
        assert printing.delete_expired() == 0
        printing.fetch(drafts.open_draft(alone), asked)
    with time_machine.travel(now + LIFETIME, tick=False):
        with pytest.raises(NoSuchPrintError):
            printing.fetch(drafts.open_draft(alone), asked)
        assert tasks.forget_pdfs(0) == 1


def test_what_the_worker_comes_to_too_late_is_not_made(alone: str) -> None:
    printing.request_pdf(drafts.open_draft(alone), document(WORDS))
    with time_machine.travel(clock.now() + LIFETIME):
        make_pdfs()
    assert Print.objects.get().state == PrintState.WAITING


def test_it_can_be_deleted_before(alone: str) -> None:
    asked = printing.request_pdf(drafts.open_draft(alone), document(WORDS))
    printing.delete(drafts.open_draft(alone), asked)
    assert not Print.objects.exists()


def test_a_file_deleted_while_it_is_made_stays_deleted(
    alone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    printing.request_pdf(drafts.open_draft(alone), document(WORDS))
    makes = printing.pdf_of

    def delete_meanwhile(*arguments: Any, **more: Any) -> bytes:
        Print.objects.all().delete()
        return makes(*arguments, **more)

    monkeypatch.setattr(printing, "pdf_of", delete_meanwhile)
    make_pdfs()
    assert not Print.objects.exists()


def test_it_goes_with_the_draft_and_with_the_parent(family: Family) -> None:
    printing.request_pdf(family.one(), document(WORDS))
    printing.request_pdf(family.two(), document(WORDS))
    invitations.delete_own(family.two())
    assert Print.objects.count() == 1
    invitations.delete_own(family.one())
    assert not Print.objects.exists()


def test_what_cannot_be_made_is_failed_and_says_no_word(
    alone: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = printing.request_pdf(
        drafts.open_draft(alone), document(WORDS, language="no such language")
    )
    with caplog.at_level(logging.DEBUG):
        make_pdfs()

    found = printing.find(drafts.open_draft(alone), asked)
    assert found.state == PrintState.FAILED
    assert bytes(Print.objects.get().request) == b""
    assert [r.message for r in caplog.records if r.name == printing.__name__] == [
        "A PDF could not be made: NoPdfError TypstError"
    ]
    said = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    assert not any("Salainen" in line for line in said)


def test_made_twice_it_is_the_first_one(alone: str) -> None:
    asked = printing.request_pdf(drafts.open_draft(alone), document(WORDS))
    make_pdfs()
    first = printing.fetch(drafts.open_draft(alone), asked)
    make_pdfs()
    assert printing.fetch(drafts.open_draft(alone), asked) == first


def test_the_database_keeps_nothing_of_what_was_made(alone: str) -> None:
    printing.request_pdf(drafts.open_draft(alone), document(WORDS))
    with pytest.raises(IntegrityError), transaction.atomic():
        Print.objects.update(state=PrintState.DONE)


def test_there_is_a_limit(alone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "PRINTS_AN_HOUR", 2)
    for _ in range(2):
        printing.request_pdf(drafts.open_draft(alone), document(WORDS))
    with pytest.raises(TooManyTriesError):
        printing.request_pdf(drafts.open_draft(alone), document(WORDS))
    assert Print.objects.count() == 2
