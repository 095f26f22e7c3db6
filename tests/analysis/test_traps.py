"""The mistakes that survey programs make, each shown to be avoided."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.design import Design, SecondStage
from analysis.errors import AnalysisError
from analysis.estimation import combine, estimate, in_domains, mean
from analysis.frame import Population, Sample
from analysis.models import linear
from analysis.reliability import alpha, recode_reversed
from analysis.scoring import decide, reaches, round_half_up, score
from analysis.weighting import class_factors, frame_weights
from tests.analysis.cases.engine import answers as given_answers
from tests.analysis.cases.engine import school as school_design
from tests.analysis.conftest import GROUP_WEIGHT, SATISFIED, make_rule, positions, row_of


def test_a_domain_is_not_a_filtered_table() -> None:
    """Principals of one township: the other schools of its stratum still count as drawn."""
    design, table = school_design()
    inside = (np.array(table["grp"]) == "principal") & (np.array(table["township"]) == "T02")
    score13 = np.where(inside, given_answers(table, "q13"), np.nan)
    whole = estimate(design, mean(design, score13))
    use = np.isfinite(score13)
    cut = Design(design.stratum[use], design.cluster[use], design.weight[use])
    filtered = estimate(cut, mean(cut, score13[use]), lone="certainty")
    assert whole.value == pytest.approx(filtered.value)
    assert abs(whole.se[0] / filtered.se[0] - 1) > 0.01


def test_dont_know_is_not_dissatisfied(school: Sample) -> None:
    """Left out of the denominator it raises the rate; its share is beside it."""
    counted = make_rule({**SATISFIED, 9: 0.0})
    out, inside = (row_of(score(school, rule), group="parent", item="q13") for rule in (make_rule(), counted))
    assert out.estimate.value is not None
    assert inside.estimate.value is not None
    assert out.estimate.value > inside.estimate.value
    assert out.dont_know == inside.dont_know
    assert out.dont_know
    assert out.dont_know > 0


def test_all_agree_is_no_certainty(school: Sample) -> None:
    found = row_of(score(school, make_rule()), group="cppcc", item="q13").estimate
    assert (found.value, found.se, found.interval) == (100.0, 0.0, "exact")
    assert found.low is not None
    assert found.low < 60


def test_one_school_has_no_interval() -> None:
    design, table = school_design()
    inside = np.array(table["psu"]) == "s005"
    found = estimate(design, mean(design, np.where(inside, given_answers(table, "q13"), np.nan)))
    assert (found.df[0], found.interval[0]) == (0, "none")
    within = Design(np.zeros_like(design.stratum[inside]), np.arange(inside.sum()), design.weight[inside])
    own = estimate(within, mean(within, given_answers(table, "q13")[inside]))
    assert own.interval[0] == "wald-t"


def test_a_group_that_a_stratum_lacks() -> None:
    """No deputies in schools' strata: they add neither variance nor degrees of freedom."""
    design, table = school_design()
    domain = positions(table["grp"], tuple(GROUP_WEIGHT))[0]
    found = estimate(design, mean(design, in_domains(given_answers(table, "q13"), domain, 7)))
    deputies = np.array(table["grp"]) == "deputy"
    known = deputies & np.isfinite(given_answers(table, "q13"))
    assert found.df[4] == np.unique(design.cluster[known]).size - np.unique(design.stratum[known]).size
    assert np.all(np.isfinite(found.se))


def test_a_stratum_of_one_school_is_an_error_unless_a_remedy_is_named() -> None:
    design = Design(np.array([0, 0, 1]), np.arange(3), np.ones(3))
    statistic = mean(design, np.array([1.0, 2.0, 4.0]))
    with pytest.raises(AnalysisError, match="two or more clusters"):
        estimate(design, statistic)
    errors = [estimate(design, statistic, lone=lone).se[0] for lone in ("certainty", "adjust", "average")]
    assert errors[0] < errors[1]
    assert errors[0] < errors[2]


def people(cells: list[tuple[int, int, int]]) -> tuple[Sample, Population]:
    """(school, people, answers) of one group in one stratum."""
    school, size, answers = (np.array(column, np.int64) for column in zip(*cells, strict=True))
    row = np.repeat(school, answers)
    flat = np.zeros(row.size, np.int64)
    sample = Sample(
        answers=np.tile([[5], [1]], (row.size, 1))[: row.size].astype(np.uint8),
        items=("q13",),
        group=flat,
        groups=("parent",),
        school=row,
        schools=tuple("ABCDE"),
        stratum=flat,
        strata=("all",),
        cluster=row,
        weight=np.ones(row.size),
    )
    return sample, Population(np.zeros_like(school), school, np.zeros_like(school), size)


