"""Mail in by IMAP: what is new since the cursor, and waiting for more.

The contract of the generator: asking for the next mail says that the last one is stored.  Only then is it
marked as seen and the cursor moved, so a mail is never lost between a mailbox and our inbox; at worst it
comes twice, with the same ``external_id``.
"""

from __future__ import annotations

import hashlib
import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from imap_tools import A, BaseMailBox, ImapToolsError, MailboxLoginError

from doorstep.integrations.email.oauth import access_token, xoauth2
from doorstep.integrations.email.proof import stamps
from doorstep.integrations.email.settings import MailSettings, Server, Trust, settings
from doorstep.plugin_api import ConnectionPaused, IncomingReply, ReadFailed, Session

TIMEOUT = 30.0
LARGEST = 36 * 1024 * 1024
"""Bytes; of a larger mail only the headers are fetched, below one of ours that says so."""

CUT_OFF = "X-Doorstep-Too-Large"

IDLE_FOR = 120.0
"""Seconds until an IDLE is ended for a look: a mail that was announced between two commands is not told again."""

POLL_EVERY = 60.0
RETRY_AFTER = (5.0, 15.0, 60.0, 300.0)


class _Client(imaplib.IMAP4):
    """An IMAP client over a socket that is already connected."""

    def __init__(self, connected: socket.socket, server: Server) -> None:
        self._connected = connected
        super().__init__(server.host, server.port, timeout=TIMEOUT)

    def _create_socket(self, _timeout: float | None) -> socket.socket:
        return self._connected


class _MailBox(BaseMailBox):
    """imap-tools over that client."""

    def __init__(self, client: imaplib.IMAP4) -> None:
        self._made = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._made


@dataclass(frozen=True, slots=True)
class _Place:
    """Where reading stopped: up to which message of which generation of the mailbox."""

    validity: str = ""
    uid: int = 0

    @classmethod
    def of(cls, written: str) -> _Place:
        validity, _, uid = written.partition(":")
        return cls(validity, int(uid)) if uid.isdigit() else cls()

    def __str__(self) -> str:
        return f"{self.validity}:{self.uid}"


def replies(session: Session) -> Generator[IncomingReply, None, None]:
    """Yield the mails that came since the cursor, oldest first.

    At the first reading, and when the mailbox was made anew, the unseen ones.  Raises ConnectionPaused
    when the server does not let us in, ReadFailed when it cannot be reached.
    """
    with _opened(session) as (box, mail, server):
        yield from _new(session, box, trust=mail.trust, server=server)


def follow(
    session: Session, take: Callable[[IncomingReply], object], stop: threading.Event, *, poll_every: float = POLL_EVERY
) -> None:
    """Store mail as it comes, until told to stop: IDLE where the server can, else a look every minute.

    ``take`` returns once a mail is stored; what it raises ends the following.  A server that is away is
    tried again, ever more rarely.  Raises ConnectionPaused.
    """
    failures = 0
    while not stop.is_set():
        try:
            with _opened(session) as (box, mail, server):
                while not stop.is_set():
                    for reply in _new(session, box, trust=mail.trust, server=server):
                        take(reply)
                    failures = 0
                    with _troubles_told(server):
                        _wait(box, stop, poll_every)
        except ReadFailed:
            stop.wait(RETRY_AFTER[min(failures, len(RETRY_AFTER) - 1)])
            failures += 1


# -- Connecting ------------------------------------------------------------------------------------------


@contextmanager
def _opened(session: Session) -> Iterator[tuple[BaseMailBox, MailSettings, Server]]:
    mail = settings(session)
    if mail.imap is None:
        raise ConnectionPaused(
            f"The connection {session.name} has no IMAP server. Enter its name, like imap.your-company.example."
        )
    with _troubles_told(mail.imap):
        box = _MailBox(_connected(session, mail.imap))
    try:
        with _troubles_told(mail.imap):
            _sign_in(box, session, mail=mail, server=mail.imap)
            box.folder.set(mail.imap.folder)
        yield box, mail, mail.imap
    finally:
        _leave(box)


@contextmanager
def _troubles_told(server: Server) -> Iterator[None]:
    try:
        yield
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        raise ReadFailed(f"The mailbox at {server.host} could not be read: {error}.") from error


