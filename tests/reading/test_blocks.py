from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from tests.reading import made

from doorstep.reading.blocks import _parser, blocks, escaped, links, plain
from doorstep.reading.text import read


@contextmanager
def without_the_rule_for_flat_lists() -> Iterator[None]:
    ruler = _parser().block.ruler
    ruler.disable("plain_list")
    try:
        yield
    finally:
        ruler.enable("plain_list")


@given(made.texts)
def test_the_rule_for_flat_lists_takes_what_the_parser_would(text: str) -> None:
    with without_the_rule_for_flat_lists():
        slowly = read(text)
    assert read(text) == slowly


def kinds(text: str) -> list[tuple[str, int, int]]:
    return [(block.kind, block.start, block.end) for block in blocks(text.split("\n"), {})]


def test_blocks_know_their_lines() -> None:
    text = "# T\n\ntext\ntwo\n\n- a\n- b\n\n\n1. c\n\n   d\n\n> q\n\n| a |\n|---|\n| b |\n\n***"
    assert kinds(text) == [
        ("heading", 0, 1),
        ("text", 2, 4),
        ("list", 5, 7),
        ("list", 9, 12),
        ("quote", 13, 14),
        ("table", 15, 18),
        ("text", 19, 20),
    ]


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("- Who: A\n- Due: 1 hour\n\ntext", True),
        ("- Who: A\n\n- [ ] b\n", True),
        ("- Who: A\n# T", True),
        ("- Who: A", True),
        ("- Who: A\nlazy", False),
        ("- Who: A\n\n  more", False),
        ("- Who: A\n\n- 1. b", False),
        ("- Who: A\n===", False),
        (" - Who: A", False),
        ("* Who: A", False),
        ("> - Who: A", False),
    ],
)
def test_only_flat_lists_are_taken_in_one_go(text: str, taken: bool) -> None:
    assert any(token.type == "plain_list" for token in _parser().parse(text)) is taken


def test_a_line_of_blanks_that_are_not_ours_is_left_out() -> None:
    (found,) = blocks(["- a", "  \N{NO-BREAK SPACE}", "  b"], {})
    assert [(item.text.text, item.text.turns) for item in found.items] == [("a b", ((2, 3, 3),))]


def test_links_are_what_leads_elsewhere() -> None:
    text = '[a *b*\nc](d "t") <e@f.example> ![g](h) `[i](j)` \\[k](l) [m][n] [o](javascript:p) [q][]'
    assert links(text, {"references": {"N": {"href": "r", "title": ""}}}) == [
        ("a b c", "d"),
        ("e@f.example", "mailto:e@f.example"),
        ("m", "r"),
    ]


def test_a_paragraph_of_very_many_brackets_has_no_links() -> None:
    assert links("[a](b)" * 100, {}) == []
    assert len(links("[a](b)" * 50, {})) == 50


def test_headings_are_said_plainly() -> None:
    assert plain("Sign  *it*, `off` &amp; <b>more</b> ![x](y)") == "Sign it, off & more x"
    assert plain("R&D: 3 * 4") == "R&D: 3 * 4"
    assert plain(escaped("*a* [b](c) &amp; \\")) == "*a* [b](c) &amp; \\"
