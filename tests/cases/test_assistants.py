"""“May Lea answer such things for you?”: asked of the addressee when Lea first answers, and answered by a short reply."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.cases.company import PAGE, Company
from tests.cases.post import Post, came, mail, work

from doorstep.cases.allow_assistant import allow_assistant
from doorstep.cases.clock import business_now
from doorstep.cases.models import Ask, Case, Delivery, Journal
from doorstep.cases.start_case import start_case
from doorstep.people.models import Assistant, AssistantWish, Membership, Person

pytestmark = pytest.mark.database

FACTS = {"client": "Halden Foods", "project": "Web shop", "value": 84000, "contract": "Contract v3"}
BY_MAIL = PAGE.replace("- Proof: login\n", "")
SIGN, LOGISTICS = "Sign off the contract", "Confirm logistics"
WHY = "Lea Stone answered “Sign off the contract” for Halden Foods: Web shop. It counts when you say yes, and for nothing unless you do."
NOT_COUNTED = "shown to the starter: the sender is not asked"


@pytest.fixture
def lea(company: Company) -> Person:
    return Person.objects.create(name="Lea Stone", email="lea@northwind.example")


@pytest.fixture
def case_id(company: Company, lea: Person, post: Post) -> UUID:
    case_id = start_case(version_id=company.publish(BY_MAIL), facts=FACTS, by=company.ana).case_id
    work()
    return case_id


def from_lea(post: Post, text: str = "Approved", to: str = "mira", **more: str) -> str:
    became = came(mail(post.last(to, "ask"), text, sender="lea@northwind.example", **more))
    work()
    return became


def answers(post: Post, text: str, **more: str) -> str:
    became = came(mail(post.last("mira", "assistant"), text, **more))
    work()
    return became


def asked(post: Post) -> int:
    return len([one for one in post.sent if one.purpose == "assistant"])


def open_still(case_id: UUID, name: str = SIGN) -> bool:
    return Ask.objects.get(case_id=case_id, name=name).state == "open"


def test_a_first_reply_counts_for_nothing_and_is_asked_about_in_one_line(
    company: Company, lea: Person, post: Post, case_id: UUID
) -> None:
    assert from_lea(post) == NOT_COUNTED
    letter = post.last("mira", "assistant")
    assert (letter.headline, letter.paragraphs, letter.closing) == (
        "May Lea Stone answer such things for you?",
        (WHY,),
        "Reply yes or no. You can take it back at any time.",
    )
    assert "lea@northwind.example wrote, who is not asked: Approved" in post.last("ana").paragraphs
    assert open_still(case_id)
    assert not Assistant.objects.exists()


def test_yes_names_the_assistant_who_then_answers(company: Company, lea: Person, post: Post, case_id: UUID) -> None:
    from_lea(post)
    assert answers(post, "Yes, please.\n\nMira") == "assistant: the assistant may"
    assert list(Assistant.objects.values_list("person", "assistant", "kinds")) == [(company.mira, lea.id, ["approve"])]
    assert not open_still(case_id)  # the reply that asked for it counts now
    assert Ask.objects.get(case_id=case_id, name=SIGN).answered_by == lea.id
    assert Journal.objects.filter(case_id=case_id, kind="AssistantAnswered").count() == 1


def test_no_leaves_it_so_and_nobody_is_asked_again(company: Company, lea: Person, post: Post, case_id: UUID) -> None:
    from_lea(post)
    assert answers(post, "nein, danke") == "assistant: the assistant may not"
    assert from_lea(post) == NOT_COUNTED
    assert (asked(post), Assistant.objects.count(), open_still(case_id)) == (1, 0, True)


@pytest.mark.parametrize("text", ["approved", "yes, but only small ones", "yes and approved", "who is that?", ""])
def test_anything_else_is_asked_about_again_and_decides_nothing(
    company: Company, lea: Person, post: Post, case_id: UUID, text: str
) -> None:
    from_lea(post)
    assert answers(post, text) == "assistant: neither a yes nor a no"
    assert (asked(post), Assistant.objects.count(), open_still(case_id)) == (2, 0, True)
    for _ in range(3):
        answers(post, text)
    assert asked(post) == 3
    assert answers(post, "yes") == "assistant: the assistant may"
    assert not open_still(case_id)


def test_what_was_answered_meanwhile_stays_as_it_was(company: Company, lea: Person, post: Post, case_id: UUID) -> None:
    from_lea(post, "Rejected: the cap is missing")
    assert came(mail(post.last("mira", "ask"), "Approved")) == "approved: recorded"
    before = len(post.sent)
    assert answers(post, "yes") == "assistant: the assistant may"
    assert Ask.objects.get(case_id=case_id, name=SIGN).outcome == "approved"
    assert [one.to for one in post.sent[before:] if one.to.startswith("lea")] == []


def test_a_yes_on_the_screen_lets_it_count_too(company: Company, lea: Person, post: Post, case_id: UUID) -> None:
    from_lea(post)
    wish = AssistantWish.objects.get()
    allow_assistant(wish=wish.id, granted=True, by=company.mira, at=business_now())
    assert Ask.objects.get(case_id=case_id, name=SIGN).answered_by == lea.id


def test_a_yes_nobody_vouches_for_names_nobody(company: Company, lea: Person, post: Post, case_id: UUID) -> None:
    from_lea(post)
    assert answers(post, "yes", proof="link") == "assistant: neither a yes nor a no"
    assert not Assistant.objects.exists()


def test_the_assistant_cannot_say_yes_herself(company: Company, lea: Person, post: Post, case_id: UUID) -> None:
    from_lea(post)
    assert answers(post, "yes", sender="lea@northwind.example") == NOT_COUNTED
    assert not Assistant.objects.exists()


def test_another_kind_of_answer_is_asked_about_anew(company: Company, lea: Person, post: Post, case_id: UUID) -> None:
    Membership.objects.create(person=company.people["mira"], role=Membership.objects.get(person=company.priya).role)
    Membership.objects.filter(person=company.priya).delete()
    second = start_case(version_id=Case.objects.get().version_id, facts=FACTS, by=company.ana).case_id
    work()
    for verb, yes in (("approve", "yes"), ("fill in", "ja")):
        letter = next(one for one in post.sent if one.verb == verb and one.to.startswith("mira"))
        assert came(mail(letter, "My answer", sender="lea@northwind.example")) == NOT_COUNTED
        work()
        assert answers(post, yes) == "assistant: the assistant may"
    assert Assistant.objects.get().kinds == ["approve", "fill in"]
    assert open_still(second, LOGISTICS)


@pytest.mark.parametrize("who", ["somebody outside", "the starter", "unproven", "machine"])
def test_nobody_is_asked_about(company: Company, lea: Person, post: Post, case_id: UUID, who: str) -> None:
    sender = {"the starter": "ana@northwind.example", "somebody outside": "kim@halden.example"}.get(who, lea.email)
    Person.objects.create(name="kim@halden.example", email="kim@halden.example", outside=True)
    more = {"unproven": {"proof": "link"}, "machine": {"Auto_Submitted": "auto-replied"}}.get(who, {})
    came(mail(post.last("mira", "ask"), "Approved", sender=sender, **more))
    work()
    assert (AssistantWish.objects.count(), Delivery.objects.filter(purpose="assistant").count()) == (0, 0)
