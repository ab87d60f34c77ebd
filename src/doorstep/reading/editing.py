"""Editing a page as a value: one function for each thing an author does, none of which loses prose.

A step is named by its number in page order, counted from 0 (`Page.walk`).  Every function returns the page
as reading what is written gives it, so that its places and faults are those of the new text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from doorstep.reading.body import Parts, body_of
from doorstep.reading.card_form import FactRow, Filled, card_of, facts_of, one_line, title_card_of
from doorstep.reading.page import Card, Confirm, Expr, OrderOf, Page, Starter, Step, Who
from doorstep.reading.renaming import renamed
from doorstep.reading.renaming_facts import fact_renamed
from doorstep.reading.text import MOST_STEPS, read
from doorstep.reading.writing import write

DEEPEST = 6
"""Headings of Markdown have six levels."""

Way = tuple[int, ...]
"""Where a step stands: which of the outermost, which of those below it, and so on."""


class NotEditable(ValueError):
    """The page cannot be changed so; the message says what was expected and what to do."""


@dataclass(frozen=True, slots=True)
class Written:
    """A step as its form says it.  ``body`` is its prose, whole or in parts."""

    name: str
    card: Filled
    body: str | Parts = ""


# -- What stands at the top ----------------------------------------------------------------------


def set_title(page: Page, *, title: str, card: Filled) -> Page:
    """Change the title and its card."""
    name = one_line(title)
    heading = page.heading if name == page.title else ""
    return _read_again(replace(page, title=name, heading=heading, card=title_card_of(card, before=page.card)))


def set_intro(page: Page, *, body: str, tail: str) -> Page:
    """Change the text above and below the table of facts."""
    return _same_steps(page, replace(page, body=body.strip("\n"), tail=tail.strip("\n")))


def set_facts(page: Page, rows: Iterator[FactRow] | tuple[FactRow, ...]) -> Page:
    """Change the table of facts."""
    facts, unread = facts_of(rows)
    return _read_again(replace(page, facts=facts, unread=unread))


def rename_fact(page: Page, old: str, new: str) -> Page:
    """Let the whole page follow a fact that has another name in the table now.  Raises NotEditable."""
    names = {fact.name for fact in page.facts}
    if new not in names or old in names:
        raise NotEditable(f"Expected “{new}” in the table of facts in the place of “{old}”. Load the page again.")
    changed = fact_renamed(page, old, new)
    return _same_steps(changed, changed)


def uses(page: Page, old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Return the lines that would change if the page followed a fact's new name, before and after."""
    pairs = zip(write(page).split("\n"), write(fact_renamed(page, old, new)).split("\n"), strict=True)
    return tuple((before, now) for before, now in pairs if before != now)


# -- One step ------------------------------------------------------------------------------------


def step_at(page: Page, at: int) -> Step:
    """Return a step by its number.  Raises NotEditable."""
    found = next((step for number, step in enumerate(page.walk()) if number == at), None)
    if found is None:
        raise NotEditable("Expected a step of this page, but it is not there any more. Load the page again.")
    return found


def set_step(page: Page, at: int, written: Written) -> Page:
    """Change what one step says; who names it elsewhere on the page follows its new name.  Raises NotEditable."""
    old = step_at(page, at)
    name = one_line(written.name) or old.name
    names = [step.name for step in page.walk()]
    card = card_of(written.card, before=old.card, names=names)
    if card is None and not old.steps:
        card = Card(action=Confirm())  # a heading with nothing below it would be text
    body = body_of(written.body) if isinstance(written.body, Parts) else written.body
    new = replace(old, name=name, heading=old.heading if name == old.name else "", card=card, body=body)
    changed = replace(page, steps=_spliced(page.steps, _path(page, at), (new,)))
    if name != old.name and names.count(old.name) == 1:
        changed = renamed(changed, old.name, name)
    return _same_steps(changed, changed)


# -- Steps among steps ---------------------------------------------------------------------------


def add(page: Page, *, after: int | None = None, name: str = "New step") -> Page:
    """Add a step after another, or at the end."""
    return _put_after(page, after, lambda fresh: _new(fresh(name)))


def add_branch(page: Page, *, after: int | None = None) -> Page:
    """Add a place where one of two ways is taken."""

    def ways(fresh: Callable[[str], str]) -> Step:
        one = _new(fresh("If so"))
        assert one.card is not None
        condition = _some_condition(page)
        first = replace(one, card=replace(one.card, only_if=Expr(condition) if condition else None))
        other = replace(_new(fresh("Otherwise")), card=replace(one.card, only_if=Expr("otherwise")))
        return _group(fresh("Which way"), "one of them", (first, other))

    return _put_after(page, after, ways)


def add_group(page: Page, *, after: int | None = None) -> Page:
    """Add two steps that are asked for at once."""
    return _put_after(
        page,
        after,
        lambda fresh: _group(fresh("At once"), "all at once", (_new(fresh("One part")), _new(fresh("Other part")))),
    )


def remove(page: Page, at: int) -> Page:
    """Take a step away, and what stands below it.  Raises NotEditable."""
    step_at(page, at)
    return _arranged(page, _spliced(page.steps, _path(page, at), ()))


def move(page: Page, at: int, *, up: bool) -> Page:
    """Move a step one place up or down: past a step, into a group, or out of one.  Raises NotEditable."""
    path = _path(page, at)
    siblings, index = _siblings(page.steps, path), path[-1]
    beside = index - 1 if up else index + 1
    moved = siblings[index]
    rest = _spliced(page.steps, path, ())
    if not 0 <= beside < len(siblings):
        if len(path) == 1:
            return page
        return _arranged(page, _inserted(rest, (*path[:-2], path[-2] + (0 if up else 1)), moved))
    other = siblings[beside]
    if not other.steps:
        return _arranged(page, _inserted(rest, (*path[:-1], beside), moved))
    inside = (*path[:-1], beside, len(other.steps)) if up else (*path[:-1], index, 0)
    return _arranged(page, _inserted(rest, inside, moved))


