"""What an integration is given for its work: configuration, secrets, a guarded HTTP client, a cursor."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import httpx

Connect = Callable[[str, int, float], socket.socket]
"""Connects to (host, port, timeout in seconds) through the guard.  Raises OSError with a sentence to show."""


def no_way_out(host: str, port: int, _timeout: float) -> socket.socket:
    """Refuse: a session made without ``connect`` has only HTTP."""
    raise OSError(
        f"Expected a session with a way to connect to {host}:{port}, but it was made without. Give it connect."
    )


class Cursor(Protocol):
    """Where reading stopped: the other system's own stamp."""

    def get(self) -> str: ...

    def set(self, value: str) -> None: ...


class Tokens(Protocol):
    """A small secret store of the connection (access tokens), encrypted at rest."""

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str, *, expires_at: datetime | None = None) -> None: ...


@dataclass(frozen=True)
class Session:
    """One connection at work.

    ``http`` is guarded: it resolves once, pins, refuses private addresses unless the connection
    allows them, limits size and time.  ``connect`` passes the same guard for SMTP and IMAP: it returns
    a connected socket, on which TLS trusts what ``tls`` says (None: the usual authorities).
    """

    name: str
    config: Mapping[str, object]
    secrets: Mapping[str, str]
    http: httpx.Client
    cursor: Cursor
    tokens: Tokens
    allow_private: bool = False
    connect: Connect = no_way_out
    tls: ssl.SSLContext | None = None
