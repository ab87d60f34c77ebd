"""Jira as a system of record: issues read, written, watched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from doorstep.integrations.jira import actions, adf
from doorstep.integrations.jira.client import Jira
from doorstep.integrations.jira.places import issue_key
from doorstep.integrations.jira.settings import Settings, plain
from doorstep.integrations.jira.values import by_label, same, shaped
from doorstep.plugin_api import Observation, ReadFailed, RecordRead, Remark, Session, WriteFailed, WriteResult
from doorstep.plugin_api.exchange import Trouble, reading, writing

OVERLAP = timedelta(minutes=5)
"""How far each poll looks back behind the last stamp: the search is late by less than that."""


class JiraConnector:
    """Issues as records: a page calls them ``Jira issue``."""

    system = "Jira"

    def read(self, session: Session, record_type: str, key: str) -> RecordRead:
        """Return an issue as it is now.  Raises ReadFailed and ConnectionPaused."""
        with reading():
            return read_issue(Jira(session), _named(key))

    def write(
        self,
        session: Session,
        record_type: str,
        key: str,
        values: Mapping[str, object],
        *,
        idempotency_key: str,
    ) -> WriteResult:
        """Set fields by label, Status through the workflow.  What is so already is not written.

        Raises WriteFailed, WriteUnknown and ConnectionPaused.
        """
        with writing():
            jira = Jira(session)
            before = read_issue(jira, _named(key))
            wanted = {label: value for label, value in values.items() if not _holds(before, label, value)}
            if not wanted:
                return WriteResult(
                    changed=False, old=_part(before, values), new=_part(before, values), link=before.link
                )
            _edit(
                jira, before.key, {one: value for one, value in wanted.items() if one not in {"Status", "Resolution"}}
            )
            if "Status" in wanted or "Resolution" in wanted:
                _move(jira, before, values)
            after = read_issue(jira, before.key)
            _verify(after, wanted)
            return WriteResult(changed=True, old=_part(before, values), new=_part(after, values), link=after.link)

    def call(
        self, session: Session, action: str, arguments: Mapping[str, object], *, idempotency_key: str
    ) -> WriteResult:
        """Do ``comment`` or ``create issue``, once for each idempotency key.  Raises as write."""
        with writing():
            return actions.do(session, action, arguments, key=idempotency_key)

    def poll(self, session: Session) -> Iterable[Observation]:
        """Yield the issues changed since the cursor, which moves once they were all taken.

        The first poll only finds where to start.  Raises ReadFailed and ConnectionPaused.
        """
        with reading():
            yield from _changed(session, Jira(session))


def _named(key: str) -> str:
    issue = issue_key(key)
    if not issue:
        raise Trouble(f"Expected the key of an issue, like DEP-412, but got {key!r}.", permanent=True)
    return issue


# -- reading ---------------------------------------------------------------------------------------


def read_issue(jira: Jira, key: str) -> RecordRead:
    """Return an issue: fields by label, who moved it last, what is ticked in what we wrote on it."""
    issue = jira.get(f"/issue/{key}", fields="*all,-comment,-attachment,-worklog", expand="names,schema,changelog")
    if not isinstance(issue, dict) or "fields" not in issue:
        raise Trouble(f"Jira answered for {key} with something that is no issue.")
    fields = by_label(issue)
    by, at = _last_move(issue.get("changelog", {}).get("histories", []))
    me, comments = jira.myself()["accountId"], jira.comments(issue["key"])
    return RecordRead(
        key=issue["key"],
        title=str(fields.get("Summary", issue["key"])),
        link=jira.settings.page(issue["key"]),
        fields=fields,
        stamp=str(issue["fields"].get("updated", "")),
        changed_by=by,
        changed_at=at,
        ticked=_ticked(issue, comments, me),
        outcome=outcome(issue["fields"], jira.settings),
        remarks=tuple(_remarks(comments, me)),
    )


def outcome(fields: Mapping[str, Any], settings: Settings) -> str:
    """Return what an issue's state says to an ask on it.

    A status of the category Done is not enough: "Won't do" is of it, too.  A resolution, where there is
    one, says more than the status; a word the connection counts as neither is unclear and asked about.
    """
    status = fields.get("status") or {}
    if status.get("statusCategory", {}).get("key") != "done":
        return ""
    resolution = plain((fields.get("resolution") or {}).get("name", ""))
    words = {plain(status.get("name", "")), resolution} - {""}
    if words & settings.no:
        return "rejected"
    return "done" if (resolution or plain(status.get("name", ""))) in settings.yes else "unclear"


def _last_move(histories: list[dict[str, Any]]) -> tuple[str, datetime | None]:
    """Return who moved the issue last and when; of one never moved, who changed it last.  Newest come first."""
    newest = sorted(histories, key=lambda history: datetime.fromisoformat(history["created"]), reverse=True)
    moves = [one for one in newest if {item.get("field") for item in one["items"]} & {"status", "resolution"}]
    if not newest:
        return "", None
    last = (moves or newest)[0]
    return str(last.get("author", {}).get("accountId", "")), datetime.fromisoformat(last["created"])


def _remarks(comments: Iterable[Mapping[str, Any]], me: str) -> Iterator[Remark]:
    """Yield what people wrote, oldest first: neither we nor an app."""
    for comment in sorted(comments, key=lambda one: int(one["id"])):
        author = comment.get("author") or {}
        account, words = str(author.get("accountId") or ""), adf.spoken(comment.get("body") or {})
        if account and account != me and author.get("accountType") != "app" and words:
            at = datetime.fromisoformat(comment["created"])
            yield Remark(str(comment["id"]), account, at, words, str(author.get("emailAddress") or ""))


def _ticked(issue: Mapping[str, Any], said: Iterable[Mapping[str, Any]], me: str) -> dict[str, bool]:
    comments = [one for one in said if (one.get("author") or {}).get("accountId") == me]
    ours = (issue["fields"].get("creator") or {}).get("accountId") == me
    found = adf.ticks(issue["fields"].get("description")) if ours else {}
    for comment in reversed(comments):
        found |= adf.ticks(comment.get("body"))
    return found


# -- writing ---------------------------------------------------------------------------------------


def _edit(jira: Jira, key: str, wanted: Mapping[str, object]) -> None:
    if not wanted:
        return
    known = {
        meta["name"].casefold(): (name, meta) for name, meta in jira.get(f"/issue/{key}/editmeta")["fields"].items()
    }
    fields = {}
    for label, value in wanted.items():
        if label.casefold() not in known:
            names = ", ".join(sorted(meta["name"] for _, meta in known.values()))
            raise Trouble(
                f'Expected a field of {key} that can be edited, but got "{label}". There are: {names}.', permanent=True
            )
        name, meta = known[label.casefold()]
        known_by = jira.account_of(value) if meta["schema"]["type"] == "user" and isinstance(value, str) else value
        fields[name] = shaped(known_by, meta)
    jira.put(f"/issue/{key}", {"fields": fields})


def _move(jira: Jira, before: RecordRead, values: Mapping[str, object]) -> None:
    """Take the issue to a status by a transition of its workflow, with a resolution if one is wanted."""
    wanted = plain(str(values.get("Status") or before.fields.get("Status", "")))
    found = jira.get(f"/issue/{before.key}/transitions", expand="transitions.fields")["transitions"]
    transition = next((one for one in found if plain(one["to"]["name"]) == wanted), None)
    if transition is None:
        names = ", ".join(one["to"]["name"] for one in found) or "no other status"
        why = f'{before.key} cannot go from "{before.fields.get("Status")}" to "{values.get("Status")}": its workflow offers {names}.'
        raise Trouble(why, permanent=True)
    body: dict[str, object] = {"transition": {"id": transition["id"]}}
    if resolution := _resolution(jira, transition.get("fields", {}).get("resolution"), values):
        body["fields"] = {"resolution": {"name": resolution}}
    jira.post(f"/issue/{before.key}/transitions", body)


def _resolution(jira: Jira, screen: Mapping[str, Any] | None, values: Mapping[str, object]) -> str:
    """Return the resolution to give on a transition's screen: the one wanted, else, if one must be, a yes."""
    if screen is None or values.get("Resolution"):
        return str(values["Resolution"]) if screen else ""
    names = [str(one["name"]) for one in screen.get("allowedValues", []) if plain(one["name"]) in jira.settings.yes]
    return names[0] if screen.get("required") and names else ""


