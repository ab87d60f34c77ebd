"""What comes in from outside, before anybody has understood it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class IncomingReply:
    """Something that came back on a channel, kept raw.  Unique by (channel, external_id)."""

    channel: str
    external_id: str
    received_at: datetime
    raw: bytes
    headers: Mapping[str, str] = field(default_factory=dict)  # what the transport adds: envelope, trusted stamps


@dataclass(frozen=True, slots=True)
class Observation:
    """A hint that a record changed; the record is re-read before anything is believed.

    ``record`` is the other system's key or id; ``cursor`` its own stamp.
    """

    system: str
    record: str
    cursor: str = ""
    external_id: str = ""
    raw: bytes = b""
