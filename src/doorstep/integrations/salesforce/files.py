"""Files on a task: each once, however often the letter that brings them is tried."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

from doorstep.integrations.salesforce.client import Salesforce, literal, select
from doorstep.plugin_api import Attachment
from doorstep.plugin_api.exchange import Trouble


def attach(salesforce: Salesforce, task: str, files: Iterable[Attachment]) -> str:
    """Publish files on a task; return a sentence on those that Salesforce does not take, empty when it took all.

    What is there already is known by its checksum, which Salesforce makes (MD5).
    """
    wanted = list(files)
    there = _checksums(salesforce, task) if wanted else set()
    refused = [why for file in wanted if (why := _attached(salesforce, task, file, there))]
    return " ".join(refused)


def _checksums(salesforce: Salesforce, task: str) -> set[str]:
    linked = select("ContentDocumentId", "ContentDocumentLink", f"WHERE LinkedEntityId = {literal(task)}")
    documents = ", ".join(literal(row["ContentDocumentId"]) for row in salesforce.query(linked))
    if not documents:
        return set()
    versions = select("Checksum", "ContentVersion", f"WHERE ContentDocumentId IN ({documents})")
    return {str(row["Checksum"]) for row in salesforce.query(versions)}


def _attached(salesforce: Salesforce, task: str, file: Attachment, there: set[str]) -> str:
    """Publish one file unless it is there; return why Salesforce does not take it."""
    if hashlib.md5(file.content, usedforsecurity=False).hexdigest() in there:
        return ""
    title = file.name.rpartition(".")[0] or file.name
    values: dict[str, object] = {"Title": title[:255], "PathOnClient": file.name[-500:], "FirstPublishLocationId": task}
    try:
        salesforce.post("/sobjects/ContentVersion", values | {"VersionData": base64.b64encode(file.content).decode()})
    except Trouble as trouble:
        if not trouble.permanent:
            raise
        return f"{file.name} could not be attached here ({trouble})."
    return ""
