"""The pages a person at Salesforce sees: what waits for them, an opportunity, a task."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from doorstep.demo import company
from doorstep.demo.look import Look, initials, when
from doorstep.demo.salesforce_sandbox.crm import Crm, Refused
from doorstep.demo.salesforce_sandbox.objects import KINDS, Field
from doorstep.demo.serving import Answer, Request, Route, dispatch, see
from doorstep.demo.state import Json

LOOK = Look("Salesforce", "salesforce", "sandbox-salesforce", "priya")
EDITED = ("StageName", "Amount", "Delivery_status__c", "Go_live_date__c", "Delivery_contact__c", "Release__c")
OPPORTUNITY, TASK = KINDS["Opportunity"], KINDS["Task"]


@dataclass(frozen=True, slots=True)
class Pages:
    """The human side of one organisation's records."""

    crm: Crm

    def answer(self, request: Request) -> Answer:
        """Answer a browser."""
        routes = (
            *LOOK.routes(),
            Route("GET", "/", self._start),
            Route("GET", "/lightning/r/Opportunity/{}/view", self._opportunity),
            Route("POST", "/lightning/r/Opportunity/{}/edit", self._edit),
            Route("GET", "/lightning/r/Task/{}/view", self._task),
            Route("POST", "/lightning/r/Task/{}/complete", self._complete),
            Route("POST", "/lightning/r/Task/{}/post", self._post),
            Route("GET", "/sfc/servlet.shepherd/version/download/{}", self._file),
        )
        try:
            found = dispatch(routes, request)
        except Refused as refused:
            text = f'<p class="note" role="alert">{escape(str(refused))}</p><p>Go back and mend it.</p>'
            return LOOK.page(request, "Not possible", text, status=refused.status)
        return found or LOOK.page(request, "Not found", '<p class="empty">There is nothing here.</p>', status=404)

    # -- acting ----------------------------------------------------------------------------------

    def _edit(self, request: Request, number: str) -> Answer:
        form = request.form()
        values: Json = {name: form[name] or None for name in EDITED if name in form}
        if values.get("Amount"):
            values["Amount"] = float(values["Amount"])
        self.crm.update(OPPORTUNITY, number, values, by=LOOK.person(request).salesforce)
        return see(_address("Opportunity", number))

    def _complete(self, request: Request, number: str) -> Answer:
        open_again = self.crm.record(TASK, number)["IsClosed"]
        status = "Not Started" if open_again else "Completed"
        self.crm.update(TASK, number, {"Status": status}, by=LOOK.person(request).salesforce)
        back = request.form().get("back", "")
        return see(back if back.startswith("/lightning/") else _address("Task", number))

    def _post(self, request: Request, number: str) -> Answer:
        if text := request.form().get("text", "").strip():
            self.crm.post(self.crm.record(TASK, number)["Id"], text, by=LOOK.person(request).salesforce)
        return see(_address("Task", number))

    def _file(self, _: Request, number: str) -> Answer:
        file = self.crm.record(KINDS["ContentVersion"], number)
        name = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file['PathOnClient'])}"}
        return Answer(200, base64.b64decode(file["VersionData"]), "application/octet-stream", name)

    # -- looking ---------------------------------------------------------------------------------

    def _start(self, request: Request) -> Answer:
        mine = {LOOK.person(request).salesforce, company.QUEUE_ID}
        waiting = [task for task in self._tasks() if task["OwnerId"] in mine and not task["IsClosed"]]
        opportunities = "".join(self._row("Opportunity", one, one["Name"]) for one in self.crm.records(OPPORTUNITY))
        body = (
            f"<h1>Tasks for {escape(LOOK.person(request).name)}</h1>"
            f'<ul class="rows">{"".join(self._row("Task", one, one["Subject"]) for one in waiting) or _NONE}</ul>'
            f'<h2>Opportunities</h2><ul class="rows">{opportunities}</ul>'
        )
        return LOOK.page(request, "Home", body)

    def _row(self, kind: str, record: Json, title: str) -> str:
        about = self.crm.name(record["WhatId"]) if kind == "Task" else self.crm.name(record["AccountId"])
        tag = record["Status"] if kind == "Task" else record["StageName"]
        return (
            f'<li><a class="row" href="{_address(kind, record["Id"])}"><b>{escape(title or "")}</b>'
            f'<span class="tag open">{escape(tag)}</span><span class="soft">{escape(about)}</span></a></li>'
        )

    def _opportunity(self, request: Request, number: str) -> Answer:
        record = self.crm.record(OPPORTUNITY, number)
        tasks = [task for task in self._tasks() if task["WhatId"] == record["Id"]]
        fields = "".join(_input(OPPORTUNITY.field(name), record[name]) for name in EDITED)
        status = record["Doorstep_status__c"]
        activity = "".join(self._activity(task) for task in tasks) or '<p class="soft">No tasks yet.</p>'
        note = f'<p class="note">{escape(status)}</p>' if status else ""
        body = (
            f'<p class="crumb"><a href="/">Opportunities</a> / {escape(self.crm.name(record["AccountId"]))}</p>'
            f"<h1>{escape(record['Name'])}</h1>{note}{self._links(record['Id'])}"
            f'<div class="two"><form class="card" method="post" action="/lightning/r/Opportunity/{record["Id"]}/edit">'
            f'{fields}<button class="p">Save</button></form>'
            f"<aside>{self._about(record)}<h2>Tasks</h2>"
            f"{activity}</aside></div>"
        )
        return LOOK.page(request, record["Name"], body)

    def _links(self, number: str) -> str:
        with self.crm.state.reading() as document:
            links = list(document["links"])
        shown = "".join(
            f'<a class="btn" href="{escape(link["url"].replace("{id}", number))}">{escape(link["label"])}</a>'
            for link in links
        )
        return f'<div class="acts">{shown}</div>' if shown else ""

    def _about(self, record: Json) -> str:
        changed = when(record["LastModifiedDate"], self.crm.now())
        rows = (
            f"<dt>Owner</dt><dd>{escape(self.crm.name(record['OwnerId']))}</dd>"
            f"<dt>Close date</dt><dd>{escape(record['CloseDate'])}</dd>"
            f"<dt>Changed</dt><dd>{changed}, {escape(self.crm.name(record['LastModifiedById']))}</dd>"
        )
        return f'<div class="card"><dl>{rows}</dl></div>'

    def _activity(self, task: Json) -> str:
        back = f'<input type="hidden" name="back" value="{_address("Opportunity", task["WhatId"])}">'
        return (
            f'<div class="card mine"><p><a href="{_address("Task", task["Id"])}"><b>{escape(task["Subject"] or "")}</b></a></p>'
            f'<p class="soft">{escape(self.crm.name(task["OwnerId"]))} · {escape(task["Status"])}</p>{_complete(task, back)}</div>'
        )

    def _task(self, request: Request, number: str) -> Answer:
        task = self.crm.record(TASK, number)
        about = self.crm.name(task["WhatId"])
        link = f'<a href="{_address("Opportunity", task["WhatId"])}">{escape(about)}</a>' if about else ""
        owner = self.crm.name(task["OwnerId"])
        body = (
            f'<p class="crumb"><a href="/">Tasks</a> / {link}</p><h1>{escape(task["Subject"] or "")}</h1>'
            f'<div class="acts">{_tag(task)}{_complete(task)}</div><div class="two">'
            f'<section><div class="card pre">{escape(task["Description"] or "")}</div>{self._files(number)}{self._feed(request, number)}</section>'
            f'<aside class="card"><p class="by">{initials(owner)}<b>{escape(owner)}</b></p>'
            f"<dl><dt>Related to</dt><dd>{link}</dd><dt>Priority</dt><dd>{escape(task['Priority'])}</dd></dl></aside></div>"
        )
        return LOOK.page(request, task["Subject"] or "Task", body)

    def _files(self, number: str) -> str:
        """Return the files on a task as links."""
        rows = "".join(
            f'<li><a href="/sfc/servlet.shepherd/version/download/{file["Id"]}">{escape(file["PathOnClient"])}</a></li>'
            for file in self.crm.files(number)
        )
        return f'<h2>Files</h2><ul class="card">{rows}</ul>' if rows else ""

    def _feed(self, request: Request, number: str) -> str:
        """Return the posts on a task, and a form to post one."""
        posts = [one for one in self.crm.records(KINDS["TaskFeed"]) if one["ParentId"] == number]
        shown = "".join(
            f'<div class="card"><p class="by">{initials(self.crm.name(one["CreatedById"]))}'
            f"<b>{escape(self.crm.name(one['CreatedById']))}</b></p><p>{escape(one['Body'])}</p></div>"
            for one in posts
        )
        me = LOOK.person(request).name
        return (
            f'<h2>Feed</h2>{shown}<form class="card" method="post" action="/lightning/r/Task/{number}/post">'
            f'<label for="text">Post as {escape(me)}</label><div class="field"><textarea id="text" name="text" required>'
            '</textarea></div><button class="p">Share</button></form>'
        )

    def _tasks(self) -> list[Json]:
        return sorted(self.crm.records(TASK), key=lambda task: str(task["CreatedDate"]), reverse=True)


