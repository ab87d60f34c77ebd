"""The rows of the library, one noun a file."""

from doorstep.library.models.group import Group
from doorstep.library.models.process import Level, Process
from doorstep.library.models.version import Version, VersionState

__all__ = ["Group", "Level", "Process", "Version", "VersionState"]
