from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.reading.typed import Known, understand_lines
from doorstep.stewardship.alike import ENOUGH, Ask, Shape, likeness, paired, shape_of

PEOPLE = (
    Known("Sam Ortiz", "sam@x.example"),
    Known("Mira Holt", "mira@x.example"),
    Known("Bob Stone", "bob@x.example"),
)


def shape(text: str) -> Shape:
    now = datetime(2026, 3, 6, 16, tzinfo=UTC)
    return shape_of(understand_lines(text, people=PEOPLE, by="ana@x.example", now=now).page)


THREE = "Sam confirms the deployment of DEP-1\nMira approves contract.pdf\nBob gives the go-live date"


def test_the_shape_leaves_out_what_only_mends_and_what_is_numbered() -> None:
    assert shape("Mira approves contract.pdf\nSam confirms the deployment of DEP-412") == (
        Ask("Approve", "mira@x.example", frozenset({"contract"})),
        Ask("Confirm", "sam@x.example", frozenset({"confirm", "deployment"})),
    )


@pytest.mark.parametrize(
    "text",
    [
        THREE,
        THREE.replace("DEP-1", "DEP-2"),
        THREE.replace("contract.pdf", "contract-norr.pdf"),
        "\n".join(reversed(THREE.splitlines())),
        f"{THREE}\nSam checks the lift",
        THREE.replace("Sam", "Bob"),
    ],
)
def test_the_same_work_is_alike(text: str) -> None:
    assert likeness(shape(THREE), shape(text)) >= ENOUGH


@pytest.mark.parametrize(
    "text",
    [
        "Sam confirms the deployment of DEP-1",
        "Sam checks the lift\nMira approves the holiday\nBob gives the phone number",
        "Mira confirms the deployment\nMira reads contract.pdf\nMira gives the go-live date",
        "Bob approves the deployment\nSam gives contract.pdf\nMira confirms the go-live date",
    ],
)
def test_other_work_is_not(text: str) -> None:
    assert likeness(shape(THREE), shape(text)) < ENOUGH


ASKS = st.builds(
    Ask,
    st.sampled_from(["Confirm", "Approve"]),
    st.sampled_from(["a", "b"]),
    st.frozensets(st.sampled_from(["x", "y", "z"]), max_size=3),
)


@given(st.lists(ASKS, max_size=5).map(tuple), st.lists(ASKS, max_size=5).map(tuple))
def test_likeness_is_a_share_and_pairs_are_one_to_one(one: Shape, other: Shape) -> None:
    assert 0 <= likeness(one, other) <= 1
    pairs = paired(one, other)
    assert len({left for left, _ in pairs}) == len({right for _, right in pairs}) == len(pairs)
    if one:
        assert likeness(one, one) == pytest.approx(1.0)
