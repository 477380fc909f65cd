"""The ways by which messages leave: the mail host and the gateway of text messages. Nothing is sent."""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection

from familylaw.doctor.findings import Finding, broken, look, ok
from office.messaging import restored_copy
from office.messaging.outbox import channel_works
from office.models import MessageChannel, OutboxMessage

PATIENCE = 10


def examine_mail() -> Iterator[Finding]:
    """Open a conversation as a delivery does, with TLS and sign-in, and leave again."""
    host = settings.EMAIL_HOST
    if not host:
        if channel_works(MessageChannel.EMAIL):
            yield ok("mail", "no mail host: this demo writes messages into files")
        else:
            yield broken("mail", "no mail host", "Set EMAIL_HOST: no message reaches a parent.")
        return
    where = f"{host}:{settings.EMAIL_PORT}"
    smtp = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", fail_silently=False, timeout=PATIENCE
    )
    try:
        smtp.open()
    except smtplib.SMTPNotSupportedError:
        yield broken(
            "mail",
            f"{where} offers no STARTTLS, or no sign-in",
            "Look at EMAIL_USE_TLS, EMAIL_USE_SSL and EMAIL_PORT (587 or 465, as a rule).",
        )
    except smtplib.SMTPAuthenticationError as error:
        yield broken(
            "mail",
            f"{where} refuses our sign-in ({error.smtp_code})",
            "Look at EMAIL_HOST_USER and EMAIL_HOST_PASSWORD.",
        )
    except ssl.SSLError as error:
        yield broken(
            "mail",
            f"no trusted TLS with {where} ({_reason(error)})",
            "The name of EMAIL_HOST must stand in its certificate, and this machine trust its issuer.",
        )
    except (OSError, smtplib.SMTPException) as error:
        yield broken(
            "mail",
            f"{where} does not answer ({type(error).__name__})",
            "Look at EMAIL_HOST and EMAIL_PORT, and whether a firewall is between.",
        )
    else:
        encrypted = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
        yield ok("mail", f"{where} lets us in, {'with' if encrypted else 'without'} TLS")
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            smtp.close()


def examine_text_messages() -> Iterator[Finding]:
    """Connect to the gateway; nothing is asked of it, since every request would be a message."""
    subject = "text messages"
    parts = urlsplit(settings.SMS_GATEWAY_URL)
    if not parts.hostname:
        yield ok(subject, "no gateway: text messages are not offered")
        return
    encrypted = parts.scheme == "https"
    port = parts.port or (443 if encrypted else 80)
    where = f"{parts.hostname}:{port}"
    try:
        with socket.create_connection((parts.hostname, port), timeout=PATIENCE) as plain:
            if encrypted:
                context = ssl.create_default_context()
                context.wrap_socket(plain, server_hostname=parts.hostname).close()
    except ssl.SSLError as error:
        yield broken(
            subject,
            f"no trusted TLS with {where} ({_reason(error)})",
            "Ask the gateway's operator for its certificate.",
        )
    except OSError as error:
        yield broken(
            subject,
            f"{where} does not answer ({type(error).__name__})",
            "Look at SMS_GATEWAY_URL, and whether a firewall is between.",
        )
    else:
        yield ok(subject, f"{where} answers, {'with' if encrypted else 'without'} TLS")
    if not settings.SMS_GATEWAY_TOKEN:
        yield look(subject, "SMS_GATEWAY_TOKEN is not set", "Most gateways refuse us without it.")


def _reason(error: ssl.SSLError) -> str:
    return str(getattr(error, "verify_message", "") or error.reason or type(error).__name__)


def examine_outbox() -> Iterator[Finding]:
    """Look for messages that should have left."""
    subject = "outbox"
    if restored_copy.is_holding():
        yield look(
            subject,
            "this database was restored from a backup, and writes to nobody",
            "In a drill leave it so; else run `manage.py release_messages`.",
        )
        return
    troubled = OutboxMessage.objects.troubled().count()
    if troubled:
        yield look(
            subject,
            f"{troubled} messages are late or have failed",
            "The secretary sees which; look at the worker, the mail host and the gateway.",
        )
    else:
        yield ok(subject, "nothing is late")
