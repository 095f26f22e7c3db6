"""The example in docs/campaigns.md is a campaign that can be created."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from surveys import campaigns, frames, regions
from surveys.demo import county

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_the_documented_campaign_can_be_created(session: Session) -> None:
    example = re.search(r"```yaml\n(.*?)```", (ROOT / "docs" / "campaigns.md").read_text("utf-8"), re.DOTALL)
    assert example is not None
    levels = (("p", "province", None), ("c", "city", "p"), ("my-county", "county", "c"))
    for code, level, parent in levels:
        regions.add_region(session, code=code, name="某地", level=level, parent=parent)
    content = (Path(county.__file__).parent / "frame.csv").read_bytes()
    frames.import_frame(session, county="my-county", content=content, filename="frame.csv", now=NOW)
    zone = ZoneInfo("Asia/Shanghai")
    made = campaigns.create_campaign(session, content=example[1], now=NOW, timezone=zone)
    assert made.state == "scheduled"
    assert made.opens_at == datetime(2026, 5, 11, 8, tzinfo=zone)
