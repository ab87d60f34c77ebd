"""What a connection to Salesforce was told, read once."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.plugin_api import ConnectionPaused, Session

NO = ("Rejected", "Declined", "Cancelled", "Canceled")


@dataclass(frozen=True, slots=True)
class Settings:
    """A connection's configuration, whole."""

    site: str
    client_id: str
    username: str
    audience: str
    version: str
    key_field: str
    status_field: str
    withdrawn_status: str
    objects: tuple[str, ...]
    relations: tuple[str, ...]
    no: frozenset[str]


def settings(session: Session) -> Settings:
    """Return the settings of a session.  Raises ConnectionPaused while the site is missing."""
    site = _text(session, "site").rstrip("/")
    if not site:
        raise ConnectionPaused(
            f"The connection {session.name} has no site. Enter My Domain, like https://your-name.my.salesforce.com."
        )
    return Settings(
        site=site,
        client_id=_text(session, "client_id"),
        username=_text(session, "username"),
        audience=_text(session, "audience") or "https://login.salesforce.com",
        version=_text(session, "api_version") or "62.0",
        key_field=_text(session, "key_field") or "Doorstep_key__c",
        status_field=_text(session, "status_field"),
        withdrawn_status=_text(session, "withdrawn_status") or "Completed",
        objects=_list(session, "objects") or ("Opportunity",),
        relations=_list(session, "relations") or ("Account", "Owner"),
        no=frozenset(word.casefold() for word in _list(session, "no") or NO),
    )


def _text(session: Session, name: str) -> str:
    return str(session.config.get(name) or "").strip()


def _list(session: Session, name: str) -> tuple[str, ...]:
    value = session.config.get(name) or ()
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, (list, tuple)) else ()
    return tuple(text for part in parts if (text := str(part).strip()))
