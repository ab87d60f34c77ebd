from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.integrations.jira.conftest import FRIDAY, NORA, SAM, World, letter

from doorstep.demo.jira_sandbox import adf, data
from doorstep.integrations.jira import JiraChannel, JiraConnector
from doorstep.integrations.jira.connector import _local
from doorstep.kernel.values import Money
from doorstep.plugin_api import Observation, ReadFailed, WriteFailed, WriteResult

JIRA = JiraConnector()
KEY = "DEP-412"


def test_an_issue_is_read_by_labels_with_typed_values(world: World) -> None:
    world.server.tracker.edit(
        KEY, {"customfield_10051": "2026-03-12", "customfield_10052": 3.5, "labels": ["shop"]}, by=SAM
    )
    read = JIRA.read(world.session, "issue", KEY)
    assert read.key == KEY
    assert read.title == "Halden Foods web shop: release 4.2 to production"
    assert read.link == f"{world.server.url}/browse/DEP-412"
    assert read.fields == {
        "Summary": read.title,
        "Description": (
            "Release 4.2 of the web shop goes to production on Friday, when the traffic is low. "
            "The release tag is v4.2.0; the rollback plan is in the run book."
        ),
        "Status": "In Progress",
        "Status category": "In Progress",
        "Assignee": {"Name": "Sam Ortiz", "Email": "sam@northwind.example", "Account": SAM},
        "Reporter": {"Name": "Nora Vance", "Email": "nora@northwind.example", "Account": NORA},
        "Creator": {"Name": "Nora Vance", "Email": "nora@northwind.example", "Account": NORA},
        "Priority": "Medium",
        "Issue Type": "Task",
        "Project": "Deployments",
        "Labels": ["shop"],
        "Created": FRIDAY,
        "Updated": FRIDAY,
        "Release tag": "v4.2.0",
        "Go-live date": date(2026, 3, 12),
        "Effort": Decimal("3.5"),
        "Environment": "Production",
    }


def test_who_moved_it_and_when_comes_from_the_changelog(world: World) -> None:
    world.clock.later(minutes=20)
    world.server.tracker.move(KEY, "31", None, by=SAM)
    moved = world.clock.at
    world.clock.later(minutes=20)
    world.server.tracker.edit(KEY, {"labels": ["later"]}, by=NORA)
    read = JIRA.read(world.session, "issue", KEY)
    assert (read.changed_by, read.changed_at) == (SAM, moved)
    assert read.fields["Status"] == "Done"
    assert read.fields["Resolution"] == "Done"
    assert read.stamp == "2026-03-06T21:40:00.000+0000"


def test_of_an_issue_never_moved_it_is_who_changed_it_last(world: World) -> None:
    world.server.tracker.edit(KEY, {"labels": ["x"]}, by=NORA)
    assert JIRA.read(world.session, "issue", KEY).changed_by == NORA


def test_an_issue_nobody_touched_was_changed_by_nobody(world: World) -> None:
    read = JIRA.read(world.session, "issue", KEY)
    assert (read.changed_by, read.changed_at) == ("", None)


def test_ticks_are_read_back_from_our_comments(world: World) -> None:
    JiraChannel().deliver(world.session, letter())
    assert JIRA.read(world.session, "issue", KEY).ticked == {
        "The release tag matches the statement of work": False,
        "The rollback was tried this week": False,
    }
    world.server.tracker.tick(KEY, "10001", "ask-1-1", by=SAM)
    assert JIRA.read(world.session, "issue", KEY).ticked["The rollback was tried this week"] is True


def test_ticks_of_a_new_issue_are_read_from_its_description(world: World) -> None:
    JiraChannel().deliver(world.session, letter(record="", route={"project": "DEP"}))
    world.server.tracker.tick("DEP-413", "description", "ask-1-0", by=SAM)
    assert JIRA.read(world.session, "issue", "DEP-413").ticked["The release tag matches the statement of work"] is True


