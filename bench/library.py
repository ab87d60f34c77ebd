"""The library's lists and pages with 5,000 processes and 100,000 people: server time of a request, 95th percentile."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from time import perf_counter

from bench import database, library_data, long_lists
from bench.screens import Where, measured


def main() -> None:
    """Print one JSON line a screen: milliseconds at the 95th percentile, against the processor time a request takes.

    Processor time is that of this process and of the database's backend, so it says what a quiet core would need.
    """
    database.prepared()
    began = perf_counter()
    company = library_data.made()
    long = long_lists.made(company)
    print(f"{len(company.people):,} people and {len(company.processes):,} processes in {perf_counter() - began:.0f} s", file=sys.stderr)  # fmt: skip
    client = library_data.signed_in(company.reader)
    for name, where in (*_library(company), *_of_a_page(long), *_owned(long), *_edited(company, long)):
        measured(client, name, where)


def _library(company: library_data.Company) -> Iterator[tuple[str, Where]]:
    chance = random.Random(1)
    open_ones = [row.key for row in company.processes if not row.restricted and int(row.key.rpartition("-")[2]) % 50 % 10 != 9]  # fmt: skip
    open_groups = [group.id for group in company.groups if not group.restricted]
    yield "library page", lambda: f"/library/?page={chance.randrange(1, 90)}"
    yield "library, one group", lambda: f"/library/?group={chance.choice(open_groups)}"
    yield "library, mine", lambda: "/library/?show=mine"
    yield "library, needs attention", lambda: "/library/?show=attention"
    yield "library, searched by one word", lambda: f"/library/?q={chance.choice(library_data.PLACES)}"
    yield "library, searched by a word of every page", lambda: "/library/?q=signature"
    yield "library, searched by three words", lambda: f"/library/?q=approve+contract+{chance.randrange(5_000):04}"
    yield "process page", lambda: f"/library/{chance.choice(open_ones)}/"
    yield "history", lambda: f"/library/{chance.choice(open_ones)}/history"
    yield "compare", lambda: f"/library/{chance.choice(open_ones)}/compare"
    yield "groups", lambda: "/groups/"
    yield "a group", lambda: f"/groups/{chance.choice(open_groups)}/"
    yield "who may see a page", lambda: f"/library/{chance.choice(open_ones)}/who"


def _of_a_page(long: long_lists.Long) -> Iterator[tuple[str, Where]]:
    """Yield the lists of one page with 300 versions, proposals and rights, and of 10,000 people who are asked."""
    chance = random.Random(2)
    yield "a long page", lambda: f"/library/{long.page}/"
    yield "a long history", lambda: f"/library/{long.page}/history?page={chance.randrange(1, 6)}"
    yield "compared in a long history", lambda: f"/library/{long.page}/compare?from=1&to=2"
    yield "proposals for a page", lambda: f"/library/{long.page}/proposals?page={chance.randrange(1, 6)}"
    yield "rights given on a page", lambda: f"/library/{long.page}/who?page={chance.randrange(1, 6)}"
    yield "who has not heard", lambda: f"/process/{long.page}/heard/?page={chance.randrange(1, 100)}"
    yield "who has heard", lambda: f"/process/{long.page}/heard/?all=1&page={chance.randrange(1, 100)}"
    yield "what changed", lambda: f"/changed/{long.version}/"
    yield "recall", lambda: f"/recall/{long.recall}/?page={chance.randrange(1, 6)}"
    yield "to recall", lambda: f"/library/{long.page}/recall"


def _owned(long: long_lists.Long) -> Iterator[tuple[str, Where]]:
    chance = random.Random(3)
    yield "what I own", lambda: f"/owning/?page={chance.randrange(1, 8)}"
    yield "hand over", lambda: f"/hand-over/?page={chance.randrange(1, 6)}"
    yield "without an owner", lambda: f"/orphans/?page={chance.randrange(1, 9)}"
    yield "what I proposed", lambda: f"/proposals/?page={chance.randrange(1, 7)}"
    yield "a proposal", lambda: f"/proposal/{long.draft}/"


def _edited(company: library_data.Company, long: long_lists.Long) -> Iterator[tuple[str, Where]]:
    """Yield the editor, and its check while somebody types: of what was never seen before, names people among it."""
    chance = random.Random(4)
    text = company.processes[1].versions.get(state="effective").text

    def typed() -> tuple[str, dict[str, str]]:
        line = f"- Expert: person{chance.randrange(100_000)}@x.example\n\nLook at the dates, {chance.random()}."
        return f"/proposal/{long.draft}/check", {"text": text.replace("\n\n", f"\n{line}\n\n", 1)}

    yield "editor", lambda: f"/proposal/{long.draft}/edit"
    yield "editor, one step open", lambda: f"/proposal/{long.draft}/edit?open=1"
    yield "editor, checked while typing", typed
    yield "editor, a name suggested", lambda: f"/proposal/{long.draft}/suggest?q=person+{chance.randrange(100_000):06}"


if __name__ == "__main__":
    main()
