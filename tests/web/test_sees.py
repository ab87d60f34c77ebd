"""What can somebody see?  The answer agrees with what they meet."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cases.company import FRIDAY
from tests.web.office import POLICY, Office, text_of

from doorstep.library.give_right import grant
from doorstep.library.models import Process, Right
from doorstep.library.seen import seen_by
from doorstep.library.sees import Sees, what_sees
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person

pytestmark = pytest.mark.database


def found(office: Office, who: str) -> list[Sees]:
    return what_sees(office.people[who].id, by=office.vera, window=slice(0, 50))


def test_the_processes_with_reasons_and_rights(office: Office) -> None:
    office.published(POLICY)
    Process.objects.filter(key="close-a-client-project").update(restricted=True)
    grant(right=Right.SEE, to=office.people["bob"], on=Process.objects.get(restricted=True), by=office.vera, at=FRIDAY)
    close, policy = ("close-a-client-project", "Close a client project"), ("travel-policy", "Travel policy")
    everybody = Sees(*policy, "Money", False, ("see",), ("everybody may",))
    assert found(office, "bob") == [
        Sees(*close, "Customer delivery", True, ("see",), ("Vera Lind granted it to them",)),
        everybody,
    ]
    assert found(office, "mira")[0] == Sees(
        *close,
        "Customer delivery",
        True,
        ("see", "start"),
        ("they hold Legal counsel, which step “Sign off the contract” names",),
    )
    assert found(office, "eve")[0].may == ("see", "start", "amend")
    assert found(office, "vera")[0].may == ("see", "start", "amend", "own")
    assert found(office, "sam")[1] == everybody


def test_it_agrees_with_what_they_meet(office: Office) -> None:
    office.published(POLICY)
    Process.objects.filter(key="close-a-client-project").update(restricted=True)
    for who, person in office.people.items():
        met = Process.objects.filter(seen_by(person.id)).values_list("key", flat=True)
        assert {one.key for one in found(office, who)} == set(met)


def test_only_administrators_and_auditors_know_it(office: Office) -> None:
    path = f"/people/{office.mira}/sees/"
    assert [office.client(who).get(path).status_code for who in ("vera", "bob", "mira")] == [200, 404, 404]
    Person.objects.filter(id=office.bob).update(auditor=True)
    assert "What Mira Holt sees Holds Legal counsel." in text_of(office.client("bob").get(path).content)
    with pytest.raises(NotAllowed, match="administrators and auditors"):
        what_sees(office.mira, by=office.ana, window=slice(0, 9))


def test_it_is_paged_and_costs_no_more_with_more_rows(office: Office) -> None:
    path = f"/people/{office.mira}/sees/"
    counts = []
    for names in (("A",), ("B", "C")):
        for name in names:
            office.published(POLICY.replace("Travel", name))
        vera = office.client("vera")
        vera.get(path)
        with CaptureQueriesContext(connection) as seen:
            vera.get(path)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    for number in range(25):
        office.published(POLICY.replace("Travel", f"Page {number}"))
    first, second = (text_of(vera.get(f"{path}?page={page}").content) for page in (1, 2))
    assert ("Page 1 More" in first, "Before Page 2" in second) == (True, True)
