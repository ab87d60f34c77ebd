"""Starts the sandbox: the API, the pages and the switches for tests behind one address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from doorstep.demo.faults import Fault
from doorstep.demo.jira_sandbox import data, rest
from doorstep.demo.jira_sandbox.hooks import Hooks
from doorstep.demo.jira_sandbox.pages import Pages
from doorstep.demo.jira_sandbox.tracker import Tracker
from doorstep.demo.serving import Answer, Request, Route, Site, as_json, dispatch

CLOUD = f"/ex/jira/{data.CLOUD_ID}"
"""Where the API is for OAuth tokens, which at Atlassian is another host."""


class Server:
    """A running sandbox.  ``url`` is its address; ``tracker`` lets a test act as a person without a browser."""

    def __init__(self, *, port: int, file: Path | None, now: Callable[[], datetime]) -> None:
        self.tracker = Tracker(file=file, now=now)
        self._rest = rest.Rest(self.tracker, lambda: self.url)
        self._pages = Pages(self.tracker)
        self._site = Site(self._answer, port=port)
        self.url = self._site.url
        self.faults = self._site.faults
        self.hooks = Hooks(self.tracker, lambda: self.url)

    def stop(self) -> None:
        """Stop answering; what was remembered stays in the file."""
        self._site.stop()
        self.hooks.stop()

    def _answer(self, request: Request) -> Answer:
        path = request.path.removeprefix(CLOUD)
        if path.startswith("/rest/"):
            return self._rest.answer(replace(request, path=path))
        if request.path == "/oauth/token" and request.method == "POST":
            return rest.token(self.tracker, request)
        switches = (
            Route("POST", "/sandbox/faults", self._add_fault),
            Route("POST", "/sandbox/webhooks", self._add_webhook),
            Route("POST", "/sandbox/index", self._freeze),
        )
        return dispatch(switches, request) or self._pages.answer(request)

    def _add_fault(self, request: Request) -> Answer:
        self.faults.add(Fault(**request.json()))
        return as_json({}, 201)

    def _add_webhook(self, request: Request) -> Answer:
        asked = request.json()
        self.hooks.add(asked["url"], asked["secret"])
        return as_json({}, 201)

    def _freeze(self, request: Request) -> Answer:
        self.tracker.freeze_index(frozen=bool(request.json()["frozen"]))
        return as_json({})


def start(*, port: int = 0, state_dir: Path | None = None, now: Callable[[], datetime] | None = None) -> Server:
    """Start a sandbox on 127.0.0.1.  With a directory it remembers; ``now`` is the time it lives in."""
    file = state_dir / "jira.json" if state_dir else None
    return Server(port=port, file=file, now=now or (lambda: datetime.now(UTC)))
