"""A reply and its ask to an answer, or to "unclear, and why"."""

from doorstep.understanding.answer import DECIDING, Answer, AskShape, Kind
from doorstep.understanding.bodies import File
from doorstep.understanding.bounces import Bounced
from doorstep.understanding.machine import LOOP_HEADER, Machine
from doorstep.understanding.mail import understand_message
from doorstep.understanding.message import Address, Message, read_message
from doorstep.understanding.permission import permission_in
from doorstep.understanding.read import understand
from doorstep.understanding.strip import Stripped, strip
from doorstep.understanding.unreadable import Unreadable
from doorstep.understanding.values import ValueNotUnderstood, canonical

__all__ = [
    "DECIDING",
    "LOOP_HEADER",
    "Address",
    "Answer",
    "AskShape",
    "Bounced",
    "File",
    "Kind",
    "Machine",
    "Message",
    "Stripped",
    "Unreadable",
    "ValueNotUnderstood",
    "canonical",
    "permission_in",
    "read_message",
    "strip",
    "understand",
    "understand_message",
]
