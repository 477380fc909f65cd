"""What changes on many screens at once, read from the web server once for all of them.

A stream's signed ticket may name a part: the address of a public page's changing part, and a language.
When its topic changes, the part is asked for once, as a visitor without cookies gets it, and sent to
every stream that named it. So three hundred displays and phones of a point cost one page, not three
hundred. Where the web server cannot be reached the pages are told to read themselves.
"""

import asyncio
import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings

from office.core.live_updates import Part

log = logging.getLogger(__name__)

SECONDS = 5.0
LARGEST_BYTES = 512_000
# Changes that follow each other within this time are one more reading.
GAP = 0.1
_LENGTH = "content-length:"


class Parts:
    """The parts that are being read. `deliver` takes a part and its text, None where it failed."""

    def __init__(self, deliver: Callable[[Part, str | None], None]) -> None:
        self._deliver = deliver
        self._reading: dict[Part, asyncio.Task[None]] = {}
        self._again: set[Part] = set()

    def refresh(self, part: Part) -> None:
        """Read the part anew; once more after the reading that is going on, if any."""
        if part in self._reading:
            self._again.add(part)
        else:
            self._reading[part] = asyncio.create_task(self._read(part))

    async def _read(self, part: Part) -> None:
        try:
            while True:
                self._again.discard(part)
                self._deliver(part, await _fetch(part))
                if part not in self._again:
                    return
                await asyncio.sleep(GAP)
        finally:
            del self._reading[part]


async def _fetch(part: Part) -> str | None:
    """Return the part as a visitor without cookies gets it; None for any other answer."""
    try:
        async with asyncio.timeout(SECONDS):
            return await _get(part)
    except (OSError, EOFError, ValueError, TimeoutError, asyncio.LimitOverrunError) as error:
        log.warning("a part was not read: %s", type(error).__name__)
        return None


async def _get(part: Part) -> str | None:
    server, site = urlsplit(settings.LIVE_READS_FROM), urlsplit(settings.SITE_URL)
    reader, writer = await asyncio.open_connection(server.hostname, server.port or 80)
    try:
        lines = [
            f"GET {part.path} HTTP/1.1",
            f"Host: {site.netloc or server.netloc}",
            f"X-Forwarded-Proto: {site.scheme or 'http'}",
            f"Accept-Language: {part.language}",
            "HX-Request: true",
            "Connection: close",
        ]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        length = next((int(s[len(_LENGTH) :]) for s in head if s.startswith(_LENGTH)), 0)
        if " 200 " not in head[0] or not 0 < length <= LARGEST_BYTES:
            return None
        return (await reader.readexactly(length)).decode()
    finally:
        writer.close()
