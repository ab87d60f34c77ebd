"""The flow picture of a page: an SVG with a lane for each addressee, time from top to bottom.

It is drawn from the page, never by hand, and carries presentation attributes only (no style, no
script), so that it stands alone as a file and takes its colours from a stylesheet where there is one:
``.flow-box.is-done`` and so on, from the statuses of a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from textwrap import wrap
from xml.sax.saxutils import escape, quoteattr

from doorstep.reading import words
from doorstep.reading.page import Card, Page, Step, Wait

BOX_H, TOP, LEFT = 58, 58, 14
BAND_H = 30
US = "Doorstep"
INK, SOFT, LINE, CARD, ACCENT = "#1d2129", "#5d6470", "#d9d4ca", "#ffffff", "#0b6e63"
FILLS = {"done": "#e4f0e7", "open": "#fbf0d9", "waiting": "#fbf0d9", "stuck": "#fae6e3"}


@dataclass(frozen=True, slots=True)
class Size:
    """How wide lanes and boxes are and how far rows stand apart, in pixels; ``letters`` of a name stand in a line."""

    lane: int
    box: int
    row: int
    letters: int
    notes: bool


WIDE = Size(lane=196, box=168, row=92, letters=23, notes=True)
NARROW = Size(lane=112, box=100, row=86, letters=12, notes=False)
"""For a column beside the page, where the sentences say what the notes would."""


@dataclass(frozen=True, slots=True)
class Box:
    """A step at its place: lane (column), the y of its top, and the x of its middle."""

    step: Step
    lane: int
    y: int
    middle: int


@dataclass(frozen=True, slots=True)
class Band:
    """A group's heading across all lanes."""

    step: Step
    y: int
    depth: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything placed, and the height in pixels."""

    lanes: tuple[str, ...]
    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]
    arrows: tuple[tuple[str, str], ...]
    repairs: frozenset[str]
    height: int
    size: Size

    @property
    def width(self) -> int:
        return 2 * LEFT + self.size.lane * len(self.lanes)


def flow(page: Page, statuses: Mapping[str, str] | None = None, *, size: Size = WIDE) -> str:
    """Return the SVG.  ``statuses`` maps headings to statuses and colours the boxes of a running case."""
    drawing = draw(page, size=size)
    title = quoteattr(f"Flow of {page.title}: {len(drawing.boxes)} steps in {len(drawing.lanes)} lanes")
    body = "".join(
        (*_lanes(drawing), *_bands(drawing), *_arrows(drawing), *_boxes(drawing, statuses or {})),
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" role="img" aria-label={title} '
        f'viewBox="0 0 {drawing.width} {drawing.height}" width="{drawing.width}" height="{drawing.height}" '
        f'font-family="Inter, Segoe UI, sans-serif" font-size="13">{_marker()}{body}</svg>'
    )


# -- Placing ---------------------------------------------------------------------------------------


def lane_of(step: Step) -> str:
    """Return whose lane a step stands in; what Doorstep does itself is in ours."""
    if step.card is None or step.card.who is None:
        return US
    who = step.card.who
    return f"each of the {who.each}" if who.each else words.addressee(who.addressee)


def draw(page: Page, *, size: Size = WIDE) -> Drawing:
    """Place every step of a page."""
    leaves = [step for step in page.walk() if not step.steps]
    lanes = tuple(dict.fromkeys(lane_of(step) for step in leaves)) or (US,)
    placing = _Placing(lanes, size)
    repairs = frozenset(name for step in page.walk() for name in _repair_targets(step))
    placing.repairs = repairs
    placing.sequence(page.steps, TOP)
    bottom = max((box.y + BOX_H for box in placing.boxes), default=TOP)
    placed = tuple(placing.boxes), tuple(placing.bands), tuple(placing.arrows)
    return Drawing(lanes, *placed, repairs, bottom + 24, size)


def _repair_targets(step: Step) -> Iterator[str]:
    for handler in step.card.if_rejected if step.card else ():
        if handler.do == "repair" and handler.target:
            yield handler.target


class _Placing:
    """Places steps downwards; ``ends`` are the boxes the next one comes after."""

    def __init__(self, lanes: tuple[str, ...], size: Size) -> None:
        self.size = size
        self.lanes = {name: column for column, name in enumerate(lanes)}
        self.boxes: list[Box] = []
        self.bands: list[Band] = []
        self.arrows: list[tuple[str, str]] = []
        self.repairs: frozenset[str] = frozenset()
        self.ends: list[str] = []
        self.depth = 0

    def sequence(self, steps: tuple[Step, ...], y: int) -> int:
        """Place one below the other; return the next free y."""
        for step in steps:
            before = self.ends
            y = self.one(step, y)
            if step.name in self.repairs:
                self.ends = before
        return y

    def beside(self, steps: tuple[Step, ...], y: int) -> int:
        """Place what happens at once: same row, or below where a lane is taken."""
        before, ends, bottom = self.ends, list[str](), y
        taken: dict[str, int] = {}
        for step in steps:
            self.ends = before
            start = max((taken.get(lane_of(leaf), y) for leaf in step.walk() if not leaf.steps), default=y)
            after = self.one(step, start)
            taken.update({lane_of(leaf): after for leaf in step.walk() if not leaf.steps})
            ends += self.ends if step.name not in self.repairs else []
            bottom = max(bottom, after)
        self.ends = ends or before
        return bottom

    def one(self, step: Step, y: int) -> int:
        """Place a step, or a group under its band."""
        if step.steps:
            return self.group(step, y)
        lane = self.lanes[lane_of(step)]
        self.boxes.append(Box(step, lane, y, LEFT + lane * self.size.lane + self.size.lane // 2))
        if step.name not in self.repairs:
            self.arrows += [(before, step.name) for before in self.ends]
        self.ends = [step.name]
        return y + self.size.row

    def group(self, step: Step, y: int) -> int:
        """Place a group's members under a band with its name."""
        self.bands.append(Band(step, y, self.depth))
        self.depth += 1
        order = step.card.order.how if step.card and step.card.order else "in turn"
        place = self.sequence if order == "in turn" else self.beside
        bottom = place(step.steps, y + BAND_H + 12)
        self.depth -= 1
        return bottom


