"""The example in docs/campaigns.md is a campaign that can be created."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from surveys import campaigns, frames, regions
from surveys.demo import county

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize("dated", [False, True])
def test_the_documented_campaign_can_be_created(session: Session, dated: bool) -> None:
    example = re.search(r"```yaml\n(.*?)```", (ROOT / "docs" / "campaigns.md").read_text("utf-8"), re.DOTALL)
    assert example is not None
    dates = re.sub(r"^# (?=(opens|closes):)", "", example[1], flags=re.MULTILINE)
    assert dates != example[1], "the dates are shown, and do not count until somebody wants them"
    levels = (("p", "province", None), ("c", "city", "p"), ("my-county", "county", "c"))
    for code, level, parent in levels:
        regions.add_region(session, code=code, name="某地", level=level, parent=parent)
    content = (Path(county.__file__).parent / "frame.csv").read_bytes()
    frames.import_frame(session, county="my-county", content=content, filename="frame.csv", now=NOW)
    zone = ZoneInfo("Asia/Shanghai")
    made = campaigns.create_campaign(session, content=dates if dated else example[1], now=NOW, timezone=zone)
    assert made.state == ("scheduled" if dated else "draft")
    assert made.opens_at == (datetime(2027, 5, 11, 8, tzinfo=zone) if dated else None)
