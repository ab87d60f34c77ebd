"""A running case as the rows of its page: status, what happened, what may be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from doorstep.cases import seals
from doorstep.cases.directory import in_names, name_of
from doorstep.cases.event_json import instance_text
from doorstep.cases.gathered import Opened
from doorstep.cases.models import Ask
from doorstep.cases.naming import filled
from doorstep.cases.saying import said
from doorstep.chase.say import say_length, say_time
from doorstep.kernel.program import Kind, Node
from doorstep.kernel.state import SETTLED, NodeState, State, every_node
from doorstep.kernel.state import name_of as step_name
from doorstep.library.models import Bulletin
from doorstep.reading.page import ChecklistItem, Step
from doorstep.web.history import how_known
from doorstep.web.people_named import with_names
from doorstep.web.steps import Row, rows_of

LOOKS: Mapping[str, str] = {
    "done": "done",
    "overridden": "done",
    "open": "open",
    "waiting": "waiting",
    "stuck": "stuck",
    "idle": "",
}
TONES: Mapping[str, str] = {"done": "d", "open": "o", "waiting": "o", "stuck": "r"}


@dataclass(frozen=True, slots=True)
class Act:
    """Something the reader may do to a step: a link or a button."""

    label: str
    href: str = ""
    post: str = ""
    do: str = ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One heading of the page, alive."""

    key: str
    name: str
    anchor: str
    mark: str
    look: str
    group: bool
    tag: str
    tone: str
    happened: str
    says: str
    why: str
    now: bool
    guidance: str
    checklist: tuple[ChecklistItem, ...]
    quotation: str
    ticked: frozenset[str] = frozenset()
    acts: tuple[Act, ...] = ()
    bulletins: tuple[Bulletin, ...] = ()


Spot = tuple[str, str]
"""A step's key and its instance, as asks have them: each instance of a For each has its own."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What rows are made from: the case, its asks by step, the reader's zone and time."""

    case: Opened
    asks: Mapping[Spot, list[Ask]]
    zone: ZoneInfo
    now: datetime
    acts: Mapping[Spot, tuple[Act, ...]]
    bulletins: Mapping[str, tuple[Bulletin, ...]] = field(default_factory=dict)

    def time(self, at: datetime | None) -> str:
        return say_time(at, now=self.now, zone=self.zone) if at else ""


def case_rows(seen: Seen) -> tuple[CaseRow, ...]:
    """Return the page's headings with what happened to each; added steps and instances stand after theirs."""
    state = seen.case.state
    if state is None:
        return ()
    by_name = {row.name: row for row in with_names(rows_of(seen.case.page.page))}
    return tuple(_rows(seen, state, by_name))


def _rows(seen: Seen, state: State, by_name: Mapping[str, Row]) -> Iterator[CaseRow]:
    nodes = {**seen.case.page.nodes, **{added.node.key: added.node for added in state.added}}
    shown = set()
    for key, instance, node in every_node(seen.case.page.program, state):
        row = by_name.get(nodes[key].name)
        name = step_name(seen.case.page.program, key, instance) if not _added(state, key) else nodes[key].name
        shown.add(nodes[key].name)
        yield _row(seen, nodes[key], node, _Named(row, _readable(name, instance), (key, instance_text(instance))))
    yield from (_unopened(row) for name, row in by_name.items() if name not in shown)


def _added(state: State, key: str) -> bool:
    return any(added.node.key == key for added in state.added)


def _readable(name: str, instance: tuple[int, ...]) -> str:
    """Return a step's name; instances count from one for people: “Sign (2)”."""
    plain = name.partition("[")[0] if instance else name
    return plain + "".join(f" ({number + 1})" for number in instance)


def _unopened(row: Row) -> CaseRow:
    """Return a heading inside a For each whose instances do not exist yet."""
    return CaseRow(
        key=row.name, name=row.name, anchor=row.anchor, mark=row.mark, look="", group=row.group, tag="", tone="",
        happened="", says=row.says, why="", now=False, guidance="", checklist=(), quotation="",
    )  # fmt: skip


class _Named(NamedTuple):
    """A step's heading on the page, if it has one, what it is called here, and where its asks are."""

    row: Row | None
    name: str
    spot: Spot


def _row(seen: Seen, node: Node, at: NodeState, named: _Named) -> CaseRow:
    row, name, spot = named
    step = row.step if row else Step(name, 2)
    facts = seen.case.state.facts if seen.case.state else {}
    alive = at.status in ("open", "waiting", "stuck")
    return CaseRow(
        key=node.key,
        name=name,
        anchor=row.anchor if row else "added",
        mark=_mark(at, row),
        look=_look(node, at),
        group=node.kind is Kind.GROUP,
        tag=_tag(seen, node, at),
        tone="r" if at.late and alive else TONES.get(at.status, "n"),
        happened=_happened(seen, node, at, spot),
        says=row.says if row else f"Added for {node.who}." if node.who else "Added.",
        why=in_names(at.why) if at.status == "stuck" else _rejected(seen, at, spot),
        now=alive and node.kind is not Kind.GROUP,
        guidance=filled(step.guidance, facts) if "{" in step.guidance else step.guidance,
        checklist=step.checklist,
        quotation=step.quotation or "",
        ticked=_ticked(seen, spot) if at.status == "done" else frozenset(),
        acts=seen.acts.get(spot, ()) if alive else (),
        bulletins=seen.bulletins.get(node.key, ()) if alive else (),
    )


