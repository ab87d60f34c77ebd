"""A case as one handoff has it: its row locked, its state open, its page at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Any
from uuid import UUID

from doorstep.cases import pages, saved, seals
from doorstep.cases.added import step_of
from doorstep.cases.models.journal import NOBODY
from doorstep.cases.refusals import NotFound
from doorstep.cases.statements import named, rows
from doorstep.kernel.state import State
from doorstep.reading.page import Step


@dataclass
class Loaded:
    """The columns of a case, and of the ask it was found by."""

    id: UUID
    number: int
    process_id: UUID
    version_id: UUID
    title: str
    starter: UUID
    status: str
    needed_by: datetime | None
    zone: str
    started_at: datetime
    closed_at: datetime | None
    suspended_at: datetime | None
    head: bytes
    seq: int
    state: State
    cards: saved.Cards
    salts: dict[UUID, bytes]
    handled: str | None = None
    ask: Mapping[str, Any] = field(default_factory=dict)
    page: pages.Indexed = field(init=False)
    """The page of the version the case runs on, with its program."""

    def __post_init__(self) -> None:
        self.page = pages.indexed(self.version_id)

    def step(self, key: str) -> Step | None:
        """Return a step as the page has it, or as it was added to this case; None for the case itself."""
        return step_of(self.cards[key]) if key in self.cards else self.page.steps.get(key)

    @property
    def salt(self) -> bytes:
        """What the case's own key is derived from."""
        return self.salts[NOBODY]


_COLUMNS = tuple(takewhile(lambda name: name != "state", Loaded.__dataclass_fields__))
"""Those columns of a case that are taken as they are."""


def load_case(case_id: UUID, *, key: str = "") -> Loaded:
    """Lock a case and read it.  Raises NotFound.  Call it inside a transaction."""
    return _loaded("load_case", {"case": case_id, "key": key}, "There is no such run. Open it from Home.")


def load_ask(ask_id: UUID, *, key: str = "") -> Loaded:
    """Lock the case of an ask and read both.  Raises NotFound.  Call it inside a transaction.

    The ask is as it was when the statement began to wait for the lock: the kernel decides, not its state.
    """
    return _loaded("load_ask", {"ask": ask_id, "key": key}, "There is no such question. Open it from Home.")


def load_asks(asks: Sequence[tuple[UUID, str]]) -> list[Loaded]:
    """Lock the cases of several asks, each given with its event key, in the order of the cases' ids."""
    parameters = {"asks": [ask for ask, _ in asks], "keys": [key for _, key in asks]}
    return [_made(row) for row in rows(named("load_asks"), parameters)]


def _loaded(name: str, parameters: Mapping[str, object], missing: str) -> Loaded:
    found = rows(named(name), parameters)
    if not found:
        raise NotFound(missing)
    return _made(found[0])


def _made(row: Mapping[str, Any]) -> Loaded:
    salts = _salts(row["salts"] or b"")
    state, cards = _opened(row["id"], row["head"], salts.get(NOBODY), row)
    return Loaded(
        **{name: row[name] for name in _COLUMNS},
        state=state,
        cards=cards,
        salts=salts,
        handled=row["handled"],
        ask=row if "ask_id" in row else {},
    )


def _salts(both: bytes) -> dict[UUID, bytes]:
    """Return salts by person: they come as the sixteen bytes of each person and the sixteen of their salt."""
    return {UUID(bytes=both[at : at + 16]): both[at + 16 : at + 32] for at in range(0, len(both), 32)}


_KEPT = 4096
_states: dict[UUID, tuple[bytes, UUID, State, saved.Cards]] = {}
"""The state each case had last in this process, with its head: the chain says whether it still is so."""


def _opened(case_id: UUID, head: bytes, salt: bytes | None, row: Mapping[str, Any]) -> tuple[State, saved.Cards]:
    """Return a case's state: as this process left it when nobody moved it since, else from its row."""
    known = _states.get(case_id)
    if known is not None and known[0] == head and known[1] == row["version_id"] and salt is not None:
        return known[2], known[3]
    content = seals.unseal(salt, bytes(row["state"]))
    return saved.read_state(content, row["version_id"]), saved.cards_of(content)


def keep_state(case: Loaded) -> None:
    """Remember the state a case was written with; a head that never was committed is never met again."""
    if len(_states) >= _KEPT:
        _states.clear()
    _states[case.id] = (case.head, case.version_id, case.state, case.cards)
