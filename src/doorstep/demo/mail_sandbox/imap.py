"""A small IMAP4rev1 server: enough for a mail client to read, flag, delete and wait (RFC 3501, 2177, 4959)."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from doorstep.demo.mail_sandbox import imap_fetch
from doorstep.demo.mail_sandbox.accounts import Account, Accounts
from doorstep.demo.mail_sandbox.imap_search import search
from doorstep.demo.mail_sandbox.imap_words import LITERAL, Literal, number_set, quoted, words
from doorstep.demo.mail_sandbox.store import FOLDERS, SEEN, Store, Stored

CAPABILITIES = "IMAP4rev1 SASL-IR LITERAL+ IDLE UIDPLUS AUTH=PLAIN AUTH=XOAUTH2"
LIMIT = 1024 * 1024
LOOK_EVERY = 0.1

Command = Callable[[list[object], bool], Awaitable[str]]
"""What obeys a command: its words and whether it was said with UID; returns what to say after OK."""


class Refused(Exception):
    """A command that is understood and not done: NO and the reason."""


@dataclass
class Connection:
    """One client, from greeting to goodbye."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    store: Store
    accounts: Accounts
    account: Account | None = None
    folder: str = ""
    read_only: bool = False
    uids: list[int] = field(default_factory=list)  # what the client believes is in the folder, in order

    async def serve(self) -> None:
        """Talk until the client leaves."""
        await self._say(f"* OK [CAPABILITY {CAPABILITIES}] {quoted('sandbox')[1:-1]} ready")
        try:
            while await self._one_command():
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            self.writer.close()

    async def _one_command(self) -> bool:
        pieces = await self._pieces()
        if pieces is None:
            return False
        try:
            said = words(pieces)
        except ValueError as error:
            await self._say(f"* BAD {error}")
            return True
        if len(said) < 2:
            await self._say("* BAD Expected a tag and a command.")
            return True
        tag, name = (part.decode("ascii", "replace") if isinstance(part, bytes) else "?" for part in said[:2])
        await self._obey(tag, name.upper(), said[2:])
        return name.upper() != "LOGOUT"

    async def _pieces(self) -> list[bytes | Literal] | None:
        """Read one command: lines and the literals between them.  None when the client has gone."""
        pieces: list[bytes | Literal] = []
        while line := await self.reader.readline():
            line = line.rstrip(b"\r\n")
            found = LITERAL.search(line)
            if not found:
                return [*pieces, line]
            if int(found[1]) > LIMIT:
                return None
            if not found[2]:
                await self._say("+ go on")
            pieces += [line[: found.start()], Literal(await self.reader.readexactly(int(found[1])))]
        return None

    async def _obey(self, tag: str, name: str, arguments: list[object]) -> None:
        uid = name == "UID" and bool(arguments)
        if uid:
            name, arguments = _text(arguments[0]).upper(), arguments[1:]
        command = self._commands().get(name)
        if command is None:
            return await self._say(f"{tag} BAD This sandbox does not know {name}.")
        try:
            text = await command(arguments, uid)
            await self._news()
        except Refused as refused:
            return await self._say(f"{tag} NO {refused}")
        except (ValueError, IndexError) as error:
            return await self._say(f"{tag} BAD {error}")
        return await self._say(f"{tag} OK {text or name + ' done'}")

    def _commands(self) -> dict[str, Command]:
        always: dict[str, Command] = {
            "CAPABILITY": self._capability,
            "NOOP": self._nothing,
            "LOGOUT": self._logout,
            "LOGIN": self._login,
            "AUTHENTICATE": self._authenticate,
        }
        signed_in: dict[str, Command] = {
            "SELECT": self._select,
            "EXAMINE": self._examine,
            "LIST": self._list,
            "STATUS": self._status,
        }
        inside: dict[str, Command] = {
            "SEARCH": self._search,
            "FETCH": self._fetch,
            "STORE": self._store,
            "EXPUNGE": self._expunge,
        }
        inside |= {"IDLE": self._idle, "CHECK": self._nothing, "CLOSE": self._close}
        return {**always, **(signed_in if self.account else {}), **(inside if self.folder else {})}

    # -- signing in ------------------------------------------------------------------------------

    async def _capability(self, _: list[object], __: bool) -> str:
        await self._say(f"* CAPABILITY {CAPABILITIES}")
        return ""

    async def _nothing(self, _: list[object], __: bool) -> str:
        return ""

    async def _logout(self, _: list[object], __: bool) -> str:
        await self._say("* BYE until next time")
        return ""

    async def _login(self, arguments: list[object], _: bool) -> str:
        return self._enter(self.accounts.by_password(_text(arguments[0]), _text(arguments[1])))

    async def _authenticate(self, arguments: list[object], _: bool) -> str:
        mechanism = _text(arguments[0]).upper()
        if mechanism not in {"PLAIN", "XOAUTH2"}:
            raise Refused(f"[CANNOT] {mechanism} is not offered")
        if len(arguments) > 1:
            said = arguments[1] if isinstance(arguments[1], bytes) else b""
        else:
            await self._say("+ ")
            said = (await self.reader.readline()).strip()
        known = base64.b64decode(said, validate=True)
        by = self.accounts.by_plain if mechanism == "PLAIN" else self.accounts.by_xoauth2
        account = by(known)
        if account is None and mechanism == "XOAUTH2":
            await self._say("+ " + base64.b64encode(b'{"status":"400","schemes":"Bearer"}').decode())
            await self.reader.readline()
        return self._enter(account)

    def _enter(self, account: Account | None) -> str:
        if account is None:
            raise Refused("[AUTHENTICATIONFAILED] Invalid credentials")
        self.account = account
        return f"[CAPABILITY {CAPABILITIES}] signed in"

    # -- folders ---------------------------------------------------------------------------------

    @property
    def _mailbox(self) -> str:
        return self.account.address if self.account else ""

    async def _select(self, arguments: list[object], _: bool) -> str:
        return await self._open(_folder(arguments[0]), read_only=False)

    async def _examine(self, arguments: list[object], _: bool) -> str:
        return await self._open(_folder(arguments[0]), read_only=True)

    async def _open(self, folder: str, *, read_only: bool) -> str:
        self.folder, self.read_only = folder, read_only
        self.uids = self.store.uids(self._mailbox, folder)
        await self._say("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)")
        await self._say("* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] may be set")
        await self._say(f"* {len(self.uids)} EXISTS")
        await self._say("* 0 RECENT")
        await self._say("* OK [UIDVALIDITY 1] for ever")
        await self._say(f"* OK [UIDNEXT {self.store.next_uid()}] predicted")
        return f"[{'READ-ONLY' if read_only else 'READ-WRITE'}] {folder} opened"

    async def _list(self, _: list[object], __: bool) -> str:
        for folder in FOLDERS:
            await self._say(f'* LIST (\\HasNoChildren) "/" {quoted(folder)}')
        return ""

    async def _status(self, arguments: list[object], _: bool) -> str:
        folder = _folder(arguments[0])
        messages = self.store.messages(self._mailbox, folder)
        known = {
            "MESSAGES": len(messages),
            "UNSEEN": sum(not message.seen for message in messages),
            "UIDNEXT": self.store.next_uid(),
            "UIDVALIDITY": 1,
            "RECENT": 0,
        }
        wanted = arguments[1] if isinstance(arguments[1], list) else []
        shown = " ".join(f"{name} {known[name]}" for name in (_text(one).upper() for one in wanted) if name in known)
        await self._say(f"* STATUS {quoted(folder)} ({shown})")
        return ""

    async def _close(self, _: list[object], __: bool) -> str:
        if not self.read_only:
            self._delete_marked()
        self.folder, self.uids = "", []
        return ""

    # -- messages --------------------------------------------------------------------------------

    def _messages(self) -> list[Stored]:
        there = {message.uid: message for message in self.store.messages(self._mailbox, self.folder)}
        return [there[uid] for uid in self.uids if uid in there]

    def _chosen(self, numbers: object, *, uid: bool) -> list[tuple[int, Stored]]:
        wanted = number_set(_text(numbers).encode(), (max(self.uids, default=0) if uid else len(self.uids)))
        placed = [(self.uids.index(message.uid) + 1, message) for message in self._messages()]
        return [(place, message) for place, message in placed if (message.uid if uid else place) in wanted]

    async def _search(self, arguments: list[object], uid: bool) -> str:
        messages = self._messages()
        found = search(messages, arguments)
        numbers = [messages[place].uid if uid else self.uids.index(messages[place].uid) + 1 for place in found]
        await self._say(" ".join(["* SEARCH", *map(str, numbers)]))
        return ""

    async def _fetch(self, arguments: list[object], uid: bool) -> str:
        wanted = imap_fetch.items(arguments[1:])
        for place, message in self._chosen(arguments[0], uid=uid):
            if imap_fetch.marks_seen(wanted) and not message.seen and not self.read_only:
                self.store.flag(message.uid, message.flags | {SEEN})
            answer = imap_fetch.answer(message, wanted, with_uid=uid)
            self.writer.write(b"* %d FETCH (%s)\r\n" % (place, answer))
            await self.writer.drain()
        return ""

    async def _store(self, arguments: list[object], uid: bool) -> str:
        if self.read_only:
            raise Refused("[READ-ONLY] the folder was opened to be read")
        how = _text(arguments[1]).upper()
        given = frozenset(_text(one) for one in (arguments[2] if isinstance(arguments[2], list) else arguments[2:]))
        for place, message in self._chosen(arguments[0], uid=uid):
            flags = {"+": message.flags | given, "-": message.flags - given}.get(how[0], given)
            self.store.flag(message.uid, flags)
            if not how.endswith(".SILENT"):
                shown = f"UID {message.uid} " if uid else ""
                await self._say(f"* {place} FETCH ({shown}FLAGS ({' '.join(sorted(flags))}))")
        return ""

    async def _expunge(self, arguments: list[object], uid: bool) -> str:
        only = number_set(_text(arguments[0]).encode(), max(self.uids, default=0)) if uid else None
        self._delete_marked(only)
        return ""

    def _delete_marked(self, only: frozenset[int] | None = None) -> None:
        for message in self._messages():
            if "\\Deleted" in message.flags and (only is None or message.uid in only):
                self.store.delete(message.uid)

    # -- waiting ---------------------------------------------------------------------------------

    async def _idle(self, _: list[object], __: bool) -> str:
        await self._say("+ waiting")
        done = asyncio.ensure_future(self.reader.readline())
        while not done.done():
            await asyncio.wait([done], timeout=LOOK_EVERY)
            await self._news()
        return "" if done.result() else "gone"

    async def _news(self) -> None:
        """Tell the client what has gone and what has come since it last heard."""
        if not self.folder:
            return
        there = self.store.uids(self._mailbox, self.folder)
        for uid in [uid for uid in self.uids if uid not in set(there)]:
            await self._say(f"* {self.uids.index(uid) + 1} EXPUNGE")
            self.uids.remove(uid)
        if there != self.uids:
            self.uids = there
            await self._say(f"* {len(there)} EXISTS")

    async def _say(self, line: str) -> None:
        self.writer.write(line.encode() + b"\r\n")
        await self.writer.drain()


def _text(word: object) -> str:
    return word.decode("utf-8", "replace") if isinstance(word, bytes) else str(word)


def _folder(word: object) -> str:
    name = _text(word)
    folder = next((one for one in FOLDERS if one.lower() == name.lower()), None)
    if folder is None:
        raise Refused(f"[NONEXISTENT] there is no folder {name}")
    return folder
