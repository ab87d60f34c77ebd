"""A reply from somebody who may answer: what it means becomes the verb it calls, and they hear what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from doorstep.cases import away, seals, store
from doorstep.cases.advance import Handoff
from doorstep.cases.answer_ask import Given, refuse_settled
from doorstep.cases.answer_ask import answer as record
from doorstep.cases.ask_question import ask_question
from doorstep.cases.beside import asked_beside
from doorstep.cases.channels import MAIL, Target, target_of
from doorstep.cases.clock import real_now
from doorstep.cases.covering import fields_of
from doorstep.cases.delegate import delegate
from doorstep.cases.event_json import instance_of
from doorstep.cases.letter import kind_text
from doorstep.cases.loaded import Loaded, load_case
from doorstep.cases.models import Delivery
from doorstep.cases.promise import promise
from doorstep.cases.queries import waits_for_me
from doorstep.cases.refusals import AlreadySettled, ChangedSinceOpened, Refused, TooLittleProof
from doorstep.cases.sent import Sent, keep, tell_starter, told_before, write
from doorstep.cases.withdraw_answer import withdraw_answer
from doorstep.kernel.program import OUTCOMES, Verb
from doorstep.kernel.values import FileRef
from doorstep.people.reference import PersonRef
from doorstep.reading.page import Choose, Step
from doorstep.understanding import Answer, AskShape, Kind, Message, strip, understand_message

CLARIFY_AT_MOST = 3
"""Short questions back on one ask; after that only the starter hears."""


def words_of(message: Message) -> str:
    """Return what somebody wrote, without quotes and signature."""
    return (strip(message.text).words or message.text).strip()[:2000]


ASIDE = "set aside: it is talk among its readers"


def reply(sent: Sent) -> str:
    """Let a reply have its effect; return what became of it, in words."""
    if sent.message.unreadable is not None:
        return _say_back(sent, "unclear", sent.message.unreadable.why)
    answer = _read(sent)
    return ASIDE if sent.aside and not _plain(sent, answer) else _tried(sent, answer)


def answers_plainly(sent: Sent) -> bool:
    """Say whether a mail that was only copied to us plainly answers an ask."""
    return sent.message.unreadable is None and _plain(sent, _read(sent))


def which(sent: Sent, names: Sequence[str]) -> str:
    """Ask whoever answered several things at once which they mean."""
    found = ", ".join(f"“{name}”" for name in names)
    text = (
        f"This could answer several things you are asked: {found}. Please reply to our letter about the one you mean."
    )
    return _say_back(sent, "unclear", text)


def _read(sent: Sent) -> Answer:
    """Return what a reply means to its ask."""
    today = sent.at.astimezone(_zone(sent))
    with transaction.atomic():
        case = load_case(sent.ask.case_id)
    meant = _meant(sent, case)
    answer = understand_message(sent.message, ask=_shape(sent, case, meant), today=today)
    if answer.decides and answer.kind == meant.get("proposed") and not answer.facts:
        beside = answer.beside or meant.get("beside") or {}
        answer = replace(answer, facts=meant["facts"], beside=beside, comment=answer.comment or str(meant["words"]))
    return answer


def _plain(sent: Sent, answer: Answer) -> bool:
    """Say whether talk that was copied to us answers: it decides or promises while we ask, or takes an answer back."""
    if sent.ask.state != "open":
        return answer.kind is Kind.WITHDRAWN
    return answer.decides or answer.kind in (Kind.PROMISED, Kind.DELEGATED)


def _tried(sent: Sent, answer: Answer) -> str:
    """Let an answer have its effect, or say back in words why it has none."""
    assert sent.person is not None, "somebody who may answer is on record"
    try:
        if answer.kind is not Kind.WITHDRAWN:
            refuse_settled(sent.ask.id, by=sent.person.id)
        return _effect(sent, answer)
    except AlreadySettled as error:
        if sent.inbox.channel != MAIL:
            return _remark(sent)
        return _say_back(sent, answer.kind, f"{error} {_open_now(sent)}", remark=words_of(sent.message))
    except TooLittleProof as error:
        return _say_back(sent, answer.kind, f"{error} Please sign in and answer there.")
    except Refused as error:
        return _say_back(sent, answer.kind, str(error))


def _effect(sent: Sent, answer: Answer) -> str:
    """Call the verb a reading means."""
    assert sent.person is not None, "somebody who may answer is on record"
    place = {"ask_id": sent.ask.id, "by": sent.person.id, "at": sent.at}
    match answer.kind:
        case Kind.WITHDRAWN:
            return _undo(sent)
        case Kind.PROMISED if answer.when:
            promise(until=_moment(sent, answer.when, answer.at), words=answer.comment, **place)  # type: ignore[arg-type]
        case Kind.QUESTION:
            ask_question(text=answer.comment or words_of(sent.message), **place)  # type: ignore[arg-type]
        case Kind.DELEGATED:
            delegate(to=answer.delegate, words=words_of(sent.message), **place)  # type: ignore[arg-type]
        case Kind.AWAY:
            until = _moment(sent, answer.when, answer.at) if answer.when else None
            words = f"{answer.comment} {answer.delegate}".strip()
            away.away(ask_id=sent.ask.id, until=until, by=sent.person.id, words=words, at=sent.at)
        case kind if answer.decides:
            return _decide(sent, answer, kind)
        case _:
            return _unclear(sent, answer)
    return _kept(sent, answer.kind, "noted")


def _decide(sent: Sent, answer: Answer, kind: Kind) -> str:
    """Record a decision; files that came with it are kept, and changes wanted go to the starter with them."""
    assert sent.person is not None, "somebody who may answer is on record"
    _require_latest(sent)
    files = {one.name: one for one in sent.message.attachments if not one.inline}
    facts: dict[str, object] = dict(answer.facts)
    for name, value in answer.facts.items():
        if value in files and _is_file(sent, name):
            facts[name] = store.keep(value, files[value].content, files[value].media_type)
    given = Given(
        ask_id=sent.ask.id,
        outcome=answer.outcome,
        by=sent.person.id,
        proof=sent.proof,
        facts=facts,
        comment=answer.comment,
        channel=sent.inbox.channel,
        evidence={name: text for name, text in sent.inbox.headers.items() if name.startswith("proof")},
        said={name: str(value) for name, value in answer.beside.items()},
        key=f"reply:{sent.inbox.id}",
    )
    changes = store.keep_all(sent.message.attachments) if kind is Kind.CHANGES_WANTED else None

    def beside(handoff: Handoff) -> None:
        keep(handoff, sent, answer=str(kind), became="recorded")
        if changes is not None:
            _changes(handoff, sent, *changes)

    record(given, at=sent.at, beside=beside)
    return f"{kind}: recorded"


def _changes(handoff: Handoff, sent: Sent, kept: Sequence[FileRef], refused: Sequence[str]) -> None:
    """Give the starter the text and the files of who wants changes: the candidate next version."""
    names = ", ".join(file.name for file in kept)
    said = (words_of(sent.message), f"They attached {names}." if names else "", *refused)
    text = " ".join(part for part in said if part)
    files = [[file.name, file.sha256, file.media_type, file.size] for file in kept]
    handoff.note("ChangesWanted", {"text": text, "files": files, "ask": str(sent.ask.id)})
    tell_starter(handoff, sent.ask, "remark", text, by=_by(sent))


def _undo(sent: Sent) -> str:
    """Take an answer back: “wait, don't”, or “undo” after a receipt."""
    assert sent.person is not None, "somebody who may answer is on record"
    withdraw_answer(
        case_id=sent.ask.case_id,
        step=sent.ask.step,
        instance=instance_of(sent.ask.instance),
        by=sent.person.id,
        reason=words_of(sent.message),
        at=sent.at,
        key=f"reply:{sent.inbox.id}",
    )
    return _kept(sent, Kind.WITHDRAWN, "the answer was taken back")


