"""Every address under /api/, and its description."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from doorstep.api import acknowledgements, asks, cases, processes, proposals
from doorstep.api.auth import BySession, ByToken
from doorstep.api.etag import NotModified
from doorstep.api.problems import answer_with_problems

DESCRIPTION = """\
Processes, versions, runs, asks, proposals and acknowledgements, with the rights of whoever calls: what somebody may not
see is not there for them here either.

Call with a personal token (`Authorization: Bearer doorstep_…`, made under *Account, Tokens*), or from a browser that is
signed in, with the CSRF token in `X-CSRFToken` for whatever changes something. Lists come in pages: give `next` as
`cursor` for the following one. What goes wrong comes as `application/problem+json`; its `detail` is a sentence that says
what to do. An `ETag` sent back in `If-None-Match` is answered with 304 when nothing has changed.
"""

api = NinjaAPI(
    title="Doorstep",
    version="1",
    description=DESCRIPTION,
    auth=[ByToken(), BySession()],
    urls_namespace="api",
    docs_url=None,
)
answer_with_problems(api)
api.add_router("/processes", processes.router)
api.add_router("/cases", cases.router)
api.add_router("/asks", asks.router)
api.add_router("/proposals", proposals.router)
api.add_router("/acknowledgements", acknowledgements.router)


@api.exception_handler(NotModified)
def _not_modified(_request: HttpRequest, error: NotModified) -> HttpResponse:
    response = HttpResponse(status=304)
    response.headers["ETag"] = str(error)
    return response