def test_a_tick_in_somebody_elses_comment_is_none_of_ours(world: World) -> None:
    task = {
        "type": "taskItem",
        "attrs": {"localId": "t", "state": "DONE"},
        "content": [{"type": "text", "text": "Lunch"}],
    }
    body = {
        "type": "doc",
        "version": 1,
        "content": [{"type": "taskList", "attrs": {"localId": "l"}, "content": [task]}],
    }
    world.server.tracker.comment(KEY, body, {}, by=SAM)
    assert JIRA.read(world.session, "issue", KEY).ticked == {}


@pytest.mark.parametrize(
    ("transition", "resolution", "expected"),
    [
        pytest.param("11", None, "", id="open"),
        pytest.param("31", "10000", "done", id="Done"),
        pytest.param("41", None, "rejected", id="Won't do is of the category Done, too"),
        pytest.param("31", "10001", "rejected", id="Done with the resolution Won't Do"),
        pytest.param("31", "10002", "unclear", id="Done as a duplicate says neither"),
    ],
)
def test_what_the_state_says_to_the_ask(world: World, transition: str, resolution: str | None, expected: str) -> None:
    world.server.tracker.move(KEY, transition, resolution, by=SAM)
    assert JIRA.read(world.session, "issue", KEY).outcome == expected


def test_the_connection_says_what_counts_as_yes_and_no(world: World) -> None:
    world.server.tracker.move(KEY, "31", "10002", by=SAM)
    told = world.with_config(yes="Duplicate", no=["Done"])
    assert JIRA.read(told, "issue", KEY).outcome == "rejected"  # a no among the words wins
    assert JIRA.read(world.with_config(yes="Done, duplicate"), "issue", KEY).outcome == "done"


def test_an_issue_reopened_after_done_says_nothing_any_more(world: World) -> None:
    world.server.tracker.move(KEY, "31", None, by=SAM)
    world.server.tracker.move(KEY, "11", None, by=SAM)
    read = JIRA.read(world.session, "issue", KEY)
    assert (read.outcome, read.fields["Status"], read.fields.get("Resolution")) == ("", "To Do", None)


def test_an_issue_that_is_not_there_is_a_sentence(world: World) -> None:
    with pytest.raises(ReadFailed, match=r"Jira refused: Issue does not exist or you do not have permission") as failed:
        JIRA.read(world.session, "issue", "DEP-999")
    assert failed.value.permanent


def test_what_names_no_issue_is_not_even_asked_for(world: World) -> None:
    with pytest.raises(ReadFailed, match=r"Expected the key of an issue, like DEP-412, but got 'the release'"):
        JIRA.read(world.session, "issue", "the release")


# -- writing ---------------------------------------------------------------------------------------


def test_fields_are_written_by_label_and_read_back(world: World) -> None:
    values = {
        "Go-live date": date(2026, 3, 12),
        "Effort": Money(Decimal("2.5"), "EUR"),
        "Environment": "Staging",
        "Assignee": NORA,
        "Description": "One line.\nAnother.",
        "Labels": ["a", "b"],
        "Priority": "High",
    }
    result = JIRA.write(world.session, "issue", KEY, values, idempotency_key="case/step/1")
    assert result.changed
    assert result.old == {
        "Go-live date": None,
        "Effort": None,
        "Environment": "Production",
        "Assignee": {"Name": "Sam Ortiz", "Email": "sam@northwind.example", "Account": SAM},
        "Description": adf.plain(adf.document(result.old["Description"])),  # type: ignore[arg-type]
        "Labels": None,
        "Priority": "Medium",
    }
    assert result.new == {
        "Go-live date": date(2026, 3, 12),
        "Effort": Decimal("2.5"),
        "Environment": "Staging",
        "Assignee": {"Name": "Nora Vance", "Email": "nora@northwind.example", "Account": NORA},
        "Description": "One line.\nAnother.",
        "Labels": ["a", "b"],
        "Priority": "High",
    }


def test_a_person_may_be_given_by_their_address(world: World) -> None:
    given = {"Assignee": "nora@northwind.example"}
    assert [JIRA.write(world.session, "issue", KEY, given, idempotency_key="k").changed for _ in range(2)] == [
        True,
        False,
    ]
    assert world.server.tracker.issue(KEY)["fields"]["assignee"] == NORA


