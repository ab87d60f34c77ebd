from __future__ import annotations

from typing import Any

import pytest
from tests.integrations.jira.conftest import SAM, World, letter

from doorstep.demo import company
from doorstep.demo.jira_sandbox import adf, data
from doorstep.integrations.jira import JiraChannel
from doorstep.plugin_api import Attachment, DeliveryFailed, Letter, Shown

CHANNEL = JiraChannel()


def test_an_ask_is_a_comment_on_the_issue_the_page_names(world: World) -> None:
    made = CHANNEL.deliver(world.session, letter())
    assert made.external_id == "DEP-412#10001"
    assert made.link == f"{world.server.url}/browse/DEP-412?focusedCommentId=10001"
    assert made.at == world.clock.at
    assert world.comments() == [
        (
            "@Sam Ortiz Please confirm the deployment for Halden Foods by 17:00 today.\n"
            "Look at production, not at staging.\n"
            "The release tag matches the statement of work\n"
            "The rollback was tried this week\n"
            "Moving this issue to Done is the answer; Won't do is a no. Tick the bold items first.\n"
            "If we hear nothing we ask Nora Vance at 17:00.\n"
            "Close a client project, version 7, “Confirm the deployment”"
        )
    ]


def test_what_is_covered_shown_and_wanted_stands_in_the_comment(world: World) -> None:
    ask = letter(
        covered=(Shown("value", "€ 84,000"), Shown("contract", "contract.pdf", link="https://files.example/c.pdf")),
        shown=(Shown("go-live", "12 March"),),
        fields=(("go-live", "date"),),
        outcomes=("done",),
        page_url="https://doorstep.northwind.example/a/1",
        checklist=(),
    )
    CHANNEL.deliver(world.session, ask)
    body = world.server.tracker.issue("DEP-412")["comments"][0]["body"]
    assert adf.plain(body).split("\n")[2:10] == [
        "You approve:",
        "value: € 84,000",
        "contract: contract.pdf",
        "For information:",
        "go-live: 12 March",
        "To fill in:",
        "go-live (date)",
        "Moving this issue to Done is the answer.",
    ]
    links = [
        mark["attrs"]["href"] for node in adf.nodes(body, "text") for mark in node.get("marks", []) if "attrs" in mark
    ]
    assert links == ["https://files.example/c.pdf", "https://doorstep.northwind.example/a/1"]


def test_the_checklist_is_task_items_and_a_killer_item_is_bold(world: World) -> None:
    CHANNEL.deliver(world.session, letter())
    body = world.server.tracker.issue("DEP-412")["comments"][0]["body"]
    tasks = [(adf.plain(task), bool(task["content"][0].get("marks"))) for task in adf.nodes(body, "taskItem")]
    assert tasks == [
        ("The release tag matches the statement of work", False),
        ("The rollback was tried this week", True),
    ]


def test_a_letter_delivered_twice_is_one_comment(world: World) -> None:
    first = CHANNEL.deliver(world.session, letter())
    assert CHANNEL.deliver(world.session, letter()) == first
    assert len(world.comments()) == 1


def test_a_comment_of_somebody_else_is_never_taken_for_ours(world: World) -> None:
    mark = {"doorstep": {"key": "delivery-1", "thread": "ask-1"}}
    world.server.tracker.comment("DEP-412", adf.document("Mine"), mark, by=SAM)
    assert CHANNEL.deliver(world.session, letter()).external_id == "DEP-412#10002"


def test_a_comment_of_ours_without_a_mark_is_another(world: World) -> None:
    world.server.tracker.comment("DEP-412", adf.document("By hand"), {}, by=data.ROBOT)
    assert CHANNEL.deliver(world.session, letter()).external_id == "DEP-412#10002"


def test_a_reminder_goes_to_the_issue_of_the_ask(world: World) -> None:
    ask = CHANNEL.deliver(world.session, letter())
    reminder = letter(
        key="delivery-2",
        purpose="reminder",
        record="",
        earlier=(ask.external_id,),
        headline="Still waiting.",
        closing="",
    )
    assert CHANNEL.deliver(world.session, reminder).external_id == "DEP-412#10002"
    assert world.comments()[1].startswith("@Sam Ortiz Still waiting.\nLook at production")


def test_what_is_told_is_quoted(world: World) -> None:
    told = letter(purpose="tell", to="", quotation="It is live.\nThank you.", paragraphs=(), closing="", footer="")
    CHANNEL.deliver(world.session, told)
    assert world.comments() == [
        "Please confirm the deployment for Halden Foods by 17:00 today.\nIt is live.\nThank you."
    ]


