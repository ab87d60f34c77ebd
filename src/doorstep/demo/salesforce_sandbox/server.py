"""Starts the sandbox: the API, the tokens, the pages and the switches for tests behind one address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from doorstep.demo.faults import Fault
from doorstep.demo.salesforce_sandbox import rest
from doorstep.demo.salesforce_sandbox.crm import Crm
from doorstep.demo.salesforce_sandbox.pages import Pages
from doorstep.demo.serving import Answer, Request, Route, Site, as_json, dispatch


class Server:
    """A running sandbox.  ``url`` is its address; ``crm`` lets a test act as a person without a browser.

    ``public_key`` is what an assertion must be signed by: the certificate of the client app.
    """

    def __init__(self, *, port: int, file: Path | None, now: Callable[[], datetime]) -> None:
        self.crm = Crm(file=file, now=now)
        self.public_key = ""
        self._rest = rest.Rest(self.crm, lambda: self.url)
        self._pages = Pages(self.crm)
        self._site = Site(self._answer, port=port)
        self.url = self._site.url
        self.faults = self._site.faults

    def stop(self) -> None:
        """Stop answering; what was remembered stays in the file."""
        self._site.stop()

    def expire(self) -> None:
        """End every session, as an administrator may at any time."""
        with self.crm.state.changing() as document:
            document["tokens"] = []

    def _answer(self, request: Request) -> Answer:
        if request.path.startswith("/services/data"):
            return self._rest.answer(request)
        if request.path == "/services/oauth2/token" and request.method == "POST":
            return rest.token(self.crm, request, base=self.url, public_key=self.public_key)
        switches = (
            Route("POST", "/sandbox/faults", self._add_fault),
            Route("POST", "/sandbox/expire", self._expire),
            Route("POST", "/sandbox/links", self._add_link),
        )
        return dispatch(switches, request) or self._pages.answer(request)

    def _add_fault(self, request: Request) -> Answer:
        self.faults.add(Fault(**request.json()))
        return as_json({}, 201)

    def _expire(self, _: Request) -> Answer:
        self.expire()
        return as_json({})

    def _add_link(self, request: Request) -> Answer:
        """Add a button to the opportunity's page, as an administrator does; ``{id}`` in it is the record's."""
        asked = request.json()
        link = {"label": asked["label"], "url": asked["url"]}
        with self.crm.state.changing() as document:
            document["links"] = [*(one for one in document["links"] if one["label"] != link["label"]), link]
        return as_json({}, 201)


def start(*, port: int = 0, state_dir: Path | None = None, now: Callable[[], datetime] | None = None) -> Server:
    """Start a sandbox on 127.0.0.1.  With a directory it remembers; ``now`` is the time it lives in."""
    file = state_dir / "salesforce.json" if state_dir else None
    return Server(port=port, file=file, now=now or (lambda: datetime.now(UTC)))
