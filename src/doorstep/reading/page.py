"""The page as a value: what its cards, facts and text say, each with where it stands.

`reading.text` makes it from Markdown and back, `reading.compile` turns it into a kernel program,
`reading.sentences` and `reading.flow` show it.  Expressions stay text here; `reading.feel` reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from doorstep.reading.place import Expr as Expr  # noqa: PLC0414 - read together with the page
from doorstep.reading.place import Fault as Fault  # noqa: PLC0414
from doorstep.reading.place import Place as Place  # noqa: PLC0414
from doorstep.reading.place import Severity as Severity  # noqa: PLC0414

# -- Addressees ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Role:
    """A role, with a scope if one is named: ``Tax lead (country: {country})``."""

    name: str
    scope: tuple[tuple[str, str], ...] = ()  # (scope name, "{fact}" or a literal)


@dataclass(frozen=True, slots=True)
class Address:
    """A person by address, or somebody outside without account."""

    address: str


@dataclass(frozen=True, slots=True)
class FactHolder:
    """The person, role or address that a fact holds: ``{contact}``."""

    fact: str


@dataclass(frozen=True, slots=True)
class Starter:
    """``whoever started this``."""


@dataclass(frozen=True, slots=True)
class Doer:
    """``whoever did "X"``."""

    step: str


@dataclass(frozen=True, slots=True)
class ManagerOf:
    """``manager of <addressee>``."""

    of: Addressee


Addressee = Role | Address | FactHolder | Starter | Doer | ManagerOf


@dataclass(frozen=True, slots=True)
class Who:
    """The Who of a card: an addressee, on a channel if one matters, or several."""

    addressee: Addressee
    channel: str | None = None  # as written: "e-mail", "Jira", "Salesforce"
    count: int | None = None  # 2 of <role>
    each: str | None = None  # each of {list}: the fact's name
    one_at_a_time: bool = False  # one after another
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Where:
    """The channel and the record: ``Jira, in {release}`` adopts, ``Jira, new in DEP`` creates."""

    channel: str
    record: str | None = None  # the fact that holds the record
    new_in: str | None = None
    place: Place = field(default=Place(), compare=False)


# -- Kinds of facts --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FactKind:
    """``name`` is text, number, money, yes/no, date, time, date and time, duration, choice, person,
    e-mail address, country, file, list or record.
    """

    name: str
    of: FactKind | None = None  # list of <kind>
    options: tuple[str, ...] = ()  # choice (a, b)
    system: str | None = None  # a record: "Salesforce"
    type: str | None = None  # a record: "Opportunity", "issue"


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of the fact table.  ``source`` is the From cell as written."""

    name: str
    kind: FactKind
    source: str = "whoever starts"
    required: bool = False
    place: Place = field(default=Place(), compare=False)
    source_place: Place = field(default=Place(), compare=False)


# -- What a step does --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Confirm:
    words: str = ""  # as written, when the card says what is confirmed


@dataclass(frozen=True, slots=True)
class Approve:
    covered: tuple[str, ...]  # fact names
    words: str = ""  # as written: "{contract}, {value}"


@dataclass(frozen=True, slots=True)
class Field:
    """One fact to fill in: ``go-live (date, opportunity.Go-live date)``."""

    name: str
    kind: FactKind | None = None
    source: str | None = None  # "opportunity.Go-live date"


@dataclass(frozen=True, slots=True)
class FillIn:
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Choose:
    fact: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Read:
    what: str


@dataclass(frozen=True, slots=True)
class AnswerIt:
    fact: str


@dataclass(frozen=True, slots=True)
class Do:
    connector: str
    action: str
    arguments: tuple[tuple[str, Expr], ...] = ()
    gives: tuple[tuple[str, str], ...] = ()  # (fact, result name)


