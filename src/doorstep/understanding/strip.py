"""The words a person wrote now, apart from quotes, signature, banner and small print.

Line by line: what a mail program marks as quoted, or introduces as the original, is quote; in the blocks
that remain the signature is found from its first line on.  What is not surely something else is words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from doorstep.understanding import marks
from doorstep.understanding.html_text import CUT

INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1d\x1f]")
LONGEST = 1_000_000
HEADER_LINE = re.compile(r"^[*_>\s]*([^\W\d_][^:：*]{0,20}?)[*_\s]*[:：][*_]*(?:\s|$)")
HARD_DELIMITER = re.compile(r"^\s*(?:--|—|––|―)\s*$|^_{2,}\s*$|^={5,}\s*$|^-{5,}\s*$")
SIGNED = re.compile(
    r"^\s*[-–—~]{1,2}[A-ZÄÖÜ][\w.’'-]*(?: [A-ZÄÖÜ][\w.’'-]*){0,3}\s*$|^\s*[-–—]{1,2} ?[A-ZÄÖÜ]\w+ [A-ZÄÖÜ]\w+\s*$"
)
POSTSCRIPT = re.compile(r"^\s*(?:p\.?\s?s\.?|n\.?b\.?|nachtrag|edit|update)\b\s*[:.]?", re.IGNORECASE)
RULE = re.compile(r"^[\s>]*[-_=*–—]{3,}\s*$")


@dataclass(frozen=True, slots=True)
class Stripped:
    """A reply taken apart.

    ``words`` is what was written now.  ``signature`` was cut because it looks like one; ``small_print`` is
    what a standard delimiter, a program, a gateway or a lawyer put there.  ``inline`` is true when words
    stand among the quoted lines: only the whole shows what they answer.
    """

    words: str = ""
    signature: str = ""
    small_print: str = ""
    quote: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring lines that are all quoted, or all not; of the latter each line has its place."""

    quote: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    small_print: tuple[str, ...] = ()


def strip(text: str, *, author: str = "") -> Stripped:
    """Take a reply's text apart.  ``author`` is the writer's name, to know a bare name as a signature."""
    runs = list(_runs(_normal(text), author))
    return Stripped(
        words=_joined(run.words for run in runs),
        signature=_joined(run.signature for run in runs),
        small_print=_joined(run.small_print for run in runs),
        quote=_joined(run.quote for run in runs),
        inline=_inline(runs),
    )