def _require_latest(sent: Sent) -> None:
    """Refuse an approval that answers a letter older than the last change of what it covers."""
    letter = sent.letter
    changes = Delivery.objects.filter(case_id=sent.ask.case_id, about=str(sent.ask.id), purpose="change")
    if letter is not None and changes.filter(position__gt=letter.position).exists():
        name = sent.ask.name
        raise ChangedSinceOpened(
            f"“{name}” has changed since the letter you answered. Look at what it says now and answer this one.", ()
        )


# -- Not understood ------------------------------------------------------------------------------------


def _unclear(sent: Sent, answer: Answer) -> str:
    """Show the starter what was written, and ask one short question back; never guess."""
    options = ", ".join(OUTCOMES[Verb(sent.ask.verb)]) if sent.ask.verb in ("approve", "confirm") else "the answer"
    text = f"I could not tell what you decided. Please reply with one of: {options}; or a day, a name, a question."
    if sent.ask.verb in ("fill in", "choose"):
        text = f"{answer.why} Please write each line as it was asked for; or a day, a name, a question."
    words = words_of(sent.message)
    if answer.proposed is None or not _has(sent, answer.proposed):
        return _say_back(sent, answer.kind, text, remark=words)
    filled = ", ".join(f"{name}: {value}" for name, value in answer.facts.items())
    text = f"Did you mean {filled or f'“{answer.proposed}”'}? Reply yes if so. {text}"
    meant = {
        "proposed": answer.proposed.value,
        "facts": dict(answer.facts),
        "words": words,
        "beside": dict(answer.beside),
    }
    return _say_back(sent, answer.kind, text, remark=words, meant=meant)


def _has(sent: Sent, kind: Kind) -> bool:
    """Say whether an ask can be answered so at all."""
    return kind in (Kind.FILLED, Kind.CHOSEN) or kind.value in OUTCOMES[Verb(sent.ask.verb)]


def _open_now(sent: Sent) -> str:
    """Say what else waits for somebody who answered what is settled."""
    assert sent.person is not None, "somebody who may answer is on record"
    waiting = waits_for_me(sent.person.id, at=sent.at, limit=5)
    names = "; ".join(f"“{one.name}” for {one.title}" for one in waiting)
    return f"Open for you now: {names}." if names else "Nothing is open for you now."