def move_to(page: Page, at: int, *, parent: int | None, index: int) -> Page:
    """Move a step to a place among the steps of a group, or among the outermost: the place counts without itself.

    Raises NotEditable.
    """
    path = _path(page, at)
    inside = _path(page, parent) if parent is not None else ()
    if inside[: len(path)] == path:
        raise NotEditable("Expected another place for the step, but a group cannot stand inside itself.")
    moved = step_at(page, at)
    rest = _spliced(page.steps, path, ())
    if inside[: len(path) - 1] == path[:-1] and len(inside) >= len(path) and inside[len(path) - 1] > path[-1]:
        inside = (*path[:-1], inside[len(path) - 1] - 1, *inside[len(path) :])
    most = len(_below(rest, inside))
    return _arranged(page, _inserted(rest, (*inside, max(0, min(index, most))), moved))


# -- Trees ---------------------------------------------------------------------------------------


def _path(page: Page, at: int) -> Way:
    """Return where a step stands.  Raises NotEditable."""
    step_at(page, at)
    paths = list(_paths(page.steps, ()))
    return paths[at]


def _paths(steps: tuple[Step, ...], above: Way) -> Iterator[Way]:
    for index, step in enumerate(steps):
        yield (*above, index)
        yield from _paths(step.steps, (*above, index))


def _below(steps: tuple[Step, ...], path: Way) -> tuple[Step, ...]:
    """Return the steps below the one at a path; the outermost for the empty path."""
    for index in path:
        steps = steps[index].steps
    return steps


def _siblings(steps: tuple[Step, ...], path: Way) -> tuple[Step, ...]:
    return _below(steps, path[:-1])


def _spliced(steps: tuple[Step, ...], path: Way, new: tuple[Step, ...], *, over: int = 1) -> tuple[Step, ...]:
    """Return the steps with others in the place of ``over`` of them."""
    index, rest = path[0], path[1:]
    if not rest:
        return (*steps[:index], *new, *steps[index + over :])
    inner = _spliced(steps[index].steps, rest, new, over=over)
    return (*steps[:index], replace(steps[index], steps=inner), *steps[index + 1 :])


def _inserted(steps: tuple[Step, ...], path: Way, new: Step) -> tuple[Step, ...]:
    return _spliced(steps, path, (new,), over=0)


def _put_after(page: Page, after: int | None, make: Callable[[Callable[[str], str]], Step]) -> Page:
    taken = {step.name for step in page.walk()}

    def fresh(name: str) -> str:
        """Return a name no step has."""
        free = next(said for n in range(1, len(taken) + 2) if (said := name if n == 1 else f"{name} {n}") not in taken)
        taken.add(free)
        return free

    path = _path(page, after) if after is not None else (len(page.steps) - 1,)
    return _arranged(page, _inserted(page.steps, (*path[:-1], path[-1] + 1), make(fresh)))


def _new(name: str) -> Step:
    return Step(name, 2, Card(who=Who(Starter())))


def _group(name: str, how: str, steps: tuple[Step, ...]) -> Step:
    return Step(name, 2, Card(order=OrderOf(how)), steps=steps)


def _some_condition(page: Page) -> str:
    """Return a condition over a fact of the page, for the author to change."""
    for fact in page.facts:
        match fact.kind.name:
            case "yes/no":
                return f"{fact.name} = true"
            case "money" | "number":
                return f"{fact.name} > 1000"
            case "choice" if fact.kind.options:
                return f'{fact.name} = "{fact.kind.options[0]}"'
            case _:
                continue
    return ""


# -- Written and read again ----------------------------------------------------------------------


def _arranged(page: Page, steps: tuple[Step, ...]) -> Page:
    """Return the page with other steps, their headings on even levels.  Raises NotEditable."""
    outermost = max(2, min((step.level for step in page.steps), default=2))
    changed = replace(page, steps=levelled(steps, outermost))
    return _same_steps(changed, changed)


def levelled(steps: tuple[Step, ...], level: int) -> tuple[Step, ...]:
    """Return steps with their headings on even levels from one on.  Raises NotEditable."""
    if steps and level > DEEPEST:
        raise NotEditable(f"Expected at most {DEEPEST} headings one inside the other, but this would be one more.")
    return tuple(
        replace(step, level=level, steps=levelled(step.steps, level + 1), card=step.card or _some_card(step))
        for step in steps
    )


def _some_card(step: Step) -> Card | None:
    """Return a card for a group that has lost its last step, which else would become text."""
    return None if step.steps else Card(action=Confirm())


def _read_again(page: Page) -> Page:
    return read(write(page), file=page.file).page


def _same_steps(wanted: Page, changed: Page) -> Page:
    """Return the changed page as it reads, if it has the steps that were wanted.  Raises NotEditable."""
    found = _read_again(changed)
    if _shape(found.steps) == _shape(wanted.steps):
        return found
    if sum(1 for _ in changed.walk()) > MOST_STEPS:
        raise NotEditable(f"Expected at most {MOST_STEPS:,} steps on a page, but this would be more. Part it in two.")
    raise NotEditable(
        "Expected text below a step, but a heading in it would become a step of its own. "
        "Write that heading in bold instead, or change the page as text."
    )


def _shape(steps: tuple[Step, ...]) -> tuple[object, ...]:
    return tuple((step.name, _shape(step.steps)) for step in steps)
