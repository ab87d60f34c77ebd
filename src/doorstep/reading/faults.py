"""Every fault a page can have: its code, what it says, why it is one, and an example.

E1 a card or the text, E2 the facts, E3 and W3 conditions, E4 and W4 the order of the steps; W is a
warning.  A code never changes its meaning.  docs/reference/faults.md is made from this table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from doorstep.reading.fault_kind import FaultKind
from doorstep.reading.fault_meanings import CONDITIONS, FLOW
from doorstep.reading.nearness import nearest
from doorstep.reading.page import Fault, Place

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDEST_QUOTE = 80
MOST_FAULTS = 500
MOST_SUGGESTIONS = 50  # looking for the nearest of 2,000 names is slow, and a page of noise has no near ones


CARDS = (
    FaultKind(
        "E101",
        "Expected the page to start with its title, a heading of level 1 (# Title), but {came}.",
        "The title names the process. Everything else on the page stands below it.",
        "## Only a step",
    ),
    FaultKind(
        "E102",
        'Expected a key of a card, but got "{came}".',
        "A list that stands directly under a heading and starts one item with a key is a card; then every item must "
        "start with one. Write what is not a key as text below the card.",
        "- Who: Legal counsel\n- Deu: 1 working day",
    ),
    FaultKind(
        "E103",
        "Expected {expected} after {key}, but nothing came.",
        "A key without a value says nothing. Give it one or take the line away.",
        "- Who:",
    ),
    FaultKind(
        "E104",
        '"{came}" is not a role.',
        "Roles are checked against the directory where there is one. Write a role that exists, or make it first.",
        "- Who: Legal council",
    ),
    FaultKind(
        "E105",
        "Expected {key} once on this card, but it came again; it first stands in line {line}.",
        "Only the first counts, and a reader could not know which.",
        "- Due: 1 hour\n- Due: 2 hours",
    ),
    FaultKind(
        "E106",
        "Expected one verb on a card, but {key} came after {first}.",
        "A step asks for one thing or does one thing. Make a step of each.",
        "- Approve: {contract}\n- Fill in: go-live (date)",
    ),
    FaultKind(
        "E107",
        "Expected {expected} to close what was opened in {key}, but the line ended.",
        "Commas inside brackets and quotes do not part a list, so what opens must close.",
        "- Fill in: go-live (date",
    ),
    FaultKind(
        "E108",
        'Expected {expected}, but got "{came}".',
        "An addressee is a role, a role with a scope (Tax lead (country: {country})), an address, {fact}, whoever "
        'started this, whoever did "X", or manager of one of these.',
        "- Who: Legal counsel; Finance",
    ),
    FaultKind(
        "E109",
        'Expected {expected} for {key}, but got "{came}".',
        "A time is an amount with a unit (4 working hours, 2 working days by 17:00), a date (2026-03-12), a time of day "
        "(18:00), a fact ({date}), or an amount before or after a fact (30 days before {date}).",
        "- Due: soon",
    ),
    FaultKind(
        "E110",
        'Expected what to do, for instance {expected}, but got "{came}".',
        "The ways on are a closed list, because the page must do exactly what it says.",
        "- If late: nag them",
    ),
    FaultKind(
        "E111",
        "{key} offers {expected}, but not {came}.",
        "Not every way on makes sense in every place: what was rejected is answered and cannot be asked of somebody "
        "else, and a page goes on in one way only.",
        "- If rejected: skip",
    ),
    FaultKind(
        "E112",
        'Expected {expected} for {key}, but got "{came}".',
        "The values of this key are a closed list.",
        "- Proof: fingerprint",
    ),
    FaultKind(
        "E113",
        'Expected {expected} for {key}, but got "{came}".',
        "The value does not have the form the key takes.",
        "- Choose: colour",
    ),
    FaultKind(
        "E114",
        'Expected each step to have a name of its own, but "{came}" stands in line {line} already.',
        "Handlers, conditions and the history name steps by their headings.",
        "## Sign\n- Who: A\n\n## Sign\n- Who: B",
    ),
    FaultKind(
        "E115",
        "Expected a heading with words for this step, but it is empty.",
        "A step is named by its heading.",
        "##\n- Who: Legal counsel",
    ),
    FaultKind(
        "E116",
        "Expected a quotation (> what it says) under a step that tells somebody something, but there is none.",
        "What is said is the quotation under the card, so that a reader sees exactly what goes out.",
        "- Tell: {contact}",
    ),
    FaultKind(
        "E117",
        "Expected an item that must hold (!) under a step somebody is asked, but nobody is asked here.",
        "A killer item has to be ticked by a person before the step can be answered.",
        '- Set: deal.Stage = "Won"\n\n- [ ] ! The contract is signed',
    ),
    FaultKind(
        "E118",
        "Expected one line of text in an item of a card, but got {came}.",
        "A card is a flat list. Write lists, quotations and paragraphs below it.",
        "- Who: Legal counsel\n  - and Finance",
    ),
    FaultKind(
        "E119",
        "{key} belongs on the card of {where}, but it stands on the card of {here}.",
        "Some keys speak of the process, others of one step.",
        "# Close a project\n- Due: 2 days",
    ),
    FaultKind(
        "E120",
        'Expected one title on a page, but "{came}" is a second heading of level 1 with steps.',
        "A page is one process. Write a page for each, or lower the heading by a level.",
        "# One\n\n# Two\n- Who: Legal counsel",
    ),
    FaultKind(
        "E121",
        "Expected {expected} beside {key}, but this card has none.",
        "The key says what comes back from something the card does not do.",
        "- Who: Legal counsel\n- Gives: number = id",
    ),
    FaultKind(
        "E122",
        "Expected a page of at most 1 MiB, but got {came}. Nothing of it was read.",
        "A page must be readable by people. Keep data in files and name them.",
        "",
    ),
    FaultKind(
        "E123",
        "Expected at most 2,000 steps, but got {came}. None of them was read.",
        "Part the process into several pages.",
        "",
    ),
    FaultKind(
        "E124",
        "Expected text, but got a byte that is none; it was read as \ufffd.",
        "The file holds a NUL or half a character: it is damaged or not text in UTF-8. Save it as UTF-8.",
        "",
    ),
    FaultKind(
        "E125",
        "Expected the page to start with its title, but got front matter (lines between ---).",
        "A page has no front matter: what a process is called and who owns it stand on its card, where readers see "
        "them. Import the page to turn the one into the other, or write the lines as a list below the title.",
        "---\nowner: Ana\n---\n# Close a project",
    ),
    FaultKind(
        "E126",
        "This page has more than 500 faults; the rest is not listed.",
        "Mend the first ones and read it again.",
        "",
    ),
    FaultKind(
        "E190",
        "{came} is not in this version: the page can be read but not run.",
        "What a page says must happen. So what this version cannot do yet is a fault, never passed over.",
        "- Run: Close the books (month = month)",
    ),
    FaultKind(
        "W190",
        "Starts {came} is not in this version: start it by hand or from a record.",
        "The page runs, but it does not start in this way yet.",
        "- Starts: by hand, or by mail to close@northwind.example",
    ),
    FaultKind(
        "W101",
        "Expected at most nine items between two pauses, but got {came}.",
        "People skip items of long lists. Part them by a step or by a sentence that makes the reader pause.",
        "",
    ),
    FaultKind(
        "W102",
        "This looks like a secret ({came}). Keep it where secrets are kept and change it if it is real.",
        "Pages are read by many and kept for ever.",
        "password: hunter2-and-more",
    ),
    FaultKind(
        "W103",
        'This list is read as text, because none of its items starts with a key of a card; "{came}" looks like one.',
        "A list directly under a heading is a card only if at least one item starts with a key.",
        "- Whoo: Legal counsel",
    ),
    FaultKind(
        "W104",
        "Expected a fact in braces that the approval covers, for instance {{contract}}, but none came.",
        "An approval covers what its verb names, nothing else. Without a fact, nothing is held against a later change.",
        "- Approve: the contract",
    ),
    FaultKind(
        "W105",
        'The front matter says "{came}", which is not a key of a card; it was left out.',
        "On import the front matter is turned into the card of the title.",
        "---\nlayout: post\n---",
    ),
)

FACTS = (
    FaultKind(
        "E201",
        'Expected each fact once, but "{came}" stands in line {line} already.',
        "A fact has one kind and one source.",
        "| client | text | |\n| client | file | |",
    ),
    FaultKind(
        "E202",
        'Expected a kind of fact, but got "{came}".',
        "Kinds: text, number, money, yes/no, date, time, date and time, duration, choice (a, b), person, e-mail address, "
        "country, file, list of <kind>, or a linked record of a connected system, such as Jira issue.",
        "| client | txt | |",
    ),
    FaultKind(
        "E203",
        'Expected the name of a fact, but got "{came}".',
        'A name starts with a letter and holds no brackets, braces, quotes, commas, points, "=" or "|".',
        "| go(live) | date | |",
    ),
    FaultKind(
        "E204",
        'Expected the columns Fact, Kind and From in the table of facts, but got "{came}".',
        "The table of facts has three columns. Say more in text below it.",
        "| Fact | Kind | Note |",
    ),
    FaultKind(
        "E205",
        "Expected one table of facts, below the title and before the first step, but got another here.",
        "All facts stand in one place, so that a reader sees what the process knows.",
        "",
    ),
    FaultKind(
        "E206",
        'Expected what to choose from, such as choice (small, large), but got "{came}".',
        "A choice without options cannot be answered.",
        "| size | choice | |",
    ),
)

KINDS = {kind.code: kind for kind in CARDS + FACTS + CONDITIONS + FLOW}
"""Every kind of fault by its code."""


def fault(code: str, place: Place, *, near: Iterable[str] = (), **blanks: object) -> Fault:
    """Make a fault: fill the blanks of its sentence, and suggest what of ``near`` is closest to ``came``."""
    came = str(blanks.get("came", ""))
    text = KINDS[code].says.format(**{**blanks, "came": shown(came)})
    suggestion = nearest(came, near)
    if suggestion is not None:
        text = f'{text} Did you mean "{suggestion}"?'
    return Fault(code, text, place, "warning" if code.startswith("W") else "error", suggestion, came=came)


def shown(came: str) -> str:
    """Return what came, fit for one line of a message."""
    line = " ".join(came.split())
    return line if len(line) <= WIDEST_QUOTE else line[: WIDEST_QUOTE - 1] + "…"


class Report:
    """The faults of one page as they are found; the 501st only says that there are more."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    @property
    def suggests(self) -> bool:
        """Whether the next fault may still propose what was meant."""
        return len(self.faults) < MOST_SUGGESTIONS

    @property
    def full(self) -> bool:
        return len(self.faults) > MOST_FAULTS

    def add(self, code: str, place: Place, *, near: Iterable[str] = (), **blanks: object) -> None:
        """Take down a fault, see `fault`."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault(code, place, near=near if self.suggests else (), **blanks))
        elif not self.full:
            self.faults.append(fault("E126", place))
