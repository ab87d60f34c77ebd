"""What a step asks for or does: the values of the verbs, both ways."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import assert_never

from doorstep.reading.addressees import read_addressee, read_channel, write_addressee
from doorstep.reading.kinds import read_fact_name, read_kind, write_kind
from doorstep.reading.page import (
    Action,
    AnswerIt,
    Approve,
    Choose,
    Confirm,
    Decide,
    Do,
    Expr,
    Field,
    FillIn,
    Read,
    RunProcess,
    SetFields,
    Tell,
    Wait,
)
from doorstep.reading.phrase import Phrase, Unreadable, quoted, unbraced, unquoted
from doorstep.reading.times import read_time

POLICIES = ("unique", "first", "any", "priority", "collect", "rule order", "output order")
"""The hit policies of a decision table."""

_BRACED = re.compile(r"\{([^{}\"]+)\}")
_FIELD = re.compile(r"(?P<name>[^()]+)(?:\((?P<inside>.*)\))?", re.DOTALL)
_CALL = re.compile(r"(?P<connector>[^\W\d_][\w-]*)\.(?P<action>[^\W\d_][\w .-]*)(?:\((?P<arguments>.*)\))?", re.DOTALL)
_PROCESS = re.compile(r"(?P<process>[^()]+)(?:\((?P<arguments>.*)\))?", re.DOTALL)
_MESSAGE = re.compile(r"for\s+(?P<message>\"(?:[^\"\\]|\\.)+\"|“[^”]+”)(?:\s+about\s+(?P<about>.+))?", re.IGNORECASE)
_PLACE = re.compile(r"(?P<record>[^.]+)\.(?P<field>.+)", re.DOTALL)
_LENGTH = re.compile(r"\d+ ")
_NAME = re.compile(r"[^(){}\"]+")


def read_confirm(phrase: Phrase) -> Confirm:
    return Confirm(phrase.text)


def read_approve(phrase: Phrase) -> Approve:
    return Approve(tuple(dict.fromkeys(name.strip() for name in _BRACED.findall(phrase.text))), phrase.text)


def read_fill_in(phrase: Phrase) -> FillIn:
    """Read ``go-live (date, opportunity.Go-live date), contact``.  Raises Unreadable."""
    return FillIn(tuple(_field(part) for part in phrase.split(key="Fill in")))


def _field(phrase: Phrase) -> Field:
    found = _FIELD.fullmatch(phrase.text)
    if found is None:
        raise Unreadable(
            "E113", phrase, key="Fill in", expected="facts such as go-live (date), contact (e-mail address)"
        )
    name = read_fact_name(phrase.group(found, "name"))
    inside = phrase.group(found, "inside").split(key="Fill in") if found["inside"] else ()
    if not inside:
        return Field(name)
    if len(inside) > 2:
        raise Unreadable(
            "E113", phrase, key="Fill in", expected="a kind and at most one field of a record in the brackets"
        )
    return Field(name, read_kind(inside[0]), inside[1].text if len(inside) == 2 else None)


def read_choose(phrase: Phrase) -> Choose:
    """Read ``size (small, large)``.  Raises Unreadable."""
    found = _FIELD.fullmatch(phrase.text)
    options = phrase.group(found, "inside").split(key="Choose") if found and found["inside"] else ()
    if found is None or not options:
        raise Unreadable(
            "E113", phrase, key="Choose", expected="a fact and what to choose from, as in size (small, large)"
        )
    return Choose(read_fact_name(phrase.group(found, "name")), tuple(option.text for option in options))


def read_read(phrase: Phrase) -> Read:
    return Read(phrase.text)


def read_answer(phrase: Phrase) -> AnswerIt:
    return AnswerIt(read_fact_name(phrase))


def read_do(phrase: Phrase) -> Do:
    """Read ``connector.action (a = 1)``.  Raises Unreadable."""
    found = _CALL.fullmatch(phrase.text)
    if found is None:
        raise Unreadable(
            "E113", phrase, key="Do", expected="a connector, a point and its action, as in jira.create (project = key)"
        )
    return Do(found["connector"], found["action"].strip(), _arguments(phrase, found, "Do"))


def read_run(phrase: Phrase) -> RunProcess:
    """Read ``Close the books (month = month)``.  Raises Unreadable."""
    found = _PROCESS.fullmatch(phrase.text)
    if found is None:
        raise Unreadable("E113", phrase, key="Run", expected="a process, as in Close the books (month = month)")
    return RunProcess(found["process"].strip(), _arguments(phrase, found, "Run"))


def read_gives(phrase: Phrase) -> tuple[tuple[str, str], ...]:
    """Read ``number = id, link = url``; a name alone is the fact and the result.  Raises Unreadable."""
    return tuple((read_fact_name(left), right.text) for left, right in _pairs(phrase, "Gives"))


def read_set(phrase: Phrase) -> SetFields:
    """Read ``opportunity.Delivery status = "Delivered"``.  Raises Unreadable."""
    return SetFields(tuple(_assignment(part) for part in phrase.split(key="Set")))


def _assignment(phrase: Phrase) -> tuple[str, str, Expr]:
    equals = phrase.find("=", key="Set")
    left, right = phrase.cut(0, max(equals, 0)), phrase.cut(equals + 1)
    found = _PLACE.fullmatch(left.text)
    if found is None or not right.text:
        raise Unreadable(
            "E113", phrase, key="Set", expected='a field of a record and its value, as in deal.Stage = "Won"'
        )
    return read_fact_name(left.group(found, "record")), found["field"].strip(), Expr(right.text, right.place)


def read_decide(phrase: Phrase) -> Decide:
    """Read ``discount, first``.  Raises Unreadable."""
    fact, *rest = phrase.split(key="Decide")
    policy = rest[0].text.lower() if rest else "unique"
    if len(rest) > 1 or policy not in POLICIES:
        raise Unreadable("E112", rest[-1], key="Decide", expected=f"one of {', '.join(POLICIES)}", near=POLICIES)
    return Decide(read_fact_name(fact), policy)


def read_wait(phrase: Phrase) -> Wait:
    """Read a time, or ``for "payment received" about {invoice}``.  Raises Unreadable."""
    found = _MESSAGE.fullmatch(phrase.text)
    if found is None:
        return Wait(time=read_time(phrase, key="Wait"))
    message = phrase.group(found, "message")
    about = read_about(phrase.group(found, "about")) if found["about"] else None
    return Wait(message=unquoted(message.text), about=about)


def read_about(phrase: Phrase) -> Expr:
    """Read an expression in braces or without."""
    text = unbraced(phrase.text)
    return Expr(text, phrase.at(phrase.text.find(text)))


def read_tell(phrase: Phrase) -> Tell:
    """Read ``{contact}, by e-mail, from whoever started this``.  Raises Unreadable."""
    first, *rest = phrase.split(key="Tell")
    channel, sender = None, None
    for part in rest:
        word = part.text[:5].lower()
        if word.startswith("by ") and channel is None:
            channel = read_channel(part.cut(3))
        elif word == "from " and sender is None:
            sender = read_addressee(part.cut(5))
        else:
            raise Unreadable("E113", part, key="Tell", expected='an addressee, then "by" a channel and "from" somebody')
    return Tell(read_addressee(first), channel, sender)


def _arguments(phrase: Phrase, found: re.Match[str], key: str) -> tuple[tuple[str, Expr], ...]:
    if not found["arguments"]:
        return ()
    pairs = _pairs(phrase.group(found, "arguments"), key)
    return tuple((read_fact_name(left), Expr(right.text, right.place)) for left, right in pairs)


def _pairs(phrase: Phrase, key: str) -> list[tuple[Phrase, Phrase]]:
    """Read ``a = 1, b``, where a name alone stands for both sides."""
    pairs = []
    for part in phrase.split(key=key):
        equals = part.find("=", key=key)
        left, right = (part, part) if equals < 0 else (part.cut(0, equals), part.cut(equals + 1))
        if not left.text or not right.text:
            raise Unreadable("E113", part, key=key, expected="a name and its value, as in number = id")
        pairs.append((left, right))
    return pairs


READERS: dict[str, Callable[[Phrase], Action]] = {
    "Confirm": read_confirm,
    "Approve": read_approve,
    "Fill in": read_fill_in,
    "Choose": read_choose,
    "Read": read_read,
    "Answer": read_answer,
    "Do": read_do,
    "Set": read_set,
    "Decide": read_decide,
    "Wait": read_wait,
    "Run": read_run,
    "Tell": read_tell,
}
"""The verbs of a card and what reads them."""


def write_action(action: Action) -> tuple[str, str]:
    """Return the key and the value that say what a step does."""
    match action:
        case Confirm(words):
            return "Confirm", words
        case Approve(covered, words):
            return "Approve", words or ", ".join(f"{{{name}}}" for name in covered)
        case FillIn(fields):
            return "Fill in", ", ".join(_written(field) for field in fields)
        case Choose(fact, options):
            return "Choose", f"{fact} ({', '.join(options)})"
        case Read(what):
            return "Read", what
        case AnswerIt(fact):
            return "Answer", fact
        case Tell(addressee, channel, sender):
            by = f", by {channel}" if channel else ""
            return "Tell", write_addressee(addressee) + by + (f", from {write_addressee(sender)}" if sender else "")
        case _:
            return _write_doing(action)


def _write_doing(action: Do | SetFields | Decide | Wait | RunProcess) -> tuple[str, str]:
    match action:
        case Do(connector, name, arguments):
            return "Do", f"{connector}.{name}{_bracketed(arguments)}"
        case SetFields(assignments):
            return "Set", ", ".join(f"{record}.{field} = {value.text}" for record, field, value in assignments)
        case Decide(fact, policy):
            return "Decide", f"{fact}, {policy}"
        case Wait(time, message, about):
            return "Wait", _write_wait(time, message, about)
        case RunProcess(process, arguments):
            return "Run", f"{process}{_bracketed(arguments)}"
        case _:
            assert_never(action)


def write_gives(gives: tuple[tuple[str, str], ...]) -> str:
    """Write what a Do or a Run gives."""
    return ", ".join(f"{fact} = {result}" for fact, result in gives)


def _written(field: Field) -> str:
    inside = [write_kind(field.kind)] if field.kind else []
    inside += [field.source] if field.source else []
    return f"{field.name} ({', '.join(inside)})" if inside else field.name


def _bracketed(arguments: tuple[tuple[str, Expr], ...]) -> str:
    return f" ({', '.join(f'{name} = {value.text}' for name, value in arguments)})" if arguments else ""


def _write_wait(time: str | None, message: str | None, about: Expr | None) -> str:
    if message is None:
        return time or "" if not time or _LENGTH.match(time) else f"until {time}"
    if about is None:
        return f"for {quoted(message)}"
    return f"for {quoted(message)} about {f'{{{about.text}}}' if _NAME.fullmatch(about.text) else about.text}"
