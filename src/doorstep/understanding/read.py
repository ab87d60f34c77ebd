"""A reply's text and the ask it answers → what it means, or "unclear, and why".

Conservative (rule 6 of asks and replies): the first meaningful sentences against a closed vocabulary.
A negation, a condition, a question or a second signal beside an approval makes it unclear: then a person
is asked, never the dice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from doorstep.understanding.answer import Answer, AskShape, Kind
from doorstep.understanding.decisions import DECISIONS, decision_in
from doorstep.understanding.filling import choice_in, facts_in, free_text
from doorstep.understanding.labelled import labelled
from doorstep.understanding.phrases import (
    Match,
    begins_like,
    danger,
    day_and_rest,
    ends_like,
    match,
)
from doorstep.understanding.said import FIRST, Said, strong, unclear
from doorstep.understanding.sentences import sentences
from doorstep.understanding.strip import Stripped, strip
from doorstep.understanding.vocabulary import plain, vocabularies, words_pattern

NOTES = (("promised", Kind.PROMISED), ("delegated", Kind.DELEGATED), ("away", Kind.AWAY))
SILENT_FILES = re.compile(
    r"(?i)\.(?:p7s|asc|sig|vcf|ics)$|^winmail\.dat$|^(?:image|outlook|logo)[\w.-]*\.(?:png|jpe?g|gif)$"
)


Reader = Callable[[Said], "Answer | None"]


def understand(*, text: str, ask: AskShape, today: date, attachments: Sequence[str] = (), author: str = "") -> Answer:
    """Say what a reply means to an ask.

    ``text`` is the whole reply, quotes and signature included.  ``today`` is the writer's day (a datetime
    also answers "in two hours").  All vocabularies are read, whatever language the ask was in.
    ``attachments`` are the names of the files that came along, ``author`` is the writer's name.
    """
    stripped = strip(text, author=author)
    if ask.beside:
        return _without_lines(stripped, ask=ask, today=today, attachments=attachments, text=text)
    return _understood(stripped, ask=ask, today=today, attachments=attachments, text=text)


def _without_lines(stripped: Stripped, *, ask: AskShape, today: date, attachments: Sequence[str], text: str) -> Answer:
    """Read an approval without the lines that may stand beside it; in any other answer they are words like others."""
    found = labelled(stripped.words, ask.beside, files=(), today=today)
    rest = replace(stripped, words=found.rest)
    answer = _understood(rest, ask=ask, today=today, attachments=attachments, text=text)
    if Kind.APPROVED not in (answer.kind, answer.proposed):
        return _understood(stripped, ask=ask, today=today, attachments=attachments, text=text)
    if found.faults:
        return Answer(Kind.UNCLEAR, " ".join(found.faults), comment=stripped.words)
    return replace(answer, beside=found.facts)


def _understood(stripped: Stripped, *, ask: AskShape, today: date, attachments: Sequence[str], text: str) -> Answer:
    files = tuple(name for name in attachments if not SILENT_FILES.search(name))
    said = Said(ask, today, stripped.words, sentences(stripped.words), stripped.signature, files)
    if stripped.inline or _says_inline(said):
        why = "The answers stand inside the quoted text, where only a person can see what they answer."
        return Answer(Kind.UNCLEAR, why, comment=text.strip(), inline=True)
    readers: tuple[Reader, ...] = (
        _proposed,
        _withdrawn,
        facts_in,
        choice_in,
        decision_in,
        _note,
        free_text,
        _question,
        _weak,
    )
    for reader in readers:
        if (answer := reader(said)) is not None:
            return answer
    return _not_understood(said)


def _says_inline(said: Said) -> bool:
    phrases = words_pattern([phrase for each in vocabularies() for phrase in each.inline])
    return any(re.search(rf"\b(?:{phrases})\b", plain(sentence)) for sentence in said.sentences)


# -- Answers to our own short question, and taking back --------------------------------------------------


def _proposed(said: Said) -> Answer | None:
    """Read a bare yes or no to "did you mean …?"."""
    if said.ask.proposed is None or len(said.sentences) != 1:
        return None
    if _bare(said, "approved") or _bare(said, "done"):
        return Answer(said.ask.proposed, f"They confirmed that they meant {said.ask.proposed.value}.")
    if _bare(said, "rejected"):
        return unclear(said, f"They did not mean {said.ask.proposed.value}; what they meant they did not say.")
    return None


def _bare(said: Said, answer: str) -> bool:
    found = match(answer, said.sentences[0], said.today)
    return found is not None and found.strength == "alone"


def _withdrawn(said: Said) -> Answer | None:
    for at, sentence in enumerate(said.sentences[:FIRST]):
        found = strong("withdrawn", sentence, said)
        if found and "?" in said.words:
            return unclear(
                said, "They seem to take something back, but ask a question with it.", proposed=Kind.WITHDRAWN
            )
        if found:
            return Answer(Kind.WITHDRAWN, f"They wrote “{found.core}”.", comment=said.comment(at, found))
    return None


# -- Notes, and what is left -------------------------------------------------------------------------------


def _note(said: Said) -> Answer | None:
    """Find a promise, a delegation or an absence: none of them decides."""
    for at, sentence in enumerate(said.sentences[:FIRST]):
        clauses = [] if sentence.endswith("?") else [sentence, *re.split(r"[,;]\s+|\s+[-–—]\s+", sentence)[1:]]
        for clause in clauses:
            for answer, kind in NOTES:
                hit = match(answer, clause, said.today)
                if hit and hit.strength != "weak" and (hit.when is None or _to_come(hit, said)):
                    return _noted(said, kind, hit, at=at)
    return None


def _to_come(hit: Match, said: Said) -> bool:
    day = hit.when.day if hit.when else None
    return day is None or day >= _day_of(said.today)


def _day_of(today: date) -> date:
    """Return the bare day of a date or a datetime."""
    return date(today.year, today.month, today.day)


def _noted(said: Said, kind: Kind, hit: Match, *, at: int) -> Answer:
    when, comment = hit.when, said.comment(at, hit)
    if kind is Kind.PROMISED and when is None and hit.rest:
        when, beyond = day_and_rest(hit.rest, said.today)
        comment = beyond if when else comment
    return Answer(
        kind,
        f"They wrote “{hit.core}”.",
        when=(when.day or _day_of(said.today)) if when else None,
        at=when.at if when else None,
        delegate=hit.name,
        comment=comment,
    )


def _question(said: Said) -> Answer | None:
    if not any("?" in sentence for sentence in said.sentences):
        return None
    return Answer(Kind.QUESTION, "They ask a question.", comment=said.words)


def _weak(said: Said) -> Answer | None:
    """Propose what a word may mean that people also use for less."""
    if (limited := _limited(said)) is not None or len(said.sentences) > 2:
        return limited
    for answer, kind in (*DECISIONS.get(said.ask.verb, ()), *NOTES):
        hit = next(
            (
                found
                for sentence in said.sentences
                if (found := match(answer, sentence, said.today)) and found.strength == "weak"
            ),
            None,
        )
        if hit:
            return unclear(
                said, f"“{hit.core}” alone may mean {kind.value}, or only that they have seen it.", proposed=kind
            )
    return None


def _limited(said: Said) -> Answer | None:
    """Propose changes wanted for "approved if …" and its like."""
    if said.ask.verb != "approve" or not said.sentences:
        return None
    core = begins_like("approved", said.sentences[0])
    if core:
        proposed = Kind.CHANGES_WANTED if "changes wanted" in said.ask.outcomes else None
        return unclear(said, f"They wrote “{core}”, but what follows may limit it.", proposed=proposed)
    if (word := ends_like("approved", said.sentences[0])) and not danger(said.words):
        return unclear(said, f"They wrote “{word}”, but of what is not sure.", proposed=Kind.APPROVED)
    return None


def _not_understood(said: Said) -> Answer:
    if not said.sentences:
        return unclear(said, "There are no words in it that could be an answer.")
    return unclear(said, "It matches nothing that people write to answer such an ask.")