@dataclass(frozen=True, slots=True)
class SetFields:
    """``Set: opportunity.Delivery status = "Delivered"``: (record fact, field label, value)."""

    assignments: tuple[tuple[str, str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Decide:
    fact: str
    policy: str


@dataclass(frozen=True, slots=True)
class Wait:
    """``2 days``, ``until {date}``, ``30 days before {date}``, or ``for "message" about {fact}``."""

    time: str | None = None
    message: str | None = None
    about: Expr | None = None


@dataclass(frozen=True, slots=True)
class RunProcess:
    process: str
    arguments: tuple[tuple[str, Expr], ...] = ()
    gives: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Tell:
    """What it says is the quotation under the card (`Step.quotation`)."""

    addressee: Addressee
    channel: str | None = None
    sender: Addressee | None = None  # "from whoever started this"


Action = Confirm | Approve | FillIn | Choose | Read | AnswerIt | Do | SetFields | Decide | Wait | RunProcess | Tell


# -- Cards -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CardHandler:
    """One way on, as a card says it.

    ``do`` is one of: skip, end, end the case, fail, go on, go back, go to, repair, ask instead,
    also ask, tell, run.  ``target`` is a step's or process's name, ``who`` an addressee, ``rounds`` and
    ``then`` belong to repair.
    """

    do: str
    target: str | None = None
    who: Addressee | None = None
    rounds: int | None = None
    then: CardHandler | None = None
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Due:
    """``time`` is canonical: "1 hour", "2 working days by 17:00", "{date}"."""

    time: str
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Remind:
    every: str  # "1 working day"
    times: int | None = None


@dataclass(frozen=True, slots=True)
class OrderOf:
    """``how`` is in turn, all at once, any order, first wins, n of or one of them."""

    how: str
    wanted: int = 1


@dataclass(frozen=True, slots=True)
class After:
    """``steps`` empty: start."""

    steps: tuple[str, ...]
    any_of: bool = False


@dataclass(frozen=True, slots=True)
class EachOf:
    item: str
    items: str  # the fact's name
    one_at_a_time: bool = False


@dataclass(frozen=True, slots=True)
class Until:
    count: int | None = None
    outcome: str | None = None
    condition: Expr | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What the list under a step's heading says.  A key that is absent is None or empty.

    ``unread`` holds the items that have a fault, as written, so that writing the page loses nothing.
    """

    who: Who | None = None
    where: Where | None = None
    action: Action | None = None
    due: Due | None = None
    remind: Remind | None = None
    if_late: tuple[CardHandler, ...] = ()
    if_rejected: tuple[CardHandler, ...] = ()
    if_fails: tuple[CardHandler, ...] = ()
    only_if: Expr | None = None  # text "otherwise" for the last of one of them
    not_before: Expr | None = None  # a condition
    not_before_time: str | None = None  # or a date, or "30 days before {date}"
    done_when: Expr | None = None
    order: OrderOf | None = None
    after: After | None = None
    each: EachOf | None = None
    until: Until | None = None
    not_by: tuple[Addressee, ...] = ()
    same_as: Addressee | None = None
    proof: str | None = None
    then: CardHandler | None = None
    show: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    attach: tuple[str, ...] = ()
    again: str | None = None
    checklist: str | None = None  # read-do, do-confirm
    control: str | None = None
    unread: tuple[str, ...] = ()
    places: tuple[tuple[str, Place], ...] = field(default=(), compare=False)  # key -> where its value starts


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    text: str
    killer: bool = False
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Step:
    """A heading with a card or with steps below it.  ``body`` is its prose, kept byte for byte.

    ``name`` is plain text; ``heading`` is what the page has when that holds markup.
    """

    name: str
    level: int
    card: Card | None = None
    body: str = ""
    guidance: str = ""  # the body without checklist and quotation
    quotation: str | None = None
    checklist: tuple[ChecklistItem, ...] = ()
    links: tuple[tuple[str, str], ...] = ()  # (text, address)
    steps: tuple[Step, ...] = ()
    heading: str = field(default="", compare=False)
    place: Place = field(default=Place(), compare=False)

    def walk(self) -> Iterator[Step]:
        """Yield this step and all below it in page order."""
        yield self
        for step in self.steps:
            yield from step.walk()


@dataclass(frozen=True, slots=True)
class Starts:
    """One way to start: ``how`` is by hand, mail, record, change, schedule, webhook or process."""

    how: str
    what: str = ""
    place: Place = field(default=Place(), compare=False)


EVERYBODY = "everybody"  # the audience that needs no role: all people of the organisation


@dataclass(frozen=True, slots=True)
class TitleCard:
    owner: Addressee | None = None
    expert: Addressee | None = None
    group: str | None = None
    audience: tuple[str, ...] = ()
    called: str | None = None
    starts: tuple[Starts, ...] = ()
    needed_by: str | None = None
    again: str | None = None
    review: str | None = None
    calendar: str | None = None
    currency: str | None = None
    category: str | None = None
    control: str | None = None
    unread: tuple[str, ...] = ()  # items that have a fault, as written
    places: tuple[tuple[str, Place], ...] = field(default=(), compare=False)

    @property
    def for_everybody(self) -> bool:
        return any(name.casefold() == EVERYBODY for name in self.audience)


@dataclass(frozen=True, slots=True)
class Page:
    r"""One process as its page says it.

    ``preamble`` is what stands above the title, ``body`` the prose between its card and the table of
    facts, ``tail`` what follows the table up to the first step.  Texts have "\n" between lines;
    ``newline`` is what the file has.
    """

    title: str
    card: TitleCard = TitleCard()
    body: str = ""
    facts: tuple[Fact, ...] = ()
    steps: tuple[Step, ...] = ()
    file: str = ""
    preamble: str = ""
    tail: str = ""
    unread: tuple[str, ...] = ()  # rows of the table of facts that have a fault
    newline: str = "\n"
    heading: str = field(default="", compare=False)

    def walk(self) -> Iterator[Step]:
        """Yield every step in page order."""
        for step in self.steps:
            yield from step.walk()
