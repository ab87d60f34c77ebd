"""Reaching people at Jira: a comment on the issue a page names, or a new issue where it says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from doorstep.integrations.jira import adf, once
from doorstep.integrations.jira.client import Jira
from doorstep.integrations.jira.files import attach
from doorstep.integrations.jira.places import Place, issue_key
from doorstep.plugin_api import Delivered, DeliveryFailed, Letter, Session
from doorstep.plugin_api.exchange import Trouble, delivering


class JiraChannel:
    """A way to reach people at Jira.

    A letter on an issue has the external id ``DEP-412#10023`` (issue and comment); a new issue has
    ``DEP-413``.  What stands before the ``#`` is the record that is then observed.
    """

    name = "jira"
    idempotent = True  # each letter is looked for by its key before it is sent

    def deliver(self, session: Session, letter: Letter) -> Delivered:
        """Put a letter where it belongs, once.  Raises DeliveryFailed and ConnectionPaused."""
        with delivering():
            jira = Jira(session)
            issue = issue_key(letter.record) or next((Place.of(one).issue for one in letter.earlier), "")
            if letter.purpose == "status":
                return _mirror(jira, letter, issue)
            return _comment(jira, letter, issue) if issue else _issue(session, jira, letter)

    def withdraw(self, session: Session, letter: Letter, external_id: str) -> None:
        """Let the comment say that nothing is wanted any more; a new issue gets a comment that says so.

        What was said later in the thread, reminders and questions, is deleted.
        """
        with delivering():
            jira = Jira(session)
            place = Place.of(external_id)
            if place.comment:
                _take_back(jira, letter, place)
            else:
                once.say(jira, place.issue, adf.note(letter, account=""), {"key": f"withdrawn {letter.key}"})
            for later in {Place.of(one) for one in letter.earlier} - {place}:
                if later.comment:
                    _if_there(jira, "DELETE", later)


def _take_back(jira: Jira, letter: Letter, place: Place) -> None:
    """Let the comment say that it is over; what was ticked in it stays to be seen."""
    comment = _if_there(jira, "GET", place)
    if comment and not adf.plain(comment["body"]).startswith(letter.headline):  # else it was done before
        _if_there(jira, "PUT", place, {"body": adf.over(letter, adf.ticks(comment["body"]))})


def _if_there(jira: Jira, method: str, place: Place, body: object = None) -> Any:
    """Read, change or delete a comment; one that somebody deleted asks nothing any more."""
    try:
        return jira.ask(method, f"/issue/{place.issue}/comment/{place.comment}", body=body)
    except Trouble as trouble:
        if trouble.status != 404:
            raise
        return None


def _comment(jira: Jira, letter: Letter, issue: str) -> Delivered:
    account = jira.account_of(letter.to) if letter.to else ""
    if refused := attach(jira, issue, letter.attachments):
        letter = replace(letter, paragraphs=(*letter.paragraphs, refused))
    body = adf.ask(letter, account=account) if letter.purpose == "ask" else adf.note(letter, account=account)
    comment = once.say(jira, issue, body, {"key": letter.key, "thread": letter.thread})
    return _delivered(jira, issue, comment)


def _mirror(jira: Jira, letter: Letter, issue: str) -> Delivered:
    """Write the status line into its one comment; an unchanged one is left alone, so nobody is notified."""
    if not issue:
        raise DeliveryFailed("Expected an issue to show the status line in, but got none.", permanent=True)
    body = adf.status(letter)
    comment = once.say(jira, issue, body, {"status": letter.thread or letter.reference})
    if adf.plain(comment["body"]) != adf.plain(body):
        comment = jira.put(f"/issue/{issue}/comment/{comment['id']}", {"body": body})
    return _delivered(jira, issue, comment)


def _issue(session: Session, jira: Jira, letter: Letter) -> Delivered:
    project = letter.route.get("project", "")
    if not project:
        raise DeliveryFailed(
            "Expected an issue or a project to put the ask in, but the step names neither. "
            'Write "Where: Jira, in {fact}" or "Where: Jira, new in KEY" on its card, or add a route.',
            permanent=True,
        )
    account = jira.account_of(letter.to) if letter.to else ""
    kind = letter.route.get("issue type") or jira.settings.issue_type
    body = adf.ask(letter, account=account)
    new = once.NewIssue(project, kind, letter.subject or letter.headline, body, assignee=account)
    issue = once.issue(session, jira, new, {"key": letter.key, "thread": letter.thread})
    if refused := attach(jira, issue, letter.attachments):
        once.say(jira, issue, adf.document(adf.lines(refused)), {"key": f"files {letter.key}"})
    return Delivered(issue, datetime.now(UTC), jira.settings.page(issue))


def _delivered(jira: Jira, issue: str, comment: Any) -> Delivered:
    if not isinstance(comment, dict) or "id" not in comment:
        raise Trouble("Jira said it took the comment, but not which one it is.", unknown=True)
    page = f"{jira.settings.page(issue)}?focusedCommentId={comment['id']}"
    return Delivered(f"{issue}#{comment['id']}", datetime.fromisoformat(comment["created"]), page)
