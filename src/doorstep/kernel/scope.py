"""What a condition sees: the facts in force at its place and what the steps offer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from doorstep.kernel.draft import Draft
from doorstep.kernel.events import Instance
from doorstep.kernel.program import Condition, Kind, Unknown, Verb
from doorstep.kernel.state import TOP, Id, NodeState

REJECTIONS = ("rejected", "changes wanted")


class Inside:
    """The `Scope` at a node."""

    __slots__ = ("chain", "draft", "instance")

    def __init__(self, draft: Draft, spot: Id) -> None:
        self.draft = draft
        self.instance = spot[1]
        self.chain = draft.index.places[spot[0]].chain

    @property
    def now(self) -> datetime:
        return self.draft.at

    def fact(self, name: str) -> object:
        return self.space(name).get(name)

    def step(self, key: str, offer: str) -> object:
        spots = _seen(self.draft, self.chain, self.instance, key)
        return _offered(self.draft, spots, offer) if spots is not None else None

    def home(self, name: str) -> Id:
        """Return where a fact is kept: the innermost instance that has it, else the case."""
        if self.instance:
            for depth in range(len(self.instance), 0, -1):
                spot = (self.chain[depth - 1], self.instance[:depth])
                if name in self.draft.items.get(spot, ()):
                    return spot
        return TOP

    def space(self, name: str) -> Mapping[str, object]:
        spot = self.home(name)
        return self.draft.facts if spot is TOP else self.draft.items[spot]

    def inner(self) -> Id:
        """Return where facts given here are kept: the innermost instance around, else the case."""
        if not self.instance:
            return TOP
        return self.chain[len(self.instance) - 1], self.instance


def truth(draft: Draft, spot: Id, condition: Condition | None) -> bool | Unknown:
    """Read a condition at a node; none holds."""
    return True if condition is None else condition.truth(Inside(draft, spot))


def shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Return how many For each two nodes are in together."""
    count = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        count += 1
    return count


def _seen(draft: Draft, chain: tuple[str, ...], instance: Instance, key: str) -> list[Id] | None:
    """Return the places of a step that are meant here: in the same instance, else all of them."""
    place = draft.index.places.get(key)
    if place is None:
        return None
    near = instance[: min(shared(chain, place.chain), len(instance))]
    if len(near) >= place.outer:
        return [(key, near)]
    return [
        spot
        for spot in draft.below(TOP)
        if spot[0] == key and len(spot[1]) == place.outer and spot[1][: len(near)] == near
    ]


def _offered(draft: Draft, spots: list[Id], offer: str) -> object:
    match offer:
        case "done":
            return bool(spots) and all(draft.node(spot).status == "done" for spot in spots)
        case "approved":
            return bool(spots) and all(_approved(draft, spot) for spot in spots)
        case "rejected":
            return any(node.outcome in REJECTIONS for spot in spots for node in _leaves(draft, spot, tuple(Verb)))
        case "skipped":
            return any(draft.node(spot).status == "skipped" for spot in spots)
        case "late":
            return any(draft.node(near).late for spot in spots for near in (spot, *draft.below(spot)))
        case "round":
            return max((draft.node(spot).round for spot in spots), default=1)
        case "by" | "at":
            return getattr(draft.node(spots[0]), offer) if len(spots) == 1 else None
        case "answers":
            return [answer for spot in spots for answer in answers(draft, spot)]
        case _:
            return None


def _approved(draft: Draft, spot: Id) -> bool:
    """Was it, and all in it, approved (rule 6)?  A For each whose Until was reached was."""
    node, place = draft.node(spot), draft.place(spot)
    if place.node.kind is not Kind.GROUP and not place.is_whole(spot[1]):
        return node.outcome == "approved"
    if node.how == "until":
        count = place.node.each.until_count if place.node.each else None
        return count is None or count[1] == "approved"
    leaves = list(_leaves(draft, spot, (Verb.APPROVE,)))
    return node.status == "done" and bool(leaves) and all(leaf.outcome == "approved" for leaf in leaves)


def _leaves(draft: Draft, spot: Id, verbs: tuple[Verb, ...]) -> Iterator[NodeState]:
    """Yield the answers that count for a step: its own, or of a group those that were wanted of it."""
    place = draft.place(spot)
    if place.node.kind is not Kind.GROUP and not place.is_whole(spot[1]):
        yield draft.node(spot)
        return
    for inner in draft.below(spot):
        near, node = draft.place(inner), draft.node(inner)
        leaf = near.node.kind is Kind.ASK and not near.is_whole(inner[1]) and not near.node.repair_of
        if leaf and near.node.verb in verbs and node.status not in ("not needed", "not taken", "cancelled"):
            yield node


def last_answer(draft: Draft, spot: Id) -> NodeState:
    """Return a step's answer; of a group that of its last step that has one (rule 6)."""
    node = draft.node(spot)
    if draft.place(spot).node.kind is Kind.GROUP:
        for member in reversed(draft.members(spot)):
            inner = last_answer(draft, member)
            if inner.outcome:
                return inner
    return node


def answers(draft: Draft, spot: Id) -> list[dict[str, object]]:
    """Return what the instances of a For each answered, in order: item, outcome, by, at, facts."""
    place = draft.place(spot)
    item = place.node.each.item if place.node.each else None
    found: list[dict[str, object]] = []
    for instance in draft.members(spot) if place.is_whole(spot[1]) else []:
        node = last_answer(draft, instance)
        if node.outcome:
            facts = dict(draft.items.get(instance, {}))
            value = facts.pop(item, None) if item else None
            found.append({"item": value, "outcome": node.outcome, "by": node.by, "at": node.at, "facts": facts})
    return found
