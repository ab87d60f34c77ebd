"""What goes wrong, as problem+json (RFC 9457): ``detail`` is a whole sentence that says what to do."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from doorstep.cases import refusals
from doorstep.library import errors as library
from doorstep.people import errors as people

LOG = logging.getLogger(__name__)
GONE = "There is nothing here for you: it does not exist, or it is not yours to see. Look at the list it should be in."

BROKEN = "Something broke here, and it is not your call's fault. Try again; if it stays, tell an administrator."


class Problem(Exception):
    """Something the API itself refuses."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (refusals.NotFound, 404),
    (refusals.NotAllowed, 403),
    (refusals.TooLittleProof, 403),
    (refusals.ChangedSinceOpened, 409),
    (refusals.AlreadySettled, 409),
    (refusals.Refused, 422),
    (people.NotAllowed, 403),
    (people.NotUsable, 422),
    (library.NotPublishable, 422),
    (library.NotUsable, 422),
)


def answer_with_problems(api: NinjaAPI) -> None:
    """Let an API say what goes wrong."""
    for kind in (*dict(STATUSES), Problem, Http404, HttpError, ValidationError, AuthenticationError, Exception):
        api.add_exception_handler(kind, _said)


def problem(status: int, detail: str, **more: object) -> JsonResponse:
    """Return a problem as a response."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _said(_request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """Say what went wrong; what is not known to go wrong is a fault of ours, and is logged."""
    match error:
        case Problem():
            return problem(error.status, str(error))
        case Http404():
            return problem(404, GONE)
        case ValidationError():
            return _not_understood(error)
        case AuthenticationError():
            return _nobody()
        case HttpError():
            return problem(error.status_code, str(error))
    status = next((status for kind, status in STATUSES if isinstance(error, kind)), 0)
    if status and isinstance(error, Exception):
        return problem(status, str(error), **_beside(error))
    LOG.error("A call of the API failed.", exc_info=error if isinstance(error, Exception) else None)
    return problem(500, BROKEN)


def _beside(error: Exception) -> Mapping[str, object]:
    """Return what a refusal says beside its sentence."""
    match error:
        case library.NotPublishable(faults=faults):
            return {"faults": [str(fault) for fault in faults]}
        case refusals.TooLittleProof(needed=needed):
            return {"needed": needed}
        case refusals.ChangedSinceOpened(differences=differences):
            found = [{"label": one.label, "before": one.before, "now": one.now} for one in differences]
            return {"differences": found}
        case _:
            return {}


def _not_understood(error: ValidationError) -> JsonResponse:
    """Say which part of a call was not understood."""
    first = error.errors[0] if error.errors else {}
    where = ".".join(str(part) for part in first.get("loc", ()) if part not in ("body", "query", "path", "payload"))
    said = str(first.get("msg", "it does not fit")).rstrip(".")
    detail = f"Expected a call as the reference describes it, but {where or 'the body'} does not fit: {said}."
    places = [{"where": list(map(str, one.get("loc", ()))), "why": str(one.get("msg", ""))} for one in error.errors]
    return problem(422, detail, errors=places)


def _nobody() -> JsonResponse:
    response = problem(
        401, "Expected a personal token or a signed-in browser, but got neither. Make a token under your account."
    )
    response.headers["WWW-Authenticate"] = 'Bearer realm="Doorstep"'
    return response
