from __future__ import annotations

import time

from doorstep.identifiers import uuid7


def test_identifiers_are_of_version_7_and_never_the_same() -> None:
    made = [uuid7() for _ in range(1000)]
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    assert len(set(made)) == 1000


def test_identifiers_sort_by_time() -> None:
    first = uuid7()
    time.sleep(0.002)
    second = uuid7()
    assert first < second
    assert abs((second.int >> 80) - time.time() * 1000) < 1000
