"""The reference of the API as a page, made from its own description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from doorstep.api.main import api

METHODS = ("get", "post", "put", "patch", "delete")


def api_page() -> str:
    """Return ``docs/reference/api.md``: every call with what it takes and gives."""
    schema = api.get_openapi_schema(path_prefix="/api/")
    return "\n".join(_lines(schema)).rstrip() + "\n"


def _lines(schema: Mapping[str, Any]) -> Iterator[str]:
    yield "# The API"
    yield ""
    yield "Made from the code by `python tools/make_reference.py`; the same as JSON Schema is at `/api/openapi.json`."
    yield ""
    yield from str(schema["info"]["description"]).strip().splitlines()
    tag = ""
    for path, calls in schema["paths"].items():
        for method in (one for one in METHODS if one in calls):
            call = calls[method]
            if call["tags"][0] != tag:
                tag = call["tags"][0]
                yield from ("", f"## {tag.capitalize()}")
            yield from _call(method, path, call)
    yield from ("", "## What is sent and what comes back")
    for name, one in sorted(schema["components"]["schemas"].items()):
        yield from _model(name, one)


def _call(method: str, path: str, call: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", f"### {call['summary']}", "", f"`{method.upper()} {path}`", "", call.get("description", ""))
    asked = [one for one in call.get("parameters", ()) if one["in"] != "cookie"]
    if asked:
        yield from ("", "| parameter | in | kind | meaning |", "|---|---|---|---|")
        for one in asked:
            schema = one["schema"]
            meaning = one.get("description") or schema.get("description", "")
            must = "" if not one.get("required") else ", required"
            yield f"| `{one['name']}` | {one['in']} | {_kind(schema)}{must} | {meaning} |"
    body = call.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if body:
        yield from ("", f"Takes {_kind(body)}.")
    for status, answer in call["responses"].items():
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        yield from ("", f"Gives {status}" + (f": {_kind(schema)}." if schema else "."))


def _model(name: str, model: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", f"### {name}", "")
    if model.get("description"):
        yield from (" ".join(str(model["description"]).replace("``", "`").split()), "")
    required = set(model.get("required", ()))
    yield from ("| field | kind |", "|---|---|")
    for field, schema in model.get("properties", {}).items():
        yield f"| `{field}` | {_kind(schema)}{'' if field in required else ', may be left out'} |"


def _kind(schema: Mapping[str, Any]) -> str:
    """Say a JSON Schema in words."""
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_kind(one) for one in schema[several]))
    if "enum" in schema:
        return "one of " + ", ".join(f"`{one}`" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {_kind(schema['additionalProperties'])}"
    return str(schema.get("format") or schema.get("type", "anything"))
