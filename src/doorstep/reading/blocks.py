"""The block structure of a page: headings, lists, tables and quotations, each with its lines.

markdown-it finds it, by the rules of CommonMark with tables; what stands inside quotations, lists or
code is no structure of the page.  Lines count from 0 here, from 1 in every `Place`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from doorstep.reading.items import Item
from doorstep.reading.phrase import Phrase

Kind = Literal["heading", "list", "table", "quote", "text"]
References = MutableMapping[str, Any]

_KINDS: dict[str, Kind] = {
    "heading_open": "heading",
    "plain_list": "list",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "blockquote_open": "quote",
}
_HOLDS = {
    "bullet_list_open": "a list",
    "ordered_list_open": "a list",
    "blockquote_open": "a quotation",
    "fence": "code",
    "code_block": "code",
    "html_block": "HTML",
    "heading_open": "a heading",
    "hr": "a line",
    "table_open": "a table",
}
_PLAIN_ITEM = re.compile(r"- (?:[^\W\d_]|\[[ xX]\] )")
_MARKER = re.compile(r"[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]*")
_HEADING = re.compile(r"#{1,6}(?:[ \t]|$)")
_MARKUP = re.compile(r"[\\`*_\[<&]")
_MAY_LINK = re.compile(r"[\[<]")
BLANK = " \t"
"""What a blank line may hold, and nothing else."""

_MOST_INLINE = 40_000  # characters times brackets: the time for one paragraph grows with it
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Block:
    """One block at the top of the page, from its first line up to ``end``."""

    kind: Kind
    start: int
    end: int
    level: int = 0  # of a heading
    text: str = ""  # of a heading, as written
    items: tuple[Item, ...] = ()  # of a list, the nested ones included
    tops: int = 0  # how many of the items are the list's own: the first ones
    inline: tuple[tuple[int, str], ...] = ()  # text that may hold links, and the line it starts in


def blocks(lines: Sequence[str], references: References) -> Iterator[Block]:
    """Yield the blocks of a page in order; the link references it defines are put into ``references``."""
    tokens = _parser().parse("\n".join(lines), references)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = at + 1
        while tokens[at].nesting == 1 and not (tokens[end].level == token.level and tokens[end].nesting == -1):
            end += 1
        yield _block(tokens[at : end + 1] if token.nesting == 1 else [token], lines)
        at = end + (1 if token.nesting == 1 else 0)


def links(text: str, references: References) -> list[tuple[str, str]]:
    """Return the links of a text: what they say and where they lead."""
    found: list[tuple[str, str]] = []
    tokens = _inline(text, references)
    for at, token in enumerate(tokens):
        if token.type == "link_open":
            end = next(
                i for i in range(at, len(tokens)) if tokens[i].type == "link_close" and tokens[i].level == token.level
            )
            found.append((_plain(tokens[at:end]), str(token.attrs["href"])))
    return found


def plain(text: str) -> str:
    """Return the words of a heading without its markup."""
    return " ".join(_plain(_inline(text, {})).split()) if _MARKUP.search(text) else " ".join(text.split())


def escaped(text: str) -> str:
    """Return plain words as a heading that reads as them."""
    return _MARKUP.sub(r"\\\g<0>", text)


def _inline(text: str, references: References) -> list[Token]:
    tokens: list[Token] = []
    if len(text) * (text.count("[") + 10) <= _MOST_INLINE:
        parser = _parser()
        parser.inline.parse(text, parser, references, tokens)
    else:
        tokens.append(Token("text", "", 0, content=text))
    return tokens


def _plain(tokens: Sequence[Token]) -> str:
    return "".join(
        " " if token.type.endswith("break") else token.content for token in tokens if token.type != "html_inline"
    )


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table").disable(["inline", "text_join"])
    parser.block.ruler.before("table", "plain_list", _plain_list)
    return parser


def _plain_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a flat list of one-line items in one go: cards and checklists, the most of a page.

    Only what the rule for lists would take likewise; everything else is left to it.
    """
    if silent or state.level or state.sCount[start] or not _PLAIN_ITEM.match(state.src, state.bMarks[start]):
        return False
    line = start
    while line < end and (state.bMarks[line] == state.eMarks[line] or _PLAIN_ITEM.match(state.src, state.bMarks[line])):
        line += 1
    upto = line
    while state.bMarks[upto - 1] == state.eMarks[upto - 1]:
        upto -= 1
    if line < end and not _ends_a_list(state.src, state.bMarks[line], blank=upto < line):
        return False
    token = state.push("plain_list", "", 0)
    token.map = [start, upto]
    state.line = upto
    return True


