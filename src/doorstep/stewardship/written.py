"""A page written from what really happened: the same work, started from lines some times.

Roles stand for the persons where these hold exactly one role in common; what varies becomes facts; dues
come from how long it took; steps nobody answered are left out, and a note says so.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from doorstep.cases.models import Ask, Case
from doorstep.library.programs import meaning_of
from doorstep.people.models import Membership
from doorstep.reading import words
from doorstep.reading.page import (
    Address,
    Addressee,
    Approve,
    Card,
    Due,
    Fact,
    FactKind,
    FillIn,
    Page,
    Read,
    Role,
    Step,
    TitleCard,
)
from doorstep.reading.typed_verbs import FILE, ISSUE, fact_name
from doorstep.reading.writing import write
from doorstep.stewardship.alike import ask_of, asking, paired

_DANGLING = frozenset({"of", "for", "on", "in", "to", "with", "at", "from", "by", "the", "a", "an", "and"})
_TEXT = FactKind("text")
_PARTED = re.compile(r"[\s-]+")
_BRACED = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class _Done:
    """One step as it was done over the cases: its step in each page, and its last ask in each case."""

    step: Step
    names: tuple[str, ...]
    asks: tuple[Ask, ...]


def written_page(cases: Sequence[Case]) -> str:
    """Return the text of a page for work done some times; ``cases`` are the latest first."""
    pages = [meaning_of(case.version_id).page for case in cases]
    done = _done(cases, pages)
    kept = [one for one in done if any(ask.state == "answered" for ask in one.asks)] or list(done)
    writing = _Writing(kept, _roles_of(kept), pages[0])
    steps = tuple(made for step in pages[0].steps for made in writing.step(step))
    title = _title(pages, [writing.names[one.step.name] for one in kept])
    note = _note(cases, [one for one in done if one not in kept], writing)
    called = _called(title, writing.facts)
    card = TitleCard(owner=pages[0].card.owner, called=called, needed_by=_needed_by(pages))
    return write(Page(title, card, body=note, facts=tuple(writing.facts), steps=steps))


def _done(cases: Sequence[Case], pages: Sequence[Page]) -> tuple[_Done, ...]:
    """Return each asking step of the latest page with what became of it in every case."""
    asked: dict[tuple[UUID, str], Ask] = {}
    for ask in Ask.objects.filter(case_id__in=[case.id for case in cases]).order_by("round", "asked_at"):
        asked[ask.case_id, ask.name] = ask
    first = asking(pages[0])
    names: dict[int, list[tuple[UUID, str]]] = defaultdict(list)
    for case, page in zip(cases, pages, strict=True):
        steps = asking(page)
        for left, right in paired(tuple(map(ask_of, first)), tuple(map(ask_of, steps))):
            names[left].append((case.id, steps[right].name))
    return tuple(
        _Done(step, tuple(name for _, name in names[at]), tuple(asked[key] for key in names[at] if key in asked))
        for at, step in enumerate(first)
    )


def _roles_of(done: Iterable[_Done]) -> Mapping[UUID, frozenset[str]]:
    """Return the roles of everybody who was asked.  One query."""
    people = {person for one in done for ask in one.asks for person in (ask.answered_by, ask.person) if person}
    found: dict[UUID, set[str]] = defaultdict(set)
    for person, role in Membership.objects.filter(person__in=people).values_list("person", "role__name"):
        found[person].add(role)
    return {person: frozenset(roles) for person, roles in found.items()}


class _Writing:
    """Writes the steps of the latest page anew, and gathers the facts they need."""

    def __init__(self, done: Sequence[_Done], roles: Mapping[UUID, frozenset[str]], page: Page) -> None:
        self.done = {one.step.name: one for one in done}
        self.roles, self.page = roles, page
        self.facts: list[Fact] = []
        self.names: dict[str, str] = {}  # headings, by what they were
        self.varying: dict[tuple[str, ...], str] = {}  # facts, by what stood in headings each time
        self.persons: list[str] = []  # headings of steps that still name a person
        self.renamed = _apart([pair for one in done for pair in _renamed(one).items()], page)

    def step(self, step: Step) -> tuple[Step, ...]:
        """Return a step as it will be on the page; nothing for one that is left out."""
        if step.steps:
            inside = tuple(made for one in step.steps for made in self.step(one))
            return (replace(step, steps=inside),) if len(inside) > 1 else tuple(replace(one, level=2) for one in inside)
        known = self.done.get(step.name)
        if known is not None:
            return (self._asked(step, known),)
        mended = next((one for one in self.done.values() if step.name in _mending(one.step)), None)
        return (self._mending(step, mended),) if mended else ()

    def _asked(self, step: Step, done: _Done) -> Step:
        card = self._with_names(step.card or Card())
        heading, varied = common([plainer(name) for name in done.names])
        if varied and card.where is None and not isinstance(card.action, Approve):
            card = replace(card, show=(*card.show, self._fact(heading, varied)))
        who = self._who(done)
        card = replace(card, who=card.who and replace(card.who, addressee=who), due=_due(done), places=())
        mends = tuple(replace(one, target=self._mended(one.target or "", done)) for one in card.if_rejected)
        name = self._name(step.name, heading)
        self.persons += [name] if isinstance(who, Address) else []
        return replace(step, name=name, heading="", card=replace(card, if_rejected=mends))

    def _mending(self, step: Step, mended: _Done) -> Step:
        card = self._with_names(step.card or Card())
        return replace(step, name=self._mended(step.name, mended), heading="", card=card)

    def _mended(self, name: str, done: _Done) -> str:
        """Return the heading of a step that mends, as what it mends is called now."""
        heading, _ = common([plainer(one) for one in done.names])
        return self._name(name, f"Amend {_object(heading)}" if _object(heading) else name)

    def _name(self, before: str, heading: str) -> str:
        """Return a heading no other step has."""
        if before not in self.names:
            taken = set(self.names.values())
            tries = (heading, before, *(f"{heading} ({number})" for number in range(2, 99)))
            self.names[before] = next(one for one in tries if one and one not in taken)
        return self.names[before]

    def _with_names(self, card: Card) -> Card:
        """Return a card with its facts by their new names, which the page keeps."""
        new = self.renamed
        match card.action:
            case Approve(covered=covered):
                card = replace(card, action=Approve(tuple(new.get(name, name) for name in covered)))
            case FillIn(fields=fields):
                fields = tuple(replace(one, name=new.get(one.name, one.name)) for one in fields)
                card = replace(card, action=FillIn(fields))
            case Read(what=what):
                card = replace(card, action=Read(_BRACED.sub(lambda name: f"{{{new.get(name[1], name[1])}}}", what)))
        card = replace(card, show=tuple(new.get(name, name) for name in card.show))
        spoken = _spoken_of(card)
        facts = (replace(fact, name=new.get(fact.name, fact.name)) for fact in self.page.facts)
        self.facts += [fact for fact in facts if fact.name in spoken and fact.name not in self._known()]
        return card

    def _known(self) -> set[str]:
        return {fact.name for fact in self.facts}

    def _fact(self, heading: str, varied: tuple[str, ...]) -> str:
        """Return the fact for what stood in a heading and was another each time; the same things are one fact."""
        if varied not in self.varying:
            last = fact_name(heading.rsplit(maxsplit=1)[-1] if heading else "") or "one"
            name = "issue" if all(ISSUE.fullmatch(one) for one in varied) else f"which {last}"
            taken = self._known() | {fact.name for fact in self.page.facts}
            free = next(one for n in range(1, 99) if (one := name if n == 1 else f"{name} {n}") not in taken)
            self.facts.append(Fact(free, _TEXT, required=True))
            self.varying[varied] = free
        return self.varying[varied]

    def _who(self, done: _Done) -> Addressee:
        """Return a role for persons who hold exactly one in common, else the person of the latest case."""
        latest = (done.step.card or Card()).who
        assert latest is not None, "it asks somebody"
        if not isinstance(latest.addressee, Address):
            return latest.addressee
        people = {ask.answered_by or ask.person for ask in done.asks}
        held = [self.roles.get(person, frozenset()) for person in people if person]
        shared = frozenset.intersection(*held) if held else frozenset()
        return Role(next(iter(shared))) if len(shared) == 1 else latest.addressee


def _mending(step: Step) -> tuple[str | None, ...]:
    """Return the steps that mend what a step rejects."""
    return tuple(one.target for one in step.card.if_rejected) if step.card else ()


def _spoken_of(card: Card) -> set[str]:
    """Return the facts of whoever starts that a card speaks of."""
    covered = card.action.covered if isinstance(card.action, Approve) else ()
    read = _BRACED.findall(card.action.what) if isinstance(card.action, Read) else ()
    record = (card.where.record,) if card.where and card.where.record else ()
    return {*card.show, *covered, *read, *record}


def _renamed(done: _Done) -> dict[str, str]:
    """Return new names for the facts of a step: the words that stood in its heading each time."""
    card = done.step.card or Card()
    fields = tuple(one.name for one in card.action.fields) if isinstance(card.action, FillIn) else ()
    lines = [{word.casefold() for word in _PARTED.split(plainer(name))} for name in done.names]
    found: dict[str, str] = {}
    for name in (*_spoken_of(replace(card, where=None)), *fields):
        parts = re.findall(r"[^\s-]+[\s-]*", name)
        plain = [part.rstrip(" -").casefold() for part in parts]
        kept = [part for part, word in zip(parts, plain, strict=True) if len({word in line for line in lines}) < 2]
        new = _without_loose_ends("".join(kept).rstrip("-").split())
        if new and kept != parts:
            found[name] = new
    return found


def _apart(pairs: Sequence[tuple[str, str]], page: Page) -> dict[str, str]:
    """Return the new names that no other fact has."""
    found: dict[str, str] = {}
    taken = {fact.name.casefold() for fact in page.facts}
    for name, new in pairs:
        if name not in found and new.casefold() not in taken:
            found[name] = new
            taken.add(new.casefold())
    return found


def plainer(heading: str) -> str:
    """Return a heading with what a file is about for its name: "Approve contract-v3.pdf" is "Approve the contract v3"."""
    return FILE.sub(lambda file: f"the {re.sub(r'[-_.]+', ' ', file['stem'])}", heading)


def _object(heading: str) -> str:
    """Return a heading without its verb."""
    return re.sub(
        r"^(?:Sign off(?: on)?|Agree (?:to|on|with)|Give (?:us|me)|Choose between|Fill in|\S+)\s*", "", heading
    )


def _title(pages: Sequence[Page], headings: Sequence[str]) -> str:
    """Return the title all had, else one made of what the steps are about."""
    if len({page.title for page in pages}) == 1:
        return pages[0].title
    about = list(dict.fromkeys(_object(one) for one in headings if _object(one)))[:3]
    text = words.listed(about) or pages[0].title
    return text[:1].upper() + text[1:]


def common(texts: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the words some texts have in common in their order, and what else stood there in each.

    "Deploy DEP-1 today", "Deploy DEP-2 today" have "Deploy today"; "DEP-1" and "DEP-2" varied.
    """
    if len({text.casefold() for text in texts}) < 2:
        return (texts[0] if texts else ""), ()
    lines = [text.split() for text in texts]
    shared = [word for word in lines[0] if all(word in line for line in lines[1:])]
    varied = dict.fromkeys(" ".join(word for word in line if word not in shared) for line in lines)
    return _without_loose_ends(shared), tuple(one for one in varied if one)


