"""The sentences of a reply, without the greeting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from doorstep.understanding.vocabulary import plain, tidy, vocabularies, words_pattern

WRAPPED_FROM = 55
"""A line at least this long that ends without a mark goes on in the next: mail programs wrap at 72 or 76."""

END = re.compile(
    r"(?<=[.!?])(?<!\d\.)(?<![ap]\.m\.)(?<!\b[a-z]\.)(?<!\bdr\.)(?<!\bnr\.)(?<!\bno\.)(?<!\bca\.)(?<!\bms\.)(?<!\bmr\.)(?<!\bmrs\.)[)'\"]*\s+",
    re.IGNORECASE,
)


def sentences(words: str) -> tuple[str, ...]:
    """Return the tidy sentences of a reply in order; each ends with the mark it had."""
    found = [tidy(sentence) for line in _lines(words) for sentence in END.split(line) if sentence.strip()]
    return tuple(sentence for sentence in _without_greeting(found) if re.search(r"\w|[^\x00-\x7f]|[+-]\d", sentence))


def without_greeting(words: str) -> str:
    """Return what was written below "Hi Sam, Mira and Priya," or after "Hallo zusammen:", line by line as it was."""
    lines = words.strip().split("\n")
    for _ in range(2):
        first = tidy(lines[0])
        rest = _greeting().sub("", first, count=1)
        if rest == first and not _only_a_name(first):
            break
        whole = not rest or rest == first or (first.endswith((",", "!")) and len(first) < WRAPPED_FROM)
        lines = "\n".join(lines[1:] if whole else [rest, *lines[1:]]).strip().split("\n")
    return "\n".join(lines)


def filler_only(sentence: str) -> bool:
    """Say whether a sentence is nothing but politeness."""
    return bool(_fillers().fullmatch(plain(sentence)))


def _lines(words: str) -> Iterator[str]:
    """Yield the lines, wrapped ones joined."""
    joined = ""
    for line in words.split("\n"):
        joined = f"{joined} {line.strip()}".strip()
        if len(line) < WRAPPED_FROM or re.search(r"[.!?:;,]\s*$", line):
            yield joined
            joined = ""
    yield joined


def _without_greeting(found: list[str]) -> list[str]:
    """Take off "Hi Ana," and "Dear Ana," however they are put, at most a few."""
    for _ in range(3):
        if not found:
            return found
        first = _greeting().sub("", found[0], count=1)
        if first == found[0]:
            break
        found = [first, *found[1:]] if first.strip(" ,.!:-") else found[1:]
    return found[1:] if found and _only_a_name(found[0]) else found


def _only_a_name(sentence: str) -> bool:
    alone = re.fullmatch(r"[A-ZÄÖÜ][\w'-]+(?: [A-ZÄÖÜ][\w'-]+)?,", sentence)
    return bool(alone) and plain(sentence[:-1]) not in _own_words()


@cache
def _own_words() -> frozenset[str]:
    """Return every word that means something, none of which is taken for a name."""
    phrases = [
        phrase
        for each in vocabularies()
        for answer in each.answers.values()
        for phrase in (*answer.strong, *answer.alone, *answer.weak)
    ]
    dangers = [word for each in vocabularies() for word in each.danger]
    return frozenset(word for phrase in (*phrases, *dangers) for word in (phrase, *phrase.split()))


@cache
def _greeting() -> re.Pattern[str]:
    words = words_pattern([word for each in vocabularies() for word in each.greetings])
    reserved = words_pattern([word for word in _own_words() if word.isalpha()])
    name = rf"(?!(?:{reserved})\b)[\w.'-]+"
    return re.compile(rf"^(?:{words})(?: {name}){{0,3}}\s*(?:[,!.:;–—-]+\s*|$)", re.IGNORECASE)


@cache
def _fillers() -> re.Pattern[str]:
    words = words_pattern([word for each in vocabularies() for word in (*each.before, *each.after)])
    return re.compile(rf"(?:(?:{words})\b[\s,.!;:-]*)++")
