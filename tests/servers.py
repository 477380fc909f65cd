"""Real servers on loopback for the other end of our messages; each can be made to misbehave."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


class Post:
    """What a mail server has received, and how it answers."""

    def __init__(self) -> None:
        self.received: list[Message] = []
        self.recipients: list[str] = []
        self.attempts = 0
        # An SMTP reply to give instead of 250, or "slow" or "drop".
        self.to_recipient = self.to_data = ""

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        self.attempts += 1
        if self.to_recipient:
            return self.to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.to_data == "slow":
            await asyncio.sleep(3)
        if self.to_data == "drop":
            server.transport.abort()
            return "451 gone"
        if self.to_data not in ("", "slow"):
            return self.to_data
        self.recipients += envelope.rcpt_tos
        self.received.append(BytesParser().parsebytes(envelope.content))
        return "250 OK"


class _OnAnyPort(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server() -> Iterator[tuple[Post, int]]:
    """Run an SMTP server on a free port."""
    post = Post()
    controller = _OnAnyPort(post, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield post, controller.port
    finally:
        controller.stop()


class Gateway:
    """What an SMS gateway has received, and how it answers."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.tokens: list[str] = []
        self.paths: list[str] = []
        self.status = 201
        self.delay = 0.0
        self.location = ""


@contextmanager
def sms_gateway() -> Iterator[tuple[Gateway, str]]:
    """Run an HTTP server that takes text messages; yield its address."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            content = json.loads(self.rfile.read(length))
            gateway.paths.append(self.path)
            gateway.received.append(content)
            gateway.tokens.append(self.headers["Authorization"])
            time.sleep(gateway.delay)
            if gateway.status == 0:  # Hang up without a word.
                self.close_connection = True
                return
            self.send_response(gateway.status)
            if gateway.location:
                self.send_header("Location", gateway.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            gateway.paths.append(f"GET {self.path}")
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield gateway, f"http://127.0.0.1:{server.server_port}/messages"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
