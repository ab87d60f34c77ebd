"""A small HTTP server that answers badly in the ways real ones do, with and without TLS."""

from __future__ import annotations

import datetime as dt
import gzip
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

MIB = 1024 * 1024
ANSWERS = {
    "/small": b"hello",
    "/packed": gzip.compress(b"hello"),
    "/packed-twice": gzip.compress(b"hel") + gzip.compress(b"lo"),
    "/packed-large": gzip.compress(b"\0" * MIB + b"end"),
    "/packed-empty": b"",
    "/cut": gzip.compress(b"hello")[:-4],
    "/not-packed": b"hello",
    "/oddly-packed": b"hello",
    "/bomb": gzip.compress(b"\0" * (64 * MIB), compresslevel=9),  # 64 KiB that hold 64 MiB
}
PACKED = {"/packed-large": "x-gzip", "/oddly-packed": "br"}
PACKED |= dict.fromkeys(("/packed", "/packed-twice", "/packed-empty", "/cut", "/not-packed", "/bomb"), "gzip")
LEADS = {"/round": "/round", "/to-multicast": "http://multicast.example/", "/to-small": "/small"}


class Handler(BaseHTTPRequestHandler):
    """Answers by path; a proxy's request has the whole address for a path."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        match self.path:
            case path if path in ANSWERS:
                self._say(ANSWERS[path], {"Content-Encoding": PACKED.get(path, "identity")})
            case path if path in LEADS:
                self._say(b"", {"Location": LEADS[path]}, status=302)
            case "/endless":
                self._chunks(b"x" * MIB, times=64, pause=0)
            case "/dripping":
                self._chunks(b"x", times=200, pause=0.05)
            case "/dripping-headers":
                self._drip_headers()
            case "/accepts":
                self._say(str(self.headers["Accept-Encoding"]).encode())
            case other:
                self._say(f"proxied {other}".encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._say(b"", {"Location": "/small"}, status=302)

    def _say(self, body: bytes, headers: dict[str, str] | None = None, *, status: int = 200) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _chunks(self, piece: bytes, *, times: int, pause: float) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        for _ in range(times):
            self.wfile.write(piece)
            time.sleep(pause)
        self.close_connection = True

    def _drip_headers(self) -> None:
        for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 200:
            self.wfile.write(bytes((letter,)))
            time.sleep(0.05)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that hangs up is what is tested."""


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve on a port of this machine and give it."""
    server = Server(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(folder: Path, host: str) -> Path:
    """Write a self-signed certificate for a host, with its key, and return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    file = folder / f"{host}.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file
