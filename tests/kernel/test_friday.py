"""The main job, by the kernel alone."""

from __future__ import annotations

from tests.kernel.friday import OPPORTUNITY, friday
from tests.kernel.programs import ANA, MIRA, PRIYA, SAM, Case


def started() -> Case:
    return Case(friday()).start(by=ANA, opportunity=OPPORTUNITY, contract="contract.pdf")


def test_at_four_all_three_are_turned_to_at_once() -> None:
    case = started()
    assert case.statuses == {
        "Three confirmations": "open",
        "Confirm the deployment": "waiting",
        "Sign off the contract": "open",
        "Amend the contract": "idle",
        "Confirm logistics": "waiting",
        "Update the CRM": "idle",
        "Tell the client": "idle",
    }
    assert case.given == [
        "WatchRecord Confirm the deployment",
        "SendAsk Sign off the contract",
        "StartTimer Sign off the contract due",
        "WatchRecord Confirm logistics",
    ]
    assert case.state.facts["value"] == 52000


def test_who_has_done_it_already_is_not_asked() -> None:
    case = started().observe("Confirm the deployment", release={"Status": "Done"})
    assert (case["Confirm the deployment"].status, case["Confirm the deployment"].how) == ("done", "observed")
    assert case.given == []


def test_who_has_not_is_asked_after_the_look() -> None:
    case = started().observe("Confirm the deployment")
    assert case.given == ["SendAsk Confirm the deployment", "StartTimer Confirm the deployment due"]
    case.observe("Confirm logistics", failed="Salesforce did not answer within 30 s")
    assert case.commands[0].why == "Could not look: Salesforce did not answer within 30 s"
    assert case.given == ["SendAsk Confirm logistics"]


def test_friday_with_a_rejection_runs_to_its_end() -> None:
    case = started().observe("Confirm the deployment").observe("Confirm logistics")
    case.answer("Confirm the deployment", by=SAM)
    assert case.given == ["WithdrawTimer Confirm the deployment due", "UnwatchRecord Confirm the deployment"]
    case.answer("Sign off the contract", "rejected", by=MIRA)
    assert case.given == ["WithdrawTimer Sign off the contract due", "SendAsk Amend the contract"]
    assert (case.status("Sign off the contract"), case.status("Amend the contract")) == ("waiting", "open")
    case.answer("Amend the contract", by=ANA, contract="contract-2.pdf")
    assert case.given == ["SendAsk Sign off the contract (round 2)", "StartTimer Sign off the contract due (round 2)"]
    case.answer("Confirm logistics", by=PRIYA, go_live="2026-03-12", contact="kim@contoso.example")
    case.answer("Sign off the contract", "approved", by=MIRA)
    assert case.given == ["WithdrawTimer Sign off the contract due (round 2)", "CallAction Update the CRM"]
    case.ended("Update the CRM")
    assert case.given == ["Tell Tell the client tell to {contact}", "CloseCase"]
    assert case.case == "done"
    assert set(case.statuses.values()) == {"done"}
    assert case.rounds == {"Sign off the contract": 2}
