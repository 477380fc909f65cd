"""Having a PDF made by the worker: nobody's page waits for it, and nothing readable rests meanwhile.

The page that asks seals the words with a key for this one time: drawn from random bytes of the row and a
secret that is not in the database, as the digits for a guide are. The worker takes the words out of the
row and puts the file in, sealed for the link of the waiting page, which is kept nowhere. The job carries
the row's number. Minutes later the row is deleted, whether the file was fetched or not.
"""

import json
import logging
import secrets
from datetime import timedelta

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction

from office import clock, jobs
from office.limits import count_try
from plans import keys
from plans.drafts import Access
from plans.models import Print, PrintState
from plans.output.document import Document
from plans.output.pdf import NoPdfError, pdf_of

log = logging.getLogger(__name__)

KEPT = timedelta(minutes=15)
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
    now = clock.now()
    asked = Print(
        holder=access.holder,
        lookup=derived.lookup,
        public_key=derived.public,
        salt=secrets.token_bytes(32),
        created_at=now,
        expires_at=now + KEPT,
    )
    content = json.dumps({"document": document.as_data(), "password": password}).encode()
    asked.request = keys.seal(_once(asked), content, place=_place(asked))
    with transaction.atomic():
        asked.save(force_insert=True)
        jobs.defer_once(TASK, lock=f"pdf-{asked.pk}", print_id=str(asked.pk))
    return token


def make(print_id: str) -> None:
    """The worker's part. What fails is said on the page, and never with words of the document."""
    asked = Print.objects.filter(pk=print_id, state=PrintState.WAITING).first()
    if asked is None or asked.expires_at <= clock.now():
        return
    try:
        content = json.loads(keys.unseal(_once(asked), bytes(asked.request), place=_place(asked)))
        made = pdf_of(content["document"], password=content["password"])
    except (NoPdfError, keys.SealBrokenError) as error:
        log.warning("A PDF could not be made: %s %s", type(error).__name__, error)
        _end(asked, PrintState.FAILED)
        return
    key = keys.new_data_key()
    place = _place(asked)
    _end(
        asked,
        PrintState.DONE,
        wrapped=keys.wrap(key, bytes(asked.public_key), place=place),
        result=keys.seal(key, made, place=place),
    )


def _end(asked: Print, state: PrintState, **fields: bytes) -> None:
    """Only once, and only while it is there: it may have been deleted meanwhile."""
    waiting = Print.objects.filter(pk=asked.pk, state=PrintState.WAITING)
    waiting.update(state=state, request=b"", salt=b"", **fields)


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


def fetch(access: Access, token: str) -> bytes:
    """The file. Raises NoSuchPrintError, also where it is not made yet."""
    found = find(access, token, with_result=True)
    if found.state != PrintState.DONE:
        raise NoSuchPrintError
    place = _place(found)
    key = keys.unwrap(bytes(found.wrapped), keys.keys_of(token), place=place)
    return keys.unseal(key, bytes(found.result), place=place)


def delete(access: Access, token: str) -> None:
    """Delete the file now. Raises NoSuchPrintError."""
    find(access, token).delete()


def forget_old() -> int:
    """Delete what has had its minutes; how many."""
    return Print.objects.filter(expires_at__lte=clock.now()).delete()[0]


def _once(asked: Print) -> bytes:
    secret = settings.LINK_KEY.encode()
    derive = HKDF(
        algorithm=SHA256(), length=keys.KEY_BYTES, salt=bytes(asked.salt), info=b"plan print"
    )
    return derive.derive(secret)


def _place(asked: Print) -> str:
    return f"print {asked.pk}"
