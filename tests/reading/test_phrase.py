from __future__ import annotations

import pytest

from doorstep.reading.page import Place
from doorstep.reading.phrase import Phrase, Unreadable, quoted, unbraced, unquoted

TWO_LINES = Phrase("Legal counsel, by e-mail", 4, 8, ((15, 5, 3),))


def test_a_phrase_knows_where_each_character_stands() -> None:
    assert Phrase("abc", 2, 5).at(2) == Place(2, 7)
    assert [TWO_LINES.at(0), TWO_LINES.at(14), TWO_LINES.at(15), TWO_LINES.at(18)] == [
        Place(4, 8),
        Place(4, 22),
        Place(5, 3),
        Place(5, 6),
    ]


def test_a_part_is_cut_without_the_spaces_around() -> None:
    assert Phrase("  a  b ", 1, 1).cut(1) == Phrase("a  b", 1, 3)
    assert TWO_LINES.cut(14) == Phrase("by e-mail", 5, 3)
    assert TWO_LINES.cut(6) == Phrase("counsel, by e-mail", 4, 14, ((9, 5, 3),))
    assert TWO_LINES.cut(0, 5) == Phrase("Legal", 4, 8)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a", ["a"]),
        ("a, b ,c", ["a", "b", "c"]),
        ("f(a, b), {c, d}, [e, (f, g)]", ["f(a, b)", "{c, d}", "[e, (f, g)]"]),
        ('"a, b", c', ['"a, b"', "c"]),
        (r'"a \", b", c', [r'"a \", b"', "c"]),
        ("“a, b”, c", ["“a, b”", "c"]),
        ("a,, b,", ["a", "b"]),
        (") a, b", [") a", "b"]),
    ],
)
def test_a_list_is_parted_at_commas_outside_brackets_and_quotes(text: str, parts: list[str]) -> None:
    assert [part.text for part in Phrase(text, 1, 1).split()] == parts


def test_parts_know_their_places() -> None:
    assert [part.place for part in TWO_LINES.split()] == [Place(4, 8), Place(5, 3)]


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("a (b", 1, 'Expected ")" to close what was opened in See, but the line ended.'),
        ("a [b)", 1, 'Expected "]" to close what was opened in See, but the line ended.'),
        ('a, "b', 4, "Expected a quotation mark to close what was opened in See, but the line ended."),
        ("a, “b", 4, "Expected a quotation mark to close what was opened in See, but the line ended."),
        (", ,", 1, 'Expected words beside the commas for See, but got ", ,".'),
    ],
)
def test_what_does_not_close_is_unreadable(text: str, column: int, says: str) -> None:
    with pytest.raises(Unreadable) as fault:
        Phrase(text, 1, 1).split(key="See")
    assert (str(fault.value), fault.value.place) == (says, Place(1, column))


def test_the_first_equals_sign_outside_brackets_is_found() -> None:
    assert Phrase('"=" f(a = b) = c', 1, 1).find("=", key="Set") == 13
    assert Phrase("a, b", 1, 1).find("=", key="Set") == -1


def test_quotation_marks_come_off_and_go_on() -> None:
    assert [unquoted(text) for text in ('"a"', "“a”", r'"a \"b\" \\"', '""', "a", '"a" or "b"')] == [
        "a",
        "a",
        'a "b" \\',
        "",
        None,
        None,
    ]
    assert unquoted(quoted('a "b" \\')) == 'a "b" \\'


def test_braces_come_off() -> None:
    assert [unbraced(text) for text in ("{ go-live }", "go-live", "{a} and {b}", "{")] == [
        "go-live",
        "go-live",
        "{a} and {b}",
        "{",
    ]