def keep(sample: Sample, inside: np.ndarray) -> Sample:
    columns = ("answers", "group", "school", "stratum", "cluster", "weight")
    return replace(sample, **{name: getattr(sample, name)[inside] for name in columns})


def test_weights_are_made_after_rows_are_taken_out() -> None:
    """Duplicates out first, weights then: they add up to the people again; the other way they do not."""
    sample, population = people([(0, 100, 10), (1, 300, 12)])
    before = frame_weights(sample, population)
    rest = np.arange(sample.group.size) % 5 != 0
    after = frame_weights(keep(sample, rest), population)
    assert before.final.sum() == pytest.approx(400)
    assert after.final.sum() == pytest.approx(400)
    assert before.final[rest].sum() < 390
    assert after.final[0] > before.final[rest][0]


def test_a_composite_without_one_of_its_groups_says_so(school: Sample) -> None:
    found = score(keep(school, school.group != 4), make_rule())
    assert (found.comparable, found.missing_groups) == (False, ("deputy",))
    assert sum(found.group_weight.values()) == pytest.approx(1)
    assert "missing_group" in [notice.code for notice in found.notices]


def test_reversed_items_are_turned_before_alpha() -> None:
    rng = np.random.default_rng(5)
    level = rng.normal(0, 1, (300, 1))
    items = np.clip(np.round(3 + level + rng.normal(0, 0.7, (300, 4))), 1, 5)
    items[:, 2] = 6 - items[:, 2]
    wrong, right = alpha(items), alpha(recode_reversed(items, [2], low=1, high=5))
    assert wrong.value < 0.5 < right.value
    assert wrong.notices
    assert not right.notices


def test_a_tie_at_the_line() -> None:
    """Exactly 85 is 85; a little below is not, however it is rounded."""
    assert reaches(0.85 * 100, 85.0, ">=")
    assert reaches(85.00000000000001 - 1e-13, 85.0, ">=")
    assert not reaches(84.999, 85.0, ">=")
    assert round_half_up(84.999, 2) == 85.0
    assert not reaches(85.0, 85.0, ">")


def test_at_the_line_there_is_no_verdict(school: Sample) -> None:
    found = score(school, make_rule())
    assert found.composite.low is not None
    assert decide(found.composite, found.composite.low, ">=") == "met"
    assert decide(found.composite, found.composite.low, ">") == "not_enough_evidence"


def test_more_drawn_than_there_are() -> None:
    with pytest.raises(AnalysisError, match="more clusters sampled than the population has") as caught:
        Design(np.zeros(3, np.int64), np.arange(3), np.ones(3), np.array([2]))
    assert caught.value.hint == "the frame is wrong"
    with pytest.raises(AnalysisError, match="more people sampled than the population has"):
        Design(
            np.zeros(2, np.int64),
            np.zeros(2, np.int64),
            np.ones(2),
            np.array([1]),
            SecondStage(np.zeros(2, np.int64), np.array([1])),
        )


def test_more_answers_than_pupils_is_no_factor_below_one() -> None:
    with pytest.raises(AnalysisError, match="the roster is wrong"):
        class_factors(np.array([10.0]), np.array([12.0]), np.array([0]))
    sample, population = people([(0, 10, 12), (1, 300, 12)])
    with pytest.raises(AnalysisError, match=r"A, parent: 12 of 10 .the roster is wrong"):
        frame_weights(sample, population)
    weights = frame_weights(sample, population, overfull="share")
    assert weights.final[:12].sum() == pytest.approx(10)
    assert weights.notices[0].code == "more_answers_than_roster"


def test_groups_of_one_school_are_not_independent() -> None:
    design, table = school_design()
    domain = positions(table["grp"], tuple(GROUP_WEIGHT))[0]
    groups = mean(design, in_domains(given_answers(table, "q13"), domain, 7))
    weight = np.array(list(GROUP_WEIGHT.values()))
    right = estimate(design, combine(groups, weight)).se[0]
    wrong = np.sqrt(np.square(weight) @ np.square(estimate(design, groups).se))
    assert right > 1.05 * wrong


def test_weights_are_not_head_counts() -> None:
    """Ten times the weights is not ten times the people."""
    design, table = school_design()
    score13 = given_answers(table, "q13")
    area = (np.array(table["area"]) == "U").astype(float)
    for scale in (1.0, 10.0):
        scaled = replace(design, weight=design.weight * scale)
        found = estimate(scaled, mean(scaled, score13)), linear(scaled, score13, area[:, None], ("urban",))
        if scale == 1.0:
            first = found
    assert found[0].se == pytest.approx(first[0].se)
    assert found[1].se == pytest.approx(first[1].se)
