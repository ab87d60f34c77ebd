"""What an ask covers and shows, as a copy with a hash: the answer is bound to it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from doorstep.cases.naming import value_at
from doorstep.kernel import values
from doorstep.kernel.program import Node
from doorstep.reading.page import Approve, Field, FillIn, Step

_NAMED = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Copy:
    """Facts as they were put to somebody: covered by the approval, and shown beside it."""

    covered: Mapping[str, object]
    shown: Mapping[str, object]

    @property
    def hash(self) -> str:
        """Return what an answer is bound to; empty when nothing is covered."""
        if not self.covered:
            return ""
        plain = [[name, values.encode(value)] for name, value in self.covered.items()]
        return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()

    def to_json(self) -> dict[str, object]:
        """Return the copy as JSON, types included."""
        return {"covered": _encoded(self.covered), "shown": _encoded(self.shown)}

    @classmethod
    def from_json(cls, plain: Mapping[str, object]) -> Copy:
        """Return the copy that `to_json` wrote."""
        return cls(_decoded(plain.get("covered")), _decoded(plain.get("shown")))


def copy_for(step: Step | None, node: Node, facts: Mapping[str, object]) -> Copy:
    """Return what a step puts before its addressee: what its verb covers, what its card and guidance name."""
    covered = {name: value_at(facts, name) for name in node.covers}
    named = [name for name in _named(step) if name not in covered]
    shown = {name: value for name in named if (value := value_at(facts, name)) is not None}
    return Copy(covered, shown)


def _named(step: Step | None) -> list[str]:
    """Return the facts a step's card and guidance name, each once, in order."""
    if step is None:
        return []
    texts = [step.guidance, step.quotation or "", *(item.text for item in step.checklist)]
    names: list[str] = [name.strip() for text in texts for name in _NAMED.findall(text)]
    if card := step.card:
        names = [*card.show, *card.attach, *_filled_in(step), *names]
        names += [card.where.record] if card.where and card.where.record else []
    return list(dict.fromkeys(name.strip("{} ") for name in names))


def _filled_in(step: Step) -> Iterable[str]:
    """Return the facts to fill in that may be known already: they stand in the form."""
    action = step.card.action if step.card else None
    return [field.name for field in action.fields] if isinstance(action, FillIn) else []


def fields_of(step: Step | None) -> tuple[Field, ...]:
    """Return the fields a step asks to fill in."""
    action = step.card.action if step and step.card else None
    return action.fields if isinstance(action, FillIn) else ()


def least_proof(step: Step | None) -> str:
    """Return the least proof an answer needs: as the card says, mail for an approval, else link."""
    card = step.card if step else None
    if card and card.proof:
        return card.proof
    return "mail" if card and isinstance(card.action, Approve) else "link"


def _encoded(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: values.encode(value) for name, value in facts.items()}


def _decoded(plain: object) -> dict[str, object]:
    return {name: values.decode(value) for name, value in plain.items()} if isinstance(plain, Mapping) else {}
