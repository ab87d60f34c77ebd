"""How a case is called, from its page's Called and what is known."""

from __future__ import annotations

import re
from collections.abc import Mapping

from doorstep.cases.saying import said
from doorstep.reading.page import Page

_BLANK = re.compile(r"\{([^{}]+)\}")


def title_of(page: Page, facts: Mapping[str, object], before: str = "") -> str:
    """Return the case's name: Called with its facts filled in, what is unknown as an ellipsis."""
    if not page.card.called:
        return before or page.title
    return filled(page.card.called, facts) or page.title


def filled(text: str, facts: Mapping[str, object]) -> str:
    """Return a text with its ``{facts}`` filled in, as text on one line; what is unknown as an ellipsis."""
    return _BLANK.sub(lambda blank: " ".join(said(value_at(facts, blank[1].strip())).split()) or "…", text)


def value_at(facts: Mapping[str, object], name: str) -> object:
    """Return a fact, or a field of a record by its path: ``opportunity.Account.Name``."""
    if name in facts:
        return facts[name]
    head, dot, rest = name.partition(".")
    inner = facts.get(head)
    return value_at(inner, rest) if dot and isinstance(inner, Mapping) else None
