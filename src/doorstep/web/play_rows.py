"""A play as a screen shows it: the steps with what can be done, the log in sentences, the flow lit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from doorstep.kernel.program import Kind, Program
from doorstep.kernel.values import JSON
from doorstep.people.clock import business_now
from doorstep.reading.facts import kinds_of
from doorstep.reading.flow import NARROW
from doorstep.reading.page import FactKind, Page
from doorstep.rehearsal.offers import Offer, offers
from doorstep.rehearsal.outlook import outlook
from doorstep.rehearsal.practise import Line, answers_for, sample_of, to_start
from doorstep.web.fields import PREFIX, Input, input_for
from doorstep.web.play_script import Game
from doorstep.web.steps import Row, rows_of
from doorstep.web.views.process import drawn

OUTCOMES = {
    "done": "Done", "approved": "Approve", "rejected": "Reject", "changes wanted": "Approve with changes wanted",
    "ok": "It works", "failed": "It fails", "unknown": "Nobody knows",
}  # fmt: skip
_FACT = re.compile(r"\{([^{}]+)\}")
_SETTLED = {"done": "done", "overridden": "done", "open": "open", "waiting": "waiting", "stuck": "stuck", "idle": ""}


@dataclass(frozen=True, slots=True)
class Doing:
    """Something that can be done: the offer, its buttons, its fields, and as whom."""

    offer: Offer
    number: str
    buttons: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, Input], ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class PlayRow:
    """A step in a play.  ``look`` is its class, ``tag`` a word beside its name."""

    row: Row
    look: str
    tag: str
    doings: tuple[Doing, ...]
    mine: bool = False

    @property
    def mark(self) -> str:
        """Its number, or that it is done."""
        return "✓" if self.look == "done" and not self.row.group else self.row.mark


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened: when, and in words.  ``strong``: somebody did it."""

    at: str
    exact: str
    text: str
    strong: bool = False


def roles_of(program: Program) -> tuple[str, ...]:
    """Return whom a page asks, each once, in page order; a role without its scope."""
    asked = (node.who.partition(" (")[0] for node in program.nodes if node.kind is Kind.ASK and node.who)
    return tuple(dict.fromkeys(asked))


def rows_shown(game: Game, request: HttpRequest) -> dict[str, Any]:
    """Return what the screen of a play shows."""
    zone = ZoneInfo(game.zone)
    if not game.begun:
        fields = tuple((f"s{at}", one) for at, one in enumerate(_starting(game.page, request)))
        begins = business_now().astimezone(zone)
        return {"starting": fields, "begins": f"{begins:%Y-%m-%dT%H:%M}"}
    now = game.play.case.now.astimezone(zone)
    said = outlook(game.play)
    due = next((offer.until for offer in offers(game.play) if offer.until), None)
    return {
        "clock": f"{now:%A} {now.day} {now:%B, %H:%M}",
        "rows": tuple(_rows(game)),
        "headline": said.headline,
        "detail": said.detail,
        "lines": said.lines,
        "tone": {"done": "fine", "late": "late", "lost": "late", "waiting": "", "calm": "calm"}[said.tone],
        "over": game.play.state.case not in ("open", "suspended"),
        "due": f"{due.astimezone(zone):%a %H:%M}" if due and not game.role else "",
        "told": tuple(_told(game, zone)),
        "flow": drawn(game.play.page, dict(_statuses(game)), size=NARROW) if game.page.steps else "",
        "took": _took(game),
    }


def _starting(page: Page, request: HttpRequest) -> Iterator[Input]:
    """Yield the fields of the form that starts a play, with examples in them."""
    for fact in to_start(page):
        sent = request.POST.get(PREFIX + fact.name)
        yield _input(fact.name, fact.kind, value=sent, required=fact.required)


def _input(name: str, kind: FactKind | None, *, value: str | None = None, required: bool = False) -> Input:
    """Return a field with an example; a file is only named in a play, and so is a record."""
    field = input_for(name, kind, required=required)
    if field.input == "file":
        field = replace(field, input="text", hint="The name of a file is enough here.")
    example = sample_of(kind, business_now())
    if isinstance(example, bool):
        example = "yes" if example else "no"
    if isinstance(example, Mapping):
        example = example["key"]
    if isinstance(example, list):
        example = ", ".join(str(one) for one in example)
    said = str(example)[:16] if field.input == "datetime-local" else str(example)
    return replace(field, value=said if value is None else value)