def _normal(text: str) -> list[str]:
    text = INVISIBLE.sub("", text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n"))
    return [line.replace("\xa0", " ").replace("\t", " ").rstrip() for line in text.split("\n")]


def _joined(runs: Iterable[Sequence[str]]) -> str:
    text = "\n\n".join("\n".join(run).strip("\n") for run in runs if any(run))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _inline(runs: Sequence[_Run]) -> bool:
    """Say whether words stand between quotes, or both above and below one."""
    quotes = [number for number, run in enumerate(runs) if any(line.strip("> ") for line in run.quote)]
    words = [number for number, run in enumerate(runs) if run.words]
    between = bool(quotes) and any(quotes[0] < number < quotes[-1] for number in words)
    return between or len(words) > 1


def _runs(lines: list[str], author: str) -> Iterator[_Run]:
    marked = zip(_quoted(lines), lines, strict=True)
    for number, (is_quote, pairs) in enumerate(groupby(marked, lambda pair: pair[0])):
        run = [line for _, line in pairs]
        yield _Run(quote=tuple(run)) if is_quote else _apart(run, author, top=number == 0)


# -- Quotes ------------------------------------------------------------------------------------------


def _quoted(lines: list[str]) -> list[bool]:
    """Say for each line whether it is quoted; a blank line goes with what stands above it."""
    quoted: list[bool] = []
    while len(quoted) < len(lines):
        at = len(quoted)
        if _begins_original(lines, at):
            return _with_rule_above(lines, quoted) + [True] * (len(lines) - at)
        introduced = _attribution(lines, at)
        if introduced and _quote_follows(lines, at + introduced):
            quoted += [True] * introduced
        elif introduced and _dated(lines[at : at + introduced]):
            return quoted + [True] * (len(lines) - at)
        else:
            quoted.append(lines[at].lstrip().startswith(">") or (not lines[at] and bool(quoted) and quoted[-1]))
    return quoted


def _begins_original(lines: list[str], at: int) -> bool:
    line = lines[at]
    if line.strip() == CUT:
        return True
    return not line.lstrip().startswith(">") and (_divider(line) or _header_block(lines, at))


def _divider(line: str) -> bool:
    words = line.strip("-_=*—– :>").lower()
    if words not in marks.DIVIDER_WORDS:
        return False
    return line.count("-") + line.count("_") + line.count("—") >= 4 or words.startswith(("begin", "anfang"))


def _header_block(lines: list[str], at: int) -> bool:
    """Say whether ``From: … Sent: … To: … Subject: …`` starts here, in any order and language."""
    if not _header_kind(lines[at]):
        return False
    kinds = {_header_kind(line) for line in lines[at : at + 10]} - {None}
    return "from" in kinds and len(kinds) >= 3


def _header_kind(line: str) -> str | None:
    found = HEADER_LINE.match(line)
    return marks.HEADER_LABELS.get(found[1].strip().lower()) if found else None


def _attribution(lines: list[str], at: int) -> int:
    """Return how many lines from here introduce a quote ("On … wrote:"), 0 if none does."""
    joined = ""
    for count, line in enumerate(lines[at : at + 4], 1):
        if not line.strip() or line.lstrip().startswith(">") or len(joined) > 500:
            return 0
        joined = f"{joined} {line.strip()}".strip()
        if joined.endswith((":", "：", ":*")) and marks.ATTRIBUTION.fullmatch(joined):
            # The shortest one is meant: what stands above it is still the writer's.
            return 0 if count > 1 and _attribution(lines, at + 1) == count - 1 else count
    return 0


def _quote_follows(lines: list[str], at: int) -> bool:
    following = next((line for line in lines[at:] if line.strip()), "")
    return following.lstrip().startswith(">")


def _dated(attribution: Sequence[str]) -> bool:
    """Say whether an introduction without a marked quote is surely one: it names a time or an address."""
    joined = " ".join(attribution)
    return bool(re.search(r"\d{1,2}[:.h]\d\d|\d{4}|@|\d{1,2}[./]\d{1,2}[./]\d{2}", joined))


def _with_rule_above(lines: list[str], quoted: list[bool]) -> list[bool]:
    """Let a drawn line above an original belong to it."""
    for at in range(len(quoted) - 1, -1, -1):
        if lines[at].strip() and not RULE.match(lines[at]):
            return quoted
        if RULE.match(lines[at]):
            return quoted[:at] + [True] * (len(quoted) - at)
    return quoted


# -- Signature, banner and small print -----------------------------------------------------------------


def _apart(run: list[str], author: str, *, top: bool) -> _Run:
    banner, lines = _banner_off(run) if top else ([], run)
    lines, printed = _programs_lines_off(lines)
    lines, hard = _cut(lines, _hard_signature(lines))
    lines, legal = _cut(lines, _disclaimer(lines))
    lines, soft = _cut(lines, _soft_signature(lines, author))
    soft, added = _cut(soft, _postscript(soft))
    hard, added_below = _cut(hard, _postscript(hard))
    return _Run(
        words=_worded([*lines, "", *added, *added_below]),
        signature=_worded(soft),
        small_print=_worded([*banner, *printed, *hard, *legal]),
    )


def _postscript(lines: list[str]) -> int | None:
    """Return where a postscript starts: it is said as much as what stands above the name."""
    return next((at for at, line in enumerate(lines) if POSTSCRIPT.match(line)), None)


def _worded(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(lines) if any(re.search(r"\w|[^\x00-\x7f]|[+-]\d", line) for line in lines) else ()


def _cut(lines: list[str], at: int | None) -> tuple[list[str], list[str]]:
    return (lines, []) if at is None else (lines[:at], lines[at:])


def _banner_off(lines: list[str]) -> tuple[list[str], list[str]]:
    """Take a gateway's warnings off the top: single lines, or paragraphs that are nothing else."""
    off = 0
    while (end := _banner_end(lines[off : off + 60])) is not None:
        off += end
    return lines[:off], lines[off:]


def _banner_end(lines: list[str]) -> int | None:
    """Return where the banner ends with which these lines begin, or None."""
    start = next((at for at, line in enumerate(lines) if line.strip() and not RULE.match(line)), len(lines))
    end = next((at for at in range(start, len(lines)) if not lines[at].strip()), len(lines))
    for stop in (end, start + 1):
        paragraph = " ".join(line.strip() for line in lines[start:stop]).strip("* ")
        if paragraph and marks.BANNER.fullmatch(paragraph):
            return stop
    return None


def _programs_lines_off(lines: list[str]) -> tuple[list[str], list[str]]:
    def by_program(line: str) -> bool:
        return bool(marks.DEVICE.fullmatch(line.strip("*_<>[] -").rstrip(".!")))

    return [line for line in lines if not by_program(line)], [line for line in lines if by_program(line)]


def _hard_signature(lines: list[str]) -> int | None:
    """Return where a standard delimiter starts the rest."""
    return next((at for at, line in enumerate(lines) if HARD_DELIMITER.match(line)), None)


def _disclaimer(lines: list[str]) -> int | None:
    """Return where the small print starts: never the first paragraph, and only if it reads like it."""
    for at in _paragraphs(lines)[1:]:
        paragraph = " ".join(_paragraph(lines, at))
        if marks.DISCLAIMER.match(paragraph.strip()) and marks.SMALL_PRINT.search(paragraph):
            return at
    return None


def _paragraphs(lines: Sequence[str]) -> list[int]:
    return [at for at, line in enumerate(lines) if line.strip() and (at == 0 or not lines[at - 1].strip())]


def _paragraph(lines: Sequence[str], at: int) -> list[str]:
    end = next((stop for stop in range(at, len(lines)) if not lines[stop].strip()), len(lines))
    return list(lines[at:end])


def _soft_signature(lines: list[str], author: str) -> int | None:
    """Return where a closing, a dashed name or the writer's own name starts a short rest."""
    meaningful = [at for at, line in enumerate(lines) if line.strip()]
    for number, at in enumerate(meaningful):
        if number and len(meaningful) - number <= 12 and _signs(lines[at], author, last=len(meaningful) - number <= 2):
            return at
    return None


def _signs(line: str, author: str, *, last: bool) -> bool:
    bare = re.sub(r"\s+", " ", line.strip(" ,.!;*_–—-~")).lower()
    if bare in marks.CLOSINGS:
        return True
    name = author.strip().lower()
    if name and bare in {name, *name.replace(",", " ").split()}:
        return True
    return last and bool(SIGNED.match(line))
