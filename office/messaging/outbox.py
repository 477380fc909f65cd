"""Writing a message for sending: in the transaction of the change that it tells about.

Either both are there afterwards or neither. The job that sends it carries the message's number only.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import configure_task

from office.core import clock, jobs, live_updates, request_id, tokens
from office.core.own_codes import own_code
from office.hooks import MESSAGE_KINDS
from office.messaging import quiet_hours
from office.models import MessageChannel, OutboxMessage, Unit

LINK_MARK = "{link}"
# Where the receiver's own code goes: like the link, it is put in when the message leaves.
CODE_MARK = "{code}"
# What a message's last_error says when its last moment passed before it could leave.
TOO_LATE = "too-late"
SEND_TASK = "office.tasks.send_message"
QUEUE = "messages"


# Until when messages wait that are written now, and which have been.
_delay: ContextVar[tuple[datetime, list[int]] | None] = ContextVar("delay", default=None)


@contextmanager
def delayed_until(until: datetime) -> Iterator[list[int]]:
    """Hold messages written within this until `until` at the earliest; their ids gather in the list."""
    written: list[int] = []
    token = _delay.set((until, written))
    try:
        yield written
    finally:
        _delay.reset(token)


@dataclass(frozen=True)
class Link:
    """A personal link: {token} of `path` is derived from the nonce when the message leaves.

    {short} is the same key in fewer characters, which fits into one text message.
    """

    path: str
    purpose: str
    nonce: str


@dataclass(frozen=True)
class Also:
    """Another visit that a message tells of, and the nonce of its own link."""

    about: str
    nonce: str


@dataclass(frozen=True)
class Receiver:
    """Whose safe ways are asked once more when the message leaves; see office.hooks.GATES."""

    kind: str
    pk: int


def post(
    *,
    kind: str,
    channel: str,
    to: str,
    language: str,
    body: str,
    subject: str = "",
    link: Link | None = None,
    calendar: str = "",
    about: str = "",
    once_key: str | None = None,
    send_after: datetime | None = None,
    expires_at: datetime | None = None,
    at_any_hour: bool = False,
    receiver: Receiver | None = None,
    also: Sequence[Also] = (),
    unit: Unit | None = None,
) -> OutboxMessage | None:
    """Write a message that leaves when the transaction is done; None where `once_key` was used.

    `body` holds {link} where the link goes, and {link 2} where that of the first one of `also` does.
    `about`: what the desk finds it by, never a name. `expires_at`: the message never leaves after it. It
    waits for the morning, unless it answers what its receiver has just done: `at_any_hour`. `unit`: where
    the caller has it, it is not read again.
    """
    now = clock.now()
    delay = _delay.get()
    leaves_at = max(send_after or now, now, delay[0] if delay else now)
    if not at_any_hour:
        leaves_at = quiet_hours.leave_at(leaves_at, unit or Unit.get(), expires_at=expires_at)
    message = OutboxMessage(
        kind=kind,
        channel=channel,
        to=to,
        language=language,
        subject=" ".join(subject.split()),
        body=body,
        link_path=link.path if link else "",
        link_purpose=link.purpose if link else "",
        link_nonce=link.nonce if link else "",
        calendar=calendar,
        about=about,
        also=[vars(other) for other in also],
        once_key=once_key,
        created_at=now,
        send_after=leaves_at,
        expires_at=expires_at,
        at_any_hour=at_any_hour,
        receiver_kind=receiver.kind if receiver else "",
        receiver_id=receiver.pk if receiver else None,
        request_id=request_id.current(),
    )
    if once_key is None:
        message.save()
    elif not _saved_once(message):
        return None
    if delay:
        delay[1].append(message.pk)
    enqueue(message)
    return message


def _saved_once(message: OutboxMessage) -> bool:
    """Save unless the key is used, by somebody's open transaction too; ours goes on either way.

    Without an error, which the database's own log would keep with the address and the text.
    """
    table, column = OutboxMessage._meta.db_table, OutboxMessage._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s))", [table, column])
        (message.pk,) = cursor.fetchone() or (None,)
    OutboxMessage.objects.bulk_create([message], ignore_conflicts=True)
    return OutboxMessage.objects.filter(pk=message.pk).exists()


def enqueue(message: OutboxMessage, *, lock: str = "") -> bool:
    """Have the worker send the message at its time; False where a job for it waits already.

    `lock`: sets a second job apart from the one that waits. Whichever comes first sends it.
    """
    due = message.send_after if message.send_after > clock.now() else None
    job = configure_task(
        name=SEND_TASK,
        job_manager=jobs.manager,
        queue=QUEUE,
        queueing_lock=f"message-{message.pk}{lock}",
        schedule_at=due,
    )
    try:
        with transaction.atomic():
            job.defer(message_id=message.pk)
    except AlreadyEnqueued:
        return False
    return True


def withdraw(*, about: str, kinds: Iterable[str], nonce: str = "", to: str = "") -> int:
    """Take back what has not left yet, since something newer is true; how many.

    To one person: the one of the link's `nonce`, or at the address `to`. What tells of other visits too
    stays: what is newer follows it.
    """
    found = OutboxMessage.objects.filter(
        about=about, also=[], kind__in=list(kinds), sent_at__isnull=True, dropped_at__isnull=True
    )
    if not nonce and not to:
        raise ValueError("Whose messages? Give a nonce or an address.")
    if nonce:
        found = found.filter(link_nonce=nonce)
    if to:
        found = found.filter(to=to)
    return found.update(dropped_at=clock.now())


def change_link(*, about: str, nonce: str, to: str) -> int:
    """Have messages that have not left carry the link of the nonce `to` instead; how many."""
    waiting = OutboxMessage.objects.filter(sent_at__isnull=True, dropped_at__isnull=True)
    changed = 0
    for message in waiting.filter(_tells_also_of(nonce=nonce)).select_for_update():
        message.also = [
            row | {"nonce": to} if row["nonce"] == nonce else row for row in message.also
        ]
        message.save(update_fields=["also"])
        changed += 1
    return changed + waiting.filter(about=about, link_nonce=nonce).update(link_nonce=to)


def take_back(written: Iterable[int]) -> bool:
    """Take these messages back; False, with nothing changed, where one has left or is leaving.

    A message that nobody has tried to send is locked first: the sender passes over it.
    """
    mine = OutboxMessage.objects.filter(pk__in=list(written)).order_by("pk")
    rows = list(mine.select_for_update().values_list("sent_at", "attempts"))
    if any(sent_at is not None or attempts for sent_at, attempts in rows):
        return False
    mine.filter(dropped_at=None).update(dropped_at=clock.now())
    return True


def reschedule(written: Iterable[int], *, was: datetime, to: datetime) -> bool:
    """Let those of the messages that leave at `was` leave at `to`; False where one has left already.

    What waits for the morning, or was withdrawn, stays as it is.
    """
    mine = OutboxMessage.objects.filter(pk__in=list(written)).order_by("pk").select_for_update()
    messages = list(mine)
    if any(message.sent_at is not None or message.attempts for message in messages):
        return False
    for message in messages:
        if message.send_after == was and message.dropped_at is None:
            message.send_after = to
            message.save(update_fields=["send_after"])
            enqueue(message, lock="-moved")
    return True


def drop(messages: Iterable[int]) -> int:
    """Withdraw these as far as they have not left; how many."""
    return OutboxMessage.objects.filter(
        pk__in=list(messages), sent_at=None, dropped_at=None
    ).update(dropped_at=clock.now())


def waiting_about(references: Iterable[str]) -> set[int]:
    """Find the messages about these that have neither left nor been withdrawn."""
    return set(
        OutboxMessage.objects.filter(
            about__in=list(references), sent_at=None, dropped_at=None
        ).values_list("pk", flat=True)
    )


def leaving_times(written: Iterable[int]) -> list[datetime]:
    """Return when each message leaves or has left, withdrawn ones left out; the soonest first."""
    mine = OutboxMessage.objects.filter(pk__in=list(written), dropped_at=None)
    return list(mine.order_by("send_after").values_list("send_after", flat=True))


def waiting_of(messages: Iterable[int]) -> set[int]:
    """Return those of the messages that have neither left nor been withdrawn."""
    return set(
        OutboxMessage.objects.filter(
            pk__in=list(messages), sent_at=None, dropped_at=None
        ).values_list("pk", flat=True)
    )


def revive(withdrawn: Iterable[int]) -> None:
    """Let messages wait again that were withdrawn: what they tell is true again."""
    for message in OutboxMessage.objects.filter(pk__in=list(withdrawn), sent_at=None):
        message.dropped_at = None
        message.save(update_fields=["dropped_at"])
        if message.failed_at is None:
            enqueue(message)


def was_sent(*, about: str, kinds: Iterable[str], nonce: str) -> bool:
    """Say whether a message of these kinds with the link of `nonce` has left."""
    with_link = Q(about=about, link_nonce=nonce) | _tells_also_of(nonce=nonce)
    return OutboxMessage.objects.filter(
        with_link, kind__in=list(kinds), sent_at__isnull=False
    ).exists()


def about_visit(reference: str) -> Q:
    """Match the messages about a visit, including those about a whole series."""
    return Q(about=reference) | _tells_also_of(about=reference)


def _tells_also_of(**row: str) -> Q:
    # The first condition is that of the index.
    return ~Q(also=[]) & Q(also__contains=[row])


def post_again(message: OutboxMessage, *, to: str) -> OutboxMessage:
    """Write a failed message once more, to the address `to`, and withdraw the failed one.

    Call in a transaction with the message locked.
    """
    now = clock.now()
    delay = _delay.get()
    again = OutboxMessage.objects.get(pk=message.pk)
    again.pk, again._state.adding = None, True
    again.to, again.once_key = to, None
    again.created_at, again.send_after = now, delay[0] if delay else now
    again.attempts, again.last_error, again.failed_at = 0, "", None
    again.request_id = request_id.current()
    again.save()
    if delay:
        delay[1].append(again.pk)
    enqueue(again)
    drop([message.pk])
    live_updates.announce(live_updates.DESK)
    return again


def set_aside(message: OutboxMessage) -> bool:
    """Note that somebody has seen to it, by calling for example; False where it had left."""
    with transaction.atomic():
        changed = OutboxMessage.objects.filter(
            pk=message.pk, sent_at__isnull=True, dropped_at__isnull=True
        ).update(dropped_at=clock.now())
        live_updates.announce(live_updates.DESK)
    return bool(changed)


def channel_works(channel: str) -> bool:
    """Say whether this installation can send by `channel`; the demo sends by all, into files."""
    if settings.DEMO:
        return True
    host = settings.EMAIL_HOST if channel == MessageChannel.EMAIL else settings.SMS_GATEWAY_URL
    return bool(host)


def link_of(message: OutboxMessage, nonce: str = "") -> str:
    """Return the message's personal link, with the address of the site; empty where it has none.

    `nonce`: that of another visit in the same message.
    """
    if not message.link_path:
        return ""
    purpose, nonce = message.link_purpose, nonce or message.link_nonce
    path = message.link_path.replace("{token}", tokens.token_for(purpose, nonce))
    return settings.SITE_URL + path.replace("{short}", tokens.link_token(purpose, nonce))


def link_mark(number: int) -> str:
    """Mark where a visit's link goes in a message about several, which are counted from 1."""
    return LINK_MARK if number == 1 else f"{{link {number}}}"


