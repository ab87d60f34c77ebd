"""A small HTTP server for a sandbox: routes, forms, uploads, and faults that tests can switch on."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from doorstep.demo.faults import Fault, Faults

BODY_LIMIT = 40 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """What came in.  ``query`` holds the last value of each name."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON; ValueError when it is not."""
        return json.loads(self.body or b"null")

    def form(self) -> dict[str, str]:
        """Return the fields of a form, sent either way; of a repeated field the last."""
        if self._multipart():
            parts = self._parts()
            return {name: _text(part) for name, part in parts if part.get_filename() is None}
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    def uploads(self, field: str = "") -> list[Upload]:
        """Return the files of a form, of one field if it is named; empty ones are left out."""
        if not self._multipart():
            return []
        files = [(part.get_filename() or "", part) for name, part in self._parts() if field in ("", name)]
        return [Upload(name, part.get_content_type(), _bytes(part)) for name, part in files if name]

    def cookie(self, name: str) -> str:
        """Return a cookie's value, or nothing."""
        pairs = (pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";"))
        return next((unquote(value) for key, _, value in pairs if key == name), "")

    def _multipart(self) -> bool:
        return self.headers.get("content-type", "").startswith("multipart/form-data")

    def _parts(self) -> list[tuple[str, EmailMessage]]:
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        whole = message_from_bytes(head + self.body, policy=policy.HTTP)
        parts = cast("list[EmailMessage]", whole.get_payload()) if whole.is_multipart() else []
        return [(str(part.get_param("name", "", "content-disposition")), part) for part in parts]


def _bytes(part: EmailMessage) -> bytes:
    return cast(bytes, part.get_payload(decode=True)) or b""


def _text(part: EmailMessage) -> str:
    return _bytes(part).decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out."""

    status: int = 200
    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(value: object, status: int = 200, **headers: str) -> Answer:
    """Return a value as JSON."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, json.dumps(value, ensure_ascii=False).encode(), "application/json;charset=UTF-8", named)


def page(html: str, status: int = 200) -> Answer:
    """Return an HTML page."""
    return Answer(status, html.encode())


def see(path: str, **headers: str) -> Answer:
    """Send the browser on after a form."""
    return Answer(303, headers={"Location": path, **{name.replace("_", "-"): text for name, text in headers.items()}})


Handle = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """``pattern`` is a path in which ``{}`` stands for one segment, given to the handler in order."""

    method: str
    pattern: str
    handle: Handle

    def match(self, method: str, path: str) -> tuple[str, ...] | None:
        """Return the segments of a request that is this route's, else None."""
        if method != self.method:
            return None
        found = re.fullmatch(re.escape(self.pattern).replace(r"\{\}", "([^/]+)"), path)
        return tuple(unquote(part) for part in found.groups()) if found else None


def dispatch(routes: Sequence[Route], request: Request) -> Answer | None:
    """Let the first route that fits answer; None when there is none."""
    for route in routes:
        parts = route.match(request.method, request.path)
        if parts is not None:
            return route.handle(request, *parts)
    return None


class Site:
    """A running HTTP server on 127.0.0.1 in a thread of its own."""

    def __init__(self, answer: Callable[[Request], Answer], *, port: int = 0, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        self._server = _Server(("127.0.0.1", port), answer, self.faults)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], answer: Callable[[Request], Answer], faults: Faults) -> None:
        self.answer = answer
        self.faults = faults
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser that goes away in the middle of an answer is no error of the sandbox."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _serve(self) -> None:
        request = self._request()
        if not _same_origin(request):
            return self._send(Answer(403, b"A form of another site may not be sent here.", "text/plain"))
        fault = None if request.path.startswith("/sandbox/") else self.server.faults.take(request.method, request.path)
        if fault is None:
            return self._send(self.server.answer(request))
        return self._spoil(fault, request)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

    def _request(self) -> Request:
        address = urlsplit(self.path)
        size = min(int(self.headers.get("content-length") or 0), BODY_LIMIT)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        return Request(self.command, address.path, query, headers, self.rfile.read(size))

    def _spoil(self, fault: Fault, request: Request) -> None:
        """Answer wrongly.  Slow and silent faults carry the request out first: that is what makes them nasty."""
        if fault.kind not in {"slow", "silent"}:
            status, body, media_type, headers = fault.answer()
            return self._send(Answer(status, body, media_type, headers))
        answer = self.server.answer(request)
        time.sleep(fault.seconds)
        if fault.kind == "slow":
            return self._send(answer)
        self.close_connection = True
        return None

    def _send(self, answer: Answer) -> None:
        self.close_connection = True
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        if answer.status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Type", answer.media_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body if answer.status != HTTPStatus.NO_CONTENT else b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Write nothing: a sandbox's traffic is shown on its pages."""


def _same_origin(request: Request) -> bool:
    origin = request.headers.get("origin")
    return request.method == "GET" or origin is None or urlsplit(origin).netloc == request.headers.get("host")
