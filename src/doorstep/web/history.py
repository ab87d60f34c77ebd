"""The journal in words: what a colleague would say happened, entry by entry."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from doorstep.cases import queries
from doorstep.cases.models import Ask, Delivery
from doorstep.cases.pages import Indexed
from doorstep.cases.queries import Happened
from doorstep.cases.saying import said
from doorstep.kernel import values
from doorstep.kernel.values import FileRef

ERASED = "What it said was erased."


@dataclass(frozen=True, slots=True)
class Told:
    """One entry: when, and in words what."""

    at: datetime
    kind: str
    text: str
    files: tuple[FileRef, ...] = ()  # that came with it


class Put(NamedTuple):
    """What a delivery was about: the ask's name, and who it is for, to people."""

    name: str
    who: str


@dataclass(frozen=True, slots=True)
class Teller:
    """What entries are told with: the names of steps and asks, what deliveries were about, the reader's zone."""

    page: Indexed
    asks: Mapping[str, str]
    sent: Mapping[str, Put]
    zone: ZoneInfo

    def step(self, entry: Happened) -> str:
        if not entry.step:
            return self.asks.get(str(entry.content.get("ask")), "")
        node = self.page.nodes.get(entry.step)
        return node.name if node else entry.step


def history_of(case_id: UUID, page: Indexed, *, zone: ZoneInfo) -> list[Told]:
    """Return a case's journal, the latest first.  Three queries more than the journal's own."""
    rows = Ask.objects.filter(case_id=case_id).values_list("id", "name", "display")
    asks = {key: Put(name, who) for key, name, who in rows}
    about = Delivery.objects.filter(case_id=case_id, ask_id__in=asks).values_list("id", "ask_id")
    sent = {str(key): asks[ask] for key, ask in about if ask in asks}
    teller = Teller(page, {str(key): put.name for key, put in asks.items()}, sent, zone)
    entries = reversed(queries.history(case_id))
    return [*_together(Told(one.at, one.kind, _text(one, teller), files_of(one)) for one in entries)]


def _together(told: Iterable[Told]) -> Iterator[Told]:
    """Yield entries, looks at records that follow each other and say the same as one that says how often."""
    for looked, some in groupby(told, key=lambda one: one.kind == "RecordObserved"):
        if not looked:
            yield from some
            continue
        alike: dict[str, list[Told]] = {}
        for one in some:
            alike.setdefault(one.text, []).append(one)
        for text, same in alike.items():
            yield same[0] if len(same) == 1 else replace(same[0], text=f"{text} ({len(same)} times)")


def files_of(entry: Happened) -> tuple[FileRef, ...]:
    """Return the files that came with an answer beside its facts: the changed version somebody wants."""
    one, several = entry.content.get("file"), entry.content.get("files")
    rows = [json.loads(one)] if isinstance(one, str) else several if isinstance(several, list) else []
    return tuple(
        FileRef(name=name, sha256=sha256, media_type=media_type, size=size) for name, sha256, media_type, size in rows
    )


def _text(entry: Happened, teller: Teller) -> str:
    return f"{_spaced(entry.kind)}. {ERASED}" if entry.erased else _sentence(entry, teller)


def _sentence(entry: Happened, teller: Teller) -> str:
    """Say one entry; a kind nobody wrote words for says its name and why."""
    if entry.kind == "HandedOver":
        return _handed(entry.content, teller)
    content, who, step = entry.content, entry.by, teller.step(entry)
    pattern = SAYS.get(entry.kind)
    reason = str(content.get("reason") or content.get("why") or content.get("comment") or content.get("text") or "")
    if pattern is None:
        return _joined(f"{_spaced(entry.kind)}{f' “{step}”' if step else ''}{f', {who}' if who else ''}.", reason)
    blanks = {
        "who": who or "Doorstep",
        "step": step,
        "outcome": content.get("outcome") or content.get("result") or "",
        "proof": how_known(content) or "by link",
        "facts": _facts(content.get("facts"), teller.zone),
        "to": content.get("to") or "",
        "move": MOVES.get(str(content.get("move")), "followed up").format(to=content.get("to") or "somebody"),
        "purpose": content.get("purpose") or "",
        "name": content.get("name") or "",
        "channel": content.get("channel") or "",
    }
    return _joined(pattern.format(**blanks), reason)


def _handed(content: Mapping[str, object], teller: Teller) -> str:
    """Say what went to whom; to a person by name, to others by their address."""
    put = teller.sent.get(str(content.get("delivery")), Put("", ""))
    pattern = WENT.get(str(content.get("purpose")), TOLD) if put.name else TOLD
    channel = str(content.get("channel") or "")
    how = f"by {channel}" if channel in OURS else f"in {channel.capitalize()}"
    return pattern.format(name=put.name, who=put.who or content.get("to") or "somebody", how=how)


