"""What came of an event."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doorstep.cases.json_text import json_text


@dataclass(frozen=True, slots=True)
class Result:
    """What was recorded.  ``repeated``: the event had come before, and this is what was recorded then."""

    case_id: UUID
    seq: int
    kind: str
    at: datetime
    by: UUID | None = None
    outcome: str = ""
    repeated: bool = False

    def to_json(self) -> str:
        """Return the result as it is recorded."""
        by = str(self.by) if self.by else None
        return json_text([str(self.case_id), self.seq, self.kind, self.at.isoformat(), by, self.outcome])

    @classmethod
    def from_json(cls, text: str) -> Result:
        """Return a recorded result, marked as repeated."""
        case_id, seq, kind, at, by, outcome = json.loads(text)
        when = datetime.fromisoformat(at)
        return cls(UUID(case_id), seq, kind, when, UUID(by) if by else None, outcome, repeated=True)
