"""The rows of the library, one noun a file."""

from doorstep.library.models.appearance import Appearance
from doorstep.library.models.bulletin import Bulletin, BulletinState
from doorstep.library.models.grant import Grant, Right
from doorstep.library.models.group import Group
from doorstep.library.models.process import Level, Process
from doorstep.library.models.use import Use
from doorstep.library.models.version import Materiality, Version, VersionState

__all__ = [
    "Appearance",
    "Bulletin",
    "BulletinState",
    "Grant",
    "Group",
    "Level",
    "Materiality",
    "Process",
    "Right",
    "Use",
    "Version",
    "VersionState",
]