def _connected(session: Session, server: Server) -> imaplib.IMAP4:
    tls = session.tls or ssl.create_default_context()
    plain = session.connect(server.host, server.port, TIMEOUT)
    line = plain
    try:
        if server.security == "tls":
            line = tls.wrap_socket(plain, server_hostname=server.host)
        client = _Client(line, server)
        if server.security == "starttls":
            client.starttls(tls)
    except BaseException:
        line.close()
        raise
    return client


def _sign_in(box: BaseMailBox, session: Session, *, mail: MailSettings, server: Server) -> None:
    try:
        if mail.oauth is None:
            box.login(server.user, session.secrets.get("password", ""), initial_folder=None)
        else:
            _with_token(box, server.user, access_token(session, mail.oauth))
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        if re.search(r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]", str(error)):
            raise ReadFailed(f"The mailbox at {server.host} is not there just now: {error}.") from error
        if mail.oauth is not None:
            session.tokens.set("mail access token", "", expires_at=datetime.now(UTC))
        raise ConnectionPaused(
            f"The mail server {server.host} does not let {server.user} in. Enter new credentials."
        ) from error


def _with_token(box: BaseMailBox, user: str, token: str) -> None:
    # A refused token is explained in a challenge, which wants an empty answer.
    said = iter([xoauth2(user, token).encode()])
    box.client.authenticate("XOAUTH2", lambda _challenge: next(said, b""))


def _leave(box: BaseMailBox) -> None:
    try:
        box.client.logout()
    except (OSError, imaplib.IMAP4.error):
        box.client.shutdown()  # it has left already


# -- Reading ---------------------------------------------------------------------------------------------


def _new(session: Session, box: BaseMailBox, *, trust: Trust, server: Server) -> Iterator[IncomingReply]:
    with _troubles_told(server):
        validity = str(box.folder.status(server.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
        uids = _uids(box, _Place.of(session.cursor.get()), validity)
    for uid in uids:
        with _troubles_told(server):
            reply = _reply(box, _Place(validity, uid), trust=trust, user=server.user)
        if reply is not None:
            yield reply
            # Whoever asks for the next one has stored this one.
            with _troubles_told(server):
                box.client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")
        session.cursor.set(str(_Place(validity, uid)))


def _uids(box: BaseMailBox, place: _Place, validity: str) -> list[int]:
    if place.validity != validity:
        return sorted(int(uid) for uid in box.uids(A(seen=False)))
    # "n:*" gives the last message even when its number is smaller.
    return sorted(number for uid in box.uids(f"UID {place.uid + 1}:*") if (number := int(uid)) > place.uid)


def _reply(box: BaseMailBox, place: _Place, *, trust: Trust, user: str) -> IncomingReply | None:
    """Fetch one mail whole, without marking it; None when somebody deleted it meanwhile."""
    size, came = _size_and_time(box, place.uid)
    raw = _literal(box, place.uid, "BODY.PEEK[]" if size <= LARGEST else "BODY.PEEK[HEADER]")
    if raw is None:
        return None
    headers = {"via": "imap", "mailbox": user, "uid": str(place), **stamps(raw, trust, via="imap")}
    if size > LARGEST:
        raw = f"{CUT_OFF}: {size}\r\n".encode() + raw
    return IncomingReply("e-mail", hashlib.sha256(raw).hexdigest(), came, raw, headers)


def _size_and_time(box: BaseMailBox, uid: int) -> tuple[int, datetime]:
    _, answer = box.client.uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)")
    line = b" ".join(part if isinstance(part, bytes) else b"" for part in answer or [] if part)
    size = re.search(rb"RFC822\.SIZE (\d+)", line)
    return int(size[1]) if size else 0, _internal_date(line)


def _internal_date(line: bytes) -> datetime:
    found = re.search(rb'INTERNALDATE "([^"]+)"', line)
    if found is None:
        return datetime.now(UTC)
    return datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z")


def _literal(box: BaseMailBox, uid: int, part: str) -> bytes | None:
    _, answer = box.client.uid("FETCH", str(uid), f"({part})")
    return next((bytes(each[1]) for each in answer or [] if isinstance(each, tuple)), None)


def _wait(box: BaseMailBox, stop: threading.Event, poll_every: float) -> None:
    """Return when something may have come, or it is time to look, or to stop."""
    if "IDLE" not in box.client.capabilities:
        stop.wait(poll_every)
        return
    with box.idle as idle:
        waited = 0.0
        while waited < IDLE_FOR and not stop.is_set():
            if idle.poll(timeout=1.0):
                return
            waited += 1.0
