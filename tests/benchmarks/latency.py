"""How long a respondent waits while the server is half as busy as it can be."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.delays import delays
from tests.benchmarks.findings import Facts, met
from tests.benchmarks.intake import Service, serve_intake
from tests.benchmarks.load import Load
from tests.benchmarks.pages import bare_views, our_views
from tests.benchmarks.rush import Rush
from tests.benchmarks.sender import WORDS
from tests.benchmarks.size import Size
from tests.benchmarks.submissions import bare_forms, check_receipts, our_forms
from tests.benchmarks.workplace import Workplace

HALF = 0.5
LONGER = 3  # times as long as a round: a hundredth of the answers has to be many
MOST = 100.0  # milliseconds, for all but a hundredth


def run(size: Size, place: Workplace) -> Iterator[Facts]:
    for database in size.databases:
        service = serve_intake(place, database)
        for kind in ("open", "personal"):
            yield _submissions(service, kind, size)
        yield _look("pages", service, bare_views(service, size), our_views(service, "open", size), size, "every 200")


def _submissions(service: Service, kind: str, size: Size) -> Facts:
    before = service.intake.count_responses()
    ours, bare = our_forms(service, kind, size), bare_forms(service, size)
    found = _look(f"submissions {kind}", service, bare, ours, size, "")
    checked = check_receipts(list(ours.locations.elements()), service.intake, before, service.ours)
    return Facts(found.name, {**found.lines, "checked": checked})


def _look(name: str, service: Service, bare: Rush, ours: Rush, size: Size, checked: str) -> Facts:
    ours.take()
    rate, seconds = ours.rate * HALF, size.seconds * LONGER
    plain, load = bare.keep_to(rate, seconds), ours.keep_to(rate, seconds)
    good = delays(load.times.values()).p99 < MOST
    lines = {
        "did": f"at random moments, {rate:,.0f} /s on average for {seconds:g} s: half of what was served without a "
        f"pause just before, {ours.rate:,.0f} /s; from the moment a request is due",
        "ours": f"{_words(load)}; asked for p99 under {MOST:g} ms: {met(good)}",
        "yardstick": f"{_words(plain)}   bare Flask at the same rate",
        "sender": f"{WORDS}: {load.busy:.0%} of a core, {plain.busy:.0%} for the yardstick",
        "checked": checked,
    }
    return Facts(f"latency {service.intake.database.engine.dialect.name} {name}", lines)


def _words(load: Load) -> str:
    return f"{delays(load.times.values())}, {load.per_second:,.0f} /s"
