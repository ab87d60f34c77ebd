"""The closed vocabularies, one TOML file a language, as values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "de")


@dataclass(frozen=True, slots=True)
class Phrases:
    """What means one answer: with a comment behind it, only alone, or only as a guess to confirm."""

    strong: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One language.  ``answers`` is by the answer's name (``read`` is done for the verb read); ``permission`` says which
    short replies permit something and which do not.
    """

    language: str
    greetings: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    harmless: tuple[str, ...]
    answers: Mapping[str, Phrases]
    until: tuple[str, ...]
    substitute: tuple[str, ...]
    away: tuple[str, ...]
    inline: tuple[str, ...]
    danger: tuple[str, ...]
    unless: tuple[str, ...]
    consent: tuple[str, ...]
    content: tuple[str, ...]
    danger_harmless: tuple[str, ...]
    time: Mapping[str, Any]
    values: Mapping[str, tuple[str, ...]]
    permission: Mapping[str, bool]


def tidy(text: str) -> str:
    """Return text without emphasis, with straight quotes and single spaces."""
    text = re.sub("[’‘´`]", "'", text).replace("…", "...")
    return re.sub(r"\s+", " ", re.sub(r"[*_“”\"„«»]", "", text)).strip()


def plain(text: str) -> str:
    """Return text for comparison: tidy and without case."""
    return tidy(text).casefold()


@cache
def vocabulary(language: str) -> Vocabulary:
    """Return the vocabulary of a language of `LANGUAGES`."""
    data = tomllib.loads(files(__package__).joinpath(f"{language}.toml").read_text("utf-8"))
    answers = {name: _phrases(section) for name, section in data["answers"].items()}
    away = data["answers"]["away"]
    return Vocabulary(
        language=language,
        greetings=_plain(data["greetings"]["words"]),
        before=_plain(data["fillers"]["before"]),
        after=_plain(data["fillers"]["after"]),
        harmless=_plain(data["fillers"]["harmless"]),
        answers=answers,
        until=_plain(away["until"]),
        substitute=_plain(away["substitute"]),
        away=_plain(away["away"]),
        inline=_plain(data["inline"]["phrases"]),
        danger=_plain([*data["danger"]["negations"], *data["danger"]["conditions"]]),
        unless=_plain(data["danger"]["unless"]),
        consent=_plain(data["danger"]["consent"]),
        content=_plain(data["danger"]["content"]),
        danger_harmless=_plain(data["danger"]["harmless"]),
        time=data["time"],
        values={name: _plain(words) for name, words in data["values"].items()},
        permission={word: yes == "yes" for yes in ("yes", "no") for word in _plain(data["permission"][yes])},
    )


@cache
def vocabularies() -> tuple[Vocabulary, ...]:
    """Return the vocabularies of all languages: a reply is read with every one."""
    return tuple(vocabulary(language) for language in LANGUAGES)


def words_pattern(words: Sequence[str]) -> str:
    """Return a pattern for any of some words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)"


def _plain(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(plain(word) for word in words)


def _phrases(section: Mapping[str, Any]) -> Phrases:
    return Phrases(
        strong=_plain(section["phrases"]),
        alone=_plain(section.get("alone", ())),
        weak=_plain(section.get("weak", ())),
        examples=tuple(section["examples"]),
    )
