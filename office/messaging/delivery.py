"""Sending a message by e-mail or text message, once, with patience where the other end has trouble."""

import json
import logging
import os
import smtplib
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import timedelta
from email.mime.text import MIMEText
from email.utils import formataddr, parseaddr
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import override

from office.core import clock, live_updates, request_id
from office.core.tokens import keyed
from office.hooks import GATES, LAPSING_KINDS
from office.messaging import ics as calendar_file
from office.messaging import quiet_hours, restored_copy
from office.messaging.outbox import TOO_LATE, channel_works, enqueue, text_of
from office.models import MessageChannel, OutboxMessage, Unit

log = logging.getLogger(__name__)

# How long we wait after each attempt that failed for now.
BACK_OFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180)]
ATTEMPTS = len(BACK_OFF) + 1
SMS_TIMEOUT = 15
# A job this late is taken for lost.
GRACE = timedelta(minutes=1)
# Replies that say something of our own sign-in, not of the message.
_OUR_FAULT = {530, 534, 535, 538}


@dataclass
class NotSentError(Exception):
    """`reason` is one of messages.ERRORS, with a code; `for_good`: trying again is of no use."""

    reason: str
    for_good: bool = False


def send(message_id: int) -> bool:
    """Send a waiting message whose time has come; whether it left by this call.

    Nothing leaves a restored copy of the database, see `restored_copy`.

    Not twice, although two jobs may run for it at once: who takes the message moves its time on, so
    that nobody else finds it due. Were we to die on the way, it is due again after that. No lock is
    held while the other server takes its time.
    """
    if restored_copy.is_holding():
        log.warning("message %s is held: this database is a restored copy", message_id)
        return False
    message = _taken(message_id)
    if message is None:
        return False
    with request_id.working_on(message.request_id):
        return _send(message)


def _send(message: OutboxMessage) -> bool:
    if not _may_leave(message):
        return False
    try:
        deliver(message)
    except NotSentError as error:
        _note_failure(message, error)
        return False
    except Exception as error:
        # The words of the error may hold an address: only its kind is written down.
        log.error("message %s: %s", message.pk, type(error).__name__)
        _note_failure(message, NotSentError("unexpected"))
        return False
    OutboxMessage.objects.filter(pk=message.pk).update(sent_at=clock.now(), last_error="")
    if message.last_error:
        live_updates.announce(live_updates.DESK)
    log.info("message %s sent", message.pk)
    return True


def _taken(message_id: int) -> OutboxMessage | None:
    """Take the message for as long as a delivery can last, so that nobody else sends it."""
    now = clock.now()
    with transaction.atomic():
        message = (
            OutboxMessage.objects.waiting()
            .filter(pk=message_id, send_after__lte=now)
            .select_for_update(skip_locked=True)
            .first()
        )
        if message is None:
            return None
        if message.expires_at is not None and message.expires_at <= now:
            _drop_late(message)
            return None
        if _waits_for_morning(message):
            return None
        message.attempts += 1
        message.send_after = now + _longest_delivery()
        message.save(update_fields=["attempts", "send_after"])
    return message


def _drop_late(message: OutboxMessage) -> None:
    """Drop a message whose time has passed. Where somebody must act, it shows on the desk as failed."""
    now = clock.now()
    message.last_error = TOO_LATE
    if message.kind in LAPSING_KINDS:
        message.dropped_at = now
    else:
        message.failed_at = now
    message.save(update_fields=["last_error", "dropped_at", "failed_at"])
    live_updates.announce(live_updates.DESK)
    log.warning("message %s was too late", message.pk)


def _waits_for_morning(message: OutboxMessage) -> bool:
    """Say whether a due message waits for morning, as after a worker was away until night; hold it."""
    if message.at_any_hour:
        return False
    now = clock.now()
    leaves_at = quiet_hours.leave_at(now, Unit.get(), expires_at=message.expires_at)
    if leaves_at <= now:
        return False
    message.send_after = leaves_at
    message.save(update_fields=["send_after"])
    enqueue(message)
    return True


def _may_leave(message: OutboxMessage) -> bool:
    """Ask the gate of the receiver; what is not safe any more is withdrawn, at a retry too."""
    gate = GATES.get(message.receiver_kind)
    if gate is None or gate(message):
        return True
    OutboxMessage.objects.waiting().filter(pk=message.pk).update(dropped_at=clock.now())
    live_updates.announce(live_updates.DESK)
    log.info("message %s withdrawn: its way is not safe any more", message.pk)
    return False


def _longest_delivery() -> timedelta:
    """Return how long a delivery may last: SMTP takes some ten turns, each up to the whole timeout."""
    return timedelta(seconds=15 * max(settings.EMAIL_TIMEOUT, SMS_TIMEOUT))


def _note_failure(message: OutboxMessage, error: NotSentError) -> None:
    now = clock.now()
    with transaction.atomic():
        live_updates.announce(live_updates.DESK)
        # Counted anew from the desk, or withdrawn meanwhile: then this attempt says nothing.
        mine = OutboxMessage.objects.waiting().filter(pk=message.pk, attempts=message.attempts)
        if error.for_good or message.attempts >= ATTEMPTS:
            mine.update(last_error=error.reason, failed_at=now)
            log.warning("message %s failed: %s", message.pk, error.reason)
            return
        message.send_after = now + BACK_OFF[message.attempts - 1]
        if not message.at_any_hour:
            message.send_after = quiet_hours.leave_at(
                message.send_after, Unit.get(), expires_at=message.expires_at
            )
        if mine.update(last_error=error.reason, send_after=message.send_after):
            enqueue(message)
    log.info("message %s waits after attempt %s", message.pk, message.attempts)


