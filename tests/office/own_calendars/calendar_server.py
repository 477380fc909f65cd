"""A real server of calendars on this machine, as Exchange and Google are."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class CalendarServer:
    """What it answers by path, and what it was asked."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/calendar.ics") -> str:
        return f"http://{self.host}{path}"

    def gives(self, body: bytes, path: str = "/calendar.ics", **headers: str) -> None:
        """Answer with `body`; `headers` such as ETag, by which it knows what was given before."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            known = request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")
            if {headers.get("ETag"), headers.get("Last_Modified")} & (set(known) - {None}):
                request.send_response(304)
                request.end_headers()
                return
            request.send_response(200)
            for name, value in headers.items():
                request.send_header(name.replace("_", "-"), value)
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)

        self.answers[path] = answer

    def redirects(self, to: str, path: str = "/calendar.ics") -> None:
        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(302)
            request.send_header("Location", to)
            request.end_headers()

        self.answers[path] = answer

    def fails(self, status: int, path: str = "/calendar.ics") -> None:
        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            request.end_headers()

        self.answers[path] = answer


@contextmanager
def calendar_server() -> Iterator[CalendarServer]:
    state = CalendarServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append((self.path, dict(self.headers.items())))
            answer = state.answers.get(self.path)
            if answer is None:
                self.send_error(404)
                return
            try:
                answer(self)
            except OSError:
                # The other side has hung up.
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
