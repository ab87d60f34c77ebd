"""The rows of connections, one noun a file."""

from doorstep.connections.models.connection import Connection, State
from doorstep.connections.models.cursor import Cursor
from doorstep.connections.models.pull import Pull
from doorstep.connections.models.route import Route
from doorstep.connections.models.token import Token

__all__ = ["Connection", "Cursor", "Pull", "Route", "State", "Token"]
