"""The fictional county with its open survey, made ready for a load: codes, and forms that pages have handed out."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import urlencode

import numpy as np
from sqlalchemy import func, select

from app import create_app
from app.config import Settings
from app.edge import Renke
from app.respond import tokens
from surveys import campaigns, codes
from surveys.campaigns import CampaignView, Paper
from surveys.codes.forms import token_of
from surveys.db import Database
from surveys.demo.county import make_county
from surveys.instruments.model import Instrument
from surveys.models import Code, Response
from tests.benchmarks.load import post
from tests.benchmarks.sender import Sender
from tests.benchmarks.server import Server, serving
from tests.benchmarks.workplace import SEED, ZONE, Workplace, address_of

COMMENTED = 0.2  # share of the forms that carry a comment
COMMENT = "老师很负责，希望作业再少一点，课后服务再多一些。"
SCHOOL, GROUP = "P01", "parent"
BARE = {"interface": "wsgi", "blocking_threads": "4"}  # of 1, 2, 4, 8 and 32 threads it is quickest with four
SHEETS = 1_000  # filled in differently; the keys and codes they come with are new each time


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

    def posters(self, group: str) -> list[bytes]:
        """The ids of the open codes, in random order."""
        return self._ids("open", group)

    def new_slips(self, group: str, count: int) -> list[bytes]:
        """The ids of so many fresh personal codes of one school, in random order."""
        known, now = func.max(Code.position), datetime.now(ZONE)
        with self.database.begin() as session:
            of_group = (Code.campaign_id == self.campaign.id, Code.kind == "personal", Code.group == group)
            last = session.scalar(select(known).where(*of_group)) or 0
            codes.issue_personal(
                session,
                campaign_id=self.campaign.id,
                group=group,
                school=SCHOOL,
                count=count,
                secret=self.settings.secret,
                now=now,
                today=now.date(),
                draw=secrets.token_bytes,
            )
        return self._ids("personal", group, after=last)

    def _ids(self, kind: str, group: str, after: int = 0) -> list[bytes]:
        query = select(Code.id).where(Code.campaign_id == self.campaign.id, Code.kind == kind, Code.group == group)
        with self.database.read() as session:
            return list(session.scalars(query.where(Code.position > after).order_by(Code.id)))

    def path(self, code_id: bytes) -> str:
        return f"/r/{token_of(self.settings.secret, code_id)}"

    def papers(self, group: str) -> tuple[Paper, ...]:
        with self.database.read() as session:
            return campaigns.papers_of(session, campaign_id=self.campaign.id, group=group)

    def count_responses(self) -> int:
        query = select(func.count()).where(Response.campaign_id == self.campaign.id)
        with self.database.read() as session:
            return int(session.scalar(query) or 0)

    def forms(self, kind: str, count: int) -> list[bytes]:
        """POST requests of `count` parents who were given a page a while ago and have filled it in, each its own.

        Open codes take turns; a personal one is used once.
        """
        version = self.papers(GROUP)[0].version_id
        ids = self.posters(GROUP) if kind == "open" else self.new_slips(GROUP, count)
        with self._app.app_context():
            return [self._form(ids[place % len(ids)], version, place) for place in range(count)]

    def _form(self, code_id: bytes, version_id: int, place: int) -> bytes:
        form = tokens.new_form(secrets.token_bytes, version_id=version_id, language="zh-CN", now=datetime.now(UTC))
        token = urlencode({"_form": tokens.seal_form(form, code_id=code_id, secret=self.settings.secret)}).encode()
        return post(self.path(code_id), self._sheets[place % SHEETS] + b"&" + token)

    @cached_property
    def _app(self) -> Renke:
        return create_app(self.settings, database=self.database)

    @cached_property
    def _sheets(self) -> Sequence[bytes]:
        rng, instrument = random.Random(SEED), self.papers(GROUP)[0].instrument
        return [urlencode(_fill_in(instrument, rng)).encode() for _ in range(SHEETS)]


def _fill_in(instrument: Instrument, rng: random.Random) -> dict[str, str]:
    answers = {item.id: str(rng.choice(item.scale.options).code) for item in instrument.items}
    return {**answers, "_comment": COMMENT if rng.random() < COMMENTED else ""}


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
    sender: Sender = place.once("sender", Sender)
    with (
        open_intake(place, kind) as intake,
        serving("wsgi:service", sender, environment=intake.environment, database=place.database_process(kind)) as ours,
        serving("tests.benchmarks.bare:app", sender, **BARE) as bare,
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
