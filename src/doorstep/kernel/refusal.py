"""Rule 12: an event that does not fit is refused with a sentence, before anything has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from doorstep.kernel.draft import Draft
from doorstep.kernel.errors import EventNotExpected
from doorstep.kernel.events import OfStep
from doorstep.kernel.facts import missing
from doorstep.kernel.observing import shown
from doorstep.kernel.program import OUTCOMES, ROOT, Kind, Node
from doorstep.kernel.state import Id


def expect(holds: object, sentence: str) -> None:
    if not holds:
        raise EventNotExpected(sentence)


def spot_of(draft: Draft, event: OfStep) -> Id:
    """Return the node an event is about, if it is in the case."""
    place = draft.index.places.get(event.step)
    if place is None or event.step == ROOT:
        raise EventNotExpected(f'Expected a step of this process, but got "{event.step}".')
    spot = (event.step, tuple(event.instance))
    if event.instance or place.chain:
        _expect_instance(draft, spot)
    return spot


def _expect_instance(draft: Draft, spot: Id) -> None:
    place = draft.place(spot)
    levels = (place.outer, len(place.chain))
    around = [group for group in draft.above(spot) if draft.is_whole(group)] if len(spot[1]) in levels else None
    expect(
        around is not None and all(spot[1][len(whole[1])] < draft.node(whole).width for whole in around),
        f'Expected an instance of "{place.node.name}" that exists, but got {named(draft, spot)}.',
    )


def named(draft: Draft, spot: Id) -> str:
    return f'"{draft.place(spot).node.name}{"".join(f"[{number}]" for number in spot[1])}"'


def expect_status(draft: Draft, spot: Id, *wanted: str) -> None:
    status = draft.node(spot).status
    if status not in wanted:
        raise EventNotExpected(f"Expected {named(draft, spot)} to be {_either(wanted)}, but it is {status}.")


def expect_round(draft: Draft, spot: Id, number: int) -> None:
    """An event of another round came too late; 0 is the current one."""
    current = draft.node(spot).round
    if number not in (0, current):
        raise EventNotExpected(
            f"Expected round {current} of {named(draft, spot)}, but got round {number}: it was asked anew."
        )


def expect_asked(draft: Draft, spot: Id) -> None:
    expect_status(draft, spot, "open")
    if not draft.node(spot).asks:
        raise EventNotExpected(f"Expected a step that asks somebody, but {named(draft, spot)} does not.")


def expect_outcome(draft: Draft, spot: Id, outcome: str) -> None:
    possible = outcomes_of(draft.place(spot).node)
    if outcome not in possible:
        wanted = f"one of {', '.join(possible)}" if len(possible) > 1 else possible[0]
        raise EventNotExpected(f'Expected {wanted} for {named(draft, spot)}, but got "{outcome}".')


def outcomes_of(card: Node) -> Sequence[str]:
    return OUTCOMES[card.verb] if card.kind is Kind.ASK else ("done", "rejected")


def expect_facts(draft: Draft, spot: Id, outcome: str, given: Mapping[str, object]) -> None:
    """An answer gives every fact to fill in; what a record shows is not asked again."""
    card = draft.place(spot).node
    if card.kind is not Kind.ASK or outcome != "done":
        return
    absent = [name for name in missing(card.gives, given) if not shown(draft, spot, name)]
    if absent:
        given_by = f"Expected {', '.join(card.gives)} for {named(draft, spot)}"
        raise EventNotExpected(f"{given_by}, but {_both(absent)} missing.")


def expect_allowed(draft: Draft, spot: Id, by: str | None) -> None:
    """Not by: refuse whom the card excludes; nobody in particular cannot be told from them."""
    for person, reason in _excluded(draft, spot).items():
        if by is None:
            raise EventNotExpected(f"Expected to know who answers {named(draft, spot)}: whoever {reason} may not.")
        if by == person:
            raise EventNotExpected(f"Expected somebody else for {named(draft, spot)}, but {by} {reason}.")


def is_allowed(draft: Draft, spot: Id, by: str | None) -> bool:
    """Does Not by let this person's answer stand, as far as is known now?"""
    excluded = _excluded(draft, spot)
    return not excluded or (by is not None and by not in excluded)


def _excluded(draft: Draft, spot: Id) -> dict[str, str]:
    place = draft.place(spot)
    excluded: dict[str, str] = {}
    for key in place.node.not_by:
        if key == ROOT:
            excluded[draft.starter or ""] = "started this"
        elif key in draft.index.places:
            name = draft.index.places[key].node.name
            people = [draft.node(other).by for other in draft.instances(key)]
            excluded |= {person: f'did "{name}"' for person in people if person}
    each = place.node.each
    if each and each.exclusive and not draft.is_whole(spot):
        people = [draft.node(other).by for other in draft.members(draft.parent(spot)) if other != spot]
        excluded |= {person: "has answered it already" for person in people if person}
    return {person: reason for person, reason in excluded.items() if person}


def expect_ahead(draft: Draft, spot: Id) -> None:
    """Done ahead is what has not been asked yet, also when it waits for its time."""
    node = draft.node(spot)
    if node.status != "idle" and not (node.status == "waiting" and node.how != "repair"):
        raise EventNotExpected(f"Expected {named(draft, spot)} not to have opened yet, but it is {node.status}.")


def _either(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _both(words: Sequence[str]) -> str:
    return " and ".join(words) + (" are" if words[1:] else " is")
