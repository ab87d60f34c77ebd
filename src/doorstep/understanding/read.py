"""A reply's text and the ask it answers → what it means, or "unclear, and why".

Conservative (rule 6 of asks and replies): the first meaningful sentences against a closed vocabulary.
A negation, a condition, a question or a second signal beside an approval makes it unclear: then a person
is asked, never the dice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from doorstep.understanding.answer import Answer, AskShape, Kind
from doorstep.understanding.dates import read_when
from doorstep.understanding.labelled import Labelled, labelled
from doorstep.understanding.phrases import (
    Match,
    about_content,
    begins_like,
    danger,
    day_and_rest,
    ends_like,
    harmless_start,
    match,
)
from doorstep.understanding.sentences import filler_only, sentences
from doorstep.understanding.strip import strip
from doorstep.understanding.values import ValueNotUnderstood, canonical, chosen
from doorstep.understanding.vocabulary import plain, vocabularies, words_pattern

FIRST = 3
"""How many sentences may pass before the one that answers."""

LONGEST_SENTENCE = 500

DECISIONS: dict[str, tuple[tuple[str, Kind], ...]] = {
    "approve": (("approved", Kind.APPROVED), ("rejected", Kind.REJECTED), ("changes wanted", Kind.CHANGES_WANTED)),
    "confirm": (("done", Kind.DONE), ("rejected", Kind.REJECTED)),
    "read": (("read", Kind.DONE),),
}
NOTES = (("promised", Kind.PROMISED), ("delegated", Kind.DELEGATED), ("away", Kind.AWAY))
SILENT_FILES = re.compile(
    r"(?i)\.(?:p7s|asc|sig|vcf|ics)$|^winmail\.dat$|^(?:image|outlook|logo)[\w.-]*\.(?:png|jpe?g|gif)$"
)


@dataclass(frozen=True, slots=True)
class _Said:
    """What was written, ready to be matched."""

    ask: AskShape
    today: date
    words: str
    sentences: tuple[str, ...]
    signature: str
    files: tuple[str, ...]

    def beside(self, at: int, found: Match) -> str:
        """Return everything but the answering phrase itself."""
        others = [*self.sentences[:at], found.rest, *self.sentences[at + 1 :]]
        return " ".join(each for each in others if re.search(r"\w", each))

    def comment(self, at: int, found: Match) -> str:
        """Return the words as written when they are more than the answer."""
        if len(self.sentences) == 1:
            return found.rest if re.search(r"\w", found.rest) else ""
        return self.words


Reader = Callable[[_Said], "Answer | None"]


def understand(*, text: str, ask: AskShape, today: date, attachments: Sequence[str] = (), author: str = "") -> Answer:
    """Say what a reply means to an ask.

    ``text`` is the whole reply, quotes and signature included.  ``today`` is the writer's day (a datetime
    also answers "in two hours").  All vocabularies are
    read, whatever language the ask was in.  ``attachments`` are the names of the files that came along,
    ``author`` is the writer's name.
    """
    stripped = strip(text, author=author)
    files = tuple(name for name in attachments if not SILENT_FILES.search(name))
    said = _Said(ask, today, stripped.words, sentences(stripped.words), stripped.signature, files)
    if stripped.inline or _says_inline(said):
        why = "The answers stand inside the quoted text, where only a person can see what they answer."
        return Answer(Kind.UNCLEAR, why, comment=text.strip(), inline=True)
    readers: tuple[Reader, ...] = (
        _proposed,
        _withdrawn,
        _facts,
        _choice,
        _decision,
        _note,
        _free_text,
        _question,
        _weak,
    )
    for reader in readers:
        if (answer := reader(said)) is not None:
            return answer
    return _not_understood(said)


def _says_inline(said: _Said) -> bool:
    phrases = words_pattern([phrase for each in vocabularies() for phrase in each.inline])
    return any(re.search(rf"\b(?:{phrases})\b", plain(sentence)) for sentence in said.sentences)


def _unclear(said: _Said, why: str, *, proposed: Kind | None = None) -> Answer:
    beyond = f"\n\n{said.signature}" if danger(said.signature) else ""
    return Answer(Kind.UNCLEAR, why, comment=said.words + beyond, proposed=proposed)


# -- Answers to our own short question, and taking back --------------------------------------------------


def _proposed(said: _Said) -> Answer | None:
    """Read a bare yes or no to "did you mean …?"."""
    if said.ask.proposed is None or len(said.sentences) != 1:
        return None
    if _bare(said, "approved") or _bare(said, "done"):
        return Answer(said.ask.proposed, f"They confirmed that they meant {said.ask.proposed.value}.")
    if _bare(said, "rejected"):
        return _unclear(said, f"They did not mean {said.ask.proposed.value}; what they meant they did not say.")
    return None


def _bare(said: _Said, answer: str) -> bool:
    found = match(answer, said.sentences[0], said.today)
    return found is not None and found.strength == "alone"


def _withdrawn(said: _Said) -> Answer | None:
    for at, sentence in enumerate(said.sentences[:FIRST]):
        found = _strong("withdrawn", sentence, said)
        if found and "?" in said.words:
            return _unclear(
                said, "They seem to take something back, but ask a question with it.", proposed=Kind.WITHDRAWN
            )
        if found:
            return Answer(Kind.WITHDRAWN, f"They wrote “{found.core}”.", comment=said.comment(at, found))
    return None


def _strong(answer: str, sentence: str, said: _Said) -> Match | None:
    if len(sentence) > LONGEST_SENTENCE or sentence.endswith("?"):
        return None
    found = match(answer, sentence, said.today)
    return found if found and found.strength == "strong" else None


# -- Facts -----------------------------------------------------------------------------------------------


def _facts(said: _Said) -> Answer | None:
    """Read labelled lines, a lone value, or the file that was asked for."""
    if said.ask.verb not in {"fill in", "answer"} or not said.ask.fields:
        return None
    found = labelled(said.words, said.ask.fields, files=said.files, today=said.today)
    if found.faults:
        return Answer(Kind.UNCLEAR, " ".join(found.faults), found.facts, comment=said.words)
    if found.empty and not found.facts:
        return _unclear(said, f"Nothing was filled in for {', '.join(found.missing)}.")
    if not found.facts:
        return _lone_value(said)
    return _filled(said, found)


def _filled(said: _Said, found: Labelled) -> Answer:
    if found.missing:
        why = f"Still missing: {', '.join(found.missing)}."
        return Answer(Kind.UNCLEAR, why, found.facts, comment=found.rest)
    doubt = "?" if "?" in found.rest else danger(f"{found.rest} {said.signature}")
    if doubt:
        why = f"All was filled in, but “{doubt}” beside it may take it back or limit it."
        return Answer(Kind.UNCLEAR, why, found.facts, comment=found.rest, proposed=Kind.FILLED)
    return Answer(Kind.FILLED, f"They filled in {', '.join(found.facts)}.", found.facts, comment=found.rest)


def _lone_value(said: _Said) -> Answer | None:
    """Read a value without its label, when only one is wanted and it can be nothing else."""
    if len(said.ask.fields) != 1 or len(said.sentences) != 1:
        return None
    label, kind = said.ask.fields[0]
    if kind.split(" (")[0] not in {
        "number",
        "money",
        "e-mail address",
        "choice",
        "yes/no",
        "date",
        "date and time",
        "time",
        "duration",
    }:
        return None
    try:
        facts = {label: canonical(kind, said.sentences[0].rstrip(".!"), today=said.today)}
    except ValueNotUnderstood:
        return None  # words, which the other readers may know
    if read_when(said.sentences[0], said.today) is not None:
        why = f"“{said.sentences[0]}” may be the {label}, or when they will answer."
        return Answer(Kind.UNCLEAR, why, facts, comment=said.words, proposed=Kind.FILLED)
    return Answer(Kind.FILLED, f"They wrote one value, for {label}.", facts)


def _choice(said: _Said) -> Answer | None:
    if said.ask.verb != "choose" or not said.ask.options or not said.sentences:
        return None
    label = said.ask.fields[0][0] if said.ask.fields else ""
    kind = f"choice ({', '.join(said.ask.options)})"
    found = labelled(said.words, ((label, kind),) if label else (), files=(), today=said.today)
    if found.facts:
        return _chosen(said, str(found.facts[label]), label, beside=found.rest)
    phrase = _strong("chosen", said.sentences[0], said)
    if phrase is None:
        return None
    for end in (phrase.option, said.sentences[0]):
        try:
            return _chosen(said, chosen(end, said.ask.options), label, beside=said.beside(0, phrase))
        except ValueNotUnderstood:
            continue  # the phrase took too much or too little of it
    return None


def _chosen(said: _Said, option: str, label: str, *, beside: str) -> Answer:
    others = [each for each in said.ask.options if each != option and plain(each) in plain(beside)]
    doubt = others[0] if others else ("?" if "?" in beside else danger(f"{beside} {said.signature}"))
    facts = {label: option}
    if doubt:
        why = f"They chose “{option}”, but “{doubt}” beside it may take it back or limit it."
        return Answer(Kind.UNCLEAR, why, facts, comment=said.words, proposed=Kind.CHOSEN)
    return Answer(Kind.CHOSEN, f"They chose “{option}”.", facts, comment=beside)


# -- Decisions ---------------------------------------------------------------------------------------------


def _decision(said: _Said) -> Answer | None:
    """Find the one decision in the first sentences; two different ones are none."""
    table = DECISIONS.get(said.ask.verb, ())
    found = [
        (at, kind, hit)
        for at, sentence in enumerate(said.sentences)
        if (best := _best(table, sentence, said))
        for kind, hit in [best]
    ]
    if not found:
        return None
    at, kind, hit = found[0]
    kinds = {each for _, each, _ in found}
    if len(kinds) > 1 and not (kind is Kind.REJECTED and kinds == {Kind.REJECTED, Kind.CHANGES_WANTED}):
        proposed = Kind.CHANGES_WANTED if Kind.CHANGES_WANTED in kinds else None
        return _unclear(said, f"They say both {' and '.join(sorted(kinds))}.", proposed=proposed)
    if at >= FIRST:
        return _unclear(said, f"“{hit.core}” stands far down in a longer text.", proposed=kind)
    if said.ask.outcomes and kind.value not in said.ask.outcomes:
        return _unclear(said, f"Expected one of {', '.join(said.ask.outcomes)}, but got “{kind.value}”.")
    match kind:
        case Kind.APPROVED | Kind.DONE:
            return _agreed(said, at, kind, hit)
        case Kind.REJECTED:
            return _refused(said, at, hit)
        case _:
            return Answer(kind, f"They wrote “{hit.core}”.", comment=said.comment(at, hit))


def _best(table: Sequence[tuple[str, Kind]], sentence: str, said: _Said) -> tuple[Kind, Match] | None:
    """Return the decision whose phrase covers most of a sentence."""
    if len(sentence) > LONGEST_SENTENCE or sentence.endswith("?"):
        return None
    hits = [
        (kind, found)
        for answer, kind in table
        if (found := match(answer, sentence, said.today)) and found.strength != "weak"
    ]
    return max(hits, key=lambda hit: len(hit[1].core), default=None)


def _agreed(said: _Said, at: int, kind: Kind, hit: Match) -> Answer:
    beside = said.beside(at, hit)
    proposed = Kind.CHANGES_WANTED if "changes wanted" in said.ask.outcomes else kind
    if "?" in said.words:
        return _unclear(said, f"They wrote “{hit.core}”, but also ask a question.", proposed=kind)
    if hit.strength == "alone" and not all(
        filler_only(each) for each in [*said.sentences[:at], *said.sentences[at + 1 :]]
    ):
        return _unclear(said, f"“{hit.core}” with more words beside it may mean something else.", proposed=kind)
    if doubt := danger(f"{beside} {said.signature}"):
        return _unclear(said, f"They wrote “{hit.core}”, but “{doubt}” may limit it.", proposed=proposed)
    if kind is Kind.APPROVED and (named := about_content(beside)):
        return _unclear(said, f"They wrote “{hit.core}”, but also of “{named}”.", proposed=proposed)
    around = [*said.sentences[:at], *([hit.rest] if re.search(r"\w", hit.rest) else [])]
    if kind is Kind.APPROVED and not all(harmless_start(each) or _a_name(each) for each in around):
        return _unclear(said, f"They wrote “{hit.core}”, but what stands beside it may limit it.", proposed=proposed)
    if kind is Kind.APPROVED and said.files:
        why = f"They wrote “{hit.core}” and attached {', '.join(said.files)}: whether that changes it only they know."
        return _unclear(said, why, proposed=kind)
    return Answer(kind, f"They wrote “{hit.core}”.", comment=said.comment(at, hit))


def _a_name(clause: str) -> bool:
    """Say whether a clause only names whom one speaks to: "Approved, Ana."."""
    return bool(re.fullmatch(r"[A-ZÄÖÜ][a-zäöüß]+(?<!ly)[.!]*", clause)) and not danger(clause)


def _refused(said: _Said, at: int, hit: Match) -> Answer:
    beside = said.beside(at, hit)
    if hit.strength == "alone" and not all(
        filler_only(each) for each in [*said.sentences[:at], *said.sentences[at + 1 :]]
    ):
        return _unclear(
            said, f"“{hit.core}” with more words beside it may mean something else.", proposed=Kind.REJECTED
        )
    if hit.joint not in {":", ""} and re.match(
        r"(?i)(?:if|unless|until|once|provided|wenn|falls|sofern|solange|bis|außer)\b", hit.rest
    ):
        return _unclear(said, f"They wrote “{hit.core}” under a condition.", proposed=Kind.REJECTED)
    if re.search(
        r"(?i)\b(?:approve|approved|agree|accept|confirmed|freigegeben|genehmigt|einverstanden|bestätigt|joking|kidding|scherz)\b",
        beside,
    ):
        return _unclear(said, f"They wrote “{hit.core}”, but also words of consent.", proposed=Kind.REJECTED)
    return Answer(Kind.REJECTED, f"They wrote “{hit.core}”.", comment=said.comment(at, hit))


# -- Notes, and what is left -------------------------------------------------------------------------------


def _note(said: _Said) -> Answer | None:
    """Find a promise, a delegation or an absence: none of them decides."""
    for at, sentence in enumerate(said.sentences[:FIRST]):
        clauses = [] if sentence.endswith("?") else [sentence, *re.split(r"[,;]\s+|\s+[-–—]\s+", sentence)[1:]]
        for clause in clauses:
            for answer, kind in NOTES:
                hit = match(answer, clause, said.today)
                if hit and hit.strength != "weak" and (hit.when is None or _to_come(hit, said)):
                    return _noted(said, kind, hit, at)
    return None


def _to_come(hit: Match, said: _Said) -> bool:
    day = hit.when.day if hit.when else None
    return day is None or day >= read_day(said.today)


def read_day(today: date) -> date:
    """Return the bare day of a date or a datetime."""
    return date(today.year, today.month, today.day)


def _noted(said: _Said, kind: Kind, hit: Match, at: int) -> Answer:
    when, comment = hit.when, said.comment(at, hit)
    if kind is Kind.PROMISED and when is None and hit.rest:
        when, beyond = day_and_rest(hit.rest, said.today)
        comment = beyond if when else comment
    return Answer(
        kind,
        f"They wrote “{hit.core}”.",
        when=(when.day or read_day(said.today)) if when else None,
        at=when.at if when else None,
        delegate=hit.name,
        comment=comment,
    )


def _free_text(said: _Said) -> Answer | None:
    """Take all words as the answer where words are what was asked for."""
    if said.ask.verb != "answer" or not said.sentences or "?" in said.words:
        return None
    label, kind = said.ask.fields[0] if said.ask.fields else ("", "text")
    if kind != "text" or len(said.ask.fields) > 1:
        return None
    return Answer(Kind.FILLED, "They answered in their own words.", {label: said.words})


def _question(said: _Said) -> Answer | None:
    if not any("?" in sentence for sentence in said.sentences):
        return None
    return Answer(Kind.QUESTION, "They ask a question.", comment=said.words)


def _weak(said: _Said) -> Answer | None:
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
            return _unclear(
                said, f"“{hit.core}” alone may mean {kind.value}, or only that they have seen it.", proposed=kind
            )
    return None


def _limited(said: _Said) -> Answer | None:
    """Propose changes wanted for "approved if …" and its like."""
    if said.ask.verb != "approve" or not said.sentences:
        return None
    core = begins_like("approved", said.sentences[0])
    if core:
        proposed = Kind.CHANGES_WANTED if "changes wanted" in said.ask.outcomes else None
        return _unclear(said, f"They wrote “{core}”, but what follows may limit it.", proposed=proposed)
    if (word := ends_like("approved", said.sentences[0])) and not danger(said.words):
        return _unclear(said, f"They wrote “{word}”, but of what is not sure.", proposed=Kind.APPROVED)
    return None


def _not_understood(said: _Said) -> Answer:
    if not said.sentences:
        return _unclear(said, "There are no words in it that could be an answer.")
    return _unclear(said, "It matches nothing that people write to answer such an ask.")
