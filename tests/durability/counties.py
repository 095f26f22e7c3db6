"""A county with an open survey that real servers can serve: a poster for each school, slips for the parents of one."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import select

from app.config import Settings
from surveys import campaigns, models
from surveys.campaigns import CampaignView, Paper
from surveys.codes.forms import token_of
from surveys.db import Database
from surveys.instruments.library import library_document
from surveys.instruments.versions import publish_instrument
from tests.factories import PEOPLE, SECRET, ZONE, add_campaign, add_posters, issue_slips

Kind = Literal["open", "personal"]
LONGEST_DEATH = 10.0  # seconds
GROUP, PAPER = "parent", "parent"  # a paper of the library, long enough that thousands fill it in differently


@dataclass(frozen=True)
class Code:
    """A code in somebody's hand, and the address it leads to."""

    kind: Kind
    id: bytes
    path: str


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

    def tidy(self) -> None:
        """Leave nothing beside the file, as the last to close it does; those who were killed may need a moment."""
        log = Path(f"{self.database.engine.url.database}-wal")
        until = time.monotonic() + LONGEST_DEATH
        while log.exists() and time.monotonic() < until:
            self.database.ping()
            self.database.close()
        assert not log.exists()

    def moved(self, file: Path) -> County:
        """The same county, served from a copy of its file."""
        return replace(self, settings=replace(self.settings, database_url=f"sqlite:///{file}"))

    @property
    def paper(self) -> Paper:
        with self.database.read() as session:
            return campaigns.papers_of(session, campaign_id=self.campaign.id, group=GROUP)[0]

    def codes(self, kind: Kind) -> list[Code]:
        """The parents' codes, in random order."""
        of_parents = (models.Code.campaign_id == self.campaign.id, models.Code.group == GROUP)
        query = select(models.Code.id).where(*of_parents, models.Code.kind == kind).order_by(models.Code.id)
        with self.database.read() as session:
            return [Code(kind, each, f"/r/{token_of(SECRET, each)}") for each in session.scalars(query)]


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
