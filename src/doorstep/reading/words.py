"""How cards are said in English: numbers, times, addressees, verbs, conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import assert_never

from doorstep.reading.page import Address, Addressee, Doer, FactHolder, ManagerOf, Role, Starter

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

# A heading is read as an order ("Amend the contract") when one of these follows its first word.
AFTER_AN_ORDER = frozenset(
    [
        "the",
        "a",
        "an",
        "all",
        "each",
        "every",
        "any",
        "both",
        "your",
        "our",
        "their",
        "its",
        "it",
        "them",
        "us",
        "this",
        "that",
        "these",
        "those",
        "to",
        "for",
        "with",
        "by",
        "in",
        "on",
        "at",
        "up",
        "out",
        "off",
        "about",
        "from",
        "into",
        "and",
        "what",
        "who",
        "how",
        "whether",
    ]
)

COMPARISONS = (
    (">=", "is at least"),
    ("<=", "is at most"),
    ("!=", "is not"),
    (">", "is over"),
    ("<", "is under"),
    ("=", "is"),
)

_TIME = re.compile(r"^(\d+) (.+)$")
_COMPARED = re.compile(
    r"^\s*(?P<left>[^<>=!\"()\[\]]+?)\s*(?P<sign>>=|<=|!=|>|<|=)\s*(?P<right>\"[^\"]*\"|[^<>=!\"()\[\]]+?)\s*$"
)
_OUTCOME = re.compile(r"^\s*(?P<step>.+)\.(?P<offer>done|approved|rejected|skipped|late)\s*$")
_STEP = re.compile(r'^step\("([^"]+)"\)$')
_NAME = re.compile(r"^[^\W\d][\w -]*$")
_NOT = re.compile(r"^not\(([^\W\d][\w -]*)\)$")
_AMONG = re.compile(r'^(?P<left>[^\W\d][\w .-]*?) in \((?P<values>"[^",]*"(?:, *"[^",]*")*)\)$')
_LONGER = re.compile(r"(?:^| )(?:if|for|some|every|between) ")  # their own "and" and "or" join nothing
_NUMBER = re.compile(r"^\d+(\.\d+)?$")


def number(count: int) -> str:
    """Return a count as a word up to twelve, then in digits."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else f"{count:,}"


def times(count: int) -> str:
    """Return "once", "twice", "three times"."""
    return {1: "once", 2: "twice"}.get(count, f"{number(count)} times")


def duration(text: str) -> str:
    """Say a length of time: ``2 working days by 17:00`` as "two working days, by 17:00"."""
    match = _TIME.match(text.strip())
    if match is None:
        return fact_names(text)
    rest = re.sub(r" by (\d\d:\d\d)$", r", by \1", match[2])
    return f"{number(int(match[1]))} {fact_names(rest)}"


def deadline(text: str) -> str:
    """Say when something is due: "within one working day", "by the go-live"."""
    return f"within {duration(text)}" if _TIME.match(text) and "{" not in text else f"by {fact_names(duration(text))}"


def fact_names(text: str) -> str:
    """Replace every ``{fact}`` by "the fact"."""
    return re.sub(r"\{([^{}]+)\}", r"the \1", text)


def listed(items: Iterable[str], last: str = "and") -> str:
    """Join as people do: "a, b and c"."""
    words = list(items)
    return " ".join((", ".join(words[:-1]), last, words[-1])) if len(words) > 1 else "".join(words)


def addressee(who: Addressee) -> str:
    """Say who it is for: "Legal counsel", "the manager of whoever started it"."""
    match who:
        case Role(name=name, scope=scope):
            return name + "".join(f" for {fact_names(value)}" for _, value in scope)
        case Address(address=address):
            return address
        case FactHolder(fact=fact):
            return f"the {fact}"
        case Starter():
            return "whoever started it"
        case Doer(step=step):
            return f"whoever did “{step}”"
        case ManagerOf(of=of):
            return f"the manager of {addressee(of)}"
        case _:
            assert_never(who)


def is_an_order(heading: str) -> bool:
    """Say whether a heading reads as an order, so that it can be conjugated."""
    words = heading.split()
    return len(words) > 1 and words[0].isalpha() and words[1].lower() in AFTER_AN_ORDER


def third_person(heading: str) -> str:
    """Turn an order into what somebody does: "Amend the contract" into "amends the contract"."""
    verb, _, rest = heading.partition(" ")
    return f"{_conjugated(verb[0].lower() + verb[1:])} {rest}"


def _conjugated(verb: str) -> str:
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def condition(text: str) -> str:
    """Say a condition; what has no simple words stays as it is written, as code."""
    text = text.strip()
    for joint in (" or ", " and "):
        parts = _joined(text, joint)
        if len(parts) > 1:
            return joint.join(condition(part) for part in parts)
    return _simple(text) or f"`{text}`"


def _joined(text: str, joint: str) -> list[str]:
    """Part a condition at a word that stands outside quotes and brackets."""
    if _LONGER.search(text):
        return [text]
    parts, depth, quoted, start = [], 0, False, 0
    for at, sign in enumerate(text):
        quoted ^= sign == '"'
        depth += 0 if quoted else (sign in "([{") - (sign in ")]}")
        if not (quoted or depth) and text.startswith(joint, at):
            parts.append(text[start:at])
            start = at + len(joint)
    return [*parts, text[start:]]


def _simple(text: str) -> str:
    """Say a condition of one part, empty if there are no words for it."""
    if outcome := _OUTCOME.match(text):
        name = _STEP.match(outcome["step"])
        return f"“{name[1] if name else outcome['step']}” is {outcome['offer']}"
    if _LONGER.search(text):
        return ""
    if compared := _COMPARED.match(text):
        return f"{_subject(compared['left'])} {dict(COMPARISONS)[compared['sign']]} {_object(compared['right'])}"
    if denied := _NOT.match(text):
        return f"not {denied[1]}"
    if among := _AMONG.match(text):
        values = [_object(value) for value in among["values"].split(",")]
        return f"{_subject(among['left'])} is {listed(values, 'or')}"
    return text if _NAME.match(text) else ""


def _subject(text: str) -> str:
    owner, _, field = text.strip().partition(".")
    return f"the {field} of the {owner}" if field else f"the {owner}"


def _object(text: str) -> str:
    text = text.strip()
    if text.startswith('"'):
        return f"“{text[1:-1]}”"
    if _NUMBER.match(text):
        whole, _, part = text.partition(".")
        return f"{int(whole):,}" + (f".{part}" if part else "")
    return {"true": "yes", "false": "no"}.get(text, text)
