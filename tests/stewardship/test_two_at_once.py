"""Two who send one proposal at the same moment: one run, one version in review."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection, connections
from tests.cases.company import Company
from tests.emptied import empty
from tests.stewardship.amending import AMENDED, edit, process_of, send, versions

from doorstep.cases.models import Case
from doorstep.stewardship.models import Proposal

pytestmark = [pytest.mark.database(transaction=True), pytest.mark.usefixtures("at_four")]


@pytest.fixture
def committed(at_four: None, company: Company) -> Iterator[Company]:
    yield company
    connections.close_all()
    empty()


def test_two_submits_at_once_start_one_run(committed: Company) -> None:
    process_of(committed)
    proposal = edit(committed, by=committed.sam, text=AMENDED)

    def send_it(by: UUID) -> UUID:
        try:
            return send(proposal, by).case_id
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        found = list(both.map(send_it, (committed.sam, committed.eve)))
    assert len(set(found)) == 1
    assert Case.objects.count() == 1
    assert versions(committed) == [(1, "effective"), (2, "in review")]
    assert [one["what"].split(".")[0] for one in Proposal.objects.get().history] == [
        "Begun as an edit",
        "Sent for approval as material",
    ]
