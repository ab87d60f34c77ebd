"""The Django app of cases."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "doorstep.cases"
    label = "cases"

    def ready(self) -> None:
        """Forget what is remembered of people and connections when this process changes them; write our own letters."""
        from doorstep.cases import unmatched  # noqa: PLC0415  (models exist only now)
        from doorstep.cases.directory import forget_on_change  # noqa: PLC0415
        from doorstep.cases.others import WRITERS, Writer, left, lost  # noqa: PLC0415

        forget_on_change()
        WRITERS[unmatched.PURPOSE] = Writer(unmatched.letter, left, lost, unmatched.replied)
