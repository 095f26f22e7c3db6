"""What an answer is worth under a scorecard, and what is said when the papers do not fit it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.frame import MISSING, NOT_ASKED
from surveys.errors import SurveyError
from surveys.instruments.library import library_document as instrument_document
from surveys.instruments.library import library_names as instrument_names
from surveys.instruments.parsing import parse_instrument
from surveys.scorecards.compiling import compile_majority, compile_rule
from surveys.scorecards.library import DEFAULT, library_document, library_names
from surveys.scorecards.parsing import parse_scorecard
from tests.surveys.scorecard_papers import CODES, item, library_scorecard, paper, scale

PAPERS = [parse_instrument(instrument_document(name)) for name in instrument_names()]
ONE_SCALE_ONLY = {"one-to-seven"}


def card(**changes: str):
    """The five-grade scorecard with lines of its document replaced."""
    lines = library_document("five-by-twenty").splitlines()
    for key, value in changes.items():
        lines = [line for line in lines if not line.startswith(f"{key}:")] + [f"{key}: {value}"]
    return parse_scorecard("\n".join(lines))


def values(scorecard, question, direction=1):
    rule = compile_rule(scorecard, number=1, instruments=[paper(item(question, direction=direction))])
    return rule.items[0].values


FIVE = ("q1", "satisfaction-5", "equity_policy")
# measure, don't know, missing, direction -> what 5, 4, 3, 2, 1, 9 and a blank are worth
WORTH = [
    ("mean", "exclude", "exclude", 1, (100, 80, 60, 40, 20, None, None)),
    ("mean", "neutral", "zero", 1, (100, 80, 60, 40, 20, 50, 0)),
    ("mean", "zero", "exclude", -1, (20, 40, 60, 80, 100, 0, None)),  # 100 + 20 - points
    ("share", "exclude", "exclude", 1, (100, 100, 0, 0, 0, None, None)),
    ("share", "neutral", "zero", -1, (0, 0, 0, 100, 100, 50, 0)),  # the two options of the other end
    ("share", "zero", "zero", 1, (100, 100, 0, 0, 0, 0, 0)),
]


@pytest.mark.parametrize(("measure", "dont_know", "missing", "direction", "expected"), WORTH)
def test_what_an_answer_is_worth(measure, dont_know, missing, direction, expected):
    found = values(card(measure=measure, dont_know=dont_know, missing=missing), FIVE, direction)
    wanted = np.array([np.nan if each is None else each for each in expected], float)
    np.testing.assert_array_equal(found[[5, 4, 3, 2, 1, 9, MISSING]], wanted)
    assert np.isnan(found[[6, 7, 8, 10, 254, NOT_ASKED]]).all()


@given(
    st.sampled_from(library_names()),
    st.sampled_from(["exclude", "neutral", "zero"]),
    st.sampled_from(["exclude", "zero"]),
    st.sampled_from([1, -1]),
)
def test_an_answer_is_worth_nothing_or_0_to_100(name, dont_know, missing, direction):
    text = library_document(name)
    for key, value in (("dont_know", dont_know), ("missing", missing)):
        text = "\n".join(f"{key}: {value}" if line.startswith(f"{key}:") else line for line in text.splitlines())
    scorecard = parse_scorecard(text)
    items = [item((f"q_{place}", on, "d"), direction=direction) for place, on in enumerate(scorecard.scales)]
    if scorecard.dimensions is not None:
        items = [item((each.id, each.scale.name, next(iter(scorecard.dimensions))), direction=direction)
                 for each in items]  # fmt: skip
    overall = item(("overall", next(iter(scorecard.scales)), None))
    for each in compile_rule(scorecard, number=1, instruments=[paper(*items, overall)]).items:
        worth = each.values
        assert worth.shape == (256,)
        assert (np.isnan(worth) | ((worth >= 0) & (worth <= 100))).all()
        assert np.isnan(worth[NOT_ASKED])


@pytest.mark.parametrize("name", sorted(set(library_names()) - ONE_SCALE_ONLY))
def test_the_library_covers_the_product_s_papers(name):
    rule = compile_rule(library_scorecard(name), number=4, instruments=PAPERS)
    scored = {each.id: each for instrument in PAPERS for each in instrument.items if each.scored}
    assert {each.item for each in rule.items} == set(scored)
    assert rule.version == 4
    for each in rule.items:
        assert each.codes == scored[each.item].scale.codes
        assert each.overall == (scored[each.item].role == "overall")


def test_conduct_and_background_are_never_scored():
    asked = [item(FIVE), item(("told", "satisfaction-5", None), role="conduct"),
             item(("age", "satisfaction-5", None), role="background")]  # fmt: skip
    rule = compile_rule(library_scorecard(DEFAULT), number=1, instruments=[paper(*asked)])
    assert [each.item for each in rule.items] == ["q1"]


def test_the_scorecard_overrides_weight_and_direction():
    scorecard = card(items="{q1: {weight: 2.5, direction: -1}, q2: {weight: 0}}")
    asked = [item(FIVE), item(("q2", "satisfaction-5", "d")), item(("q3", "satisfaction-5", "d"), direction=-1)]
    rule = compile_rule(scorecard, number=1, instruments=[paper(*asked)])
    assert [(each.item, each.weight) for each in rule.items] == [("q1", 2.5), ("q3", 1)]
    assert rule.items[0].values[5] == 20
    assert rule.items[0].positive == {2, 1}
    back = compile_rule(card(items="{q3: {direction: 1}}"), number=1, instruments=[paper(asked[2])])
    assert back.items[0].values[5] == 100


def test_papers_share_items_and_dimensions_weigh_equally():
    first = paper(item(FIVE), item(("q2", "satisfaction-5", "exam_reform")), name="first")
    second = paper(item(FIVE), item(("overall", "satisfaction-5", None)), name="second")
    rule = compile_rule(card(), number=1, instruments=[first, second])
    assert [each.item for each in rule.items] == ["q1", "q2", "overall"]
    assert rule.dimension_weight == {"equity_policy": 1, "exam_reform": 1}


def misfits(scorecard, *instruments):
    with pytest.raises(SurveyError) as refused:
        compile_rule(scorecard, number=1, instruments=instruments)
    assert refused.value.code == "scorecard.uncovered"
    return {(each.code, each.value) for each in refused.value.problems}


def test_everything_that_does_not_fit_is_said_at_once():
    asked = [
        item(("q1", "agreement-7", "exam_reform")),
        item(("q2", "satisfied-2", "equity_policy")),
        item(("q3", "satisfaction-5", "equity_policy"), codes=(6, 5, 4, 3, 2, 9)),
        item(("q4", "frequency-4", "exam_reform")),
    ]
    other = paper(item(("q4", "satisfaction-4", "exam_reform")), name="other")
    scorecard = card(items="{q9: {weight: 2}}", dimensions="{exam_reform: 1}")
    assert misfits(scorecard, paper(*asked), other) == {
        ("scorecard.scale_uncovered", "agreement-7"),
        ("scorecard.scale_uncovered", "satisfied-2"),
        ("scorecard.option_uncovered", "6"),
        ("scorecard.option_unknown", "1"),
        ("scorecard.item_conflict", "q4"),
        ("scorecard.item_unknown", "q9"),
        ("scorecard.dimension_uncovered", "equity_policy"),
    }


def test_points_for_dont_know_are_refused():
    scales = "{satisfaction-3: {options: [3, 2, 1, 9], points: [100, 50, 0, 50]}}"
    scorecard = parse_scorecard(_with_scales(scales))
    found = misfits(scorecard, paper(item(("q1", "satisfaction-3", "d"))))
    assert found == {("scorecard.dont_know_scored", "9")}


def _with_scales(scales: str) -> str:
    head, rest = library_document("five-by-twenty").split("scales:\n")
    return f"{head}scales: {scales}\n" + rest[rest.index("dont_know:") :]


def test_nothing_to_score_is_refused():
    background = item(("age", "satisfaction-5", None), role="background")
    assert misfits(card(), paper(background)) == {("scorecard.nothing_scored", None)}
    assert misfits(card(unit="overall"), paper(item(FIVE))) == {("scorecard.overall_missing", None)}


def test_a_majority_needs_its_levels_for_the_scale():
    rule = compile_majority(library_scorecard("roster-majority"), scale=scale("satisfaction-5"))
    assert rule.levels == (("satisfied", {5, 4}), ("basically_satisfied", {3}))
    assert (rule.otherwise, rule.share) == ("dissatisfied", 0.5)
    with pytest.raises(SurveyError) as refused:
        compile_majority(library_scorecard("roster-majority"), scale=scale("agreement-7"))
    assert refused.value.code == "scorecard.uncovered"
    with pytest.raises(SurveyError) as refused:
        compile_majority(library_scorecard(DEFAULT), scale=scale("satisfaction-4"))
    assert refused.value.code == "scorecard.no_majority"


def test_standard_scales_of_the_papers_are_those_of_the_examples():
    for instrument in PAPERS:
        for each in instrument.items:
            if each.scored:
                assert each.scale.codes == set(CODES[each.scale.name])
