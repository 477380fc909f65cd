"""Having a PDF made by the worker: nobody's page waits for it, and nothing readable rests meanwhile.

The page that asks seals the words with a fresh key. The key is wrapped for the secret of the waiting
page, which is kept nowhere, and for the workers at work, whose other halves are in their memories alone
(see press.py). The worker takes the words out of the row and puts the file in, sealed with the same key.
The job carries the row's number. Minutes later the row is deleted, whether the file was fetched or not.

Where no worker has shown its key yet, or another one than those came to the job, the waiting page hands
the key over when it looks again: it is the only one who has it.
"""

import json
import logging
from datetime import timedelta

from django.db import transaction

from office.core import clock, jobs
from office.retention.table import period_of
from office.staff.rate_limits import count_try
from plans.models import HandedKey, Press, Print, PrintState
from plans.output import press
from plans.output.document import Document
from plans.output.pdf import NoPdfError, pdf_of
from plans.vault import keys
from plans.vault.drafts import Access

log = logging.getLogger(__name__)

KEPT = period_of("plan-pdfs")
# Until then the worker has normally long been done.
SLOW = timedelta(seconds=30)
PRINTS_AN_HOUR = 30
TASK = "plans.tasks.make_pdf"


class NoSuchPrintError(Exception):
    """The link opens nothing: wrong, somebody else's, or deleted meanwhile."""


def ask(access: Access, document: Document, *, password: str = "") -> str:
    """Ask the worker for a PDF; the secret of the page where it can be fetched.

    Raises TooManyTriesError.
    """
    count_try("plan pdf", str(access.holder.pk), limit=PRINTS_AN_HOUR, every=timedelta(hours=1))
    token = keys.new_token()
    derived = keys.keys_of(token)
    key = keys.new_data_key()
    now = clock.now()
    asked = Print(
        holder=access.holder, lookup=derived.lookup, created_at=now, expires_at=now + KEPT
    )
    asked.wrapped = keys.wrap(key, derived.public, place=_for_page(asked))
    content = json.dumps({"document": document.as_data(), "password": password}).encode()
    asked.request = keys.seal(key, content, place=_request(asked))
    with transaction.atomic():
        asked.save(force_insert=True)
        _hand_over(asked, key)
    return token


def _hand_over(asked: Print, key: bytes) -> None:
    """Give the key to the workers at work, and the work to one of them; else ask who is there."""
    presses = press.living()
    if not presses:
        jobs.defer_once(press.TASK, lock="show-press")
        return
    HandedKey.objects.bulk_create(
        [
            HandedKey(
                print=asked,
                press=one,
                wrapped=keys.wrap(key, bytes(one.public_key), place=_for_press(asked, one)),
            )
            for one in presses
        ],
        ignore_conflicts=True,
    )
    jobs.defer_once(TASK, lock=f"pdf-{asked.pk}", print_id=str(asked.pk))


def make(print_id: str) -> None:
    """The worker's part. What fails is said on the page, and never with words of the document."""
    asked = Print.objects.filter(pk=print_id, state=PrintState.WAITING).first()
    if asked is None or asked.expires_at <= clock.now():
        return
    own = press.mine()
    handed = asked.handed_keys.select_related("press").filter(press__lookup=own.lookup).first()
    if handed is None:
        # The key was for others, who may have ended. The page hands it over anew when it looks.
        press.show()
        asked.handed_keys.all().delete()
        return
    try:
        key = keys.unwrap(bytes(handed.wrapped), own, place=_for_press(asked, handed.press))
        content = json.loads(keys.unseal(key, bytes(asked.request), place=_request(asked)))
        made = pdf_of(content["document"], password=content["password"])
    except (NoPdfError, keys.SealBrokenError) as error:
        log.warning("A PDF could not be made: %s %s", type(error).__name__, error)
        _end(asked, PrintState.FAILED)
        return
    _end(asked, PrintState.DONE, result=keys.seal(key, made, place=_result(asked)))


def _end(asked: Print, state: PrintState, **fields: bytes) -> None:
    """Only once, and only while it is there: it may have been deleted meanwhile."""
    with transaction.atomic():
        waiting = Print.objects.filter(pk=asked.pk, state=PrintState.WAITING)
        waiting.update(state=state, request=b"", **fields)
        HandedKey.objects.filter(print_id=asked.pk).delete()


def find(access: Access, token: str, *, with_result: bool = False) -> Print:
    """The PDF that this parent asked for. Raises NoSuchPrintError."""
    try:
        lookup = keys.keys_of(token).lookup
    except keys.BadTokenError:
        raise NoSuchPrintError from None
    prints = Print.objects.filter(lookup=lookup, holder=access.holder, expires_at__gt=clock.now())
    if not with_result:
        prints = prints.defer("request", "result")
    found = prints.first()
    if found is None:
        raise NoSuchPrintError
    return found


def look(access: Access, token: str) -> Print:
    """How it stands; where no worker has the key, it is handed over. Raises NoSuchPrintError."""
    found = find(access, token)
    if found.state == PrintState.WAITING and not found.handed_keys.exists():
        key = keys.unwrap(bytes(found.wrapped), keys.keys_of(token), place=_for_page(found))
        with transaction.atomic():
            _hand_over(found, key)
    return found


def fetch(access: Access, token: str) -> bytes:
    """The file. Raises NoSuchPrintError, also where it is not made yet."""
    found = find(access, token, with_result=True)
    if found.state != PrintState.DONE:
        raise NoSuchPrintError
    key = keys.unwrap(bytes(found.wrapped), keys.keys_of(token), place=_for_page(found))
    return keys.unseal(key, bytes(found.result), place=_result(found))


def delete(access: Access, token: str) -> None:
    """Delete the file now. Raises NoSuchPrintError."""
    find(access, token).delete()


def forget_old() -> int:
    """Delete what has had its minutes; how many."""
    press.forget_silent()
    _all, deleted = Print.objects.filter(expires_at__lte=clock.now()).delete()
    return deleted.get("plans.Print", 0)


def _for_page(asked: Print) -> str:
    return f"key of print {asked.pk}"


def _for_press(asked: Print, one: Press) -> str:
    return f"key of print {asked.pk} for {one.lookup}"


def _request(asked: Print) -> str:
    return f"request of print {asked.pk}"


def _result(asked: Print) -> str:
    return f"result of print {asked.pk}"
