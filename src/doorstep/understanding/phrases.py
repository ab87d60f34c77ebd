"""Matching one sentence against the closed vocabularies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from doorstep.understanding.dates import When, read_when
from doorstep.understanding.vocabulary import Phrases, vocabularies, words_pattern

MOST_FILLERS = 5
"""Polite words before or behind an answer; more of them are no politeness."""

Strength = Literal["strong", "alone", "weak"]

NOBODY = re.compile(
    r"(?i)(?:i|me|we|us|you|he|him|she|her|they|them|it|this|that|someone|somebody|anyone|nobody|again|later|please|first"
    r"|ich|mich|mir|wir|uns|du|dich|dir|er|ihn|ihm|sie|ihr|es|das|jemand|niemand|bitte)"
)
NAME = r"(?P<name>\S+@[\w.-]+\w|(?-i:[A-ZÄÖÜ][\w'’.-]*)(?: (?:(?-i:[A-ZÄÖÜ][\w'’.-]*)|von|van|de|der|den)){0,3}(?: ?[<(]\S+@\S+[>)])?|[a-zäöüß]{3,20})"
WHEN = r"(?P<when>.{1,80})"
WHAT = r"(?P<what>.{1,300}?)"
OPTION = r"(?P<option>.{1,80}?)"
SEPARATOR = re.compile(r"\s*[,;:–—]\s+|\s+[-–—]\s+|\s+(?=because\b|since\b|as\b|weil\b|da\b)")
BECAUSE = r"because|since|as|due to|for the following reason|weil|da|denn|wegen|aus folgendem grund"


SLOTS = {"": "", "{when}": WHEN, "{name}": NAME, "{option}": OPTION, "{what}": WHAT}
REST = rf"(?:(?P<joint>\s*(?!(?<=\d)[:-]\d)[,;:–—-]+|\s+(?:{BECAUSE})\b)\s*(?P<rest>.*))?"
NO_REST = "(?P<joint>)(?P<rest>)"


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found at the start of a sentence.  ``rest`` is what follows it, ``joint`` how it is joined on."""

    strength: Strength
    core: str
    joint: str = ""
    rest: str = ""
    when: When | None = None
    name: str = ""
    option: str = ""


def match(answer: str, sentence: str, today: date) -> Match | None:
    """Match a tidy sentence with the phrases of an answer, strong ones first, the longest first."""
    starts = list(_starts(sentence))
    for strength in ("strong", "alone", "weak"):
        for pattern in _patterns(answer, strength):
            for start in starts:
                found = pattern.match(start)
                made = found and _made(strength, found, today)
                if made:
                    return made
    return None


def _starts(sentence: str) -> Iterator[str]:
    """Yield a sentence, and what is left of it when the politeness before the matter is taken off bit by bit."""
    yield sentence
    for _ in range(MOST_FILLERS):
        found = _filler().match(sentence)
        if not found:
            return
        sentence = sentence[found.end() :]
        yield sentence


@cache
def _filler() -> re.Pattern[str]:
    before = words_pattern([word for each in vocabularies() for word in each.before])
    return re.compile(rf"(?:{before})\b[\s,:;.!–—-]*", re.IGNORECASE)


def _made(strength: Strength, found: re.Match[str], today: date) -> Match | None:
    groups = {name: value or "" for name, value in found.groupdict().items()}
    when, beyond = day_and_rest(groups.get("when", ""), today)
    if "when" in groups and when is None:
        return None
    name = groups.get("name", "").rstrip(".")
    if NOBODY.fullmatch(name):
        return None
    return Match(
        strength,
        groups["core"],
        groups["joint"].strip(),
        groups["rest"].strip() or beyond,
        when,
        name,
        groups.get("option", ""),
    )


def day_and_rest(text: str, today: date) -> tuple[When | None, str]:
    """Read "Tuesday, because I travel" as a day and a comment."""
    cuts = [len(text), *(found.start() for found in reversed(list(SEPARATOR.finditer(text))))]
    for cut in cuts:
        if when := read_when(_without_fillers(text[:cut]), today):
            return when, text[cut:].lstrip(" ,;:–—-")
    return None, ""


def _without_fillers(text: str) -> str:
    while (shorter := _trailing_filler().sub("", text)) != text:
        text = shorter
    return text


@cache
def _trailing_filler() -> re.Pattern[str]:
    after = words_pattern(
        [word for each in vocabularies() for word in each.after if word not in {"today", "now", "heute", "jetzt"}]
    )
    return re.compile(rf"[\s,.!]+(?:{after})(?: (?-i:[A-ZÄÖÜ])\w+)?\W*$", re.IGNORECASE)


