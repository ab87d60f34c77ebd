from __future__ import annotations

import pytest

from doorstep.reading.handlers import read_handlers, read_then, write_handlers
from doorstep.reading.page import CardHandler, Doer, Place, Role, Starter
from doorstep.reading.phrase import Phrase, Unreadable

COUNSEL = Role("General counsel")


def handlers(text: str, key: str = "If late") -> tuple[CardHandler, ...]:
    return read_handlers(Phrase(text, 5, 12), key=key)


@pytest.mark.parametrize(
    ("key", "written", "expected"),
    [
        ("If late", "also ask General counsel", (CardHandler("also ask", who=COUNSEL),)),
        ("If late", "ask General counsel instead", (CardHandler("ask instead", who=COUNSEL),)),
        (
            "If late",
            'tell whoever did "A, B", tell whoever started this, skip',
            (CardHandler("tell", who=Doer("A, B")), CardHandler("tell", who=Starter()), CardHandler("skip")),
        ),
        ("If late", "End  the case", (CardHandler("end the case"),)),
        ("If late", 'go back to "Draft"', (CardHandler("go back", target="Draft"),)),
        ("If late", "go to Archive it", (CardHandler("go to", target="Archive it"),)),
        ("If late", "run Clean up", (CardHandler("run", target="Clean up"),)),
        (
            "If rejected",
            '"Amend", then ask again (at most 3 times)',
            (CardHandler("repair", target="Amend", rounds=3),),
        ),
        ("If rejected", "“Amend” then ask again", (CardHandler("repair", target="Amend"),)),
        (
            "If rejected",
            'tell General counsel, "A, then ask again", then ask again (at most once, then end)',
            (
                CardHandler("tell", who=COUNSEL),
                CardHandler("repair", target="A, then ask again", rounds=1, then=CardHandler("end")),
            ),
        ),
        (
            "If it fails",
            '"Amend", then ask again (at most twice, then ask Tax lead (country: DE))',
            (
                CardHandler(
                    "repair",
                    target="Amend",
                    rounds=2,
                    then=CardHandler("ask instead", who=Role("Tax lead", (("country", "DE"),))),
                ),
            ),
        ),
        ("If it fails", "fail", (CardHandler("fail"),)),
        ("If rejected", "go on", (CardHandler("go on"),)),
    ],
)
def test_what_happens_is_read_and_written(key: str, written: str, expected: tuple[CardHandler, ...]) -> None:
    assert handlers(written, key) == expected
    assert handlers(write_handlers(expected), key) == expected


def test_each_way_knows_where_it_stands() -> None:
    assert [handler.place for handler in handlers("tell General counsel, skip")] == [Place(5, 12), Place(5, 34)]


def test_then_is_one_way_on() -> None:
    assert read_then(Phrase("end the case", 1, 1)) == CardHandler("end the case")
    with pytest.raises(Unreadable):
        read_then(Phrase("end, end the case", 1, 1))


@pytest.mark.parametrize(
    ("key", "written", "at", "says"),
    [
        (
            "If late",
            "nag them",
            ("E110", 12),
            'Expected what to do, for instance go back to "Step", but got "nag them".',
        ),
        (
            "If late",
            "tell General counsel, go bak to X",
            ("E110", 34),
            'Expected what to do, for instance go back to "Step", but got "go bak to X". Did you mean "go back to X"?',
        ),
        (
            "Then",
            "skip",
            ("E111", 12),
            'Then offers end, end the case, go to "Step", but not skip.',
        ),
        (
            "If late",
            "skip, end",
            ("E111", 18),
            'If late offers one way on ("skip"), but not "end" as well.',
        ),
        (
            "If rejected",
            '"A", then ask again (often)',
            ("E110", 33),
            'Expected what to do, for instance "at most 3 times" or "at most 3 times, then end", but got "often".',
        ),
        (
            "If rejected",
            '"A", then ask again (at most 0 times)',
            ("E110", 33),
            'Expected what to do, for instance at least one time, but got "at most 0 times".',
        ),
        (
            "If rejected",
            '"A", then ask again (at most 2 times, then cry)',
            ("E110", 50),
            'Expected what to do, for instance "then end" or "then ask Legal counsel", but got "then cry".',
        ),
        ("If late", "tell ;", ("E108", 17), None),
        ("If late", ",", ("E110", 12), None),
        ("If late", 'go to "A', ("E107", 18), None),
    ],
)
def test_what_cannot_happen_is_refused(key: str, written: str, at: tuple[str, int], says: str | None) -> None:
    with pytest.raises(Unreadable) as fault:
        handlers(written, key)
    assert (fault.value.code, fault.value.place) == (at[0], Place(5, at[1]))
    if says is not None:
        assert str(fault.value) == says