def test_somebody_known_by_address_only_is_looked_up_and_mentioned(world: World) -> None:
    CHANNEL.deliver(world.session, letter(to="sam@northwind.example"))
    mentions = list(adf.nodes(world.server.tracker.issue("DEP-412")["comments"][0]["body"], "mention"))
    assert mentions == [{"type": "mention", "attrs": {"id": SAM, "text": "@Sam Ortiz"}}]


def test_an_address_jira_does_not_know_is_no_reason_not_to_ask(world: World) -> None:
    CHANNEL.deliver(world.session, letter(to="lena@halden.test"))
    assert list(adf.nodes(world.server.tracker.issue("DEP-412")["comments"][0]["body"], "mention")) == []


def test_an_issue_may_be_named_by_its_address(world: World) -> None:
    made = CHANNEL.deliver(world.session, letter(record=f"{world.server.url}/browse/dep-412?x=1"))
    assert made.external_id == "DEP-412#10001"


# -- new issues ------------------------------------------------------------------------------------


def new(**changes: Any) -> Letter:
    return letter(record="", route={"project": "DEP"}, **changes)


def test_a_new_issue_is_made_only_where_a_project_is_named(world: World) -> None:
    made = CHANNEL.deliver(world.session, new())
    fields = world.server.tracker.issue("DEP-413")["fields"]
    assert made.external_id == "DEP-413"
    assert made.link == f"{world.server.url}/browse/DEP-413"
    assert (fields["summary"], fields["assignee"], fields["issuetype"]) == (
        "Confirm the deployment for Halden Foods",
        SAM,
        "10001",
    )


def test_without_issue_and_project_the_sentence_says_what_to_write(world: World) -> None:
    with pytest.raises(DeliveryFailed, match=r'names neither. Write "Where: Jira, in \{fact\}"') as failed:
        CHANNEL.deliver(world.session, letter(record=""))
    assert failed.value.permanent


def test_a_route_names_the_type_of_issue(world: World) -> None:
    CHANNEL.deliver(world.session, letter(record="", route={"project": "DEP", "issue type": "Bug"}))
    assert world.server.tracker.issue("DEP-413")["fields"]["issuetype"] == "10002"


def test_an_issue_is_looked_for_before_it_is_made(world: World) -> None:
    assert CHANNEL.deliver(world.session, new()).external_id == "DEP-413"
    assert CHANNEL.deliver(world.session, new()).external_id == "DEP-413"
    assert world.issues() == ["DEP-412", "DEP-413"]


def test_two_letters_make_two_issues(world: World) -> None:
    made = [CHANNEL.deliver(world.session, new(key=key)).external_id for key in ("one", "two", "one")]
    assert made == ["DEP-413", "DEP-414", "DEP-413"]


def test_an_issue_the_search_does_not_know_yet_is_found_by_reconciling(world: World) -> None:
    world.server.tracker.freeze_index(frozen=True)
    assert CHANNEL.deliver(world.session, new()).external_id == "DEP-413"
    assert CHANNEL.deliver(world.session, new()).external_id == "DEP-413"
    world.server.tracker.freeze_index(frozen=False)
    assert world.issues() == ["DEP-412", "DEP-413"]


def test_where_we_may_not_assign_the_issue_has_nobody(world: World) -> None:
    refusal = '{"errorMessages": [], "errors": {"assignee": "Field \'assignee\' cannot be set."}}'
    world.fault("status", status=400, match="POST /rest/api/3/issue$", body=refusal)
    assert CHANNEL.deliver(world.session, new()).external_id == "DEP-413"
    assert world.server.tracker.issue("DEP-413")["fields"]["assignee"] is None


def test_a_project_that_is_not_there_is_a_sentence(world: World) -> None:
    with pytest.raises(DeliveryFailed, match=r"^Jira refused: project: valid project is required$") as failed:
        CHANNEL.deliver(world.session, letter(record="", route={"project": "NOPE"}))
    assert failed.value.permanent


# -- taking back, and the status line --------------------------------------------------------------


def test_a_withdrawn_ask_is_edited_not_repeated(world: World) -> None:
    made = CHANNEL.deliver(world.session, letter())
    world.server.tracker.tick("DEP-412", "10001", "ask-1-0", by=SAM)
    gone = letter(
        purpose="withdrawn", headline="Nothing to do any more: Nora Vance answered.", paragraphs=(), closing=""
    )
    for _ in range(2):
        CHANNEL.withdraw(world.session, gone, made.external_id)
    assert world.comments() == [
        (
            "Nothing to do any more: Nora Vance answered.\n"
            "☑ The release tag matches the statement of work\n"
            "☐ The rollback was tried this week\n"
            "Close a client project, version 7, “Confirm the deployment”"
        )
    ]


