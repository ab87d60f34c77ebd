"""Jira's webhooks: is it from Jira, and which issue changed.  They are hints; the issue is read again."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping

from doorstep.plugin_api import Observation


class UnreadableWebhook(ValueError):
    """What came is no webhook of Jira."""


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether ``X-Hub-Signature`` was made from this body with this secret.  Without a secret nothing is."""
    method, _, signature = _header(headers, "x-hub-signature").partition("=")
    if not secret or method.lower() != "sha256":
        return False
    wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted.encode(), signature.strip().lower().encode())


def parse(headers: Mapping[str, str], body: bytes) -> Observation | None:
    """Return which issue changed, None for events that are about no issue.

    ``external_id`` is the same for each time Jira sends one event, ``cursor`` the issue's own stamp:
    a hint with an older stamp than what was read is no news.  Raises UnreadableWebhook.
    """
    try:
        event = json.loads(body)
    except ValueError as error:
        raise UnreadableWebhook(f"Expected JSON from Jira, but got {body[:40]!r}.") from error
    if not isinstance(event, dict):
        raise UnreadableWebhook(f"Expected an event of Jira, but got a {type(event).__name__}.")
    issue = event.get("issue")
    if not isinstance(issue, dict) or not isinstance(issue.get("key"), str):
        return None
    fields = issue.get("fields")
    updated = fields.get("updated") if isinstance(fields, dict) else ""
    number = _header(headers, "x-atlassian-webhook-identifier") or hashlib.sha256(body).hexdigest()
    return Observation("Jira", issue["key"], cursor=str(updated or ""), external_id=number, raw=body)


def _header(headers: Mapping[str, str], wanted: str) -> str:
    return next((value for name, value in headers.items() if name.lower() == wanted), "")
