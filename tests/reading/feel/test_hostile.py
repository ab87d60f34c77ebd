"""Whatever stands where an expression should be: a fault with a place, or an answer; never an exception."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.reading.feel.scopes import FACTS, NAMES, OFFERS, Known

from doorstep.kernel.program import Unknown
from doorstep.reading.feel import Names, read
from doorstep.reading.feel.builtins import BUILTINS
from doorstep.reading.feel.kinds import ANY

LOOSE = Names(dict.fromkeys((*FACTS, "anything"), ANY), NAMES.steps)
PIECES = st.sampled_from(
    "value client go-live lines opportunity anything urgent Review Sign\\ off\\ the\\ contract .approved .Name and or in between not( if then else "
    'for x in return some every satisfies function(a) ( ) [ ] { } : , .. = != < <= > >= + - * / ** 1 0 -1 2.5 1e9 "a" "2026-03-12" @"PT4H" '
    '@"2026-03-12" date( duration( sum( count( min( null true false item .year step("Review") instance of list<number> // /* */'.replace(
        "\\ ", "\x00"
    ).split()
).map(lambda piece: piece.replace("\x00", " "))


@given(st.lists(PIECES, max_size=14).map(" ".join) | st.text(max_size=60))
def test_any_text_is_refused_at_a_place_or_answers(text: str) -> None:
    for names in (NAMES, LOOSE):
        found = read(text, names, currency="EUR")
        assert all(0 <= fault.at <= len(text) and fault.why.endswith((".", "?")) for fault in found.faults)
        if found.expression:
            assert isinstance(found.expression.truth(Known()), bool | Unknown)
            found.expression.value(Known())


OPERANDS = st.sampled_from(
    ["value", "client", "go-live", "lines", "opportunity", "anything", "urgent", "contract", "1", "-2.5", '"a"', "null", "[1, 2]", "{a: 1}",
     '@"PT4H"', '@"P1M"', '@"10:00:00"', '@"10:00:00Z"', '@"2026-03-12"', '@"2026-03-12T10:00:00Z"', "[1..5]", "function(a) a", "9999999999"]
)  # fmt: skip
SIGNS = st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", ">=", "and", "or", "in"])


@given(st.tuples(OPERANDS, SIGNS, OPERANDS), SIGNS, OPERANDS)
def test_any_values_meet_under_any_sign(inner: tuple[str, str, str], sign: str, other: str) -> None:
    found = read(f"({' '.join(inner)}) {sign} {other}", LOOSE, currency="EUR")
    if found.expression:
        found.expression.value(Known())


FUNCTIONS = st.sampled_from(sorted(BUILTINS))


@given(FUNCTIONS, st.lists(OPERANDS, max_size=4))
def test_any_function_takes_any_values(function: str, values: list[str]) -> None:
    found = read(f"{function}({', '.join(values)})", LOOSE, currency="EUR")
    if found.expression:
        found.expression.value(Known())


def test_steps_that_offer_nothing_are_unknown() -> None:
    assert Known().step("nobody", "done") is None
    assert ("k1", "approved") in OFFERS
