"""Real servers and a real session for the tests of e-mail: nothing here is a mock."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from ipaddress import IPv4Address
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import httpx
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from doorstep.plugin_api import Attachment, Letter, Session, Shown

HOST = "127.0.0.1"


class KeptTokens:
    """A token store in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def set(self, name: str, value: str, *, expires_at: dt.datetime | None = None) -> None:
        if expires_at and expires_at <= dt.datetime.now(dt.UTC):
            self.kept.pop(name, None)
        else:
            self.kept[name] = value


class Kept:
    """A cursor in memory, with a token store."""

    def __init__(self) -> None:
        self.value = ""
        self.tokens = KeptTokens()

    def get(self) -> str:
        return self.value

    def set(self, value: str) -> None:
        self.value = value


@contextlib.contextmanager
def session(
    config: Mapping[str, object],
    secrets: Mapping[str, str] | None = None,
    *,
    kept: Kept | None = None,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Session]:
    """Give a session that may connect to this machine."""
    kept = kept or Kept()
    with httpx.Client(timeout=5) as http:
        yield Session(
            "mail",
            {"address": "doorstep@northwind.example", "name": "Northwind", **config},
            secrets or {},
            http,
            kept,
            kept.tokens,
            allow_private=True,
            connect=lambda host, port, timeout: socket.create_connection((host, port), timeout),
            tls=tls,
        )


@dataclass
class Outgoing:
    """An SMTP server that keeps what it takes.  ``refuse`` maps a recipient to what it is told instead."""

    user: str = ""
    password: str = ""
    token: str = ""
    refuse: dict[str, str] = field(default_factory=dict)
    data_answer: str = "250 OK"
    mails: list[tuple[Envelope, EmailMessage]] = field(default_factory=list)
    sessions: int = 0
    port: int = 0
    tls: ssl.SSLContext | None = None
    implicit: bool = False
    starttls_only: bool = False

    async def handle_RCPT(self, _server: Any, session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        if self.user and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it so
        if self.data_answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.mails.append((envelope, message))
        return self.data_answer

    async def auth_XOAUTH2(self, server: SMTP, args: Sequence[bytes]) -> AuthResult:  # noqa: N802 - aiosmtpd calls it so
        said = base64.b64decode(args[1]) if len(args) > 1 else await server.challenge_auth("")
        assert isinstance(said, bytes)
        if said == f"user={self.user}\x01auth=Bearer {self.token}\x01\x01".encode():
            return AuthResult(success=True, auth_data=self.user)
        await server.challenge_auth("eyJzdGF0dXMiOiI0MDEifQ==", encode_to_b64=False)
        return AuthResult(success=False, handled=False)

    def check(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == (
            self.user,
            self.password,
        )
        return AuthResult(success=right, handled=False, auth_data=self.user)

    @contextlib.contextmanager
    def running(self) -> Iterator[Outgoing]:
        outgoing = self

        class Server(Controller):
            def factory(self) -> SMTP:
                outgoing.sessions += 1
                return SMTP(
                    outgoing,
                    authenticator=outgoing.check if outgoing.user else None,
                    auth_require_tls=False,
                    tls_context=None if outgoing.implicit else outgoing.tls,
                    require_starttls=outgoing.starttls_only,
                    enable_SMTPUTF8=True,
                )

        server = Server(self, hostname=HOST, port=free_port(), ssl_context=self.tls if self.implicit else None)
        server.start()
        self.port, self.sessions = server.port, 0
        try:
            yield self
        finally:
            server.stop()

    def config(self, **more: object) -> dict[str, object]:
        return {"smtp_host": HOST, "smtp_port": self.port, "smtp_security": "plain", "user": self.user, **more}


def free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


@cache
def certificate() -> tuple[Path, Path]:
    """Return the files of a certificate for this machine and of its key."""
    folder = Path(mkdtemp(prefix="doorstep-mail-"))
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    return folder / "cert.pem", folder / "key.pem"


def server_tls() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate())
    return context


def client_tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate()[0]))


def letter(**changes: Any) -> Letter:
    """Return the letter of the sketch: Mira is asked to approve a contract."""
    contract = Attachment("Contract v3.pdf", "application/pdf", b"%PDF-1.7 contract")
    whole = Letter(
        key="0190a1b2-delivery",
        purpose="ask",
        to="mira.holt@northwind.example",
        to_name="Mira Holt",
        lane="asks",
        organisation="Northwind",
        starter="Ana Marsh",
        subject="Contract for Halden Foods: please approve by 17:20",
        headline="Please approve the contract for Halden Foods by 17:20 today.",
        as_role="Legal counsel",
        paragraphs=(
            "It should be with the client by 18:00. Check the liability cap and the go-live date against the statement of work.",
        ),
        covered=(Shown("Contract", "Contract v3.pdf, 14 pages", file=contract), Shown("value", "€ 84,000")),
        shown=(
            Shown("go-live", "12 March"),
            Shown("deployment", "confirmed by Sam Ortiz", link="https://northwind.atlassian.net/browse/DEP-412"),
        ),
        verb="approve",
        outcomes=("approved", "rejected", "changes wanted"),
        closing="If we hear nothing we remind you at 17:00 and ask Jon Park at 17:20.",
        footer="Close a client project, version 7, “Sign off the contract”",
        reference="7KQ2-MH4D",
        reply_to="reply+k7q2mh4d@northwind.example",
        page_url="https://doorstep.northwind.example/a/x",
        thread="0190a1b2-ask",
        attachments=(contract,),
    )
    return replace(whole, **changes)
