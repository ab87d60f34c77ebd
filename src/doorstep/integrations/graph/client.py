"""A thin client of Microsoft Graph: signs in with client credentials, reads lists page after page, waits when told to."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from doorstep.plugin_api import ConnectionPaused, Session
from doorstep.plugin_api.exchange import Request, Trouble, content, send, wait_asked_for

SYSTEM = "Microsoft Graph"
TOKEN = "graph access"  # noqa: S105 - a name
EARLY = timedelta(minutes=2)
LONGEST_WAIT = timedelta(seconds=30)
"""Longer waits are left to the next pull."""

TRIES = 5


class Graph:
    """One session's way to ask Graph."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.site = _setting(session, "site", "https://graph.microsoft.com")
        self._login = _setting(session, "login", "https://login.microsoftonline.com")

    def every(self, path: str, params: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """Yield what a list holds, page after page.  Raises Trouble and ConnectionPaused."""
        page = self._get(f"{self.site}/v1.0{path}", params)
        while True:
            yield from page["value"]
            following = page.get("@odata.nextLink")
            if not following:
                return
            page = self._get(self._ours(following), {})

    def _ours(self, link: str) -> str:
        """Return a link to the next page; one that leads elsewhere would take the token along."""
        if urlsplit(link)[:2] != urlsplit(self.site)[:2]:
            raise Trouble(
                f"{SYSTEM} named {link[:60]} as its next page, which is another place. Nothing was sent there."
            )
        return link

    def _get(self, url: str, params: Mapping[str, str]) -> Any:
        """Return what is at an address, waiting where Graph asks for it, with a new token when the old one has ended."""
        anew = False
        for _ in range(TRIES):
            headers = {"Authorization": f"Bearer {self._token(anew=anew)}", "Accept": "application/json"}
            answer = send(self._session.http, SYSTEM, Request("GET", url, params, headers=headers))
            wait = wait_asked_for(answer) or timedelta(seconds=1)
            if answer.status_code == 401 and not anew:
                anew = True
            elif answer.status_code in {429, 503, 504} and wait <= LONGEST_WAIT:
                time.sleep(wait.total_seconds())
            else:
                return self._checked(answer)
        raise Trouble(f"{SYSTEM} asked us to wait {TRIES} times. We try again later.", status=429)

    def _checked(self, answer: httpx.Response) -> Any:
        status = answer.status_code
        if answer.is_success:
            found = content(SYSTEM, answer)
            if not isinstance(found, dict) or not isinstance(found.get("value"), list):
                raise Trouble(f"{SYSTEM} answered something that is no list, although it said {status}.", status=status)
            return found
        if status in {400, 401, 403, 404}:
            raise ConnectionPaused(
                f"{SYSTEM} refused {self._session.name} ({status}, {_said(answer)}). Check that the application has "
                "User.Read.All and GroupMember.Read.All with an administrator's consent."
            )
        wait = wait_asked_for(answer)
        raise Trouble(f"{SYSTEM} could not do it just now ({status}). We try again.", status=status, retry_after=wait)

    # -- signing in --------------------------------------------------------------------------------

    def _token(self, *, anew: bool) -> str:
        kept = None if anew else self._session.tokens.get(TOKEN)
        return kept or self._fresh_token()

    def _fresh_token(self) -> str:
        tenant = quote(str(self._session.config.get("tenant") or ""), safe="")
        form = {
            "grant_type": "client_credentials",
            "client_id": str(self._session.config.get("client_id") or ""),
            "client_secret": self._session.secrets.get("client_secret", ""),
            "scope": f"{self.site}/.default",
        }
        answer = send(
            self._session.http, SYSTEM, Request("POST", f"{self._login}/{tenant}/oauth2/v2.0/token", form=form)
        )
        if answer.status_code in {400, 401, 403, 404}:
            raise ConnectionPaused(
                f"Microsoft no longer lets {self._session.name} sign in ({_said(answer)}). Check the tenant, the "
                "application and its secret, which ends after some months."
            )
        if not answer.is_success:
            raise Trouble(f"{SYSTEM} could not sign us in just now ({answer.status_code}). We try again.")
        given = content(SYSTEM, answer)
        token, lasts = str(given["access_token"]), timedelta(seconds=int(given.get("expires_in", 3600)))
        self._session.tokens.set(TOKEN, token, expires_at=datetime.now(UTC) + max(lasts - EARLY, lasts / 2))
        return token


def _setting(session: Session, name: str, usual: str) -> str:
    return str(session.config.get(name) or usual).strip().rstrip("/")


def _said(answer: httpx.Response) -> str:
    """Return what Microsoft says of a refusal, in its words."""
    try:
        body = answer.json()
        error = body.get("error")
        text = error.get("message") if isinstance(error, dict) else body.get("error_description") or error
    except (ValueError, AttributeError):
        text = None
    return str(text or f"status {answer.status_code}").splitlines()[0][:200]