def _say_back(
    sent: Sent, answer: str, text: str, *, remark: str = "", meant: Mapping[str, object] | None = None
) -> str:
    """Answer the sender on the thread, at most so often on one ask, and show the starter what they wrote.

    ``meant`` is the reading a bare yes to this letter confirms.  A machine is told nothing: it might answer.
    """
    assert sent.person is not None, "somebody who may answer is on record"
    if sent.message.machine is not None:
        return f"set aside: {text}"
    if told_before(sent.inbox, sent.ask.case_id):
        return f"not taken: {text}"
    said = Delivery.objects.filter(case_id=sent.ask.case_id, about=str(sent.ask.id), purpose="clarify").count()
    with transaction.atomic():
        handoff = Handoff(load_case(sent.ask.case_id), at=sent.at, real=real_now())
        handoff.note("ReplyNotTaken", {"text": words_of(sent.message), "why": text, "ask": str(sent.ask.id)})
        target, most = _back(sent, sent.person)
        if said < most:
            write(handoff, sent, target, purpose="clarify", brief={"text": text, **(meant or {})})
        if remark:
            tell_starter(handoff, sent.ask, "remark", remark, by=_by(sent))
        keep(handoff, sent, answer=str(answer), became="answered with a question")
        handoff.write()
    return f"not taken: {text}"


def _remark(sent: Sent) -> str:
    """Keep what somebody wrote on a record after their ask was settled, and show it to the starter; answer nothing there."""
    text = words_of(sent.message)
    if told_before(sent.inbox, sent.ask.case_id):
        return "shown to the starter: what it answers is settled"
    with transaction.atomic():
        handoff = Handoff(load_case(sent.ask.case_id), at=sent.at, real=real_now())
        handoff.note("RemarkReceived", {"from": sent.message.author.email, "text": text, "ask": str(sent.ask.id)})
        tell_starter(handoff, sent.ask, "remark", text, by=_by(sent))
        keep(handoff, sent, answer="", became="shown to the starter")
        handoff.write()
    return "shown to the starter: what it answers is settled"


def _back(sent: Sent, person: PersonRef) -> tuple[Target, int]:
    """Return where the sender is answered, and how often: by mail, or once on the record they wrote on."""
    letter = sent.letter
    if sent.inbox.channel != MAIL and letter is not None:
        return Target(letter.addressee, letter.person, letter.channel, letter.connection), 1
    target = target_of(person, MAIL)
    return target, CLARIFY_AT_MOST if target.channel == MAIL else 0


def _kept(sent: Sent, answer: str, became: str) -> str:
    """Keep the reading beside the case."""
    with transaction.atomic():
        handoff = Handoff(load_case(sent.ask.case_id), at=sent.at, real=real_now())
        keep(handoff, sent, answer=str(answer), became=became)
        handoff.writes.write()
    return f"{answer}: {became}"


# -- The ask as understanding sees it --------------------------------------------------------------------


def _meant(sent: Sent, case: Loaded) -> dict[str, Any]:
    """Return what the short question proposed to whom it was put, if this mail answers one; else nothing."""
    row = sent.letter
    ours = row is not None and row.purpose == "clarify" and row.person == _by(sent)
    brief = seals.unseal_json(case.salt, bytes(row.brief)) if row and ours else {}
    return brief if "proposed" in brief else {}


def _shape(sent: Sent, case: Loaded, meant: Mapping[str, Any]) -> AskShape:
    step = case.step(sent.ask.step)
    return AskShape(
        verb=sent.ask.verb,
        outcomes=OUTCOMES[Verb(sent.ask.verb)],
        fields=_fields(step),
        options=_options(step),
        addressee=sent.ask.display,
        proposed=Kind(meant["proposed"]) if meant else None,
        beside=tuple((one.name, kind_text(one.kind)) for one in asked_beside(sent.ask, case.page.process_key)),
    )


def _fields(step: Step | None) -> tuple[tuple[str, str], ...]:
    action = step.card.action if step and step.card else None
    if isinstance(action, Choose):
        return ((action.fact, f"choice ({', '.join(action.options)})"),)
    return tuple((field.name, kind_text(field.kind)) for field in fields_of(step))


def _options(step: Step | None) -> tuple[str, ...]:
    action = step.card.action if step and step.card else None
    return action.options if isinstance(action, Choose) else ()


def _is_file(sent: Sent, name: str) -> bool:
    with transaction.atomic():
        kinds: Mapping[str, object] = load_case(sent.ask.case_id).page.kinds.kinds
    kind = kinds.get(name)
    return getattr(kind, "name", "") == "file"


def _by(sent: Sent) -> UUID | None:
    return sent.person.id if sent.person else None


def _zone(sent: Sent) -> ZoneInfo:
    return ZoneInfo(sent.person.zone if sent.person else "UTC")


def _moment(sent: Sent, day: date, at: time | None) -> datetime:
    """Return the moment somebody named: the end of the working day where they named none; not in the past."""
    moment = datetime.combine(day, at or time(17), tzinfo=_zone(sent))
    return moment if moment > sent.at else sent.at + timedelta(hours=1)
