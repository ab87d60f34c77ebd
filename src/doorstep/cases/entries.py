"""Journal entries: how one is made, and how its hash follows from it and the entry before."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from doorstep.cases.json_text import json_text, writer

START = b"\0" * 32
"""What stands before the first entry of a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry, whole.  Its fields in this order are what the hash is over."""

    case_id: UUID
    seq: int
    kind: str
    at: datetime
    recorded_at: datetime
    person: UUID | None
    step: str
    instance: str
    round: int
    digest: bytes
    kernel: str
    state_hash: bytes
    prev: bytes

    @property
    def hash(self) -> bytes:
        """Return SHA-256 over every field, the previous hash included."""
        return _hash_of(getattr(self, name) for name in FIELDS)

    def row(self) -> dict[str, Any]:
        """Return the columns of the journal."""
        columns = {name: getattr(self, name) for name in FIELDS}
        return {**columns, "hash": _hash_of(columns.values())}


def _hash_of(values: Iterable[Any]) -> bytes:
    return hashlib.sha256(_written([_plain(value) for value in values]).encode()).digest()


_written = writer(ascii_only=True)

FIELDS = tuple(field.name for field in fields(Entry))
"""The fields of an entry, in order."""


def _plain(value: Any) -> object:
    as_text = _AS_TEXT.get(type(value))
    return as_text(value) if as_text else value


_AS_TEXT: Mapping[type, Callable[[Any], str]] = {
    datetime: lambda value: value.astimezone(UTC).isoformat(timespec="microseconds"),
    bytes: bytes.hex,
    UUID: lambda value: f"{value.int:032x}",
}


@dataclass(frozen=True, slots=True)
class Private:
    """The private part of an entry with the salt that keeps its digest from being guessed."""

    text: bytes
    digest: bytes


def private_part(content: Mapping[str, object]) -> Private:
    """Return the text to seal, a fresh salt in it, and its digest for the journal."""
    salted = {"salt": os.urandom(16).hex(), **content}
    text = json_text(salted).encode()
    return Private(text, digest_of(text))


def digest_of(text: bytes) -> bytes:
    """Return the digest a journal entry keeps of its private text."""
    return hashlib.sha256(text).digest()