def test_a_withdrawn_new_issue_gets_one_comment_that_says_so(world: World) -> None:
    made = CHANNEL.deliver(world.session, new())
    gone = letter(purpose="withdrawn", headline="Nothing to do any more.", paragraphs=(), closing="", footer="")
    CHANNEL.withdraw(world.session, gone, made.external_id)
    CHANNEL.withdraw(world.session, gone, made.external_id)
    assert world.comments("DEP-413") == ["Nothing to do any more."]


def test_reminders_go_when_the_ask_is_withdrawn(world: World) -> None:
    ask = CHANNEL.deliver(world.session, letter()).external_id
    later = CHANNEL.deliver(world.session, letter(key="d-2", purpose="reminder", headline="Still?")).external_id
    gone = letter(
        purpose="withdrawn", headline="Thank you.", paragraphs=(), closing="", footer="", earlier=(ask, later)
    )
    for _ in range(2):
        CHANNEL.withdraw(world.session, gone, ask)
    assert [said.split("\n")[0] for said in world.comments()] == ["Thank you."]


def test_what_is_private_to_the_addressee_is_not_shown_to_everybody_on_the_issue(world: World) -> None:
    CHANNEL.deliver(
        world.session, letter(page_url="https://doorstep.example/a/secret", reply_to="doorstep+secret@x.example")
    )
    said = str(world.server.tracker.issue("DEP-412")["comments"][0]["body"])
    assert ("secret" in said, "7KQ2-MH4D" in said) == (False, False)


def test_a_file_to_look_at_is_on_the_addressees_page(world: World) -> None:
    file = Attachment("contract.pdf", "application/pdf", b"%PDF")
    CHANNEL.deliver(world.session, letter(page_url="https://doorstep.example/a/1", attachments=(file,)))
    assert "https://doorstep.example/a/1" in str(world.server.tracker.issue("DEP-412")["comments"][0]["body"])


def test_withdrawing_a_comment_somebody_deleted_is_done_already(world: World) -> None:
    made = CHANNEL.deliver(world.session, letter())
    world.server.tracker.delete_comment("DEP-412", "10001", by=SAM)
    CHANNEL.withdraw(world.session, letter(purpose="withdrawn"), made.external_id)
    assert world.comments() == []


def test_the_status_line_is_one_comment_edited(world: World) -> None:
    def status(line: str, key: str) -> Letter:
        more = () if line.startswith("Done") else ("Waiting for Mira Holt since 16:02.",)
        told = {"thread": "case-1", "headline": line, "paragraphs": more, "footer": "", "reference": ""}
        return letter(purpose="status", key=key, **told)

    first = CHANNEL.deliver(world.session, status("With the client by 18:00.", "s-1"))
    assert world.comments() == ["With the client by 18:00.\nWaiting for Mira Holt since 16:02."]
    second = CHANNEL.deliver(world.session, status("Done at 16:20.", "s-2"))
    assert first.external_id == second.external_id == "DEP-412#10001"
    assert world.comments() == ["Done at 16:20."]


def test_an_unchanged_status_line_is_left_alone(world: World) -> None:
    line = letter(purpose="status", thread="case-1", headline="Waiting.")
    CHANNEL.deliver(world.session, line)
    world.clock.later(minutes=5)
    CHANNEL.deliver(world.session, line)
    comment = world.server.tracker.issue("DEP-412")["comments"][0]
    assert comment["updated"] == comment["created"]


def test_two_cases_on_one_issue_have_two_status_lines(world: World) -> None:
    for case in ("case-1", "case-2", "case-1"):
        CHANNEL.deliver(world.session, letter(purpose="status", thread=case, headline=f"{case} waits."))
    assert [said.split("\n")[0] for said in world.comments()] == ["case-1 waits.", "case-2 waits."]


def test_a_status_line_needs_an_issue(world: World) -> None:
    with pytest.raises(DeliveryFailed, match="Expected an issue to show the status line in"):
        CHANNEL.deliver(world.session, letter(purpose="status", record=""))


def test_the_robot_of_the_sandbox_is_who_wrote(world: World) -> None:
    CHANNEL.deliver(world.session, letter())
    comment = world.server.tracker.issue("DEP-412")["comments"][0]
    assert (comment["author"], company.BY_KEY["sam"].jira) == (data.ROBOT, SAM)
