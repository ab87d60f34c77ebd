"""Doorstep as a system that pages act on: ``Do: doorstep.publish (proposal = proposal)``."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from doorstep.cases.refusals import NotPossible
from doorstep.plugin_api import WriteFailed, WriteResult
from doorstep.stewardship.publish_proposal import publish_proposal


class Own:
    """The library, as a system in the box: it needs no connection, and a run publishes only what was sent to it."""

    system = "doorstep"

    def call(self, action: str, arguments: Mapping[str, object], *, idempotency_key: str) -> WriteResult:
        """Publish what the run of the key approved.  Raises WriteFailed, which is never tried again."""
        if action != "publish":
            raise WriteFailed(f"Expected doorstep.publish, but got doorstep.{action}. Mend the page.", permanent=True)
        try:
            case = _id(idempotency_key.partition("/")[0])
            version = publish_proposal(proposal=_id(arguments.get("proposal")), case=case)
        except NotPossible as refused:
            raise WriteFailed(str(refused), permanent=True) from refused
        facts = {"version": version.number, "state": str(version.state)}
        return WriteResult(True, new=facts, link=f"/library/{version.process.key}/{version.number}/")


def _id(value: object) -> UUID:
    """Return an id.  Raises NotPossible for anything else."""
    try:
        return UUID(str(value))
    except ValueError as error:
        raise NotPossible(
            "Expected the proposal this run was started with. Mend the page: Do: doorstep.publish (proposal = proposal)."
        ) from error
