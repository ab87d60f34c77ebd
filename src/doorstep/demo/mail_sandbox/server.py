"""Starts the sandbox: SMTP and IMAP in one event loop, the webmail beside it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from doorstep.demo.faults import Fault
from doorstep.demo.mail_sandbox import accounts as known
from doorstep.demo.mail_sandbox import imap, smtp
from doorstep.demo.mail_sandbox.accounts import Accounts
from doorstep.demo.mail_sandbox.store import Store
from doorstep.demo.mail_sandbox.webmail import Webmail
from doorstep.demo.serving import Answer, Request, Site, as_json

T = TypeVar("T")


class Server:
    """A running sandbox.  ``url`` is the webmail; ``smtp_port`` and ``imap_port`` are on ``host``, without TLS."""

    host = "127.0.0.1"

    def __init__(
        self, *, port: int, smtp_port: int, imap_port: int, file: Path | None, now: Callable[[], datetime]
    ) -> None:
        self.store = Store(file)
        self.accounts = Accounts()
        self._now = now
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._listeners = self._in_loop(self._listen(smtp_port, imap_port))
        self.smtp_port, self.imap_port = (one.sockets[0].getsockname()[1] for one in self._listeners)
        self.webmail = Webmail(self.store, self.accounts, now, lambda: self.smtp_port)
        self._site = Site(self._answer, port=port)
        self.url = self._site.url
        self.faults = self._site.faults

    def stop(self) -> None:
        """Stop listening and close the file."""
        self._site.stop()
        self._in_loop(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()
        self.store.close()

    def _in_loop(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _listen(self, smtp_port: int, imap_port: int) -> list[asyncio.Server]:
        postman = smtp.Postman(self.store, self.accounts, self._now)
        loop = asyncio.get_running_loop()
        return [
            await loop.create_server(lambda: smtp.protocol(postman), self.host, smtp_port),
            await asyncio.start_server(self._serve_imap, self.host, imap_port, limit=imap.LIMIT),
        ]

    async def _serve_imap(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await imap.Connection(reader, writer, self.store, self.accounts).serve()

    async def _close(self) -> None:
        for listener in self._listeners:
            listener.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _answer(self, request: Request) -> Answer:
        match request.method, request.path:
            case "POST", "/sandbox/faults":
                self.faults.add(Fault(**request.json()))
                return as_json({}, 201)
            case "POST", "/oauth/token":
                return self._token(request.form())
        return self.webmail.answer(request)

    def _token(self, form: dict[str, str]) -> Answer:
        """Give an access token for a mailbox named in the scope, as a mail provider's directory would."""
        if (form.get("client_id"), form.get("client_secret")) != (known.CLIENT_ID, known.CLIENT_SECRET):
            return as_json({"error": "invalid_client", "error_description": "The client is not known."}, 401)
        token = self.accounts.give_token(form.get("scope", ""))
        return as_json({"token_type": "Bearer", "access_token": token, "expires_in": 3600})


def start(
    *,
    port: int = 0,
    smtp_port: int = 0,
    imap_port: int = 0,
    state_dir: Path | None = None,
    now: Callable[[], datetime] | None = None,
) -> Server:
    """Start a sandbox on 127.0.0.1.  With a directory it remembers; ``now`` is the time it lives in."""
    file = state_dir / "mail.sqlite3" if state_dir else None
    at = now or (lambda: datetime.now(UTC))
    return Server(port=port, smtp_port=smtp_port, imap_port=imap_port, file=file, now=at)
