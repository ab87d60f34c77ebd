"""What an integration may know of Doorstep: channels, connectors, sessions, replies, refusals."""

from doorstep.plugin_api.channel import Change, Channel, Delivered, Letter, News, Shown
from doorstep.plugin_api.connector import BuiltIn, Connector, RecordRead, Remark, WriteResult
from doorstep.plugin_api.directory import Directory, DirectoryPerson
from doorstep.plugin_api.errors import ConnectionPaused, DeliveryFailed, ReadFailed, WriteFailed, WriteUnknown
from doorstep.plugin_api.reply import Attachment, IncomingReply, Observation
from doorstep.plugin_api.session import Session

__all__ = [
    "Attachment",
    "BuiltIn",
    "Change",
    "Channel",
    "ConnectionPaused",
    "Connector",
    "Delivered",
    "DeliveryFailed",
    "Directory",
    "DirectoryPerson",
    "IncomingReply",
    "Letter",
    "News",
    "Observation",
    "ReadFailed",
    "RecordRead",
    "Remark",
    "Session",
    "Shown",
    "WriteFailed",
    "WriteResult",
    "WriteUnknown",
]
