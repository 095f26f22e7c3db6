"""Durable submissions per second: a form with valid answers, stored before its receipt, on each database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.benchmarks.findings import Finding
from tests.benchmarks.intake import GROUP, Intake, Service, serve_intake
from tests.benchmarks.load import Volley, get
from tests.benchmarks.rounds import alternate
from tests.benchmarks.rush import Rush, delay_words, sender_words
from tests.benchmarks.server import Server
from tests.benchmarks.size import Size
from tests.benchmarks.workplace import Workplace, durability

KINDS = ("open", "personal")
LOOKED_AT = 20  # receipts that are opened afterwards
BODIES = 200  # different ones for the yardstick, which does not mind seeing them again
ASKED = 0.3
YARDSTICK = "bare Flask POST handler, same server at its quickest, same bodies"


def run(size: Size, place: Workplace) -> Iterator[Finding]:
    for database in size.databases:
        service = serve_intake(place, database)
        for kind in KINDS:
            yield _compare(kind, size, service)


def _compare(kind: str, size: Size, service: Service) -> Finding:
    intake, before = service.intake, service.intake.count_responses()
    bare, ours = bare_forms(service, size), our_forms(service, kind, size)
    found = alternate(bare.take, ours.take, size.rounds)
    questions = len(intake.papers(GROUP)[0].instrument.items)
    return Finding(
        name=f"submissions {intake.database.engine.dialect.name} {kind}",
        did=f"forms of {questions} answers to {kind} codes for {size.seconds:g} s, {durability(intake.database)}",
        yardstick=YARDSTICK,
        unit="/s",
        comparison=found,
        peak={"ours": service.ours.peak, "yardstick": service.bare.peak},
        checked=check_receipts(list(ours.locations.elements()), intake, before, service.ours),
        asked=ASKED,
        counted=service.ours.counted,
        more={"delay": delay_words(ours, bare, size.connections), "sender": sender_words(ours, bare)},
    )


def our_forms(service: Service, kind: str, size: Size) -> Rush:
    return Rush(service.ours, lambda count: service.intake.forms(kind, count), size, 303)


def bare_forms(service: Service, size: Size) -> Rush:
    """The same bodies to the bare handler."""
    forms = [_elsewhere(form) for form in service.intake.forms("open", BODIES)]
    return Rush(service.bare, lambda _count: forms, size, 303)


def _elsewhere(form: bytes) -> bytes:
    return b"POST /form HTTP/1.1" + form[form.index(b"\r\n") :]


def check_receipts(locations: Sequence[str], intake: Intake, before: int, server: Server) -> str:
    """Every answer led to a receipt of its own, and each receipt to one new row."""
    receipts = list({place for place in locations if place.startswith("/r/receipt/")})
    rows = intake.count_responses() - before
    if not (len(receipts) == len(locations) == rows):
        raise SystemExit(f"{len(receipts)} different receipts of {len(locations)} answers for {rows} new rows")
    some = receipts[:LOOKED_AT]
    load, _ = server.measure(Volley([get(receipt) for receipt in some], len(some), connections=1))
    load.expect({200: len(some)})
    return f"{len(receipts):,} receipts, {rows:,} new rows"