# -- Drawing ---------------------------------------------------------------------------------------


def _marker() -> str:
    return (
        '<defs><marker id="flow-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        f'orient="auto"><path d="M0 0L8 4L0 8Z" fill="{SOFT}" class="flow-tip"/></marker></defs>'
    )


def _lanes(drawing: Drawing) -> Iterator[str]:
    for column, name in enumerate(drawing.lanes):
        x = LEFT + column * drawing.size.lane
        shade = "flow-lane is-odd" if column % 2 else "flow-lane"
        fill = "#f6f4ee" if column % 2 else "#fbfaf7"
        yield f'<rect class="{shade}" x="{x}" y="0" width="{drawing.size.lane}" height="{drawing.height}" fill="{fill}"/>'
        middle = x + drawing.size.lane // 2
        yield _text(middle, 24, wrap(name, drawing.size.letters + 1)[:2], kind="flow-who", colour=SOFT, weight=600)


def _bands(drawing: Drawing) -> Iterator[str]:
    for band in drawing.bands:
        x, width = LEFT + 6 + 8 * band.depth, drawing.width - 2 * (LEFT + 6 + 8 * band.depth)
        order = band.step.card.order.how if band.step.card and band.step.card.order else "in turn"
        yield (
            f'<rect class="flow-band" x="{x}" y="{band.y}" width="{width}" height="{BAND_H - 4}" rx="6" '
            f'fill="#efece4"/>'
        )
        yield (
            f'<text class="flow-band-name" x="{x + 12}" y="{band.y + 18}" fill="{INK}" font-weight="600">'
            f'{escape(band.step.name)}<tspan class="flow-soft" fill="{SOFT}" font-weight="400"> · {order}</tspan></text>'
        )


