"""Outside the demo the app does not start with insecure settings. No check shows a secret."""

import ipaddress
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from familylaw.grants import may_rewrite_the_log
from launcher.demos import unknown_demo
from launcher.places import Refusal

SHORTEST_KEY = 50
SHORTEST_TOKEN = 32
# The same as office.models.Role: checks run before models are loaded.
STAFF_ROLES = ("secretary", "supervisor", "guide", "manager", "partner")
_LOCAL = ("localhost", "127.0.0.1", "::1", "localhost.localdomain")


def problems() -> Iterator[tuple[str, str]]:
    """Yield what is insecure: the id of the check and one sentence."""
    if sentence := unknown_demo(settings.DEMO):
        yield "familylaw.E001", sentence
    if settings.DEMO:
        return
    key = _secret_key()
    if not key:
        yield "familylaw.E002", "SECRET_KEY is not set (or set DEMO=porvoo for a demo)."
    elif _is_weak(key):
        yield "familylaw.E003", f"SECRET_KEY is weak: {SHORTEST_KEY} random characters are needed."
    if not settings.LINK_KEY:
        yield (
            "familylaw.E016",
            f"LINK_KEY is not set: {SHORTEST_KEY} random characters of its own (where links were sent "
            "already, the SECRET_KEY that they were made with).",
        )
    elif _is_weak(settings.LINK_KEY):
        yield "familylaw.E017", f"LINK_KEY is weak: {SHORTEST_KEY} random characters are needed."
    if settings.DEBUG:
        yield "familylaw.E004", "DEBUG is on: it shows the inside of the app to strangers."
    if not settings.ALLOWED_HOSTS:
        yield "familylaw.E005", "ALLOWED_HOSTS is empty: name the host of the site."
    elif "*" in settings.ALLOWED_HOSTS:
        yield "familylaw.E006", "ALLOWED_HOSTS is '*': name the host of the site."
    if not settings.SITE_URL:
        yield "familylaw.E007", "SITE_URL is not set: links in messages begin with it."
    elif not settings.TRIAL and not _is_encrypted(settings.SITE_URL):
        yield "familylaw.E008", "SITE_URL does not begin with https:// and a host."
    if settings.TRIAL and not all(map(_is_local, _site_hosts())):
        yield (
            "familylaw.E051",
            "TRIAL is for this machine alone: SITE_URL and ALLOWED_HOSTS name others.",
        )
    if not settings.HTTPS and not settings.TRIAL:
        yield "familylaw.E009", "HTTPS is off: sign-ins and messages could be read on the way."
    if settings.SECURE_PROXY_SSL_HEADER and not settings.TRUSTED_PROXIES:
        yield (
            "familylaw.E013",
            "TRUSTED_PROXIES is 0 behind a proxy: all visitors would share one limit of tries.",
        )
    if settings.OUTSIDE_TEST_HOSTS:
        yield (
            "familylaw.E050",
            "OUTSIDE_TEST_HOSTS is for tests: servers of this machine's network could be read.",
        )
    if settings.LOG_FORMAT not in ("line", "json"):
        yield "familylaw.E052", "LOG_FORMAT is neither line nor json."
    if settings.METRICS_TOKEN and len(settings.METRICS_TOKEN) < SHORTEST_TOKEN:
        yield (
            "familylaw.E053",
            f"METRICS_TOKEN is weak: {SHORTEST_TOKEN} random characters are needed.",
        )
    if settings.PLAN_SIGN_IN_SERVER:
        if len(settings.PLAN_SIGN_IN_KEY) < SHORTEST_KEY:
            yield (
                "familylaw.E014",
                f"PLAN_SIGN_IN_KEY is weak: {SHORTEST_KEY} random characters are needed.",
            )
        if urlsplit(settings.PLAN_SIGN_IN_SERVER).scheme != "https":
            yield "familylaw.E015", "PLAN_SIGN_IN_SERVER does not begin with https://."
    if settings.STAFF_SIGN_IN_SERVER:
        if urlsplit(settings.STAFF_SIGN_IN_SERVER).scheme != "https":
            yield "familylaw.E040", "STAFF_SIGN_IN_SERVER does not begin with https://."
        unknown = sorted(set(settings.STAFF_SIGN_IN_ROLES) - set(STAFF_ROLES))
        named = settings.STAFF_SIGN_IN_ROLES.values()
        if unknown or not named or not all(named):
            yield (
                "familylaw.E041",
                "STAFF_SIGN_IN_ROLES is not as it should be: role=group, with the roles "
                f"{', '.join(STAFF_ROLES)}.",
            )
    if not settings.TRIAL:
        yield from _mail_problems()


