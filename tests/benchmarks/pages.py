"""Page views per second: the longest paper of the library, in Chinese, as a phone asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from tests.benchmarks.findings import Finding
from tests.benchmarks.intake import Service, serve_intake
from tests.benchmarks.load import get
from tests.benchmarks.rounds import Measure, alternate
from tests.benchmarks.server import Server
from tests.benchmarks.size import Size
from tests.benchmarks.workplace import Workplace

WARMING = 64
GROUP = "teacher"
YARDSTICK = "bare Flask string, same server and options"


def run(size: Size, place: Workplace) -> Iterator[Finding]:
    for database in size.databases:
        yield _compare(size, serve_intake(place, database))


def _compare(size: Size, service: Service) -> Finding:
    intake, bare, ours = service.intake, service.bare, service.ours
    pages = [get(path) for path in intake.paths("open", GROUP)]
    plain = [get("/page")]
    for server, requests in ((bare, plain), (ours, pages)):
        _views(server, requests, size, WARMING)
    found = alternate(
        lambda: _views(bare, plain, size, size.requests), lambda: _views(ours, pages, size, size.requests), size.rounds
    )
    questions = len(intake.papers(GROUP)[0].instrument.items)
    return Finding(
        name=f"pages {intake.database.engine.dialect.name}",
        did=f"{size.requests:,} questionnaires of {questions} questions in Chinese, gzip, over {size.connections} "
        "connections",
        yardstick=YARDSTICK,
        unit="/s",
        comparison=found,
        peak={"ours": ours.peak, "yardstick": bare.peak},
        checked="every answer was 200",
    )


def _views(server: Server, requests: Sequence[bytes], size: Size, count: int) -> Measure:
    load, found = server.measure(islice(cycle(requests), count), size.connections)
    if load.statuses != {200: count}:
        raise SystemExit(f"expected {count} pages, got {dict(load.statuses)}")
    return found
