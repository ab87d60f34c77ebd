"""SMTP in: from Doorstep, from the webmail, and from strangers."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from doorstep.demo.mail_sandbox import stamps
from doorstep.demo.mail_sandbox.accounts import Account, Accounts
from doorstep.demo.mail_sandbox.store import Store

SIZE_LIMIT = 35 * 1024 * 1024


@dataclass(frozen=True)
class Postman:
    """What the server does with an address and with a message."""

    store: Store
    accounts: Accounts
    now: Callable[[], datetime]

    async def handle_RCPT(  # noqa: N802, PLR0917 - aiosmtpd's name and order
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient; refuse one of our domains that has no mailbox, and relaying for strangers."""
        if self.accounts.local(address) and self.accounts.route(address) is None:
            return f"550 5.1.1 <{address}>: there is no such mailbox here"
        if not self.accounts.local(address) and not session.authenticated:
            return f"554 5.7.1 <{address}>: relay access denied"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Put the message into each mailbox it goes to; what goes elsewhere bounces."""
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        signed_in = session.auth_data.address if isinstance(session.auth_data, Account) else ""
        for recipient in envelope.rcpt_tos:
            self._hand_on(raw, sender=envelope.mail_from or "", recipient=recipient, signed_in=signed_in)
        return "250 2.0.0 OK: it is in the mailbox"

    def _hand_on(self, raw: bytes, *, sender: str, recipient: str, signed_in: str) -> None:
        account, at = self.accounts.route(recipient), self.now()
        if account:
            known = stamps.received(raw, sender=sender, recipient=recipient, signed_in=signed_in, at=at)
            self.store.add(account.address, known, at=at)
        elif sender:
            back = self.accounts.route(sender)
            report = stamps.bounce(raw, sender=sender, recipient=recipient, at=at)
            if back:
                self.store.add(
                    back.address, stamps.received(report, sender="", recipient=sender, signed_in="", at=at), at=at
                )

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        """Sign in by an access token, sent at once or after an empty challenge."""
        try:
            said = base64.b64decode(args[1], validate=True) if len(args) > 1 else await server.challenge_auth("")
        except ValueError:
            said = b""
        account = self.accounts.by_xoauth2(said) if isinstance(said, bytes) else None
        return AuthResult(success=account is not None, handled=False, auth_data=account)

    def password(self, server: SMTP, session: Session, envelope: Envelope, *said: Any) -> AuthResult:
        """Sign in by a password; what was said is the mechanism and what it carried."""
        auth_data = said[1]
        account: Account | None = None
        if isinstance(auth_data, LoginPassword):
            account = self.accounts.by_password(auth_data.login.decode(), auth_data.password.decode())
        return AuthResult(success=account is not None, handled=False, auth_data=account)


def protocol(postman: Postman) -> SMTP:
    """Return one connection's server.  Without TLS: it listens on this machine only."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # it warns of its own old names at every sign-in
    return SMTP(
        postman,
        authenticator=postman.password,
        auth_require_tls=False,
        data_size_limit=SIZE_LIMIT,
        enable_SMTPUTF8=True,
        hostname="mx.northwind.example",
        ident="sandbox",
    )
