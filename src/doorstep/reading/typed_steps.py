"""Steps and facts made of what typed lines want."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from doorstep.reading.page import (
    Action,
    Approve,
    Card,
    CardHandler,
    Choose,
    Confirm,
    Due,
    Fact,
    FactKind,
    Field,
    FillIn,
    OrderOf,
    Read,
    Starter,
    Step,
    Where,
    Who,
)
from doorstep.reading.typed_names import Named
from doorstep.reading.typed_verbs import FILE, ISSUE, Wish, choices, fact_name, kind_of, short_name, things

GROUP = "All at once"
JIRA = FactKind("record", system="Jira", type="issue")
_LONGEST = 120


class NoName(ValueError):
    """What a line speaks of has no name a fact could have; the message is for whoever typed it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A step, the repair step it may need, and whether it opens only after those before it."""

    step: Step
    repair: Step | None
    later: bool


@dataclass(slots=True)
class Made:
    """What the lines so far have made: facts with the words for them and their first value, and the names in use."""

    systems: frozenset[str]
    wanted: list[tuple[Fact, str, str]] = field(default_factory=list)
    given: dict[str, FactKind] = field(default_factory=dict)  # by steps of the present turn or before it
    fresh: set[str] = field(default_factory=set)  # by steps of the present turn
    names: set[str] = field(default_factory=set)
    repairs: dict[tuple[str, ...], Step] = field(default_factory=dict)

    def want(self, label: str, kind: FactKind, value: str) -> str:
        """Return the fact that whoever starts gives for a thing, made when no line has named it yet."""
        for fact, known, _ in self.wanted:
            if known.casefold() == label.casefold() and fact.kind == kind:
                return fact.name
        name = self.free("issue" if kind == JIRA else short_name(label), {fact.name for fact, _, _ in self.wanted})
        self.wanted.append((Fact(name, kind, required=kind.name != "record"), label, value))
        return name

    def free(self, name: str, taken: set[str]) -> str:
        """Return a name for a fact that no other has."""
        if not name:
            raise NoName("Expected a thing with a name, such as the go-live date, but got only signs or digits.")
        used = {one.casefold() for one in (*taken, *self.given)}
        return next(one for n in range(1, 99) if (one := name if n == 1 else f"{name} {n}").casefold() not in used)

    def step_name(self, name: str, who: Named) -> str:
        """Return a heading that no other step has."""
        short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 2].rsplit(' ', 1)[0]} …"
        tries = [short, f"{short} ({who.display})", *(f"{short} ({number})" for number in range(2, 99))]
        free = next(one for one in tries if one.casefold() not in self.names)
        self.names.add(free.casefold())
        return free


def made_of(making: Made, who: Named, wish: Wish, *, due: str | None, later: bool, by_mail: bool) -> Asked:
    """Return the step of one line.  Raises NoName."""
    action, reads = _action(making, wish)
    later = later or bool(reads & making.fresh)
    if later:
        making.fresh.clear()
    name = making.step_name(f"{wish.base[:1].upper()}{wish.base[1:]} {shown_object(wish)}", who)
    card = Card(who=Who(who.addressee, "e-mail" if by_mail else None), action=action, due=Due(due) if due else None)
    repair = _repair(making, wish, action) if isinstance(action, Approve) else None
    if repair:
        again = CardHandler("repair", target=repair.name, rounds=3)
        card = replace(card, if_rejected=(again,))
    elif isinstance(action, Confirm):
        card = _with_records(making, wish, replace(card, action=None))
    for one in action.fields if isinstance(action, FillIn) else ():
        making.given[one.name] = one.kind or FactKind("text")
        making.fresh.add(one.name)
    if isinstance(action, Choose):
        making.given[action.fact] = FactKind("choice", options=action.options)
        making.fresh.add(action.fact)
    return Asked(Step(name, 2, card), repair, later)


def _action(making: Made, wish: Wish) -> tuple[Action, set[str]]:
    """Return what the step asks for, and the facts of other steps it reads."""
    match wish.verb:
        case "approve":
            covered = tuple(dict.fromkeys(_covered(making, thing) for thing in things(wish.object)))
            return Approve(covered), set(covered) & making.given.keys()
        case "fill in":
            return FillIn(tuple(_fields(making, wish))), set()
        case "choose":
            return _choose(making, wish), set()
        case "read":
            files = [making.want(found[0], FactKind("file"), "") for found in FILE.finditer(wish.object)]
            return Read(", ".join(f"{{{name}}}" for name in files) or wish.object), set()
        case _:
            return Confirm(), set()


def _covered(making: Made, thing: str) -> str:
    name = fact_name(thing)
    known = next((one for one in making.given if one.casefold() == name.casefold()), None)
    if known:
        return known
    if found := FILE.search(thing):
        return making.want(found[0], FactKind("file"), "")
    kind = kind_of(thing)
    if kind.name in ("file", "money", "number", "date") and not any(sign.isdigit() for sign in thing):
        return making.want(thing, kind, "")
    return making.want(thing, FactKind("text"), thing)


def _fields(making: Made, wish: Wish) -> list[Field]:
    sent = wish.base in ("send us", "send me", "attach", "upload")
    fields: list[Field] = []
    for thing in things(wish.object):
        taken = {one.name for one in fields} | {fact.name for fact, _, _ in making.wanted}
        fields.append(Field(making.free(fact_name(thing), taken), kind_of(thing, sent=sent)))
    return fields


def _choose(making: Made, wish: Wish) -> Choose:
    name, options = choices(wish.object)
    if len(options) < 2:
        raise NoName('Expected at least two to choose from, as in "chooses between red and blue".')
    return Choose(making.free(name, {fact.name for fact, _, _ in making.wanted}), options)


def _repair(making: Made, wish: Wish, action: Approve) -> Step:
    """Return the step that mends what was rejected; one for all who approve the same."""
    known = making.repairs.get(action.covered)
    if known:
        return known
    kinds = {**making.given, **{fact.name: fact.kind for fact, _, _ in making.wanted}}
    fields = tuple(Field(name, kinds[name]) for name in action.covered)
    name = making.step_name(f"Amend {shown_object(wish)}", Named(Starter(), "you"))
    step = Step(name, 2, Card(who=Who(Starter()), action=FillIn(fields)))
    making.repairs[action.covered] = step
    return step


def _with_records(making: Made, wish: Wish, card: Card) -> Card:
    """Return the card with the files a line names shown, and asked in the issue it names."""
    files = tuple(making.want(found[0], FactKind("file"), "") for found in FILE.finditer(wish.object))
    card = replace(card, show=files)
    issue = ISSUE.search(wish.object)
    if issue and "jira" in making.systems and not (card.who and card.who.channel):
        return replace(card, where=Where("Jira", record=making.want(issue[0], JIRA, issue[0])))
    return card


def shown_object(wish: Wish) -> str:
    """Return what a wish is about, as it was typed."""
    return wish.object.strip(" .,;:?!")


# -- Order -------------------------------------------------------------------------------------------


def steps_of(asks: Sequence[Asked]) -> tuple[Step, ...]:
    """Return the steps in their order: what has no "then" between runs at once."""
    turns: list[list[Asked]] = []
    for asked in asks:
        if asked.later or not turns:
            turns.append([])
        turns[-1].append(asked)
    names = {step.name.casefold() for asked in asks for step in (asked.step, asked.repair) if step}
    found: list[Step] = []
    placed: set[str] = set()
    for number, turn in enumerate(turns, start=1):
        mends = {one.repair.name: one.repair for one in turn if one.repair and one.repair.name not in placed}
        placed |= set(mends)
        steps = (*(one.step for one in turn), *mends.values())
        if len(turn) == 1:
            found += steps
        else:
            found.append(_group(steps, _group_name(number, names)))
    return tuple(found)


def _group(steps: Sequence[Step], name: str) -> Step:
    inside = tuple(replace(step, level=3) for step in steps)
    return Step(name, 2, Card(order=OrderOf("all at once")), steps=inside)


def _group_name(number: int, names: set[str]) -> str:
    name = GROUP if number == 1 else f"Then, all at once ({number})" if number > 2 else "Then, all at once"
    while name.casefold() in names:
        name = f"{name} again"
    return name
