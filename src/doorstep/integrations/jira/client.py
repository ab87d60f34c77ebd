"""A thin client of Jira Cloud's REST API v3: signs in, asks, and says in words what went wrong."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from doorstep.integrations.jira.settings import Settings, settings
from doorstep.plugin_api import Attachment, ConnectionPaused, Session
from doorstep.plugin_api.exchange import Request, Trouble, content, send, wait_asked_for

SYSTEM = "Jira"
API = "/rest/api/3"
AGAIN_LATER = frozenset({408, 409, 412, 425})
"""Refusals that pass: somebody else was editing the same issue, or Jira was busy."""

ACCESS, REFRESH = "access_token", "refresh_token"


class Jira:
    """One session's way to ask Jira."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.settings: Settings = settings(session)

    def get(self, path: str, **params: str) -> Any:
        """Return what is at a path."""
        return self.ask("GET", path, params=params)

    def post(self, path: str, body: object) -> Any:
        """Send something new; return what Jira says of it."""
        return self.ask("POST", path, body=body)

    def put(self, path: str, body: object) -> Any:
        """Replace what is at a path."""
        return self.ask("PUT", path, body=body)

    def ask(self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: object = None) -> Any:
        """Send one request, an Attachment as a file; return its JSON.  Raises Trouble and ConnectionPaused."""
        answer = self._send(method, path, params=params or {}, body=body)
        if answer.status_code == 401 and self.settings.oauth:
            self._session.tokens.set(ACCESS, "", expires_at=datetime.now(UTC))
            answer = self._send(method, path, params=params or {}, body=body)
        return _checked(answer, self._session.name)

    def _send(self, method: str, path: str, *, params: Mapping[str, str], body: object) -> httpx.Response:
        headers = {"Authorization": self._authorization(), "Accept": "application/json"}
        request = Request(method, f"{self.settings.base}{API}{path}", params, body, headers=headers)
        if isinstance(body, Attachment):
            file = (body.name, body.content, body.media_type)
            headers = {**headers, "X-Atlassian-Token": "no-check"}
            request = replace(request, body=None, files={"file": file}, headers=headers)
        return send(self._session.http, SYSTEM, request)

    def content_of(self, attachment: str) -> bytes:
        """Return the bytes of an attachment."""
        asked = {"params": {"redirect": "false"}, "body": None}
        answer = self._send("GET", f"/attachment/content/{attachment}", **asked)  # type: ignore[arg-type]
        if not answer.is_success:
            _checked(answer, self._session.name)
        return answer.content

    # -- signing in ------------------------------------------------------------------------------

    def _authorization(self) -> str:
        if self.settings.oauth:
            return f"Bearer {self._session.tokens.get(ACCESS) or self._fresh_token()}"
        said = f"{self.settings.email}:{self._session.secrets.get('token', '')}"
        return "Basic " + base64.b64encode(said.encode()).decode()

    def _fresh_token(self) -> str:
        """Get an access token: by the latest refresh token (each is good once), else by client credentials."""
        refresh = self._session.tokens.get(REFRESH) or self._session.secrets.get(REFRESH, "")
        asked = {"client_id": self.settings.client_id, "client_secret": self._session.secrets.get("client_secret", "")}
        asked |= {"grant_type": REFRESH, REFRESH: refresh} if refresh else {"grant_type": "client_credentials"}
        answer = send(self._session.http, SYSTEM, Request("POST", self.settings.token_url, body=asked))
        if answer.status_code in {400, 401, 403}:
            raise ConnectionPaused(
                f"Atlassian no longer gives {self._session.name} an access token ({_said(answer)}). "
                "Authorise the app again, or make a new client secret, and enter it in the connection."
            )
        given = _checked(answer, self._session.name)
        if given.get(REFRESH):
            self._session.tokens.set(REFRESH, given[REFRESH])
        ends = datetime.now(UTC) + timedelta(seconds=int(given.get("expires_in", 3600)) - 60)
        self._session.tokens.set(ACCESS, given["access_token"], expires_at=ends)
        return str(given["access_token"])

    # -- what several parts ask ------------------------------------------------------------------

    def myself(self) -> Mapping[str, Any]:
        """Return the account we are signed in as: accountId, timeZone."""
        return self.get("/myself")  # type: ignore[no-any-return]

    def account_of(self, person: str) -> str:
        """Return the account id of a person given by it or by an e-mail address; empty when nobody is found."""
        if "@" not in person:
            return person
        found = [user for user in self.get("/user/search", query=person) if user.get("active", True)]
        same = [user for user in found if user.get("emailAddress", "").casefold() == person.casefold()]
        known = same or (found if len(found) == 1 else [])
        return str(known[0]["accountId"]) if known else ""

    def comments(self, issue: str, *, newest: int = 100) -> list[dict[str, Any]]:
        """Return an issue's latest comments, newest first."""
        page = self.get(f"/issue/{issue}/comment", orderBy="-created", maxResults=str(newest))
        return list(page["comments"])

    def found(self, body: Mapping[str, object]) -> Iterator[dict[str, Any]]:
        """Yield the issues a search finds, page after page.

        The search is behind by some seconds; issues named in ``reconcileIssues`` are looked up as they are.
        """
        token: dict[str, str] = {}
        while True:
            page = self.post("/search/jql", {**body, **token})
            yield from page["issues"]
            if page.get("isLast", True) or not page.get("nextPageToken"):
                return
            token = {"nextPageToken": page["nextPageToken"]}


def _checked(answer: httpx.Response, name: str) -> Any:
    """Return what an answer holds, or say why it is none."""
    status = answer.status_code
    if answer.is_success:
        return content(SYSTEM, answer)
    if status == 401:
        raise ConnectionPaused(
            f"Jira no longer accepts the sign-in of {name} (401). Make a new API token at id.atlassian.com and enter it."
        )
    if status == 429:
        raise Trouble("Jira asks us to slow down. We try again.", status=status, retry_after=wait_asked_for(answer))
    if status >= 500 or status in AGAIN_LATER:
        why = f"Jira could not do it just now ({_said(answer)}). We try again."
        raise Trouble(why, status=status, retry_after=wait_asked_for(answer))
    raise Trouble(f"Jira refused: {_said(answer)}", permanent=True, status=status, codes=_fields(answer))


def _said(answer: httpx.Response) -> str:
    """Return what Jira says of a refusal, in its words."""
    body = _body(answer)
    errors = body.get("errors")
    named = [f"{name}: {text}" for name, text in errors.items()] if isinstance(errors, dict) else []
    more = body.get("errorMessages") or [body.get("error_description") or body.get("message") or ""]
    words = [str(text) for text in [*more, *named] if text]
    return " ".join(words) or f"status {answer.status_code}"


def _fields(answer: httpx.Response) -> tuple[str, ...]:
    errors = _body(answer).get("errors")
    return tuple(errors) if isinstance(errors, dict) else ()


def _body(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
