"""The mailboxes: messages as they came, in one SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

INBOX, SENT = "INBOX", "Sent"
FOLDERS = (INBOX, SENT)
SEEN = "\\Seen"

_TABLES = """
CREATE TABLE IF NOT EXISTS message (
  uid INTEGER PRIMARY KEY AUTOINCREMENT, mailbox TEXT NOT NULL, folder TEXT NOT NULL,
  received_at TEXT NOT NULL, flags TEXT NOT NULL DEFAULT '', raw BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS message_place ON message (mailbox, folder, uid);
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """One message in one folder of one mailbox.  ``uid`` never comes again."""

    uid: int
    mailbox: str
    folder: str
    received_at: datetime
    flags: frozenset[str]
    raw: bytes

    @property
    def seen(self) -> bool:
        """Whether its owner has opened it."""
        return SEEN in self.flags

    def message(self) -> EmailMessage:
        """Return it parsed."""
        return message_from_bytes(self.raw, policy=policy.default)


class Store:
    """Everything any thread may do to the mailboxes."""

    def __init__(self, file: Path | None) -> None:
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._base = sqlite3.connect(str(file or ":memory:"), check_same_thread=False, isolation_level=None)
        self._base.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._base.close()

    def add(self, mailbox: str, raw: bytes, *, at: datetime, folder: str = INBOX, flags: Iterable[str] = ()) -> int:
        """Put a message into a folder; return its uid."""
        row = (mailbox, folder, at.astimezone(UTC).isoformat(), " ".join(sorted(flags)), raw)
        with self._lock:
            insert = "INSERT INTO message (mailbox, folder, received_at, flags, raw) VALUES (?, ?, ?, ?, ?)"
            return int(self._base.execute(insert, row).lastrowid or 0)

    def messages(self, mailbox: str, folder: str = INBOX) -> list[Stored]:
        """Return a folder's messages, oldest first."""
        where = "WHERE mailbox = ? AND folder = ? ORDER BY uid"
        return self._select(where, (mailbox, folder))

    def uids(self, mailbox: str, folder: str) -> list[int]:
        """Return the uids of a folder, ascending, without reading the messages."""
        with self._lock:
            query = "SELECT uid FROM message WHERE mailbox = ? AND folder = ? ORDER BY uid"
            return [row[0] for row in self._base.execute(query, (mailbox, folder))]

    def message(self, mailbox: str, uid: int) -> Stored | None:
        """Return one message of a mailbox."""
        found = self._select("WHERE mailbox = ? AND uid = ?", (mailbox, uid))
        return found[0] if found else None

    def flag(self, uid: int, flags: Iterable[str]) -> None:
        """Set a message's flags to exactly these."""
        with self._lock:
            self._base.execute("UPDATE message SET flags = ? WHERE uid = ?", (" ".join(sorted(flags)), uid))

    def delete(self, uid: int) -> None:
        """Take a message away for good."""
        with self._lock:
            self._base.execute("DELETE FROM message WHERE uid = ?", (uid,))

    def next_uid(self) -> int:
        """Return the uid the next message will have at least."""
        with self._lock:
            row = self._base.execute("SELECT seq FROM sqlite_sequence WHERE name = 'message'").fetchone()
            return int(row[0]) + 1 if row else 1

    def unseen(self, mailbox: str) -> int:
        """Return how many letters wait unopened."""
        with self._lock:
            query = "SELECT flags FROM message WHERE mailbox = ? AND folder = ?"
            return sum(SEEN not in row[0] for row in self._base.execute(query, (mailbox, INBOX)))

    def _select(self, where: str, values: tuple[object, ...]) -> list[Stored]:
        columns = "SELECT uid, mailbox, folder, received_at, flags, raw FROM message "
        with self._lock:
            rows = self._base.execute(columns + where, values).fetchall()
        return [
            Stored(uid, mailbox, folder, datetime.fromisoformat(at), frozenset(flags.split()), raw)
            for uid, mailbox, folder, at, flags, raw in rows
        ]
