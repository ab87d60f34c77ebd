from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pytest_django import Settings

from doorstep.people.clock import ahead, business_now
from doorstep.project.config import load


def test_business_time_is_real_time_or_as_far_ahead_as_the_file_says(settings: Settings, tmp_path: Path) -> None:
    assert ahead() == timedelta()
    settings.DOORSTEP = load({"DOORSTEP_CLOCK": str(tmp_path / "clock")})
    assert ahead() == timedelta()
    (tmp_path / "clock").write_text("3600\n", encoding="utf-8")
    assert ahead() == timedelta(hours=1)
    assert abs(business_now() - datetime.now(UTC) - timedelta(hours=1)) < timedelta(seconds=1)
