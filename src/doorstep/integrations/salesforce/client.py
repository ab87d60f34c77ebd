"""A thin client of Salesforce's REST API: signs in, asks, and says in words what went wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import jwt

from doorstep.integrations.salesforce.settings import Settings, settings
from doorstep.plugin_api import ConnectionPaused, Session
from doorstep.plugin_api.exchange import Request, Trouble, content, send, wait_asked_for

SYSTEM = "Salesforce"
TOKEN = "access"  # noqa: S105 - a name
TOKEN_PATH = "/services/oauth2/token"  # noqa: S105
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"

AGAIN_LATER: Mapping[str, timedelta | None] = {
    "REQUEST_LIMIT_EXCEEDED": timedelta(minutes=15),  # a rolling day's worth of requests is used up
    "UNABLE_TO_LOCK_ROW": None,
    "SERVER_UNAVAILABLE": None,
    "QUERY_TIMEOUT": None,
    "REQUEST_RUNNING_TOO_LONG": None,
}
"""Refusals that pass, with the wait where no better one is said."""


class Salesforce:
    """One session's way to ask Salesforce."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.settings: Settings = settings(session)

    def get(self, path: str, **params: str) -> Any:
        """Return what is at a path."""
        return self.ask("GET", path, params=params)

    def post(self, path: str, values: Mapping[str, object]) -> Any:
        """Make something new; return what Salesforce says of it."""
        return self.ask("POST", path, body=values)

    def patch(self, path: str, values: Mapping[str, object]) -> Any:
        """Change, or upsert, what is at a path; return what Salesforce says of it."""
        return self.ask("PATCH", path, body=values)

    def ask(self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: object = None) -> Any:
        """Send one request, a second time with a new session when the old one has ended.

        Paths are below ``/services/data/v62.0`` unless they start there.  Raises Trouble and ConnectionPaused.
        """
        answer = self._send(method, path, params or {}, body)
        if answer.status_code == 401:
            self._session.tokens.set(TOKEN, "", expires_at=datetime.now(UTC))
            answer = self._send(method, path, params or {}, body)
        return _checked(answer, self._session.name)

    def query(self, text: str) -> Iterator[dict[str, Any]]:
        """Yield the records a query finds, page after page."""
        page = self.get("/query", q=text)
        while True:
            yield from page["records"]
            if page.get("done", True):
                return
            page = self.get(page["nextRecordsUrl"])

    def page(self, kind: str, number: str) -> str:
        """Return where a person sees a record."""
        return f"{self.settings.site}/lightning/r/{kind}/{number}/view"

    def _send(self, method: str, path: str, params: Mapping[str, str], body: object) -> httpx.Response:
        token = self._token()
        whole = path if path.startswith("/services/") else f"/services/data/v{self.settings.version}{path}"
        headers = {"Authorization": f"Bearer {token['access_token']}", "Accept": "application/json"}
        request = Request(method, f"{token['instance_url']}{whole}", params, body, headers=headers)
        return send(self._session.http, SYSTEM, request)

    # -- signing in ------------------------------------------------------------------------------

    def _token(self) -> Mapping[str, str]:
        """Return the session's token and where it is good; Salesforce does not say for how long."""
        kept = self._session.tokens.get(TOKEN)
        return json.loads(kept) if kept else self._fresh_token()

    def _fresh_token(self) -> Mapping[str, str]:
        request = Request("POST", self.settings.site + TOKEN_PATH, form=self._proof())
        answer = send(self._session.http, SYSTEM, request)
        if answer.status_code in {400, 401, 403}:
            raise ConnectionPaused(
                f"Salesforce no longer lets {self._session.name} sign in ({_said(answer)}). Check the External Client "
                "App: its key, its secret or certificate, and the user it may act as; then enter them in the connection."
            )
        given = _checked(answer, self._session.name)
        token = {"access_token": given["access_token"], "instance_url": given["instance_url"].rstrip("/")}
        self._session.tokens.set(TOKEN, json.dumps(token), expires_at=datetime.now(UTC) + timedelta(hours=2))
        return token

    def _proof(self) -> dict[str, str]:
        """Return what is sent for a token: a signed assertion where there is a key, else our own credentials."""
        key = self._session.secrets.get("private_key", "")
        if not key:
            secret = self._session.secrets.get("client_secret", "")
            return {"grant_type": "client_credentials", "client_id": self.settings.client_id, "client_secret": secret}
        claims = {
            "iss": self.settings.client_id,
            "sub": self.settings.username,
            "aud": self.settings.audience,
            "exp": int((datetime.now(UTC) + timedelta(minutes=3)).timestamp()),
        }
        try:
            return {"grant_type": JWT_BEARER, "assertion": jwt.encode(claims, key, algorithm="RS256")}
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise ConnectionPaused(
                f"The private key of {self._session.name} cannot be read ({error}). Enter it as PEM, from BEGIN to END."
            ) from error


def select(fields: str, kind: str, rest: str) -> str:
    """Return a query.  Whatever is not our own word in ``rest`` has been through ``literal``."""
    return f"SELECT {fields} FROM {kind} {rest}"  # noqa: S608 - SOQL, and see above


def literal(text: str) -> str:
    """Return a text as SOQL has it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def segment(text: str) -> str:
    """Return a text as one segment of a path."""
    return quote(text, safe="")


def _checked(answer: httpx.Response, name: str) -> Any:
    """Return what an answer holds, or say why it is none."""
    status = answer.status_code
    if answer.is_success:
        return content(SYSTEM, answer)
    if status == 401:
        raise ConnectionPaused(
            f"Salesforce does not accept the session of {name} (401, {_said(answer)}). Check the app and its user."
        )
    codes = tuple(str(error.get("errorCode", "")) for error in _errors(answer))
    passing = next((code for code in codes if code in AGAIN_LATER), "")
    if status >= 500 or status == 429 or passing:
        wait = wait_asked_for(answer) or AGAIN_LATER.get(passing)
        why = f"Salesforce could not do it just now ({_said(answer)}). We try again."
        raise Trouble(why, status=status, codes=codes, retry_after=wait)
    raise Trouble(f"Salesforce refused: {_said(answer)}", permanent=True, status=status, codes=codes)


def _said(answer: httpx.Response) -> str:
    """Return what Salesforce says of a refusal, in its words."""
    words = [str(error.get("message") or error.get("error_description") or "") for error in _errors(answer)]
    return " ".join(word for word in words if word) or f"status {answer.status_code}"


def _errors(answer: httpx.Response) -> list[dict[str, Any]]:
    try:
        body = answer.json()
    except ValueError:
        return []
    errors = body if isinstance(body, list) else [body]
    return [error for error in errors if isinstance(error, dict)]
