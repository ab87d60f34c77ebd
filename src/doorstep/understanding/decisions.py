"""Decisions in a reply: approved, rejected, changes wanted, done.  What may limit one makes it unclear."""

from __future__ import annotations

import re
from collections.abc import Sequence

from doorstep.understanding.answer import Answer, Kind
from doorstep.understanding.phrases import Match, about_content, conditional, consenting, danger, harmless_start, match
from doorstep.understanding.said import FIRST, LONGEST_SENTENCE, Said, unclear
from doorstep.understanding.sentences import filler_only

DECISIONS: dict[str, tuple[tuple[str, Kind], ...]] = {
    "approve": (("approved", Kind.APPROVED), ("rejected", Kind.REJECTED), ("changes wanted", Kind.CHANGES_WANTED)),
    "confirm": (("done", Kind.DONE), ("rejected", Kind.REJECTED)),
    "read": (("read", Kind.DONE),),
}


def decision_in(said: Said) -> Answer | None:
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
        return unclear(said, f"They say both {' and '.join(sorted(kinds))}.", proposed=proposed)
    if at >= FIRST:
        return unclear(said, f"“{hit.core}” stands far down in a longer text.", proposed=kind)
    if said.ask.outcomes and kind.value not in said.ask.outcomes:
        return unclear(said, f"Expected one of {', '.join(said.ask.outcomes)}, but got “{kind.value}”.")
    match kind:
        case Kind.APPROVED | Kind.DONE:
            return _agreed(said, kind, hit, at=at)
        case Kind.REJECTED:
            return _refused(said, hit, at=at)
        case _:
            return Answer(kind, f"They wrote “{hit.core}”.", comment=said.comment(at, hit))


def _best(table: Sequence[tuple[str, Kind]], sentence: str, said: Said) -> tuple[Kind, Match] | None:
    """Return the decision whose phrase covers most of a sentence."""
    if len(sentence) > LONGEST_SENTENCE or sentence.endswith("?"):
        return None
    hits = [
        (kind, found)
        for answer, kind in table
        if (found := match(answer, sentence, said.today)) and found.strength != "weak"
    ]
    return max(hits, key=lambda hit: len(hit[1].core), default=None)


def _agreed(said: Said, kind: Kind, hit: Match, *, at: int) -> Answer:
    beside = said.beside(at, hit)
    wrote = f"They wrote “{hit.core}”"
    proposed = Kind.CHANGES_WANTED if "changes wanted" in said.ask.outcomes else kind
    if "?" in said.words:
        return unclear(said, f"{wrote}, but also ask a question.", proposed=kind)
    if hit.strength == "alone" and not _alone(said, at):
        return unclear(said, f"“{hit.core}” with more words beside it may mean something else.", proposed=kind)
    if doubt := danger(f"{beside} {said.signature}"):
        return unclear(said, f"{wrote}, but “{doubt}” may limit it.", proposed=proposed)
    if kind is Kind.APPROVED and (limit := _limit(said, hit, at)):
        return unclear(said, f"{wrote}, but {limit}.", proposed=proposed)
    if kind is Kind.APPROVED and said.files:
        why = f"{wrote} and attached {', '.join(said.files)}: whether that changes it only they know."
        return unclear(said, why, proposed=kind)
    return Answer(kind, f"{wrote}.", comment=said.comment(at, hit))


def _alone(said: Said, at: int) -> bool:
    return all(filler_only(each) for each in [*said.sentences[:at], *said.sentences[at + 1 :]])


def _limit(said: Said, hit: Match, at: int) -> str:
    """Return what may limit an approval although it neither negates nor doubts it, or nothing."""
    if named := about_content(said.beside(at, hit)):
        return f"also of “{named}”"
    around = [*said.sentences[:at], *([hit.rest] if re.search(r"\w", hit.rest) else [])]
    return "" if all(harmless_start(each) or _a_name(each) for each in around) else "what stands beside it may limit it"


def _a_name(clause: str) -> bool:
    """Say whether a clause only names whom one speaks to: "Approved, Ana."."""
    return bool(re.fullmatch(r"[A-ZÄÖÜ][a-zäöüß]+(?<!ly)[.!]*", clause)) and not danger(clause)


def _refused(said: Said, hit: Match, *, at: int) -> Answer:
    wrote = f"They wrote “{hit.core}”"
    if hit.strength == "alone" and not _alone(said, at):
        why = f"“{hit.core}” with more words beside it may mean something else."
        return unclear(said, why, proposed=Kind.REJECTED)
    if hit.joint not in {":", ""} and conditional(hit.rest):
        return unclear(said, f"{wrote} under a condition.", proposed=Kind.REJECTED)
    if consenting(said.beside(at, hit)):
        return unclear(said, f"{wrote}, but also words of consent.", proposed=Kind.REJECTED)
    return Answer(Kind.REJECTED, f"{wrote}.", comment=said.comment(at, hit))
