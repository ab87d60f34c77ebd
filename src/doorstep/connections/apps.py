"""The Django app of connections."""

from __future__ import annotations

from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "doorstep.connections"
    label = "connections"
