"""What stands around the app: the worker, the certificate of the site, and the last backup."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from familylaw.doctor.findings import Finding, broken, look, ok
from familylaw.health import SILENT_SECONDS, worker_silence
from office.core import clock

PATIENCE = 10
# Automatic renewals happen a month before.
RENEWED_BEFORE, URGENT_BEFORE = timedelta(days=21), timedelta(days=3)
_RENEW = "Renew it, and have nginx read it again."


def examine_worker() -> Iterator[Finding]:
    advice = "Start familylaw-worker (`manage.py work`): without it no message leaves."
    silence = worker_silence()
    if silence is None:
        yield broken("worker", "none has been heard of", advice)
    elif silence > SILENT_SECONDS:
        yield broken("worker", f"silent for {silence:.0f} s", advice)
    else:
        yield ok("worker", f"heard of {silence:.0f} s ago")


def examine_certificate() -> Iterator[Finding]:
    """Look at the site as a browser does, from this machine."""
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https" or not site.hostname:
        return
    subject, port = "certificate", site.port or 443
    where = f"{site.hostname}:{port}"
    try:
        with (
            socket.create_connection((site.hostname, port), timeout=PATIENCE) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=site.hostname) as tls,
        ):
            ends = (tls.getpeercert() or {}).get("notAfter")
    except ssl.SSLCertVerificationError as error:
        yield broken(subject, f"browsers refuse {where}: {error.verify_message}", _RENEW)
        return
    except OSError as error:
        yield look(
            subject,
            f"{where} was not reached ({type(error).__name__})",
            "Look whether nginx runs, and whether this machine knows the name.",
        )
        return
    yield _ending(where, datetime.fromtimestamp(ssl.cert_time_to_seconds(str(ends)), tz=UTC))


def _ending(where: str, ends: datetime) -> Finding:
    left = ends - clock.now()
    sentence = f"{where} is good for {left.days} days, until {ends:%Y-%m-%d}"
    if left < URGENT_BEFORE:
        return broken("certificate", sentence, _RENEW)
    if left < RENEWED_BEFORE:
        return look("certificate", sentence, _RENEW)
    return ok("certificate", sentence)


def examine_backup() -> Iterator[Finding]:
    """Look at the newest file that deploy/backup has left, if this machine has them."""
    if settings.DEMO:
        return
    if not settings.BACKUP_DIR:
        yield look(
            "backup", "not looked at", "Set BACKUP_DIR to the folder of the backups, if it is here."
        )
        return
    folder = Path(settings.BACKUP_DIR)
    advice = "Look at the log of familylaw-backup, and see deploy/backup."
    try:
        made = [file.stat().st_mtime for file in folder.glob("*.dump.age") if file.stat().st_size]
    except OSError as error:
        yield broken("backup", f"{folder} cannot be read ({type(error).__name__})", advice)
        return
    if not made:
        yield broken("backup", f"{folder} holds none", advice)
        return
    age = clock.now() - datetime.fromtimestamp(max(made), tz=UTC)
    hours = age / timedelta(hours=1)
    sentence = f"the last one is {hours:.0f} hours old"
    if hours > 2 * settings.BACKUP_HOURS_AT_MOST:
        yield broken("backup", sentence, advice)
    elif hours > settings.BACKUP_HOURS_AT_MOST:
        yield look("backup", sentence, advice)
    else:
        yield ok("backup", sentence)
