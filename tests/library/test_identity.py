from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.library.errors import NotUsable
from doorstep.library.identity import Candidate, candidates, content_hash, identities_of
from doorstep.reading.page import Card, Confirm, Page, Role, Step, Who

NAMES = st.lists(st.sampled_from("ABCDEF"), unique=True)


def page(*names: str) -> Page:
    return Page("Title", steps=tuple(Step(name, 2) for name in names))


def test_a_new_step_has_its_heading_for_an_identity() -> None:
    assert identities_of(page("A", "B"), before={}) == {"A": "A", "B": "B"}


def test_a_renamed_step_keeps_its_identity_when_that_is_chosen() -> None:
    assert identities_of(page("Z", "B"), before={"A": "A", "B": "B"}, chosen={"Z": "A"}) == {"Z": "A", "B": "B"}
    assert identities_of(page("Z", "B"), before={"A": "A", "B": "B"}) == {"Z": "Z", "B": "B"}


def test_a_heading_that_was_anothers_first_gets_a_number() -> None:
    before = {"Z": "A"}
    assert identities_of(page("Z", "A"), before=before) == {"Z": "A", "A": "A (2)"}
    assert identities_of(page("Z", "A"), before={"Z": "A", "A": "A (2)"}) == {"Z": "A", "A": "A (2)"}


def test_two_headings_may_swap() -> None:
    swapped = identities_of(page("B", "A"), before={"A": "A", "B": "B"}, chosen={"A": "B", "B": "A"})
    assert swapped == {"B": "A", "A": "B"}


def test_a_choice_of_an_identity_nobody_has_is_refused() -> None:
    with pytest.raises(NotUsable) as refused:
        identities_of(page("Z"), before={"A": "A"}, chosen={"Z": "Q"})
    assert str(refused.value) == '"Z" cannot be the same step as "Q": the version before has no such step.'
    with pytest.raises(NotUsable, match='the page has no step "Y"'):
        identities_of(page("Z"), before={"A": "A"}, chosen={"Y": "A"})
    with pytest.raises(NotUsable, match="Two headings were said to be the same step"):
        identities_of(page("Y", "Z"), before={"A": "A"}, chosen={"Y": "A", "Z": "A"})


@given(NAMES, NAMES, NAMES, st.randoms())
def test_identities_are_unique_and_kept(first: list[str], second: list[str], third: list[str], chance: object) -> None:
    """However pages follow each other, no two steps of one are the same, and an unchanged page changes nothing."""
    found: dict[str, str] = {}
    for names in (first, second, third):
        gone = [name for name in found if name not in names]
        come = [name for name in names if name not in found]
        chosen = {new: found[old] for new, old in zip(come[:1], gone[:1], strict=False)}
        before, found = found, identities_of(page(*names), before=found, chosen=chosen)
        assert list(found) == names
        assert len(set(found.values())) == len(names)
        assert {name: found[name] for name in names if name in before} == {
            name: before[name] for name in names if name in before
        }
        assert identities_of(page(*names), before=found) == found


def test_the_likeliest_pair_is_offered_first_and_each_heading_once() -> None:
    ask = Card(who=Who(Role("Legal counsel")), action=Confirm())
    old = Page("T", steps=(Step("Sign the contract", 2, card=ask), Step("Ship it", 2)))
    new = Page("T", steps=(Step("Ship", 2), Step("Sign off the contract", 2, card=ask)))
    found = candidates(old, new, before={"Sign the contract": "Sign", "Ship it": "Ship it"})
    assert [(pair.vanished, pair.identity, pair.appeared) for pair in found] == [
        ("Sign the contract", "Sign", "Sign off the contract"),
        ("Ship it", "Ship it", "Ship"),
    ]
    assert candidates(old, old, before={}) == ()


def test_a_step_in_another_group_is_less_alike() -> None:
    old = Page("T", steps=(Step("G", 2, steps=(Step("Check it", 3),)),))
    inside = Page("T", steps=(Step("G", 2, steps=(Step("Test it", 3),)),))
    outside = Page("T", steps=(Step("G", 2), Step("Test it", 2)))
    (near,), (far,) = candidates(old, inside, before={}), candidates(old, outside, before={})
    assert near == Candidate("Check it", "Check it", "Test it", near.likeness)
    assert near.likeness > far.likeness


def test_the_hash_is_of_text_and_identities() -> None:
    hashes = {content_hash("a", {}), content_hash("b", {}), content_hash("a", {"x": "y"})}
    assert len(hashes) == 3
    assert content_hash("a", {"x": "1", "y": "2"}) == content_hash("a", {"y": "2", "x": "1"})
