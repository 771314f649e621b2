"""TLS on this machine, by an authority that nobody else trusts, in front of what speaks without."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

NAME: Final = "localhost"
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """What browsers are told to trust, and what servers answer with.

    Attributes:
        certificate: Of the authority, as a PEM file.
        server: For servers that are called ``localhost``.
    """

    certificate: Path
    server: ssl.SSLContext


def authority(folder: Path) -> Authority:
    """Make an authority and a certificate for this machine, good for a day."""
    own, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = _name("Test authority")
    root = (
        _certificate(issuer, issuer, own)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(own, hashes.SHA256())
    )
    leaf = (
        _certificate(_name(NAME), issuer, key)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(own, hashes.SHA256())
    )
    (folder / "root.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    (folder / "leaf.pem").write_bytes(
        _unlocked(key) + leaf.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "leaf.pem")
    return Authority(folder / "root.pem", context)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        issuer, subject, key.public_key(), x509.random_serial_number(), now - DAY, now + DAY
    )


def _unlocked(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


class Front(ThreadingTCPServer):
    """Ends TLS, and passes bytes on as they are."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, trusted: Authority, port: int) -> None:
        self.trusted, self.behind = trusted, port
        super().__init__(("127.0.0.1", 0), _Passing)

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay quiet: browsers hang up as they like."""


class _Passing(BaseRequestHandler):
    server: Front

    def handle(self) -> None:
        with (
            self.server.trusted.server.wrap_socket(self.request, server_side=True) as outside,
            socket.create_connection(("127.0.0.1", self.server.behind)) as inside,
        ):
            answers = Thread(target=_pass, args=(inside, outside), daemon=True)
            answers.start()
            _pass(outside, inside)
            answers.join()


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


@contextmanager
def behind_tls(trusted: Authority, address: str) -> Iterator[str]:
    """Return the https address of what has ``address``, such as http://127.0.0.1:8080."""
    with Front(trusted, urlsplit(address).port or 80) as front:
        Thread(target=front.serve_forever, daemon=True).start()
        yield f"https://{NAME}:{front.server_address[1]}"
        front.shutdown()
