"""The forms of the editor: a card in fields, each with what is wrong with it, and what they say when sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count

from django.http import QueryDict

from doorstep.reading.beside import TEXT, Spot
from doorstep.reading.body import Item, Parts, parts_of, typed
from doorstep.reading.card_form import FactRow, Filled, filled, filled_title, verb_of
from doorstep.reading.editing import Written
from doorstep.reading.keys import ASKING, STEP_KEYS, TITLE_KEYS, VERBS
from doorstep.reading.page import Page, Step

VERB = "verb"
SPARE = 2
"""Empty rows at the end of a list, so that it grows without a script."""

_TAUGHT = ("Who", VERB, "Due", "If late", "If rejected", "Only if", "Done when", "See")
_TAUGHT_OF_GROUP = ("Order", "Only if", "For each")
_TAUGHT_OF_TITLE = ("Owner", "Expert", "Group", "Called", "Starts", "Needed by")
_LISTS = {
    "Who": "addressees", "Owner": "addressees", "Expert": "addressees", "Due": "due", "If late": "late",
    "If rejected": "rejected", "If it fails": "rejected", "Only if": "conditions", "Done when": "conditions",
    "Not before": "conditions", "Until": "conditions", "Show": "facts", "Attach": "facts", "After": "steps",
    "Not by": "addressees", "Same person as": "addressees",
}  # fmt: skip
_CHOICES = {
    "Order": ("in turn", "all at once", "any order, one at a time", "first wins", "2 of them", "one of them"),
    "Proof": ("link", "mail", "code", "login"),
    "Again": ("always",),
    "Checklist": ("do-confirm", "read-do"),
}
_HINTS = {
    "Who": "A role, a person's address, or whoever started this; add “, by e-mail” if the way matters.",
    "Due": "How long they have.",
    "If late": "What happens when it passes.",
    "If rejected": "Which step mends it, or where it goes on.",
    "Only if": "Else the step is not needed and the page goes on.",
    "Done when": "Then nobody is asked.",
    "See": "Links and references, separated by commas.",
    "Order": "How the steps below take turns.",
}
VERB_WORDS = {
    "": "confirm it (the usual)",
    "Confirm": "confirm …",
    "Approve": "approve",
    "Fill in": "fill in facts",
    "Choose": "choose one of several",
    "Read": "read",
    "Answer": "answer with a fact",
    "Do": "do an action in a system",
    "Set": "set fields of a record",
    "Decide": "decide by a table",
    "Wait": "wait",
    "Run": "run another process",
    "Tell": "tell somebody",
}
ASKS = tuple((verb, VERB_WORDS[verb]) for verb in ("", *ASKING))
DOES = tuple((verb, VERB_WORDS[verb]) for verb in VERBS if verb not in ASKING)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.  ``list`` names its suggestions; ``choices`` make it a select."""

    key: str
    value: str
    list: str = ""
    choices: tuple[str, ...] = ()
    hint: str = ""
    example: str = ""
    spots: tuple[Spot, ...] = ()
    verb: str = ""

    @property
    def id(self) -> str:
        """Its name in the document."""
        return self.key.replace(" ", "-").lower()


@dataclass(frozen=True, slots=True)
class Form:
    """A card as a form: the taught fields with those in use, the others behind "more", lines that fit no field."""

    name: str
    taught: tuple[Field, ...]
    more: tuple[Field, ...]
    rest: tuple[str, ...] = ()
    parts: Parts | None = None
    body: str = ""
    spots: tuple[Spot, ...] = ()
    group: bool = False

    @property
    def ticks(self) -> tuple[Item, ...]:
        """The checklist with empty rows at its end."""
        return (*(self.parts.checklist if self.parts else ()), *(Item("") for _ in range(SPARE)))

    @property
    def tells(self) -> bool:
        """Say whether the step says something to somebody."""
        return any(field.verb == "Tell" for field in self.taught) or bool(self.parts and self.parts.said)


def step_form(step: Step, spots: Iterable[Spot]) -> Form:
    """Return a step as a form."""
    found, said = tuple(spots), filled(step.card)
    taught = _TAUGHT_OF_GROUP if step.steps else _TAUGHT
    more = [key for key in STEP_KEYS if key not in taught and key not in VERBS]
    if step.steps:
        more.append(VERB)
    shown, more_of_it = _apart(taught, more, said, found)
    return Form(
        step.name,
        shown,
        more_of_it,
        said.rest,
        parts_of(step.body),
        step.body,
        tuple(spot for spot in found if spot.field == TEXT),
        bool(step.steps),
    )


