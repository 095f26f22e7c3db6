"""That the harness measures, checks itself and leaves nothing behind; how fast is for `make bench`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.benchmarks import latency, pages, slow_phone, steady, submissions, weight
from tests.benchmarks.rounds import Measure, alternate
from tests.benchmarks.size import Size
from tests.benchmarks.workplace import VAR, Workplace, workplace
from tests.conftest import unavailable
from tests.journeys.phone import find_browser

pytestmark = pytest.mark.xdist_group("benchmarks")

NO_OTHERS = {"slips": 0, "rows": 0, "stored": 0}
TINY = Size(rounds=1, seconds=0.1, minutes=0.02, warming=16, connections=4, databases=("sqlite",), **NO_OTHERS)


@pytest.fixture(scope="module")
def place() -> Iterator[Workplace]:
    with workplace() as made:
        assert made.folder.parent == VAR
        yield made
    assert not made.folder.exists()


def test_every_form_becomes_one_response(place: Workplace) -> None:
    found = {each.name: each for each in submissions.run(TINY, place)}
    assert set(found) == {"submissions sqlite open", "submissions sqlite personal"}
    _compare_receipts(found["submissions sqlite personal"].checked)


def test_pages_are_measured_behind_both_kinds_of_code(place: Workplace) -> None:
    found = {each.name: each.comparison for each in pages.run(TINY, place)}
    assert set(found) == {"pages sqlite open", "pages sqlite personal"}
    assert all(each.ratio.middle > 0 for each in found.values())


def test_delays_are_those_at_half_the_rate(place: Workplace) -> None:
    for found in latency.run(TINY, place):
        half, whole = (float(rate.replace(",", "")) for rate in re.findall(r"([\d,]+) /s", found.lines["did"]))
        assert half == pytest.approx(whole / 2, abs=1)


def test_a_steady_run_tells_of_ten_windows(place: Workplace) -> None:
    (found,) = steady.run(TINY, place)
    assert sum("MiB" in line and "pages p50" in line for line in found.lines.values()) == steady.WINDOWS
    _compare_receipts(found.lines["checked"])


def test_the_first_view_is_one_light_request(place: Workplace) -> None:
    found = next(weight.run(TINY, place))
    assert found.lines["sent"].endswith(": met")
    assert found.lines["requests"].endswith(": met")


@pytest.mark.browser
def test_the_first_view_is_timed_until_a_tap_counts(place: Workplace) -> None:
    if find_browser() is None:
        unavailable("browser", "no Chromium was found")
    *_, found = weight.run(TINY, place)
    painted, tapped = (
        float(re.search(rf"{words} ([\d,]+)", found.lines["ours"])[1].replace(",", ""))
        for words in ("first paint", "a tap on an option taken")
    )
    assert slow_phone.NETWORK["latency"] < painted < tapped


def test_ratios_are_those_of_the_rounds() -> None:
    bare, ours = iter((10.0, 20.0, 40.0)), iter((5.0, 5.0, 30.0))
    found = alternate(lambda: Measure(next(bare), 1.0), lambda: Measure(next(ours), 2.0), 3)
    assert (found.ratio.least, found.ratio.middle, found.ratio.most) == (0.25, 0.5, 0.75)
    assert found.cpu_ratio.middle == 2.0


def _compare_receipts(checked: str) -> None:
    receipts, rows = re.findall(r"([\d,]+) (?:receipts|new rows)", checked)
    assert receipts == rows != "0"
