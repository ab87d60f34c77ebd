"""Proposals in every state, and the screens that show them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.cases.company import FRIDAY
from tests.web.office import CLOSE, Office, ask_of, link_to

from doorstep.cases.models import Case
from doorstep.library.models import Process
from doorstep.stewardship.decline import decline
from doorstep.stewardship.propose import propose
from doorstep.stewardship.submit import submit

AMENDED = CLOSE.replace("- Due: 1 hour\n", "- Due: 2 hours\n").replace(
    "### Confirm logistics", "### Agree on logistics"
)
STEP = "Confirm the deployment"
WISH = "Give us two hours: the build alone takes seventy minutes, and then nobody has looked at anything yet."


def proposals(office: Office) -> Iterator[tuple[str, str, str]]:
    """Make proposals in every state and name their screens: name, who looks, path."""
    process = Process.objects.get(key="close-a-client-project")
    page = f"/library/{process.key}"
    sam, mira = office.sam, office.mira
    wish = propose(process=process.id, step=STEP, sentence=WISH, by=sam, at=FRIDAY)
    edit = propose(process=process.id, step=STEP, sentence="One hour is too short", text=AMENDED, by=mira, at=FRIDAY)
    sent = propose(process=process.id, step=STEP, sentence="Name it as we say it", text=AMENDED, by=mira, at=FRIDAY)
    started = submit(proposal=sent.id, by=mira, materiality="material", move_running=True, at=FRIDAY)
    gone = propose(process=process.id, step="", sentence="Skip the logistics", by=mira, at=FRIDAY)
    decline(proposal=gone.id, by=office.vera, reason="Then nobody unpacks. Ask for a shorter form instead.", at=FRIDAY)
    asked = ask_of(Case.objects.get(id=started.case_id), "Approve the change")
    yield "propose", "mira", f"{page}/propose?step=Confirm+the+deployment"
    yield "propose-gone", "mira", f"{page}/propose?step=Feed+the+cat"
    yield "proposals", "eve", f"{page}/proposals"
    yield "proposals-mine", "mira", "/proposals/"
    yield "proposal-wish", "eve", f"/proposal/{wish.id}/"
    yield "proposal-edit", "mira", f"/proposal/{edit.id}/"
    yield "proposal-sent", "mira", f"/proposal/{sent.id}/"
    yield "proposal-declined", "mira", f"/proposal/{gone.id}/"
    yield "send", "mira", f"/proposal/{edit.id}/send"
    yield "approve-change", "", link_to(asked)
    yield "process-proposing", "mira", f"{page}/"