def title_form(page: Page, spots: Iterable[Spot]) -> Form:
    """Return the title's card as a form."""
    found, said = tuple(spots), filled_title(page.card)
    more = [key for key in TITLE_KEYS if key not in _TAUGHT_OF_TITLE]
    shown, more_of_it = _apart(_TAUGHT_OF_TITLE, more, said, found)
    return Form(
        page.title,
        shown,
        more_of_it,
        said.rest,
        spots=tuple(spot for spot in found if spot.field == TEXT),
    )


def _apart(
    taught: Iterable[str], more: Iterable[str], said: Filled, spots: tuple[Spot, ...]
) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """Return the fields a form shows, the taught ones and those filled or wrong, and those it keeps behind "more"."""
    others = [_field(key, said, spots) for key in more]
    used = [field for field in others if field.value or field.spots]
    return (
        (*(_field(key, said, spots) for key in taught), *used),
        tuple(field for field in others if field not in used),
    )


def _field(key: str, said: Filled, spots: Iterable[Spot]) -> Field:
    if key == VERB:
        verb = verb_of(said)
        wrong = tuple(spot for spot in spots if spot.field in (*VERBS,))
        return Field(VERB, said.values.get(verb, ""), "facts", (), "", _example(verb), wrong, verb)
    wrong = tuple(spot for spot in spots if spot.field == key)
    value = said.values.get(key, "")
    choices = _CHOICES.get(key, ())
    choices = (*choices, value) if choices and value not in ("", *choices) else choices
    return Field(key, value, _LISTS.get(key, ""), choices, _HINTS.get(key, ""), _example(key), wrong)


def _example(key: str) -> str:
    known = STEP_KEYS.get(key) or TITLE_KEYS.get(key)
    return next((one for one in known.examples if one), "") if known else ""


# -- What was sent -------------------------------------------------------------------------------


def written(sent: QueryDict) -> Written:
    """Return the step a form says."""
    body: str | Parts = str(sent.get("body", "")).replace("\r\n", "\n").strip("\n")
    if "body" not in sent:
        body = typed(str(sent.get("guidance", "")), tuple(_ticks(sent)), str(sent.get("said", "")))
    return Written(str(sent.get("name", "")), card_sent(sent, STEP_KEYS), body)


def card_sent(sent: QueryDict, keys: Iterable[str]) -> Filled:
    """Return the card a form says."""
    values = {key: str(sent.get(f"key-{key}", "")) for key in keys if key not in VERBS}
    verb = str(sent.get("verb", ""))
    if verb in VERBS:
        values[verb] = str(sent.get("verb-value", ""))
    elif value := str(sent.get("verb-value", "")).strip():
        values["Confirm"] = value
    kept = {key: value for key, value in values.items() if value.strip() or key == "Confirm"}
    return Filled(kept, tuple(line.replace("\r\n", "\n") for line in sent.getlist("rest")))


def rows_sent(sent: QueryDict) -> list[FactRow]:
    """Return the table of facts a form says."""
    rows: list[FactRow] = []
    for number in count():
        if f"fact-{number}-name" not in sent:
            return rows
        name, kind, source = (str(sent.get(f"fact-{number}-{part}", "")) for part in ("name", "kind", "from"))
        required = f"fact-{number}-required" in sent
        rows.append(FactRow(name, kind or "text" if name.strip() else kind, source if name.strip() else "", required))
    raise AssertionError


def renamed_in(sent: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return the facts that a form gives another name than it had when it was opened: the old and the new."""
    pairs = []
    for number in count():
        now = sent.get(f"fact-{number}-name")
        if now is None:
            break
        pairs.append((str(sent.get(f"fact-{number}-was", "")), str(now).strip()))
    names = {now for _, now in pairs}
    return [(was, now) for was, now in pairs if was and now and was not in names]


def _ticks(sent: Mapping[str, object]) -> Iterable[Item]:
    for number in count():
        text = sent.get(f"tick-{number}")
        if text is None:
            return
        yield Item(str(text), f"must-{number}" in sent)
