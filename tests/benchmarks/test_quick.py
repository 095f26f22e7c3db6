"""That the harness measures, checks itself and leaves nothing behind; how fast is for `make bench`."""

from __future__ import annotations

import re

from tests.benchmarks import submissions
from tests.benchmarks.rounds import Measure, alternate
from tests.benchmarks.size import Size
from tests.benchmarks.workplace import VAR, workplace

TINY = Size(rounds=1, seconds=0.1, slips=0, rows=0, stored=0, connections=4, databases=("sqlite",))


def test_every_form_becomes_one_response() -> None:
    before = set(VAR.glob("bench-*"))
    with workplace() as place:
        found = {finding.name: finding for finding in submissions.run(TINY, place)}
    assert set(found) == {"submissions sqlite open", "submissions sqlite personal"}
    receipts, rows = re.findall(r"([\d,]+) (?:receipts|new rows)", found["submissions sqlite open"].checked)
    assert receipts == rows != "0"
    assert set(VAR.glob("bench-*")) <= before


def test_ratios_are_those_of_the_rounds() -> None:
    bare, ours = iter((10.0, 20.0, 40.0)), iter((5.0, 5.0, 30.0))
    found = alternate(lambda: Measure(next(bare), 1.0), lambda: Measure(next(ours), 2.0), 3)
    assert (found.ratio.least, found.ratio.middle, found.ratio.most) == (0.25, 0.5, 0.75)
    assert found.cpu_ratio.middle == 2.0
