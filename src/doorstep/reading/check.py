"""The one entry for whoever wants to know whether a page can run: `doorstep check`, publish and play."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from doorstep.kernel.program import Program
from doorstep.reading.check_cards import check_cards
from doorstep.reading.check_facts import check_facts
from doorstep.reading.check_flow import check_flow
from doorstep.reading.check_prose import check_prose
from doorstep.reading.compile import Compiled, compiled
from doorstep.reading.compile_names import Naming
from doorstep.reading.directory import Directory, seek
from doorstep.reading.faults import MOST_FAULTS, fault
from doorstep.reading.page import Fault, Page
from doorstep.reading.text import read

MORE = "E126"
NEWLINE = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Checked:
    """A page, what is wrong with it in the order of its text, and its program when no fault is an error.

    ``compiled`` is what could be made of it even so, for whoever shows it.
    """

    page: Page
    program: Program | None
    faults: tuple[Fault, ...]
    compiled: Compiled

    @property
    def errors(self) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if fault.severity == "error")


def check(text: str, *, file: str = "", directory: Directory | None = None) -> Checked:
    """Read a page, make its program and look for everything that could go wrong with it; never raises.

    ``file`` is named in the faults.  Roles, people, channels and systems are checked against the
    directory when there is one.
    """
    reading = read(text, file=file)
    found = _checked(reading.page, text, directory)
    faults = [replace(one, file=file) for one in _in_order((*reading.faults, *found.faults))]
    broken = any(one.severity == "error" for one in faults)
    program = replace(found.program, hash=hashlib.sha256(text.encode(errors="replace")).hexdigest())
    return Checked(reading.page, None if broken else program, tuple(faults), replace(found, program=program))


def _in_order(found: Iterable[Fault]) -> list[Fault]:
    """Return each fault once, in the order of the text; what is beyond the most only says that there is more."""
    faults = sorted((one for one in dict.fromkeys(found) if one.code != MORE), key=lambda one: one.place)
    return faults if len(faults) <= MOST_FAULTS else [*faults[:MOST_FAULTS], fault(MORE, faults[MOST_FAULTS].place)]


def _checked(page: Page, text: str, directory: Directory | None) -> Compiled:
    naming = Naming(page, {})
    made = compiled(naming)
    check_cards(naming, made.program)
    check_flow(naming, made.program)
    check_facts(naming, made.program)
    check_prose(naming, NEWLINE.split(text), directory)
    seek(page, directory, naming.report)
    return replace(made, faults=tuple(naming.report.faults))
