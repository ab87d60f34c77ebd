"""The parts of the reference that are made from the code: the faults, and the JSON Schema of a page."""

from __future__ import annotations

import re
from dataclasses import MISSING, is_dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from doorstep.reading.fault_kind import FaultKind
from doorstep.reading.faults import KINDS
from doorstep.reading.jsonform import FORMAT, TAGS, hints, kept_fields
from doorstep.reading.page import Expr, Page

_TAG_OF = {kind: tag for tag, kind in TAGS.items()}
_PLAIN = {str: "string", int: "integer", bool: "boolean"}
_PARTS = (
    ("E1", "Cards and text"),
    ("E2", "Facts"),
    ("E3", "Conditions"),
    ("E4", "The order of the steps"),
    ("W1", "Warnings: cards and text"),
    ("W2", "Warnings: facts"),
    ("W3", "Warnings: conditions"),
    ("W4", "Warnings: the order of the steps"),
)


def faults_page() -> str:
    """Return docs/reference/faults.md."""
    text = """# Faults

Reading a page never fails: it gives the process and its faults, one a line as `file:line:column CODE text`. Codes that
start with E are errors: such a page cannot be published. Codes that start with W are warnings. A code never changes its
meaning. This page is made from the table in `reading/faults.py`.
"""
    for prefix, title in _PARTS:
        kinds = [kind for code, kind in sorted(KINDS.items()) if code.startswith(prefix)]
        if kinds:
            text += f"\n## {title}\n" + "".join(_fault(kind) for kind in kinds)
    return text


def _fault(kind: FaultKind) -> str:
    says = re.sub(r"\{(\w+)\}", "…", kind.says).replace("{{", "{").replace("}}", "}")
    example = f"\n```markdown\n{kind.example}\n```\n" if kind.example else ""
    return f"\n### {kind.code}\n\n{says}\n\n{kind.why}\n{example}"


def page_schema() -> dict[str, Any]:
    """Return docs/reference/page.schema.json (draft 2020-12)."""
    definitions: dict[str, Any] = {}
    _object(Page, definitions)
    page = definitions["Page"]
    page["properties"] = {"format": {"const": FORMAT}, **page["properties"]}
    page["required"] = ["format", *page["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A page of Doorstep",
        "description": "One process as its page says it. What is absent or as usual is left out.",
        "$ref": "#/$defs/Page",
        "$defs": dict(sorted(definitions.items())),
    }


def _object(kind: type, definitions: dict[str, Any]) -> None:
    """Define a value and everything it is made of."""
    made: dict[str, Any] = {"type": "object"}
    definitions[kind.__name__] = made
    says = (kind.__doc__ or "").split("\n")[0]
    if not says.startswith(f"{kind.__name__}("):
        made["description"] = says
    known = list(kept_fields(kind))
    tag = {"is": {"const": _TAG_OF[kind]}} if kind in _TAG_OF else {}
    made["properties"] = tag | {each.name: _type(hints(kind)[each.name], definitions) for each in known}
    made["required"] = [*tag, *(each.name for each in known if each.default is MISSING)]
    made["additionalProperties"] = False


def _type(wanted: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if get_origin(wanted) in (Union, UnionType):
        kinds = [_type(kind, definitions) for kind in get_args(wanted) if kind is not NoneType]
        kinds += [{"type": "null"}] if NoneType in get_args(wanted) else []
        return {"anyOf": kinds}
    if get_origin(wanted) is tuple:
        return _list(get_args(wanted), definitions)
    if wanted is Expr:
        return {"type": "string", "description": "An expression in FEEL"}
    if is_dataclass(wanted):
        if wanted.__name__ not in definitions:  # type: ignore[union-attr]
            _object(wanted, definitions)  # type: ignore[arg-type]
        return {"$ref": f"#/$defs/{wanted.__name__}"}  # type: ignore[union-attr]
    return {"type": _PLAIN[wanted]}


def _list(kinds: tuple[Any, ...], definitions: dict[str, Any]) -> dict[str, Any]:
    if kinds[-1] is ...:
        return {"type": "array", "items": _type(kinds[0], definitions)}
    items = [_type(kind, definitions) for kind in kinds]
    return {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}
