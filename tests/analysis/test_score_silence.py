"""This county this term, and those who did not answer: the score's statements against the engine and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.counting import count_answers
from analysis.design import SecondStage
from analysis.estimation import combine, estimate, join
from analysis.frame import Population, Sample
from analysis.rule import ScoringRule
from analysis.scoring import score, score_counts
from analysis.weighting import cell_weights, frame_weights
from tests.analysis.cases.engine import by_group, satisfied, school
from tests.analysis.conftest import GROUP_WEIGHT, GROUPS, ITEMS, make_rule, read


def frame_of(sample: Sample) -> Population:
    """school_frame.csv, as far as anybody answered."""
    table = read("school_frame.csv")
    cells = sorted(
        (GROUPS.index(group), sample.schools.index(psu), sample.strata.index(stratum), int(people))
        for group, psu, stratum, people in zip(
            table["grp"], table["psu"], table["stratum"], table["N_grp"], strict=True
        )
    )
    return Population(*(np.array(column, np.int64) for column in zip(*cells, strict=True)))


def put_together(sample: Sample, people: dict[tuple[int, int], int]) -> tuple[np.ndarray, np.ndarray]:
    """Cells of (school, group) with one answer out of several people join the smallest other cell of the school."""
    keys = list(zip(sample.school.tolist(), sample.group.tolist(), strict=True))
    answers = {key: keys.count(key) for key in set(keys)}
    lone = {key for key, n in answers.items() if n == 1 and people[key] > 1}
    target = {}
    for key in answers:
        others = sorted((n, other) for other, n in answers.items() if other[0] == key[0] and other not in lone)
        target[key] = others[0][1] if key in lone and others else key
    names = sorted(set(target.values()))
    size = np.zeros(len(names), np.int64)
    for key in answers:
        size[names.index(target[key])] += max(people[key], answers[key])
    return np.array([names.index(target[key]) for key in keys]), size


@pytest.mark.parametrize("everybody", [False, True])
def test_the_term_is_the_engine_with_all_schools_in(school_sample: Sample, everybody: bool) -> None:
    """The composite of twelve items and seven groups; lone principals are put together with others of the school."""
    population = frame_of(school_sample)
    found = score(school_sample, make_rule(), population=population)
    design, table = school()
    items = [
        combine(by_group(design, table, satisfied(table, i)), np.array(list(GROUP_WEIGHT.values()))) for i in ITEMS[:12]
    ]
    index = combine(join(*items), np.full(12, 1 / 12))
    people = dict(
        zip(
            zip(population.school.tolist(), population.group.tolist(), strict=True),
            population.size.tolist(),
            strict=True,
        )
    )
    cell, size = put_together(school_sample, people)
    clusters = np.bincount(np.unique(np.column_stack([design.cluster, design.stratum]), axis=0)[:, 1])
    complete = replace(design, population=clusters, second=SecondStage(cell, size))
    expected = estimate(complete, index, lone="certainty")
    assert found.term is not None
    assert found.term.value == pytest.approx(100 * expected.value[0], rel=1e-9)
    assert found.term.se == pytest.approx(100 * expected.se[0], rel=1e-9)
    assert found.term.df == found.composite.df
    assert (found.term.se or 0) < (found.composite.se or 0)
    if everybody:
        answers = np.bincount(school_sample.school * 7 + school_sample.group, minlength=len(school_sample.schools) * 7)
        all_answered = replace(population, size=answers[population.school * 7 + population.group])
        exact = score(school_sample, make_rule(), population=all_answered).term
        assert exact is not None
        assert (exact.se, exact.low, exact.high, exact.interval) == (0.0, exact.value, exact.value, "complete")


@pytest.fixture
def school_sample(school: Sample) -> Sample:
    return school


def two_schools(answers: dict[tuple[int, int], list[int]]) -> Sample:
    """Answers (1 or 5) by school and group; group 0 parents, 1 principals."""
    rows = [(where, group, each) for (where, group), given in answers.items() for each in given]
    place, group, codes = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    return Sample(
        answers=codes[:, None].astype(np.uint8),
        items=("q13",),
        group=group,
        groups=("parent", "principal"),
        school=place,
        schools=("A", "B"),
        stratum=np.zeros(place.size, np.int64),
        strata=("all",),
        cluster=place,
        weight=np.ones(place.size),
    )


def rule_of(**changes: object) -> ScoringRule:
    overall = replace(make_rule().items[-1], dimension="D1", overall=False)
    settings = {"items": (overall,), "dimension_weight": {"D1": 1.0}, "group_weight": {"parent": 0.8, "principal": 0.2}}
    return make_rule(**(settings | changes))


FRAME = Population(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.zeros(4, np.int64), np.array([10, 8, 2, 1]))
SAMPLE = {(0, 0): [5, 5, 1, 5], (1, 0): [5, 1], (0, 1): [5], (1, 1): [1]}


def test_by_hand() -> None:
    """Parents 4 of 6 satisfied; the lone principal of A (of two) joins A's parents; that of B is all there is."""
    found = score(two_schools(SAMPLE), rule_of(), population=FRAME)
    assert found.term is not None
    z_a = np.array([1 / 3, 1 / 3, -2 / 3, 1 / 3]) / 6 * 0.8
    joined = np.append(z_a, 0.2 * 0.5 / 2)
    z_b = np.array([1 / 3, -2 / 3]) / 6 * 0.8
    variance = (1 - 5 / 12) * 5 / 4 * np.square(joined - joined.mean()).sum()
    variance += (1 - 2 / 8) * 2 / 1 * np.square(z_b - z_b.mean()).sum()
    assert found.term.se == pytest.approx(100 * np.sqrt(variance))