def _arrows(drawing: Drawing) -> Iterator[str]:
    places = {box.step.name: box for box in drawing.boxes}
    for source, target in drawing.arrows:
        yield _arrow(places[source], places[target])
    for box in drawing.boxes:
        for name, back in _detours(box.step):
            if name in places:
                yield _detour(box, places[name], width=drawing.size.box, back=back)


def _arrow(source: Box, target: Box) -> str:
    start, end = source.y + BOX_H, target.y - 2
    bend = end - 12
    path = f"M{source.middle} {start}V{bend}H{target.middle}V{end}"
    return f'<path class="flow-arrow" d="{path}" fill="none" stroke="{SOFT}" marker-end="url(#flow-tip)"/>'


def _detours(step: Step) -> Iterator[tuple[str, bool]]:
    """Yield the steps a handler leads to, and whether the way comes back by itself."""
    card = step.card or Card()
    for handler in (*card.if_rejected, *card.if_late, *card.if_fails, *((card.then,) if card.then else ())):
        if handler.target and handler.do in ("repair", "go back", "go to"):
            yield handler.target, handler.do == "repair"


def _detour(source: Box, target: Box, *, width: int, back: bool) -> str:
    """Draw the dashed way of a handler, with a tip at both ends when it comes back."""
    x = source.middle + width // 2
    edge = target.middle + (width // 2 if target.lane <= source.lane else -width // 2)
    path = f"M{x} {source.y + BOX_H // 2}H{x + 5}V{target.y + BOX_H // 2}H{edge}"
    start = ' marker-start="url(#flow-tip)"' if back else ""
    return (
        f'<path class="flow-detour" d="{path}" fill="none" stroke="{ACCENT}" stroke-dasharray="4 3" '
        f'marker-end="url(#flow-tip)"{start}/>'
    )


def _boxes(drawing: Drawing, statuses: Mapping[str, str]) -> Iterator[str]:
    size = drawing.size
    for box in drawing.boxes:
        status = statuses.get(box.step.name, "")
        dashed = ' stroke-dasharray="4 3"' if box.step.name in drawing.repairs else ""
        kind = f"flow-box is-{status.replace(' ', '-')}" if status else "flow-box"
        x = box.middle - size.box // 2
        yield f"<g><title>{escape(box.step.name)}{escape(f': {status}' if status else '')}</title>"
        yield (
            f'<rect class="{kind}" x="{x}" y="{box.y}" width="{size.box}" height="{BOX_H}" rx="9" '
            f'fill="{FILLS.get(status, CARD)}" stroke="{LINE}"{dashed}/>'
        )
        note = _note(box.step) if size.notes else ""
        lines = wrap(box.step.name, size.letters)[: 2 if note else 3]
        yield _text(box.middle, box.y + _first(len(lines), note=bool(note)), lines, kind="flow-name", colour=INK)
        if note:
            yield _text(box.middle, box.y + BOX_H - 9, [note], kind="flow-soft", colour=SOFT, size=11)
        yield "</g>"


def _first(lines: int, *, note: bool) -> int:
    """Return where the first line's base stands so that all lines are in the middle."""
    return (BOX_H - (14 if note else 0)) // 2 + 5 - 8 * (lines - 1)


def _note(step: Step) -> str:
    """Return the few words under a name: when it is only sometimes, how long it waits, where."""
    card = step.card
    if card is None:
        return ""
    if card.only_if is not None:
        return "otherwise" if card.only_if.text == "otherwise" else "only sometimes"
    if isinstance(card.action, Wait) and card.action.time:
        return words.duration(card.action.time)[:28]
    if card.where is not None:
        return f"in {card.where.channel}"
    return f"{words.deadline(card.due.time)}"[:28] if card.due else ""


def _text(x: int, y: int, lines: list[str], *, kind: str, colour: str, size: int = 13, weight: int = 400) -> str:
    spans = "".join(
        f'<tspan x="{x}" dy="{16 if index else 0}">{escape(line)}</tspan>' for index, line in enumerate(lines)
    )
    return (
        f'<text class="{kind}" x="{x}" y="{y}" text-anchor="middle" font-size="{size}" font-weight="{weight}" '
        f'fill="{colour}">{spans}</text>'
    )
