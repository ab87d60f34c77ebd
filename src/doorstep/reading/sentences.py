"""What a card says, as sentences: the face of a page that readers see.

    **Legal counsel** approves the contract and its value, by e-mail, within one working day; not whoever
    started it. If rejected, whoever started it amends the contract and we ask again, three times at most.

The result is Markdown with nothing but ``**bold**`` (who) and `` `code` `` (a condition without simple words).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import assert_never

from doorstep.reading import words
from doorstep.reading.page import (
    AnswerIt,
    Approve,
    Card,
    CardHandler,
    Choose,
    Confirm,
    Decide,
    Do,
    FillIn,
    OrderOf,
    Page,
    Read,
    RunProcess,
    SetFields,
    Step,
    Tell,
    Wait,
)

ORDERS = {
    "in turn": "In turn.",
    "all at once": "All at once.",
    "any order": "In any order, one at a time.",
    "first wins": "The first one counts; the rest is withdrawn.",
    "one of them": "One of them, the first that fits.",
}


WAYS_ON = {
    "go back": "we go back to “{target}”",
    "go to": "we go to “{target}”",
    "run": "we run “{target}”",
    "ask instead": "we ask {who} instead",
    "also ask": "we also ask {who}",
    "tell": "we tell {who}",
    "skip": "it is skipped",
    "end": "what follows in its part is left out",
    "end the case": "all of it ends",
    "fail": "all of it has failed",
    "go on": "we go on",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A step's heading and what its card says; ``text`` is empty when there is nothing to say."""

    name: str
    level: int
    text: str


def sentences(page: Page) -> tuple[Said, ...]:
    """Return what every step says, in page order."""
    return tuple(Said(step.name, step.level, sentence(step, page)) for step in page.walk())


def sentence(step: Step, page: Page) -> str:
    """Return what one step's card says."""
    if step.card is None:
        return ORDERS["in turn"] if step.steps else ""
    parts = [_main(step, page), *_order(step.card), *_by_itself(step.card), *_ways_on(step, page)]
    return " ".join(part for part in parts if part)


def plain(text: str) -> str:
    """Return a sentence without its marks, for plain text."""
    return re.sub(r"\*\*|`", "", text)


# -- The main sentence ---------------------------------------------------------------------------


def _main(step: Step, page: Page) -> str:
    card = step.card
    assert card is not None
    if card.who is None and card.action is None:
        said = (_lead(card) + _how(card).removeprefix(", ")).rstrip(" ,")
        return _capital(said) + "." if said else ""
    text = _lead(card) + _subject(step) + " " + _predicate(step, page) + _how(card)
    return _capital(text) + _exclusions(card) + "."


def _capital(text: str) -> str:
    start = len(text) - len(text.lstrip("*"))
    if "@" in text.split(" ", 1)[0]:
        return text  # an address is written as it is
    return text[:start] + text[start : start + 1].upper() + text[start + 1 :]


def _lead(card: Card) -> str:
    """Say what comes before the main clause: after what, for which, only if, not before."""
    parts = []
    if card.after is not None:
        steps = [f"“{name}”" for name in card.after.steps]
        parts.append(f"after {words.listed(steps, 'or' if card.after.any_of else 'and')}" if steps else "at the start")
    if card.each is not None:
        turn = ", one at a time" if card.each.one_at_a_time else ""
        parts.append(f"for each {card.each.item} of the {card.each.items}{turn}")
    if card.only_if is not None:
        text = card.only_if.text
        parts.append("otherwise" if text == "otherwise" else f"only if {words.condition(text)}")
    before = card.not_before_time or (card.not_before and words.condition(card.not_before.text))
    if before:
        parts.append(f"not before {words.duration(before)}")
    return "".join(f"{part}, " for part in parts)


def _subject(step: Step) -> str:
    card = step.card
    assert card is not None
    if card.who is None:
        return "it" if isinstance(card.action, Wait) else "Doorstep"
    who = card.who
    if who.each is not None:
        return f"**each of the {who.each}**" + (", one after another," if who.one_at_a_time else "")
    name = words.addressee(who.addressee)
    return f"**{words.number(who.count)} of {name}**" if who.count else f"**{name}**"


def _predicate(step: Step, page: Page) -> str:
    card = step.card
    assert card is not None
    several = card.who is not None and bool(card.who.count)
    said = _does(step, page)
    return re.sub(r"^(\w+?)(es|s)\b", lambda m: _plural(m[0]), said) if several else said


def _plural(verb: str) -> str:
    known = {"approves": "approve", "confirms": "confirm", "reads": "read", "fills": "fill", "chooses": "choose"}
    return known.get(verb, verb.removesuffix("s"))


