"""A county with an open survey that real servers can serve: a poster for each school, slips for the parents of one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from app.config import Settings
from surveys import campaigns
from surveys.campaigns import CampaignView, Paper
from surveys.db import Database
from surveys.instruments.library import library_document
from surveys.instruments.versions import publish_instrument
from surveys.models import Code
from tests.factories import PEOPLE, SECRET, ZONE, add_campaign, add_posters, issue_slips

GROUP, PAPER = "parent", "parent"  # a paper of the library, long enough that thousands fill it in differently


@dataclass(frozen=True)
class County:
    """An installation with its open campaign. `environment` makes a server serve it."""

    settings: Settings
    database: Database
    campaign: CampaignView

    @property
    def environment(self) -> dict[str, str]:
        return {
            "RENKE_HOME": str(self.settings.home),
            "RENKE_DATABASE_URL": self.settings.database_url,
            "RENKE_SECRET": self.settings.secret.decode(),
        }

    def moved(self, file: Path) -> County:
        """The same county, served from a copy of its file."""
        return replace(self, settings=replace(self.settings, database_url=f"sqlite:///{file}"))

    @property
    def paper(self) -> Paper:
        with self.database.read() as session:
            return campaigns.papers_of(session, campaign_id=self.campaign.id, group=GROUP)[0]

    def code_ids(self, kind: str) -> list[bytes]:
        """The ids of the parents' codes, in random order."""
        query = select(Code.id).where(Code.campaign_id == self.campaign.id, Code.kind == kind, Code.group == GROUP)
        with self.database.read() as session:
            return list(session.scalars(query.order_by(Code.id)))


def open_county(database: Database, home: Path, *, slips: int) -> County:
    """The county in this database, with so many personal codes."""
    papers = {group: [PAPER if group == GROUP else "tiny"] for groups in PEOPLE.values() for group in groups}
    with database.begin() as session:
        publish_instrument(session, content=library_document(PAPER), now=datetime.now(UTC))
        campaign = add_campaign(session, papers=papers)
        add_posters(session, campaign)
        issue_slips(session, campaign, group=GROUP, count=slips)
    address = database.engine.url.render_as_string(hide_password=False)
    return County(Settings(home=home, database_url=address, secret=SECRET, timezone=ZONE), database, campaign)
