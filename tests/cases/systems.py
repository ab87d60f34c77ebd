"""Jira and Salesforce as sandboxes over HTTP, connected as an administrator connects them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.cases.post import work

from doorstep.cases.clock import real_now
from doorstep.cases.directory import forget
from doorstep.cases.models import Action, Delivery
from doorstep.cases.poll import read_once
from doorstep.cases.sweep import sweep
from doorstep.connections.by_file import take_over
from doorstep.connections.models import Connection
from doorstep.demo import company, jira_sandbox, salesforce_sandbox
from doorstep.demo.jira_sandbox import adf
from doorstep.demo.jira_sandbox import data as jira
from doorstep.demo.salesforce_sandbox import data as salesforce
from doorstep.demo.salesforce_sandbox.objects import KINDS
from doorstep.people.models import ExternalAccount, Person

ISSUE = company.JIRA_ISSUE
OPPORTUNITY = company.OPPORTUNITY_ID
SAM = company.BY_KEY["sam"].jira


@dataclass
class Systems:
    """Both sandboxes, and the connections to them."""

    jira: jira_sandbox.Server
    salesforce: salesforce_sandbox.Server

    def connect(self, **salesforce_settings: object) -> None:
        """Connect both, and say who Sam is at Jira."""
        take_over({"connections": {"Jira": self._jira(), "Salesforce": self._salesforce() | salesforce_settings}})
        sam = Person.objects.get(name="Sam Ortiz")
        ExternalAccount.objects.get_or_create(person=sam, system="Jira", external_id=SAM)
        forget()

    def _jira(self) -> dict[str, Any]:
        signed_in = {"email": jira.ROBOT_EMAIL, "secrets": {"token": jira.TOKEN}}
        place = {"kind": "jira", "site": self.jira.url, "allow_private": True, "projects": [company.JIRA_PROJECT]}
        return place | signed_in

    def _salesforce(self) -> dict[str, Any]:
        signed_in = {"client_id": salesforce.CLIENT_ID, "secrets": {"client_secret": salesforce.CLIENT_SECRET}}
        return {"kind": "salesforce", "site": self.salesforce.url, "allow_private": True} | signed_in

    def comments(self) -> list[str]:
        """Return what the comments on the issue say, oldest first."""
        return [adf.plain(comment["body"]) for comment in self.jira.tracker.issue(ISSUE)["comments"]]

    def status_comments(self) -> list[str]:
        """Return the comments that are about no step: their last line names the page alone."""
        return [comment for comment in self.comments() if "“" not in comment.splitlines()[-1]]

    def opportunity(self) -> str:
        """Return the status line the opportunity shows."""
        return str(self.salesforce.crm.record(KINDS["Opportunity"], OPPORTUNITY)["Doorstep_status__c"] or "")

    def tasks(self) -> list[tuple[str, str]]:
        """Return the tasks' subjects and states."""
        return [(one["Subject"], one["Status"]) for one in self.salesforce.crm.records(KINDS["Task"])]

    def poll(self) -> None:
        """Read both for what changed, as the worker does every minute."""
        for row in Connection.objects.order_by("name"):
            read_once(row)


def started_with(now: Callable[[], datetime]) -> Systems:
    """Start both sandboxes on a clock."""
    return Systems(jira_sandbox.start(now=now), salesforce_sandbox.start(now=now))


def settle() -> None:
    """Let everything happen that is due or queued, the status lines, too, which wait a moment for more."""
    for _ in range(20):
        past = real_now() - timedelta(seconds=1)
        Delivery.objects.filter(state="queued", purpose="status", attempts=0).update(not_before=past)
        Action.objects.filter(state="queued").update(not_before=past)
        if not sweep() + work():
            return
