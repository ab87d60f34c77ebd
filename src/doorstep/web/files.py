"""Files of facts, given out so that they can harm nobody."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse

from doorstep.cases.store import SHOWN
from doorstep.kernel.values import FileRef

SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'"


def file_response(file: FileRef, content: bytes) -> HttpResponse:
    """Show pictures and PDF in a sandbox; everything else is a download."""
    known = file.media_type in SHOWN
    response = HttpResponse(content, content_type=file.media_type if known else "application/octet-stream")
    kind = "inline" if known else "attachment"
    response.headers["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(file.name)}"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