def _rows(game: Game) -> Iterator[PlayRow]:
    statuses = dict(_statuses(game))
    doings = [_doing(game, offer, number) for number, offer in enumerate(game.offered) if offer.do != "wait"]
    for row in rows_of(game.play.page):
        mine = tuple(doing for doing in doings if _base(doing.offer.step) == row.name)
        status = statuses.get(row.name, "idle")
        look = _SETTLED.get(status, "passed")
        tag = "" if status in ("idle", "done") or row.group else "asked" if status == "open" and mine else status
        yield PlayRow(row, look, tag, mine)


def _statuses(game: Game) -> Iterator[tuple[str, str]]:
    """Yield each step's status; of several instances the one that needs somebody most."""
    if not game.told:
        return
    shown = game.told[-1][1].statuses
    ranks = ("stuck", "open", "waiting")
    for name, status in shown.items():
        instances = [other for key, other in shown.items() if key != name and _base(key) == name]
        yield name, next((rank for rank in ranks if rank in instances), status)


def _base(name: str) -> str:
    return name.partition("[")[0] if name.endswith("]") else name


def _doing(game: Game, offer: Offer, number: int) -> Doing:
    kinds = kinds_of(game.play.page).kinds
    fields = tuple((f"{number}-{at}", _input(name, kinds.get(name))) for at, name in enumerate(offer.gives))
    buttons = tuple((choice, OUTCOMES.get(choice, choice)) for choice in offer.choices)
    if offer.do == "retry":
        buttons = (("retry", "Try again"), ("skip", "Skip it"))
    return Doing(offer, str(number), buttons, fields, answers_for(game.play, offer) if offer.do == "answer" else "")


# -- What happened -------------------------------------------------------------------------------


def _told(game: Game, zone: ZoneInfo) -> Iterator[Told]:
    """Yield what happened, the latest first."""
    found = []
    for line, shown in game.told:
        moment = datetime.fromisoformat(shown.at).astimezone(zone)
        at = (f"{moment:%a %H:%M}", moment.isoformat())
        if said := _did(line):
            found.append(Told(*at, said, strong=True))
        effects = (_effect(command, game.page) for command in shown.commands)
        found += [Told(*at, _filled(words, shown.facts)) for words in effects if words]
    yield from reversed(found)


def _filled(words: str, facts: Mapping[str, JSON]) -> str:
    """Return words with the facts that are known in the place of their names."""
    return _FACT.sub(lambda found: _plain(facts.get(found[1])) or found[0], words)


def _plain(value: JSON) -> str:
    match value:
        case str() | int() | float():
            return str(value)
        case {"amount": amount, **rest}:
            return f"{rest.get('currency', '')} {amount}".strip()
        case {"name": str(name)} | {"key": str(name)}:
            return name
        case _:
            return ""


def _did(line: Line) -> str:
    step, by = line.get("step", ""), line.get("by", "")
    match line.get("do"):
        case "start":
            return "You start it."
        case "answer":
            return f"{by}: “{step}” is {line.get('outcome')}."
        case "action":
            return f"Doorstep’s “{step}” ends: {line.get('result')}."
        case "message":
            return f"The message “{line.get('name')}” comes."
        case "skip":
            return f"You skip “{step}”."
        case "retry":
            return f"You try “{step}” again."
        case _:
            return ""


def _effect(command: Mapping[str, JSON], page: Page) -> str:
    step = f"“{command['step']}”"
    match command["command"]:
        case "SendAsk":
            return f"{_who(command)} asked: {step}. {command.get('why') or ''}".strip()
        case "WithdrawAsk":
            return f"The ask {step} is withdrawn."
        case "CallAction":
            return f"Doorstep does {step}."
        case "StartCase":
            return f"Another run is started: “{command.get('process')}”."
        case "Tell" if command.get("purpose") == "tell":
            return f"{_who(command)} told: {_quotation(command, page) or step}"
        case "Tell":
            return f"{_who(command)} told of {step}: {command.get('why') or command.get('purpose')}"
        case "CloseCase":
            why = f" {command['why']}" if command.get("why") else ""
            return f"It ends: {command.get('result')}.{why}"
        case _:
            return ""


def _who(command: Mapping[str, JSON]) -> str:
    to = command.get("to")
    return "You are" if to in ("", None, "whoever started this") else f"{to} is"


def _quotation(command: Mapping[str, JSON], page: Page) -> str:
    name = _base(str(command["step"]))
    said = next((step.quotation for step in page.walk() if step.name == name), None)
    return f"“{' '.join(said.split())}”" if said else ""


def _took(game: Game) -> str:
    """Say how long it took, by the clock of the play."""
    started = game.play.state.started
    if started is None:
        return ""
    hours = (game.play.case.now - started).total_seconds() / 3600
    number, unit = (hours * 60, "minute") if hours < 1 else (hours, "hour") if hours < 48 else (hours / 24, "day")
    return f"{round(number)} {unit}{'' if round(number) == 1 else 's'}"
