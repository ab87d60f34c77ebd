"""Holds each exchange with Jira against Atlassian's own description of its API."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
from openapi_schema_validator import OAS30Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

ROOT = Path(__file__).resolve().parents[2]
NAME = "data/jira/jira-v3.openapi.json"
CHECKED = "/rest/api/3"


def description() -> Path | None:
    """Return where the description lies, or None when it is not on this machine."""
    named = os.environ.get("DOORSTEP_SHARED_DATA")
    places = [Path(named).parent] if named else [parent / "shared" for parent in ROOT.parents]
    return next((place / NAME for place in places if (place / NAME).exists()), None)


@cache
def _document() -> Any:
    file = description()
    assert file is not None
    return json.loads(file.read_text())


@cache
def _registry() -> Any:
    return Registry().with_resource("urn:jira", DRAFT4.create_resource(_document()))


@cache
def _paths() -> list[tuple[re.Pattern[str], str]]:
    known = sorted(_document()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(path)) + "$"), path) for path in known]


def _faults(schema: Any, value: object) -> list[str]:
    rooted = json.loads(json.dumps(schema).replace('"#/', '"urn:jira#/'))
    validator = OAS30Validator(rooted, registry=_registry())
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(value)]


def exchange_faults(request: httpx.Request, answer: httpx.Response) -> list[str]:
    """Return what is wrong with a request or its answer, in words; nothing when both are as documented."""
    path = unquote(request.url.path).split("/ex/jira/", 1)[-1]
    path = path[path.index(CHECKED) :]
    template = next((known for pattern, known in _paths() if pattern.match(path)), None)
    operation = _document()["paths"].get(template, {}).get(request.method.lower())
    if operation is None:
        return [f"{request.method} {path} is not in the description"]
    if answer.headers.get("x-sandbox-fault"):
        return _request_faults(operation, request)
    return _request_faults(operation, request) + _answer_faults(operation, answer)


def _request_faults(operation: Any, request: httpx.Request) -> list[str]:
    found: list[str] = []
    known = {one["name"]: one for one in operation.get("parameters", []) if one["in"] == "query"}
    for name, text in request.url.params.multi_items():
        if name not in known:
            found.append(f"the parameter {name} is not in the description")
        elif known[name]["schema"]["type"] == "boolean" and text not in {"true", "false"}:
            found.append(f"the parameter {name} is neither true nor false: {text}")
        elif known[name]["schema"]["type"] == "integer" and not text.isdigit():
            found.append(f"the parameter {name} is not a number: {text}")
    found += [f"the parameter {name} is missing" for name, one in known.items() if _missing(one, request)]
    bodies = operation.get("requestBody", {}).get("content", {})
    content = bodies.get("application/json")
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        found += _file_faults(bodies, request)
    elif content and request.content:
        found += _faults(content["schema"], json.loads(request.content))
    elif request.content:
        found.append("a body is sent where the description has none")
    return found


def _file_faults(bodies: Any, request: httpx.Request) -> list[str]:
    """The description wants the header X-Atlassian-Token: no-check, and the files in the part "file"."""
    found = [] if "multipart/form-data" in bodies else ["files are sent where the description has none"]
    if request.headers.get("x-atlassian-token") != "no-check":
        found.append("the header X-Atlassian-Token is not no-check")
    if b'name="file"; filename=' not in request.content:
        found.append("the part is not called file")
    return found


def _missing(parameter: Any, request: httpx.Request) -> bool:
    return bool(parameter.get("required")) and parameter["name"] not in request.url.params


def _answer_faults(operation: Any, answer: httpx.Response) -> list[str]:
    described = operation["responses"].get(str(answer.status_code))
    if described is None:
        return [f"the status {answer.status_code} is not in the description"]
    content = described.get("content", {}).get("application/json")
    if not content or "schema" not in content or not answer.content:
        return []
    return _faults(content["schema"], json.loads(answer.content))


class CheckedTransport(httpx.HTTPTransport):
    """Sends over real HTTP and fails the test at the first exchange that is not as documented."""

    checked: int = 0

    def __init__(self) -> None:
        super().__init__(verify=False)  # loading the authorities takes longer than a test, and nothing here is TLS

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        answer = super().handle_request(request)
        answer.read()
        if CHECKED in request.url.path and description() is not None:
            faults = exchange_faults(request, answer)
            assert not faults, f"{request.method} {request.url}: {faults}"
            self.checked += 1
        return answer
