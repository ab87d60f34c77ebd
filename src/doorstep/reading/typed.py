"""Typed lines made into a page: "Mira approves contract.pdf", one ask a line.

    Sam confirms the deployment of DEP-412
    Mira approves contract.pdf
    Priya gives the go-live date, all by 18:00

What is understood is said back for a person to confirm; what is not is a fault that says so, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from doorstep.reading.check import check
from doorstep.reading.page import Address, Fact, Page, Step, TitleCard
from doorstep.reading.typed_names import Known as Known  # noqa: PLC0414 - given together with the lines
from doorstep.reading.typed_names import Named, Names, NotKnown
from doorstep.reading.typed_steps import Asked, Made, NoName, made_of, shown_object, steps_of
from doorstep.reading.typed_times import Deadline, NotATime, cut_deadline
from doorstep.reading.typed_verbs import THIRDS, NotAWish, Wish, wish
from doorstep.reading.words import listed
from doorstep.reading.writing import write

MOST_LINES = 20
MOST_LETTERS = 4_000
EXAMPLE = """Sam confirms the deployment of DEP-412
Mira approves contract.pdf
Priya gives the go-live date, all by 18:00"""

NEITHER = 'Expected who does what, as in "Mira approves contract.pdf", but the line says neither.'
"""What is said of a line that names nobody and wants nothing: most prose is such."""

_BULLET = re.compile(r"^(?:[-*+•–—]|\d{1,2}[.)]|\[[ xX]?\])\s+")
_SIGNS = dict.fromkeys(map(ord, '{}[]|<>"“”„«»`\\*~'), " ")
_THEN = re.compile(r"^(?:and\s+)?(?:then|after\s+that|afterwards|finally|next)\b[,:]?\s*", re.IGNORECASE)
_ASK = re.compile(r"^(?:please|kindly|also|ask|can|could|would|will|and)\s+", re.IGNORECASE)
_CLAUSE = re.compile(
    r"(?:\s*[,;]\s*(?:and\s+)?(?:then\s+)?|\s+and\s+(?:then\s+)?|\s+then\s+|\.\s+)(?=\S)", re.IGNORECASE
)
_BEFORE = re.compile(r"\b(?:before|after|once|until|when|while|as soon as)\s+", re.IGNORECASE)
_ANOTHER = re.compile(
    rf"(?:\band|\bthen|,|;|\.)\s+(?P<name>[^\W\d_a-z][\w-]*(?:\s+[^\W\d_a-z][\w-]*)?)\s+(?:{'|'.join(THIRDS)})\s"
)
_BY_MAIL = re.compile(r",?\s+(?:by|via|per)\s+e?-?mail$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LineFault:
    """What could not be understood of a line, in whole sentences.  Line 0: of all of them together."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """One step said back: ``Mira Holt approves contract.pdf, by 18:00 today``."""

    line: int
    sentence: str
    step: str
    who: Named


@dataclass(frozen=True, slots=True)
class Wanted:
    """A fact whoever starts gives: a file that a line names, or words to be approved (``value``, to be mended)."""

    name: str
    kind: str
    label: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was understood.  The page is whole only when there are no faults."""

    page: Page
    said: tuple[Said, ...]
    wanted: tuple[Wanted, ...]
    needed_by: str
    faults: tuple[LineFault, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line taken apart: whom, what, by when.  ``later``: it begins a new turn."""

    number: int
    who: Named
    wish: Wish
    deadline: Deadline | None
    later: bool
    by_mail: bool


def understand_lines(
    text: str,
    *,
    people: Sequence[Known],
    by: str,
    now: datetime,
    systems: Collection[str] = (),
    title: str = "",
) -> Typed:
    """Understand typed lines; never raises.

    ``people`` are those who may be asked, ``by`` is the address of whoever types, ``now`` the time where
    they are, ``systems`` the connected systems.  The page has their title, or one made of the lines.
    """
    if len(text) > MOST_LETTERS or len(text.strip().splitlines()) > MOST_LINES:
        return _nothing(f"Expected at most {MOST_LINES} lines, but there are more. Write a page for so much.")
    reader = _Reader(Names(people), now)
    for number, line in enumerate(text.splitlines(), start=1):
        reader.take(number, line)
    if not reader.lines and not reader.faults:
        return _nothing('Expected a line such as "Mira approves contract.pdf", but there is none.')
    made = reader.made(systems)
    page = _page(made, reader, title=title, by=by)
    faults = reader.faults or [LineFault(0, fault) for fault in _errors(page)]
    said = tuple(_said(line, asked, reader.all_by) for line, asked in zip(made.lines, made.asks, strict=True))
    wanted = tuple(Wanted(fact.name, fact.kind.name, label, value) for fact, label, value in made.wanted)
    return Typed(page, said, wanted, reader.all_by.said if reader.all_by else "", tuple(faults))


def _nothing(why: str) -> Typed:
    return Typed(Page(""), (), (), "", (LineFault(0, why),))


@dataclass(frozen=True, slots=True)
class _Made:
    """What the lines gave: the asks in their order, the steps and the facts they need."""

    lines: tuple[_Line, ...]
    asks: tuple[Asked, ...]
    steps: tuple[Step, ...]
    wanted: tuple[tuple[Fact, str, str], ...]


class _Reader:
    """Takes lines one by one; keeps what it understood and what it did not."""

    def __init__(self, names: Names, now: datetime) -> None:
        self.names, self.now = names, now
        self.lines: list[_Line] = []
        self.faults: list[LineFault] = []
        self.all_by: Deadline | None = None
        self.title = ""

    def take(self, number: int, line: str) -> None:
        """Take one line down."""
        plain = _plain(line)
        if not plain:
            return
        heading = line.lstrip().startswith("#") or (plain.endswith(":") and not self.lines)
        if heading and not self.title:
            self.title = plain.strip(" #:")
            return
        try:
            self._taken(number, plain)
        except (NotATime, NotKnown, NotAWish) as fault:
            self.faults.append(LineFault(number, str(fault)))

    def _taken(self, number: int, text: str) -> None:
        rest, deadline = cut_deadline(text.rstrip(" .;,!?"), now=self.now)
        if deadline and deadline.of_all:
            if self.all_by and self.all_by.time != deadline.time:
                raise NotATime(f"All of it is wanted {self.all_by.said} already. Say it once.")
            self.all_by, deadline = deadline, None
        found: list[_Line] = []
        for clause in self._clauses(rest):
            found += self._clause(number, clause, deadline)
        self.lines += found

    def _clauses(self, text: str) -> Iterator[str]:
        """Yield the parts of a line that each begin with somebody who is to do something."""
        start = 0
        for cut in _CLAUSE.finditer(text):
            if (
                cut.start() > start
                and self._begins(text[cut.end() :])
                and self._begins(_lead(text[start : cut.start()]))
            ):
                yield text[start : cut.start()]
                start = cut.start() + cut[0].lower().index("then") if "then" in cut[0].lower() else cut.end()
        if text[start:].strip():
            yield text[start:]

    def _begins(self, text: str) -> bool:
        """Say whether somebody known and a verb stand at the beginning."""
        try:
            who = self.names.first(text.split())
            return who is not None and wish_at(" ".join(text.split()[who[1] :]))
        except NotKnown:
            return True  # nobody or more than one: said when the part is read by itself

    def _clause(self, number: int, text: str, deadline: Deadline | None) -> list[_Line]:
        later = bool(_THEN.match(text)) and bool(self.lines)
        text = _lead(text)
        by_mail = bool(_BY_MAIL.search(text))
        words = _BY_MAIL.sub("", text).split()
        people, words = self._people(words)
        several = len(people) > 1
        asked = wish(" ".join(words), who=people[-1].display, several=several) if people else None
        if asked is None:
            raise self._not_understood(" ".join(words), people)
        self._nobody_inside(asked.object)
        return [_Line(number, who, asked, deadline, later, by_mail) for who in people]

    def _nobody_inside(self, text: str) -> None:
        """Refuse "before Sam checks it" and "and Zed approves it": they would be lost in the words."""
        if found := _ANOTHER.search(text):
            raise self.names.unknown(found["name"])
        for found in _BEFORE.finditer(text):
            if self._begins(text[found.end() :]):
                raise NotAWish(
                    f'"{found[0].strip()} {text[found.end() :].split(maxsplit=1)[0]}" makes an order. '
                    'Write what comes after on a line of its own that begins with "then".'
                )

    def _people(self, words: list[str]) -> tuple[list[Named], list[str]]:
        """Return whom the first words name: "Sam and Mira"."""
        people: list[Named] = []
        while words and (found := self.names.first(words)):
            people.append(found[0])
            last, words = words[found[1] - 1], words[found[1] :]
            if words[:1] in (["and"], ["&"]) and self.names.first(words[1:]):
                words = words[1:]
            elif last.endswith(":"):
                return people, [":", *words]
            elif not last.endswith(","):
                break
        return people, words

    def _not_understood(self, text: str, people: Sequence[Named]) -> ValueError:
        if people:
            return NotAWish(
                f"It is not clear what {people[-1].display} is to do. Write a verb after the name, "
                "as in confirms, approves, gives, reads or chooses."
            )
        words = text.split()
        for count in range(1, min(len(words), 5)):
            if wish_at(" ".join(words[count:])):
                return self.names.unknown(" ".join(words[:count]).strip(" ,:@"))
        return NotAWish(NEITHER)

    def made(self, systems: Collection[str]) -> _Made:
        """Return the steps and facts of what was understood."""
        making = Made(frozenset(name.casefold() for name in systems))
        lines, asks = [], []
        for line in self.lines:
            due = line.deadline.time if line.deadline else None
            try:
                asks.append(made_of(making, line.who, line.wish, due=due, later=line.later, by_mail=line.by_mail))
            except NoName as fault:
                self.faults.append(LineFault(line.number, str(fault)))
            else:
                lines.append(line)
        return _Made(tuple(lines), tuple(asks), steps_of(asks), tuple(making.wanted))


def wish_at(text: str) -> bool:
    """Say whether a text begins with a verb."""
    try:
        return wish(text, who="") is not None
    except NotAWish:
        return True


def _plain(line: str) -> str:
    text = " ".join("".join(sign for sign in line.translate(_SIGNS) if sign.isprintable() or sign == "\t").split())
    return _BULLET.sub("", text).strip().lstrip("#").strip() if text else ""


def _lead(text: str) -> str:
    """Return a line without "then", "please", "ask" before the name."""
    text = _THEN.sub("", text.strip())
    while found := _ASK.match(text):
        text = text[found.end() :]
    return text.strip()


def _said(line: _Line, asked: Asked, all_by: Deadline | None) -> Said:
    verb = line.wish.base if line.who.display == "you" else line.wish.third
    name = line.who.display[:1].upper() + line.who.display[1:]
    due = line.deadline or all_by
    mail = ", by e-mail" if line.by_mail else ""
    sentence = f"{name} {verb} {shown_object(line.wish)}{mail}{f', {due.said}' if due else ''}"
    return Said(line.number, sentence, asked.step.name, line.who)


def _page(made: _Made, reader: _Reader, *, title: str, by: str) -> Page:
    said = " ".join(title.translate(_SIGNS).split()).strip(" #")[:200] or reader.title[:200]
    card = TitleCard(owner=Address(by) if by else None, needed_by=reader.all_by.time if reader.all_by else None)
    facts = tuple(fact for fact, _, _ in made.wanted)
    return Page(said or _title(made.lines), card, facts=facts, steps=made.steps)


def _title(lines: Sequence[_Line]) -> str:
    """Return a title made of what the lines are about."""
    about = list(dict.fromkeys(shown_object(line.wish) for line in lines))
    text = listed(about) if len(about) < 4 else f"{', '.join(about[:3])} and more"
    short = text if len(text) <= 120 else f"{text[:117].rsplit(' ', 1)[0]} …"
    return short[:1].upper() + short[1:] or "Typed lines"


def _errors(page: Page) -> list[str]:
    """Return what is wrong with the page itself, as whoever typed it can mend it."""
    checked = check(write(page))
    return [fault.text for fault in checked.faults if fault.severity == "error"]
