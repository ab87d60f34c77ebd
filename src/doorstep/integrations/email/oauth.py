"""Access tokens for SMTP and IMAP, kept until shortly before they end (RFC 6749)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx

from doorstep.integrations.email.settings import OAuth
from doorstep.plugin_api import ConnectionPaused, ReadFailed, Session

EARLY = timedelta(minutes=2)
ACCESS = "mail access token"
REFRESH = "mail refresh token"


def access_token(session: Session, oauth: OAuth, *, anew: bool = False) -> str:
    """Return an access token; ``anew`` when the last one was not believed.

    Raises ConnectionPaused when the endpoint refuses our credentials, ReadFailed when it cannot be reached.
    """
    kept = None if anew else session.tokens.get(ACCESS)
    return kept or _ask(session, oauth)


def xoauth2(user: str, token: str) -> str:
    """Return the first thing to say with XOAUTH2."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def _ask(session: Session, oauth: OAuth) -> str:
    try:
        answer = session.http.post(oauth.token_url, data=_form(session, oauth))
    except httpx.HTTPError as error:
        raise ReadFailed(f"The token endpoint {oauth.token_url} could not be reached: {error}.") from error
    if answer.status_code >= 500 or answer.status_code == 429:
        raise ReadFailed(
            f"The token endpoint {oauth.token_url} answered {answer.status_code}; it is asked again later."
        )
    if answer.is_error:
        raise ConnectionPaused(
            f"The token endpoint refused the credentials of {session.name} ({_reason(answer)}). Enter new ones."
        )
    return _keep(session, answer)


def _form(session: Session, oauth: OAuth) -> dict[str, str]:
    form = {
        "grant_type": oauth.grant,
        "client_id": oauth.client_id,
        "client_secret": session.secrets.get("client_secret", ""),
    }
    if oauth.grant == "refresh_token":
        form["refresh_token"] = session.tokens.get(REFRESH) or session.secrets.get("refresh_token", "")
    if oauth.scope:
        form["scope"] = oauth.scope
    return {name: value for name, value in form.items() if value}


def _keep(session: Session, answer: httpx.Response) -> str:
    try:
        given = answer.json()
        token, lasts = str(given["access_token"]), timedelta(seconds=int(given.get("expires_in", 3600)))
    except (ValueError, KeyError, TypeError) as error:
        raise ReadFailed("The token endpoint answered without an access token.") from error
    session.tokens.set(ACCESS, token, expires_at=datetime.now(UTC) + max(lasts - EARLY, lasts / 2))
    if given.get("refresh_token"):
        session.tokens.set(REFRESH, str(given["refresh_token"]))
    return token


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("error", answer.status_code))
    except (ValueError, AttributeError):
        return str(answer.status_code)
