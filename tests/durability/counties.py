"""A county with an open survey that real servers can serve: a poster for each school, slips for the parents of one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app.config import Settings
from surveys.db import Database
from surveys.instruments.library import library_document
from surveys.instruments.versions import publish_instrument
from tests.benchmarks.intake import GROUP, Intake
from tests.benchmarks.workplace import address_of
from tests.factories import PEOPLE, SECRET, ZONE, add_campaign, add_posters


def open_county(database: Database, home: Path, *, slips: int) -> Intake:
    """The installation, its campaign open today, with the parents' paper of the library and `slips` personal codes."""
    papers = {group: [GROUP if group == GROUP else "tiny"] for groups in PEOPLE.values() for group in groups}
    with database.begin() as session:
        publish_instrument(session, content=library_document(GROUP), now=datetime.now(UTC))
        campaign = add_campaign(session, papers=papers)
        add_posters(session, campaign)
    settings = Settings(home=home, database_url=address_of(database), secret=SECRET, timezone=ZONE)
    intake = Intake(settings, database, campaign)
    intake.issue_personal(slips)
    return intake
