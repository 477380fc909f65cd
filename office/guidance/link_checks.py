"""The machine check of guidance links: each address is opened once a month, and faults are noted."""

import http.client
import ssl
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

from django.db.models import Model, Q, QuerySet

from office.core import clock, jobs
from office.core.languages import LANGUAGES
from office.core.outside import NotPublicError, Watch, connect, is_test_host
from office.models import GuidanceLink
from office.models.guidance import AddressCheck

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

CheckT = TypeVar("CheckT", bound=AddressCheck)
Finding = AddressCheck.Finding
CHECK_TASK = "office.tasks.check_guidance_link"
# What was in order is looked at once a month, what was not the next day.
EVERY, SOON = timedelta(days=30), timedelta(days=1)
# Seconds for one address with all its redirects.
LONGEST = 10.0
REDIRECTS = 5
# These pass by themselves: they are work when they have come so often in a row.
PASSING = frozenset({Finding.FAILED, Finding.SLOW, Finding.UNREACHABLE})
TRIES = 3
# Where nothing else is found anywhere, it is the network here.
NO_ANSWER = frozenset({Finding.UNREACHABLE, Finding.SLOW})


def addresses(row: Model) -> Iterator[tuple[str, str]]:
    """Yield the addresses of a link, or of what has them alike, by language."""
    for code, _name in LANGUAGES:
        url = getattr(row, f"url_{code}") or ""
        if url:
            yield code, url


def ask_checks(now: datetime) -> None:
    """Have the worker check the links that are due: new and altered ones, and those of a month ago."""
    for link in GuidanceLink.objects.in_use().prefetch_related("checks"):
        if is_due(link, link.checks.all(), now):
            ask_check(link.pk)


def is_due(row: Model, checks: Iterable[Any], now: datetime) -> bool:
    """Say whether some address of the row is new, was altered, or was checked long enough ago."""
    done = {(check.language, check.url) for check in checks if check.next_at > now}
    return any(address not in done for address in addresses(row))


def ask_check(key: int) -> bool:
    """Have the worker check one link; False where that waits to be done already."""
    return jobs.defer_once(CHECK_TASK, lock=f"guidance-link-{key}", key=key)


def check_link(key: int) -> None:
    """Open each address of the link, and note what is found; nothing where the link is gone."""
    link = GuidanceLink.objects.filter(pk=key).first()
    if link is not None:
        check_addresses(link, link.checks)


def check_addresses(row: Model, checks: "RelatedManager[Any]") -> None:
    """Open each address of the row, and note in its `checks`, by language, what is found."""
    wanted = dict(addresses(row))
    checks.exclude(language__in=wanted).delete()
    before = {check.language: check for check in checks.all()}
    for code, url in wanted.items():
        checks.update_or_create(language=code, defaults=checked(url, before.get(code)))


def checked(url: str, before: AddressCheck | None) -> dict[str, Any]:
    """Open the address; what its check holds from now on, after what it held `before`."""
    found, now = look_at(url), clock.now()
    failures = before.failures if before and before.url == url else 0
    is_fine = found in ("", Finding.REFUSED)
    return {
        "url": url,
        "checked_at": now,
        "finding": found,
        "failures": 0 if is_fine else min(failures + 1, 1000),
        "next_at": now + (EVERY if is_fine or failures >= TRIES else SOON),
    }


def broken(checks: QuerySet[CheckT]) -> QuerySet[CheckT]:
    """Keep only checks that mean work; failures that may pass count only after some tries."""
    passing = Q(finding__in=PASSING, failures__lt=TRIES)
    return checks.exclude(finding__in=("", Finding.REFUSED)).exclude(passing)


def look_at(address: str) -> str:
    """Return what is amiss with the page behind an address; empty where it answers."""
    watch = Watch(LONGEST)
    try:
        return _look(address, watch)
    except NotPublicError:
        return Finding.ADDRESS
    except ssl.SSLCertVerificationError:
        return Finding.CERTIFICATE
    except (OSError, http.client.HTTPException, ValueError) as error:
        is_slow = watch.is_over or isinstance(error, TimeoutError)
        return Finding.SLOW if is_slow else Finding.UNREACHABLE
    finally:
        watch.cancel()


def _look(address: str, watch: Watch) -> str:
    first = parts = _parts(address)
    for _ in range(REDIRECTS + 1):
        status, location = _ask(parts, watch)
        if status not in (301, 302, 303, 307, 308):
            return _finding(status, first, parts)
        parts = _parts(urljoin(parts.geturl(), location))
    return Finding.FAILED


def _parts(address: str) -> SplitResult:
    """Split the address into its parts. Raises NotPublicError for one that is never opened."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise NotPublicError from None
    if is_test_host(parts):
        return parts
    if parts.scheme != "https" or port not in (None, 443) or "@" in parts.netloc:
        raise NotPublicError
    return parts


def _ask(parts: SplitResult, watch: Watch) -> tuple[int, str]:
    """Return the status of the answer, and where it redirects to. The page itself is not read."""
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Accept": "text/html, */*;q=0.1", "User-Agent": "familylaw-links"}
    with closing(connect(parts, watch)) as connection:
        connection.request("GET", path, headers=headers)
        with connection.getresponse() as answer:
            return answer.status, answer.headers.get("Location", "")


def _finding(status: int, asked: SplitResult, came_to: SplitResult) -> str:
    if 200 <= status < 300:
        # A page that is gone often sends one to the front page, and says nothing.
        is_front = came_to.path in ("", "/") and not came_to.query
        was_front = asked.path in ("", "/")
        return Finding.MOVED if is_front and not was_front else ""
    if status in (404, 410):
        return Finding.GONE
    return Finding.REFUSED if status < 500 else Finding.FAILED
