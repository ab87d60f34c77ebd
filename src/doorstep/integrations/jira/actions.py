"""What a page can have done at Jira: ``Do: jira.comment (…)`` and ``Do: jira.create issue (…)``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from doorstep.integrations.jira import adf, once
from doorstep.integrations.jira.client import Jira
from doorstep.integrations.jira.places import issue_key
from doorstep.plugin_api import Session, WriteResult
from doorstep.plugin_api.exchange import Trouble

Arguments = Mapping[str, str]


def do(session: Session, action: str, arguments: Mapping[str, object], *, key: str) -> WriteResult:
    """Do a named action once.  Trouble when it is not known or an argument is missing."""
    act = ACTIONS.get(" ".join(action.lower().replace("_", " ").replace("-", " ").split()))
    if act is None:
        raise Trouble(f"Expected one of {', '.join(ACTIONS)}, but got {action!r}.", permanent=True)
    return act(session, {name.lower(): _said(value) for name, value in arguments.items() if value is not None}, key)


def _comment(session: Session, arguments: Arguments, key: str) -> WriteResult:
    jira, issue = Jira(session), issue_key(_needed(arguments, "issue"))
    body = adf.document(adf.lines(_needed(arguments, "text")))
    comment = once.say(jira, issue, body, {"key": key})
    facts = {"key": issue, "comment": comment["id"]}
    return WriteResult(changed=True, new=facts, facts=facts, link=jira.settings.page(issue))


def _create(session: Session, arguments: Arguments, key: str) -> WriteResult:
    jira = Jira(session)
    kind = arguments.get("type") or jira.settings.issue_type
    description = adf.document(adf.lines(arguments.get("description", "")))
    assignee = jira.account_of(arguments.get("assignee", ""))
    new = once.NewIssue(_needed(arguments, "project"), kind, _needed(arguments, "summary"), description, assignee)
    issue = once.issue(session, jira, new, {"key": key})
    facts = {"key": issue, "link": jira.settings.page(issue)}
    return WriteResult(changed=True, new=facts, facts=facts, link=facts["link"])


def _said(value: object) -> str:
    """Return an argument as text: a linked record or a person by what they are found by."""
    known = value if isinstance(value, Mapping) else {}
    return str(known.get("key") or known.get("Account") or value)


def _needed(arguments: Arguments, name: str) -> str:
    if not arguments.get(name, "").strip():
        raise Trouble(f'Expected an argument "{name}", but got {", ".join(arguments) or "none"}.', permanent=True)
    return arguments[name].strip()


ACTIONS: Mapping[str, Callable[[Session, Arguments, str], WriteResult]] = {"comment": _comment, "create issue": _create}
