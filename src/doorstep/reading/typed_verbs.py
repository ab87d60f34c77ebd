"""What a typed line wants done: its verb, what it is done to, and the kinds its words speak of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from doorstep.reading import words
from doorstep.reading.page import FactKind

_KNOWN = {
    "approve": ("approve", "sign off on", "sign off", "agree to", "agree on", "agree with", "okay"),
    "fill in": (
        "give us", "give me", "give", "fill in", "provide", "tell us", "tell me", "send us", "send me",
        "let us know", "let me know", "enter", "supply", "attach", "upload",
    ),
    "read": ("read",),
    "choose": ("choose between", "choose", "decide between", "pick", "select"),
    "confirm": ("confirm that", "confirm", "check", "verify", "do"),
}  # fmt: skip
_MODAL = re.compile(
    r"(?:,?\s*(?:please|kindly|also|then|just|still)\b|:|\s*(?:to|should|shall|must|will|can|could|needs?\s+to|has\s+to"
    r"|have\s+to|is\s+to|ought\s+to)\b)\s*",
    re.IGNORECASE,
)
_NO_VERB = frozenset(
    {"is", "was", "has", "says", "thinks", "likes", "knows", "needs", "wants", "does", "this", "as", "his"}
)
_PRONOUNS = frozenset({"it", "this", "that", "them", "these", "those", "everything", "all", "all of it", "both"})
_NOT = re.compile(r"^(?:not|never)\b|n['’]t\b", re.IGNORECASE)
_HEDGED = re.compile(r"\b(?:if|unless|maybe|perhaps|except)\b", re.IGNORECASE)
FILE = re.compile(r"(?<![\w.@/])(?P<stem>[^\W_][\w()+&-]*(?:\.[\w-]+)*?)\.(?P<ext>pdf|docx?|xlsx?|pptx?|odt|ods|odp|txt|csv|md"
                  r"|png|jpe?g|gif|webp|zip|rtf|eml|json|xml|html?|key|pages|numbers)(?![\w@])", re.IGNORECASE)  # fmt: skip
ISSUE = re.compile(r"(?<![\w-])[A-Z][A-Z0-9_]{1,20}-\d{1,9}(?![\w-])")
_KINDS = (
    (r"date\s+and\s+time", "date and time"),
    (r"e-?mail(?:\s+address)?|mail\s+address", "e-mail address"),
    (r"date|day|deadline|birthday", "date"),
    (r"time", "time"),
    (r"amount|price|value|cost|costs|budget|fee|total|sum|salary", "money"),
    (r"number|count|quantity|percentage|hours|headcount", "number"),
    (r"country", "country"),
    (r"file|document|attachment|scan|pdf|screenshot|photo|picture", "file"),
)
_SENT = re.compile(r"contract|invoice|offer|quote|statement|report|slides|logo|certificate|receipt|copy", re.IGNORECASE)
_NUMBERED = re.compile(
    r"\b(?:phone|order|invoice|part|serial|account|ticket|contract|customer|tracking)\s+number$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Wish:
    """``verb`` is approve, fill in, read, choose or confirm; ``base`` and ``third`` are its words."""

    verb: str
    base: str
    third: str
    object: str


class NotAWish(ValueError):
    """No verb, or nothing it is done to; the message is for whoever typed it."""


def wish(text: str, *, who: str, several: bool = False) -> Wish | None:
    """Return what stands after a name, or several, None when it begins with no verb.  Raises NotAWish."""
    rest, asked = text.strip(), several
    while found := _MODAL.match(rest):
        asked = asked or not re.match(r",?\s*(?:please|kindly|also|then|just|still)", found[0], re.IGNORECASE)
        rest = rest[found.end() :].strip()
    if _NOT.match(rest) or re.match(r"\w+n['’]t\b|(?:does|do|is|must|should)\s+not\b", rest, re.IGNORECASE):
        raise NotAWish(f"Expected what {who} is to do, but got what not. Leave the line out.")
    known = _known(rest) or _any(rest, asked=asked)
    if known is None:
        return None
    if not known.object.strip(" .,;:?!"):
        raise NotAWish(f"Expected what {who} {_verb(known, who)}, but the line ends. Write it after the verb.")
    if known.object.strip(" .,;:?!").lower() in _PRONOUNS:
        raise NotAWish(f'Expected what {who} {_verb(known, who)} by its name, but got "{known.object}".')
    if hedge := _HEDGED.search(known.object):
        raise NotAWish(
            f'"{hedge[0]}" makes a condition, and three lines know none. Write a page for it, or leave it out.'
        )
    return known


def _verb(known: Wish, who: str) -> str:
    return known.base if who == "you" else known.third


def third(base: str) -> str:
    """Return what somebody does: ``sign off`` is ``signs off``."""
    return words.third_person(f"{base} ").strip()


_FORMS = {
    form: (verb, base)
    for verb, bases in _KNOWN.items()
    for base in bases
    for form in dict.fromkeys((base, third(base)))
}
THIRDS = tuple(dict.fromkeys(third(base).partition(" ")[0] for _, base in _FORMS.values()))
"""The first words of what somebody does, by a verb that is known."""

_LONGEST_FIRST = "|".join(re.escape(form) for form in sorted(_FORMS, key=len, reverse=True))
_VERBS = re.compile(rf"(?P<form>{_LONGEST_FIRST})(?=\s|$)\s*(?P<object>.*)$", re.IGNORECASE | re.DOTALL)


def _known(text: str) -> Wish | None:
    found = _VERBS.match(text)
    if not found:
        return None
    verb, base = _FORMS[" ".join(found["form"].lower().split())]
    return Wish(verb, base, third(base), found["object"].strip())


def _any(text: str, *, asked: bool) -> Wish | None:
    """Return any other verb: after "to" or a colon as it stands, else one that ends in s."""
    verb, _, rest = text.partition(" ")
    word = verb.lower()
    if not re.fullmatch(r"[a-z]+(?:-[a-z]+)?", word) or not rest.strip() or word in _NO_VERB:
        return None
    if asked:
        return Wish("confirm", word, third(word), rest.strip())
    base = _base(word)
    return Wish("confirm", base, word, rest.strip()) if base and len(base) > 1 else None


def _base(word: str) -> str:
    """Return the order behind "updates", "fixes", "tries"; nothing for a word that does not end so."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("xes", "ches", "shes", "sses", "zzes", "oes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else ""


