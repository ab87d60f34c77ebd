"""Start by mail: lines sent or copied to chase@ are said back as steps, and their sender starts them by reply."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest
from tests.cases.company import FRIDAY, Company
from tests.cases.post import Post, incoming, work
from tests.stewardship.conftest import Clock
from tests.stewardship.mailed import LINES, SHOWN, answered, sent, with_contract, written

from doorstep.cases.models import Ask, Case, Delivery, Inbox
from doorstep.cases.receive import receive
from doorstep.cases.understand import understand
from doorstep.connections.models import Connection
from doorstep.library.models import Process
from doorstep.people.models import Person
from doorstep.stewardship import begin_by_mail
from doorstep.stewardship.models import MailedLines
from doorstep.stewardship.work_first import start_lines

pytestmark = pytest.mark.database

UNCLEAR = "not started: not all is clear"
QUESTION = "This is what I understood. Shall I start it?"


@pytest.fixture(autouse=True)
def chase(company: Company, post: Post, clock: Clock) -> None:
    Connection.objects.update(config={"address": "doorstep@northwind.example", "chase": "Chase@northwind.example"})
    clock.is_at(FRIDAY)


def steps() -> list[tuple[str, str, str]]:
    return list(Ask.objects.order_by("name").values_list("name", "display", "state"))


class TestShown:
    def test_three_lines_are_said_back_and_ask_nobody(self, company: Company, post: Post) -> None:
        assert sent(with_contract(written(LINES))) == SHOWN
        letter = post.last("ana", "lines")
        assert (letter.subject, letter.headline, letter.verb) == ("Re: Halden launch", QUESTION, "start")
        assert letter.paragraphs == (
            (
                "Sam Ortiz confirms the deployment of DEP-412, by 18:00 today.\n"
                "Mira Holt approves contract.pdf, by 18:00 today.\n"
                "Priya Nair gives the go-live date, by 18:00 today."
            ),
        )
        assert letter.closing.endswith("Nobody has been asked. It waits for you until 18:00.")
        assert (Case.objects.count(), len(post.sent)) == (0, 1)

    def test_a_copy_of_the_mail_one_writes_anyway(self, company: Company, post: Post) -> None:
        text = (
            "Hi Sam, Mira and Priya,\n\nSam confirms the deployment\n\nPriya gives the go-live date, all by 18:00\n\n"
            "This is the last thing before the weekend, thank you for staying.\n\nBest regards\nAna Marsh"
        )
        copy = written(text, to="sam@northwind.example", Cc="Chase <CHASE@northwind.example>")
        assert sent(copy) == SHOWN
        letter = post.last("ana", "lines")
        assert letter.paragraphs == (
            "Sam Ortiz confirms the deployment, by 18:00 today.\nPriya Nair gives the go-live date, by 18:00 today.",
            "Left out, because it is no line: “This is the last thing before the weekend, thank you for staying.”",
        )

    def test_what_stands_below_a_rule_is_for_colleagues(self, company: Company, post: Post) -> None:
        assert sent(written("Hallo zusammen,\n\nSam checks the site\n---\nZed says hello\n")) == SHOWN
        assert post.last("ana", "lines").paragraphs == ("Sam Ortiz checks the site.",)

    def test_it_is_on_the_thread(self, company: Company, post: Post) -> None:
        sent(written("Sam checks the site", message_id="<first@northwind.example>"))
        assert post.last("ana", "lines").earlier == ("<first@northwind.example>",)

    def test_it_is_stored_before_it_is_understood(self, company: Company, post: Post) -> None:
        assert receive(incoming(written("Sam checks the site"))) is not None
        assert (Inbox.objects.get().state, MailedLines.objects.count()) == ("new", 0)

    def test_started_on_the_screen_and_by_reply_it_starts_once(self, company: Company, post: Post) -> None:
        sent(written("Sam checks the site"))
        row = MailedLines.objects.get()
        started = start_lines(text="Sam checks the site", by=company.ana, at=FRIDAY, key=f"mail:{row.id}")
        assert answered(post.last("ana", "lines"), "go") == "started"
        assert list(Case.objects.values_list("id", flat=True)) == [started.case_id]


class TestStarted:
    @pytest.mark.parametrize("text", ["go", "Yes, go ahead.\n\nAna", "ja", "Los!", "yes, start it. Thanks!"])
    def test_go_starts_it(self, company: Company, post: Post, text: str) -> None:
        sent(with_contract(written(LINES)))
        assert answered(post.last("ana", "lines"), text) == "started"
        case = Case.objects.get()
        assert (case.title, case.starter, case.needed_by) == ("Halden launch", company.ana, FRIDAY + timedelta(hours=2))
        assert steps() == [
            ("Approve contract.pdf", "Mira Holt", "open"),
            ("Confirm the deployment of DEP-412", "Sam Ortiz", "open"),
            ("Give the go-live date", "Priya Nair", "open"),
        ]
        assert [(one.name, one.content) for one in post.last("mira", "ask").attachments] == [
            ("contract.pdf", b"%PDF-1.4 one")
        ]
        assert post.last("ana", "lines").headline == "It has started: Halden launch."

    def test_they_then_answer_by_mail_and_it_is_done(self, company: Company, post: Post) -> None:
        sent(written("Sam checks the site"))
        answered(post.last("ana", "lines"), "go")
        assert answered(post.last("sam", "ask"), "done") == "done: recorded"
        assert Case.objects.get().status == "done"

    def test_the_page_stays_unpublished_and_hers(self, company: Company, post: Post) -> None:
        sent(written("Sam checks the site"))
        answered(post.last("ana", "lines"), "go")
        assert Process.objects.get().owner_id == company.ana

    def test_no_starts_nothing(self, company: Company, post: Post) -> None:
        sent(written("Sam checks the site"))
        assert answered(post.last("ana", "lines"), "Nein, danke.") == "not started: as they wish"
        assert (Case.objects.count(), len(post.sent)) == (0, 1)

    def test_go_twice_starts_once(self, company: Company, post: Post) -> None:
        sent(written("Sam checks the site"))
        letter = post.last("ana", "lines")
        answered(letter, "go")
        assert answered(letter, "go") == "started before"
        assert Case.objects.count() == 1
        assert post.last("ana", "lines").paragraphs == ("It has been started already. Its own page changes it.",)

    def test_the_same_mail_twice_is_shown_once(self, company: Company, post: Post) -> None:
        sent(written("Sam checks the site", message_id="<a@b>"))
        again = written("Sam checks the site", message_id="<a@b>", X_Copy="another way")
        row = Inbox(
            channel="e-mail", external_id="copy", received_at=FRIDAY, raw=again.as_bytes(), headers={"proof": "mail"}
        )
        row.save()
        assert understand(row) == "taken before: the same lines start once"
        work()
        assert len(post.sent) == 1

    def test_on_another_day_it_is_shown_again(self, company: Company, post: Post, clock: Clock) -> None:
        sent(written("Sam checks the site by 18:00"))
        clock.is_at(FRIDAY + timedelta(days=3))
        assert answered(post.last("ana", "lines"), "go") == SHOWN
        assert post.last("ana", "lines").paragraphs[0].startswith("The lines mean something else now")
        assert answered(post.last("ana", "lines"), "go") == "started"
        assert Case.objects.get().started_at.date() == (FRIDAY + timedelta(days=3)).date()

    def test_what_has_no_deadline_may_wait(self, company: Company, post: Post, clock: Clock) -> None:
        sent(written("Sam checks the site"))
        clock.is_at(FRIDAY + timedelta(days=3))
        assert answered(post.last("ana", "lines"), "go") == "started"


class TestNotClear:
    def test_it_is_said_line_by_line_with_what_to_do(self, company: Company, post: Post) -> None:
        assert sent(written("Miro approves the discount\nSam checks the site\nMira the contract")) == UNCLEAR
        letter = post.last("ana", "lines")
        assert letter.headline == "Not all of it is clear, so nothing was started."
        assert letter.paragraphs[:2] == (
            '“Miro approves the discount”: Nobody here is called "Miro". Did you mean Mira Holt?',
            (
                "“Mira the contract”: It is not clear what Mira Holt is to do. Write a verb after the name, as in confirms, "
                "approves, gives, reads or chooses."
            ),
        )
        assert letter.closing.startswith("Reply with the lines as they should be")

    def test_the_lines_mended_are_shown_and_started(self, company: Company, post: Post) -> None:
        sent(written("Miro approves the discount"))
        assert answered(post.last("ana", "lines"), "Mira approves the discount") == SHOWN
        assert answered(post.last("ana", "lines"), "go") == "started"
        assert steps() == [("Approve the discount", "Mira Holt", "open")]

    def test_go_does_not_start_what_is_not_clear(self, company: Company, post: Post) -> None:
        sent(written("Miro approves the discount"))
        assert answered(post.last("ana", "lines"), "go") == UNCLEAR
        assert Case.objects.count() == 0

    def test_a_file_that_is_not_there_is_asked_for_and_may_come_later(self, company: Company, post: Post) -> None:
        assert sent(with_contract(written("Mira approves contract.pdf"), "other.pdf")) == UNCLEAR
        letter = post.last("ana", "lines")
        assert letter.paragraphs[0] == (
            "“contract.pdf” is not attached. Attach a file of exactly this name to your answer."
        )
        reply = with_contract(written("Here it is", to=letter.reply_to, message_id="<later@northwind.example>"))
        assert sent(reply) == SHOWN
        assert answered(post.last("ana", "lines"), "go") == "started"

    @pytest.mark.parametrize("text", ["\n\n--\nAna", "Hello!"])
    def test_a_mail_without_lines_is_told_so(self, company: Company, post: Post, text: str) -> None:
        assert sent(written(text)) == UNCLEAR
        assert "Expected " in post.last("ana", "lines").paragraphs[0]

    def test_what_cannot_be_read_is_told_so(self, company: Company, post: Post) -> None:
        message = EmailMessage()
        for name, value in (
            ("From", "ana@northwind.example"),
            ("To", "chase@northwind.example"),
            ("Message-ID", "<s@b>"),
        ):
            message[name] = value
        message.set_content(b"0", maintype="application", subtype="pkcs7-mime", params={"smime-type": "enveloped-data"})
        assert sent(message) == "not started: it could not be read"
        assert post.last("ana", "lines").paragraphs[0]

    def test_letters_about_one_mail_end(self, company: Company, post: Post) -> None:
        sent(written("Miro approves the discount"))
        for number in range(15):
            answered(post.last("ana", "lines"), f"Zed{number} approves it")
        assert Delivery.objects.filter(purpose="lines").count() == 12


class TestWhoMayNot:
    def test_a_stranger_who_is_proven_hears_why(self, company: Company, post: Post) -> None:
        assert sent(written(LINES, sender="kim@halden.example")) == "not started: the sender is not one of us"
        (letter,) = post.sent
        assert (letter.to, letter.headline, letter.reply_to, letter.page_url) == (
            "kim@halden.example", "Nothing was started.", "", "",
        )  # fmt: skip
        assert letter.paragraphs[0].startswith("Only people of the organisation start runs by mail")

    def test_a_stranger_nobody_vouches_for_hears_nothing_for_it_may_be_anybody(
        self, company: Company, post: Post
    ) -> None:
        became = sent(written(LINES, sender="kim@halden.example"), proof="link")
        assert became == "set aside: no colleague of ours has that address, and nobody vouches for it"
        assert (post.sent, MailedLines.objects.count()) == ([], 0)

    def test_somebody_known_whom_nobody_vouches_for_hears_why_at_their_own_address(
        self, company: Company, post: Post
    ) -> None:
        assert sent(written(LINES), proof="link") == "not started: nobody vouches for the sender"
        letter = post.last("ana", "lines")
        assert letter.paragraphs[0].startswith("A mail in your name came to the address that starts runs")
        for number in range(5):
            sent(written(f"Sam checks {number}"), proof="link")
        assert len(post.sent) == 3

    @pytest.mark.parametrize("who", ["outside", "left"])
    def test_people_from_outside_and_who_left_start_nothing(self, company: Company, post: Post, who: str) -> None:
        changed: dict[str, object] = {"outside": True} if who == "outside" else {"left_on": FRIDAY.date()}
        Person.objects.filter(id=company.bob).update(**changed)
        assert sent(written(LINES, sender="bob@northwind.example")) == "not started: the sender is not one of us"
        assert Case.objects.count() == 0

    @pytest.mark.parametrize("who", ["outside", "left"])
    def test_whoever_is_no_colleague_hears_nothing_of_a_mail_in_their_name(
        self, company: Company, post: Post, who: str
    ) -> None:
        changed: dict[str, object] = {"outside": True} if who == "outside" else {"left_on": FRIDAY.date()}
        Person.objects.filter(id=company.bob).update(**changed)
        became = sent(written(LINES, sender="bob@northwind.example"), proof="link")
        assert became == "set aside: no colleague of ours has that address, and nobody vouches for it"
        assert (post.sent, MailedLines.objects.count()) == ([], 0)

    def test_mails_somebody_else_wrote_in_a_persons_name_do_not_stand_in_the_way_of_their_own(
        self, company: Company, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(begin_by_mail, "A_DAY", 2)
        became = [sent(written(f"Sam checks {number}"), proof="link") for number in range(3)]
        assert became[2] == "set aside: ana@northwind.example sent 2 such mails within a day"
        assert sent(written("Sam checks the site")) == SHOWN

    @pytest.mark.parametrize(
        "header", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Id": "<all.northwind.example>"}]
    )
    def test_machine_mail_starts_nothing_and_is_told_nothing(
        self, company: Company, post: Post, header: dict[str, str]
    ) -> None:
        assert sent(written(LINES, **header)).startswith("set aside: The mail")
        assert (post.sent, MailedLines.objects.count()) == ([], 0)

    def test_nobody_else_says_go(self, company: Company, post: Post) -> None:
        sent(written("Sam checks the site"))
        letter = post.last("ana", "lines")
        assert answered(letter, "go", sender="bob@northwind.example").startswith("set aside: only whoever sent")
        assert answered(letter, "go", proof="link") == "not started: nobody vouches for the sender"
        assert Case.objects.count() == 0

    def test_colleagues_who_answer_everybody_start_nothing_and_hear_nothing(self, company: Company, post: Post) -> None:
        sent(written("Sam checks the site", message_id="<first@northwind.example>"))
        reply = written(
            "Will do.", sender="sam@northwind.example", to="ana@northwind.example", Cc="chase@northwind.example",
            In_Reply_To="<first@northwind.example>",
        )  # fmt: skip
        assert sent(reply) == "kept until the lines are started"
        assert answered(post.last("ana", "lines"), "go") == "started"
        assert Inbox.objects.get(external_id=str(reply["Message-ID"])).became.startswith("set aside")
        assert [letter.purpose for letter in post.sent if letter.to.startswith("sam")] == ["ask"]

    def test_mail_to_another_address_is_none_of_it(self, company: Company, post: Post) -> None:
        assert sent(written(LINES, to="doorstep@northwind.example")) == "answered: it is not known what it answers"
        Connection.objects.update(config={"address": "doorstep@northwind.example"})
        assert sent(written(LINES, message_id="<x@y>")) == "answered: it is not known what it answers"

    def test_a_flood_ends(self, company: Company, post: Post) -> None:
        rows = [
            MailedLines(address="ana@northwind.example", message_id=f"<{n}>", at=FRIDAY, state="unclear")
            for n in range(30)
        ]
        MailedLines.objects.bulk_create(rows)
        assert sent(written(LINES)).startswith("set aside: ana@northwind.example sent 30 such mails")


def test_ids_are_kept_of_what_was_started(company: Company, post: Post) -> None:
    sent(written("Sam checks the site"))
    answered(post.last("ana", "lines"), "go")
    case: UUID = Case.objects.get().id
    assert MailedLines.objects.values_list("state", "case").get() == ("started", case)
