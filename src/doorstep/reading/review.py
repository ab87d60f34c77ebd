"""What is wrong with a page beyond the form of its cards, and needs no directory and no conditions to tell."""

from __future__ import annotations

import re

from doorstep.reading.faults import Report
from doorstep.reading.page import (
    Approve,
    Card,
    Decide,
    Do,
    Page,
    Place,
    RunProcess,
    SetFields,
    Step,
    Tell,
    TitleCard,
    Wait,
)
from doorstep.reading.titles import write_start

RUNS_NOW = frozenset({"by hand", "record"})
"""The ways to start that this version has."""

_SECRETS = (
    ("a private key", "PRIVATE KEY", re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----")),
    ("a key of a cloud", "AKIA", re.compile(r"\bAKIA[0-9A-Z]{16}\b")),
    ("a token of GitHub", "_", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22})")),
    ("a token of Slack", "xox", re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10}")),
    ("a token of Jira", "ATATT3", re.compile(r"\bATATT3[\w-]{20}")),
    ("a key for payments", "k_live_", re.compile(r"\b[sr]k_live_[A-Za-z0-9]{16}")),
    ("a signed token", "eyJ", re.compile(r"\beyJ[\w-]{10,2000}\.eyJ[\w-]{10}")),
)
_WORDS_OF_SECRETS = ("password", "passwd", "passphrase", "secret", "api", "token")
_SAID = re.compile(
    r"\b(?:password|passwd|passphrase|secret|api[ _-]?key|token)\b[\"'`*]{0,3}[ \t]{0,3}[:=][ \t]{0,3}[\"'`]?"
    r"(?!\{|https?:)(?=\S{0,40}\d)[^\s\"'`]{8}",
    re.IGNORECASE,
)


def review(page: Page, text: str, report: Report) -> None:
    """Report what is wrong with the steps of a page, with how it starts, and with its text."""
    _starts(page.card, report)
    _names(page, report)
    for step in page.walk():
        _killers(step, report)
        if step.card:
            _action(step, step.card, report)
            _beside(step.card, report)
    _secrets(text, report)


def _starts(card: TitleCard, report: Report) -> None:
    """A way to start that is not in this version is a warning while another one is."""
    places = dict(card.places)
    runs = not card.starts or any(start.how in RUNS_NOW for start in card.starts)
    for start in card.starts:
        if start.how not in RUNS_NOW and runs:
            report.add("W190", start.place, came=write_start(start))
        elif start.how not in RUNS_NOW:
            report.add("E190", start.place, came=f"Starts: {write_start(start)}, without another way to start,")
    if card.again is not None:
        report.add("E190", places.get("Again", Place()), came="Again on a process")


def _names(page: Page, report: Report) -> None:
    first: dict[str, int] = {}
    for step in page.walk():
        if not step.name:
            report.add("E115", step.place)
        elif step.name in first:
            report.add("E114", step.place, came=step.name, line=first[step.name])
        first.setdefault(step.name, step.place.line)


def _killers(step: Step, report: Report) -> None:
    """A killer item needs somebody who ticks it."""
    if step.card and (step.card.who or (step.card.action and not isinstance(step.card.action, _DOING))):
        return
    for item in step.checklist:
        if item.killer:
            report.add("E117", item.place)


_DOING = Do | SetFields | Decide | Wait | RunProcess | Tell


def _action(step: Step, card: Card, report: Report) -> None:
    match card.action:
        case Tell() if not step.quotation:
            report.add("E116", step.place)
        case Approve(covered=()):
            report.add("W104", _place(card, "Approve"))
        case Decide():
            report.add("E190", _place(card, "Decide"), came="Decide")
        case RunProcess():
            report.add("E190", _place(card, "Run"), came="Run")
        case _:
            pass


def _beside(card: Card, report: Report) -> None:
    """Starting another process beside is not in this version either, and nobody here signs by a service."""
    if card.proof == "signature service":
        report.add("E190", _place(card, "Proof"), came="Proof by a signature service")
    for handler in (*card.if_late, *card.if_rejected, *card.if_fails):
        if handler.do == "run":
            report.add("E190", handler.place, came="Starting another process")


def _place(card: Card, key: str) -> Place:
    return dict(card.places).get(key, Place())


def _secrets(text: str, report: Report) -> None:
    for what, hint, form in _SECRETS:
        if hint in text:
            _found(what, form, text, report)
    lowered = text.lower()
    if any(word in lowered for word in _WORDS_OF_SECRETS):
        _found("a password or a key", _SAID, text, report)


def _found(what: str, form: re.Pattern[str], text: str, report: Report) -> None:
    for found in form.finditer(text):
        if report.full:
            return
        start = text.rfind("\n", 0, found.start()) + 1
        report.add("W102", Place(text.count("\n", 0, start) + 1, found.start() - start + 1), came=what)
