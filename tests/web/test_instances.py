"""What a form keeps, who saw an ask, and each instance with its own buttons."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.cases.company import FRIDAY
from tests.web.office import Office, ask_of, hidden, link_to, text_of

from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.models import Ask, Case, Delivery
from doorstep.cases.start_case import start_case
from doorstep.kernel.values import FileRef

pytestmark = pytest.mark.database

SIGN = "Sign off the contract"
EACH = """\
# Review a plan

- Owner: vera@northwind.example

| Fact | Kind | From |
|---|---|---|
| reviewers | list of e-mail address | whoever starts |

## Read the plan

- Who: each of {reviewers}

- [ ] The costs add up
"""


def seen(case: Case, who: str, office: Office) -> list[datetime | None]:
    rows = Delivery.objects.filter(case_id=case.id, person=office.people[who].id, purpose="ask")
    return list(rows.values_list("seen_at", flat=True))


# -- Seen ------------------------------------------------------------------------------------------------


def test_a_signed_in_view_of_an_ask_says_it_was_seen(office: Office) -> None:
    case = office.start()
    assert seen(case, "mira", office) == [None]
    assert office.client("mira").get(f"/ask/{ask_of(case, SIGN).id}").status_code == 200
    assert seen(case, "mira", office) != [None]
    assert seen(case, "sam", office) == [None]


def test_a_link_that_is_only_opened_says_nothing(office: Office) -> None:
    case = office.start()
    assert office.client("bob").get(link_to(ask_of(case, SIGN))).status_code == 200
    assert office.client("bob").get(f"/ask/{ask_of(case, SIGN).id}").status_code == 404
    assert seen(case, "mira", office) == [None]


# -- The start form --------------------------------------------------------------------------------------


def test_a_chosen_file_is_kept_when_the_form_is_refused(office: Office) -> None:
    office.published(office_page())
    client = office.client("ana")
    upload = SimpleUploadedFile("Contract v3.pdf", b"%PDF-1.4 three", "application/pdf")
    refused = client.post("/start/hand-over", {"fact-client": "Halden", "fact-value": "much", "fact-contract": upload})
    page = refused.content.decode()
    assert (refused.status_code, "Contract v3.pdf is kept." in text_of(page)) == (422, True)
    again = {"fact-client": "Halden", "fact-value": "84000", "kept-contract": hidden(page, "kept-contract")}
    wrong = client.post("/start/hand-over", {**again, "fact-value": "much"})
    assert "Contract v3.pdf is kept." in text_of(wrong.content)
    assert client.post("/start/hand-over", {**again, "kept-contract": "forged"}).status_code == 422
    started = client.post("/start/hand-over", again)
    assert started.status_code == 302
    from doorstep.cases.deliver import opened_case

    state = opened_case(Case.objects.get()).state
    assert state is not None
    contract = state.facts["contract"]
    assert isinstance(contract, FileRef)
    assert (contract.name, contract.size) == ("Contract v3.pdf", 14)


def office_page() -> str:
    return """\
# Hand over

- Owner: vera@northwind.example

| Fact | Kind | From |
|---|---|---|
| client | text | whoever starts |
| value | number | whoever starts, required |
| contract | file | whoever starts |

## Look at it

- Who: Legal counsel
- Show: {contract}, {client}, {value}
"""


# -- Each instance ---------------------------------------------------------------------------------------


@pytest.fixture
def review(office: Office) -> Case:
    reviewers = [f"{who}@northwind.example" for who in ("mira", "sam", "priya")]
    version = office.published(EACH)
    started = start_case(version_id=version, facts={"reviewers": reviewers}, by=office.ana, at=FRIDAY)
    return Case.objects.get(id=started.case_id)


def buttons(office: Office, case: Case, who: str) -> tuple[list[str], list[str]]:
    """Return the asks a page offers to answer, and those it offers to remind of."""
    page = office.client(who).get(f"/run/{case.id}/").content.decode()
    return re.findall(r'href="/ask/([0-9a-f-]+)"', page), re.findall(r'value="remind:([0-9a-f-]+)"', page)


def of(case: Case, office: Office, who: str) -> str:
    return str(Ask.objects.get(case_id=case.id, person=office.people[who].id).id)


def test_each_instance_has_its_own_buttons(office: Office, review: Case) -> None:
    asks = [of(review, office, who) for who in ("mira", "sam", "priya")]
    assert buttons(office, review, "ana") == ([], asks)
    assert buttons(office, review, "sam") == ([asks[1]], [])
    answer_ask(ask_id=Ask.objects.get(id=asks[1]).id, outcome="done", by=office.sam, proof="login", at=FRIDAY)
    assert buttons(office, review, "ana") == ([], [asks[0], asks[2]])


def test_each_instance_shows_its_own_ticks_and_proof(office: Office, review: Case) -> None:
    ask = Ask.objects.get(id=of(review, office, "sam"))
    at = datetime(2026, 3, 6, 21, 5, tzinfo=UTC)
    answer_ask(ask_id=ask.id, outcome="done", by=office.sam, proof="login", ticked=["The costs add up"], at=at)
    page = text_of(office.client("ana").get(f"/run/{review.id}/").content)
    assert page.count("Sam Ortiz, 16:05, signed in") == 1
