"""Page views per second: the longest paper of the library, in Chinese, as a phone asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.benchmarks.findings import Finding
from tests.benchmarks.intake import Service, serve_intake
from tests.benchmarks.load import get
from tests.benchmarks.rounds import alternate
from tests.benchmarks.rush import Rush, delay_words, sender_words
from tests.benchmarks.size import Size
from tests.benchmarks.workplace import Workplace

KINDS = ("open", "personal")
GROUP = "teacher"
MOST_SLIPS = 20_000  # new ones for each round; beyond that they are looked at again
ASKED = 0.6
YARDSTICK = "bare Flask string, same server at its quickest"


def run(size: Size, place: Workplace) -> Iterator[Finding]:
    for database in size.databases:
        for kind in KINDS:
            yield _compare(kind, size, serve_intake(place, database))


def _compare(kind: str, size: Size, service: Service) -> Finding:
    intake = service.intake
    bare, ours = bare_views(service, size), our_views(service, kind, size)
    found = alternate(bare.take, ours.take, size.rounds)
    questions = len(intake.papers(GROUP)[0].instrument.items)
    return Finding(
        name=f"pages {intake.database.engine.dialect.name} {kind}",
        did=f"questionnaires of {questions} questions in Chinese, gzip, behind {kind} codes for {size.seconds:g} s",
        yardstick=YARDSTICK,
        unit="/s",
        comparison=found,
        peak={"ours": service.ours.peak, "yardstick": service.bare.peak},
        checked="every answer was 200",
        asked=ASKED,
        counted=service.ours.counted,
        more={"delay": delay_words(ours, bare, size.connections), "sender": sender_words(ours, bare)},
    )


def our_views(service: Service, kind: str, size: Size) -> Rush:
    return Rush(service.ours, lambda count: views(service, kind, count), size, 200)


def bare_views(service: Service, size: Size) -> Rush:
    return Rush(service.bare, lambda _count: [get("/page")], size, 200)


def views(service: Service, kind: str, count: int) -> Sequence[bytes]:
    """Posters take turns; a slip is as a rule looked at once, so that there are new ones each time."""
    intake = service.intake
    ids = intake.posters(GROUP) if kind == "open" else intake.new_slips(GROUP, min(count, MOST_SLIPS))
    return [get(intake.path(code_id)) for code_id in ids]
