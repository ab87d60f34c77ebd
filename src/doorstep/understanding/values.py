"""A value as somebody wrote it, as plain JSON of its kind, or why it is none.

The forms are those of `Answer.facts`, which `reading.facts` takes.  Nothing is guessed: a number with two readings
(84.000) and a day with two (3/12) come back as a sentence that says how to write it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from doorstep.understanding.dates import read_when
from doorstep.understanding.vocabulary import plain, vocabularies, words_pattern

SYMBOLS = {
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "fr.": "CHF",
    "sfr": "CHF",
    "euro": "EUR",
    "euros": "EUR",
    "dollar": "USD",
    "dollars": "USD",
}
EMAIL = re.compile(r"^[\w.+=#~%&'*/!?^`{|}-]{1,64}@[\w-]+(?:\.[\w-]+)+$")
NUMBER = r"[+-]?\d[\d.,' ]*"
PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
GROUPED = re.compile(
    r"(?P<whole>[+-]?[1-9]\d{0,2}(?:(?P<mark>[.,' ])\d{3})(?:(?P=mark)\d{3})*)(?:(?!(?P=mark))[.,](?P<fraction>\d+))?"
)
MONEY = re.compile(rf"(?P<before>[^\d\s+-]{{1,6}})?\s*(?P<number>{NUMBER})\s*(?P<after>[^\d\s]{{1,7}})?")


class ValueNotUnderstood(ValueError):
    """The text is no value of its kind; the message says what was expected and what came."""


Plain = str | Mapping[str, str] | Sequence["Plain"]
"""A value as plain JSON: ``2026-03-12``, ``17:00``, ``84000.50``, ``yes``, ``P3D``, money with its currency
``{"amount": "84000", "currency": "EUR"}``, a list."""


def canonical(kind: str, text: str, *, today: date) -> Plain:
    """Return a value as plain JSON.  Raises `ValueNotUnderstood`.

    A date and time is the writer's: ``today``, when it is a datetime, brings the offset.
    """
    name, inner = _kind(kind)
    written = text.strip().strip("*_").strip()
    if not written:
        raise ValueNotUnderstood(f"Expected {_a(name)}, but nothing was written.")
    match name:
        case "number":
            return _number(written)
        case "money":
            return _money(written)
        case "yes/no":
            return _yes_no(written)
        case "date" | "time" | "date and time":
            return _when(name, written, today)
        case "duration":
            return _duration(written)
        case "choice":
            return chosen(written, _options(inner))
        case "e-mail address":
            return _email(written)
        case "list":
            return _list(inner, written, today)
        case _:  # text, person, country, file, a linked record
            return written


def chosen(written: str, options: tuple[str, ...]) -> str:
    """Return the option that was written, whatever its case.  Raises `ValueNotUnderstood`."""
    wanted = plain(written).strip(" .,;!")
    for option in options:
        if plain(option) == wanted:
            return option
    raise ValueNotUnderstood(f"Expected one of {', '.join(options)}, but got “{written}”.")


def _kind(kind: str) -> tuple[str, str]:
    """Split ``choice (a, b)`` and ``list of date`` into the kind and what it is of."""
    if kind.startswith("list of "):
        return "list", kind.removeprefix("list of ")
    if found := re.fullmatch(r"(\S[^()]*?)\s*\((.*)\)", kind):
        return found[1], found[2]
    return kind.strip(), ""


def _a(name: str) -> str:
    return f"an {name}" if name[:1] in "aeiou" else f"a {name}"


def _options(inner: str) -> tuple[str, ...]:
    return tuple(each.strip().strip('"') for each in inner.split(",") if each.strip())


def _number(written: str) -> str:
    number = written.strip()
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", number):
        bare = re.sub(r"[.,]", "", number)
        raise ValueNotUnderstood(
            f"“{written}” can be read in two ways. Please write {bare}, or {number.replace(',', '.')}0 for the fraction."
        )
    return _decimal(number)


def _decimal(number: str) -> str:
    """Return digits with a decimal point; thousands may be grouped by a mark of one kind."""
    if found := GROUPED.fullmatch(number):
        whole = re.sub(r"[^\d+-]", "", found["whole"])
        return f"{whole}.{found['fraction']}" if found["fraction"] else whole
    if PLAIN.fullmatch(number):
        return str(Decimal(number.replace(",", ".")))
    raise ValueNotUnderstood(f"Expected a number, but got “{number}”.")


def _money(written: str) -> Plain:
    found = MONEY.fullmatch(written)
    currencies = [_currency(each) for each in (found["before"], found["after"]) if each] if found else []
    if found is None or len(currencies) > 1 or "" in currencies:
        raise ValueNotUnderstood(f"Expected an amount of money like EUR 84,000.00, but got “{written}”.")
    number = _decimal(found["number"].strip())
    return {"amount": number, "currency": currencies[0]} if currencies else number


def _currency(written: str) -> str:
    """Return the currency's three letters, or nothing for what is no currency."""
    name = plain(written)
    if name in SYMBOLS:
        return SYMBOLS[name]
    return name.upper() if re.fullmatch(r"[a-z]{3}", name) else ""


