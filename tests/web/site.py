"""A served office for real browsers: runs in every state, and who looks at which screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.db import connections
from pytest_django.live_server_helper import LiveServer
from tests.cases.company import FRIDAY
from tests.emptied import empty
from tests.web.office import POLICY, Office, ask_of, link_to
from tests.web.owners import owners
from tests.web.site_proposals import proposals
from tests.web.told import told

from doorstep.cases import store
from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.ask_question import ask_question
from doorstep.cases.hear import hear
from doorstep.cases.models import Case, Lookup
from doorstep.cases.start_case import start_case
from doorstep.connections.models import Connection
from doorstep.kernel.values import FileRef
from doorstep.library.give_right import grant
from doorstep.library.issue_bulletin import issue_bulletin
from doorstep.library.make_obsolete import make_obsolete
from doorstep.library.models import Process, Right
from doorstep.library.publish import publish
from doorstep.people import clock
from doorstep.people.invite import invite
from doorstep.people.models import ExternalAccount, Role
from doorstep.people.wish_assistant import wish_assistant
from doorstep.reading.typed import EXAMPLE as LINES
from doorstep.stewardship.keep_file import keep_file
from doorstep.stewardship.models import MailedLines
from doorstep.stewardship.recall import recall
from doorstep.stewardship.work_first import start_lines

SOON = FRIDAY + timedelta(minutes=22)
LONG = "Gesellschaft für Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte mbH & Co. KG"
STUCK = """\
# Order a badge

- Owner: vera@northwind.example

| Fact | Kind | From |
|---|---|---|
| colour | text | whoever starts |

## Agree to the badge

- Who: manager of whoever started this

## Hand it over

- Who: whoever started this
- Choose: place (front desk, by post, at the gate of the northern warehouse)
"""


@dataclass(frozen=True)
class Screen:
    """One screen: who looks at it, by which address."""

    name: str
    who: str
    path: str


@dataclass(frozen=True)
class Site:
    """Where it is served, what there is to see, and the cookie of who is signed in."""

    url: str
    office: Office
    screens: dict[str, Screen]
    cookies: dict[str, str]
    events: dict[str, Callable[[], object]]

    def happen(self, name: str) -> None:
        """Let something happen and be committed: on a connection of its own, beside the test's transaction."""
        with ThreadPoolExecutor(1) as beside:
            beside.submit(self.events[name]).result()
            beside.submit(connections.close_all).result()


@contextmanager
def served() -> Iterator[Site]:
    """Serve an office with a busy Friday."""
    patch = pytest.MonkeyPatch()
    patch.setattr(clock, "ahead", lambda: SOON - datetime.now(UTC))
    server = LiveServer("127.0.0.1")
    try:
        office = Office()
        screens = {screen.name: screen for screen in (*runs(office), *plain(office))}
        cookies = {
            short: office.client(short).cookies["sessionid"].value for short in ("ana", "mira", "vera", "bob", "eve")
        }
        yield Site(server.url, office, screens, cookies, {"sam answers": sam_answers(office)})
    finally:
        server.stop()
        empty()
        patch.undo()


def runs(office: Office) -> Iterator[Screen]:
    """Start runs in every state and name the screens that show them."""
    halden = office.start()
    answer_ask(
        ask_id=ask_of(halden, "Confirm the deployment").id, outcome="done", by=office.sam, proof="login", at=SOON
    )
    ask_question(ask_id=ask_of(halden, "Confirm logistics").id, text="Which warehouse?", by=office.priya, at=SOON)
    yield Screen("run", "ana", f"/run/{halden.id}/")
    yield Screen("run-of-others", "mira", f"/run/{halden.id}/")
    yield Screen("run-fresh", "ana", f"/run/{office.start('Norrland Rail').id}/")
    quiet = office.start("Quiet & Sons")
    logistics = {"go-live": "2026-03-12", "contact": "kim@halden.example"}
    ask = ask_of(quiet, "Confirm logistics").id
    answer_ask(ask_id=ask, outcome="done", by=office.priya, proof="login", facts=logistics, at=SOON)
    hear(case_id=quiet.id, only_if_it_breaks=True, by=office.ana, at=SOON)
    yield Screen("run-quiet", "ana", f"/run/{quiet.id}/")
    yield Screen("move", "ana", f"/run/{quiet.id}/move?until=2026-03-09T18%3A00%3A00-04%3A00")
    long = office.start(LONG, project="Die Einführung der Straßenverkehrszulassungsordnungsverwaltung")
    yield Screen("run-long", "ana", f"/run/{long.id}/")
    done = finished(office)
    yield Screen("run-done", "ana", f"/run/{done.id}/")
    sign = ask_of(halden, "Sign off the contract")
    yield Screen("answer-approve", "", link_to(sign))
    yield Screen("answer-confirm", "", link_to(ask_of(long, "Confirm the deployment")))
    yield Screen("answer-fill-in", "", link_to(ask_of(long, "Confirm logistics")))
    yield Screen("answer-long", "", link_to(ask_of(long, "Sign off the contract")))
    yield Screen("answer-settled", "", link_to(ask_of(done, "Sign off the contract")))
    yield Screen("living", "ana", f"/run/{office.start('Living Ltd').id}/")
    plainly = office.start("No Script Ltd")
    yield Screen("no-script-fill-in", "", link_to(ask_of(plainly, "Confirm logistics")))
    yield Screen("no-script-confirm", "", link_to(ask_of(plainly, "Confirm the deployment")))
    yield Screen("answer-signed-in", "mira", f"/ask/{sign.id}")
    yield Screen("answer-question", "", f"{link_to(sign)}?question=1")
    yield Screen("answer-else", "", f"{link_to(sign)}?else=1")
    revoked = link_to(sign)
    newest = Lookup.objects.filter(ask_id=sign.id, kind="link").order_by("-expires_at")[0]
    Lookup.objects.filter(hash=newest.hash).update(expires_at=SOON)
    yield Screen("answer-expired", "", revoked)


