"""The Django app of insight."""

from __future__ import annotations

from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "doorstep.insight"
    label = "insight"
