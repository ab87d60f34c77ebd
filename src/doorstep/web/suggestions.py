"""What the forms of the editor suggest: names on record, facts and steps of the page, usual values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from doorstep.people.clock import business_now
from doorstep.people.listed import called_like
from doorstep.people.models import Person, Role
from doorstep.reading.facts import kinds_of
from doorstep.reading.keys import STEP_KEYS
from doorstep.reading.page import FactKind, Page, Step
from doorstep.reading.phrase import quoted

MOST_ROLES = 200
MOST_FOUND = 20
_PERSONAL = ("person", "e-mail address")
_DUE = ("1 working day", "2 working days", "4 working hours", "1 hour", "2 working days by 17:00", "1 week")
KINDS = (
    "text", "number", "money", "yes/no", "date", "time", "date and time", "duration", "choice (a, b)", "person",
    "e-mail address", "country", "file", "list of text", "Jira issue", "Salesforce Opportunity",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Lists by name, as a datalist has them."""

    lists: Mapping[str, tuple[str, ...]]


def suggestions(page: Page, step: Step | None = None) -> Suggestions:
    """Return what the form of one step, or of the title, suggests.  One query."""
    roles = tuple(Role.objects.order_by("name").values_list("name", flat=True)[:MOST_ROLES])
    kinds = kinds_of(page).kinds
    addressees = (*roles, *_of_page(page, step, kinds))
    return Suggestions(
        {
            "addressees": addressees,
            "facts": tuple(f"{{{name}}}" for name in kinds),
            "conditions": tuple(_conditions(page, kinds)),
            "due": (*_DUE, *(f"{{{name}}}" for name, kind in kinds.items() if kind and kind.name.startswith("date"))),
            "late": (*(f"also ask {one}" for one in addressees[:12]), *_ways_on(page, step)),
            "rejected": (*_repairs(page, step), *_ways_on(page, step), "go on", "fail"),
            "kinds": KINDS,
            "sources": ("whoever starts", *(f"{name}.Field" for name, kind in kinds.items() if _is_record(kind))),
            "steps": tuple(one.name for one in page.walk()),
        }
    )


def names_like(words: str) -> list[str]:
    """Return roles that hold what was typed, and addresses of people with such words, the roles first.  Three queries."""
    said = words.strip()
    if not said:
        return []
    roles = Role.objects.filter(name__icontains=said).order_by("name").values_list("name", flat=True)[:MOST_FOUND]
    here = Person.objects.here(business_now().date()).filter(outside=False)
    people = here.filter(id__in=called_like(said).values("id")).order_by("name")
    return [*roles, *people.values_list("email", flat=True)[: MOST_FOUND - len(roles)]]


def example(key: str) -> str:
    """Return an example of a key's value."""
    return next((one for one in STEP_KEYS[key].examples if one), "") if key in STEP_KEYS else ""


def _of_page(page: Page, step: Step | None, kinds: Mapping[str, FactKind | None]) -> tuple[str, ...]:
    facts = tuple(f"{{{name}}}" for name, kind in kinds.items() if kind and kind.name in _PERSONAL)
    asked = [one.name for one in page.walk() if one.card and one.card.who and one is not step]
    doers = tuple(f"whoever did {quoted(name)}" for name in asked[:12])
    return ("whoever started this", "manager of whoever started this", *facts, *doers)


def _conditions(page: Page, kinds: Mapping[str, FactKind | None]) -> list[str]:
    found = []
    for name, kind in kinds.items():
        match kind:
            case FactKind(name="yes/no"):
                found.append(f"{name} = true")
            case FactKind(name="money" | "number"):
                found.append(f"{name} > 1000")
            case FactKind(name="choice", options=options):
                found += [f'{name} = "{option}"' for option in options]
            case FactKind(name="record", system="Jira"):
                found.append(f'{name}.Status = "Done"')
            case _:
                continue
    return [*found, *(f"{one.name}.done" for one in page.walk() if one.card and one.card.who), "otherwise"]


def _ways_on(page: Page, step: Step | None) -> tuple[str, ...]:
    names = [one.name for one in page.walk()]
    at = names.index(step.name) if step and step.name in names else len(names)
    back = tuple(f"go back to {quoted(name)}" for name in names[:at][-5:])
    return (*back, "skip", "end", "end the case")


def _repairs(page: Page, step: Step | None) -> tuple[str, ...]:
    """Return the steps after this one among its siblings that may mend what was rejected."""
    for siblings in (page.steps, *(group.steps for group in page.walk())):
        for at, one in enumerate(siblings):
            if one is step:
                later = (other.name for other in siblings[at + 1 :] if not other.steps)
                return tuple(f"{quoted(name)}, then ask again (at most 3 times)" for name in later)
    return ()


def _is_record(kind: FactKind | None) -> bool:
    return kind is not None and kind.name == "record"