def _mark(at: NodeState, row: Row | None) -> str:
    if row is not None and row.group:
        return ""
    match at.status:
        case "done" | "overridden":
            return "✓"
        case "stuck":
            return "!"
        case status if status in SETTLED:
            return "–"
        case _:
            return row.mark if row else "+"


def _look(node: Node, at: NodeState) -> str:
    late = " late" if at.late and at.status == "open" else ""
    if at.status == "idle" and node.repair_of:
        return "passed"
    return LOOKS.get(at.status, "passed") + late


def _tag(seen: Seen, node: Node, at: NodeState) -> str:
    """Say a status in a word or two."""
    if node.kind is Kind.GROUP and at.status in ("open", "done", "idle"):
        return ""
    match at.status:
        case "idle":
            return ""
        case "done":
            return _done(at)
        case "open":
            since = say_length(seen.now - at.at) if at.at and seen.now > at.at else ""
            return f"{'late, ' if at.late else ''}open {since}".strip()
        case "waiting":
            return {"look": "looking", "repair": "rejected"}.get(at.how, "waits")
        case status:
            return status


def _done(at: NodeState) -> str:
    match at.how:
        case "observed":
            return "observed"
        case "kept":
            return f"kept from round {at.kept.round}" if at.kept and at.kept.round else "kept"
        case "automatic":
            return "by Doorstep"
        case _:
            return at.outcome if at.outcome not in ("", "done") else ""


def _happened(seen: Seen, node: Node, at: NodeState, spot: Spot) -> str:
    """Say who settled a step, how, and when."""
    if at.status not in SETTLED or node.kind is Kind.GROUP or at.status in ("not taken", "cancelled"):
        return ""
    when = seen.time(at.at)
    who = name_of(UUID(at.by)) if at.by else ""
    channel = _channel(seen, spot)
    match at.status, at.how:
        case "done", "observed":
            return f"It was so already in the system of record, seen {when}."
        case "done", "answer" | "ahead" | "kept" if who:
            return " · ".join((f"{who}, {when}{channel}", *_given(seen, node)))
        case "done", _:
            return f"Done, {when}"
        case "not needed", _:
            return "not needed this time"
        case status, _:
            return f"{status} by {who or 'the page'}, {when}" + (f": {at.why}" if at.why else "")


def _channel(seen: Seen, spot: Spot) -> str:
    """Say where the last answer was given, or how it is known who gave it."""
    answered = [ask for ask in seen.asks.get(spot, []) if ask.state == "answered"]
    how = how_known(_answer(seen, answered[-1]), answered[-1].proof) if answered else ""
    return f", {how}" if how else ""


def _rejected(seen: Seen, at: NodeState, spot: Spot) -> str:
    """Say who rejected what waits to be asked again, or was asked again, and why."""
    rejected = [ask for ask in seen.asks.get(spot, []) if ask.outcome == "rejected" and ask.answered_by]
    mended = at.status == "open" and at.round > 1
    if not rejected or not (mended or (at.status, at.how) == ("waiting", "repair")):
        return ""
    ask, answer = rejected[-1], _answer(seen, rejected[-1])
    when = ", ".join(filter(None, (name_of(ask.answered_by), seen.time(ask.settled_at), how_known(answer, ask.proof))))
    why = f": “{answer['comment']}”" if answer.get("comment") else "."
    return (
        f"Rejected by {when}{why} {'It was mended and is asked again.' if mended else 'Asked again once it is mended.'}"
    )


def _answer(seen: Seen, ask: Ask) -> Mapping[str, object]:
    """Return what was kept of an answer; nothing where nobody who is asked gave one."""
    return seals.unseal_json(seen.case.salt, bytes(ask.answer)) if ask.answer else {}


def _ticked(seen: Seen, spot: Spot) -> frozenset[str]:
    """Return the items that were ticked with the last answer."""
    answered = [ask for ask in seen.asks.get(spot, []) if ask.state == "answered" and ask.answer]
    ticked = _answer(seen, answered[-1]).get("ticked") if answered else None
    return frozenset(map(str, ticked)) if isinstance(ticked, list) else frozenset()


def _given(seen: Seen, node: Node) -> Iterator[str]:
    """Yield what a step filled in, as it is known now: “go-live 12 March 2026”."""
    facts = seen.case.state.facts if seen.case.state else {}
    for name in node.gives:
        if text := said(facts.get(name), zone=seen.zone):
            yield text if text.lower().startswith(name.lower()) else f"{name} {text}"
