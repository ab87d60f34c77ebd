"""Facts and choices in a reply: labelled lines, a lone value, the file that was asked for, an option."""

from __future__ import annotations

from doorstep.understanding.answer import Answer, Kind
from doorstep.understanding.dates import read_when
from doorstep.understanding.labelled import Labelled, labelled
from doorstep.understanding.phrases import danger, match
from doorstep.understanding.said import Said, strong, unclear
from doorstep.understanding.sentences import sentences
from doorstep.understanding.values import ValueNotUnderstood, canonical, chosen
from doorstep.understanding.vocabulary import plain

NOTED = ("promised", "delegated", "away", "withdrawn")

LONE = frozenset({"number", "money", "e-mail address", "choice", "yes/no", "date", "date and time", "time", "duration"})
"""Kinds whose values are known without a label."""


def facts_in(said: Said) -> Answer | None:
    """Read labelled lines, a lone value, or the file that was asked for."""
    if said.ask.verb not in {"fill in", "answer"} or not said.ask.fields:
        return None
    found = labelled(said.words, said.ask.fields, files=said.files, today=said.today)
    if found.faults:
        return Answer(Kind.UNCLEAR, " ".join(found.faults), found.facts, comment=said.words)
    if found.empty and not found.facts:
        return unclear(said, f"Nothing was filled in for {', '.join(found.missing)}.")
    if not found.facts:
        return _lone_value(said)
    return _filled(said, found)


def _filled(said: Said, found: Labelled) -> Answer:
    if found.missing:
        why = f"Still missing: {', '.join(found.missing)}."
        return Answer(Kind.UNCLEAR, why, found.facts, comment=found.rest)
    doubt = "?" if "?" in found.rest else danger(f"{found.rest} {said.signature}") or _other_answer(said, found.rest)
    if doubt:
        why = f"All was filled in, but “{doubt}” beside it may take it back or limit it."
        return Answer(Kind.UNCLEAR, why, found.facts, comment=found.rest, proposed=Kind.FILLED)
    return Answer(Kind.FILLED, f"They filled in {', '.join(found.facts)}.", found.facts, comment=found.rest)


def _other_answer(said: Said, beside: str) -> str:
    """Return what beside the facts means something else: a file with "ask Jon" is hardly the file that was asked for."""
    hits = (match(answer, sentence, said.today) for sentence in sentences(beside) for answer in NOTED)
    return next((hit.core for hit in hits if hit and hit.strength != "weak"), "")


def _lone_value(said: Said) -> Answer | None:
    """Read a value without its label, when only one is wanted and it can be nothing else."""
    if len(said.ask.fields) != 1 or len(said.sentences) != 1:
        return None
    label, kind = said.ask.fields[0]
    if kind.split(" (")[0] not in LONE:
        return None
    try:
        facts = {label: canonical(kind, said.sentences[0].rstrip(".!"), today=said.today)}
    except ValueNotUnderstood:
        return None  # words, which the other readers may know
    if read_when(said.sentences[0], said.today) is not None:
        why = f"“{said.sentences[0]}” may be the {label}, or when they will answer."
        return Answer(Kind.UNCLEAR, why, facts, comment=said.words, proposed=Kind.FILLED)
    return Answer(Kind.FILLED, f"They wrote one value, for {label}.", facts)


def choice_in(said: Said) -> Answer | None:
    """Read one of the options, alone or by the label of its fact."""
    if said.ask.verb != "choose" or not said.ask.options or not said.sentences:
        return None
    label = said.ask.fields[0][0] if said.ask.fields else ""
    kind = f"choice ({', '.join(said.ask.options)})"
    found = labelled(said.words, ((label, kind),) if label else (), files=(), today=said.today)
    if found.facts:
        return _chosen(said, str(found.facts[label]), label, beside=found.rest)
    phrase = strong("chosen", said.sentences[0], said)
    if phrase is None:
        return None
    for end in (phrase.option, said.sentences[0]):
        try:
            return _chosen(said, chosen(end, said.ask.options), label, beside=said.beside(0, phrase))
        except ValueNotUnderstood:
            continue  # the phrase took too much or too little of it
    return None


def _chosen(said: Said, option: str, label: str, *, beside: str) -> Answer:
    others = [each for each in said.ask.options if each != option and plain(each) in plain(beside)]
    doubt = others[0] if others else ("?" if "?" in beside else danger(f"{beside} {said.signature}"))
    facts = {label: option}
    if doubt:
        why = f"They chose “{option}”, but “{doubt}” beside it may take it back or limit it."
        return Answer(Kind.UNCLEAR, why, facts, comment=said.words, proposed=Kind.CHOSEN)
    return Answer(Kind.CHOSEN, f"They chose “{option}”.", facts, comment=beside)


def free_text(said: Said) -> Answer | None:
    """Take all words as the answer where words are what was asked for."""
    if said.ask.verb != "answer" or not said.sentences or "?" in said.words:
        return None
    label, kind = said.ask.fields[0] if said.ask.fields else ("", "text")
    if kind != "text" or len(said.ask.fields) > 1:
        return None
    return Answer(Kind.FILLED, "They answered in their own words.", {label: said.words})
