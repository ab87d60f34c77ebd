"""The Django app of cases."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "doorstep.cases"
    label = "cases"

    def ready(self) -> None:
        """Forget what is remembered of people and connections when this process changes them."""
        from doorstep.cases.directory import forget_on_change  # noqa: PLC0415  (models exist only now)

        forget_on_change()
