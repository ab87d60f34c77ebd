"""Durable handoffs a second through the public verb, against bare psycopg writing the same rows in the same run.

A handoff: an answer arrives, the case advances, the journal entry is written, the next ask and its delivery
are recorded, all committed with fsync on.  The limit: SELECT FOR UPDATE and one data-modifying statement
over bare psycopg, with as many connections, inserting rows of the same tables and sizes.  Both run in turns,
so that what else the machine does hits both.
"""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from time import perf_counter

from bench import _written as written
from bench import database

CONNECTIONS = 8
CASES = 40  # of each worker
ROUNDS = 6
TARGET = 0.7
BATCH_TARGET = 0.6
BATCH = 50


def main() -> None:
    """Print one JSON line for single handoffs and one for batches."""
    database.prepared()
    for name, work, target, cases in (
        ("durable handoffs through the public verb", single, TARGET, CASES),
        ("batched handoffs", batched, BATCH_TARGET, BATCH),
    ):
        workers = CONNECTIONS if work is single else 2
        ours, limit = _paired(work, workers, cases)
        value, against = workers * cases * ROUNDS / ours, workers * cases * ROUNDS / limit
        result = {
            "name": name,
            "value": round(value),
            "unit": "handoffs/s",
            "against": round(against),
            "ratio": round(value / against, 2),
            "target": target,
            "holds": value >= target * against,
        }
        print(json.dumps(result), flush=True)


def _paired(work: Callable[..., None], workers: int, cases: int) -> tuple[float, float]:
    """Return the seconds all rounds took: ours, and the limit's."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(workers + 1)
    version, by = written.published()
    arguments = (barrier, version, by, cases)
    processes = [context.Process(target=work, args=arguments) for _ in range(workers)]
    for process in processes:
        process.start()
    seconds = {"ours": 0.0, "limit": 0.0}
    for _ in range(ROUNDS):
        for kind in seconds:
            barrier.wait()
            began = perf_counter()
            barrier.wait()
            seconds[kind] += perf_counter() - began
    for process in processes:
        process.join()
    return seconds["ours"], seconds["limit"]


def single(barrier: Barrier, version: str, by: list[str], cases: int) -> None:
    """One worker: answers one by one, and the same rows by bare psycopg."""
    database.joined()
    mine = written.Mine(version, by, cases=cases)
    mine.warm_up()
    for _ in range(ROUNDS):
        answers = mine.answers()
        barrier.wait()
        for answer in answers:
            answer()
        barrier.wait()
        rows = mine.like_the_last(len(answers))
        barrier.wait()
        for row in rows:
            mine.raw(row)
        barrier.wait()
    os._exit(0)


def batched(barrier: Barrier, version: str, by: list[str], cases: int) -> None:
    """One worker: as many cases in one transaction, and the same rows by bare psycopg."""
    database.joined()
    mine = written.Mine(version, by, cases=cases)
    mine.warm_up()
    for _ in range(ROUNDS):
        answer = mine.answer_all()
        barrier.wait()
        answer()
        barrier.wait()
        rows = mine.like_the_last(cases)
        barrier.wait()
        mine.raw_all(rows)
        barrier.wait()
    os._exit(0)


if __name__ == "__main__":
    main()
