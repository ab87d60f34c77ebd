"""What the text of a page says that its cards do not do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from doorstep.reading.compile_cards import DUE
from doorstep.reading.compile_names import Naming
from doorstep.reading.directory import Directory
from doorstep.reading.page import Place, Step
from doorstep.reading.times import canonical

_BRACED = re.compile(r"\{([^\W\d][^{}\n\":;<>()=]{0,60})\}")
_COUNT = r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_LENGTH = rf"{_COUNT}\s+(?:(?:working|business)\s+)?(?:minute|hour|day|week|month)s?"
_DEADLINE = re.compile(rf"\b(?:within|no\s+later\s+than|every)\s+(?P<said>{_LENGTH})\b", re.IGNORECASE)
_LENGTHS = re.compile(rf"\b{_LENGTH}\b", re.IGNORECASE)
_THRESHOLD = re.compile(
    r"\b(?:more\s+than|less\s+than|at\s+least|at\s+most|above|below|over|under|up\s+to|exceed(?:s|ing)?|beyond)\s+"
    r"(?P<said>(?:[A-Z]{3}\s?|[€$£¥]\s?)?\d(?:[\d.,'  ]*\d)?)(?!\d|\s*(?:working|business|minutes?|hours?|days?|weeks?|months?|years?|times?)\b)"
)
_NUMBERS = re.compile(r"\d[\d.,']*\d|\d")
_CODE = re.compile(r"`[^`]*`")


@dataclass(frozen=True, slots=True)
class _Section:
    """A step with its lines: the card above, the body below; counted from 0."""

    step: Step
    start: int
    body: int
    end: int


def check_prose(naming: Naming, lines: Sequence[str], directory: Directory | None) -> None:
    """Report facts in braces that are none, and roles, thresholds and deadlines that no card uses."""
    sections = tuple(_sections(naming, lines))
    first = sections[0].start if sections else len(lines)
    cards = "\n".join((*lines[:first], *("\n".join(lines[one.start : one.body]) for one in sections)))
    prose = _Prose(naming, cards, directory)
    for section in sections:
        prose.read(section, lines)


def _sections(naming: Naming, lines: Sequence[str]) -> Iterator[_Section]:
    """Yield each step with its lines; what follows its card down to the next step is its body."""
    steps = [step for step in naming.page.walk() if step.place.line]
    ends = [*(step.place.line - 1 for step in steps[1:]), len(lines)][: len(steps)]
    for step, end in zip(steps, ends, strict=True):
        start = step.place.line - 1
        last = end
        while last > start + 1 and not lines[last - 1].strip():
            last -= 1
        height = step.body.count("\n") + 1 if step.body else 0
        yield _Section(step, start, max(last - height, start + 1), last)


class _Prose:
    """What cards use, and the look for what text names beside it."""

    def __init__(self, naming: Naming, cards: str, directory: Directory | None) -> None:
        self.naming = naming
        self.numbers = {number for found in _NUMBERS.finditer(cards) for number in _amounts(found[0])}
        self.lengths = {DUE, *(_length(found[0]) for found in _LENGTHS.finditer(cards))}
        folded = cards.casefold()
        unused = sorted(role for role in (directory.roles if directory else ()) if role.casefold() not in folded)
        self.roles = re.compile("|".join(rf"\b{re.escape(role)}\b" for role in unused)) if unused else None

    def read(self, section: _Section, lines: Sequence[str]) -> None:
        fenced = False
        for number in range(section.body, section.end):
            line = lines[number]
            if line.lstrip().startswith(("```", "~~~")):
                fenced = not fenced
            elif not fenced:
                self.line(_CODE.sub(lambda found: " " * len(found[0]), line), number + 1, section.step)

    def line(self, line: str, number: int, step: Step) -> None:
        said = line.lstrip()
        if "{" in line:
            self.braces(line, number, step, quoted=said.startswith(">"))
        if not said.startswith((">", "- [", "* [", "+ [")):
            self.promises(line, number)

    def braces(self, line: str, number: int, step: Step, *, quoted: bool) -> None:
        """Look for facts in braces; one that is none is an error in what is said to somebody."""
        names = self.naming.names_in(step)
        for found in _BRACED.finditer(line):
            if not names.has_fact(found[1].strip()):
                place = Place(number, found.start(1) + 1)
                self.naming.report.add(
                    "E302" if quoted else "W302", place, came=found[1].strip(), near=names.all_facts()
                )

    def promises(self, line: str, number: int) -> None:
        for found in _THRESHOLD.finditer(line):
            if not self.numbers & set(_amounts(found["said"])):
                self.report("the threshold", found["said"], Place(number, found.start("said") + 1))
        for found in _DEADLINE.finditer(line):
            if _length(found["said"]) not in self.lengths:
                self.report("the deadline", found["said"], Place(number, found.start("said") + 1))
        for found in self.roles.finditer(line) if self.roles else ():
            self.report("the role", found[0], Place(number, found.start() + 1))

    def report(self, what: str, came: str, place: Place) -> None:
        self.naming.report.add("W403", place, what=what, came=came)


def _amounts(said: str) -> tuple[str, ...]:
    """Return a number as conditions write it, as the share it is when a percentage, and without separators."""
    digits = re.sub(r"[^\d.]", "", said.rstrip(".,'"))
    together = digits.replace(".", "")
    number = digits.rstrip("0").rstrip(".") if digits.count(".") == 1 else together
    share = f"0.{number.zfill(2)}".rstrip("0") if number.isdigit() and len(number) < 3 else number
    grouped = together if re.fullmatch(r"\d{1,3}\.\d{3}", digits) else number  # 25.000, as many write it
    return number, share, grouped


def _length(said: str) -> str:
    return canonical(re.sub(r"\bbusiness\b", "working", said.lower())) or said
