"""The pages a person at Jira sees: the issues, and one issue with everything they may do to it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from doorstep.demo import company
from doorstep.demo.jira_sandbox import adf, data
from doorstep.demo.jira_sandbox.tracker import Refused, Tracker, words
from doorstep.demo.look import Look, initials, when
from doorstep.demo.serving import Answer, Request, Route, dispatch, see
from doorstep.demo.state import Json

LOOK = Look("Jira", "jira", "sandbox-jira", "sam")
SHOWN = ("assignee", "reporter", "priority", "duedate", "customfield_10050", "customfield_10053", "customfield_10051")


@dataclass(frozen=True, slots=True)
class Pages:
    """The human side of one tracker."""

    tracker: Tracker

    def answer(self, request: Request) -> Answer:
        """Answer a browser."""
        routes = (
            *LOOK.routes(),
            Route("GET", "/", self._issues),
            Route("GET", "/browse/{}", self._issue),
            Route("POST", "/browse/{}/transition/{}", self._move),
            Route("POST", "/browse/{}/comment", self._comment),
            Route("POST", "/browse/{}/tick", self._tick),
            Route("GET", "/secure/attachment/{}/{}", self._file),
        )
        try:
            found = dispatch(routes, request)
        except Refused as refused:
            return LOOK.page(
                request, "Not possible", f'<p class="empty">{escape(str(refused))}</p>', status=refused.status
            )
        return found or LOOK.page(request, "Not found", '<p class="empty">There is nothing here.</p>', status=404)

    # -- acting ----------------------------------------------------------------------------------

    def _move(self, request: Request, key: str, transition: str) -> Answer:
        self.tracker.move(key, transition, request.form().get("resolution"), by=LOOK.person(request).jira)
        return see(f"/browse/{key}")

    def _comment(self, request: Request, key: str) -> Answer:
        text = request.form().get("text", "").strip()
        if text:
            self.tracker.comment(key, adf.document(text), {}, by=LOOK.person(request).jira)
        return see(f"/browse/{key}")

    def _tick(self, request: Request, key: str) -> Answer:
        number, _, item = request.form().get("tick", "").partition("/")
        self.tracker.tick(key, number, item, by=LOOK.person(request).jira)
        return see(f"/browse/{key}")

    def _file(self, _: Request, number: str, __: str) -> Answer:
        file = self.tracker.attachment(number)
        name = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file['filename'])}"}
        return Answer(200, base64.b64decode(file["content"]), file["mimeType"], name)

    # -- looking ---------------------------------------------------------------------------------

    def _issues(self, request: Request) -> Answer:
        issues = sorted(self.tracker.indexed(), key=lambda issue: str(issue["fields"]["updated"]), reverse=True)
        rows = "".join(self._row(issue) for issue in issues)
        body = f'<p class="crumb">{company.JIRA_PROJECT_NAME}</p><h1>Issues</h1><ul class="rows">{rows}</ul>'
        return LOOK.page(request, "Issues", body)

    def _row(self, issue: Json) -> str:
        who = self._name(issue["fields"]["assignee"])
        return (
            f'<li><a class="row" href="/browse/{issue["key"]}"><b>{issue["key"]} · {escape(issue["fields"]["summary"])}</b>'
            f'{_lozenge(issue)}<span class="soft">{escape(who)} · changed {self._when(issue["fields"]["updated"])}</span></a></li>'
        )

    def _issue(self, request: Request, key: str) -> Answer:
        issue = self.tracker.issue(key)
        me = LOOK.person(request)
        where = f"/browse/{issue['key']}"
        description = (
            adf.html(issue["fields"]["description"], owner="description") or '<p class="soft">No description.</p>'
        )
        body = (
            f'<p class="crumb"><a href="/">{company.JIRA_PROJECT_NAME}</a> / {issue["key"]}</p>'
            f"<h1>{escape(issue['fields']['summary'])}</h1>{self._workflow(issue)}"
            f'<div class="two"><section><form class="card" method="post" action="{where}/tick">{description}</form>'
            f"{_files(issue)}<h2>Comments</h2>{self._comments(issue)}"
            f'<form class="card" method="post" action="{where}/comment"><label for="text">Comment as {escape(me.name)}</label>'
            '<div class="field"><textarea id="text" name="text" required></textarea></div>'
            '<button class="p">Comment</button></form>'
            f'</section><aside class="card">{self._fields(issue)}</aside></div>{self._history(issue)}'
        )
        return LOOK.page(request, f"{issue['key']} {issue['fields']['summary']}", body)

    def _workflow(self, issue: Json) -> str:
        forms = "".join(_transition(issue["key"], number) for number in data.ALLOWED[issue["fields"]["status"]])
        resolution = issue["fields"]["resolution"]
        text = f'<span class="soft">Resolution: {data.RESOLUTIONS[resolution]}</span>' if resolution else ""
        return f'<div class="acts">{_lozenge(issue)}{text}{forms}</div>'

    def _comments(self, issue: Json) -> str:
        shown = "".join(self._one_comment(issue, comment) for comment in issue["comments"])
        return shown or '<p class="soft">No comments yet.</p>'

    def _one_comment(self, issue: Json, comment: Json) -> str:
        name = self._name(comment["author"])
        edited = " · edited" if comment["updated"] != comment["created"] else ""
        mine = " mine" if comment["author"] == data.ROBOT else ""
        return (
            f'<form class="card{mine}" id="comment-{comment["id"]}" method="post" action="/browse/{issue["key"]}/tick">'
            f'<p class="by">{initials(name)}<b>{escape(name)}</b><span class="soft">{self._when(comment["created"])}{edited}'
            f"</span></p>{adf.html(comment['body'], owner=comment['id'])}</form>"
        )

    def _fields(self, issue: Json) -> str:
        rows = []
        for name in SHOWN:
            stored = issue["fields"].get(name)
            text = self._words(name, stored) if stored else "None"
            rows.append(f"<dt>{data.FIELDS[name][0]}</dt><dd>{escape(text)}</dd>")
        return f"<dl>{''.join(rows)}<dt>Updated</dt><dd>{self._when(issue['fields']['updated'])}</dd></dl>"

    def _history(self, issue: Json) -> str:
        lines = [
            f"<li>{self._when(history['created'])}, {escape(self._name(history['author']))}: {_changed(item)}</li>"
            for history in reversed(issue["histories"])
            for item in history["items"]
        ]
        return (
            f"<details><summary>History</summary><ul>{''.join(lines) or '<li>Nothing changed yet.</li>'}</ul></details>"
        )

    def _name(self, account: str | None) -> str:
        return str(self.tracker.user(account)["name"]) if account else "Unassigned"

    def _words(self, name: str, stored: object) -> str:
        with self.tracker.state.reading() as document:
            return words(document, name, stored)

    def _when(self, stamp: str) -> str:
        return when(stamp, self.tracker.now())


def _files(issue: Json) -> str:
    """Return the files of an issue as links."""
    rows = "".join(
        f'<li><a href="/secure/attachment/{file["id"]}/{quote(file["filename"])}">{escape(file["filename"])}</a></li>'
        for file in issue.get("attachments", [])
    )
    return f'<h2>Attachments</h2><ul class="card">{rows}</ul>' if rows else ""


def _lozenge(issue: Json) -> str:
    name, category = data.STATUSES[issue["fields"]["status"]]
    return f'<span class="tag {category}">{escape(name)}</span>'


def _transition(key: str, number: str) -> str:
    name, _, sets = data.TRANSITIONS[number]
    options = "".join(f'<option value="{one}">{escape(text)}</option>' for one, text in data.RESOLUTIONS.items())
    choice = (
        f'<span class="soft">as</span><select name="resolution" aria-label="Resolution">{options}</select>'
        if sets == "choose"
        else ""
    )
    style = ' class="p"' if sets == "choose" else ""
    action = f"/browse/{key}/transition/{number}"
    return f'<form method="post" action="{action}"><button{style}>{escape(name)}</button>{choice}</form>'


def _changed(item: Json) -> str:
    return escape(f"{item['field']}: {item.get('fromString', 'none')} → {item.get('toString', 'none')}")