def _does(step: Step, page: Page) -> str:
    assert step.card is not None
    match step.card.action:
        case None | Confirm():
            return _does_heading(step.name, "confirms")
        case Approve(covered=covered):
            return f"approves {_covered(covered, page)}" if covered else _does_heading(step.name, "approves")
        case FillIn(fields=fields):
            return f"fills in {words.listed(_the(field.name) for field in fields)}"
        case Choose(fact=fact, options=options):
            return f"chooses {_the(fact)}: {words.listed(options, 'or')}"
        case Read(what=what):
            return f"reads {words.fact_names(what)}"
        case AnswerIt(fact=fact):
            return f"answers: {fact}"
        case Do(connector=connector, action=action):
            return f"does {action} in {connector}"
        case SetFields(assignments=assignments):
            return f"sets {words.listed(_assigned(record, field, page) for record, field, _ in assignments)}"
        case Decide(fact=fact):
            return f"decides {_the(fact)} by the table"
        case Wait():
            return _waits(step.card.action)
        case RunProcess(process=process):
            return f"runs “{process}”"
        case Tell(addressee=addressee):
            return f"tells {words.addressee(addressee)}"
        case _:
            assert_never(step.card.action)


def _the(fact: str) -> str:
    return f"the {fact}"


def _does_heading(heading: str, verb: str) -> str:
    return words.third_person(heading) if words.is_an_order(heading) else f"{verb} “{heading}”"


def _covered(names: tuple[str, ...], page: Page) -> str:
    """Say what is covered: a thing "and its" rest, or one by one."""
    kind = next((fact.kind.name for fact in page.facts if fact.name == names[0]), "text")
    article = "its" if kind in ("file", "record") else "the"
    return words.listed([f"the {names[0]}", *(f"{article} {name}" for name in names[1:])])


def _assigned(record: str, field: str, page: Page) -> str:
    system = next((fact.kind.system for fact in page.facts if fact.name == record), None)
    return f"the {field[:1].lower() + field[1:]}" + (f" in {system}" if system else f" of the {record}")


def _waits(wait: Wait) -> str:
    if wait.message is not None:
        about = f" about the {wait.about.text}" if wait.about else ""
        return f"waits for “{wait.message}”{about}"
    time = wait.time or ""
    return f"waits {'until ' if time.startswith('{') else ''}{words.duration(time)}"


def _how(card: Card) -> str:
    """Say where, by when, shown what, with what."""
    parts = [*_channel(card), *_sender(card)]
    if card.until is not None:
        parts.append(_until(card))
    if card.due is not None:
        parts.append(words.deadline(card.due.time))
    if card.attach:
        parts.append("with " + words.listed(f"the {name}" for name in card.attach))
    return "".join(f", {part}" for part in parts)


def _channel(card: Card) -> list[str]:
    if card.where is not None:
        place = f" on the {card.where.record}" if card.where.record else ""
        place = f" as a new one in {card.where.new_in}" if card.where.new_in else place
        return [f"in {card.where.channel}{place}"]
    channel = card.who.channel if card.who else getattr(card.action, "channel", None)
    return [f"by {channel}"] if channel else []


def _sender(card: Card) -> list[str]:
    sender = card.action.sender if isinstance(card.action, Tell) else None
    return [f"from {words.addressee(sender)}"] if sender else []


def _until(card: Card) -> str:
    assert card.until is not None
    if card.until.count is not None:
        return f"until {words.number(card.until.count)} have {card.until.outcome}"
    return f"until {words.condition(card.until.condition.text)}" if card.until.condition else ""


def _exclusions(card: Card) -> str:
    parts = [f"not {words.addressee(who)}" for who in card.not_by]
    if card.same_as is not None:
        parts.append(f"the same person as {words.addressee(card.same_as)}")
    return f"; {words.listed(parts)}" if parts else ""


# -- The sentences after it ------------------------------------------------------------------------


def _order(card: Card) -> list[str]:
    return [_order_words(card.order)] if card.order else []


def _order_words(order: OrderOf) -> str:
    if order.how == "n of":
        return _capital(f"{words.number(order.wanted)} of them; the rest is withdrawn.")
    return ORDERS[order.how]


def _by_itself(card: Card) -> list[str]:
    said = []
    if card.done_when is not None:
        said.append(f"Nobody is asked once {words.condition(card.done_when.text)}.")
    if card.proof is not None:
        said.append(f"The answer needs at least: {card.proof}.")
    return said


def _ways_on(step: Step, page: Page) -> list[str]:
    card = step.card
    assert card is not None
    said = [
        f"{lead}, {words.listed(_handled(handler, page) for handler in handlers)}."
        for lead, handlers in (
            ("If late", card.if_late),
            ("If rejected", card.if_rejected),
            ("If it fails", card.if_fails),
        )
        if handlers
    ]
    return [*said, *([f"Then {_handled(card.then, page)}."] if card.then else [])]


def _handled(handler: CardHandler, page: Page) -> str:
    if handler.do == "repair":
        return _repaired(handler, page)
    who = words.addressee(handler.who) if handler.who else ""
    return WAYS_ON[handler.do].format(target=handler.target, who=who)


def _repaired(handler: CardHandler, page: Page) -> str:
    name = handler.target or ""
    step = next((step for step in page.walk() if step.name == name), None)
    who = step.card.who if step and step.card else None
    subject = words.addressee(who.addressee) if who else "Doorstep"
    limit = f", {words.times(handler.rounds)} at most" if handler.rounds else ""
    after = f", then {_handled(handler.then, page)}" if handler.then else ""
    does = words.third_person(name) if words.is_an_order(name) else f"does “{name}”"
    return f"{subject} {does} and we ask again{limit}{after}"