TOLD = "A letter went to {who} {how}."
WENT: Mapping[str, str] = {
    "ask": "“{name}” was asked of {who} {how}.",
    "reminder": "A reminder of “{name}” went to {who} {how}.",
    "change": "{who} heard {how} what changed in “{name}”.",
    "withdrawn": "{who} heard {how} that “{name}” is settled.",
    "receipt": "A receipt for “{name}” went to {who} {how}.",
}
"""What is said of a delivery about an ask, by what it was for."""

PROOFS: Mapping[str, str] = {
    "link": "by link",
    "mail": "by mail",
    "code": "by link with a code",
    "login": "signed in",
    "signature service": "signed",
}
"""How it is known who answered, in words."""

OURS = frozenset({"", "page", "api", "e-mail"})
"""Channels that say less of an answer than its proof does."""


def how_known(content: Mapping[str, object], proof: str = "") -> str:
    """Say where an answer was given, or else how it is known who gave it: “in Jira”, “by mail”."""
    channel = str(content.get("channel") or "")
    return PROOFS.get(proof or str(content.get("proof")), "") if channel in OURS else f"in {channel}"


MOVES: Mapping[str, str] = {
    "remind": "sent a reminder",
    "other channel": "asked by {to} as well",
    "stand-in": "asked {to} beside",
    "escalate": "told {to} that it waits",
}

SAYS: Mapping[str, str] = {
    "CaseStarted": "{who} started it. {facts}",
    "AnswerArrived": "{who} answered “{step}”: {outcome}, {proof}. {facts}",
    "RecordObserved": "We looked at the record for “{step}”. {facts}",
    "ActionEnded": "“{step}” ended: {outcome}. {facts}",
    "TimerFired": "The time for “{step}” has come ({purpose}).",
    "FactsChanged": "What is known changed. {facts}",
    "MessageArrived": "The message “{name}” came. {facts}",
    "AddresseeNotFound": "Nobody could be found for “{step}”.",
    "StepAdded": "{who} added “{step}”.",
    "StepSkipped": "{who} skipped “{step}”.",
    "StepOverridden": "{who} took “{step}” as done.",
    "StepDeferred": "{who} deferred “{step}”.",
    "StepReopened": "{who} asked “{step}” again.",
    "StepDoneAhead": "{who} did “{step}” ahead of its turn.",
    "StepRetried": "{who} had “{step}” tried again.",
    "AskReassigned": "{who} had {to} asked for “{step}”.",
    "AnswerWithdrawn": "{who} took back the answer to “{step}”.",
    "CaseSuspended": "{who} let it rest.",
    "CaseResumed": "{who} had it go on.",
    "CaseCancelled": "{who} called it off.",
    "CaseMigrated": "It moved to another version of the page.",
    "DeliveryFailed": "It could not be delivered by {channel}.",
    "NeededByMoved": "{who} moved when it is needed.",
    "ClientTold": "{who} told {to}:",
    "Quieted": "{who} wants to hear of it only if it breaks.",
    "HeardAgain": "{who} wants to hear of it when it is done, too.",
    "AssistantAnswered": "{who} said whether an assistant may answer for them.",
    "CodeSent": "A code was sent to make sure who answers.",
    "FreshLinkSent": "A fresh link was mailed.",
    "Reminded": "{who} had a reminder sent.",
    "Delegated": "{who} proposed {to}.",
    "Promised": "{who} promised “{step}”.",
    "QuestionAsked": "{who} asked about “{step}”:",
    "Chased": "“{step}” waited: we {move}.",
    "Warned": "We told whoever started it that it may not make it.",
    "ChangesWanted": "Changes are wanted for “{step}”:",
    "TellingAnswered": "An answer came to what was told:",
    "RemarkReceived": "A remark came about “{step}”:",
    "ReplyNotTaken": "A reply about “{step}” decided nothing:",
    "Away": "An automatic reply said that whoever is asked for “{step}” is away.",
    "AskedAbout": "{who} was asked what a reply about “{step}” means.",
    "ActionEndedLate": "“{step}” ended after it was given up: {outcome}. {facts}",
    "QuestionAnswered": "{who} answered the question about “{step}”:",
}


def _facts(facts: object, zone: ZoneInfo) -> str:
    """Say facts: “Go-live 12 March 2026, contact lena@halden.example.”"""
    if not isinstance(facts, dict):
        return ""
    known = [(name, said(values.decode(value), zone=zone)) for name, value in facts.items()]
    listed = ", ".join(f"{name} {text}" for name, text in known if text)
    return f"{listed[:1].upper()}{listed[1:]}." if listed else ""


def _joined(sentence: str, reason: str) -> str:
    return f"{sentence.strip()} {reason}".strip()


def _spaced(kind: str) -> str:
    """Say a kind's name as words: ``DeliveryFailed`` is "Delivery failed"."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind).strip()
    return words[:1].upper() + words[1:]
