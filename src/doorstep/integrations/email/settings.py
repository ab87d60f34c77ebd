"""What a mail connection was told, read once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from doorstep.plugin_api import ConnectionPaused, Session

Security = Literal["tls", "starttls", "plain"]
PORTS = {"smtp": {"tls": 465, "starttls": 587, "plain": 25}, "imap": {"tls": 993, "starttls": 143, "plain": 143}}


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail goes out or comes in.  ``user`` empty: without signing in."""

    host: str
    port: int
    security: Security
    user: str = ""
    folder: str = "INBOX"


@dataclass(frozen=True, slots=True)
class OAuth:
    """How an access token is got: by ``client_credentials``, or by ``refresh_token``."""

    token_url: str
    client_id: str
    scope: str
    grant: str


@dataclass(frozen=True, slots=True)
class Trust:
    """What of a mail's own headers is believed (rule 2 of asks and replies).

    ``authserv_ids`` are the names the organisation's mail servers stamp results with; ``exchange-online``
    stands for Microsoft's nameless ones.  ``hops`` is how many Received lines may stand above such a stamp
    (None: any).  ``tenant`` is the Microsoft 365 tenant whose internal mail counts.  ``relays`` are the
    addresses and networks whose stamps our own listener believes.
    """

    authserv_ids: tuple[str, ...] = ()
    hops: int | None = None
    tenant: str = ""
    relays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MailSettings:
    """A mail connection's configuration, whole."""

    address: str
    name: str
    envelope: str
    smtp: Server
    imap: Server | None
    oauth: OAuth | None
    trust: Trust


def settings(session: Session) -> MailSettings:
    """Return the settings of a session.  Raises ConnectionPaused while the address or the server is missing."""
    address = _text(session, "address")
    if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", address):
        raise ConnectionPaused(
            f"The connection {session.name} has no address to write from. Enter it, like doorstep@your-company.example."
        )
    smtp = _server(session, "smtp")
    if smtp is None:
        raise ConnectionPaused(
            f"The connection {session.name} has no SMTP server. Enter its name, like smtp.your-company.example."
        )
    return MailSettings(
        address=address,
        name=_text(session, "name"),
        envelope=_text(session, "envelope"),
        smtp=smtp,
        imap=_server(session, "imap"),
        oauth=_oauth(session),
        trust=trust(session),
    )


def trust(session: Session) -> Trust:
    """Return what this connection believes of a mail's headers."""
    hops = _text(session, "hops")
    return Trust(
        authserv_ids=tuple(each.lower() for each in _list(session, "authserv_ids")),
        hops=int(hops) if hops.isdigit() else None,
        tenant=_text(session, "tenant").lower(),
        relays=_list(session, "trusted_relays"),
    )


def _server(session: Session, kind: str) -> Server | None:
    host = _text(session, f"{kind}_host")
    if not host:
        return None
    security = _security(_text(session, f"{kind}_security"), session.name)
    port = _text(session, f"{kind}_port")
    return Server(
        host=host,
        port=int(port) if port.isdigit() else PORTS[kind][security],
        security=security,
        user=_text(session, f"{kind}_user") or _text(session, "user"),
        folder=_text(session, "imap_folder") or "INBOX",
    )


def _security(written: str, name: str) -> Security:
    match written.lower():
        case "" | "starttls":
            return "starttls"
        case "tls" | "ssl":
            return "tls"
        case "plain" | "none":
            return "plain"
        case other:
            raise ConnectionPaused(
                f"The connection {name} has the security “{other}”. Expected tls, starttls or plain."
            )


def _oauth(session: Session) -> OAuth | None:
    token_url = _text(session, "token_url")
    if not token_url:
        return None
    grant = "refresh_token" if session.secrets.get("refresh_token") else "client_credentials"
    return OAuth(token_url, _text(session, "client_id"), _text(session, "scope"), grant)


def _text(session: Session, name: str) -> str:
    value = session.config.get(name)
    return "" if value is None else str(value).strip()


def _list(session: Session, name: str) -> tuple[str, ...]:
    value = session.config.get(name) or ()
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, (list, tuple)) else ()
    return tuple(text for part in parts if (text := str(part).strip()))
