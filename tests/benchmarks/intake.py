"""The fictional county with its open survey, made ready for a load: codes, and forms that pages have handed out."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

import numpy as np
from sqlalchemy import func, select

from app import create_app
from app.config import Settings
from app.respond import tokens
from surveys import campaigns, codes
from surveys.campaigns import CampaignView, Paper
from surveys.codes.forms import token_of
from surveys.db import Database
from surveys.demo.county import make_county
from surveys.instruments.model import Instrument
from surveys.models import Code, Response
from tests.benchmarks.load import post
from tests.benchmarks.server import Server, serving
from tests.benchmarks.workplace import SEED, ZONE, Workplace, address_of

COMMENTED = 0.2  # share of the forms that carry a comment
COMMENT = "老师很负责，希望作业再少一点，课后服务再多一些。"
SCHOOL, GROUP = "P01", "parent"


@dataclass(frozen=True)
class Intake:
    """An installation with an open campaign. `environment` makes a server serve it."""

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

    def code_ids(self, kind: str, group: str) -> list[bytes]:
        """The ids of the campaign's codes, in random order."""
        query = select(Code.id).where(Code.campaign_id == self.campaign.id, Code.kind == kind, Code.group == group)
        with self.database.read() as session:
            return list(session.scalars(query.order_by(Code.id)))

    def paths(self, kind: str, group: str) -> list[str]:
        return [f"/r/{token_of(self.settings.secret, code_id)}" for code_id in self.code_ids(kind, group)]

    def papers(self, group: str) -> tuple[Paper, ...]:
        with self.database.read() as session:
            return campaigns.papers_of(session, campaign_id=self.campaign.id, group=group)

    def issue_personal(self, count: int) -> None:
        """Slips for the parents of one school."""
        with self.database.begin() as session:
            codes.issue_personal(
                session,
                campaign_id=self.campaign.id,
                group=GROUP,
                school=SCHOOL,
                count=count,
                secret=self.settings.secret,
                today=datetime.now(ZONE).date(),
                draw=secrets.token_bytes,
            )

    def count_responses(self) -> int:
        query = select(func.count()).where(Response.campaign_id == self.campaign.id)
        with self.database.read() as session:
            return int(session.scalar(query) or 0)

    def forms(self, kind: str, count: int) -> list[bytes]:
        """POST requests of `count` parents who were given a page a while ago and have filled it in, each its own.

        Open codes take turns; a personal one is used once.
        """
        paper, ids = self.papers(GROUP)[0], self.code_ids(kind, GROUP)
        if kind == "personal" and len(ids) < count:
            raise ValueError("fewer slips than forms")
        rng = random.Random(SEED)
        app = create_app(self.settings, database=self.database)
        with app.app_context():
            return [self._form(ids[place % len(ids)], paper, rng) for place in range(count)]

    def _form(self, code_id: bytes, paper: Paper, rng: random.Random) -> bytes:
        form = tokens.new_form(version_id=paper.version_id, language="zh-CN", now=datetime.now(UTC))
        fields = {"_form": tokens.seal_form(form, code_id=code_id), **_answers(paper.instrument, rng)}
        fields["_comment"] = COMMENT if rng.random() < COMMENTED else ""
        return post(f"/r/{token_of(self.settings.secret, code_id)}", urlencode(fields).encode())


def _answers(instrument: Instrument, rng: random.Random) -> dict[str, str]:
    return {item.id: str(rng.choice(item.scale.options).code) for item in instrument.items}


@dataclass(frozen=True)
class Service:
    """The installation behind the production server, and beside it the bare yardstick behind another."""

    intake: Intake
    ours: Server
    bare: Server


def serve_intake(place: Workplace, kind: str) -> Service:
    """The service on a database of this kind, the same for all benchmarks of a run."""
    service: Service = place.once(f"intake on {kind}", lambda: _serving(place, kind))
    return service


@contextmanager
def _serving(place: Workplace, kind: str) -> Iterator[Service]:
    with (
        open_intake(place, kind) as intake,
        serving("wsgi:app", intake.environment) as ours,
        serving("tests.benchmarks.bare:app") as bare,
    ):
        yield Service(intake, ours, bare)


@contextmanager
def open_intake(place: Workplace, kind: str) -> Iterator[Intake]:
    """The fictional county on a fresh database."""
    with place.database(kind) as database:
        secret = secrets.token_hex(32).encode()
        with database.begin() as session:
            campaign = make_county(
                session,
                now=datetime.now(UTC),
                timezone=ZONE,
                secret=secret,
                draw=secrets.token_bytes,
                rng=np.random.default_rng(SEED),
            )
        settings = Settings(home=place.folder_for("home"), database_url=address_of(database), secret=secret)
        yield Intake(settings, database, campaign)