_NONE = '<li class="empty">No open tasks.</li>'


def _address(kind: str, number: str) -> str:
    return f"/lightning/r/{kind}/{number}/view"


def _tag(task: Json) -> str:
    return f'<span class="tag {"done" if task["IsClosed"] else "open"}">{escape(task["Status"])}</span>'


def _complete(task: Json, more: str = "") -> str:
    label, style = ("Reopen", "") if task["IsClosed"] else ("Mark complete", ' class="p"')
    action = f"/lightning/r/Task/{task['Id']}/complete"
    return f'<form method="post" action="{action}">{more}<button{style}>{label}</button></form>'


def _input(field: Field | None, value: object) -> str:
    assert field is not None
    text = "" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)
    if field.type == "picklist":
        options = "".join(
            f"<option{' selected' if one == text else ''}>{escape(one)}</option>" for one in ("", *field.picklist)
        )
        shown = f'<select id="{field.name}" name="{field.name}">{options}</select>'
    else:
        sort = {"date": "date", "email": "email", "currency": "number"}.get(field.type, "text")
        step = ' step="0.01"' if sort == "number" else ""
        shown = f'<input id="{field.name}" name="{field.name}" type="{sort}"{step} value="{escape(text)}">'
    return f'<div class="field"><label for="{field.name}">{field.label}</label>{shown}</div>'
