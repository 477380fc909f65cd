"""What the doctor asks, as real servers on loopback: DNS, TLS, SMTP with STARTTLS."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def dns_server(texts: dict[str, list[str]]) -> Iterator[str]:
    """Run a DNS server with these TXT records; yield its address:port. Names that begin with ! fail."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, socket = self.request
            query = dns.message.from_wire(data)
            name = query.question[0].name.to_text(omit_final_dot=True)
            answer = dns.message.make_response(query)
            if f"!{name}" in texts:
                answer.set_rcode(dns.rcode.SERVFAIL)
            elif name not in texts:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            else:
                records = [f'"{text}"' for text in texts[name]]
                answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *records))
            socket.sendto(answer.to_wire(), self.client_address)

    server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler)
    with _serving(server):
        yield f"127.0.0.1:{server.server_address[1]}"


def certificate(folder: Path, *, days: int) -> Path:
    """Make a key and a certificate of its own for localhost, valid for so many days, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"localhost{days}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def _context(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@contextmanager
def tls_server(file: Path) -> Iterator[int]:
    """Run a server that only shakes hands by TLS; yield its port."""
    context = _context(file)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                with context.wrap_socket(self.request, server_side=True) as secure:
                    secure.recv(1)
            except OSError:
                pass

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    with _serving(server):
        yield int(server.server_address[1])


class _OnAnyPort(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class _NoMessages:
    """A mail server that would take a message, and must not be given one."""

    def __init__(self) -> None:
        self.begun = 0

    async def handle_MAIL(self, *args: object) -> str:
        self.begun += 1
        return "250 OK"


@contextmanager
def starttls_server(file: Path) -> Iterator[tuple[_NoMessages, int]]:
    """Run a mail server that offers STARTTLS; yield its port."""
    handler = _NoMessages()
    controller = _OnAnyPort(
        handler, hostname="127.0.0.1", port=0, tls_context=_context(file), require_starttls=True
    )
    controller.start()
    try:
        yield handler, controller.port
    finally:
        controller.stop()
