"""What a page means to the kernel: a tree of nodes with links between siblings.

A program is made from a version's text (``reading.compile``) or by hand in tests; it is cached by
content hash and never stored.  Everything that is text in it (addressees, specs) is opaque here:
`people` decides who an addressee is, `chase` computes when a spec ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

ROOT = ""
"""The key of the root node: the case itself.  In `Node.not_by` it stands for whoever started it."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The third truth value, with the reason in a sentence.

    ``wrong`` is true for a type error, which makes a step stuck even where unknown means "not yet".
    """

    why: str
    wrong: bool = False


class Scope(Protocol):
    """What a condition may see: the facts in force at its place and what the steps offer."""

    @property
    def now(self) -> datetime:
        """The event's time, aware."""

    def fact(self, name: str) -> object:
        """Return the fact's value (inner names first), or None while it is unknown."""

    def step(self, key: str, offer: str) -> object:
        """Return what a step offers: done, approved, rejected, skipped, late, round, by, at, answers."""


class Condition(Protocol):
    """A question over facts and steps.  ``reads`` holds fact names, and ``#key`` for a step."""

    @property
    def reads(self) -> frozenset[str]: ...

    def truth(self, scope: Scope) -> bool | Unknown: ...


class Formula(Protocol):
    """A value made from facts and steps: a derived fact, the list of a For each, a decision."""

    @property
    def reads(self) -> frozenset[str]: ...

    def value(self, scope: Scope) -> object | Unknown: ...


class Kind(StrEnum):
    """What a node is.  The case itself is a GROUP with the key ROOT."""

    GROUP = "group"
    ASK = "ask"
    ACTION = "action"  # Do and Set: CallAction, settled by ActionEnded
    TELL = "tell"  # settles at once with Tell
    WAIT = "wait"  # a timer (`spec`) or a message (`message`)
    DECIDE = "decide"  # `decision` gives facts, settles at once
    RUN = "run"  # StartCase, settled by CaseEnded


class Verb(StrEnum):
    """What an ask wants; it decides which outcomes are possible."""

    CONFIRM = "confirm"
    APPROVE = "approve"
    FILL_IN = "fill in"
    CHOOSE = "choose"
    READ = "read"
    ANSWER = "answer"


OUTCOMES: Mapping[Verb, tuple[str, ...]] = {
    Verb.CONFIRM: ("done", "rejected"),
    Verb.APPROVE: ("approved", "rejected", "changes wanted"),
    Verb.FILL_IN: ("done",),
    Verb.CHOOSE: ("done",),
    Verb.READ: ("done",),
    Verb.ANSWER: ("done",),
}


class Order(StrEnum):
    """How the members of a group take turns (rule 5).

    What follows what is said by links alone: the members of a group in turn carry a link to the
    member before them (whoever makes the program gives it); a member without links opens when its
    group opens.  Repair steps carry no links.
    """

    IN_TURN = "in turn"
    ALL_AT_ONCE = "all at once"
    ANY_ORDER = "any order, one at a time"
    N_OF = "n of"  # `wanted`; first wins is wanted=1
    ONE_OF = "one of them"


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow from a sibling; taken when its source settled well and the condition holds (rule 1)."""

    source: str
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Spec:
    """When a timer ends, as the page says it; never an instant (rule 13).

    The canonical ``text`` is one of ``4 working hours``, ``2 working days by 17:00``, ``2 days``,
    ``{fact}``, ``30 days before {fact}``, ``2 days after {fact}``, ``2026-03-12``, ``18:00``.  ``facts`` are the facts it reads:
    while one is unknown no timer runs; when one changes the timer is started anew.  ``whose`` is the
    addressee whose calendar counts, None for the page's.
    """

    text: str
    facts: tuple[str, ...] = ()
    whose: str | None = None


# -- Handlers (rule 7) ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Skip:
    """The step settles as skipped and the page goes on."""


@dataclass(frozen=True, slots=True)
class GoBack:
    """``go back to "X"``: everything from X on gets a new round (rule 8)."""

    to: str


@dataclass(frozen=True, slots=True)
class Repair:
    """``"R", then ask again (at most n times[, then ...])``; rounds None is no limit."""

    step: str
    rounds: int | None = None
    then: End | AskInstead | None = None


@dataclass(frozen=True, slots=True)
class GoTo:
    """``go to "X"``, forwards; what lies between is not taken."""

    to: str


@dataclass(frozen=True, slots=True)
class End:
    """What follows in the step's own sequence is not taken."""