def _ends_a_list(source: str, at: int, *, blank: bool) -> bool:
    """Say whether a line certainly belongs to no item of the list above it."""
    return bool(_HEADING.match(source, at)) or (blank and source[at] not in " \t-")


def _block(tokens: Sequence[Token], lines: Sequence[str]) -> Block:
    first = tokens[0]
    start, end = first.map or (0, 0)
    kind = _KINDS.get(first.type, "text")
    if kind == "heading":
        text = " ".join(tokens[1].content.split())
        return Block(kind, start, end, level=int(first.tag[1]), text=text)
    if first.type == "plain_list":
        items = tuple(_plain_item(lines[line], line) for line in range(start, end) if lines[line])
        inline = tuple((item.text.line - 1, item.raw) for item in items if _MAY_LINK.search(item.raw, 1))
        return Block(kind, start, end, items=items, tops=len(items), inline=inline)
    inline = tuple(
        (token.map[0], token.content)
        for token in tokens
        if token.type == "inline" and token.map and _MAY_LINK.search(token.content)
    )
    if kind != "list":
        return Block(kind, start, _last(lines, start, end), inline=inline)
    tops, nested = _items(tokens, lines)
    return Block(kind, start, _last(lines, start, end), items=(*tops, *nested), tops=len(tops), inline=inline)


def _plain_item(line: str, number: int) -> Item:
    text = line[2:].strip()
    return Item(Phrase(text, number + 1, line.index(text) + 1), text)


def _last(lines: Sequence[str], start: int, end: int) -> int:
    """Return the end without the blank lines before it."""
    while end > start + 1 and not lines[end - 1].strip(BLANK):
        end -= 1
    return end


def _items(tokens: Sequence[Token], lines: Sequence[str]) -> tuple[list[Item], list[Item]]:
    """Return the items of a list and those of the lists inside it."""
    tops: list[Item] = []
    nested: list[Item] = []
    for at, token in enumerate(tokens):
        if token.type == "list_item_open":
            (tops if token.level == tokens[0].level + 1 else nested).append(_item(tokens, at, lines))
    return tops, nested


def _item(tokens: Sequence[Token], at: int, lines: Sequence[str]) -> Item:
    token = tokens[at]
    start, end = token.map or (0, 0)
    end = _last(lines, start, end)
    first = tokens[at + 1]
    if first.type != "paragraph_open":
        column = _width(lines[start]) + 1
        return Item(
            Phrase("", start + 1, column), _raw(lines[start:end]), _HOLDS.get(first.type, "nothing"), end - start
        )
    text, after = _joined(tokens[at + 2], lines), tokens[at + 4]
    if after.level == token.level:
        return Item(text, text.text, lines=end - start)
    rest = _raw([lines[start], *lines[(first.map or (0, 0))[1] : end]]).partition("\n")[2]
    return Item(text, f"{text.text}\n{rest}", _HOLDS.get(after.type, "a second paragraph"), end - start)


def _joined(inline: Token, lines: Sequence[str]) -> Phrase:
    """Return the text of a paragraph in one line, and where each of its lines begins."""
    text, turns = "", []
    number = (inline.map or [0])[0]
    for line, part in enumerate(inline.content.split("\n"), start=number):
        if said := part.strip():
            text += " " if text else ""
            turns.append((len(text), line + 1, len(lines[line].rstrip()) - len(said) + 1))
            text += said
    (_, line, column), *rest = turns or [(0, number + 1, 1)]
    return Phrase(text, line, column, tuple(rest))


def _width(line: str) -> int:
    """Return how many characters the marker of an item takes."""
    marker = _MARKER.match(line)
    return marker.end() if marker else 0


def _raw(lines: Sequence[str]) -> str:
    """Return an item as written without its marker, its further lines moved to the left."""
    width = _width(lines[0])
    further = (line[min(width, len(line) - len(line.lstrip())) :] for line in lines[1:])
    return "\n".join((lines[0][width:], *further)).strip("\n")
