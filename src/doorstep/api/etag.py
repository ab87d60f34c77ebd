"""Calls that were answered before: a tag that changes with what is shown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


class NotModified(Exception):
    """The caller has it already."""


def tagged(request: HttpRequest, response: HttpResponse, tag: object) -> None:
    """Give an answer its tag.  Raises NotModified when the caller has this one."""
    quoted = f'"{tag}"'
    response.headers["ETag"] = quoted
    response.headers["Cache-Control"] = "private, no-cache"
    if quoted in {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}:
        raise NotModified(quoted)