def text_of(message: OutboxMessage) -> str:
    """Return the body as it leaves, with the links and the receiver's own code filled in."""
    text = message.body
    for number, row in enumerate(message.also, 2):
        text = text.replace(link_mark(number), link_of(message, row["nonce"]))
    code = own_code(message.link_nonce) if message.link_nonce else ""
    return text.replace(LINK_MARK, link_of(message)).replace(CODE_MARK, code)


def text_without_links(message: OutboxMessage, *, link: str, code: str) -> str:
    """Return the body with words in place of the links and the code."""
    return re.sub(r"\{link( \d+)?\}", link, message.body).replace(CODE_MARK, code).strip()


def kind_label(kind: str) -> str:
    return str(MESSAGE_KINDS.get(kind, kind))


# What may stand in last_error, before a code where there is one. Never words of the other server's:
# they may hold an address.
ERRORS = {
    "refused": _("The receiver's server refused the message"),
    "delayed": _("The receiver's server asked to try again later"),
    "timeout": _("No answer in time"),
    "unreachable": _("No connection to the server"),
    "dropped": _("The connection broke"),
    "sign-in": _("The mail server did not let us in"),
    "gateway": _("The text message gateway did not take the message"),
    "no-gateway": _("Text messages are not set up"),
    "no-mail-host": _("E-mail is not set up"),
    "address": _("The address or number cannot be used"),
    "unexpected": _("An unexpected error"),
    TOO_LATE: _("It could not be sent in time, and will not be sent"),
}


def error_label(last_error: str) -> str:
    """Return what went wrong, for people: "The receiver's server refused the message (550)"."""
    word, _space, code = last_error.partition(" ")
    text = str(
        ERRORS.get(word, ERRORS["unexpected"]) if last_error else _("Nobody has sent it yet")
    )
    return f"{text} ({code})" if code else text
