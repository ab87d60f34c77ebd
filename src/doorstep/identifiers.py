"""Identifiers made by the application: UUID version 7, ordered by time (RFC 9562, section 5.7)."""

from __future__ import annotations

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """Return a new identifier; those of one process made in different milliseconds sort by time."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    high = random >> 68  # 12 bits
    low = random & 0x3FFF_FFFF_FFFF_FFFF  # 62 bits
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)