def _yes_no(written: str) -> str:
    word = plain(written).strip(" .,!")
    for answer in ("yes", "no"):
        if any(word in each.values[answer] for each in vocabularies()):
            return answer
    raise ValueNotUnderstood(f"Expected yes or no, but got “{written}”.")


def _when(name: str, written: str, today: date) -> str:
    found = read_when(written, today)
    if found is None or not found.sure:
        raise ValueNotUnderstood(f"Expected {_a(name)} like {_example(name)}, but got “{written}”.")
    match name, found.day, found.at:
        case "date", day, None if day is not None:
            return day.isoformat()
        case "time", None, at if at is not None:
            return at.isoformat("minutes")
        case "date and time", day, at if day is not None and at is not None:
            zone = today.tzinfo if isinstance(today, datetime) else None
            return datetime.combine(day, at, zone).isoformat(timespec="minutes")
        case _:
            raise ValueNotUnderstood(f"Expected {_a(name)} like {_example(name)}, but got “{written}”.")


def _example(name: str) -> str:
    return {"date": "12 March 2026", "time": "17:00"}.get(name, "12 March 2026, 17:00")


def _duration(written: str) -> str:
    """Return an ISO 8601 duration."""
    if re.fullmatch(r"P(?=.)(?:\d+[YMWD])*(?:T(?=.)(?:\d+[HMS])+)?", written.upper()):
        return written.upper()
    units, numbers = _units(), _numbers()
    found = re.fullmatch(
        rf"(\d+|{words_pattern(tuple(numbers))}) ?({words_pattern(tuple(units))})", plain(written).strip(".")
    )
    if found is None:
        raise ValueNotUnderstood(f"Expected a duration like 3 days, but got “{written}”.")
    count = int(found[1]) if found[1].isdigit() else numbers[found[1]]
    unit = units[found[2]]
    return f"P{'T' if unit[0] == 'T' else ''}{count}{unit[-1]}"


def _units() -> dict[str, str]:
    """Return the letters of ISO 8601 by the words of all languages; T marks those of a time."""
    letters = (("minutes", "TM"), ("hours", "TH"), ("days", "D"), ("weeks", "W"), ("months_long", "M"), ("years", "Y"))
    return {plain(word): letter for each in vocabularies() for key, letter in letters for word in each.time[key]}


def _numbers() -> dict[str, int]:
    return {plain(word): number for each in vocabularies() for word, number in each.time["numbers"].items()}


def _email(written: str) -> str:
    address = re.sub(r"^(?:.*<)?(?:mailto:)?([^<>\s]+?)>?$", r"\1", written).rstrip(".,;")
    address = re.sub(r"<mailto:.*$", "", address)
    if not EMAIL.match(address):
        raise ValueNotUnderstood(f"Expected an e-mail address, but got “{written}”.")
    return address.lower()


def _list(inner: str, written: str, today: date) -> Plain:
    ands = words_pattern([word for each in vocabularies() for word in each.values["and"]])
    items = [each for each in re.split(rf"\s*[;,]\s*|\s+(?:{ands})\s+", written) if each.strip()]
    return [canonical(inner, each, today=today) for each in items]
