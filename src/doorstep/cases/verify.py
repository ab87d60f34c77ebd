"""Verify the journal: chains, hashes, private parts, anchors, completeness, and numbers without gaps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from doorstep.cases import anchors, seals
from doorstep.cases.entries import START, Entry, digest_of
from doorstep.cases.models import Anchor, Case, Counter, Journal, JournalKey, JournalPrivate
from doorstep.cases.models.journal import NOBODY


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit; ``case`` is its number, 0 for what concerns all."""

    case: int
    seq: int
    why: str

    def __str__(self) -> str:
        place = f"Run {self.case}, entry {self.seq}: " if self.case else ""
        return place + self.why


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what does not fit.  ``erased`` entries keep their place in the chain."""

    cases: int
    entries: int
    erased: int
    anchors: int
    findings: tuple[Finding, ...]


def verify() -> Verified:
    """Look at every case and anchor.  Reads everything, changes nothing."""
    findings: list[Finding] = []
    count = erased = 0
    rows = list(Case.objects.order_by("number"))
    for row in rows:
        seen, gone, wrong = verify_case(row)
        count, erased = count + seen, erased + gone
        findings += wrong
    findings += _numbers([row.number for row in rows])
    kept = list(Anchor.objects.order_by("day"))
    findings += _anchors(kept, {row.number: row for row in rows})
    return Verified(len(rows), count, erased, len(kept), tuple(findings))


def verify_case(row: Case) -> tuple[int, int, list[Finding]]:
    """Return how many entries a case has, how many of them were erased, and what does not fit."""
    salts = {key.person: bytes(key.salt) for key in JournalKey.objects.filter(case_id=row.id)}
    private = {one.seq: one for one in JournalPrivate.objects.filter(case_id=row.id)}
    findings: list[Finding] = []
    prev, seq, erased, last = START, 0, 0, None
    for seq, kept in enumerate(Journal.objects.filter(case_id=row.id).order_by("seq"), 1):
        findings += [Finding(row.number, seq, why) for why in _entry(kept, seq, prev)]
        gone, wrong = _private(kept, private.get(kept.seq), salts)
        erased += gone
        findings += [Finding(row.number, seq, why) for why in wrong]
        prev, last = bytes(kept.hash), kept
    if (row.seq, bytes(row.head)) != (seq, prev):
        findings.append(Finding(row.number, seq, f"The run says it has {row.seq} entries, but the journal ends here."))
    findings += [Finding(row.number, seq, why) for why in _state(row, last, salts)]
    return seq, erased, findings


def entry_of(row: Journal) -> Entry:
    """Return a row of the journal as the entry its hash is over."""
    return Entry(
        case_id=row.case_id,
        seq=row.seq,
        kind=row.kind,
        at=row.at,
        recorded_at=row.recorded_at,
        person=row.person,
        step=row.step,
        instance=row.instance,
        round=row.round,
        digest=bytes(row.digest),
        kernel=row.kernel,
        state_hash=bytes(row.state_hash),
        prev=bytes(row.prev),
    )


def _entry(row: Journal, seq: int, prev: bytes) -> Iterator[str]:
    if row.seq != seq:
        yield f"Expected entry {seq}, but the next one is {row.seq}: entries are missing."
    if bytes(row.prev) != prev:
        yield "It does not follow from the entry before: the chain is broken."
    if entry_of(row).hash != bytes(row.hash):
        yield "Its content is not what its hash was made of: it was changed."


def _private(row: Journal, kept: JournalPrivate | None, salts: Mapping[UUID, bytes]) -> tuple[bool, list[str]]:
    """Compare the private part with its digest; return whether it was erased, and what does not fit."""
    if kept is None:
        return False, ["Its private part is missing, and no key was deleted for it."]
    try:
        text = seals.unseal(salts.get(kept.person), bytes(kept.sealed))
    except seals.Erased:
        return True, []
    except ValueError as error:
        return False, [str(error)]
    return False, [] if digest_of(text) == bytes(row.digest) else [
        "Its private part is not what its digest was made of."
    ]


def _state(row: Case, last: Journal | None, salts: Mapping[UUID, bytes]) -> Iterator[str]:
    """Compare the stored state with the hash its last entry holds."""
    salt = salts.get(NOBODY)
    if last is None or salt is None:
        return
    content = seals.unseal(salt, bytes(row.state))
    if hashlib.sha256(content).digest() != bytes(last.state_hash):
        yield "The stored state is not the one its last entry was written with."


def _numbers(numbers: list[int]) -> Iterator[Finding]:
    """Find gaps and doubles among the numbers of runs."""
    if numbers != list(range(1, len(numbers) + 1)):
        missing = sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
        yield Finding(
            0, 0, f"Expected the runs to be numbered without gaps, but missing are {missing or 'none, some twice'}."
        )
    counter = Counter.objects.filter(name="case").values_list("value", flat=True).first() or 0
    if counter != len(numbers):
        yield Finding(0, 0, f"The counter says there were {counter} runs, but there are {len(numbers)}.")


def _anchors(kept: list[Anchor], rows: Mapping[int, Case]) -> Iterator[Finding]:
    """Check each day's line: that it follows from the one before, and that the heads it names still are so."""
    prev = START
    for anchor in kept:
        if bytes(anchor.prev) != prev or anchors.digest(anchor.day, bytes(anchor.heads), prev) != bytes(anchor.digest):
            yield Finding(0, 0, f"The line of {anchor.day} is not what it was made of.")
        prev = bytes(anchor.digest)
        yield from _heads(anchor, rows)


def _heads(anchor: Anchor, rows: Mapping[int, Case]) -> Iterator[Finding]:
    for number, seq, head in anchors.heads_of(bytes(anchor.heads)):
        row = rows.get(number)
        found = Journal.objects.filter(case_id=row.id, seq=seq).values_list("hash", flat=True).first() if row else None
        if found is None or bytes(found).hex() != head:
            yield Finding(number, seq, f"The line of {anchor.day} names another head: what came before was changed.")
