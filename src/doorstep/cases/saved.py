"""A case's state as the bytes that are hashed for the journal and sealed for the row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from doorstep.cases import event_json
from doorstep.cases.added import node_of
from doorstep.cases.json_text import json_text
from doorstep.kernel import values
from doorstep.kernel.program import Node
from doorstep.kernel.saved import dump_around, dump_node, load
from doorstep.kernel.state import Id, NodeState, State

Cards = Mapping[str, Mapping[str, object]]
"""The cards of steps added to a case, by key: what their nodes are made from again."""


def write_state(state: State, cards: Cards) -> bytes:
    """Return the state as canonical bytes: equal states give equal bytes."""
    plain = dump_around(state, values.encode)
    if state.added:
        plain["cards"] = {added.node.key: cards[added.node.key] for added in state.added}
    if state.pending:
        plain["events"] = [[event_json.kind_of(event), event_json.encode(event)] for event in state.pending]
    nodes = ",".join([_written(spot, node) for spot, node in state.nodes.items()])
    return f'{json_text(plain)[:-1]},"nodes":[{nodes}]}}'.encode()


_KEPT = 16_384
_texts: dict[int, tuple[NodeState, Id, str]] = {}
"""Nodes as JSON, by who they are: an event changes two or three nodes of a case, the others are the same as before."""


def _written(spot: Id, node: NodeState) -> str:
    """Return a node as JSON, written once; what is kept here keeps its node, so its place is nobody else's."""
    known = _texts.get(id(node))
    if known is None or known[1] != spot:
        if len(_texts) >= _KEPT:
            _texts.clear()
        known = _texts[id(node)] = (node, spot, json_text(dump_node(spot, node)))
    return known[2]


def read_state(content: bytes, version_id: UUID) -> State:
    """Return the state that `write_state` wrote."""
    plain: dict[str, Any] = json.loads(content)
    pending = [event_json.decode(kind, fields) for kind, fields in plain.get("events", [])]
    return load(plain, values.decode, nodes=_nodes(plain.get("cards", {}), version_id), pending=pending)


def cards_of(content: bytes) -> Cards:
    """Return the cards of the steps that were added."""
    cards: Cards = json.loads(content).get("cards", {})
    return cards


def _nodes(cards: Cards, version_id: UUID) -> dict[str, Node]:
    if not cards:
        return {}
    return {key: node_of(card, version_id) for key, card in cards.items()}
