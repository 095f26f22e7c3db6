"""Exports of stored responses, from the database to the file, beside the writer's library on the same columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import update

from surveys.db import Database
from surveys.evaluations import evaluate
from surveys.exports.extract import Extract
from surveys.exports.making import load_extract, write_extract
from surveys.exports.ordering import Order
from surveys.models import Campaign
from tests.benchmarks.children import Child
from tests.benchmarks.findings import Finding
from tests.benchmarks.rounds import Measure, alternate, timed
from tests.benchmarks.size import Size
from tests.benchmarks.stocked import stock
from tests.benchmarks.workplace import Workplace, address_of

CAMPAIGN = "tiny"
ITEMS = 40
SECRET = b"of the benchmark"


@dataclass(frozen=True)
class Task:
    """A format, and what its library needs to write the same columns, which are ready in memory."""

    format: str
    yardstick: str
    bare: Callable[[str, str], Measure]


@dataclass(frozen=True)
class Work:
    """Everything from the database to the file, or only the writing of what was read."""

    name: str
    did: str
    do: Callable[[str, str, str], Measure]


def run(size: Size, place: Workplace) -> Iterator[Finding]:
    """Each format on each database."""
    for kind in size.databases:
        with place.database(kind) as database:
            _prepare(database, size.stored)
            for task in TASKS:
                for work in WORKS:
                    yield _compare(size, work, kind, task, address_of(database), place.folder)


def _prepare(database: Database, people: int) -> None:
    """Stored, closed and scored: exports are of what was scored."""
    stock(database, people, items=ITEMS)
    now = datetime.now(UTC)
    with database.begin() as session:
        session.execute(update(Campaign).where(Campaign.name == CAMPAIGN).values(closes_at=now))
    with database.begin() as session:
        evaluate(session, name=CAMPAIGN, now=now)


def _compare(size: Size, work: Work, kind: str, task: Task, url: str, folder: Path) -> Finding:
    target = str(folder / f"export.{task.format}")
    with Child(task.bare) as bare, Child(work.do) as ours:
        bare.run(url, target)
        ours.run(url, target, task.format)
        found = alternate(lambda: bare.run(url, target), lambda: ours.run(url, target, task.format), size.rounds)
        peak = {"ours": ours.peak, "yardstick": bare.peak}
    megabytes = Path(target).stat().st_size / 1e6
    did = f"{size.stored:,} responses of {ITEMS} items: {work.did}; {megabytes:,.0f} MB"
    return Finding(f"{work.name} {task.format} {kind}", did, task.yardstick, " s", found, peak, "")


# In children


def do_export(url: str, target: str, format: str) -> Measure:
    return timed(lambda: _export(url, target, format))


def _export(url: str, target: str, format: str) -> None:
    order = Order(CAMPAIGN, 0, "microdata", format, "zh-CN")
    write_extract(_load(url), order=order, path=Path(target), progress=lambda _rows: None)


def _load(url: str) -> Extract:
    order = Order(CAMPAIGN, 0, "microdata", "csv", "zh-CN")
    with Database(url).read() as session:
        return load_extract(session, order=order, now=datetime.now(UTC), secret=SECRET)


def do_write(url: str, target: str, format: str) -> Measure:
    order, extract = Order(CAMPAIGN, 0, "microdata", format, "zh-CN"), _loaded(url)
    return timed(lambda: write_extract(extract, order=order, path=Path(target), progress=lambda _rows: None))


@cache
def _loaded(url: str) -> Extract:
    return _load(url)


def do_csv(url: str, target: str) -> Measure:
    from pyarrow.csv import write_csv

    table = _arrow(url)
    return timed(lambda: write_csv(table, target))


def do_parquet(url: str, target: str) -> Measure:
    from pyarrow.parquet import write_table

    table = _arrow(url)
    return timed(lambda: write_table(table, target))


def do_sav(url: str, target: str) -> Measure:
    from pyreadstat import write_sav

    frame = _frame(url)
    return timed(lambda: write_sav(frame, target, row_compress=True))


@cache
def _arrow(url: str) -> Any:
    import pyarrow as pa

    return pa.table({name: pa.array(column) for name, column in _columns(url).items()})


@cache
def _frame(url: str) -> Any:
    import pandas as pd

    return pd.DataFrame(_columns(url), copy=False)


def _columns(url: str) -> dict[str, Any]:
    """What ours writes, as the library likes it best."""
    parts = list(_load(url).stretches())
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


WORKS = (
    Work("write", "written, once they are read", do_write),
    Work("export", "read, digested, weighed, written", do_export),
)
READY = "from columns that are ready in memory"
TASKS = (
    Task("csv", f"pyarrow.csv.write_csv {READY}", do_csv),
    Task("parquet", f"pyarrow.parquet.write_table {READY}", do_parquet),
    Task("sav", f"pyreadstat.write_sav, compressed, {READY}", do_sav),
)
