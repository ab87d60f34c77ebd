"""What a connection to an LDAP directory was told, read once."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from doorstep.plugin_api import ConnectionPaused, Session

PEOPLE = "(&(objectClass=person)(mail=*))"
GROUPS = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=group))"


@dataclass(frozen=True, slots=True)
class Settings:
    """A connection's configuration, whole.  ``tls`` is from the start, ``start_tls`` once connected."""

    host: str
    port: int
    tls: bool
    start_tls: bool
    user: str
    password: str
    base: str
    filter: str
    groups_base: str
    groups: frozenset[str]  # in lower case; none: all
    changed: str  # the attribute that says when an entry changed
    page: int
    timeout: int  # seconds to wait for a connection, and for each answer


def settings(session: Session) -> Settings:
    """Return the settings of a session.  Raises ConnectionPaused for an address that cannot be one."""
    address = urlsplit(_text(session, "url"))
    if address.scheme not in {"ldap", "ldaps"} or not address.hostname:
        raise ConnectionPaused(
            f"The connection {session.name} has no usable address. Enter one such as ldaps://ldap.northwind.example."
        )
    tls = address.scheme == "ldaps"
    start_tls = not tls and _text(session, "security") != "none"
    if not tls and not start_tls and not session.allow_private:
        raise ConnectionPaused(
            f"The connection {session.name} would send its password in the open. Use ldaps://, or leave security out."
        )
    return Settings(
        host=address.hostname,
        port=address.port or (636 if tls else 389),
        tls=tls,
        start_tls=start_tls,
        user=_text(session, "user"),
        password=session.secrets.get("password", ""),
        base=_text(session, "base"),
        filter=_text(session, "filter") or PEOPLE,
        groups_base=_text(session, "groups_base"),
        groups=frozenset(name.strip().casefold() for name in _text(session, "groups").split(",") if name.strip()),
        changed=_text(session, "changed_attribute") or "modifyTimestamp",
        page=_number(session, "page_size", 500),
        timeout=_number(session, "timeout", 20),
    )


def _number(session: Session, name: str, usual: int) -> int:
    text = _text(session, name)
    return int(text) if text.isdigit() and int(text) else usual


def _text(session: Session, name: str) -> str:
    return str(session.config.get(name) or "").strip()
