"""The public cases, and the figure in the documentation."""

from __future__ import annotations

import pytest
from tests.reading.feel import tck


@pytest.mark.external
def test_the_documentation_says_how_many_public_cases_pass() -> None:
    path = tck.file()
    if path is None:
        pytest.skip("shared/data/feel/cases.json is not there; set DOORSTEP_SHARED_DATA to its folder.")
    assert tck.FIGURE.search(tck.PAGE.read_text()) is not None
    assert tck.figure(path) in tck.PAGE.read_text()
