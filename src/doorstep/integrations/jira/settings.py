"""What a connection to Jira was told, read once."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.plugin_api import ConnectionPaused, Session

YES = ("Done", "Fixed", "Resolved", "Closed", "Completed")
NO = ("Won't do", "Won't fix", "Declined", "Rejected", "Cancelled", "Canceled")


@dataclass(frozen=True, slots=True)
class Settings:
    """A connection's configuration, whole."""

    site: str
    oauth: bool
    email: str
    client_id: str
    cloud_id: str
    api_url: str
    token_url: str
    projects: tuple[str, ...]
    issue_type: str
    yes: frozenset[str]
    no: frozenset[str]

    @property
    def base(self) -> str:
        """Where the API is: with OAuth at Atlassian's gateway, else at the site."""
        return f"{self.api_url}/ex/jira/{self.cloud_id}" if self.oauth else self.site

    def page(self, issue: str) -> str:
        """Return where a person sees an issue."""
        return f"{self.site}/browse/{issue}"


def settings(session: Session) -> Settings:
    """Return the settings of a session.  Raises ConnectionPaused while the site is missing."""
    site = _text(session, "site").rstrip("/")
    if not site:
        raise ConnectionPaused(
            f"The connection {session.name} has no site. Enter it, like https://your-name.atlassian.net."
        )
    return Settings(
        site=site,
        oauth=_text(session, "sign_in").lower() == "oauth",
        email=_text(session, "email"),
        client_id=_text(session, "client_id"),
        cloud_id=_text(session, "cloud_id"),
        api_url=(_text(session, "api_url") or "https://api.atlassian.com").rstrip("/"),
        token_url=_text(session, "token_url") or "https://auth.atlassian.com/oauth/token",
        projects=_list(session, "projects"),
        issue_type=_text(session, "issue_type") or "Task",
        yes=frozenset(plain(word) for word in _list(session, "yes") or YES),
        no=frozenset(plain(word) for word in _list(session, "no") or NO),
    )


def plain(word: str) -> str:
    """Return a status or resolution as it is compared: whatever the case and the apostrophe."""
    return word.strip().replace("’", "'").casefold()


def _text(session: Session, name: str) -> str:
    return str(session.config.get(name) or "").strip()


def _list(session: Session, name: str) -> tuple[str, ...]:
    value = session.config.get(name) or ()
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, (list, tuple)) else ()
    return tuple(text for part in parts if (text := str(part).strip()))
