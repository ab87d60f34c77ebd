"""Files on an issue: each once, however often the letter that brings them is tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from doorstep.integrations.jira.client import Jira
from doorstep.plugin_api import Attachment
from doorstep.plugin_api.exchange import Trouble


def attach(jira: Jira, issue: str, files: Iterable[Attachment]) -> str:
    """Attach files to an issue; return a sentence on those that Jira does not take, empty when it took all.

    A file of ours with the same name and the same content is there already.
    """
    wanted = list(files)
    there = _ours(jira, issue) if wanted else []
    refused = [why for file in wanted if (why := _attached(jira, issue, file, there))]
    return " ".join(refused)


def _ours(jira: Jira, issue: str) -> list[Mapping[str, Any]]:
    me = jira.myself()["accountId"]
    found = jira.get(f"/issue/{issue}", fields="attachment")["fields"].get("attachment") or []
    return [one for one in found if (one.get("author") or {}).get("accountId") == me]


def _attached(jira: Jira, issue: str, file: Attachment, there: Iterable[Mapping[str, Any]]) -> str:
    """Attach one file unless it is there; return why Jira does not take it."""
    if any(jira.content_of(str(one["id"])) == file.content for one in _alike(there, file)):
        return ""
    try:
        jira.post(f"/issue/{issue}/attachments", file)
    except Trouble as trouble:
        if not trouble.permanent:
            raise
        return f"{file.name} could not be attached here ({trouble})."
    return ""


def _alike(there: Iterable[Mapping[str, Any]], file: Attachment) -> Iterator[Mapping[str, Any]]:
    return (one for one in there if one.get("filename") == file.name and one.get("size") == len(file.content))