def test_what_is_so_already_is_not_written(world: World) -> None:
    before = world.server.tracker.issue(KEY)
    result = JIRA.write(
        world.session, "issue", KEY, {"Release tag": "v4.2.0", "Status": "In Progress"}, idempotency_key="k"
    )
    same = {"Release tag": "v4.2.0", "Status": "In Progress"}
    assert result == WriteResult(changed=False, old=same, new=same, link=f"{world.server.url}/browse/DEP-412")
    assert world.server.tracker.issue(KEY) == before


def test_a_status_is_reached_by_the_workflow(world: World) -> None:
    result = JIRA.write(world.session, "issue", KEY, {"Status": "done", "Resolution": "Done"}, idempotency_key="k")
    assert result.new == {"Status": "Done", "Resolution": "Done"}
    assert JIRA.write(world.session, "issue", KEY, {"Status": "Done"}, idempotency_key="k").changed is False


def test_a_resolution_the_workflow_insists_on_is_one_that_counts_as_done(world: World) -> None:
    assert JIRA.write(world.session, "issue", KEY, {"Status": "Done"}, idempotency_key="k").new == {"Status": "Done"}
    assert world.server.tracker.issue(KEY)["fields"]["resolution"] == "10000"


def test_a_status_the_workflow_does_not_offer_is_a_sentence(world: World) -> None:
    with pytest.raises(
        WriteFailed, match=r'DEP-412 cannot go from "In Progress" to "Live": its workflow offers Done, Won.t do, To Do'
    ) as f:
        JIRA.write(world.session, "issue", KEY, {"Status": "Live"}, idempotency_key="k")
    assert f.value.permanent


def test_a_label_jira_does_not_have_is_a_sentence_with_those_it_has(world: World) -> None:
    with pytest.raises(
        WriteFailed, match=r'can be edited, but got "Go live". There are: Assignee, Description, Due date'
    ):
        JIRA.write(world.session, "issue", KEY, {"Go live": "x"}, idempotency_key="k")


def test_a_value_its_field_cannot_hold_is_refused(world: World) -> None:
    with pytest.raises(WriteFailed, match="Expected a number for \"Effort\", but got 'much'"):
        JIRA.write(world.session, "issue", KEY, {"Effort": "much"}, idempotency_key="k")
    with pytest.raises(WriteFailed, match=r"Option 'Moon' is not valid; expected one of Production, Staging"):
        JIRA.write(world.session, "issue", KEY, {"Environment": "Moon"}, idempotency_key="k")


def test_a_change_jira_takes_and_then_does_not_show_is_noticed(world: World) -> None:
    def undo(event: str, issue: dict[str, object], added: dict[str, object], by: str) -> None:
        if by == data.ROBOT:
            world.server.tracker.edit(KEY, {"customfield_10050": "v0"}, by=SAM)

    world.server.tracker.listeners.append(undo)
    with pytest.raises(WriteFailed, match=r"took the change of DEP-412, but then showed Release tag = 'v0'"):
        JIRA.write(world.session, "issue", KEY, {"Release tag": "v5"}, idempotency_key="k")


# -- actions ---------------------------------------------------------------------------------------


def test_a_page_can_have_an_issue_made_once(world: World) -> None:
    asked = {"project": "DEP", "summary": "Renew the certificate", "description": "Before June.", "assignee": SAM}
    first = JIRA.call(world.session, "create issue", asked, idempotency_key="case/step/1")
    again = JIRA.call(world.session, "create-issue", asked, idempotency_key="case/step/1")
    assert first.facts == again.facts == {"key": "DEP-413", "link": f"{world.server.url}/browse/DEP-413"}


def test_a_page_can_have_a_comment_made_once(world: World) -> None:
    for _ in range(2):
        JIRA.call(
            world.session,
            "comment",
            {"issue": {"key": KEY, "title": "x"}, "text": "It is live."},
            idempotency_key="case/step/1",
        )
    assert world.comments() == ["It is live."]


def test_an_action_jira_does_not_have_is_a_sentence(world: World) -> None:
    with pytest.raises(WriteFailed, match=r"Expected one of comment, create issue, but got 'explode'"):
        JIRA.call(world.session, "explode", {}, idempotency_key="k")
    with pytest.raises(WriteFailed, match=r'Expected an argument "text", but got issue'):
        JIRA.call(world.session, "comment", {"issue": KEY}, idempotency_key="k")


