"""Our own SMTP listener: what it answers 250 to is stored.

It takes mail for our reply addresses from a mail server of the organisation (a trusted relay), from anybody
(whose stamps are then not believed), and from people who sign in.
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import re
import ssl
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, TypeVar

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from doorstep.integrations.email.proof import stamps, without_stamps
from doorstep.integrations.email.settings import Trust
from doorstep.plugin_api import IncomingReply

LARGEST = 36 * 1024 * 1024
TOO_LARGE = "552 5.3.4 The mail is larger than 36 MB. Please send it without its largest file."
NOT_STORED = "451 4.3.0 The mail could not be stored just now. Please try again later."
NOT_HERE = "550 5.1.1 There is no such address here. Answer the mail you got: its reply address is the right one."

T = TypeVar("T")
Store = Callable[[IncomingReply], object]
"""Stores a mail and returns once it is safe; what it raises is answered with "try again later"."""


@dataclass(frozen=True, slots=True)
class Listening:
    """How to listen.  ``takes`` says whether an address is one of ours, ``knows`` whether a password is right.

    Without ``tls`` nobody can sign in, except with ``plain_passwords``, which is for sandboxes.  ``name`` is
    what it calls itself.
    """

    host: str = "127.0.0.1"
    port: int = 2525
    name: str = "doorstep"
    takes: Callable[[str], bool] = lambda _address: True
    knows: Callable[[str, str], bool] | None = None
    trust: Trust = field(default_factory=Trust)
    tls: ssl.SSLContext | None = None
    plain_passwords: bool = False
    largest: int = LARGEST


class Listener:
    """Listens in a thread of its own between `start` and `stop`."""

    def __init__(self, store: Store, listening: Listening) -> None:
        self._handler = _Handler(store, listening)
        self._listening = listening
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="mail listener", daemon=True)

    def start(self) -> None:
        """Begin to listen.  Raises OSError when the port is taken."""
        self._thread.start()
        try:
            self._server = self._in_loop(self._listen())
        except OSError:
            self._end()
            raise

    def stop(self) -> None:
        """Stop listening; a mail that is being stored is stored first."""
        self._in_loop(self._close())
        self._end()

    @property
    def port(self) -> int:
        """The port it listens on: the one that was asked for, or with 0 the one that was free."""
        if self._server is None:
            raise RuntimeError("Expected a listener that was started. Call start first.")
        return int(self._server.sockets[0].getsockname()[1])

    async def _listen(self) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(
            lambda: _Server(self._handler, self._listening, loop), self._listening.host, self._listening.port
        )

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        loop = asyncio.get_running_loop()
        await loop.shutdown_default_executor()
        sessions = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in sessions:
            task.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)

    def _in_loop(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class _Server(SMTP):
    def __init__(self, handler: _Handler, listening: Listening, loop: asyncio.AbstractEventLoop) -> None:
        knows = listening.knows
        super().__init__(
            handler,
            data_size_limit=listening.largest,
            enable_SMTPUTF8=True,
            hostname=listening.name,
            loop=loop,
            ident="ready",
            tls_context=listening.tls,
            authenticator=_authenticator(knows) if knows else None,
            auth_require_tls=not listening.plain_passwords,
            auth_exclude_mechanism=None if knows else ["LOGIN", "PLAIN"],
        )

    async def push(self, status: Any) -> None:
        """Answer in whole sentences where the library is short with people."""
        await super().push(TOO_LARGE if str(status).startswith("552 Error") else status)


def _authenticator(knows: Callable[[str, str], bool]) -> Callable[..., AuthResult]:
    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        user, password = data.login.decode("utf-8", "replace"), data.password.decode("utf-8", "replace")
        return AuthResult(success=knows(user, password), handled=False, auth_data=user.lower())

    return authenticate


class _Handler:
    """What to do with the commands of a session (aiosmtpd calls these by name)."""

    def __init__(self, store: Store, listening: Listening) -> None:
        self._store = store
        self._listening = listening

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if not self._listening.takes(address):
            return NOT_HERE
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        reply = self._reply(session, envelope)
        try:
            await asyncio.to_thread(self._store, reply)
        except Exception:  # noqa: BLE001 - whatever it is, the other server must keep the mail and come again
            return NOT_STORED
        return "250 Stored"

    def _reply(self, session: Session, envelope: Envelope) -> IncomingReply:
        now = datetime.now(UTC)
        peer = str(session.peer[0]) if session.peer else ""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        user = str(session.auth_data or "") if session.authenticated else ""
        via = "submission" if user else "relay" if is_relay(peer, self._listening.trust) else "stranger"
        kept = content if via == "relay" else without_stamps(content)
        raw = _received(session, envelope, now=now, name=self._listening.name) + kept
        headers = {
            "via": via,
            "peer": peer,
            "envelope-from": envelope.mail_from or "",
            "envelope-to": ", ".join(envelope.rcpt_tos),
            **({"submitted_by": user} if user else {}),
            **stamps(kept, self._listening.trust, via=via, submitted_by=user),
        }
        identity = hashlib.sha256(kept + "\0".join(envelope.rcpt_tos).encode()).hexdigest()
        return IncomingReply("e-mail", identity, now, raw, headers)


def is_relay(peer: str, trust: Trust) -> bool:
    """Say whether an address is one of the trusted relays, which are addresses or networks."""
    try:
        address = ipaddress.ip_address(peer)
        return any(address in ipaddress.ip_network(each, strict=False) for each in trust.relays)
    except ValueError as error:
        raise ValueError(
            f"Expected trusted_relays to be addresses or networks like 10.0.0.0/8, but got {', '.join(trust.relays)}."
        ) from error


def _received(session: Session, envelope: Envelope, *, now: datetime, name: str) -> bytes:
    """Return the headers a receiving server puts on top: the return path, where to, where from."""
    peer = session.peer[0] if session.peer else "unknown"
    recipients = "".join(f"X-Original-To: {_safe(each)}\r\n" for each in envelope.rcpt_tos)
    greeting = _safe(str(session.host_name or "unknown"))
    return (
        f"Return-Path: <{_safe(envelope.mail_from or '')}>\r\n{recipients}"
        f"Received: from {greeting} ([{peer}]) by {name} with ESMTP; {format_datetime(now)}\r\n"
    ).encode("utf-8", "surrogateescape")


def _safe(text: str) -> str:
    return re.sub(r"[\r\n\0<>]", "", text)
