"""Webhooks out: each change is sent, signed, to every address an administrator has pasted; retried when refused."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from doorstep.demo.jira_sandbox import data
from doorstep.demo.jira_sandbox.shapes import Shapes
from doorstep.demo.jira_sandbox.tracker import Tracker
from doorstep.demo.state import Json

TRIES = 3


@dataclass(frozen=True, slots=True)
class Webhook:
    """One message to one address, as it will be sent each time it is tried."""

    url: str
    secret: str
    identifier: str
    body: bytes

    def headers(self, attempt: int) -> dict[str, str]:
        """Return the headers Jira Cloud sends."""
        signature = hmac.new(self.secret.encode(), self.body, hashlib.sha256).hexdigest()
        known = {"Content-Type": "application/json", "X-Atlassian-Webhook-Identifier": self.identifier}
        known |= {"X-Hub-Signature": f"sha256={signature}"} if self.secret else {}
        return known | ({"X-Atlassian-Webhook-Retry": str(attempt)} if attempt else {})


class Hooks:
    """A thread that sends what the tracker tells it."""

    def __init__(self, tracker: Tracker, base: Callable[[], str]) -> None:
        self._tracker = tracker
        self._base = base
        self._queue: queue.Queue[Webhook | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        tracker.listeners.append(self._changed)

    def add(self, url: str, secret: str) -> None:
        """Send changes to an address from now on."""
        with self._tracker.state.changing() as document:
            others = [hook for hook in document["webhooks"] if hook["url"] != url]
            document["webhooks"] = [*others, {"url": url, "secret": secret}]

    def stop(self) -> None:
        """Send what is waiting, then end."""
        self._queue.put(None)
        self._thread.join(timeout=5)

    def _changed(self, event: str, issue: Json, added: Json, by: str) -> None:
        with self._tracker.state.reading() as document:
            hooks = list(document["webhooks"])
        if hooks:
            body = json.dumps(self._body(event, issue, added, by)).encode()
            for hook in hooks:
                self._queue.put(Webhook(hook["url"], hook["secret"], str(uuid.uuid4()), body))

    def _body(self, event: str, issue: Json, added: Json, by: str) -> Json:
        shapes = Shapes(self._base(), self._tracker.users())
        body: Json = {"timestamp": int(self._tracker.now().timestamp() * 1000), "webhookEvent": event}
        body["issue"] = shapes.issue(issue, fields=data.FIELDS)
        if "comment" in added:
            return body | {"comment": shapes.comment(issue, added["comment"])}
        body |= {"user": shapes.user(by), "issue_event_type_name": "issue_generic"}
        return body | {name: {"id": value["id"], "items": value["items"]} for name, value in added.items()}

    def _run(self) -> None:
        with httpx.Client(timeout=5, trust_env=False) as http:
            while webhook := self._queue.get():
                _send(http, webhook)


def _send(http: httpx.Client, webhook: Webhook) -> None:
    for attempt in range(TRIES):
        try:
            answer = http.post(webhook.url, content=webhook.body, headers=webhook.headers(attempt))
        except httpx.HTTPError:
            answer = None
        if answer is not None and answer.status_code < 400:
            return
        time.sleep(0.2 * attempt)
