"""Counts give what the answers give, and arrays what the words give."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.counting import Counts, count_answers
from analysis.errors import AnalysisError
from analysis.frame import MISSING, NOT_ASKED, Population, Sample
from analysis.results import Estimate
from analysis.rule import ItemRule, ScoringRule
from analysis.scoring import Figures, ScoreRow, figures, score, score_counts
from analysis.weighting import cell_weights, frame_weights
from tests.analysis.conftest import values

GROUPS = ("student", "parent", "deputy", "public")
ITEMS = ("a1", "a2", "b1", "b2", "all")
unhurried = settings(deadline=None, max_examples=60)
seeds = st.integers(0, 10**6)


def make_sample(seed: int, *, weights: str = "cells") -> Sample:
    """Schools in two strata (one may be alone), deputies and the public by themselves; some items not asked."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 90))
    school = rng.integers(-1, 5, n)
    group = np.where(school < 0, rng.integers(1, 4, n), rng.integers(0, 2, n))
    answers = rng.choice(np.array([MISSING, 1, 2, 3, 4, 9], np.uint8), (n, 5), p=[0.1, 0.1, 0.1, 0.2, 0.4, 0.1])
    answers[group == 3, 2:4] = NOT_ASKED
    answers[rng.random((n, 5)) < rng.choice([0, 0.3])] = NOT_ASKED
    answers[:, 4] = np.where(rng.random(n) < 0.5, answers[:, 4], 4) if rng.random() < 0.5 else 4
    cell = 7 * group + school
    return Sample(
        answers=answers,
        items=ITEMS,
        group=group,
        groups=GROUPS,
        school=school,
        schools=tuple("ABCDE"),
        stratum=np.where(school < 0, 2 + group // 3, school % 2 * (school < 4)),
        strata=("h0", "h1", "county", "public"),
        cluster=np.where(school < 0, 5 + rng.permutation(n), school),
        weight=rng.uniform(0.3, 4, 40)[cell] if weights == "cells" else rng.uniform(0.3, 4, n),
    )


def make_rule(seed: int, **changes: Any) -> ScoringRule:
    rng = np.random.default_rng(seed)
    share = bool(rng.integers(2))
    table = values({1: 0.0, 2: 0.0, 3: 100.0, 4: 100.0} if share else {1: 0.0, 2: 30.0, 3: 60.0, 4: 100.0})
    dimensions = ("a", "a", "b", "b", None)
    items = tuple(
        ItemRule(item, dimension, table, frozenset({3, 4}), float(rng.integers(0, 3)) or 0.5, overall=item == "all")
        for item, dimension in zip(ITEMS, dimensions, strict=True)
    )
    kept = sorted(rng.choice(5, int(rng.integers(1, 6)), replace=False).tolist()) if rng.random() < 0.5 else range(5)
    settings: dict[str, Any] = {
        "name": "random",
        "version": 1,
        "measure": "share" if share else "mean",
        "items": tuple(items[place] for place in rng.permutation(list({*kept, 0, 4})).tolist()),
        "unit": str(rng.choice(["item", "answer", "overall"])),
        "dimension_weight": {"a": 3.0, "b": float(rng.integers(0, 3))},
        "grouping": str(rng.choice(["pooled", "equal", "fixed"])),
        "group_weight": {"student": 5.0, "parent": 4.0, "deputy": 1.0, "teacher": 1.0},
        "denominator": str(rng.choice(["valid", "valid", "issued"])),
        "decimals": 2,
        "threshold": 60.0,
        "comparison": ">=",
        "by_dimension": bool(rng.integers(2)),
        "least_return": 0.7,
    }
    return ScoringRule(**(settings | changes))


def weight_of(sample: Sample, counts: Counts) -> np.ndarray:
    found = np.zeros(counts.people.size)
    for cell in range(found.size):
        here = (sample.group == counts.group[cell]) & (sample.school == counts.school[cell])
        (found[cell],) = set(sample.weight[here].tolist())
    return found


ISSUED = {"student": 40, "parent": 300, "deputy": 80, "public": 90}


def numbers_of(estimate: Estimate, *, of_error: bool = True) -> dict[str, Any]:
    """An estimate as approximate numbers, to twelve digits."""
    parts = {"value": estimate.value, "n": estimate.n, "n_eff": estimate.n_eff, "df": estimate.df}
    if of_error:
        parts |= {"se": estimate.se, "low": estimate.low, "high": estimate.high}
    return {name: None if part is None else pytest.approx(part, rel=1e-11, abs=1e-9) for name, part in parts.items()}


def same(found: Estimate, wanted: Estimate, *, of_error: bool = True) -> None:
    for name, part in numbers_of(wanted, of_error=of_error).items():
        assert getattr(found, name) == part, name
    assert found.interval == wanted.interval or not of_error


def about(row: ScoreRow) -> tuple[str | None, ...]:
    return row.group, row.school, row.dimension, row.item


@unhurried
@given(seeds)
def test_counts_give_what_answers_give(seed: int) -> None:
    sample, rule = make_sample(seed), make_rule(seed)
    counts = count_answers(sample)
    wanted = score(sample, rule, issued=ISSUED)
    found = score_counts(counts, rule, weight=weight_of(sample, counts), issued=ISSUED)
    same(found.composite, wanted.composite)
    same(found.pooled, wanted.pooled)
    plain = ("verdict", "verdict_pooled", "reached", "band", "missing_groups", "comparable")
    assert [getattr(found, name) for name in plain] == [getattr(wanted, name) for name in plain]
    assert found.group_weight == pytest.approx(wanted.group_weight, rel=1e-12)
    assert [about(row) for row in found.rows] == [about(row) for row in wanted.rows]
    unknown = 0
    for one, other in zip(found.rows, wanted.rows, strict=True):
        lacking = one.school is not None and one.estimate.se is None and other.estimate.se is not None
        unknown += lacking
        same(one.estimate, other.estimate, of_error=not lacking)
        assert not lacking or (one.estimate.low, one.estimate.interval) == (None, "none")
        assert (one.dont_know, one.missing) == (pytest.approx(other.dont_know), pytest.approx(other.missing))
    own = [notice for notice in found.notices if notice.code != "no_error_from_counts"]
    assert [each.code for each in own] == [each.code for each in wanted.notices]
    for one, other in zip(own, wanted.notices, strict=True):
        assert {**one.params, "share": None} == {**other.params, "share": None}
        assert one.params.get("share") == pytest.approx(other.params.get("share"))
    assert len(found.notices) - len(own) == (unknown > 0)
    same_figures(found.figures, wanted.figures)


def same_figures(found: Figures | None, wanted: Figures | None, *, errors_of_schools: bool = True) -> None:
    assert found is not None
    assert wanted is not None
    for name in vars(wanted):
        one, other = getattr(found, name), getattr(wanted, name)
        if name == "school_items":
            assert one.value == pytest.approx(other.value, rel=1e-12, abs=1e-10, nan_ok=True)
            assert np.array_equal(one.n, other.n)
            assert not errors_of_schools or one.se == pytest.approx(other.se, rel=1e-10, abs=1e-9, nan_ok=True)
        elif isinstance(other, np.ndarray):
            assert one == pytest.approx(other, rel=1e-10, abs=1e-9, nan_ok=True), name
        else:
            assert one == other, name


@unhurried
@given(seeds, st.sampled_from(["cells", "people"]), st.sampled_from(["item", "answer", "overall", "respondent"]))
def test_arrays_are_those_of_the_lines(seed: int, weights: str, unit: str) -> None:
    sample = make_sample(seed, weights=weights)
    rule = make_rule(seed, unit=unit, respondent_threshold=50.0)
    scored, slim = score(sample, rule, issued=ISSUED), figures(sample, rule, issued=ISSUED, with_covariance=True)
    same_figures(slim, scored.figures, errors_of_schools=False)
    place = {name: at for at, name in enumerate((*slim.items, *slim.dimensions, None))}
    for row in scored.rows:
        if row.school is None:
            at = place[row.item or row.dimension]
            here = (slim.county, slim.county_se, slim.county_n, slim.county_df)
            if row.group is not None:
                group = slim.groups.index(row.group)
                here = tuple(table[group] for table in (slim.value, slim.se, slim.n, slim.df))
            check = [None if np.isnan(table[at]) else pytest.approx(table[at]) for table in here]
            assert [row.estimate.value, row.estimate.se, row.estimate.n, row.estimate.df] == check
    assert scored.composite.value == (None if np.isnan(slim.county[-1]) else pytest.approx(slim.county[-1]))
    assert scored.pooled.se == (None if np.isnan(slim.pooled_se[-1]) else pytest.approx(slim.pooled_se[-1]))


@unhurried
@given(seeds)
def test_the_covariance_gives_the_errors(seed: int) -> None:
    sample, rule = make_sample(seed, weights="people"), make_rule(seed, unit="item", grouping="equal")
    slim = figures(sample, rule, issued=ISSUED, with_covariance=True)
    assert slim.covariance is not None
    items, known = len(slim.items), np.isfinite(slim.se)
    diagonal = np.sqrt(np.diag(slim.covariance).clip(0)).reshape(len(GROUPS), items)
    assert diagonal[known[:, :items]] == pytest.approx(slim.se[:, :items][known[:, :items]], rel=1e-9, abs=1e-8)
    for item in range(items):
        there = np.isfinite(slim.value[:, item]) & (slim.group_weight > 0)
        if there.any():
            line = np.zeros(slim.covariance.shape[0])
            line[np.flatnonzero(there) * items + item] = 1 / there.sum()
            se = np.sqrt(max(line @ slim.covariance @ line, 0.0))
            assert np.isnan(slim.county_se[item]) or se == pytest.approx(slim.county_se[item], rel=1e-8, abs=1e-7)


@pytest.mark.parametrize("rows", [1, 7, 64])
@pytest.mark.parametrize("weights", ["cells", "people"])
@pytest.mark.parametrize("unit", ["item", "respondent"])
def test_where_chunks_end_changes_nothing(monkeypatch: Any, rows: int, weights: str, unit: str) -> None:
    sample, rule = make_sample(11, weights=weights), make_rule(4, unit=unit, respondent_threshold=50.0)
    wanted = score(sample, rule, issued=ISSUED)
    for module in ("counting", "scoring.cells", "scoring.persons"):
        monkeypatch.setattr(f"analysis.{module}.ROWS", rows)
    monkeypatch.setattr("analysis.counting.STRIP", 3)
    found = score(sample, rule, issued=ISSUED)
    for one, other in zip(found.rows, wanted.rows, strict=True):
        same(one.estimate, other.estimate)
    same_figures(found.figures, wanted.figures)


def test_errors_of_single_items_in_schools() -> None:
    """The school's people as a stratum of their own: R's ratio with everybody a cluster."""
    sample, rule = make_sample(5, weights="people"), make_rule(3, unit="item", denominator="valid")
    found = score(sample, rule).figures
    assert found is not None
    for school in range(5):
        for item, each in enumerate(rule.items):
            worth = each.values[sample.answers[:, sample.items.index(each.item)]]
            here = (sample.school == school) & np.isfinite(worth)
            n, w, y = here.sum(), sample.weight[here], worth[here]
            assert found.school_items.n[school, item] == n
            if n > 1:
                mean = np.sum(w * y) / np.sum(w)
                z = w * (y - mean) / np.sum(w)
                assert found.school_items.value[school, item] == pytest.approx(mean)
                assert found.school_items.se[school, item] == pytest.approx(
                    np.sqrt(n / (n - 1) * np.sum(z**2)), abs=1e-9
                )
            else:
                assert np.isnan(found.school_items.se[school, item])


def test_weights_of_the_frame_and_counts_of_the_roster() -> None:
    sample, rule = make_sample(21), make_rule(8, denominator="roster", unit="item")
    size = np.full(20, 50)
    school, group = np.divmod(np.arange(20), 4)
    schools = Population(group, school, school % 2 * (school < 4), size)
    county = Population(np.array([1, 2, 3]), np.full(3, -1), np.array([2, 2, 3]), np.full(3, 90))
    frame = Population(*(np.concatenate([getattr(schools, n), getattr(county, n)]) for n in vars(county)))
    counts = count_answers(sample)
    weights = frame_weights(sample, frame)
    wanted = score(replace(sample, weight=weights.final), rule, population=frame)
    found = score_counts(counts, rule, weight=cell_weights(counts, frame).final, population=frame)
    same(found.composite, wanted.composite)
    for one, other in zip(found.rows, wanted.rows, strict=True):
        same(one.estimate, other.estimate, of_error=one.school is None)


def test_everybody_alike_has_no_error_however_it_is_computed() -> None:
    """All the same in every group: no noise may become an error, and no line of a school lacks its own."""
    sample = make_sample(33)
    sample = replace(sample, answers=np.where(sample.answers == NOT_ASKED, NOT_ASKED, 2).astype(np.uint8))
    counts = count_answers(sample)
    rule = make_rule(1, unit="item", grouping="equal", denominator="valid", measure="mean")
    rule = replace(rule, items=tuple(replace(each, values=values({2: 30.0})) for each in rule.items))
    for found in (score(sample, rule), score_counts(counts, rule, weight=weight_of(sample, counts))):
        assert {row.estimate.se for row in found.rows} <= {0.0, None}
        assert "no_error_from_counts" not in {notice.code for notice in found.notices}


# What counts cannot give, and nonsense


def test_respondents_need_their_answers() -> None:
    counts = count_answers(make_sample(1))
    rule = make_rule(1, unit="respondent", respondent_threshold=50.0)
    with pytest.raises(AnalysisError, match="score the answers"):
        score_counts(counts, rule, weight=np.ones(counts.people.size))


def test_codes_that_an_item_does_not_have() -> None:
    sample = make_sample(2)
    sample = replace(sample, answers=np.where(sample.answers == 3, 7, sample.answers).astype(np.uint8))
    counts, rule = count_answers(sample), make_rule(1)
    rule = replace(rule, items=tuple(each for each in rule.items if each.item in ("a1", "all")))
    for one in (lambda: score(sample, rule), lambda: score_counts(counts, rule, weight=np.ones(counts.people.size))):
        with pytest.raises(AnalysisError, match=r"{'a1': \[7\]"):
            one()


def test_a_cell_with_nobody_is_nothing() -> None:
    sample, rule = make_sample(7), make_rule(2, denominator="valid")
    counts = count_answers(sample)
    weight = weight_of(sample, counts)
    wider = replace(
        counts,
        group=np.append(counts.group, 2),
        school=np.append(counts.school, 4),
        stratum=np.append(counts.stratum, 0),
        people=np.append(counts.people, 0),
        table=np.concatenate([counts.table, np.zeros_like(counts.table[:1])]),
    )
    assert score_counts(wider, rule, weight=np.append(weight, 1.0)) == score_counts(counts, rule, weight=weight)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: replace(c, table=c.table[:, :2]), "table"),
        (lambda c: replace(c, people=c.people * 0), "no answers"),
        (lambda c: replace(c, people=c.people - 1), "more answers than people"),
        (lambda c: replace(c, table=-c.table), "negative"),
        (lambda c: replace(c, group=c.group + 9), "group outside"),
        (lambda c: replace(c, codes=c.codes[::-1]), "ascending"),
        (lambda c: replace(c, pairs={}), "no pairs"),
        (lambda c: replace(c, group=c.group * 0, school=c.school * 0, stratum=c.stratum * 0), "same cell twice"),
        (lambda c: replace(c, stratum=np.where(c.school < 0, c.stratum, c.group)), "more than one stratum"),
    ],
)
def test_counts_that_do_not_fit(change: Any, message: str) -> None:
    counts = count_answers(make_sample(7))
    with pytest.raises(AnalysisError, match=message):
        score_counts(change(counts), make_rule(1), weight=np.ones(counts.people.size))


@pytest.mark.parametrize("weight", [[1.0], "zero", "nan"])
def test_weights_that_do_not_fit(weight: Any) -> None:
    counts = count_answers(make_sample(7))
    bad = {"zero": np.zeros(counts.people.size), "nan": np.full(counts.people.size, np.nan)}
    with pytest.raises(AnalysisError, match="weight"):
        score_counts(
            counts, make_rule(1), weight=bad.get(weight, np.array(weight)) if isinstance(weight, str) else weight
        )


def test_weights_belong_to_counts_only() -> None:
    sample = make_sample(1)
    with pytest.raises(AnalysisError, match="weight of each cell"):
        figures(sample, make_rule(1), weight=np.ones(3))  # type: ignore[call-overload]
    with pytest.raises(AnalysisError, match="weight of each cell"):
        figures(count_answers(sample), make_rule(1))  # type: ignore[call-overload]
