"""What a first visit to the front page costs a parent's phone."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.bench.table import Table
from tests.conftest import chromium

BYTES = 100 * 1024


@dataclass
class Visit:
    """All that the browser fetched, as the network had it: headers and compressed bodies."""

    hosts: set[str]
    requests: int
    transferred: int


def measure(table: Table, port: int) -> None:
    path = chromium()
    if not path:
        table.add("first page: NOT MEASURED, no Chromium was found", "", "≤ 100 KB", False)
        return
    visit = first_visit(path, port)
    table.add(
        "first page: bytes transferred",
        f"{visit.transferred / 1024:.1f} KB",
        f"≤ {BYTES // 1024} KB",
        visit.transferred <= BYTES,
    )
    table.add("first page: requests", str(visit.requests))
    others = sorted(visit.hosts - {f"127.0.0.1:{port}"})
    table.add("first page: other hosts asked", ", ".join(others) or "none", "none", not others)


def first_visit(path: str, port: int) -> Visit:
    """Open the front page with nothing in the cache, at the width of a phone."""
    from playwright.sync_api import sync_playwright

    visit = Visit(set(), 0, 0)

    def sent(event: dict[str, Any]) -> None:
        url = urlsplit(event["request"]["url"])
        if url.scheme in ("data", "blob"):
            return
        visit.requests += 1
        visit.hosts.add(url.netloc)

    def finished(event: dict[str, Any]) -> None:
        visit.transferred += int(event["encodedDataLength"])

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = browser.new_page(viewport={"width": 390, "height": 844}, locale="fi-FI")
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.requestWillBeSent", sent)
        session.on("Network.loadingFinished", finished)
        answer = page.goto(f"http://127.0.0.1:{port}/", wait_until="networkidle")
        if answer is None or answer.status != 200:
            raise RuntimeError(f"the front page answered {answer.status if answer else 'nothing'}")
        browser.close()
    return visit
