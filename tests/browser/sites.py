"""The product with its live process, for the journeys whose pages renew themselves."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.server import free_port, gunicorn, live_process


class Site:
    """The product with its live process, which can be stopped and started."""

    def __init__(self, live_port: int, web_port: int) -> None:
        self.web_port = web_port
        self.live_port = live_port
        self.is_live = False
        self._stack = ExitStack()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    def start_live(self) -> None:
        given = {"CSRF_TRUSTED_ORIGINS": self.address, "LIVE_READS_FROM": self.address}
        self._stack.enter_context(live_process(self.live_port, **given))
        self.is_live = True

    def stop_live(self) -> None:
        self._stack.close()
        self.is_live = False


@contextmanager
def running_site() -> Iterator[Site]:
    site = Site(free_port(), free_port())
    url = f"http://127.0.0.1:{site.live_port}/live/"
    with gunicorn(port=site.web_port, LIVE_URL=url):
        site.start_live()
        yield site
        site.stop_live()
