"""The webmail: every mailbox of the example, readable and answerable by whoever plays its owner."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from html import escape
from urllib.parse import quote

from doorstep.demo import company
from doorstep.demo.look import Look, initials, when
from doorstep.demo.mail_sandbox import letters
from doorstep.demo.mail_sandbox.accounts import Account, Accounts
from doorstep.demo.mail_sandbox.letters import Draft
from doorstep.demo.mail_sandbox.store import INBOX, SEEN, SENT, Store, Stored
from doorstep.demo.serving import Answer, Request, Route, as_json, dispatch, page, see

LOOK = Look("Mail", "mail", "sandbox-mail")
HARMLESS = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
FRAME = "allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
FIT = (
    "<script>const f=document.querySelector('iframe');f.addEventListener('load',()=>{"
    "f.style.height=f.contentDocument.documentElement.scrollHeight+8+'px'})</script>"
)
WATCH = (
    "<script>const seen=document.querySelector('[data-state]').dataset.state;setInterval(async()=>{"
    "const now=await(await fetch(location.pathname+'/state')).json();if(String(now.state)!==seen)location.reload()},1500)"
    "</script>"
)


class NotFound(Exception):
    """There is no such mailbox or letter."""


@dataclass(frozen=True, slots=True)
class Webmail:
    """The pages over one store.  Letters leave by SMTP, like anybody's."""

    store: Store
    accounts: Accounts
    now: Callable[[], datetime]
    smtp_port: Callable[[], int]

    def answer(self, request: Request) -> Answer:
        """Answer a browser."""
        box = "/box/{}"
        routes = (
            *LOOK.routes(),
            Route("GET", "/", self._mailboxes),
            Route("GET", box, self._inbox),
            Route("GET", box + "/state", self._state),
            Route("GET", box + "/sent", self._sent),
            Route("GET", box + "/new", self._compose),
            Route("POST", box + "/send", self._send),
            Route("GET", box + "/{}", self._letter),
            Route("GET", box + "/{}/html", self._html),
            Route("GET", box + "/{}/raw", self._raw),
            Route("GET", box + "/{}/file/{}", self._file),
        )
        try:
            found = dispatch(routes, request)
        except NotFound as missing:
            return LOOK.page(request, "Not found", f'<p class="empty">{escape(str(missing))}</p>', status=404)
        return found or LOOK.page(request, "Not found", '<p class="empty">There is nothing here.</p>', status=404)

    def _account(self, address: str) -> Account:
        if address not in self.accounts.all:
            raise NotFound(f"There is no mailbox {address}.")
        return self.accounts.all[address]

    def _stored(self, address: str, uid: str) -> Stored:
        stored = self.store.message(self._account(address).address, int(uid)) if uid.isdigit() else None
        if stored is None:
            raise NotFound("There is no such letter.")
        return stored

    # -- lists -----------------------------------------------------------------------------------

    def _mailboxes(self, request: Request) -> Answer:
        rows = "".join(self._mailbox(account) for account in self.accounts.all.values())
        return LOOK.page(request, "Mailboxes", f'<h1>Whose mail do you read?</h1><ul class="people">{rows}</ul>')

    def _mailbox(self, account: Account) -> str:
        person = company.BY_EMAIL.get(account.address)
        unseen = self.store.unseen(account.address)
        count = f'<span class="tag open count">{unseen} new</span>' if unseen else ""
        title = escape(person.title if person else "What comes back to Doorstep")
        return (
            f'<li><a href="/box/{account.address}">{initials(account.name)}<span>{escape(account.name)}'
            f"<small>{title}</small></span>{count}</a></li>"
        )

    def _inbox(self, request: Request, address: str) -> Answer:
        return self._list(request, self._account(address), INBOX)

    def _sent(self, request: Request, address: str) -> Answer:
        return self._list(request, self._account(address), SENT)

    def _state(self, _: Request, address: str) -> Answer:
        uids = self.store.uids(self._account(address).address, INBOX)
        return as_json({"state": uids[-1] if uids else 0})

    def _list(self, request: Request, account: Account, folder: str) -> Answer:
        messages = self.store.messages(account.address, folder)
        rows = (
            "".join(self._row(account, stored) for stored in reversed(messages)) or '<li class="empty">No letters.</li>'
        )
        where = f"/box/{account.address}"
        tabs = f'<a class="btn p" href="{where}/new">Write</a><a class="btn" href="{where}">Inbox</a>'
        body = (
            f'<p class="crumb"><a href="/">Mailboxes</a> / {escape(account.address)}</p>'
            f"<h1>{escape(account.name)}: {folder.lower()}</h1>"
            f'<div class="acts">{tabs}<a class="btn" href="{where}/sent">Sent</a></div>'
            f'<ul class="rows" data-state="{messages[-1].uid if messages else 0}">'
            f"{rows}</ul>{WATCH if folder == INBOX else ''}"
        )
        return LOOK.page(request, f"{account.name}: {folder.lower()}", body)

    def _row(self, account: Account, stored: Stored) -> str:
        message = stored.message()
        sent = stored.folder == SENT
        who = f"To {message.get('To', '')}" if sent else letters.author(message)
        start = " ".join(letters.text_of(message).split())[:140]
        unread = "" if stored.seen or sent else " unread"
        return (
            f'<li><a class="row{unread}" href="/box/{account.address}/{stored.uid}"><b>{escape(who)}</b>'
            f'<span class="soft">{when(stored.received_at, self.now())}</span><span>{escape(str(message.get("Subject", "")))}'
            f'</span><span></span><span class="soft">{escape(start)}</span></a></li>'
        )

    # -- one letter ------------------------------------------------------------------------------

    def _letter(self, request: Request, address: str, uid: str) -> Answer:
        stored = self._stored(address, uid)
        self.store.flag(stored.uid, stored.flags | {SEEN})
        message, where = stored.message(), f"/box/{address}"
        body = (
            f'<p class="crumb"><a href="/">Mailboxes</a> / <a href="{where}">{escape(address)}</a></p>'
            f"<h1>{escape(str(message.get('Subject', '')))}</h1>"
            f'<p class="by">{initials(letters.author(message))}<span><b>{escape(letters.author(message))}</b><br>'
            f'<span class="soft">to {escape(str(message.get("To", "")))}</span></span>'
            f'<span class="soft">{when(stored.received_at, self.now())}</span></p>'
            f'<div class="acts"><a class="btn p" href="{where}/new?reply={uid}">Reply</a>'
            f'<a class="btn" href="{where}/new?forward={uid}">Forward</a>'
            f'<a class="btn" href="{where}/{uid}/raw">Source</a></div>'
            f"{_files(where, uid, message)}{_shown(where, uid, message)}"
        )
        return LOOK.page(request, str(message.get("Subject", "Letter")), body)

    def _html(self, _: Request, address: str, uid: str) -> Answer:
        html = letters.html_of(self._stored(address, uid).message(), composer=f"/box/{quote(address)}/new")
        shown = page(f'<!doctype html><meta charset="utf-8"><body style="margin:0;font:16px/1.5 sans-serif">{html}')
        return Answer(200, shown.body, shown.media_type, {"Content-Security-Policy": HARMLESS})

    def _raw(self, _: Request, address: str, uid: str) -> Answer:
        return Answer(200, self._stored(address, uid).raw, "text/plain; charset=utf-8")

    def _file(self, _: Request, address: str, uid: str, number: str) -> Answer:
        files = letters.files_of(self._stored(address, uid).message())
        if not number.isdigit() or int(number) >= len(files):
            raise NotFound("There is no such file.")
        file = files[int(number)]
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"}
        return Answer(200, file.content, file.media_type, {**headers, "X-Content-Type-Options": "nosniff"})

    # -- writing ---------------------------------------------------------------------------------

    def _compose(self, request: Request, address: str) -> Answer:
        account, query = self._account(address), request.query
        if "mailto" in query:
            draft = letters.from_mailto(account, query["mailto"])
        elif "reply" in query:
            draft = letters.reply_to(account, self._stored(address, query["reply"]))
        elif "forward" in query:
            draft = letters.forward(account, self._stored(address, query["forward"]))
        else:
            draft = letters.blank(account)
        return self._composer(request, account, draft)

    def _composer(self, request: Request, account: Account, draft: Draft, *, wrong: str = "") -> Answer:
        note = f'<p class="note" role="alert">{escape(wrong)}</p>' if wrong else ""
        along = '<p class="soft">The files of the letter go along.</p>' if draft.forwards else ""
        body = (
            f'<p class="crumb"><a href="/box/{account.address}">{escape(account.address)}</a></p><h1>Write</h1>{note}'
            f'<form class="card" method="post" action="/box/{account.address}/send" enctype="multipart/form-data">'
            f'<input type="hidden" name="answers" value="{draft.answers}"><input type="hidden" name="forwards" value="{draft.forwards}">'
            f'<p class="soft">From {escape(account.name)}, {escape(account.address)}</p>'
            f'<div class="field"><label for="to">To</label><input id="to" name="to" value="{escape(draft.to)}" required></div>'
            f'<div class="field"><label for="subject">Subject</label><input id="subject" name="subject" value="{escape(draft.subject)}"></div>'
            f'<div class="field"><label for="text">Text</label><textarea id="text" name="text" rows="14">\n{escape(draft.text)}</textarea></div>'
            f'<div class="field"><label for="files">Files</label><input id="files" type="file" name="files" multiple></div>{along}'
            '<button class="p">Send</button></form>'
        )
        return LOOK.page(request, "Write", body, status=422 if wrong else 200)

    def _send(self, request: Request, address: str) -> Answer:
        account, form = self._account(address), request.form()
        numbers = {name: int(form.get(name) or 0) for name in ("answers", "forwards")}
        draft = Draft(form.get("to", ""), form.get("subject", ""), form.get("text", ""), **numbers)
        answered = self.store.message(address, draft.answers)
        forwarded = self.store.message(address, draft.forwards)
        files = [*(letters.files_of(forwarded.message()) if forwarded else []), *request.uploads()]
        try:
            message = letters.written(account, draft, answered=answered, files=files, at=self.now())
            self.send(account, message)
        except (ValueError, smtplib.SMTPException) as error:
            return self._composer(request, account, draft, wrong=f"Not sent. {_reason(error)}")
        return see(f"/box/{address}")

    def send(self, account: Account, message: EmailMessage) -> None:
        """Send a letter by SMTP, signed in as its author, and keep a copy in Sent."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port(), timeout=10) as smtp:
            smtp.login(account.address, account.password)
            smtp.send_message(message)
        self.store.add(account.address, message.as_bytes(), at=self.now(), folder=SENT, flags=(SEEN,))


def _files(where: str, uid: str, message: EmailMessage) -> str:
    links = [
        f'<li><a class="btn" href="{where}/{uid}/file/{number}">{escape(file.name)}</a></li>'
        for number, file in enumerate(letters.files_of(message))
    ]
    return f'<ul class="files">{"".join(links)}</ul>' if links else ""


def _shown(where: str, uid: str, message: EmailMessage) -> str:
    if message.get_body(("html",)) is not None:
        return f'<iframe title="The letter" src="{where}/{uid}/html" sandbox="{FRAME}"></iframe>{FIT}'
    return f'<div class="card pre">{escape(letters.text_of(message))}</div>'


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(said.decode("utf-8", "replace") for _, said in error.recipients.values())
    return str(error)
