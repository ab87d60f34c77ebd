"""The checker itself: a checker that finds nothing proves nothing."""

from __future__ import annotations

import httpx
import pytest
from tests.demo.openapi import description, exchange_faults

pytestmark = [
    pytest.mark.external,
    pytest.mark.skipif(description() is None, reason="Atlassian's description is not on this machine."),
]
BASE = "https://northwind.atlassian.net/rest/api/3"


def faults(asked: str, sent: object, status: int, got: object) -> list[str]:
    method, path = asked.split(" ", 1)
    request = httpx.Request(method, BASE + path, **({"json": sent} if sent is not None else {}))  # type: ignore[arg-type]
    return exchange_faults(request, httpx.Response(status, json=got, request=request))


def test_what_is_as_documented_has_no_fault() -> None:
    assert faults("GET /issue/DEP-412?fields=summary", None, 200, {"id": "1", "key": "DEP-412", "fields": {}}) == []


@pytest.mark.parametrize(
    ("asked", "sent", "status", "got", "fault"),
    [
        ("GET /nowhere", None, 200, {}, "GET /rest/api/3/nowhere is not in the description"),
        ("GET /issue/A-1?colour=red", None, 200, {}, "the parameter colour is not in the description"),
        ("GET /issue/A-1/comment?startAt=x", None, 200, {}, "the parameter startAt is not a number: x"),
        ("DELETE /user", None, 204, None, "the parameter accountId is missing"),
        ("GET /issue/A-1", None, 200, {"id": 7}, "id: 7 is not of type 'string'"),
        ("GET /issue/A-1", None, 418, {}, "the status 418 is not in the description"),
        ("POST /search/jql", {"jql": 1}, 200, {}, "jql: 1 is not of type 'string'"),
        ("GET /issue/A-1", {"a": 1}, 200, {}, "a body is sent where the description has none"),
    ],
)
def test_what_is_not_is_found(asked: str, sent: object, status: int, *, got: object, fault: str) -> None:
    assert faults(asked, sent, status, got) == [fault]
