"""What an integration may know of Doorstep: channels, connectors, sessions, replies, refusals."""

from doorstep.plugin_api.channel import Channel, Delivered, Letter, Shown
from doorstep.plugin_api.connector import Connector, RecordRead, WriteResult
from doorstep.plugin_api.errors import ConnectionPaused, DeliveryFailed, ReadFailed, WriteFailed, WriteUnknown
from doorstep.plugin_api.reply import Attachment, IncomingReply, Observation
from doorstep.plugin_api.session import Session

__all__ = [
    "Attachment",
    "Channel",
    "ConnectionPaused",
    "Connector",
    "Delivered",
    "DeliveryFailed",
    "IncomingReply",
    "Letter",
    "Observation",
    "ReadFailed",
    "RecordRead",
    "Session",
    "Shown",
    "WriteFailed",
    "WriteResult",
    "WriteUnknown",
]
