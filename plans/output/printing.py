"""PDFs are made by the worker, so that no page waits, and nothing readable is stored meanwhile.

The page that asks seals the words with a fresh key. The key is wrapped for the secret of the
waiting page, which is stored nowhere, and for the running workers, whose private keys are only in
their memory (see press.py). The worker replaces the words in the row by the file, sealed with the
same key. The job carries only the row's number. After some minutes the row is deleted, fetched or
not.

Where no worker has registered a key yet, or another one got the job, the waiting page hands the key
over at its next request: nobody else has it.
"""

import json
import logging
from datetime import timedelta

from django.db import transaction

from office.core import clock, jobs
from office.retention.table import period_of
from office.staff.rate_limits import count_try
from office.typesetting.pdf import NoPdfError
from plans.models import HandedKey, Press, Print, PrintState
from plans.output import press
from plans.output.document import Document
from plans.output.pdf import pdf_of
from plans.vault import keys
from plans.vault.drafts import DraftAccess

log = logging.getLogger(__name__)

LIFETIME = period_of("plan-pdfs")
# The worker is normally done long before this.
SLOW = timedelta(seconds=30)
PRINTS_AN_HOUR = 30
TASK = "plans.tasks.make_pdf"


class NoSuchPrintError(Exception):
    """The link opens nothing: wrong, somebody else's, or deleted meanwhile."""


def request_pdf(access: DraftAccess, document: Document, *, password: str = "") -> str:
    """Ask the worker for a PDF; return the secret of the page where it can be fetched.

    Raises TooManyTriesError.
    """
    count_try("plan pdf", str(access.holder.pk), limit=PRINTS_AN_HOUR, every=timedelta(hours=1))
    token = keys.new_token()
    derived = keys.derive_keys(token)
    key = keys.new_data_key()
    now = clock.now()
    print_ = Print(
        holder=access.holder, lookup=derived.lookup, created_at=now, expires_at=now + LIFETIME
    )
    print_.wrapped = keys.wrap(key, derived.public, place=_for_page(print_))
    content = json.dumps({"document": document.as_data(), "password": password}).encode()
    print_.request = keys.seal(key, content, place=_request(print_))
    with transaction.atomic():
        print_.save(force_insert=True)
        _hand_keys_to_presses(print_, key)
    return token


def _hand_keys_to_presses(print_: Print, key: bytes) -> None:
    """Hand the key to the running workers and queue the job; else ask workers to register."""
    presses = press.active_presses()
    if not presses:
        jobs.defer_once(press.TASK, lock="show-press")
        return
    HandedKey.objects.bulk_create(
        [
            HandedKey(
                print=print_,
                press=one,
                wrapped=keys.wrap(key, bytes(one.public_key), place=_for_press(print_, one)),
            )
            for one in presses
        ],
        ignore_conflicts=True,
    )
    jobs.defer_once(TASK, lock=f"pdf-{print_.pk}", print_id=str(print_.pk))


def make_pdf(print_id: str) -> None:
    """Make the PDF, in the worker. A failure is shown on the page, and logged without words of it."""
    print_ = Print.objects.filter(pk=print_id, state=PrintState.WAITING).first()
    if print_ is None or print_.expires_at <= clock.now():
        return
    own = press.own_keys()
    handed = print_.handed_keys.select_related("press").filter(press__lookup=own.lookup).first()
    if handed is None:
        # The key was for others, which may have ended. The page hands it over again when it checks.
        press.register()
        print_.handed_keys.all().delete()
        return
    try:
        key = keys.unwrap(bytes(handed.wrapped), own, place=_for_press(print_, handed.press))
        content = json.loads(keys.unseal(key, bytes(print_.request), place=_request(print_)))
        made = pdf_of(content["document"], password=content["password"])
    except (NoPdfError, keys.SealBrokenError) as error:
        log.warning("A PDF could not be made: %s %s", type(error).__name__, error)
        _end(print_, PrintState.FAILED)
        return
    _end(print_, PrintState.DONE, result=keys.seal(key, made, place=_result(print_)))


def _end(print_: Print, state: PrintState, **fields: bytes) -> None:
    """Set the final state once, and only if the row still exists."""
    with transaction.atomic():
        waiting = Print.objects.filter(pk=print_.pk, state=PrintState.WAITING)
        waiting.update(state=state, request=b"", **fields)
        HandedKey.objects.filter(print_id=print_.pk).delete()


def find(access: DraftAccess, token: str, *, with_result: bool = False) -> Print:
    """Return the PDF that this parent asked for. Raises NoSuchPrintError."""
    try:
        lookup = keys.derive_keys(token).lookup
    except keys.BadTokenError:
        raise NoSuchPrintError from None
    prints = Print.objects.filter(lookup=lookup, holder=access.holder, expires_at__gt=clock.now())
    if not with_result:
        prints = prints.defer("request", "result")
    found = prints.first()
    if found is None:
        raise NoSuchPrintError
    return found


def check(access: DraftAccess, token: str) -> Print:
    """Return the state; hand the key over where no worker has it. Raises NoSuchPrintError."""
    found = find(access, token)
    if found.is_waiting and not found.handed_keys.exists():
        key = keys.unwrap(bytes(found.wrapped), keys.derive_keys(token), place=_for_page(found))
        with transaction.atomic():
            _hand_keys_to_presses(found, key)
    return found


def fetch(access: DraftAccess, token: str) -> bytes:
    """Return the file. Raises NoSuchPrintError, also where it is not ready yet."""
    found = find(access, token, with_result=True)
    if not found.is_done:
        raise NoSuchPrintError
    key = keys.unwrap(bytes(found.wrapped), keys.derive_keys(token), place=_for_page(found))
    return keys.unseal(key, bytes(found.result), place=_result(found))


def delete(access: DraftAccess, token: str) -> None:
    """Delete the file now. Raises NoSuchPrintError."""
    find(access, token).delete()


def delete_expired() -> int:
    """Delete prints whose time is over; return how many."""
    press.delete_inactive()
    _all, deleted = Print.objects.filter(expires_at__lte=clock.now()).delete()
    return deleted.get("plans.Print", 0)


def _for_page(print_: Print) -> str:
    return f"key of print {print_.pk}"


def _for_press(print_: Print, one: Press) -> str:
    return f"key of print {print_.pk} for {one.lookup}"


def _request(print_: Print) -> str:
    return f"request of print {print_.pk}"


def _result(print_: Print) -> str:
    return f"result of print {print_.pk}"
