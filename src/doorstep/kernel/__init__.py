"""The pure state machine of a case: step(program, state, event) -> (state, commands)."""

from doorstep.kernel.errors import EventNotExpected
from doorstep.kernel.saved import dump, load
from doorstep.kernel.state import NodeState, State, every_node, name_of

__all__ = ["EventNotExpected", "NodeState", "State", "dump", "every_node", "load", "name_of"]