def find_unsent() -> int:
    """Give due messages whose job was lost a new one; how many."""
    if restored_copy.is_holding():
        return 0
    late = OutboxMessage.objects.waiting().filter(send_after__lte=clock.now() - GRACE)
    return sum(enqueue(message) for message in late.order_by("send_after")[:500])


def deliver(message: OutboxMessage) -> None:
    """Hand the message over to the other server, or in the demo to a file. Raises NotSentError."""
    if message.channel == MessageChannel.EMAIL:
        if settings.EMAIL_HOST:
            _by_smtp(message)
        elif channel_works(message.channel):
            _into_file(message, "eml", as_email(message).message().as_bytes())
        else:
            raise NotSentError("no-mail-host")
    elif settings.SMS_GATEWAY_URL:
        _by_gateway(message)
    elif channel_works(message.channel):
        _into_file(message, "txt", f"{message.to}\n\n{text_of(message)}\n".encode())
    else:
        raise NotSentError("no-gateway", for_good=True)


def as_email(message: OutboxMessage, connection: BaseEmailBackend | None = None) -> EmailMessage:
    """Turn the message into an e-mail: plain text, and the calendar file where there is one.

    The sender's name is the unit's neutral one, since an inbox shows it before anything else.
    """
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    domain = address.rpartition("@")[2] or "localhost"
    unit = Unit.get()
    with override(message.language):
        sender = unit.sender_name
    email = EmailMessage(
        subject=message.subject,
        body=text_of(message),
        from_email=formataddr((sender, address)),
        to=[message.to],
        reply_to=[unit.reply_address] if unit.reply_address else None,
        connection=connection,
        headers={
            # The same at every attempt, so that a receiver who got it twice can tell.
            "Message-ID": f"<{keyed('message', str(message.pk))[:32]}@{domain}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        },
    )
    if message.calendar:
        part = MIMEText(message.calendar, "calendar", "utf-8")
        part.set_param("method", calendar_file.method_of(message.calendar))
        part.add_header("Content-Disposition", "attachment", filename="calendar.ics")
        email.attach(part)
    return email


def _by_smtp(message: OutboxMessage) -> None:
    smtp = get_connection("django.core.mail.backends.smtp.EmailBackend", fail_silently=False)
    try:
        as_email(message, smtp).send()
    except smtplib.SMTPRecipientsRefused as error:
        code = next((code for code, _words in error.recipients.values()), 550)
        raise _refused(code) from None
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        raise _refused(error.smtp_code) from None
    except smtplib.SMTPResponseException as error:
        # The greeting or our sign-in: the message itself is not what they refuse.
        raise NotSentError(f"sign-in {error.smtp_code}") from None
    except smtplib.SMTPServerDisconnected as error:
        slow = isinstance(error.__context__, TimeoutError)
        raise NotSentError("timeout" if slow else "dropped") from None
    except TimeoutError:
        raise NotSentError("timeout") from None
    except (smtplib.SMTPNotSupportedError, UnicodeError, ValueError):
        raise NotSentError("address", for_good=True) from None
    except (smtplib.SMTPException, ConnectionResetError, BrokenPipeError):
        raise NotSentError("dropped") from None
    except OSError:
        raise NotSentError("unreachable") from None


def _refused(code: int) -> NotSentError:
    if code in _OUR_FAULT:
        return NotSentError(f"sign-in {code}")
    for_good = code >= 500
    return NotSentError(f"{'refused' if for_good else 'delayed'} {code}", for_good=for_good)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry our token, and the message as a GET, to somewhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _by_gateway(message: OutboxMessage) -> None:
    url = settings.SMS_GATEWAY_URL
    if urlsplit(url).scheme not in ("https", "http"):
        raise NotSentError("no-gateway", for_good=True)
    content = {
        "to": message.to,
        "text": text_of(message),
        # The same at every attempt: a gateway that knows it does not send twice.
        "id": keyed("message", str(message.pk))[:32],
    }
    if sender := Unit.get().sms_sender:
        content["sender"] = sender
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        url,
        data=json.dumps(content).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}",
        },
        method="POST",
    )
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=SMS_TIMEOUT):
            return
    except urllib.error.HTTPError as error:
        error.close()
        # 401, 403, 404, 408, 425, 429 speak of us or of the hour, not of the message.
        for_good = error.code in (400, 410, 413, 422)
        raise NotSentError(f"gateway {error.code}", for_good=for_good) from None
    except TimeoutError:
        raise NotSentError("timeout") from None
    except urllib.error.URLError as error:
        slow = isinstance(error.reason, TimeoutError)
        raise NotSentError("timeout" if slow else "unreachable") from None
    except (HTTPException, ConnectionError):
        raise NotSentError("dropped") from None


def _into_file(message: OutboxMessage, ending: str, content: bytes) -> None:
    """Write to the demo's post: DATA_DIR/outbox, for the eyes of its owner only."""
    folder = settings.DATA_DIR / "outbox"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = clock.local(message.created_at).strftime("%Y%m%d-%H%M%S")
    path = folder / f"{stamp}-{message.pk}-{message.kind}.{ending}"
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "wb") as out:
        out.write(content)
