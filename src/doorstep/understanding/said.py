"""What was written, ready to be matched, for all that read a part of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from doorstep.understanding.answer import Answer, AskShape, Kind
from doorstep.understanding.phrases import Match, danger, match

FIRST = 3
"""How many sentences may pass before the one that answers."""

LONGEST_SENTENCE = 500


@dataclass(frozen=True, slots=True)
class Said:
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


def unclear(said: Said, why: str, *, proposed: Kind | None = None) -> Answer:
    """Return an answer that decides nothing, with all that was written."""
    beyond = f"\n\n{said.signature}" if danger(said.signature) else ""
    return Answer(Kind.UNCLEAR, why, comment=said.words + beyond, proposed=proposed)


def strong(answer: str, sentence: str, said: Said) -> Match | None:
    """Match a sentence with the phrases that may have a comment behind them."""
    if len(sentence) > LONGEST_SENTENCE or sentence.endswith("?"):
        return None
    found = match(answer, sentence, said.today)
    return found if found and found.strength == "strong" else None