@cache
def _patterns(answer: str, strength: Strength) -> tuple[re.Pattern[str], ...]:
    """Return a pattern for each way phrases end: those that only begin differently share one."""
    after = words_pattern([word for each in vocabularies() for word in each.after])
    end = rf"(?:[\s,]+(?:{after})\b(?: (?-i:[A-ZÄÖÜ])\w+)?){{0,{MOST_FILLERS}}}[^\w?,;:–—-]*{REST if strength == 'strong' else NO_REST}$"
    return tuple(
        re.compile(rf"(?P<core>(?:{'|'.join(beginnings)}){ending}){end}", re.IGNORECASE)
        for ending, beginnings in _by_ending(answer, strength).items()
    )


def _by_ending(answer: str, strength: Strength) -> dict[str, list[str]]:
    """Return the beginnings of phrases, the longest first, by what follows: a slot and what stands behind it."""
    phrases = {
        phrase for each in vocabularies() if answer in each.answers for phrase in _of(each.answers[answer], strength)
    }
    endings: dict[str, list[str]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        beginning, slot, ending = re.fullmatch(r"([^{]*)(\{\w+\}|)(.*)", phrase).groups()  # type: ignore[union-attr]
        bound = r"\b" if phrase[-1].isalnum() else ""
        endings.setdefault(SLOTS[slot] + _loose(ending) + bound, []).append(_loose(beginning))
    # What stands behind a slot is looked for first: else the slot takes it in.
    return dict(sorted(endings.items(), key=lambda each: len(each[0]), reverse=True))


def _of(phrases: Phrases, strength: Strength) -> tuple[str, ...]:
    match strength:
        case "strong":
            return phrases.strong
        case "alone":
            return phrases.alone
        case "weak":
            return phrases.weak


def _loose(words: str) -> str:
    """Return words as a pattern; where they have a comma, any mark will do."""
    return re.escape(words).replace(r",\ ", r"[\s,;:–—-]+")


def begins_like(answer: str, sentence: str) -> str:
    """Return the strong phrase a sentence begins with, whatever follows it, or nothing."""
    phrases = [phrase for each in vocabularies() for phrase in each.answers[answer].strong if "{" not in phrase]
    found = re.match(rf"(?:{words_pattern(phrases)})\b", sentence, re.IGNORECASE)
    return found[0] if found else ""


def ends_like(answer: str, sentence: str) -> str:
    """Return the strong phrase a sentence ends with, whatever stands before it, or nothing."""
    phrases = [phrase for each in vocabularies() for phrase in each.answers[answer].strong if "{" not in phrase]
    found = re.search(rf"\b(?:{words_pattern(phrases)})\W*$", sentence, re.IGNORECASE)
    return found[0].strip(" .!") if found else ""


@cache
def _danger() -> tuple[re.Pattern[str], re.Pattern[str]]:
    harmless = words_pattern([words for each in vocabularies() for words in each.danger_harmless])
    danger = words_pattern([words for each in vocabularies() for words in each.danger])
    return re.compile(rf"\b(?:{harmless})\b", re.IGNORECASE), re.compile(rf"\b(?:{danger})\b|\w+n't\b", re.IGNORECASE)


def danger(text: str) -> str:
    """Return the first word that negates, limits or doubts what was said, or nothing."""
    harmless, dangerous = _danger()
    found = dangerous.search(harmless.sub(" ", text))
    return found[0] if found else ""


def about_content(text: str) -> str:
    """Return the first word beside an approval that is about what was approved, not about the approval."""
    harmless, _ = _danger()
    found = _content().search(harmless.sub(" ", text))
    return found[0].strip() if found else ""


@cache
def _content() -> re.Pattern[str]:
    words = words_pattern([word for each in vocabularies() for word in each.content])
    return re.compile(rf"\b(?:{words})\b|\d+|[%§€$£]", re.IGNORECASE)


def conditional(text: str) -> bool:
    """Say whether a clause begins with a condition."""
    words = words_pattern([word for each in vocabularies() for word in each.unless])
    return bool(re.match(rf"(?:{words})\b", text, re.IGNORECASE))


def consenting(text: str) -> bool:
    """Say whether words of consent stand in a text."""
    words = words_pattern([word for each in vocabularies() for word in each.consent])
    return bool(re.search(rf"\b(?:{words})\b", text, re.IGNORECASE))


def harmless_start(text: str) -> bool:
    """Say whether a clause behind an approval begins like politeness, not like a limit to it."""
    words = words_pattern(
        [word for each in vocabularies() for word in (*each.harmless, *each.before, *each.after, *each.danger_harmless)]
    )
    return bool(re.match(rf"(?:{words})\b", text, re.IGNORECASE))
