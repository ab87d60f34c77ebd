"""E-mail as a way to reach people: letters out by SMTP, replies in by IMAP."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from doorstep.integrations.email.compose import compose, message_id
from doorstep.integrations.email.imap import follow, replies
from doorstep.integrations.email.settings import settings
from doorstep.integrations.email.smtp import connected, send
from doorstep.plugin_api import Delivered, IncomingReply, Letter, Session


class EmailChannel:
    """One mail connection at work."""

    name = "e-mail"
    idempotent = False  # a mail server takes the same Message-ID twice; mail programs show it once

    def __init__(self) -> None:
        self._client: smtplib.SMTP | None = None

    @contextmanager
    def batch(self, session: Session) -> Iterator[None]:
        """Keep one connection for the letters delivered inside the block.  Raises as deliver."""
        with connected(session, settings(session)) as client:
            self._client = client
            try:
                yield
            finally:
                self._client = None

    def deliver(self, session: Session, letter: Letter) -> Delivered:
        """Hand the letter to the mail server.

        Its Message-ID is the same at every attempt; keep it: later letters of the thread name it, and a
        bounce does.  Raises DeliveryFailed (permanent for an address that is none or is refused) and
        ConnectionPaused.
        """
        mail = settings(session)
        now = datetime.now(UTC)
        message = compose(letter, mail, at=now)
        envelope = mail.envelope or letter.reply_to or mail.address
        if self._client is not None:
            send(self._client, message, envelope=envelope)
        else:
            with connected(session, mail) as client:
                send(client, message, envelope=envelope)
        return Delivered(external_id=message_id(letter, mail), at=now)

    def withdraw(self, session: Session, letter: Letter, external_id: str) -> None:
        """Tell the addressee, on the thread, that the ask is settled.

        A mail cannot be taken back.  The follow-up is sent only for a letter whose purpose is
        ``withdrawn``; for any other nothing happens, for silence is kinder than a second mail.
        """
        if letter.purpose == "withdrawn":
            self.deliver(session, letter)

    def receive(self, session: Session) -> Iterator[IncomingReply]:
        """Yield the mails that came since the cursor, raw; see `doorstep.integrations.email.imap.replies`.

        Without an incoming server there are none here: mail then comes over our own listener.
        """
        return replies(session) if settings(session).imap is not None else iter(())

    def follow(self, session: Session, take: Callable[[IncomingReply], object], stop: threading.Event) -> None:
        """Store mail as it comes, until told to stop; see `doorstep.integrations.email.imap.follow`."""
        if settings(session).imap is not None:
            follow(session, take, stop)
        else:
            stop.wait()
