"""The pure state machine of a case: step(program, state, event) -> (state, commands)."""

from doorstep.kernel.errors import EventNotExpected
from doorstep.kernel.saved import dump, load
from doorstep.kernel.state import NodeState, State, every_node, name_of
from doorstep.kernel.step import dry_run, step

__all__ = ["EventNotExpected", "NodeState", "State", "dry_run", "dump", "every_node", "load", "name_of", "step"]