def _without_loose_ends(parts: Sequence[str]) -> str:
    """Join words, without those at the end that wait for another: "the deployment of"."""
    kept = list(parts)
    while kept and kept[-1].strip(",").casefold() in _DANGLING:
        kept.pop()
    return " ".join(kept).strip(" ,;:")


def _due(done: _Done) -> Due | None:
    """Return a due that the slowest answer so far would have kept, rounded up."""
    took = [ask.settled_at - ask.asked_at for ask in done.asks if ask.state == "answered" and ask.settled_at]
    return Due(length(max(took))) if took else done.step.card.due if done.step.card else None


def length(took: timedelta) -> str:
    """Return a length of time as a card has it: up to a working day in hours, beyond it in days."""
    hours = max(1, math.ceil(took / timedelta(hours=1)))
    if hours <= 8:
        return "1 hour" if hours == 1 else f"{hours} hours"
    days = math.ceil(took / timedelta(days=1))
    return "1 working day" if days == 1 else f"{days} days"


def _needed_by(pages: Sequence[Page]) -> str | None:
    """Return when it was needed if that was the same each time; a bare time of day is the same day's."""
    said = {page.card.needed_by for page in pages}
    text = said.pop() if len(said) == 1 else None
    if text and re.fullmatch(r"\d\d:\d\d", text):
        return f"the same day, {text}"
    return text if text and not text[:4].isdigit() else None


def _called(title: str, facts: Sequence[Fact]) -> str | None:
    """Return how a run is called: by the title and what varies, so that two runs can be told apart."""
    named = next((fact.name for fact in facts if fact.kind == _TEXT or fact.kind.name == "record"), None)
    return f"{title}: {{{named}}}" if named else None


def _note(cases: Sequence[Case], left_out: Sequence[_Done], writing: _Writing) -> str:
    """Say what the page was written from, and what was left out of it."""
    days = words.listed(f"{_day(case.started_at)}" for case in reversed(cases[:6]))
    parts = [
        f"Written from {words.number(len(cases))} runs, of {days}: check who is asked and what varies, then publish."
    ]
    parts += [f"“{one.step.name}” was left out: nobody answered it." for one in left_out]
    parts += [f"“{name}” names a person: a role outlives who holds it." for name in writing.persons]
    return "\n".join(parts)


def _day(moment: datetime) -> str:
    return f"{moment:%-d %B}"
