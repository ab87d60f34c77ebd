"""The Friday page as a program made by hand."""

from __future__ import annotations

from tests.kernel.programs import action, approve, ask, at_once, derived, field, fill_in, program, tells, when

from doorstep.kernel.program import AlsoAsk, Program, Repair, Spec


def friday() -> Program:
    """Close a client project, as design and docs show it."""
    return program(
        at_once(
            "Three confirmations",
            ask(
                "Confirm the deployment",
                "Delivery engineer",
                done_when=when("release", lambda release: release.get("Status") == "Done"),
                looks=frozenset({"release"}),
                due=Spec("1 hour"),
                if_late=(AlsoAsk("Engineering manager"),),
            ),
            approve(
                "Sign off the contract",
                "Legal counsel",
                covers=("contract", "value"),
                not_by=frozenset({""}),
                due=Spec("1 working day"),
                if_rejected=(Repair("Amend the contract", 3),),
            ),
            fill_in(
                "Amend the contract",
                "contract",
                who="whoever started this",
                repair_of=frozenset({"Sign off the contract"}),
            ),
            fill_in(
                "Confirm logistics",
                "go-live",
                "contact",
                who="VP Customer Success",
                observable=True,
                looks=frozenset({"opportunity"}),
            ),
        ),
        action("Update the CRM", sets=("opportunity.Delivery status",)),
        tells("Tell the client", "{contact}"),
        derived=(
            derived("client", field("opportunity.Account.Name")),
            derived("project", field("opportunity.Name")),
            derived("value", field("opportunity.Amount")),
            derived("release", field("opportunity.Release")),
        ),
        records=frozenset({"opportunity", "release"}),
        sources={
            "go-live": ("opportunity", "Go-live date"),
            "contact": ("opportunity", "Delivery contact"),
        },
    )


OPPORTUNITY = {
    "Name": "Harbour",
    "Account": {"Name": "Contoso"},
    "Amount": 52000,
    "Release": {"Status": "In Progress"},
}
