"""A program looked at from above: who stands beside whom, and what comes certainly before what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from doorstep.kernel.program import ROOT, Node, Program


@dataclass
class ProgramMap:
    """Nodes by key, members by group, places in the order of the page."""

    program: Program
    nodes: dict[str, Node] = field(init=False)
    members: dict[str, list[Node]] = field(init=False)
    index: dict[str, int] = field(init=False)
    _orders: dict[str, list[Node]] = field(default_factory=dict)
    _before: dict[str, int] = field(default_factory=dict)
    _on_the_way: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.nodes = {node.key: node for node in self.program.nodes}
        self.index = {node.key: at for at, node in enumerate(self.program.nodes)}
        self.members = {node.key: [] for node in self.program.nodes}
        for node in self.program.nodes:
            if node.parent is not None:
                self.members[node.parent].append(node)

    def around(self, key: str) -> Iterator[str]:
        """Yield a node's key and those of the groups around it, up to the case."""
        at: str | None = key
        while at is not None:
            yield at
            at = self.nodes[at].parent

    def order(self, group: str) -> list[Node]:
        """Return a group's members without repair steps."""
        if group not in self._orders:
            self._orders[group] = [node for node in self.members[group] if not node.repair_of]
        return self._orders[group]

    def before(self, key: str) -> int:
        """Return the siblings that links put before a node, as a set of bits; a circle puts nobody before."""
        ways = [key]
        while ways and key not in self._before:
            at = ways[-1]
            ahead = [link.source for link in self.nodes[at].links if link.source not in self._before]
            ahead = [source for source in ahead if source not in self._on_the_way]
            if ahead:
                self._on_the_way.add(at)
                ways.append(ahead[0])
                continue
            found = 0
            for link in self.nodes[at].links:
                found |= (1 << self.index[link.source]) | self._before.get(link.source, 0)
            self._before[at] = found
            self._on_the_way.discard(at)
            ways.pop()
        return self._before[key]

    def comes_after(self, later: str, earlier: str) -> bool:
        """Whether one step opens only after the other has settled, by the order of the page.

        A step inside a group comes after the group's own turn; repair steps come at any time.
        """
        path, other = list(self.around(later)), list(self.around(earlier))
        shared = next(key for key in path if key in other)
        if shared == earlier:
            return True
        if shared == later:
            return False
        one, two = path[path.index(shared) - 1], other[other.index(shared) - 1]
        return bool(self.before(one) >> self.index[two] & 1)

    def is_repair(self, key: str) -> bool:
        """Whether a step, or a group around it, is out of the order as a repair step."""
        return any(self.nodes[at].repair_of for at in self.around(key) if at != ROOT)