def sam_answers(office: Office) -> Callable[[], object]:
    """Return the event of a run that is looked at: somebody answers."""
    ask = ask_of(Case.objects.get(title__startswith="Living"), "Confirm the deployment")
    return lambda: answer_ask(ask_id=ask.id, outcome="done", by=office.sam, proof="link", at=SOON)


def halden_contract() -> FileRef:
    """Return a file that a line names."""
    return store.keep("contract.pdf", b"%PDF-1.4 three", "application/pdf")


def lines_mailed(office: Office) -> MailedLines:
    """Return lines that Ana mailed with a file, and that wait for her go."""
    files, until = [asdict(halden_contract())], FRIDAY + timedelta(hours=2)
    times = {"at": FRIDAY, "changed_at": FRIDAY, "next_at": until, "lapses_at": until}
    named = {"address": "ana@northwind.example", "message_id": "<launch@northwind.example>", "subject": "Halden launch"}
    return MailedLines.objects.create(
        person=office.people["ana"], text=LINES, files=files, state="shown", **named, **times
    )


def finished(office: Office) -> Case:
    """Return a run that is done."""
    case = office.start("Bluefin Bank", project="App 2.1")
    filled = {"go-live": "2026-03-12", "contact": "ana@northwind.example"}
    answer_ask(ask_id=ask_of(case, "Confirm the deployment").id, outcome="done", by=office.sam, proof="link", at=SOON)
    sign = ask_of(case, "Sign off the contract").id
    answer_ask(ask_id=sign, outcome="rejected", by=office.mira, proof="mail", comment="Cap too high.", at=SOON)
    facts = {"contract": {"name": "Contract v4.pdf"}}
    amend = ask_of(case, "Amend the contract").id
    answer_ask(ask_id=amend, outcome="done", by=office.ana, proof="link", facts=facts, at=SOON)
    sign = ask_of(case, "Sign off the contract").id
    answer_ask(ask_id=sign, outcome="approved", by=office.mira, proof="mail", at=SOON)
    logistics = ask_of(case, "Confirm logistics").id
    answer_ask(ask_id=logistics, outcome="done", by=office.priya, proof="link", facts=filled, at=SOON)
    return Case.objects.get(id=case.id)


SHOP = """\
# Open the shop

- Owner: ana@northwind.example
- Group: Shops

Each morning, before nine.

## Lights

- [ ] Front
- [ ] ! Back, and the cold room

## Till

- [ ] Count it
"""
EXPENSE = """\
# Approve an expense

- Owner: ana@northwind.example
- Group: Money

| Fact | Kind | From |
|---|---|---|
| amount | money | whoever starts |

## Agree to it

- Who: Legal counsel
- Approve: {amount}
- Due: 1 working day
- If rejected: fail

Look twice at what is over 500.

## Tell the team

- Tell: Delivery engineer

> It is agreed.
"""
LATER = (
    EXPENSE.replace("1 working day", "2 working days")
    .replace("over 500", "over 250")
    .replace("Tell the team", "Tell them")
)


LOOKED_AFTER = """\
page-kept ana /library/fire-plan/
page-followed ana /library/open-the-shop/
page-obsolete bob /library/close-the-shop/
page-looked-after ana /library/approve-an-expense/
history bob /library/approve-an-expense/history
compare bob /library/approve-an-expense/compare?from=1&to=2
compare-text bob /library/approve-an-expense/compare?from=1&to=2&by=text
recall-new ana /library/approve-an-expense/recall
keep ana /library/keep/
library-attention bob /library/?show=attention
overview bob /library/close-a-client-project/overview
controls bob /controls/
"""
PLAIN = """\
home-offer vera /
home ana /
home-manager eve /
pile ana /pile/question
roles ana /as/
department ana /department/
sharing vera /library/close-a-client-project/who
home-empty bob /
running ana /running/
running-empty bob /running/
stuck vera /stuck/
library ana /library/
library-nothing-found ana /library/?q=zeppelin
process ana /library/close-a-client-project/
process-text ana /library/travel-policy/
start ana /start/close-a-client-project
publish ana /library/publish/
connections vera /connections/
connection vera /connections/Jira/
connection-new vera /connections/new/?kind=jira
not-found bob /run/00000000-0000-0000-0000-000000000000/
sign-in - /account/login/
forgotten - /account/password/reset/
password ana /account/password/change/
security ana /account/2fa/
"""
"""Screens whose address is known beforehand: name, who looks (- for nobody), address."""


