"""The Django app of web."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "doorstep.web"
    label = "web"
