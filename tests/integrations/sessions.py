"""Sessions as an integration gets them, over real HTTP, with a cursor and tokens that live in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import httpx

from doorstep.plugin_api import Session


class MemoryCursor:
    """Where reading stopped."""

    def __init__(self) -> None:
        self.value = ""

    def get(self) -> str:
        return self.value

    def set(self, value: str) -> None:
        self.value = value


class MemoryTokens:
    """Tokens; an expired one is none."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[str, datetime | None]] = {}

    def get(self, name: str) -> str | None:
        value, ends = self.known.get(name, ("", None))
        return value if value and (ends is None or ends > datetime.now(UTC)) else None

    def set(self, name: str, value: str, *, expires_at: datetime | None = None) -> None:
        self.known[name] = (value, expires_at)


def session_at(http: httpx.Client, config: Mapping[str, object], secrets: Mapping[str, str]) -> Session:
    """Return a session with nothing read and no token yet."""
    return Session("the sandbox", config, secrets, http, MemoryCursor(), MemoryTokens(), allow_private=True)
