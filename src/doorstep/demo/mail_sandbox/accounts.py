"""Who has a mailbox here, by which password or token they get in, and where an address leads."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass

from doorstep.demo import company

CLIENT_ID = "mail-sandbox-client"
CLIENT_SECRET = "mail-sandbox-secret"  # noqa: S105 - opens a sandbox


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox of this server."""

    address: str
    name: str

    @property
    def password(self) -> str:
        """The password of a mailbox: its local part and "-sandbox"."""
        return self.address.partition("@")[0] + "-sandbox"

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.address.rpartition("@")[2]


class Accounts:
    """The example's mailboxes and the access tokens given out for them."""

    def __init__(self) -> None:
        known = [Account(person.email, person.name) for person in company.PEOPLE]
        known.append(Account(company.DOORSTEP_MAILBOX, "Doorstep"))
        self.all = {account.address: account for account in known}
        self._tokens: dict[str, str] = {}
        self._lock = threading.Lock()

    def route(self, address: str) -> Account | None:
        """Return the mailbox an address leads to: what stands behind a + does not count, aliases do."""
        local, _, domain = address.strip().lower().rpartition("@")
        plain = f"{local.partition('+')[0]}@{domain}"
        plain = company.DOORSTEP_MAILBOX if plain in company.DOORSTEP_ALIASES else plain
        return self.all.get(plain)

    def local(self, address: str) -> bool:
        """Whether mail to an address ends here."""
        return address.rpartition("@")[2].lower() in {account.domain for account in self.all.values()}

    def by_password(self, address: str, password: str) -> Account | None:
        """Return the account a password opens."""
        account = self.all.get(address.lower())
        return account if account and secrets.compare_digest(account.password.encode(), password.encode()) else None

    def by_token(self, address: str, token: str) -> Account | None:
        """Return the account an access token opens."""
        with self._lock:
            owner = self._tokens.get(token)
        return self.all.get(address.lower()) if owner and owner == address.lower() else None

    def give_token(self, address: str) -> str:
        """Return a new access token for a mailbox."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._tokens[token] = address.lower()
        return token

    def by_xoauth2(self, said: bytes) -> Account | None:
        """Return the account an XOAUTH2 answer opens: ``user=…^Aauth=Bearer …^A^A``."""
        parts = dict(part.partition("=")[::2] for part in said.decode("utf-8", "replace").split("\x01") if part)
        kind, _, token = parts.get("auth", "").partition(" ")
        return self.by_token(parts.get("user", ""), token) if kind.lower() == "bearer" else None

    def by_plain(self, said: bytes) -> Account | None:
        """Return the account a PLAIN answer opens: ``^@user^@password``."""
        parts = said.decode("utf-8", "replace").split("\0")
        return self.by_password(parts[1], parts[2]) if len(parts) == 3 else None