def _verify(after: RecordRead, wanted: Mapping[str, object]) -> None:
    wrong = [label for label, value in wanted.items() if not _holds(after, label, value)]
    if wrong:
        shown = ", ".join(f"{label} = {after.fields.get(label)!r}" for label in wrong)
        raise WriteFailed(f"Jira took the change of {after.key}, but then showed {shown}.", permanent=True)


def _holds(record: RecordRead, label: str, value: object) -> bool:
    """Whether a field says already what is wanted; of a status its name counts in any case."""
    there = record.fields.get(label)
    return plain(str(there)) == plain(str(value)) if label in {"Status", "Resolution"} else same(there, value)


def _part(record: RecordRead, values: Mapping[str, object]) -> dict[str, object]:
    return {label: record.fields.get(label) for label in values}


# -- polling ---------------------------------------------------------------------------------------


def _changed(session: Session, jira: Jira) -> Iterator[Observation]:
    cursor = _cursor(session)
    if not cursor:
        now = jira.get("/serverInfo")["serverTime"]
        session.cursor.set(json.dumps({"at": now, "seen": {}}))
        return
    latest, seen = datetime.fromisoformat(cursor["at"]), dict(cursor["seen"])
    known = [int(number) for number in list(seen)[-50:]]
    since = _local(latest - OVERLAP, jira.myself().get("timeZone") or "UTC")
    only = f" AND project in ({', '.join(jira.settings.projects)})" if jira.settings.projects else ""
    jql = f'updated >= "{since}"{only} ORDER BY updated ASC'
    for issue in jira.found({"jql": jql, "fields": ["updated"], "reconcileIssues": known, "maxResults": 100}):
        updated = issue["fields"]["updated"]
        if seen.get(issue["id"]) != updated:
            yield Observation("Jira", issue["key"], cursor=updated, external_id=f"{issue['id']}@{updated}")
        seen[issue["id"]] = updated
        latest = max(latest, datetime.fromisoformat(updated))
    young = {number: at for number, at in seen.items() if datetime.fromisoformat(at) >= latest - OVERLAP}
    session.cursor.set(json.dumps({"at": latest.isoformat(), "seen": young}))


def _cursor(session: Session) -> dict[str, Any]:
    try:
        value = json.loads(session.cursor.get() or "{}")
    except ValueError as error:
        raise ReadFailed(
            f"The cursor of {session.name} is damaged: clear it to start from now.", permanent=True
        ) from error
    return value if isinstance(value, dict) else {}


def _local(moment: datetime, zone: str) -> str:
    """Return a moment as JQL reads it: to the minute, in the zone of the account that asks.

    The hour that comes twice in autumn is read as its first coming, so as not to miss anything.
    """
    local = moment.astimezone(ZoneInfo(zone))
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local - timedelta(hours=1) if twice else local:%Y/%m/%d %H:%M}"