@dataclass(frozen=True, slots=True)
class EndCase:
    """The case closes; ``failed`` is the handler `fail`."""

    failed: bool = False


@dataclass(frozen=True, slots=True)
class GoOn:
    """A rejection or a failure is taken as information."""


@dataclass(frozen=True, slots=True)
class AskInstead:
    """Withdrawn and asked anew of somebody else, in the same round."""

    who: str


@dataclass(frozen=True, slots=True)
class AlsoAsk:
    """Somebody else is asked beside."""

    who: str


@dataclass(frozen=True, slots=True)
class TellThem:
    """Somebody is told that it is late, was rejected or failed."""

    who: str


@dataclass(frozen=True, slots=True)
class RunBeside:
    """Another process is started beside."""

    process: str


Handler = Skip | GoBack | Repair | GoTo | End | EndCase | GoOn | AskInstead | AlsoAsk | TellThem | RunBeside


@dataclass(frozen=True, slots=True)
class ForEach:
    """Instances of a node (rule 6).

    ``items`` gives the list (``n of <role>`` compiles to the list 0..n-1 with ``exclusive``: the
    instances exclude each other's answerers).  ``item`` is the name of the item's fact inside.
    ``until`` ends it early: a condition, or a count of an outcome.
    """

    items: Formula
    item: str | None = None
    one_at_a_time: bool = False
    until: Condition | None = None
    until_count: tuple[int, str] | None = None  # (2, "approved")
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """One thing of the page.  Keys are identities; names are what people read."""

    key: str
    name: str
    kind: Kind
    parent: str | None = ROOT
    order: Order = Order.IN_TURN  # of a GROUP
    wanted: int = 1  # of Order.N_OF
    links: tuple[Link, ...] = ()  # none: opens when its group opens
    any_of: bool = False  # After: any of
    # An ask
    verb: Verb = Verb.CONFIRM
    who: str | None = None  # the addressee as written on the card, canonical
    not_by: frozenset[str] = frozenset()  # keys of steps; ROOT is whoever started it
    covers: tuple[str, ...] = ()  # facts an approval covers (rule 9)
    gives: tuple[str, ...] = ()  # facts an answer must give (Fill in, Choose, Answer), a result may (Do, Run)
    # Facts its card names: covered, shown, given, in its conditions, its item (rule 8)
    names: frozenset[str] = frozenset()
    looks: frozenset[str] = frozenset()  # linked records its Done when or Fill in reads (rule 2)
    observable: bool = False  # Fill in with every fact from a record's field (rule 4)
    # Conditions of the card
    only_if: Condition | None = None
    not_before: Condition | None = None
    not_before_spec: Spec | None = None
    done_when: Condition | None = None
    otherwise: bool = False
    # Doing
    call: str | None = None  # Do and Set, Run: what to call, opaque
    sets: tuple[str, ...] = ()  # facts of records a Set writes, for reports
    spec: Spec | None = None  # of a WAIT
    message: str | None = None  # of a WAIT for a message
    about: Formula | None = None
    decision: Formula | None = None  # gives a mapping of facts
    # Handlers
    due: Spec | None = None
    if_late: tuple[Handler, ...] = ()
    if_rejected: tuple[Handler, ...] = ()
    if_fails: tuple[Handler, ...] = ()
    then: End | EndCase | GoTo | None = None
    repair_of: frozenset[str] = frozenset()  # a repair step: the steps that ask for it
    again_always: bool = False
    each: ForEach | None = None


@dataclass(frozen=True, slots=True)
class Derived:
    """A fact made from others: a field of a linked record, a fixed value, a condition."""

    name: str
    formula: Formula


@dataclass(frozen=True)
class Program:
    """Nodes in page order with the root first, and what is derived.

    ``records`` are the facts that hold linked records; observed fields are merged into them.
    ``sources`` maps a fact to the record field it is filled from, as a path: a Fill in fact
    (``go-live`` from ``opportunity.Go-live date``).
    ``required`` facts must be known at start.  ``hash`` is the content hash of the version's text.
    A program has no slots, so that its index can be kept on it.
    """

    nodes: tuple[Node, ...]
    derived: tuple[Derived, ...] = ()
    records: frozenset[str] = frozenset()
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    hash: str = ""