def test_bounds_and_gap_by_hand() -> None:
    """6 of 18 parents and 2 of 3 principals answered; 0.8 (2/3) + 0.2 (1/2) = 0.6333 against 0.6."""
    found = score(two_schools(SAMPLE), rule_of(threshold=60.0), population=FRAME).silence
    assert found is not None
    assert found.composite is not None
    assert found.groups == ("parent", "principal")
    assert found.bounds.low.tolist() == pytest.approx([4 / 18, 1 / 3])
    assert found.bounds.high.tolist() == pytest.approx([16 / 18, 2 / 3])
    silent = 0.8 * 12 / 18 + 0.2 * 1 / 3
    assert found.composite.tipping_gap == pytest.approx((0.8 * 2 / 3 + 0.1 - 0.6) / silent)


@pytest.mark.parametrize("unit", ["answer", "overall", "respondent"])
def test_other_units_have_the_term_of_one_item(unit: str) -> None:
    """With one item all units are the same share."""
    overall = replace(rule_of().items[0], overall=unit == "overall")
    changes = {"unit": unit, "items": (overall,), "respondent_threshold": 50.0}
    expected = score(two_schools(SAMPLE), rule_of(), population=FRAME).term
    found = score(two_schools(SAMPLE), rule_of(**changes), population=FRAME).term
    assert found is not None
    assert expected is not None
    assert found.se == pytest.approx(expected.se)


def test_pooled_together_and_weighted_by_the_frame() -> None:
    """All as one group: everybody's weight is the people of the cell over its answers."""
    sample = two_schools(SAMPLE)
    weights = frame_weights(sample, FRAME, least=1)
    weighted = replace(sample, weight=weights.final)
    found = score(weighted, rule_of(grouping="pooled"), population=FRAME).term
    z = weights.final * ((sample.answers[:, 0] == 5) - np.average(sample.answers[:, 0] == 5, weights=weights.final))
    z = z / weights.final.sum()
    joined, rest = z[[0, 1, 2, 3, 6]], z[[4, 5]]
    variance = (1 - 5 / 12) * 5 / 4 * np.square(joined - joined.mean()).sum()
    variance += (1 - 2 / 8) * 2 * np.square(rest - rest.mean()).sum()
    assert found is not None
    assert found.se == pytest.approx(100 * np.sqrt(variance))


def test_a_lone_person_that_nobody_joins_is_named() -> None:
    sample = two_schools({(0, 0): [5, 1, 5], (1, 1): [1]})
    found = score(sample, rule_of(), population=Population(*(np.array(c) for c in ([0, 1], [0, 1], [0, 0], [9, 3]))))
    assert {"lone_people"} <= {notice.code for notice in found.notices}


def test_a_school_without_any_answer_is_no_school_that_takes_part() -> None:
    more = Population(
        *(
            np.append(getattr(FRAME, name), [extra])
            for name, extra in zip(("group", "school", "stratum", "size"), (0, 2, 0, 50), strict=True)
        )
    )
    sample = replace(two_schools(SAMPLE), schools=("A", "B", "C"))
    found = score(sample, rule_of(), population=more)
    assert found.term is None
    assert [notice.params for notice in found.notices if notice.code == "schools_silent"] == [{"schools": 1}]
    nobody = replace(more, size=np.array([10, 8, 2, 1, 0]))
    assert score(sample, rule_of(), population=nobody).term is not None


def test_without_the_frame_and_from_counts_there_is_none() -> None:
    sample = two_schools(SAMPLE)
    assert score(sample, rule_of()).term is None
    assert score(sample, rule_of()).silence is None
    counts = count_answers(sample)
    weight = cell_weights(counts, FRAME).final
    found = score_counts(counts, rule_of(), weight=weight, population=FRAME)
    assert found.term is None
    assert found.silence is not None