# -- polling ---------------------------------------------------------------------------------------


def polled(world: World) -> list[Observation]:
    return list(JIRA.poll(world.session))


def test_the_first_poll_only_finds_where_to_start(world: World) -> None:
    assert polled(world) == []
    assert world.session.cursor.get() == '{"at": "2026-03-06T21:00:00.000+0000", "seen": {}}'


def test_a_change_is_seen_once(world: World) -> None:
    polled(world)
    world.clock.later(minutes=10)
    world.server.tracker.move(KEY, "31", None, by=SAM)
    stamp = "2026-03-06T21:10:00.000+0000"
    assert polled(world) == [Observation("Jira", KEY, cursor=stamp, external_id=f"10412@{stamp}")]
    assert polled(world) == []


def test_a_second_change_in_the_overlap_is_seen_again(world: World) -> None:
    polled(world)
    world.clock.later(minutes=10)
    world.server.tracker.move(KEY, "31", None, by=SAM)
    polled(world)
    world.clock.later(seconds=1)
    world.server.tracker.move(KEY, "11", None, by=SAM)
    assert [seen.cursor for seen in polled(world)] == ["2026-03-06T21:10:01.000+0000"]


def test_a_change_the_search_learns_of_late_is_not_missed(world: World) -> None:
    world.server.tracker.create("DEP", {"summary": "Another"}, {}, by=SAM)
    world.clock.later(minutes=10)
    polled(world)
    world.clock.later(minutes=10)
    world.server.tracker.freeze_index(frozen=True)
    world.server.tracker.move(KEY, "31", None, by=SAM)
    world.clock.later(minutes=2)
    assert polled(world) == []
    world.server.tracker.freeze_index(frozen=False)
    world.server.tracker.edit("DEP-413", {"labels": ["x"]}, by=SAM)
    assert [seen.record for seen in polled(world)] == [KEY, "DEP-413"]


def test_an_issue_seen_before_is_looked_up_as_it_is(world: World) -> None:
    polled(world)
    world.clock.later(minutes=10)
    world.server.tracker.move(KEY, "31", None, by=SAM)
    polled(world)
    world.server.tracker.freeze_index(frozen=True)
    world.clock.later(seconds=30)
    world.server.tracker.move(KEY, "11", None, by=SAM)
    assert [seen.record for seen in polled(world)] == [KEY]


def test_the_cursor_moves_only_when_everything_was_taken(world: World) -> None:
    polled(world)
    world.clock.later(minutes=10)
    world.server.tracker.move(KEY, "31", None, by=SAM)
    before = world.session.cursor.get()
    poll = iter(JIRA.poll(world.session))
    next(poll)
    assert world.session.cursor.get() == before


def test_many_changes_come_page_after_page(world: World) -> None:
    world.clock.later(minutes=10)
    polled(world)
    world.clock.later(minutes=10)
    for number in range(130):
        world.server.tracker.create("DEP", {"summary": f"Issue {number}"}, {}, by=SAM)
    assert len({seen.record for seen in polled(world)}) == 130


def test_only_the_projects_the_connection_names_are_polled(world: World) -> None:
    polled(world)
    world.clock.later(minutes=10)
    world.server.tracker.move(KEY, "31", None, by=SAM)
    assert list(JIRA.poll(world.with_config(projects="OTHER"))) == []


def test_a_damaged_cursor_is_a_sentence(world: World) -> None:
    world.session.cursor.set("{")
    with pytest.raises(ReadFailed, match="The cursor of the sandbox is damaged: clear it to start from now"):
        polled(world)


def test_a_search_is_dated_in_the_zone_of_the_account_and_never_too_late() -> None:
    autumn = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # 01:30 in New York, for the first time
    assert _local(FRIDAY, "America/New_York") == "2026/03/06 16:00"
    assert _local(autumn, "America/New_York") == "2026/11/01 00:30"
    assert _local(autumn + timedelta(hours=1), "America/New_York") == "2026/11/01 00:30"
    assert _local(autumn + timedelta(hours=2), "America/New_York") == "2026/11/01 02:30"
