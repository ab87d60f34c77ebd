"""Those who approve a change say how much it changes: they confirm what was proposed, raise it, or say why not."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.cases.company import FRIDAY, Company
from tests.cases.post import Post, came, mail, work
from tests.stewardship.amending import carry_out, fresh, process_of, running, sent
from tests.stewardship.at_once import do_jobs

from doorstep.cases.answer_ask import Given, answer, answer_ask
from doorstep.cases.beside import said_beside
from doorstep.cases.models import Ask
from doorstep.cases.refusals import NotPossible
from doorstep.library.models import Version
from doorstep.plugin_api import Letter
from doorstep.stewardship.models import Acknowledgement, Proposal
from doorstep.stewardship.proposals import history_of
from doorstep.stewardship.submit import submit
from doorstep.stewardship.weigh import Lighter

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("at_four")]


def ask_of(case: UUID, by: UUID) -> UUID:
    return Ask.objects.get(case_id=case, state="open", person=by).id


def say(case: UUID, by: UUID, outcome: str = "approved", **said: str) -> None:
    """Answer what somebody is asked, with what they say beside it."""
    given = Given(ask_id=ask_of(case, by), outcome=outcome, by=by, proof="login", said=said)
    answer(given, at=FRIDAY)


def published(proposal: Proposal) -> tuple[str, str]:
    """Let Doorstep publish; return how much the version changes and what its proposal says of that last."""
    carry_out()
    row = fresh(proposal)
    assert row.version is not None
    version = Version.objects.get(id=row.version.id)
    assert (version.state, version.materiality) == ("effective", row.materiality)
    said = [one.what for one in history_of(row) if one.what.startswith("Sent as ")]
    return version.materiality, said[0] if said else ""


def test_who_says_nothing_confirms_what_was_proposed(company: Company) -> None:
    proposal, started = sent(company)
    say(started.case_id, company.vera)
    say(started.case_id, company.eve, materiality="material")
    assert [one.said for one in said_beside(started.case_id)] == [{"materiality": "material"}] * 2
    assert published(proposal) == ("material", "")


def test_the_most_that_anybody_says_is_published_and_drives_who_is_asked(company: Company) -> None:
    proposal, started = sent(company, materiality="editorial", why="It was always two.")
    say(started.case_id, company.vera)
    say(started.case_id, company.eve, materiality="Critical", reason="The rollback needs it.")
    words = "Sent as editorial, approved as critical: so Eve Moss said. The rollback needs it."
    assert published(proposal) == ("critical", words)
    do_jobs()
    assert set(Acknowledgement.objects.values_list("person", flat=True)) == {company.mira, company.priya}


def test_less_than_was_proposed_needs_a_reason(company: Company) -> None:
    proposal, started = sent(company)
    with pytest.raises(
        Lighter, match=r"It was sent as material. It moves what people act on. “Confirm the deployment”: Due: 2 hours"
    ):
        say(started.case_id, company.vera, materiality="clarifying")
    assert Ask.objects.get(id=ask_of(started.case_id, company.vera)).state == "open"
    say(started.case_id, company.vera, materiality="clarifying", reason="Two hours is what we do.")
    say(started.case_id, company.eve, materiality="clarifying", reason="So do we.")
    words = (
        "Sent as material, approved as clarifying: so Vera Lind and Eve Moss said. Two hours is what we do. So do we. "
        "It moves what people act on."
    )
    weight, said = published(proposal)
    assert (weight, said[: len(words)]) == ("clarifying", words)


def test_one_who_calls_it_less_does_not_outweigh_one_who_confirms(company: Company) -> None:
    proposal, started = sent(company)
    say(started.case_id, company.vera, materiality="editorial", reason="Words.")
    say(started.case_id, company.eve)
    assert published(proposal) == ("material", "")


def test_what_the_sender_did_not_answer_for_the_approver_does(company: Company) -> None:
    _, started = sent(company, materiality="critical")
    Proposal.objects.update(materiality="editorial")  # as if nobody had doubted it when it was sent
    with pytest.raises(Lighter, match=r"It moves what people act on. “Confirm the deployment”: Due: 2 hours"):
        say(started.case_id, company.vera)
    say(started.case_id, company.vera, reason="It was always two.")


def test_what_is_none_of_the_four_is_refused(company: Company) -> None:
    _, started = sent(company)
    with pytest.raises(NotPossible, match="Expected editorial, clarifying, material or critical as the materiality"):
        say(started.case_id, company.vera, materiality="huge")


def test_who_rejects_weighs_nothing_and_other_runs_ask_nothing(company: Company) -> None:
    _, started = sent(company)
    say(started.case_id, company.vera, "rejected", materiality="huge")
    assert said_beside(started.case_id) == ()
    case = running(company, "Halden")
    with pytest.raises(NotPossible, match="Expected nothing beside this answer, but got materiality"):
        say(case, company.mira, materiality="material")


def test_an_approval_asked_again_is_weighed_again(company: Company) -> None:
    proposal, started = sent(company)
    say(started.case_id, company.vera, materiality="critical")
    Proposal.objects.filter(id=proposal.id).update(text=fresh(proposal).text.replace("2 hours", "3 hours"))
    submit(proposal=proposal.id, by=company.sam, materiality="material", at=FRIDAY)
    say(started.case_id, company.vera)
    say(started.case_id, company.eve)
    assert published(proposal) == ("material", "")


def test_a_system_that_answers_confirms(company: Company) -> None:
    _, started = sent(company)
    ask = ask_of(started.case_id, company.vera)
    answer_ask(ask_id=ask, outcome="approved", by=company.vera, proof="login", channel="jira", at=FRIDAY)
    assert said_beside(started.case_id)[0].said == {"materiality": "material"}


# -- By mail ---------------------------------------------------------------------------------------------


def asking(post: Post) -> Letter:
    """Return the letter that asks Eve to approve."""
    work()
    return post.last("eve", "ask")


def test_the_letter_says_how_and_its_ready_reply_carries_the_line(company: Company, post: Post) -> None:
    process_of(company)
    sent(company)
    letter = asking(post)
    assert letter.beside == (("Materiality", "material"),)
    asked = [one for one in letter.paragraphs if "on a line of its own" in one]
    how_much = "How much does it change? It was sent as material; the most that anybody who approves says holds."
    less = "Only to call it less than material: why it is."
    assert asked == [
        f"{how_much} In a reply it stands on a line of its own: “Materiality: material”.",
        f"{less} In a reply it stands on a line of its own: “Reason: …”.",
    ]
    assert "materiality" not in [one.label for one in letter.shown]


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("approved", "material"),
        ("approved\n\nMateriality: critical", "critical"),
        ("Approved.\n\nMateriality: Clarifying\nReason: it is what we do already.", "clarifying"),
    ],
)
def test_a_reply_says_it_on_a_line(company: Company, post: Post, text: str, weight: str) -> None:
    process_of(company)
    _, started = sent(company)
    assert came(mail(asking(post), text)) == "approved: recorded"
    assert said_beside(started.case_id)[0].said["materiality"] == weight


def test_less_without_a_reason_is_asked_back(company: Company, post: Post) -> None:
    process_of(company)
    _, started = sent(company)
    became = came(mail(asking(post), "approved\n\nMateriality: editorial"))
    assert became.startswith("not taken: It was sent as material. It moves what people act on.")
    assert said_beside(started.case_id) == ()
