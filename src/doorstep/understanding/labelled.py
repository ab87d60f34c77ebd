"""Facts from labelled lines: ``Go-live: 12 March``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from doorstep.understanding.values import Plain, ValueNotUnderstood, canonical


@dataclass(frozen=True, slots=True)
class Labelled:
    """What the labelled lines gave, what is wrong with them, and the words beside them.

    ``facts`` is plain JSON by the ask's own labels; ``faults`` are whole sentences; ``missing`` and
    ``empty`` are labels: not filled in, and written without a value.
    """

    facts: Mapping[str, Plain] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    rest: str = ""


def labelled(words: str, fields: Sequence[tuple[str, str]], *, files: Sequence[str], today: date) -> Labelled:
    """Read the labelled lines of a reply.  A file that came along fills the one file asked for."""
    written, rest = _lines(words, fields)
    lone = sum(kind == "file" for _, kind in fields) == 1
    facts: dict[str, Plain] = {}
    faults: list[str] = []
    for label, kind in fields:
        values = written.get(label, [])
        try:
            value = _value(_files(values, files, lone=lone) if kind == "file" else values)
            if value:
                facts[label] = canonical(kind, value, today=today)
        except ValueNotUnderstood as fault:
            faults.append(f"{label}: {fault}")
    missing = tuple(label for label, _ in fields if label not in facts)
    empty = tuple(label for label, values in written.items() if not values and label not in facts)
    return Labelled(facts, tuple(faults), missing, empty, "\n".join(rest).strip())


def _value(values: Sequence[str]) -> str:
    """Return the one value, or nothing when there is none."""
    if len(set(values)) > 1:
        raise ValueNotUnderstood(f"Expected one value, but got {len(values)}: {'; '.join(values)}.")
    return values[0] if values else ""


def _lines(words: str, fields: Sequence[tuple[str, str]]) -> tuple[dict[str, list[str]], list[str]]:
    """Sort the lines: values by label, and the rest.  Text may go on for some lines."""
    patterns = [(label, kind, _line_of(label)) for label, kind in fields]
    written: dict[str, list[str]] = {}
    rest: list[str] = []
    open_text = ""
    for line in _one_field_each(words, fields):
        found = next(((label, kind, hit) for label, kind, pattern in patterns if (hit := pattern.match(line))), None)
        if found:
            label, kind, hit = found
            written.setdefault(label, [])
            if value := hit["value"].strip():
                written[label].append(value)
            open_text = label if kind == "text" else ""
        elif open_text and line.strip():
            before = written[open_text]
            written[open_text] = [*before[:-1], "\n".join([*before[-1:], line.strip()])]
        else:
            open_text = ""
            rest.append(line)
    return written, rest


def _line_of(label: str) -> re.Pattern[str]:
    """Return what a labelled line looks like: any marks in the label, a hint behind it, a colon, a dash or nothing."""
    name = _loose(label)
    return re.compile(
        rf"^[\s>*_•-]*{name}[\s*_]*(?:\([^)]*\)[\s*_]*)?(?:[:=]|[-–—](?=\s))[\s*_]*(?P<value>.*)$", re.IGNORECASE
    )


def _one_field_each(words: str, fields: Sequence[tuple[str, str]]) -> list[str]:
    """Return the lines, broken where a comma is followed by the next label."""
    labels = "|".join(_loose(label) for label, _ in fields)
    return re.sub(rf"[,;]\s+(?=(?:{labels})\s*[:=])", "\n", words, flags=re.IGNORECASE).split("\n")


def _loose(label: str) -> str:
    """Return a label as a pattern, whatever marks stand between its words."""
    return r"[\W_]*".join(re.escape(word) for word in re.findall(r"[^\W_]+", label))


def _files(values: Sequence[str], files: Sequence[str], *, lone: bool) -> list[str]:
    named = [file for value in values for file in files if file.casefold() == value.casefold()]
    if named:
        return named
    if lone and len(files) == 1:
        return [files[0]]
    if lone and len(files) > 1:
        raise ValueNotUnderstood(f"Expected one file, but got {len(files)}: {', '.join(files)}. Please say which one.")
    if values:
        raise ValueNotUnderstood(f"Expected a file that is attached, but got “{values[0]}”.")
    return []
