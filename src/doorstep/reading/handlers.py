"""What a card says happens when it is late, rejected, failed or done: the words, both ways."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from doorstep.reading.addressees import read_addressee, write_addressee
from doorstep.reading.page import CardHandler
from doorstep.reading.phrase import Phrase, Unreadable, quoted, unquoted

BESIDE = frozenset({"also ask", "tell", "run"})
"""What happens beside; of the others a card takes one."""

ALLOWED = {
    "If late": ("also ask", "ask instead", "tell", "skip", "end", "end the case", "go back", "go to", "run"),
    "If rejected": ("repair", "go back", "go to", "end", "end the case", "fail", "go on", "tell", "run"),
    "If it fails": ("repair", "go back", "go to", "end", "end the case", "fail", "go on", "tell", "run"),
    "Then": ("end", "end the case", "go to"),
}
"""What each key may say, by the ``do`` of the handler."""

_FORMS = {
    "also ask": "also ask Legal counsel",
    "ask instead": "ask Legal counsel instead",
    "tell": "tell Legal counsel",
    "skip": "skip",
    "end": "end",
    "end the case": "end the case",
    "fail": "fail",
    "go on": "go on",
    "go back": 'go back to "Step"',
    "go to": 'go to "Step"',
    "run": "run Process",
    "repair": '"Repair step", then ask again (at most 3 times)',
}
_PLAIN = frozenset({"skip", "end", "end the case", "fail", "go on"})
_HEADS = [head.split() for head in ("also ask", "ask", "tell", "go back to", "go to", "run", *sorted(_PLAIN))]
_AGAIN = r"then\s+ask\s+again(?:\s*\((?P<limit>[^()]*(?:\([^()]*\)[^()]*)*)\))?"
_REPAIR = re.compile(rf"(?P<step>\"(?:[^\"\\]|\\.)*\"|“[^”]*”)\s*,?\s*{_AGAIN}", re.IGNORECASE)
_ASK_AGAIN = re.compile(r"then\s+ask\s+again\b", re.IGNORECASE)
_LIMIT = re.compile(r"at\s+most\s+(?P<rounds>\d{1,2}|once|twice|two|three)(?:\s+times?)?", re.IGNORECASE)
_THEN = re.compile(r"then\s+(?:(?P<end>end)|ask\s+(?P<who>.+))", re.IGNORECASE)
_ROUNDS = {"once": 1, "twice": 2, "two": 2, "three": 3}
_SPACES = re.compile(r"\s+")


def read_handlers(phrase: Phrase, *, key: str) -> tuple[CardHandler, ...]:
    """Read what a key says to do, of which one may decide how the page goes on.  Raises Unreadable."""
    parts = _parts(phrase, key)
    handlers = tuple(_handler(part) for part in parts)
    decided = [handler.do for handler in handlers if handler.do not in BESIDE]
    for part, handler in zip(parts, handlers, strict=True):
        if handler.do not in ALLOWED[key]:
            expected = ", ".join(_FORMS[do] for do in ALLOWED[key])
            raise Unreadable("E111", part, key=key, expected=expected, came=part.text)
        if len(decided) > 1 and handler.do == decided[1]:
            raise Unreadable(
                "E111", part, key=key, expected=f'one way on ("{decided[0]}")', came=f'"{part.text}" as well'
            )
    return handlers


def read_then(phrase: Phrase) -> CardHandler:
    """Read a Then.  Raises Unreadable."""
    return read_handlers(phrase, key="Then")[0]


def write_handlers(handlers: tuple[CardHandler, ...]) -> str:
    """Write what a key says to do."""
    return ", ".join(write_handler(handler) for handler in handlers)


def write_handler(handler: CardHandler) -> str:
    """Write one way on as cards do."""
    match handler.do:
        case "go back" | "go to":
            return f"{'go back to' if handler.do == 'go back' else 'go to'} {quoted(handler.target or '')}"
        case "run":
            return f"run {handler.target}"
        case "also ask" | "tell" if handler.who:
            return f"{handler.do} {write_addressee(handler.who)}"
        case "ask instead" if handler.who:
            return f"ask {write_addressee(handler.who)} instead"
        case "repair":
            return f"{quoted(handler.target or '')}, then ask again{_limit(handler)}"
        case _:
            return handler.do


def _limit(handler: CardHandler) -> str:
    if handler.rounds is None:
        return ""
    times = f"at most {'once' if handler.rounds == 1 else f'{handler.rounds} times'}"
    if handler.then is None:
        return f" ({times})"
    then = f"ask {write_addressee(handler.then.who)}" if handler.then.who else "end"
    return f" ({times}, then {then})"


def _parts(phrase: Phrase, key: str) -> tuple[Phrase, ...]:
    """Part at commas; the comma of ``"X", then ask again`` parts nothing."""
    bounds = [0]
    for at, mark in phrase.marks(key=key):
        if mark == "," and not _ASK_AGAIN.match(phrase.text[at + 1 : at + 40].lstrip()):
            bounds += [at, at + 1]
    bounds.append(len(phrase.text))
    parts = (phrase.cut(start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=True))
    return tuple(part for part in parts if part.text) or (phrase,)


def _handler(phrase: Phrase) -> CardHandler:
    if (words := _SPACES.sub(" ", phrase.text.lower())) in _PLAIN:
        return CardHandler(words, place=phrase.place)
    for form, read in _READERS:
        if found := form.fullmatch(phrase.text):
            return read(phrase, found)
    raise Unreadable("E110", phrase, expected=_FORMS["go back"], near=_meant(phrase.text))


def _meant(text: str) -> Iterator[str]:
    """Yield what was said with the words of each form in place of its own first words."""
    said = text.split()
    for head in _HEADS:
        yield " ".join((*head, *said[len(head) :]))


def _going(do: str) -> Callable[[Phrase, re.Match[str]], CardHandler]:
    return lambda phrase, found: CardHandler(do, target=_name(phrase.group(found, "step")), place=phrase.place)


def _asking(do: str) -> Callable[[Phrase, re.Match[str]], CardHandler]:
    return lambda phrase, found: CardHandler(do, who=read_addressee(phrase.group(found, "who")), place=phrase.place)


def _running(phrase: Phrase, found: re.Match[str]) -> CardHandler:
    return CardHandler("run", target=_name(phrase.group(found, "process")), place=phrase.place)


def _repair(phrase: Phrase, found: re.Match[str]) -> CardHandler:
    step = _name(phrase.group(found, "step"))
    if found["limit"] is None:
        return CardHandler("repair", target=step, place=phrase.place)
    rounds, then = _rounds(phrase.group(found, "limit"))
    return CardHandler("repair", target=step, rounds=rounds, then=then, place=phrase.place)


def _rounds(phrase: Phrase) -> tuple[int, CardHandler | None]:
    """Read ``at most 3 times, then ask Jon``."""
    first, *rest = phrase.split(key="If rejected")
    limit = _LIMIT.fullmatch(first.text)
    if limit is None or len(rest) > 1:
        raise Unreadable("E110", phrase, expected='"at most 3 times" or "at most 3 times, then end"')
    rounds = _ROUNDS.get(limit["rounds"].lower()) or int(limit["rounds"])
    if rounds == 0:
        raise Unreadable("E110", phrase, expected="at least one time")
    return rounds, _then(rest[0]) if rest else None


def _then(phrase: Phrase) -> CardHandler:
    found = _THEN.fullmatch(phrase.text)
    if found is None:
        raise Unreadable("E110", phrase, expected='"then end" or "then ask Legal counsel"')
    if found["end"]:
        return CardHandler("end", place=phrase.place)
    return CardHandler("ask instead", who=read_addressee(phrase.group(found, "who")), place=phrase.place)


def _name(phrase: Phrase) -> str:
    name = unquoted(phrase.text)
    return phrase.text if name is None else name


_READERS: tuple[tuple[re.Pattern[str], Callable[[Phrase, re.Match[str]], CardHandler]], ...] = (
    (_REPAIR, _repair),
    (re.compile(r"go\s+back\s+to\s+(?P<step>.+)", re.IGNORECASE), _going("go back")),
    (re.compile(r"go\s+to\s+(?P<step>.+)", re.IGNORECASE), _going("go to")),
    (re.compile(r"also\s+ask\s+(?P<who>.+)", re.IGNORECASE), _asking("also ask")),
    (re.compile(r"ask\s+(?P<who>.+)\binstead", re.IGNORECASE), _asking("ask instead")),
    (re.compile(r"tell\s+(?P<who>.+)", re.IGNORECASE), _asking("tell")),
    (re.compile(r"run\s+(?P<process>.+)", re.IGNORECASE), _running),
)
