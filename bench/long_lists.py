"""Long lists in the company of `bench.library_data`: whatever a screen or the API lists has more than a page of rows.

long = long_lists.made(company)
long.page                    # a page with 300 versions and proposals, and 10,000 who are asked to acknowledge it
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bench.library_data import PLACES, STEPS, Company, saved

if TYPE_CHECKING:
    from doorstep.library.models import Process, Version
    from doorstep.stewardship.models import Proposal, Recall

MANY = 300
ASKED = 10_000
RUNS = 60
STUCK = """\
# Order a badge

- Owner: person0@x.example

## Agree to the badge

- Who: manager of whoever started this
"""


@dataclass(frozen=True)
class Long:
    """What has long lists: a page by its key, its group and version, a recall, and a proposal that is being written."""

    page: str
    group: UUID
    version: UUID
    recall: UUID
    draft: UUID


def made(company: Company) -> Long:
    """Make the lists long, or find them made already."""
    from doorstep.stewardship.models import Recall

    page = company.processes[1]
    version = page.versions.get(state="effective")
    if not Recall.objects.exists():
        _all(company, page, version)
    recall = Recall.objects.latest("at")
    draft = page.proposals.filter(state="draft", by=company.reader).latest("at")
    assert page.group_id is not None, "each is in a group"
    return Long(page.key, page.group_id, version.id, recall.id, draft.id)


def _all(company: Company, page: Process, version: Version) -> None:
    from django.db import connection

    from doorstep.people.clock import business_now

    now = business_now()
    _owned(company, now)
    _versions(company, page, version)
    _proposals(company, page, version, now)
    _given(company, page)
    _told(company, page, version, now)
    _recalled(company, page, now)
    _runs(company)
    _beside(company, now)
    _settled(now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


# -- What people own -------------------------------------------------------------------------------


def _owned(company: Company, now: datetime) -> None:
    """A tenth is the reader's, a tenth is nobody's; of some the reader is asked, some they offer to others."""
    from doorstep.library.models import Process, Version
    from doorstep.stewardship.models import Ownership

    reader, rows = company.reader, company.processes
    for at, one in enumerate(rows):
        if at % 10 == 1 or at % 50 == 4:
            one.owner_id = reader
        if at % 10 == 2:
            one.custodian_id = reader if at % 50 == 2 else company.people[3]
    Process.objects.bulk_update(rows, ["owner", "custodian"], batch_size=1_000)
    of = dict(Version.objects.filter(state="effective").values_list("process_id", "id"))
    found = [Ownership(process=one, since=now, version_id=of[one.id], **_stands(company, at, one, now)) for at, one in enumerate(rows)]  # fmt: skip
    saved(Ownership, found)


def _stands(company: Company, at: int, one: Process, now: datetime) -> dict[str, Any]:
    offered: dict[str, Any] = {"proposed_at": now, "proposed_by_id": company.reader}
    accepted = {"state": "accepted", "owner_id": one.owner_id, "accepted_at": now}
    if at % 10 == 2:
        until = now + timedelta(days=10)
        return {"state": "in custody", "cause": "nobody", "why": "the page names no owner", "custodian_id": one.custodian_id, "custody_until": until}  # fmt: skip
    if at % 50 == 3:
        return {"state": "proposed", "proposed_id": company.reader, "proposed_at": now}
    return accepted | offered | {"proposed_id": company.people[9]} if at % 50 == 4 else accepted


# -- One page ---------------------------------------------------------------------------------------


def _versions(company: Company, page: Process, version: Version) -> None:
    from doorstep.library.identity import content_hash
    from doorstep.library.models import Version

    made = []
    for number in range(3, MANY + 1):
        text = version.text.replace("Look at the dates", f"Look at the {number} dates")
        since = version.effective_from
        made.append(
            Version(process=page, number=number, text=text, hash=content_hash(text, version.identities), state="superseded",
                    effective_from=since, published_by_id=company.people[number], published_at=since, identities=version.identities)
        )  # fmt: skip
    saved(Version, made)


def _proposals(company: Company, page: Process, version: Version, now: datetime) -> None:
    from doorstep.stewardship.models import Proposal

    rows = [*_of(company, [page] * MANY, now), *_of(company, company.processes[20 : 20 + MANY], now, by=company.reader)]
    rows.append(Proposal(process=page, base=version, text=version.text, identities=version.identities, by_id=company.reader, at=now, changed_at=now))  # fmt: skip
    saved(Proposal, rows)


def _of(company: Company, pages: Sequence[Process], now: datetime, by: UUID | None = None) -> Iterator[Proposal]:
    from doorstep.stewardship.models import Proposal

    states = ("open", "approved", "declined", "withdrawn")
    for at, page in enumerate(pages):
        when, state = now - timedelta(hours=at), states[at % 4]
        over = {"settled_at": when, "heard_at": when, "outcome": "It is so now."} if at % 4 else {}
        yield Proposal(process=page, sentence=f"Say it more plainly, {at}.", by_id=by or company.people[at], at=when, changed_at=when, state=state, **over)  # fmt: skip


def _given(company: Company, page: Process) -> None:
    from doorstep.library.models import Grant
    from doorstep.people.clock import business_now

    now = business_now()
    saved(
        Grant,
        [Grant(right="see", person_id=one, process=page, granted_at=now) for one in company.people[50 : 50 + MANY]],
    )


def _told(company: Company, page: Process, version: Version, now: datetime) -> None:
    """Ten thousand are asked about one version, and the reader about sixty."""
    from doorstep.library.models import Version
    from doorstep.stewardship.models import Acknowledgement, Note

    terms = {"asked_at": now, "due_at": now + timedelta(days=5), "next_at": now + timedelta(days=2)}
    rows = [
        Acknowledgement(version=version, process=page, person_id=one, state="asked" if at % 3 else "done", done_at=None if at % 3 else now, **terms)
        for at, one in enumerate(company.people[1 : ASKED + 1])
    ]  # fmt: skip
    others = Version.objects.filter(process__in=[one.id for one in company.processes[100:160]], state="effective")
    notes = []
    for other in others:
        rows.append(
            Acknowledgement(version=other, process_id=other.process_id, person_id=company.reader, since=other, **terms)
        )
        notes.append(Note(person_id=company.reader, kind="change", key=f"changed {other.id}", about=other.id, text="It: 1 of your 2 steps changed.", at=now, not_before=now, sent_at=now))  # fmt: skip
    saved(Acknowledgement, rows)
    saved(Note, notes)


def _recalled(company: Company, page: Process, now: datetime) -> Recall:
    from doorstep.identifiers import uuid7
    from doorstep.stewardship.models import FollowUp, Recall

    recall = Recall.objects.create(process=page, step=STEPS[0], first=1, last=2, why="The dates were wrong.", by_id=company.reader, at=now)  # fmt: skip
    people = [company.people[at % 2] for at in range(MANY)]
    saved(FollowUp, [FollowUp(recall=recall, case_id=uuid7(), person_id=one) for one in people])
    return recall


# -- Runs -------------------------------------------------------------------------------------------


def _runs(company: Company) -> None:
    """Start runs, so that Home and Running have lines to say: some have ended, some are stuck."""
    from doorstep.cases.models import Case
    from doorstep.library.models import Version
    from doorstep.library.publish import publish

    open_ones = [one for one in company.processes if not one.restricted and one.group and not one.group.restricted]
    of = dict(Version.objects.filter(state="effective").values_list("process_id", "id"))
    for who in (company.reader, company.people[7]):
        ended = [_started(of[one.id], who) for one in open_ones[:RUNS]]
        Case.objects.filter(id__in=ended).update(status="cancelled", closed_at=Case.objects.latest("started_at").started_at)  # fmt: skip
        for one in open_ones[:RUNS]:
            _started(of[one.id], who)
    stuck = publish(text=STUCK, by=None).version_id
    for _ in range(RUNS):
        _started(stuck, company.reader, plain=True)


def _started(version: UUID, who: UUID, *, plain: bool = False) -> UUID:
    from doorstep.cases import store
    from doorstep.cases.start_case import start_case

    facts = {} if plain else {"value": 100, "paper": store.keep("paper.pdf", b"%PDF-1.4", "application/pdf")}
    return start_case(version_id=version, facts=facts, by=who, zone="Europe/Berlin").case_id


# -- Beside -----------------------------------------------------------------------------------------


def _beside(company: Company, now: datetime) -> None:
    """Tokens of the reader, connections that rest, accounts elsewhere."""
    from doorstep.connections.models import Connection
    from doorstep.people.models import ExternalAccount
    from doorstep.people.personal_tokens import MOST, make_token

    for number in range(MOST):
        make_token(person=company.reader, name=f"Report {number}", writes=False, by=company.reader)
    for place in PLACES:
        Connection.objects.create(name=f"Jira {place}", kind="jira", state="paused", why="It rests.", paused_at=now)
        ExternalAccount.objects.create(person_id=company.reader, system=f"Jira {place}", external_id=place)


def _settled(now: datetime) -> None:
    """Let the worker do what is due, until nothing is."""
    from doorstep.stewardship.attend import attend

    for _ in range(400):
        if not attend(now):
            return
