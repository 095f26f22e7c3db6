"""How sure a score is: supposing something of the silent, every scorecard, errors computed another way."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from analysis.design import Design
from analysis.frame import Sample
from analysis.replication import bootstrap, jackknife, replicate
from analysis.scoring import figures, score
from surveys.errors import SurveyError
from surveys.scorecards.library import library_names
from surveys.studies import Basis, make_study
from surveys.studies.repeating import REPLICATES, study_errors
from surveys.studies.schemes import study_schemes
from surveys.studies.supposing import study_silence, suppose
from tests.surveys.certain import ANSWERS, closed_county, made

SATISFIED, NOT = 4, 1


@pytest.fixture
def basis(session: Session) -> Basis:
    return closed_county(session)


# The silent


def test_the_silent_like_the_others_give_the_score_to_the_last_digit(basis: Basis) -> None:
    study = study_silence(basis)
    found = suppose(study, less=[0])
    assert found.whole == (basis.evaluation.result["composite"]["value"],)
    assert {group: value for group, (value,) in found.own.items()} == {
        each["group"]: each["value"] for each in basis.evaluation.result["groups"] if each["value"] is not None
    }


def filled_in(basis: Basis, level: dict[str, float]) -> float:
    """The composite where everybody answered: those who did, and for the silent of each group one form for each
    thousandth of them, so many satisfied as `level` says."""
    sample, result = basis.sample, basis.evaluation.result
    rate = {each["group"]: each["response_rate"] for each in result["silence"]["groups"]}
    rows, weights, answers = [], [], []
    own = sample.weight.copy()
    for place, group in enumerate(sample.groups):
        inside = np.flatnonzero(sample.group == place)
        if not inside.size:
            continue
        total = sample.weight[inside].sum()
        own[inside] *= rate[group]
        happy = level[group] / 100
        for code, share in ((SATISFIED, happy), (NOT, 1 - happy)):
            if share > 0 and rate[group] < 1:
                rows.append(inside[0])
                weights.append(total * (1 - rate[group]) * share)
                answers.append(np.full(len(sample.items), code, np.uint8))
    chosen = np.concatenate([np.arange(own.size), rows]).astype(int)
    columns = {name: getattr(sample, name)[chosen] for name in ("group", "school", "stratum", "cluster")}
    whole = replace(
        sample,
        answers=np.ascontiguousarray(np.vstack([sample.answers, *answers])),
        weight=np.concatenate([own, weights]),
        **columns,
    )
    return float(figures(whole, basis.rule).county[-1])


@pytest.mark.parametrize("less", [-30, 3.7, 12, 40, 100])
def test_filled_in_answers_give_what_is_supposed(basis: Basis, less: float) -> None:
    study = study_silence(basis)
    level = {each["group"]: min(max(each["value"] - less, 0), 100) for each in study["groups"]}
    assert suppose(study, less=[less]).whole[0] == pytest.approx(filled_in(basis, level), abs=1e-9)


def test_the_crossing_is_where_scoring_filled_in_answers_crosses(basis: Basis) -> None:
    study = study_silence(basis)
    assert study["gap"] is not None
    level = {each["group"]: min(max(each["value"] - study["gap"], 0), 100) for each in study["groups"]}
    assert filled_in(basis, level) == pytest.approx(basis.rule.threshold, abs=1e-9)
    assert filled_in(basis, {group: value + 0.5 for group, value in level.items() if value < 99}) > 85


def test_so_many_of_a_hundred_are_just_enough(basis: Basis) -> None:
    """Spread over the groups as one likes: here the same share of the silent of every group."""
    study = study_silence(basis)
    needed = study["needed"]
    assert 0 < needed < 100
    assert filled_in(basis, {each["group"]: needed for each in study["groups"]}) == pytest.approx(85, abs=1e-9)
    for each in study["groups"]:
        if each["needed"] is not None and 0 <= each["needed"] <= 100:
            own = each["rate"] * each["value"] + (1 - each["rate"]) * each["needed"]
            assert own == pytest.approx(85, abs=1e-9)


def test_one_group_alone_moves_the_composite_by_its_weight(basis: Basis) -> None:
    study = study_silence(basis)
    found = suppose(study, less=[10, 20], shown=["parent"])
    (parents,) = (each for each in study["groups"] if each["group"] == "parent")
    fall = parents["weight"] * (1 - parents["rate"]) * 10
    assert found.groups["parent"][0] == pytest.approx(study["value"] - fall)
    assert set(found.groups) == set(found.own) == {"parent"}
    alone = parents["alone"]
    if alone is not None:
        assert suppose(study, less=[alone]).groups["parent"][0] == pytest.approx(85, abs=1e-9)


def test_bounds_are_those_of_the_score(basis: Basis) -> None:
    study, kept = study_silence(basis), basis.evaluation.result["silence"]
    assert (study["low"], study["high"]) == pytest.approx((kept["composite"]["low"], kept["composite"]["high"]))
    known = {each["group"]: each for each in kept["groups"]}
    assert {each["group"] for each in study["groups"]} | {"principal"} == set(known)
    for each in study["groups"]:
        own = known[each["group"]]
        assert (each["low"], each["high"]) == pytest.approx((own["low"], own["high"]))
    assert study["mute"] == ["principal"]
    assert study["gap"] == pytest.approx(kept["composite"]["tipping_gap"])


def test_evenness_by_hand(basis: Basis) -> None:
    """Parents: 40 of 60, 21 of 40, 60 of 80."""
    rows = {each["group"]: each for each in study_silence(basis)["evenness"]}
    people, came = np.array([60, 40, 80]), np.array([40, 21, 60])
    rate = came.sum() / people.sum()
    spread = np.sqrt((people * (came / people - rate) ** 2).sum() / (people.sum() - 1))
    assert rows["parent"]["value"] == pytest.approx(1 - 2 * spread)
    assert rows[None]["n"] == 60 * 2 + 40 * 2 + 80 * 2 + 25 + 3 + 20  # and the three principals, who are silent
    assert rows["teacher"]["thin"] == 2


def test_a_group_that_nobody_counted_stays_as_it_is(session: Session) -> None:
    """The public has no roll here: it is held where it is, and named."""
    basis = closed_county(session, {**ANSWERS, ("public", None): 30})
    study = study_silence(basis)
    assert study["fixed"] == ["public"]
    assert "public" not in {each["group"] for each in study["groups"]}
    assert suppose(study, less=[0]).whole[0] == basis.evaluation.result["composite"]["value"]
    weight = sum(each["weight"] * (1 - each["rate"]) for each in study["groups"])
    assert suppose(study, less=[1]).whole[0] == pytest.approx(study["value"] - weight)


def test_where_silence_counts_already_nothing_is_supposed(basis: Basis) -> None:
    silent = dict(basis.evaluation.result) | {"silence": None}
    rule = replace(basis.rule, denominator="roster")
    evaluation = replace(basis.evaluation, result=silent)
    assert study_silence(replace(basis, evaluation=evaluation, rule=rule)) == {"why": "counted"}
    assert study_silence(replace(basis, evaluation=evaluation)) == {"why": "unknown"}


# Every scorecard


def scored_by(session: Session, name: str) -> dict[str, Any] | None:
    """What `flask score --scorecard` keeps; None where it refuses."""
    try:
        return dict(made(session, scorecard=name).result)
    except SurveyError as error:
        if error.code in ("scorecard.uncovered", "score.impossible"):
            return None
        raise


def test_every_scorecard_gives_what_scoring_by_it_gives(session: Session, basis: Basis) -> None:
    """The very numbers of `flask score --scorecard`, and the very refusals."""
    rows = {each["name"]: each for each in study_schemes(basis)}
    assert tuple(rows) == library_names()
    applied = 0
    for name, row in rows.items():
        kept = scored_by(session, name)
        if kept is None or kept["composite"]["value"] is None:
            assert row["refused"]
            assert row["value"] is row["verdict"] is None
            continue
        assert row["refused"] is None
        numbers = ("value", "low", "high", "se", "n")
        assert [row[key] for key in numbers] == [kept["composite"][key] for key in numbers]
        words = ("verdict", "reached", "threshold")
        assert [row[key] for key in words] == [kept[key] for key in words]
        applied += 1
    assert applied > 10
    assert [name for name, row in rows.items() if row["own"]] == ["renke-default"]


def test_scorecards_that_count_one_option_are_no_measure_of_satisfaction(basis: Basis) -> None:
    counts = {each["name"] for each in study_schemes(basis) if each["counts"]}
    no_measure = set(library_names()) - counts
    single = {f"{place}-option-only" for place in ("second", "third", "fourth", "fifth")}
    assert single | {"two-lowest-of-five"} == no_measure


def test_why_a_scorecard_cannot_be_used(basis: Basis) -> None:
    codes = {
        each["name"]: {problem["code"] for problem in each["refused"]}
        for each in study_schemes(basis)
        if each["refused"]
    }
    assert codes["one-to-seven"] == {"scorecard.scale_uncovered"}
    assert codes["fixed-groups-60-30-10"] == {"scheme.no_group"}


# Errors another way


def in_the_long_way(basis: Basis, weight: np.ndarray) -> np.ndarray:
    """Share of satisfied of each group by item and dimension, and the composite: written out."""
    sample: Sample = basis.sample
    values = []
    for group in range(len(sample.groups)):
        inside = sample.group == group
        rates = []
        for item in ("teaching", "homework"):
            codes = sample.answers[:, sample.items.index(item)]
            valid = inside & (codes >= 1) & (codes <= 4)
            rates.append((weight * valid) @ (codes >= 3) / (weight @ valid) if (weight @ valid) > 0 else np.nan)
        values.append(100 * np.mean(rates))
    share = np.array([basis.evaluation.result["group_weights"].get(group, 0.0) for group in sample.groups])
    there = share > 0
    return np.append(np.array(values)[there], share[there] @ np.array(values)[there])


def test_errors_are_those_of_replicate_weights(basis: Basis) -> None:
    study = study_errors(basis)
    rows = [each for each in study["rows"] if each["value"] is not None]
    sample = basis.sample
    stratum = np.where(sample.school >= 0, 1, 0)  # each school is alone in its stratum: all three are one
    design = Design(stratum, sample.cluster, sample.weight)
    long = replicate(design, jackknife(design), lambda weight: in_the_long_way(basis, weight))
    np.testing.assert_allclose([each["value"] for each in rows], long.value, rtol=1e-12)
    np.testing.assert_allclose([each["jackknife"] for each in rows], long.se, rtol=1e-8)
    drawn = bootstrap(design, REPLICATES, basis.rng())
    again = replicate(design, drawn, lambda weight: in_the_long_way(basis, weight))
    np.testing.assert_allclose([each["bootstrap"] for each in rows], again.se, rtol=1e-8)
    whole = basis.evaluation.result["composite"]
    assert rows[-1]["linearised"] == whole["se"]
    assert all(each["anew"] is None for each in rows), "weights of the frame come from each school's own roll"


def test_the_study_repeats_itself_and_is_plain(basis: Basis) -> None:
    one, two = (make_study(basis, kind="certainty") for _ in range(2))
    assert one == two
    assert json.loads(json.dumps(one, allow_nan=False)) == one


def test_one_school_has_no_errors_to_compare(session: Session) -> None:
    basis = closed_county(session, {("student", "P01"): 50})
    study: dict[str, Any] = make_study(basis, kind="certainty")
    assert study["errors"] is None
    assert study["silence"]["groups"][0]["group"] == "student"


def test_the_scores_of_the_page_are_made_by_the_same_rule(basis: Basis) -> None:
    scored = score(basis.sample, basis.rule, population=basis.dataset.roster.population)
    assert scored.composite.value == basis.evaluation.result["composite"]["value"]
