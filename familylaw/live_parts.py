"""What changes on many screens at once, read from the web server once for all of them.

A stream's signed ticket may name a part: the address of a public page's changing part, and a language.
When its topic changes, the part is asked for once, as a visitor without cookies gets it, and sent to
every stream that named it. So three hundred displays and phones of a point cost one page, not three
hundred. Where the web server cannot be reached the pages are asked to reload themselves.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from django.conf import settings

from office.core.live_updates import StreamPart

log = logging.getLogger(__name__)

SECONDS = 5.0
LARGEST_BYTES = 512_000
# Changes that follow each other within this time are one more reading.
GAP = 0.1


class Parts:
    """The parts that are being read. `deliver` takes a part and its text, None where it failed."""

    def __init__(self, deliver: Callable[[StreamPart, str | None], None]) -> None:
        self._deliver = deliver
        self._reading: dict[StreamPart, asyncio.Task[None]] = {}
        self._again: set[StreamPart] = set()

    def refresh(self, part: StreamPart) -> None:
        """Read the part anew; once more after the reading that is going on, if any."""
        if part in self._reading:
            self._again.add(part)
        else:
            self._reading[part] = asyncio.create_task(self._read(part))

    async def _read(self, part: StreamPart) -> None:
        try:
            while True:
                self._again.discard(part)
                self._deliver(part, await _fetch(part))
                if part not in self._again:
                    return
                await asyncio.sleep(GAP)
        finally:
            del self._reading[part]


async def _fetch(part: StreamPart) -> str | None:
    """Return the part as a visitor without cookies gets it; None for any other answer."""
    try:
        async with asyncio.timeout(SECONDS):
            return await asyncio.to_thread(_get, part)
    except (OSError, ValueError, HTTPException) as error:
        log.warning("a part was not read: %s", type(error).__name__)
        return None


def _get(part: StreamPart) -> str | None:
    server, site = urlsplit(settings.LIVE_READS_FROM), urlsplit(settings.SITE_URL)
    headers = {
        "Host": site.netloc or server.netloc,
        "X-Forwarded-Proto": site.scheme or "http",
        "Accept-Language": part.language,
        "HX-Request": "true",
        "Connection": "close",
    }
    connection = HTTPConnection(server.hostname or "", server.port or 80, timeout=SECONDS)
    with closing(connection):
        connection.request("GET", part.path, headers=headers)
        answer = connection.getresponse()
        if answer.status != HTTPStatus.OK or not 0 < (answer.length or 0) <= LARGEST_BYTES:
            return None
        return answer.read().decode()
