"""Which name was meant."""

from __future__ import annotations

import pytest

from doorstep.reading.nearness import nearest


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("Legal council", ["Tax lead", "Legal counsel"], "Legal counsel"),
        ("legal counsel", ["Legal counsel"], "Legal counsel"),
        ("valeu", ["values", "value"], "value"),
        ("vlaue", ["value"], "value"),
        ("value", ["valued", "value"], "value"),
        ("ab", ["ba", "ac"], "ba"),
        ("A", ["B", "a"], "a"),
        ("A", ["B"], None),
        ("something", ["else"], None),
        ("something", ["anything"], None),
        ("abcdefgh", ["hgfedcba"], None),
        ("x" * 500, ["x" * 500], None),
        ("", ["a"], None),
        ("a", [], None),
    ],
)
def test_the_nearest_name_is_proposed(name: str, known: list[str], found: str | None) -> None:
    assert nearest(name, known) == found
