from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reading import made

from doorstep.reading.body import Item, Parts, body_of, parts_of, typed


def test_a_body_is_parted_into_guidance_checklist_and_what_is_said() -> None:
    body = "Look at production.\n\n- [ ] The tag matches\n- [ ] ! The rollback was tried\n\n> It is live.\n> Really."
    assert parts_of(body) == Parts(
        "Look at production.",
        (Item("The tag matches"), Item("The rollback was tried", killer=True)),
        "It is live.\nReally.",
    )


def test_what_stands_in_another_order_stays_in_the_guidance_as_text() -> None:
    assert parts_of("> said first\n\nand then guidance") == Parts("> said first\n\nand then guidance")
    assert parts_of("- [x] ticked already") == Parts("- [x] ticked already")
    assert parts_of("- [ ] one\n\nbetween\n\n- [ ] two") == Parts("- [ ] one\n\nbetween", (Item("two"),))


@pytest.mark.parametrize("body", [">no space", "text\n- [ ] without a blank line above", "- [ ] !no space"])
def test_a_body_whose_parts_would_not_join_to_it_again_is_left_whole(body: str) -> None:
    assert parts_of(body) is None


@given(st.text(st.sampled_from("ab>-[]! \n")) | st.lists(st.sampled_from(made.PROSE)).map("\n\n".join))
def test_parting_and_joining_gives_the_same_text(body: str) -> None:
    parts = parts_of(body)
    assert parts is None or body_of(parts) == body


def test_what_is_typed_is_trimmed_and_empty_items_are_left_out() -> None:
    items = (Item(" one \r\n two "), Item("  "), Item("!  must", killer=True))
    assert typed("\r\n\r\nLook.  \r\n\r\n", items, "\n> quoted") == Parts(
        "Look.  ", (Item("one two"), Item("must", killer=True)), "> quoted"
    )
