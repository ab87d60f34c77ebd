"""What an integration is given for its work: configuration, secrets, a guarded HTTP client, a cursor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import httpx


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
    allows them, limits size and time.  ``guard`` is the same check for SMTP and IMAP hosts.
    """

    name: str
    config: Mapping[str, object]
    secrets: Mapping[str, str]
    http: httpx.Client
    cursor: Cursor
    tokens: Tokens
    allow_private: bool = False
