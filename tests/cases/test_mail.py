"""Asking by mail, and what comes back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from tests.cases.company import PAGE, Company
from tests.cases.post import Post, came, failing, mail, work

from doorstep.cases.models import Ask, Case, Delivery, Inbox, Reply
from doorstep.cases.receive import receive
from doorstep.cases.start_case import start_case
from doorstep.cases.understand import understand

pytestmark = pytest.mark.database

FACTS = {"client": "Halden Foods", "project": "Web shop", "value": 84000, "contract": "Contract v3"}
BY_MAIL = PAGE.replace("- Proof: login\n", "")


def started(company: Company) -> UUID:
    case_id = start_case(version_id=company.publish(BY_MAIL), facts=FACTS, by=company.ana).case_id
    work()
    return case_id


def ask_for(case_id: UUID, name: str) -> Ask:
    return Ask.objects.filter(case_id=case_id, name=name).latest("round")


def test_a_letter_says_what_is_asked_and_nothing_else(company: Company, post: Post) -> None:
    started(company)
    letter = post.last("mira")
    assert (letter.purpose, letter.to_name, letter.starter, letter.as_role) == (
        "ask", "Mira Holt", "Ana Marsh", "Legal counsel",
    )  # fmt: skip
    assert letter.headline.startswith("Please sign off the contract for Halden Foods: Web shop")
    assert [(one.label, one.value) for one in letter.covered] == [
        ("contract", "Contract v3"),
        ("value", "EUR 84,000.00"),
    ]
    assert letter.shown == ()
    assert letter.outcomes == ("approved", "rejected", "changes wanted")
    assert letter.reply_to.startswith("doorstep+")
    assert "/a/" in letter.page_url
    assert letter.closing.startswith("If we hear nothing we ")
    assert letter.footer == "Close a client project, version 1, “Sign off the contract”"


def test_everybody_answers_by_mail(company: Company, post: Post) -> None:
    case_id = started(company)
    assert came(mail(post.last("sam"), "done")) == "done: recorded"
    assert came(mail(post.last("mira"), "Approved.\n\nMira")) == "approved: recorded"
    assert came(mail(post.last("priya"), "go-live: 12 March 2027\ncontact: kim@halden.example")) == "filled: recorded"
    work()
    assert Case.objects.get(id=case_id).status == "done"
    receipt = post.last("mira", "receipt")
    assert receipt.headline.startswith("Recorded ")
    assert receipt.headline.endswith("approved by you.")
    assert post.last("ana").headline == "Halden Foods: Web shop is done."
    told = [one for one in post.sent if one.to == "ana@northwind.example" and one.quotation]
    assert [one.quotation for one in told] == ["Web shop is live on 12 March 2027."]


def test_the_same_mail_twice_is_one_reply(company: Company, post: Post) -> None:
    started(company)
    reply = mail(post.last("sam"), "done", message_id="<same@northwind.example>")
    assert receive(reply) is not None
    assert receive(reply) is None
    assert Inbox.objects.count() == 1


def test_a_reply_is_kept_with_its_answer_and_understood_again_changes_nothing(company: Company, post: Post) -> None:
    case_id = started(company)
    assert came(mail(post.last("sam"), "done")) == "done: recorded"
    row = Inbox.objects.get()
    assert understand(row).startswith("not taken: “Confirm the deployment” was settled")
    kept = Reply.objects.filter(case_id=case_id, became="recorded").values_list("inbox_id", "answer")
    assert list(kept) == [(row.id, "done")]


def test_a_stranger_decides_nothing_and_the_starter_is_shown_it(company: Company, post: Post) -> None:
    case_id = started(company)
    came(mail(post.last("mira"), "Approved", sender="bob@northwind.example"))
    work()
    assert ask_for(case_id, "Sign off the contract").state == "open"
    assert "bob@northwind.example wrote, who is not asked: Approved" in post.last("ana").paragraphs


def test_naming_the_addressee_as_sender_makes_nobody_the_addressee(company: Company, post: Post) -> None:
    case_id = started(company)
    forged = mail(post.last("mira"), "Approved", sender="bob@northwind.example", Sender=post.last("mira").to)
    assert came(forged) == "shown to the starter: the sender is not asked"
    assert ask_for(case_id, "Sign off the contract").state == "open"


def test_too_little_proof_is_told_how(company: Company, post: Post) -> None:
    case_id = started(company)
    became = came(mail(post.last("mira"), "Approved", proof="link"))
    work()
    assert ask_for(case_id, "Sign off the contract").state == "open"
    assert "needs to be surer who answers" in became
    assert "needs to be surer" in post.last("mira", "clarify").paragraphs[0]


def test_a_promise_is_kept_in_mind(company: Company, post: Post) -> None:
    case_id = started(company)
    assert came(mail(post.last("mira"), "I will do it tomorrow")) == "promised: noted"
    assert ask_for(case_id, "Sign off the contract").promised_until is not None


def test_a_question_goes_to_the_starter_and_its_answer_back(company: Company, post: Post) -> None:
    from doorstep.cases.answer_question import answer_question

    case_id = started(company)
    assert came(mail(post.last("mira"), "Which liability cap did we agree on?")) == "question: noted"
    work()
    assert post.last("ana").headline == "Halden Foods: Web shop: Mira Holt asked about “Sign off the contract”."
    ask = ask_for(case_id, "Sign off the contract")
    answer_question(ask_id=ask.id, text="100 %.", by=company.ana)
    work()
    letter = post.last("mira", "clarify")
    assert (letter.headline, letter.paragraphs) == ("Ana Marsh writes about “Sign off the contract”:", ("100 %.",))


def test_not_me_proposes_and_sends_nothing(company: Company, post: Post) -> None:
    case_id = started(company)
    came(mail(post.last("sam"), "Not me, please ask Bob Stone"))
    work()
    assert "Bob" in ask_for(case_id, "Confirm the deployment").delegated
    assert not [one for one in post.sent if one.to == "bob@northwind.example"]


def test_wait_dont_takes_an_approval_back(company: Company, post: Post) -> None:
    case_id = started(company)
    came(mail(post.last("mira"), "Approved"))
    work()
    assert came(mail(post.last("mira", "receipt"), "undo")) == "withdrawn: the answer was taken back"
    again = ask_for(case_id, "Sign off the contract")
    assert (again.round, again.state) == (2, "open")


def test_an_unclear_reply_gets_one_question_back_at_most_three_times(company: Company, post: Post) -> None:
    started(company)
    for number in range(5):
        letter = post.last("mira", "ask")
        came(mail(letter, "Hm, the weather is nice.", message_id=f"<{number}@northwind.example>"))
        work()
    assert len([one for one in post.sent if one.purpose == "clarify"]) == 3
    assert "Hm, the weather is nice." in post.last("ana").paragraphs
    assert Reply.objects.filter(answer="unclear").count() == 5


def test_machine_mail_decides_nothing(company: Company, post: Post) -> None:
    case_id = started(company)
    became = came(mail(post.last("mira"), "Approved", Auto_Submitted="auto-generated"))
    assert became.startswith("set aside")
    assert ask_for(case_id, "Sign off the contract").state == "open"


def test_an_out_of_office_is_information(company: Company, post: Post) -> None:
    case_id = started(company)
    text = "I am out of the office until 20 March 2027 and will read your mail then."
    letter = post.last("mira")
    became = came(mail(letter, text, Auto_Submitted="auto-replied", X_Note="Automatic reply"))
    assert became == "away: noted"
    away = ask_for(case_id, "Sign off the contract").away_until
    assert away is not None
    assert (away.year, away.month) == (2027, 3)


def test_a_mail_that_answers_nothing_is_kept(company: Company, post: Post) -> None:
    started(company)
    reply = mail(post.last("mira"), "Approved", to="doorstep+aaaaaaaaaaaaaaaaaaaaaaaaaa@northwind.example")
    assert came(reply) == "answered: it is not known what it answers"
    assert Inbox.objects.get().state == "understood"


def test_a_reply_without_the_address_is_matched_by_our_message_id(company: Company, post: Post) -> None:
    case_id = started(company)
    letter = post.last("sam")
    sent = Delivery.objects.get(id=letter.key)
    assert came(mail(letter, "done", to="doorstep@northwind.example", In_Reply_To=sent.external_id)) == "done: recorded"
    assert ask_for(case_id, "Confirm the deployment").state == "answered"


def test_a_late_answer_hears_that_it_is_settled(company: Company, post: Post) -> None:
    case_id = started(company)
    letter = post.last("sam")
    came(mail(letter, "done"))
    became = came(mail(letter, "rejected"))
    work()
    assert "was settled on" in became
    assert "done by Sam Ortiz" in post.last("sam", "clarify").paragraphs[0]
    assert ask_for(case_id, "Confirm the deployment").outcome == "done"


def test_a_refused_address_takes_the_next_channel_and_tells_the_starter(company: Company, post: Post) -> None:
    post.refuses["mira@northwind.example"] = failing("550 no such user", permanent=True)
    case_id = started(company)
    ask = ask_for(case_id, "Sign off the contract")
    found = Delivery.objects.filter(ask_id=ask.id).order_by("position", "id").values_list("channel", "state")
    assert sorted(found) == [("e-mail", "failed"), ("page", "handed over")]
    assert "550 no such user" in post.last("ana").paragraphs


def test_a_server_that_is_busy_is_tried_again(company: Company, post: Post) -> None:
    post.refuses["mira@northwind.example"] = failing("421 try later", permanent=False)
    case_id = started(company)
    row = Delivery.objects.get(ask_id=ask_for(case_id, "Sign off the contract").id)
    assert (row.state, row.error, row.attempts) == ("queued", "421 try later", 1)
    assert row.not_before > row.queued_at
    post.refuses.clear()
    Delivery.objects.filter(id=row.id).update(not_before=row.not_before - timedelta(hours=1))
    work()
    assert post.last("mira").headline.startswith("Please sign off")
