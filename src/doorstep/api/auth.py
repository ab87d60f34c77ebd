"""Who calls: by a personal token, or by the session of a browser, which must prove that the call is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.conf import settings
from ninja.security import APIKeyCookie, HttpBearer

from doorstep.api.problems import Problem
from doorstep.people.clock import business_now
from doorstep.people.models import Person
from doorstep.people.personal_tokens import person_of_token

if TYPE_CHECKING:
    from django.http import HttpRequest

READS = frozenset({"GET", "HEAD", "OPTIONS"})


class ByToken(HttpBearer):
    """``Authorization: Bearer doorstep_…``; a token that only reads changes nothing."""

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        found = person_of_token(token)
        if found is None:
            return None
        person, row = found
        if request.method not in READS and not row.writes:
            raise Problem(
                403, f"The token “{row.name}” may only read. Make one that may also write, under your account."
            )
        request.proof = "link"  # type: ignore[attr-defined]  # a program holds it, so it proves as little as a link
        return person


class BySession(APIKeyCookie):
    """The cookie of a browser that is signed in; what changes something needs the CSRF token, too."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, _key: str | None) -> Person | None:
        person = getattr(request.user, "person", None) if request.user.is_authenticated else None
        if person is None or (person.left_on and person.left_on <= business_now().date()):
            return None
        request.proof = "login"  # type: ignore[attr-defined]
        return cast("Person", person)


def caller(request: HttpRequest) -> Person:
    """Return who calls."""
    return cast("Person", request.auth)  # type: ignore[attr-defined]


def proof_of(request: HttpRequest) -> str:
    """Return how sure we are who calls, as answers record it."""
    return str(getattr(request, "proof", "link"))
