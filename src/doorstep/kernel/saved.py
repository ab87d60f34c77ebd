"""A state as JSON and back.

Fact values are opaque: the caller gives their codec, and finds all of them under the key ``facts``,
so that the rest can be kept, compared and measured without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from doorstep.kernel.events import Event
from doorstep.kernel.program import Node
from doorstep.kernel.state import IDLE, Added, Given, Id, Message, NodeState, State

Json = dict[str, Any]
Codec = Callable[[object], Any]


def as_it_is(value: object) -> object:
    """A codec for facts that are JSON already."""
    return value


def dump_node(spot: Id, node: NodeState) -> list[Any]:
    """Return a node as JSON: where it is, and what differs from an idle one."""
    plain: Json = {name: value for name, value, idle in zip(_NAMES, node, IDLE, strict=True) if value != idle}
    if node.at:
        plain["at"] = node.at.isoformat()
    for name, given in (("ahead", node.ahead), ("kept", node.kept)):
        if given:
            plain[name] = [
                given.outcome,
                given.by,
                given.at.isoformat(),
                given.proof,
                given.round,
                given.seen,
                given.always,
            ]
    return [*spot, plain]


def dump(state: State, encode: Codec = as_it_is) -> Json:
    """Return the state as JSON.

    Two things are only named, for the caller keeps them already: the nodes of added steps (by key)
    and the events pending while suspended (by number); `load` wants them back.
    """
    plain = dump_around(state, encode)
    plain["nodes"] = [dump_node(spot, node) for spot, node in state.nodes.items()]
    return plain


def dump_around(state: State, encode: Codec = as_it_is) -> Json:
    """Return the state as JSON without its nodes, for a caller that keeps what it wrote of them before."""
    plain: Json = {"case": state.case, "starter": state.starter, "started": state.started and state.started.isoformat()}
    if state.changes:
        plain["changes"] = [[*spot, name, count] for (spot, name), count in state.changes.items()]
    if state.holds:
        plain["holds"] = sorted(state.holds)
    if state.messages:
        plain["messages"] = [[message.name, message.about] for message in state.messages]
    if state.added:
        plain["added"] = [[step.node.key, step.after, step.beside] for step in state.added]
    if state.pending:
        plain["pending"] = len(state.pending)
    plain["facts"] = _facts(state, encode)
    return plain


def load(
    data: Mapping[str, Any],
    decode: Codec = as_it_is,
    *,
    nodes: Mapping[str, Node] | None = None,
    pending: Iterable[Event] = (),
) -> State:
    """Return the state that `dump` wrote; ``nodes`` are the added steps' by key, ``pending`` the events kept."""
    facts = data["facts"]
    ahead = {_id(key, instance): _decoded(given, decode) for key, instance, given in facts.get("ahead", [])}
    texts = zip(data.get("messages", []), facts.get("messages", []), strict=True)
    return State(
        case=data["case"],
        starter=data["starter"],
        started=data["started"] and datetime.fromisoformat(data["started"]),
        nodes={
            (spot := _id(key, instance)): _loaded(node, ahead.get(spot, {})) for key, instance, node in data["nodes"]
        },
        facts=_decoded(facts["case"], decode),
        items={_id(key, instance): _decoded(given, decode) for key, instance, given in facts.get("items", [])},
        changes={(_id(key, instance), name): count for key, instance, name, count in data.get("changes", [])},
        holds=frozenset(_id(key, instance) for key, instance in data.get("holds", [])),
        messages=tuple(Message(name, about, _decoded(given, decode)) for (name, about), given in texts),
        pending=tuple(pending),
        added=tuple(Added((nodes or {})[key], after, beside) for key, after, beside in data.get("added", [])),
    )


def _facts(state: State, encode: Codec) -> Json:
    ahead = [
        [*spot, _encoded(node.ahead.facts, encode)]
        for spot, node in state.nodes.items()
        if node.ahead and node.ahead.facts
    ]
    parts: Json = {
        "case": _encoded(state.facts, encode),
        "items": [[*spot, _encoded(given, encode)] for spot, given in state.items.items()],
        "ahead": ahead,
        "messages": [_encoded(message.facts, encode) for message in state.messages],
    }
    return {name: part for name, part in parts.items() if part or name == "case"}


def _loaded(plain: Mapping[str, Any], ahead: Mapping[str, object]) -> NodeState:
    fields: Json = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    if "at" in fields:
        fields["at"] = datetime.fromisoformat(fields["at"])
    for name in ("ahead", "kept"):
        if name in fields:
            outcome, by, at, proof, number, seen, always = fields[name]
            facts = ahead if name == "ahead" else {}
            fields[name] = Given(outcome, by, datetime.fromisoformat(at), proof, number, seen, always, facts)
    return NodeState(**fields)


def _encoded(facts: Mapping[str, object], encode: Codec) -> Json:
    return {name: encode(value) for name, value in facts.items()}


def _decoded(facts: Mapping[str, Any], decode: Codec) -> dict[str, object]:
    return {name: decode(value) for name, value in facts.items()}


def _id(key: str, instance: Iterable[int]) -> Id:
    return key, tuple(instance)


_NAMES = NodeState._fields