# -- What it is done to ------------------------------------------------------------------------------


def things(text: str) -> tuple[str, ...]:
    """Return the things a text lists: "contract.pdf, the price and the term"."""
    parts = re.split(r"\s*,(?!\d)\s*(?:and\s+)?|\s+and\s+|\s*&\s+", text)
    return tuple(part.strip(" .,;:") for part in parts if part.strip(" .,;:"))


def choices(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the name of what is chosen, and from what: "the colour: red or blue"."""
    found = re.match(r"(?P<name>.{1,60}?)(?::\s*|\s+(?:from|between|out\s+of)\s+)(?P<options>.+)$", text)
    name, rest = (fact_name(found["name"]), found["options"]) if found else ("choice", text)
    parts = re.split(r"\s*,(?!\d)\s*(?:(?:and|or)\s+)?|\s+(?:and|or)\s+", rest)
    options = tuple(dict.fromkeys(part.strip(" .,;:()") for part in parts if part.strip(" .,;:()")))
    return name or "choice", options


def fact_name(text: str) -> str:
    """Return the name of a fact for a thing: "the go-live date" is ``go-live date``; empty when none can be made."""
    if found := FILE.fullmatch(text.strip()):
        text = found["stem"]
    text = re.sub(
        r"^(?:(?:the|a|an|his|her|their|our|your|its|my|all|both)\s+)+", "", text.strip(), flags=re.IGNORECASE
    )
    text = re.sub(r"[^\w\s'-]+|_", " ", text)
    text = re.sub(r"^[\W\d]+", "", text).strip(" '-")
    return " ".join(text.split())[:60].strip()


def short_name(text: str) -> str:
    """Return what a thing is called without what tells it apart: "the discount of 12 percent" is a ``discount``."""
    name = fact_name(text)
    return name if FILE.fullmatch(text.strip()) else re.split(r"\s+(?:of|for|on|to|with|from|in|at)\s+", name)[0]


def kind_of(text: str, *, sent: bool = False) -> FactKind:
    """Guess a kind from words; the last word that speaks of one counts most.  ``sent``: a file is likely."""
    if FILE.search(text):
        return FactKind("file")
    if re.match(r"whether\b", text, re.IGNORECASE):
        return FactKind("yes/no")
    plain = short_name(text)
    if _NUMBERED.search(plain):
        return FactKind("text")
    for pattern, kind in _KINDS:
        if re.search(rf"(?:^|[\s-])(?:{pattern})$", plain, re.IGNORECASE):
            return FactKind(kind)
    return FactKind("file" if sent and _SENT.search(plain) else "text")
