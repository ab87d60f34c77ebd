"""A tenant as Microsoft documents it: sign-in with client credentials, `/users`, `/groups`, pages, 429.

https://learn.microsoft.com/graph/api/user-list, group-list-transitivemembers, /graph/paging, /graph/throttling and
/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = 2


@dataclass
class Tenant:
    """What it holds, what it was asked, and what it is told to answer instead."""

    url: str = ""
    secret: str = "s3cret"
    users: list[dict[str, Any]] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    instead: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    tokens: int = 0
    elsewhere: str = ""

    def user(self, key: str, name: str, **more: Any) -> None:
        mail = f"{name.split(maxsplit=1)[0].lower()}@x.example"
        usual = {"id": key, "displayName": name, "mail": mail, "userPrincipalName": mail, "accountEnabled": True}
        self.users.append({**usual, "userType": "Member", "proxyAddresses": [], **more})

    def token(self, form: dict[str, list[str]]) -> tuple[int, Any]:
        expected = {"grant_type": ["client_credentials"], "scope": [f"{self.url}/.default"], "client_id": ["app"]}
        if {name: form.get(name) for name in expected} != expected or form.get("client_secret") != [self.secret]:
            text = "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1"
            return 401, {"error": "invalid_client", "error_description": text}
        self.tokens += 1
        return 200, {"token_type": "Bearer", "expires_in": 3599, "access_token": f"token {self.tokens}"}

    def listed(self, path: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        rows = self.rows(path, query)
        if rows is None:
            return 404, {"error": {"code": "Request_ResourceNotFound", "message": f"Resource {path} does not exist."}}
        start = int(query.get("$skiptoken", ["0"])[0])
        page: dict[str, Any] = {"@odata.context": f"{self.url}/v1.0/$metadata", "value": rows[start : start + PAGE]}
        if start + PAGE < len(rows):
            page["@odata.nextLink"] = f"{self.elsewhere or self.url}/v1.0{path}?$skiptoken={start + PAGE}"
        return 200, page

    def rows(self, path: str, query: dict[str, list[str]]) -> list[dict[str, Any]] | None:
        if path == "/users":
            return self.users
        if path == "/groups":
            return [{"id": f"g-{name}", "displayName": name} for name in self.groups]
        parts = path.split("/")
        if len(parts) == 4 and parts[3] == "transitiveMembers":
            name = parts[2].removeprefix("g-").replace("%20", " ")
            return [{"@odata.type": "#microsoft.graph.user", "id": key} for key in self.groups[name]]
        return None


@contextmanager
def entra() -> Iterator[Tenant]:
    """Serve a tenant on a port of its own."""
    tenant = Tenant()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            assert urlsplit(self.path).path == "/the-tenant/oauth2/v2.0/token", self.path
            self.answer(*tenant.token(form))

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)
            tenant.asked.append((parts.path, query))
            if tenant.instead:
                status, headers, body = tenant.instead.pop(0)
                self.send(status, headers, body)
            elif self.headers.get("Authorization") != f"Bearer token {tenant.tokens}":
                self.answer(
                    401, {"error": {"code": "InvalidAuthenticationToken", "message": "Access token has expired."}}
                )
            else:
                self.answer(*tenant.listed(parts.path.removeprefix("/v1.0"), query))

        def answer(self, status: int, body: Any) -> None:
            self.send(status, {"Content-Type": "application/json"}, json.dumps(body).encode())

        def send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    tenant.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield tenant
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
