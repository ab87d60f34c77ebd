"""Atlassian Document Format: letters into it, ticks and plain words out of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from doorstep.plugin_api import Letter, Shown

Node = dict[str, Any]

LIMIT = 30_000
"""Jira takes 32,767 characters in a comment; the rest is for what we add."""


def document(blocks: Iterable[Node]) -> Node:
    """Return a document of these blocks."""
    return {"type": "doc", "version": 1, "content": list(blocks)}


def text(words: str, *marks: str) -> Node:
    """Return words, marked strong or em."""
    node: Node = {"type": "text", "text": words}
    return node | ({"marks": [{"type": mark} for mark in marks]} if marks else {})


def link(words: str, href: str) -> Node:
    """Return words that lead somewhere."""
    return {"type": "text", "text": words, "marks": [{"type": "link", "attrs": {"href": href}}]}


def paragraph(*inside: Node | str) -> Node:
    """Return a paragraph; empty words are left out, for Jira refuses them."""
    nodes = [text(part) if isinstance(part, str) else part for part in inside if part]
    return {"type": "paragraph", "content": nodes}


def lines(words: str) -> list[Node]:
    """Return plain text as paragraphs."""
    return [paragraph(line.strip()) for line in words[:LIMIT].splitlines() if line.strip()]


# -- letters ---------------------------------------------------------------------------------------


def ask(letter: Letter, *, account: str) -> Node:
    """Return an ask as a comment or a description: what it is about, what to check, how to answer."""
    blocks = [_headline(letter, account)]
    blocks += [block for words in letter.paragraphs for block in lines(words)]
    blocks += _values("You approve", letter.covered) + _values("For information", letter.shown)
    blocks += _checklist(letter) + _wanted(letter)
    return document([*blocks, *_how(letter), *_foot(letter)])


def note(letter: Letter, *, account: str) -> Node:
    """Return anything else we say: a reminder, a change, a question, what was told."""
    blocks = [_headline(letter, account)]
    blocks += [block for words in letter.paragraphs for block in lines(words)]
    blocks += [{"type": "blockquote", "content": quoted}] if (quoted := lines(letter.quotation)) else []
    blocks += _values("Now", letter.covered)
    return document([*blocks, *lines(letter.closing), *_foot(letter)])


def over(letter: Letter, ticked: Mapping[str, bool]) -> Node:
    """Return what stands in place of an ask that is over, with what was ticked in it."""
    done = [f"{'☑' if tick else '☐'} {words}" for words, tick in ticked.items()]
    said = note(letter, account="")["content"]
    return document([said[0], *(paragraph(line) for line in done), *said[1:]])


def status(letter: Letter) -> Node:
    """Return the status line as a comment that is edited, never repeated."""
    lines = [paragraph(line) for line in letter.paragraphs]
    return document([paragraph(text(letter.headline or letter.subject, "strong")), *lines, *_foot(letter)])


def _headline(letter: Letter, account: str) -> Node:
    mention = {"type": "mention", "attrs": {"id": account, "text": f"@{letter.to_name}"}} if account else ""
    return paragraph(mention, " " if account else "", text(letter.headline or letter.subject, "strong"))


def _values(heading: str, shown: Iterable[Shown]) -> list[Node]:
    items = [
        {
            "type": "listItem",
            "content": [paragraph(f"{one.label}: ", link(one.value, one.link) if one.link else one.value)],
        }
        for one in shown
    ]
    return [paragraph(text(f"{heading}:", "em")), {"type": "bulletList", "content": items}] if items else []


def _checklist(letter: Letter) -> list[Node]:
    """Return the checklist as task items; what must be ticked is bold."""
    name = letter.thread or letter.key
    items = [
        {
            "type": "taskItem",
            "attrs": {"localId": f"{name}-{place}", "state": "TODO"},
            "content": [text(words, *(("strong",) if killer else ()))],
        }
        for place, (words, killer) in enumerate(letter.checklist)
    ]
    return [{"type": "taskList", "attrs": {"localId": name}, "content": items}] if items else []


def _wanted(letter: Letter) -> list[Node]:
    items = [{"type": "listItem", "content": [paragraph(f"{label} ({kind})")]} for label, kind in letter.fields]
    return [paragraph(text("To fill in:", "em")), {"type": "bulletList", "content": items}] if items else []


def _how(letter: Letter) -> list[Node]:
    must = " Tick the bold items first." if any(killer for _, killer in letter.checklist) else ""
    said = "Moving this issue to Done is the answer; Won't do is a no." if "rejected" in letter.outcomes else ""
    said = said or ("Moving this issue to Done is the answer." if letter.outcomes else "")
    return [paragraph(said + must)] * bool(said) + lines(letter.closing)


def _foot(letter: Letter) -> list[Node]:
    """Return where it comes from.

    Everybody who sees the issue sees this, so neither the reply address nor, where moving the issue is
    the answer, the addressee's own page stands here.  It does where there is more to do or to see.
    """
    needed = letter.page_url and (letter.fields or letter.options or letter.attachments or letter.verb == "answer")
    page = [" · " if letter.footer else "", link("answer on a page", letter.page_url)] if needed else []
    return [paragraph(text(letter.footer, "em") if letter.footer else "", *page)] if letter.footer or page else []


# -- reading ---------------------------------------------------------------------------------------


def ticks(body: Mapping[str, Any] | None) -> dict[str, bool]:
    """Return the task items of a document by their words, and whether they are ticked."""
    tasks = _nodes(body or {}, "taskItem")
    return {plain(task).strip(): task.get("attrs", {}).get("state") == "DONE" for task in tasks}


def _nodes(node: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    if node.get("type") == kind:
        yield node
    for child in node.get("content") or []:
        yield from _nodes(child, kind)


def plain(node: Mapping[str, Any] | None) -> str:
    """Return what a document says, a line a block."""
    if not node:
        return ""
    inside = [plain(child) for child in node.get("content") or []]
    match node.get("type"):
        case "text":
            return str(node.get("text", ""))
        case "hardBreak":
            return "\n"
        case "mention" | "emoji" | "status":
            return str(node.get("attrs", {}).get("text", ""))
        case "inlineCard":
            return str(node.get("attrs", {}).get("url", ""))
        case "paragraph" | "heading" | "codeBlock" | "taskItem":
            return "".join(inside)
    return "\n".join(part for part in inside if part)


def spoken(node: Mapping[str, Any]) -> str:
    """Return somebody's own words in a document: what they quote and whom they mention is left out."""
    return plain(_own(node)).strip()


def _own(node: Mapping[str, Any]) -> Node:
    inside = [_own(child) for child in node.get("content") or [] if child.get("type") not in {"mention", "blockquote"}]
    return {**node, "content": inside}
