"""What breaks is heard: a step that comes to need a person is told to whoever started the run."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.cases.company import PAGE, Company
from tests.cases.post import Post, came, mail, work
from tests.cases.test_worker import FACTS

from doorstep.cases.hear import hear
from doorstep.cases.models import Case
from doorstep.cases.start_case import start_case
from doorstep.cases.status import status_of
from doorstep.plugin_api import Letter

pytestmark = pytest.mark.database
STUCK = "Halden Foods: Web shop: “Confirm the deployment” is stuck."


@pytest.fixture
def case_id(company: Company, post: Post) -> UUID:
    case_id = start_case(version_id=company.publish(PAGE), facts=FACTS, by=company.ana).case_id
    work()
    return case_id


def told(post: Post) -> list[Letter]:
    work()
    return [one for one in post.sent if one.to.startswith("ana@") and "stuck" in one.headline]


def test_a_confirmation_rejected_without_a_way_on_is_told(post: Post, case_id: UUID) -> None:
    assert came(mail(post.last("sam"), "rejected: the rollback failed")) == "rejected: recorded"
    (letter,) = told(post)
    assert (letter.headline, letter.paragraphs) == (
        STUCK,
        ("Sam Ortiz rejected it; the page does not say what then.",),
    )


def test_the_status_line_names_who_rejected_it(company: Company, post: Post, case_id: UUID) -> None:
    came(mail(post.last("sam"), "rejected: the rollback failed"))
    assert "“Confirm the deployment”: Sam Ortiz rejected it" in status_of(Case.objects.get(id=case_id)).words.headline


def test_it_is_told_once(post: Post, case_id: UUID) -> None:
    came(mail(post.last("sam"), "rejected: the rollback failed"))
    came(mail(post.last("priya"), "go-live: 12 March 2027\ncontact: kim@halden.example"))
    assert len(told(post)) == 1


def test_it_is_told_to_who_wants_only_bad_news(company: Company, post: Post, case_id: UUID) -> None:
    hear(case_id=case_id, only_if_it_breaks=True, by=company.ana)
    came(mail(post.last("sam"), "rejected: the rollback failed"))
    assert len(told(post)) == 1


def test_what_the_page_handles_is_not_stuck(post: Post, case_id: UUID) -> None:
    came(mail(post.last("sam"), "done"))
    assert told(post) == []


def test_who_did_it_themselves_is_not_told(company: Company, post: Post) -> None:
    text = PAGE.replace("- Who: Delivery engineer", "- Who: whoever started this")
    start_case(version_id=company.publish(text), facts=FACTS, by=company.ana)
    work()
    assert came(mail(post.last("ana", "ask"), "rejected: no")) == "rejected: recorded"
    assert told(post) == []
