"""What the tests of amending have in common: a proposal on the way, and what its people do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tests.cases.company import FRIDAY, PAGE, Company

from doorstep.cases.act import act
from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.deliver import opened_case
from doorstep.cases.models import Action, Ask, Case
from doorstep.cases.start_case import start_case
from doorstep.library.models import Process, Version
from doorstep.library.take_effect import take_effect
from doorstep.people.models import Person
from doorstep.stewardship.attend import attend
from doorstep.stewardship.models import Note, Proposal
from doorstep.stewardship.propose import propose
from doorstep.stewardship.submit import Started, submit

AMENDED = PAGE.replace("- Due: 1 hour\n", "- Due: 2 hours\n")
REWORDED = PAGE.replace("Look at production, not at staging.", "Look at production, never at staging.")
RENAMED = PAGE.replace("### Confirm the deployment", "### Look at the deployment")
BROKEN = PAGE.replace('- If rejected: "Amend the contract", then ask again (at most 3 times)\n', "")


def process_of(company: Company) -> Process:
    """Publish the company's page once, with an administrator at hand, and return its process."""
    if not Process.objects.filter(title="Close a client project").exists():
        company.publish()
        Person.objects.filter(id=company.bob).update(administrator=True)
    return Process.objects.get(title="Close a client project")


def edit(company: Company, *, by: UUID | None = None, text: str = AMENDED) -> Proposal:
    """Propose an edit; Sam does, unless somebody else is named."""
    process, sentence = process_of(company), "One hour is too short"
    return propose(process=process.id, step="", sentence=sentence, text=text, by=by or company.sam, at=FRIDAY)


def sent(company: Company, *, by: UUID | None = None, text: str = AMENDED, **more: object) -> tuple[Proposal, Started]:
    """Propose an edit and send it for approval."""
    proposal = edit(company, by=by, text=text)
    started = send(proposal, by or company.sam, **more)
    return fresh(proposal), started


def send(proposal: Proposal, by: UUID, **more: object) -> Started:
    """Send a proposal for approval, as material unless it says otherwise."""
    choices: dict[str, object] = {"materiality": "material", "at": FRIDAY, **more}
    return submit(proposal=proposal.id, by=by, **choices)  # type: ignore[arg-type]


def fresh(proposal: Proposal) -> Proposal:
    """Return a proposal as it is now."""
    return Proposal.objects.select_related("process", "base", "version").get(id=proposal.id)


def running(company: Company, client: str) -> UUID:
    """Start a run of the page."""
    version = Version.objects.get(process=process_of(company), state="effective")
    facts = {"client": client, "project": "Web shop", "value": 84000, "contract": "v3"}
    return start_case(version_id=version.id, facts=facts, by=company.ana, at=FRIDAY).case_id


def asked(case: UUID) -> list[str]:
    """Return who is asked in a run now."""
    return sorted(Ask.objects.filter(case_id=case, state="open").values_list("display", flat=True))


def say(case: UUID, by: UUID, outcome: str = "approved", comment: str = "") -> None:
    """Answer what somebody is asked in a run."""
    ask = Ask.objects.get(case_id=case, state="open", person=by)
    answer_ask(ask_id=ask.id, outcome=outcome, by=by, proof="login", comment=comment, at=FRIDAY)


def carry_out() -> int:
    """Do what Doorstep has to do by itself; return how much it was."""
    actions = list(Action.objects.filter(state="queued", kind="call"))
    for action in actions:
        act(action)
    return len(actions)


def approved(company: Company, started: Started) -> None:
    """Let owner and expert approve, and Doorstep publish."""
    say(started.case_id, company.vera)
    say(started.case_id, company.eve)
    carry_out()


def status(case: UUID) -> str:
    """Return where a run stands."""
    return Case.objects.get(id=case).status


def heard(person: UUID) -> list[str]:
    """Return what somebody heard, the oldest first."""
    return list(Note.objects.filter(person=person).order_by("id").values_list("text", flat=True))


def versions(company: Company) -> list[tuple[int, str]]:
    """Return the versions of the page with their states."""
    rows = Version.objects.filter(process=process_of(company)).order_by("number")
    return list(rows.values_list("number", "state"))


def version_of(case: UUID) -> int:
    """Return which version a run is on."""
    return Version.objects.get(id=Case.objects.get(id=case).version_id).number


def forced(at: datetime) -> datetime:
    """Let versions take effect and stewardship attend; return the time."""
    take_effect(at=at)
    attend(at)
    return at


def facts_of(case: UUID) -> dict[str, object]:
    """Return what a run knows."""
    opened = opened_case(Case.objects.get(id=case))
    return dict(opened.state.facts) if opened.state else {}
