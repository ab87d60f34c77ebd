"""One request to another system, with everything that can go wrong in words a person can act on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from doorstep.plugin_api.errors import DeliveryFailed, ReadFailed, WriteFailed, WriteUnknown

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
"""What httpx raises before a single byte of the request has left."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request, whole: what a client builds and a test can compare."""

    method: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: object = None  # sent as JSON
    form: Mapping[str, str] | None = None  # or as a form
    headers: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes, str]] | None = None  # or as files: (name, content, media type)


class Trouble(Exception):
    """The other system did not do what was asked.

    ``permanent`` means that the same request will never succeed; ``unknown`` that it was sent and
    may have been carried out; ``status`` is the HTTP status, 0 when there was no answer; ``codes``
    are the other system's own words for what is wrong.
    """

    def __init__(
        self,
        why: str,
        *,
        permanent: bool = False,
        unknown: bool = False,
        status: int = 0,
        codes: tuple[str, ...] = (),
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(why)
        self.permanent = permanent
        self.unknown = unknown
        self.status = status
        self.codes = codes
        self.retry_after = retry_after


def send(http: httpx.Client, system: str, request: Request) -> httpx.Response:
    """Send one request.  An answer of any status is returned; no answer is Trouble."""
    try:
        return http.request(
            request.method,
            request.url,
            params=dict(request.params) or None,
            json=request.body,
            data=dict(request.form) if request.form is not None else None,
            headers=dict(request.headers),
            files=dict(request.files) if request.files is not None else None,
        )
    except NOT_SENT as error:
        raise Trouble(f"{system} could not be reached: {error or type(error).__name__}. We try again.") from error
    except httpx.HTTPError as error:
        why = f"{system} was asked but did not answer ({type(error).__name__}), so nobody knows whether it happened."
        raise Trouble(why, unknown=request.method != "GET") from error


def content(system: str, answer: httpx.Response) -> Any:
    """Return the JSON of an answer, numbers as Decimal, None when it is empty.  Anything else is Trouble."""
    if not answer.content:
        return None
    try:
        return json.loads(answer.content, parse_float=Decimal)
    except ValueError as error:
        start = answer.text[:60].replace("\n", " ")
        why = f"{system} answered with something that is not JSON, although it said {answer.status_code}: {start!r}."
        raise Trouble(why, status=answer.status_code) from error


def wait_asked_for(answer: httpx.Response) -> timedelta | None:
    """Return what Retry-After asks for, in either of its two forms."""
    value = answer.headers.get("retry-after", "")
    if value.isdigit():
        return timedelta(seconds=int(value))
    try:
        return max(parsedate_to_datetime(value) - datetime.now(UTC), timedelta())
    except (TypeError, ValueError):
        return None


STRANGE = (LookupError, TypeError, AttributeError, ValueError)
"""What reading an answer raises that is JSON, but not what was documented."""


@contextmanager
def _understood() -> Iterator[None]:
    """Turn an answer of another shape than documented into Trouble."""
    try:
        yield
    except STRANGE as error:
        why = f"The answer is not as documented ({type(error).__name__}: {error}). We try again."
        raise Trouble(why) from error


@contextmanager
def delivering() -> Iterator[None]:
    """Turn Trouble into DeliveryFailed.  A delivery whose fate is unknown is looked for before it is sent again."""
    try:
        with _understood():
            yield
    except Trouble as trouble:
        wait = trouble.retry_after or (timedelta(minutes=1) if trouble.unknown else None)
        raise DeliveryFailed(str(trouble), permanent=trouble.permanent, retry_after=wait) from trouble


@contextmanager
def reading() -> Iterator[None]:
    """Turn Trouble into ReadFailed."""
    try:
        with _understood():
            yield
    except Trouble as trouble:
        raise ReadFailed(str(trouble), permanent=trouble.permanent, retry_after=trouble.retry_after) from trouble


@contextmanager
def writing() -> Iterator[None]:
    """Turn Trouble into WriteUnknown when it was sent without an answer, else into WriteFailed."""
    try:
        with _understood():
            yield
    except Trouble as trouble:
        if trouble.unknown:
            raise WriteUnknown(str(trouble)) from trouble
        raise WriteFailed(str(trouble), permanent=trouble.permanent, retry_after=trouble.retry_after) from trouble