def _is_encrypted(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and bool(parts.hostname)


def _site_hosts() -> list[str]:
    """Return the hosts by which the site is opened."""
    return [
        urlsplit(settings.SITE_URL).hostname or "",
        *(h.strip("[]") for h in settings.ALLOWED_HOSTS),
    ]


def _mail_problems() -> Iterator[tuple[str, str]]:
    if not settings.EMAIL_HOST:
        yield "familylaw.E010", "EMAIL_HOST is not set: no message would reach a parent."
    sender = settings.DEFAULT_FROM_EMAIL.rstrip(">").rpartition("@")[2]
    if not sender or sender.lower() in _LOCAL:
        yield "familylaw.E011", "DEFAULT_FROM_EMAIL is not an address that can be answered."


def _is_weak(key: str) -> bool:
    return len(key) < SHORTEST_KEY or len(set(key)) < 10


def _secret_key() -> str:
    try:
        return settings.SECRET_KEY
    except ImproperlyConfigured:
        return ""


@register(Tags.security)
def check_settings(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    return [Error(sentence, id=name) for name, sentence in problems()]


@register(Tags.security, deploy=True)
def check_second_step(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    if settings.DEMO or settings.REQUIRE_SECOND_FACTOR:
        return []
    sentence = "REQUIRE_SECOND_FACTOR is off: a stolen password alone opens clients' data."
    return [Warning(sentence, id="familylaw.W001")]


@register(Tags.security, deploy=True)
def check_encryption(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Check with `check --deploy` that connections for messages and to the database are encrypted."""
    if settings.DEMO:
        return []
    found: list[CheckMessage] = [Error(sentence, id=name) for name, sentence in _unencrypted()]
    if settings.LINK_KEY and _secret_key() == settings.LINK_KEY:
        found.append(
            Warning(
                "LINK_KEY is the SECRET_KEY: give SECRET_KEY a new value, and leave LINK_KEY as it is.",
                id="familylaw.W002",
            )
        )
    return found


def _unencrypted() -> Iterator[tuple[str, str]]:
    gateway = urlsplit(settings.SMS_GATEWAY_URL)
    if gateway.hostname and gateway.scheme != "https" and not _is_local(gateway.hostname):
        yield (
            "familylaw.E018",
            "SMS_GATEWAY_URL does not begin with https://: numbers and personal links could be read on "
            "the way.",
        )
    reports = urlsplit(settings.ERROR_REPORTS_DSN)
    if reports.hostname and reports.scheme != "https" and not _is_local(reports.hostname):
        yield (
            "familylaw.E021",
            "ERROR_REPORTS_DSN does not begin with https://: reports could be read on the way.",
        )
    encrypted = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    if settings.EMAIL_HOST and not encrypted and not _is_local(settings.EMAIL_HOST):
        yield (
            "familylaw.E019",
            "EMAIL_USE_TLS (or EMAIL_USE_SSL) is off: messages with personal links could be read on "
            "the way.",
        )
    database = connection.settings_dict
    options = database.get("OPTIONS", {})
    hosts = str(options.get("host") or database.get("HOST") or "").split(",")
    if options.get("sslmode") != "verify-full" and not all(map(_is_local, hosts)):
        yield (
            "familylaw.E020",
            "DATABASE_URL has no sslmode=verify-full: who stands between could read all data, and play "
            "the server.",
        )


def _is_local(host: str) -> bool:
    """Say whether a host is this machine: a socket, or a loopback name or address."""
    if not host or host.startswith(("/", "@")) or host.lower() in _LOCAL:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@register(Tags.database)
def check_database_data(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Refuse a demo on real data, a unit on demo data, and a link key that does not match."""
    if not databases:
        return []
    from familylaw.startup import refuse_wrong_database

    try:
        refuse_wrong_database()
    except Refusal as refusal:
        return [Error(str(refusal), id="familylaw.E012")]
    return []


@register(Tags.database, deploy=True)
def check_log_rights(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Check with `check --deploy --database default` that the app's role cannot rewrite the log."""
    if not databases or settings.DEMO or not may_rewrite_the_log():
        return []
    return [
        Warning(
            "The role of DATABASE_URL could rewrite or empty the access log.",
            hint="Give the app a role of its own and the owner's address to `prepare` alone: "
            "see 'Two roles' in docs/deployment.md.",
            id="familylaw.W003",
        )
    ]


def refuse_insecure() -> None:
    """Check a start that runs no system checks, such as a web server's. Raises Refusal."""
    if found := [sentence for _, sentence in problems()]:
        raise Refusal("The app does not start: " + " ".join(found))