def listed(table: str) -> Iterator[Screen]:
    """Name the screens of a table."""
    for line in table.splitlines():
        name, who, path = line.split()
        yield Screen(name, who.strip("-"), path)


def looked_after(office: Office) -> Iterator[Screen]:
    """Publish pages at every level, one that changed, one that is obsolete and one with a bulletin and a recall."""
    keep_file(name="Fire plan.pdf", content=b"%PDF-1.4", by=office.ana, group="House", at=FRIDAY)
    office.published(SHOP)
    publish(text=SHOP.replace("Open the shop", "Close the shop"), by=None, at=FRIDAY)
    make_obsolete(process="close-the-shop", why="Use **Open the shop**: it says both now.", by=office.ana, at=FRIDAY)
    before = office.published(EXPENSE)
    started = start_case(version_id=before, facts={"amount": 300}, by=office.ana, at=FRIDAY, zone="America/New_York")
    ask = ask_of(Case.objects.get(id=started.case_id), "Agree to it")
    answer_ask(ask_id=ask.id, outcome="approved", by=office.mira, proof="mail", at=SOON)
    same = {"Tell them": "Tell the team"}
    publish(text=LATER, by=office.ana, identities=same, why="The auditor asked for it.", at=FRIDAY)
    issue_bulletin(
        process="approve-an-expense",
        step="Agree to it",
        text="Only with a **receipt** this week.",
        by=office.ana,
        at=FRIDAY,
    )
    made = recall(
        process="approve-an-expense",
        step="Agree to it",
        first=1,
        last=1,
        why="500 was too much: look at what is over 250.",
        by=office.ana,
        at=SOON,
    )
    yield Screen("recall", "ana", f"/recall/{made.id}/")
    yield from listed(LOOKED_AFTER)
    controlled = LATER.replace("Approve an expense", "Pay a supplier").replace(
        "- Owner: ", "- Control: SOX-14\n- Owner: ", 1
    )
    publish(text=controlled, by=office.ana, at=FRIDAY)


def one_person(office: Office) -> Iterator[Screen]:
    """Let somebody ask whether they may answer for Mira, who has an account."""
    yield Screen("people", "vera", "/people/")
    yield Screen("not-for-you", "bob", "/people/")
    mira, sam = office.people["mira"], office.people["sam"]
    wish_assistant(
        person=mira.id, assistant=sam.id, kind="approve", about="“Sign off the contract” for Halden Foods", at=FRIDAY
    )
    ExternalAccount.objects.create(person=mira, system="Jira", external_id="712020:5b10ac8d-82e0-4f1e")
    yield Screen("person", "vera", f"/people/{mira.id}/")
    yield Screen("person-self", "mira", f"/people/{mira.id}/")


def plain(office: Office) -> Iterator[Screen]:
    """Name the screens that do not show one run."""
    badge = office.published(STUCK)
    office.published(POLICY)
    stuck = start_case(version_id=badge, facts={"colour": "green"}, by=office.mira, at=FRIDAY, zone="America/New_York")
    yield Screen("run-stuck", "mira", f"/run/{stuck.case_id}/")
    Connection.objects.create(name="Jira", kind="jira", config={"site": "https://northwind.atlassian.net"})
    Connection.objects.create(name="mail", kind="email", config={"address": "doorstep@northwind.example"})
    Connection.objects.create(
        name="Salesforce", kind="salesforce", state="paused", why="The secret expired on 3 March.", config={}
    )
    yield from (Screen(*one) for one in owners(office))
    yield from (Screen(*one) for one in proposals(office))
    yield from (Screen(*one) for one in told(office))
    link = invite(email="new@northwind.example", by=office.vera).link
    for week in range(3):
        facts = {"contract": halden_contract()}
        start_lines(text=LINES, by=office.vera, facts=facts, at=FRIDAY - timedelta(days=7 * week))
    yield Screen("lines", "ana", f"/lines/?{urlencode({'text': LINES})}")
    yield Screen("lines-not-clear", "ana", f"/lines/?{urlencode({'text': LINES.replace('Mira', 'Miro')})}")
    yield Screen("lines-mailed", "ana", f"/lines/?mailed={lines_mailed(office).id}")
    office.people["sam"].manager = office.people["priya"].manager = office.people["eve"]
    for short in ("sam", "priya", "ana"):
        office.people[short].department = "Customer delivery"
        office.people[short].save()
    grant(
        right=Right.SEE, to=office.people["bob"], on=Process.objects.get(key="close-a-client-project"), by=office.vera
    )
    yield Screen("as-role", "ana", f"/as/{Role.objects.get(name='Legal counsel').id}/")
    yield from looked_after(office)
    yield from one_person(office)
    yield Screen("invitation", "", "/" + link.split("/", 3)[3])
    yield from listed(PLAIN)
