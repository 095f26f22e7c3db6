"""Durable submissions per second: a form with valid answers, stored before its receipt, on each database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.benchmarks.findings import Finding
from tests.benchmarks.intake import GROUP, Service, serve_intake
from tests.benchmarks.load import get, send
from tests.benchmarks.rounds import Measure, alternate
from tests.benchmarks.server import Server
from tests.benchmarks.size import Size
from tests.benchmarks.workplace import Workplace, durability

WARMING = 64  # requests before the clock runs: every thread of every worker opens its connection
LOOKED_AT = 20  # receipts that are opened afterwards
YARDSTICK = "bare Flask POST handler, same server and options, same bodies"


def run(size: Size, place: Workplace) -> Iterator[Finding]:
    for database in size.databases:
        service = serve_intake(place, database)
        service.intake.issue_personal(WARMING + size.rounds * size.requests)
        for kind in ("open", "personal"):
            yield _compare(kind, size, service)


def _compare(kind: str, size: Size, service: Service) -> Finding:
    intake = service.intake
    forms = intake.forms(kind, WARMING + size.rounds * size.requests)
    before = intake.count_responses()
    ours, bare = _Taker(service.ours, forms, size), _Taker(service.bare, [_elsewhere(form) for form in forms], size)
    found = alternate(bare.take, ours.take, size.rounds)
    checked = _check(ours, intake.count_responses() - before, service.ours)
    questions = len(intake.papers(GROUP)[0].instrument.items)
    return Finding(
        name=f"submissions {intake.database.engine.dialect.name} {kind}",
        did=f"{size.requests:,} forms of {questions} answers to {kind} codes over {size.connections} connections, "
        f"{durability(intake.database)}",
        yardstick=YARDSTICK,
        unit="/s",
        comparison=found,
        peak={"ours": service.ours.peak, "yardstick": service.bare.peak},
        checked=f"{checked}; the sender took {ours.busy:.0%} of a core, and {bare.busy:.0%} for the yardstick",
    )


class _Taker:
    """Sends the next round's forms each time, after warming the server up."""

    def __init__(self, server: Server, forms: Sequence[bytes], size: Size) -> None:
        self._server, self._size = server, size
        self._waiting = iter(forms)
        self.locations: Counter[str] = Counter()
        self.busy = 0.0
        self._send(WARMING)

    def take(self) -> Measure:
        return self._send(self._size.requests)

    def _send(self, count: int) -> Measure:
        some = [next(self._waiting) for _ in range(count)]
        load, found = self._server.measure(some, self._size.connections)
        if load.statuses != {303: count}:
            raise SystemExit(f"expected {count} receipts, got {dict(load.statuses)}")
        self.locations += load.locations
        self.busy = load.busy
        return found


def _elsewhere(form: bytes) -> bytes:
    """The same request to the bare handler."""
    return b"POST /form HTTP/1.1" + form[form.index(b"\r\n") :]


def _check(taker: _Taker, rows: int, server: Server) -> str:
    """Every answer led to a receipt of its own, and each receipt to one new row."""
    receipts = [place for place in taker.locations if place.startswith("/r/receipt/")]
    if not (len(receipts) == sum(taker.locations.values()) == rows):
        raise SystemExit(f"{len(receipts)} receipts for {rows} new rows")
    opened = send(server.port, [get(receipt) for receipt in receipts[:LOOKED_AT]], connections=1)
    if opened.statuses != {200: min(LOOKED_AT, len(receipts))}:
        raise SystemExit(f"receipts that do not open: {dict(opened.statuses)}")
    return f"{len(receipts):,} receipts, {rows:,} new rows"
