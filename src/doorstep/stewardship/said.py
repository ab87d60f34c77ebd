"""What may be said to letters that are no asks: seen, no more of these, start it.  Closed vocabularies, a file a language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files

from doorstep.understanding import Answer, AskShape, Message, strip, understand_message
from doorstep.understanding.sentences import filler_only, sentences
from doorstep.understanding.vocabulary import plain

LANGUAGES = ("en", "de")
READ = AskShape(verb="read", outcomes=("done",))


def acknowledges(message: Message, *, today: datetime) -> Answer:
    """Return what a mail means to "please say that you saw it": done, or unclear with all that was written."""
    return understand_message(message, ask=READ, today=today)


def unsubscribes(message: Message) -> bool:
    """Say whether a mail says nothing but that Monday mails are not wanted, in its words or as a mail program does."""
    words = plain(strip(message.text).words).strip(" .!")
    return words in _stop() or (not words and plain(message.subject).removeprefix("re: ").strip() in _stop())


def starts(message: Message, *, author: str) -> bool | None:
    """Say whether a mail says nothing but that what was shown is to be started, or is not; None for anything else."""
    stripped = strip(message.text, author=author)
    every = sentences(stripped.words)
    said = [one for one in every if not filler_only(one)] or every
    if stripped.inline or len(said) != 1:
        return None
    words = " ".join(re.sub(r"[.,!;:–—-]+", " ", plain(said[0])).split())
    return _start().get(words)


@cache
def _start() -> Mapping[str, bool]:
    """Return what people write to have lines started, or not, in every language."""
    read = [tomllib.loads(files(__package__).joinpath(f"said.{name}.toml").read_text("utf-8")) for name in LANGUAGES]
    return {plain(word): key == "yes" for words in read for key in ("yes", "no") for word in words["start"][key]}


@cache
def _stop() -> frozenset[str]:
    """Return what people write to hear no more, in every language."""
    read = (tomllib.loads(files(__package__).joinpath(f"said.{name}.toml").read_text("utf-8")) for name in LANGUAGES)
    return frozenset(plain(word) for words in read for word in words["unsubscribe"]["words"])
