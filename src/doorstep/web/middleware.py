"""What every answer carries so that a browser runs nothing but our own files, what making one reads once, and what an
address says that only a button uses.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from doorstep.people.once import reading
from doorstep.web.screens import show

DIRECTIVES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "manifest-src 'self'",
)
POLICY = "; ".join(DIRECTIVES)


class ContentSecurity:
    """Sets the content security policy unless a view has set a stricter one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response


class ReadOnce:
    """Reads once what several parts of a screen ask for.  Nothing acts on GET, so nothing of it changes meanwhile."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with reading():
            return self.get_response(request)


SCREENS = frozenset({"key", "proposal_id", "person_id", "case_id", "version_id"})
"""What an address names that has a screen of its own, one level up: there the button stands."""


class OpenedByHand:
    """Says in a sentence that an address does something when a button sends it, and nothing when it is opened."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if (
            response.status_code != 405
            or request.method != "GET"
            or match is None
            or match.app_name != "web"
            or match.url_name == "hook"
        ):
            return response
        why = "This address does something when a button sends it. Opened by itself it does nothing. Go back and press it."
        said = show(
            request, "web/refused.html", status=405, heading="Nothing was done", why=why, back=_screen(match.kwargs)
        )
        said.headers["Allow"] = response.headers.get("Allow", "POST")
        return said


def _screen(named: dict[str, object]) -> str:
    """Return the way to the screen an address belongs to, in no words of the address; empty where it names nothing."""
    return "./" if SCREENS & named.keys() else ""
