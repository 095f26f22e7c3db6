"""How often each value occurs: by hand, against numpy, and the same however a file is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from surveys.exports.extract import Column, Extract
from surveys.exports.frequencies import Numbers, Tally, count_values
from surveys.exports.model import Dictionary, Value, Variable
from surveys.exports.words import missing_values
from tests.surveys.codebooks import answered


def numbers(values: list[float], weights: list[float], **changes: object) -> Numbers:
    """The figures of one column beside its weights."""
    about = Variable("x", "decimal", "figure", {"en": "x"})
    weight = Variable("final_weight", "decimal", "weight", {"en": "w"})
    columns = {"x": np.array(values), "final_weight": np.array(weights)}

    def read(begin: int, end: int) -> Mapping[str, Column]:
        return {name: column[begin:end] for name, column in columns.items()}

    dictionary = Dictionary((replace(about, **changes), weight), (), ("en",))  # type: ignore[arg-type]
    found = count_values(Extract(dictionary, len(values), read)).of["x"]
    assert isinstance(found, Numbers)
    return found


def test_counts_and_shares_by_hand() -> None:
    """Weights 1 1 2 2 4 and none: of teaching 4 4 1 9 blank 1."""
    found = count_values(answered())
    assert (found.rows, found.weight, found.weighted) == (6, "final_weight", 5)
    tally = found.of["teaching"]
    assert isinstance(tally, Tally)
    counts = {each.code: each for each in tally.counts}
    assert [each.code for each in tally.counts] == [4, 3, 2, 1, 9, -9, -8]
    assert {code: each.n for code, each in counts.items()} == {4: 2, 3: 0, 2: 0, 1: 2, 9: 1, -9: 1, -8: 0}
    assert {code: each.weighted for code, each in counts.items()} == {4: 2, 3: 0, 2: 0, 1: 2, 9: 2, -9: 4, -8: 0}
    assert (tally.valid, tally.missing, tally.strays) == (5, 1, 0)
    assert counts[4].share == pytest.approx(2 / 5)
    assert counts[4].weighted_share == pytest.approx(2 / 6)
    assert counts[-9].share is counts[-9].weighted_share is None


def test_numbers_by_hand() -> None:
    pace = count_values(answered()).of["pace"]
    assert isinstance(pace, Numbers)
    assert (pace.valid, dict(pace.missing)) == (5, {"unknown": 1})
    assert (pace.least, pace.lower, pace.median, pace.upper, pace.most) == (3, 5, 7, 9, 11)
    assert pace.mean == 7
    assert pace.sd == pytest.approx(sqrt(10))
    mean = (3 + 5 + 2 * 7 + 4 * 9) / 8
    assert pace.weighted_mean == pytest.approx(mean)
    square = ((3 - mean) ** 2 + (5 - mean) ** 2 + 2 * (7 - mean) ** 2 + 4 * (9 - mean) ** 2) / 8
    assert pace.weighted_sd == pytest.approx(sqrt(square * 4 / 3))
    assert pace.weighted_sd == pytest.approx(2.43242, abs=1e-5)  # R: sqrt(svyvar(~p, svydesign(~1, weights = ~w)))


def test_weights_are_no_head_counts() -> None:
    """Twice the weights is the same file: a mean and a deviation that change would take weights for people."""
    values = [3.0, 5.0, 8.0, 13.0]
    one, twice = numbers(values, [1, 2, 3, 4]), numbers(values, [2, 4, 6, 8])
    assert (one.weighted_mean, one.weighted_sd) == (
        pytest.approx(twice.weighted_mean),
        pytest.approx(twice.weighted_sd),
    )
    even = numbers(values, [7, 7, 7, 7])
    assert even.weighted_sd == pytest.approx(even.sd)


def test_weights_themselves_are_not_weighted() -> None:
    weight = count_values(answered()).of["final_weight"]
    assert isinstance(weight, Numbers)
    assert (weight.valid, weight.missing[""], weight.mean, weight.weighted_mean) == (5, 1, 2.0, None)


def test_quartiles_are_those_of_numpy() -> None:
    rng = np.random.default_rng(3)
    for size in (1, 2, 3, 10, 101):
        values = rng.integers(0, 20, size).astype(float)
        found = numbers(values.tolist(), [1.0] * size)
        expected = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
        assert [found.least, found.lower, found.median, found.upper, found.most] == pytest.approx(expected.tolist())
        assert found.mean == pytest.approx(values.mean())
        assert found.sd == (None if size == 1 else pytest.approx(values.std(ddof=1)))


def test_stretches_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = count_values(answered())
    extract = answered()
    monkeypatch.setattr("surveys.exports.frequencies.HELD", 1)
    monkeypatch.setattr(Extract, "stretches", lambda self: (self.read(at, at + 1) for at in range(self.rows)))
    assert count_values(extract) == whole


def test_nothing_is_counted_of_identifiers_and_replicates() -> None:
    assert {"row", "cluster", "rw0001"}.isdisjoint(count_values(answered(replicates=1)).of)


def test_an_empty_file_has_empty_figures() -> None:
    extract = replace(answered(), rows=0)
    found = count_values(extract)
    tally, pace = found.of["teaching"], found.of["pace"]
    assert isinstance(tally, Tally)
    assert isinstance(pace, Numbers)
    assert {each.n for each in tally.counts} == {0}
    assert {each.share for each in tally.counts} == {None}
    assert (pace.valid, pace.mean, pace.median) == (0, None, None)


def test_values_that_no_dictionary_knows_are_told_and_counted_nowhere() -> None:
    about = Variable(
        "x", "code", "item", {"en": "x"}, (Value(1, {"en": "a"}), Value(5, {"en": "b"}), *missing_values())
    )
    column = np.array([1, 5, 3, 99, -100, -9], np.int16)
    found = count_values(Extract(Dictionary((about,), (), ("en",)), 6, lambda begin, end: {"x": column[begin:end]}))
    tally = found.of["x"]
    assert isinstance(tally, Tally)
    assert (tally.valid, tally.missing, tally.strays) == (2, 1, 3)
    assert found.weight is None
    assert {each.weighted_share for each in tally.counts} == {None}
