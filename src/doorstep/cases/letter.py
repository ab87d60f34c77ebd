"""Letters: what a delivery says, whole, so that a channel only puts it into its own form.

A letter shows the facts the card or guidance names, what it covers, and the starter; nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from doorstep.cases import closing, directory, may_assist, mirror, store
from doorstep.cases.beside import Field, asked_beside
from doorstep.cases.covering import Copy, fields_of
from doorstep.cases.gathered import Opened
from doorstep.cases.models import Ask, Delivery
from doorstep.cases.naming import filled
from doorstep.cases.records import LINK, record_at
from doorstep.cases.saying import said
from doorstep.chase.plan import AskPlan
from doorstep.chase.say import say_time
from doorstep.kernel.program import OUTCOMES, Verb
from doorstep.kernel.values import FileRef
from doorstep.library import bulletins
from doorstep.people.reference import PersonRef
from doorstep.plugin_api import Attachment, Letter, Shown
from doorstep.reading.page import Choose, FactKind, Step

_FENCE = re.compile(r"[*_`#>]+|\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where a letter goes and how its answer comes back."""

    to: str
    reply_to: str = ""
    page_url: str = ""
    reference: str = ""
    record: str = ""
    route: Mapping[str, str] | None = None
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class About:
    """What a letter is about: the case, the delivery, its ask if it has one, and what its brief says."""

    case: Opened
    delivery: Delivery
    ask: Ask | None
    brief: Mapping[str, object]
    copy: Copy
    step: Step | None
    person: PersonRef | None
    now: datetime

    @cached_property
    def plan(self) -> AskPlan | None:
        """The chase's plan for the ask, made once for a letter."""
        return closing.plan_of(self)

    @property
    def zone(self) -> ZoneInfo:
        """The zone times are said in: the reader's, else the case's."""
        return ZoneInfo(self.person.zone if self.person else self.case.row.zone)

    def time(self, at: datetime) -> str:
        """Say a time to the reader."""
        return say_time(at, now=self.now, zone=self.zone)


def letter_of(about: About, envelope: Envelope) -> Letter:
    """Return the letter of a delivery."""
    base = _base(about, envelope)
    if about.delivery.purpose == "status":
        shown = mirror.said_of(about.case.row, at=about.now)
        return replace(base, headline=shown.headline, paragraphs=shown.lines, thread=str(about.case.row.id))
    if about.ask is None:
        return _telling(about, base)
    match about.delivery.purpose:
        case "ask" | "reminder" | "change":
            return _asking(about, base)
        case "withdrawn":
            return replace(base, headline=closing.withdrawn(about), closing="You need not do anything.")
        case "code":
            headline = f"Your code for “{about.ask.name}” is {about.brief['code']}."
            return replace(base, headline=headline, closing="It holds for ten minutes. You asked for none? Do nothing.")
        case "assistant":
            headline, why = may_assist.question(UUID(str(about.brief["wish"])))
            closing_line = "Reply yes or no. You can take it back at any time."
            return replace(base, headline=headline, paragraphs=(why,) if why else (), closing=closing_line)
        case "receipt":
            return replace(base, headline=closing.receipt(about), closing="Not what you meant? Reply undo.")
        case _:
            paragraphs = tuple(str(about.brief.get("text") or "").splitlines())
            asker = directory.name_of(UUID(str(about.brief["by"]))) if about.brief.get("by") else ""
            lead = f"{asker} writes about “{about.ask.name}”:" if asker else f"About “{about.ask.name}”:"
            return replace(_asking(about, base), headline=lead, paragraphs=paragraphs)


def _base(about: About, envelope: Envelope) -> Letter:
    """Return what every letter has."""
    row, ask = about.case.row, about.ask
    name = ask.name if ask else about.step.name if about.step else ""
    version = f"{about.case.page.page.title}, version {about.case.page.number}"
    return Letter(
        key=str(about.delivery.id),
        purpose=about.delivery.purpose,
        to=envelope.to,
        to_name=about.person.name if about.person else (ask.display if ask else ""),
        lane=about.delivery.lane,
        organisation=settings.DOORSTEP.text("organisation"),
        starter=directory.name_of(row.starter),
        subject=_line(f"{name} for {row.title}" if name else row.title),
        headline="",
        footer=f"{version}, “{name}”" if name else version,
        reference=envelope.reference,
        reply_to=envelope.reply_to,
        page_url=envelope.page_url,
        thread=about.delivery.about,
        earlier=envelope.earlier,
        record=envelope.record,
        route=envelope.route or {},
        language=about.person.language if about.person else settings.DOORSTEP.text("language"),
    )


def _line(text: str) -> str:
    """Return text on one line: headers refuse line breaks."""
    return " ".join(text.split())


# -- Asks --------------------------------------------------------------------------------------------


