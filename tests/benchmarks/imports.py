"""Files of responses: read, checked and stored, against csv.reader reading the same file."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import delete, func, select

from surveys import campaigns
from surveys.db import Database
from surveys.demo.county import CAMPAIGN
from surveys.imports import import_responses
from surveys.instruments.model import Instrument
from surveys.models import Response
from surveys.tables import read_table
from tests.benchmarks.children import Child
from tests.benchmarks.county import SCHOOLS, SECRET, make_county
from tests.benchmarks.findings import Finding
from tests.benchmarks.rounds import Measure, alternate, timed
from tests.benchmarks.size import Size
from tests.benchmarks.workplace import SEED, ZONE, Workplace, address_of

GROUP = "parent"
KEY, SCHOOL = "序号", "学校"
BY_THE_TOOL = ("提交答卷时间", "所用时间", "来源", "来源详情", "来自IP")  # what form tools add
YARDSTICK = "csv.reader over the same file"


def run(size: Size, place: Workplace) -> Iterator[Finding]:
    with place.database("sqlite") as database:
        with database.begin() as session:
            campaign = make_county(session, 0)
            paper = campaigns.papers_of(session, campaign_id=campaign.id, group=GROUP)[0]
        file = place.folder / "responses.csv"
        columns = _write(file, paper.instrument, size.rows)
        did = f"{size.rows:,} rows of {columns} columns, {file.stat().st_size / 1e6:.0f} MB"
        yield _compare(size, file, Task("table", f"{did}, to a checked table", do_table, (file, size.rows)))
        into = (file, address_of(database), _mapping(paper.instrument), size.rows)
        yield _compare(size, file, Task("import", f"{did}, to responses stored in SQLite", do_import, into))


@dataclass(frozen=True)
class Task:
    """What is done with the file."""

    name: str
    did: str
    work: Callable[..., Measure]
    arguments: tuple[object, ...]


def _compare(size: Size, file: Path, task: Task) -> Finding:
    with Child(do_plain) as bare, Child(task.work) as ours:
        found = alternate(lambda: bare.run(file, size.rows), lambda: ours.run(*task.arguments), size.rounds)
        peak = {"ours": ours.peak, "yardstick": bare.peak}
    checked = f"{size.rows:,} rows each time"
    return Finding(task.name, task.did, "csv.reader over the same file", " s", found, peak, checked)


# The file


def _write(file: Path, instrument: Instrument, rows: int) -> int:
    """A form tool's export of `rows` sheets in Chinese; gives its columns."""
    rng = random.Random(SEED)
    labels = [[option.text["zh-CN"] for option in item.scale.options] for item in instrument.items]
    header = [KEY, *BY_THE_TOOL, SCHOOL, *(item.text["zh-CN"] for item in instrument.items)]
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(header)
        for number in range(1, rows + 1):
            school = f"第{rng.randrange(SCHOOLS)}学校（模拟）"
            tool = ("2026/5/12 10:20:30", f"{rng.randrange(60, 600)}秒", "微信", "N/A", "192.0.2.1")
            writer.writerow([number, *tool, school, *(rng.choice(each) for each in labels)])
    return len(header)


def _mapping(instrument: Instrument) -> str:
    """YAML, in its JSON spelling."""
    document = {
        "mapping": 1,
        "group": GROUP,
        "school": {"column": SCHOOL, "by": "name"},
        "key": KEY,
        "columns": {item.text["zh-CN"]: item.id for item in instrument.items},
        "ignore": list(BY_THE_TOOL),
    }
    return json.dumps(document, ensure_ascii=False)


# In children


def do_plain(file: Path, rows: int) -> Measure:
    def work() -> None:
        with file.open(encoding="utf-8", newline="") as opened:
            assert sum(1 for _ in csv.reader(opened)) == rows + 1

    return timed(work)


def do_table(file: Path, rows: int) -> Measure:
    def work() -> None:
        assert len(read_table(file.read_bytes(), filename=file.name).rows) == rows

    return timed(work)


def do_import(file: Path, url: str, mapping: str, rows: int) -> Measure:
    database = _database(url)
    found = timed(lambda: _import(database, file, mapping))
    with database.begin() as session:  # so that the next round finds them new
        assert session.scalar(select(func.count()).select_from(Response)) == rows
        session.execute(delete(Response))
    return found


def _import(database: Database, file: Path, mapping: str) -> None:
    now = datetime.now(UTC)
    with database.begin() as session:
        campaign = campaigns.get_campaign(session, name=CAMPAIGN, now=now)
        import_responses(
            session,
            campaign=campaign,
            papers=campaigns.papers_of(session, campaign_id=campaign.id),
            content=file.read_bytes(),
            filename=file.name,
            mapping=mapping,
            today=now.astimezone(ZONE).date(),
            secret=SECRET,
        )


@cache
def _database(url: str) -> Database:
    return Database(url)
