"""The Django app of library."""

from __future__ import annotations

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "doorstep.library"
    label = "library"
