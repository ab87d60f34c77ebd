"""The Django app of stewardship."""

from __future__ import annotations

from django.apps import AppConfig


class StewardshipConfig(AppConfig):
    name = "doorstep.stewardship"
    label = "stewardship"
