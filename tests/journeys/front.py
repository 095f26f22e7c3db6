"""Respondents' pages on a server of the test's own, in a thread, with a clock that tests set."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import patch

from sqlalchemy import func, select
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from app.config import Settings
from surveys import models
from surveys.codes import Slip
from surveys.db import Database, UnavailableError
from surveys.instruments.library import library_document
from surveys.instruments.model import Instrument
from surveys.instruments.parsing import parse_instrument
from surveys.instruments.versions import publish_instrument
from tests import factories
from tests.app.conftest import Clock
from tests.conftest import sqlite_database

# group -> papers: the real one of parents, a short one, a choice of two, and one from right to left
PAPERS: Mapping[str, list[str]] = {
    "parent": ["parent"],
    "student": ["student-g3-6", "student-g7-9"],
    "principal": ["tiny"],
    "teacher": ["tiny", "teacher"],
    "npc_deputy": ["rightward"],
}
CLOSES = factories.NOW + timedelta(days=30)
LIBRARY = ("parent", "student-g3-6", "student-g7-9", "teacher")
SATISFACTION = [(4, "راضٍ جدًا"), (3, "راضٍ"), (2, "راضٍ إلى حد ما"), (1, "غير راضٍ"), (9, "لا أعرف")]
# what a form calls its own parts: as names of questions they hide these parts from a script that is not careful
AWKWARD = ("submit", "reset", "action", "elements", "target")
WORDS = (
    "المدرسة قريبة من البيت",
    "المعلمون يهتمون بالأطفال",
    "الواجبات ليست كثيرة",
    "المباني جيدة",
    "أنا راضٍ عن المدرسة",
)


@dataclass
class Front:
    """The addresses of one open survey, and what came of answering."""

    base_url: str
    database: Database
    clock: Clock
    posters: tuple[Slip, ...]
    slips: list[Slip] = field(repr=False)

    def poster(self, group: str, school: str | None = "P01") -> str:
        found = next(each for each in self.posters if (each.group, each.school_code) == (group, school))
        return f"/r/{found.token}"

    def slip(self) -> str:
        """A parent's personal code that nobody has used."""
        return f"/r/{self.slips.pop().token}"

    def count(self) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(models.Response)) or 0

    def answers(self) -> Counter[bytes]:
        """What was answered, and how often; which came last is written nowhere."""
        with self.database.read() as session:
            return Counter(session.scalars(select(models.Response.answers)))

    @contextmanager
    def away(self) -> Iterator[None]:
        """The database does not answer meanwhile."""
        with patch.object(self.database, "look", side_effect=UnavailableError("away, for a test")):
            yield


@contextmanager
def serving_front(folder: Path) -> Iterator[Front]:
    """The survey of `factories` with the papers above, on a fresh database in `folder`."""
    with sqlite_database(folder) as database:
        clock = Clock()
        posters, slips = prepare(database)
        settings = Settings(
            home=folder, database_url="", secret=factories.SECRET, timezone=factories.ZONE, stale=0, testing=True
        )
        app = create_app(settings, database=database, clock=clock)
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Front(f"http://127.0.0.1:{server.server_port}", database, clock, posters, list(slips))
        server.shutdown()
        thread.join()
        server.server_close()


class Quiet(WSGIRequestHandler):
    """Says nothing of requests: their addresses hold codes."""

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        pass


def prepare(database: Database) -> tuple[tuple[Slip, ...], tuple[Slip, ...]]:
    with database.begin() as session:
        factories.add_county(session)
        for name in LIBRARY:
            publish_instrument(session, content=library_document(name), now=factories.NOW)
        factories.publish_paper(session, **rightward())
        campaign = factories.add_campaign(
            session, papers=PAPERS, contact="0000-0000", approval="模拟〔2026〕1号", closes=CLOSES.isoformat()
        )
        return factories.add_posters(session, campaign), factories.add_slips(session, campaign, count=40)


def rightward() -> dict[str, Any]:
    """A paper in Arabic and Chinese, in two sections."""
    items: list[dict[str, Any]] = [
        {"id": name, "role": "item", "text": arabic(words), "scale": "satisfaction-4", "dimension": "education_quality"}
        for name, words in zip(AWKWARD, WORDS, strict=True)
    ]
    items.append({"id": "overall", "role": "overall", "text": arabic("بشكل عام؟"), "scale": "satisfaction-4"})
    options = [{"code": code, "text": arabic(text)} for code, text in SATISFACTION]
    sections = [
        {"id": "first", "title": arabic("المدرسة"), "items": items[:3]},
        {"id": "second", "title": arabic("رأيك"), "items": items[3:]},
    ]
    return {
        "instrument": "rightward",
        "languages": ["ar", "zh-CN"],
        "title": arabic("استبيان عن مدارس المنطقة"),
        "introduction": arabic("أجب كما ترى أنت. لا توجد إجابة صحيحة أو خاطئة."),
        "groups": ["npc_deputy"],
        "scales": {"satisfaction-4": {"options": options, "dont_know": [9]}},
        "sections": sections,
        "comment": {"text": arabic("هل تريد أن تضيف شيئًا؟"), "note": arabic("لا تكتب أسماء."), "limit": 100},
    }


def arabic(text: str) -> dict[str, str]:
    return {"ar": text, "zh-CN": f"（阿文）{text}"}


def paper(name: str) -> Instrument:
    if name in LIBRARY:
        return parse_instrument(library_document(name))
    changes = rightward() if name == "rightward" else {}
    return parse_instrument(json.dumps(factories.instrument_document(**changes), ensure_ascii=False))


def first_answers(name: str) -> dict[str, int]:
    """The first option of each question of this paper."""
    return {item.id: item.scale.options[0].code for item in paper(name).items}