def _asking(about: About, base: Letter) -> Letter:
    """Return a letter that asks, reminds or says what changed."""
    ask = about.ask
    assert ask is not None, "only what is asked is asked about"
    verb = Verb(ask.verb)
    covered = tuple(_shown(about, about.copy.covered))
    beside = asked_beside(ask, about.case.page.process_key)
    return replace(
        base,
        headline=_headline(about, ask),
        as_role=role_of(ask),
        paragraphs=(*_paragraphs(about), *map(_line_of, beside)),
        covered=covered,
        shown=tuple(_shown(about, {name: one for name, one in about.copy.shown.items() if name not in named(beside)})),
        beside=tuple((one.name.capitalize(), one.value) for one in beside if one.value),
        checklist=tuple((item.text, item.killer) for item in about.step.checklist) if about.step else (),
        verb=ask.verb,
        outcomes=OUTCOMES[verb],
        fields=tuple((field.name, kind_text(field.kind)) for field in fields_of(about.step)),
        options=_options(about.step),
        closing=closing.if_nothing_is_heard(about),
        attachments=tuple(_files(about)) if about.delivery.purpose in ("ask", "change") else (),
    )


def named(beside: Iterable[Field]) -> frozenset[str]:
    """Return the names of what is asked beside, which is not shown a second time."""
    return frozenset(one.name for one in beside)


def _line_of(one: Field) -> str:
    """Say how something is said beside an approval in a reply."""
    return f"{one.hint} In a reply it stands on a line of its own: “{one.name.capitalize()}: {one.value or '…'}”."


def _headline(about: About, ask: Ask) -> str:
    """Say what is asked: “Please sign off the contract for Halden Foods by 17:20.”"""
    wanted = closing.wanted_by(about)
    by = f" by {about.time(wanted)}" if wanted else ""
    name = ask.name[:1].lower() + ask.name[1:]
    match about.delivery.purpose:
        case "reminder":
            return f"A reminder: please {name} for {about.case.row.title}{by}."
        case "change":
            return f"“{ask.name}” for {about.case.row.title} has changed since we asked you. Please look again{by}."
        case _:
            return f"Please {name} for {about.case.row.title}{by}."


def role_of(ask: Ask) -> str:
    """Return as what somebody is asked, when the card names a role."""
    plain = ask.who.partition(" (")[0]
    return "" if plain.startswith(("{", "whoever", "manager of")) or "@" in plain else plain


def _paragraphs(about: About) -> Iterator[str]:
    """Yield why we write, the guidance as plain text, and what could not be looked at."""
    if why := str(about.brief.get("why") or ""):
        yield why
    yield from _bulletins(about)
    if about.case.row.needed_by and about.delivery.purpose == "ask":
        yield f"It is needed by {about.time(about.case.row.needed_by)}."
    if about.ask and about.ask.could_not_look:
        yield f"We could not look by ourselves: {about.ask.could_not_look}"
    facts = about.case.state.facts if about.case.state else {}
    for block in re.split(r"\n\s*\n", about.step.guidance if about.step else ""):
        if text := _line(_FENCE.sub(r"\1", filled(block, facts))):
            yield text


def _bulletins(about: About) -> Iterator[str]:
    """Yield what holds for now at the step: the one place from which every channel says it."""
    if about.ask is None:
        return
    for one in bulletins.of_step(about.case.row.process_id, about.ask.step, at=about.now):
        plain = _line(_FENCE.sub(r"\1", one.text))
        yield f"For now, until {about.time(one.ends_at)}: {plain}"


def _shown(about: About, facts: Mapping[str, object]) -> Iterator[Shown]:
    """Yield labelled values; a file is named here and attached beside."""
    page = about.case.page.page
    for name, value in facts.items():
        link = str(value.get(LINK) or "") if isinstance(value, Mapping) and record_at(page, facts, name) else ""
        yield Shown(label=name, value=said(value, zone=about.zone), link=link)


def _files(about: About) -> Iterator[Attachment]:
    """Yield the files an ask covers or shows."""
    for value in (*about.copy.covered.values(), *about.copy.shown.values()):
        if isinstance(value, FileRef) and value.sha256:
            yield Attachment(value.name, value.media_type or "application/octet-stream", store.content_of(value))


def _options(step: Step | None) -> tuple[str, ...]:
    action = step.card.action if step and step.card else None
    return action.options if isinstance(action, Choose) else ()


def kind_text(kind: FactKind | None) -> str:
    """Return a kind as pages say it: ``choice (a, b)``, ``list of country``."""
    if kind is None:
        return "text"
    if kind.name == "choice":
        return f"choice ({', '.join(kind.options)})"
    return f"list of {kind_text(kind.of)}" if kind.name == "list" else kind.name


# -- Tellings ----------------------------------------------------------------------------------------


def _telling(about: About, base: Letter) -> Letter:
    """Return a letter that tells: the step's own words, or what the starter must hear."""
    if quotation := str(about.brief.get("quotation") or ""):
        files = tuple(_attached(about))
        return replace(base, subject=_line(about.case.row.title), headline="", quotation=quotation, attachments=files)
    said = tuple(closing.telling_more(about))
    after = closing.telling_after(about) if base.reply_to else ""
    return replace(base, headline=closing.telling(about), paragraphs=said, closing=after)


def _attached(about: About) -> Iterator[Attachment]:
    """Yield the files a Tell attaches."""
    names = about.brief.get("attach")
    facts = about.case.state.facts if about.case.state else {}
    for name in names if isinstance(names, list) else []:
        value = facts.get(str(name))
        if isinstance(value, FileRef) and value.sha256:
            yield Attachment(value.name, value.media_type or "application/octet-stream", store.content_of(value))
