"""What a colleague would say of a playing case, and what can be done next."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from tests.rehearsal.test_play import FRIDAY, START, facts, play, started, steps

from doorstep.rehearsal.offers import Offer, offers
from doorstep.rehearsal.outlook import outlook, run_of
from doorstep.rehearsal.play import Play

EASTERN = timezone(timedelta(hours=-5))


def friday(*lines: dict[str, object]) -> Play:
    game = play(FRIDAY)
    game.do(START)
    for line in lines:
        shown = game.do(line)
        assert shown.accepted, shown.reason
    return game


ASKED: dict[str, object] = {"do": "wait", "for": "PT30S"}
REJECTED: dict[str, object] = {
    "do": "answer",
    "step": "Sign off the contract",
    "outcome": "rejected",
    "by": "mira@x.example",
}


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 6, hour, minute, tzinfo=EASTERN)


# -- Outlook -----------------------------------------------------------------------------------------


def test_friday_at_four() -> None:
    said = outlook(friday())
    assert said.headline == "With the client by 18:00 if Legal counsel answers by 17:58."
    assert said.status_line == (
        "“Confirm the deployment” waits for a record to be read since 16:00. "
        "Holds up: Update the CRM, Tell the client. "
        "Waiting for Legal counsel since 16:00. Reminder 17:30. Holds up: Update the CRM, Tell the client. "
        "“Confirm logistics” waits for a record to be read since 16:00. "
        "Holds up: Update the CRM, Tell the client."
    )


def test_friday_when_everybody_is_asked() -> None:
    said = outlook(friday(ASKED))
    assert said.headline == (
        "With the client by 18:00 if Delivery engineer answers by 17:00 and "
        "Legal counsel and VP Customer Success by 17:58."
    )
    assert said.detail == "Without Delivery engineer: Engineering manager is brought in at 17:00."


def test_a_repair_holds_up_what_waits_for_it() -> None:
    run = run_of(friday(ASKED, REJECTED))
    assert [waiting.step for waiting in run.waiting] == [
        "Confirm the deployment",
        "Amend the contract",
        "Confirm logistics",
    ]
    amend = run.waiting[1]
    assert amend.addressee == "ana@x.example"
    assert amend.holds_up == ("Sign off the contract", "Update the CRM", "Tell the client")
    assert [(ahead.step, ahead.after) for ahead in run.ahead] == [
        ("Sign off the contract", ("Amend the contract",)),
        ("Update the CRM", ("Confirm the deployment", "Sign off the contract", "Confirm logistics")),
        ("Tell the client", ("Update the CRM",)),
    ]
    assert run.needed_by == at(18)


def test_before_the_start_nothing_waits() -> None:
    assert outlook(play(FRIDAY)).headline == "Nothing waits for anybody."


def test_over_and_resting() -> None:
    assert outlook(friday({"do": "cancel"})).headline == "Called off, 16:00."
    assert outlook(friday({"do": "suspend"})).headline == "Resting since 16:00."


def test_stuck_says_why() -> None:
    game = started(steps("- Who: Finance"))
    game.do({"do": "answer", "step": "Check", "outcome": "rejected", "by": "fay@x.example"})
    assert outlook(game).headline.startswith("Stuck at “Check”: ")


def test_addressees_that_facts_hold_are_named() -> None:
    game = started(steps("- Who: {lead}", facts=facts("lead | e-mail address")), facts={"lead": "lea@x.example"})
    assert outlook(game).headline == "Waiting for lea@x.example."
    unknown = started(steps("- Who: {lead}", facts=facts("lead | e-mail address")))
    assert outlook(unknown).headline == "Waiting for {lead}."


def test_times_messages_and_actions_are_said() -> None:
    text = (
        "# A page\n\n- Owner: Finance\n\n| Fact | Kind | From |\n|---|---|---|\n| deal | Salesforce Opportunity | whoever starts |\n\n"
        "## Group\n\n- Order: all at once\n\n"
        '### Paid\n\n- Wait: for "payment received"\n\n### Soon\n\n- Wait: 1 hour\n\n'
        '### Mark\n\n- Set: deal.Status = "Ready"\n\n### Later\n\n- Who: Finance\n- Not before: 2026-03-07\n'
    )
    assert [line.waiting for line in outlook(started(text)).lines] == [
        "“Paid” waits for the message “payment received” since 16:00.",
        "“Mark” waits for its action to end since 16:00.",
        "“Soon” waits since 16:00 until 17:00.",
        "“Later” waits since 16:00 until tomorrow 00:00.",
    ]


def test_a_page_without_steps_has_an_outlook() -> None:
    assert run_of(play("# A page\n\n- Owner: Finance\n\nText alone.\n")).goal == "Done"


# -- Offers ------------------------------------------------------------------------------------------


def test_before_the_start_nothing_is_offered() -> None:
    assert offers(play(FRIDAY)) == ()


def test_what_can_be_done_on_friday() -> None:
    assert offers(friday()) == (
        Offer("observe", "Confirm the deployment", gives=("release",)),
        Offer(
            "answer",
            "Sign off the contract",
            to="Legal counsel",
            choices=("approved", "rejected", "changes wanted"),
        ),
        Offer("observe", "Confirm logistics", gives=("opportunity",)),
        Offer("wait", until=at(16).replace(second=30)),
    )
    assert offers(friday(ASKED))[2] == Offer(
        "answer", "Confirm logistics", to="VP Customer Success", choices=("done",), gives=("go-live", "contact")
    )


def test_what_is_stuck_can_be_tried_again_and_what_is_called_can_end() -> None:
    text = (
        "# A page\n\n- Owner: Finance\n\n| Fact | Kind | From |\n|---|---|---|\n| deal | Salesforce Opportunity | whoever starts |\n\n"
        '## Paid\n\n- Wait: for "payment received"\n\n## Mark\n\n- Set: deal.Status = "Ready"\n'
    )
    game = started(text)
    assert offers(game) == (Offer("message", "Paid", message="payment received"),)
    game.do({"do": "message", "name": "payment received"})
    assert offers(game) == (Offer("action", "Mark", choices=("ok", "failed", "unknown")),)
    game.do({"do": "action", "step": "Mark", "result": "failed", "why": "It was refused."})
    assert offers(game) == (Offer("retry", "Mark", why=game.state.node("Mark").why),)


def test_instances_are_offered_one_by_one() -> None:
    page = steps("- Who: each of {people}", facts=facts("people | list of e-mail address"))
    game = started(page, facts={"people": ["a@x.example", "b@x.example"]})
    assert [offer.step for offer in offers(game)] == ["Check[0]", "Check[1]", ""]
