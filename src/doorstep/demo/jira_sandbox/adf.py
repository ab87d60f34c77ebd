"""Atlassian Document Format: is it well formed, how does it look, what does it say."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from doorstep.demo.state import Json

INLINE = frozenset({"text", "hardBreak", "mention", "emoji", "date", "status", "inlineCard"})
BLOCKS = frozenset(
    {"paragraph", "heading", "bulletList", "orderedList", "blockquote", "rule", "panel", "codeBlock", "taskList"}
)
CHILDREN: dict[str, frozenset[str]] = {
    "doc": BLOCKS,
    "paragraph": INLINE,
    "heading": INLINE,
    "bulletList": frozenset({"listItem"}),
    "orderedList": frozenset({"listItem"}),
    "listItem": frozenset({"paragraph", "bulletList", "orderedList", "codeBlock"}),
    "blockquote": frozenset({"paragraph", "bulletList", "orderedList"}),
    "panel": frozenset({"paragraph", "heading", "bulletList", "orderedList"}),
    "codeBlock": frozenset({"text"}),
    "taskList": frozenset({"taskItem", "taskList"}),
    "taskItem": INLINE,
}
MARKS = {"strong": "b", "em": "i", "strike": "s", "underline": "u", "code": "code"}
TAGS = {"paragraph": "p", "bulletList": "ul", "orderedList": "ol", "listItem": "li", "blockquote": "blockquote"}


def fault(document: object) -> str:
    """Return what is wrong with a document, or nothing."""
    if not isinstance(document, dict) or document.get("type") != "doc" or document.get("version") != 1:
        return "a document has type doc and version 1"
    return next(_faults(document), "")


def _faults(node: Json) -> Iterator[str]:
    kind = node.get("type")
    yield from _own_faults(node)
    for child in node.get("content", []):
        if child.get("type") not in CHILDREN.get(str(kind), frozenset()):
            yield f"{child.get('type')} may not stand in {kind}"
        yield from _faults(child)


def _own_faults(node: Json) -> Iterator[str]:
    attrs = node.get("attrs", {})
    match node.get("type"):
        case "text" if not node.get("text"):
            yield "a text is not empty"
        case "taskList" if not attrs.get("localId"):
            yield "a taskList has a localId"
        case "taskItem" if not attrs.get("localId") or attrs.get("state") not in {"TODO", "DONE"}:
            yield "a taskItem has a localId and a state of TODO or DONE"
        case "mention" if not attrs.get("id"):
            yield "a mention has an id"


def nodes(document: Json, kind: str) -> Iterator[Json]:
    """Yield every node of a kind, outermost first."""
    if document.get("type") == kind:
        yield document
    for child in document.get("content", []):
        yield from nodes(child, kind)


def plain(node: Json | None) -> str:
    """Return what a document says, a line a block."""
    if not node:
        return ""
    parts = [plain(child) for child in node.get("content", [])]
    match node["type"]:
        case "text":
            return str(node["text"])
        case "hardBreak":
            return "\n"
        case "mention":
            return str(node["attrs"].get("text", "@somebody"))
        case "doc" | "bulletList" | "orderedList" | "taskList" | "blockquote" | "panel" | "listItem":
            return "\n".join(parts)
    return "".join(parts)


def document(text: str) -> Json:
    """Return plain text as a document, a paragraph a line."""
    lines = [line for line in text.replace("\r", "").split("\n") if line.strip()]
    paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]
    return {"type": "doc", "version": 1, "content": paragraphs}


def html(node: Json | None, *, owner: str = "") -> str:
    """Return how a document looks.  ``owner`` is put on each task's button: where its tick belongs."""
    if not node:
        return ""
    inside = "".join(html(child, owner=owner) for child in node.get("content", []))
    match node["type"]:
        case "text":
            return _marked(node)
        case "hardBreak":
            return "<br>"
        case "rule":
            return "<hr>"
        case "mention":
            return f'<span class="mention">{escape(plain(node))}</span>'
        case "taskList":
            return f'<ul class="tasks">{inside}</ul>'
        case "taskItem":
            return _task(node, inside, owner)
        case "heading":
            return f"<h4>{inside}</h4>"
        case "panel":
            return f'<div class="panel">{inside}</div>'
        case kind if kind in TAGS:
            return f"<{TAGS[kind]}>{inside}</{TAGS[kind]}>"
    return inside


def _marked(node: Json) -> str:
    text = escape(node["text"])
    for mark in node.get("marks", []):
        if mark["type"] == "link":
            text = f'<a href="{escape(_safe(mark["attrs"]["href"]))}" rel="noopener">{text}</a>'
        elif tag := MARKS.get(mark["type"]):
            text = f"<{tag}>{text}</{tag}>"
    return text


def _safe(href: str) -> str:
    return href if href.startswith(("http://", "https://", "mailto:")) else "#"


def _task(node: Json, inside: str, owner: str) -> str:
    done = node["attrs"]["state"] == "DONE"
    name, label = escape(f"{owner}/{node['attrs']['localId']}"), escape(plain(node))
    pressed = f'aria-pressed="{str(done).lower()}" aria-label="{label}"'
    box = f'<button name="tick" value="{name}" {pressed}>{"✓" if done else ""}</button>'
    return f'<li class="{"done" if done else ""}">{box}<span>{inside}</span></li>'
