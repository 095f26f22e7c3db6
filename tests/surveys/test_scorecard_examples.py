"""Every scorecard of the library on a few answers, worked out by hand to the last published digit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.scoring import find_band, majority_band
from surveys.scorecards.compiling import compile_majority, compile_rule
from surveys.scorecards.library import library_document, library_names
from surveys.scorecards.parsing import parse_scorecard
from tests.surveys.scorecard_papers import (
    county_score,
    item,
    library_scorecard,
    paper,
    published,
    scale,
)

# Ten people, one item of five options: 6 x 5, 3 x 4, 1 x 2, and a "don't know" and a blank that must not matter.
# 60 % 5, 30 % 4, 10 % 2 is the example of the methods notes: 90 %, 88 % and 85 % from the same forms.
TEN = [[5]] * 6 + [[4]] * 3 + [[2]] + [[9], [0]]
ONE_ITEM = [
    ("top-two-of-five", "90.00"),  # (6 + 3) / 10
    ("top-three-of-five", "90.00"),  # nobody chose the middle
    ("satisfied-plus-basic", "90.00"),
    ("five-by-twenty", "88.00"),  # (6 x 100 + 3 x 80 + 1 x 40) / 10 = 880 / 10
    ("quarter-steps", "85.00"),  # (6 x 100 + 3 x 75 + 1 x 25) / 10 = 850 / 10
    ("graded-100-80-60-30-0", "87.00"),  # (6 x 100 + 3 x 80 + 1 x 30) / 10 = 870 / 10
    ("graded-100-80-20", "92.00"),  # (9 x 100 + 1 x 20) / 10 = 920 / 10
    ("respondent-mean-four", "90.00"),  # own mean 5 or 4 for 9 of 10
    ("first-option-only", "60.00"),
    ("second-option-only", "30.00"),
    ("third-option-only", "0.00"),
    ("fourth-option-only", "10.00"),
    ("fifth-option-only", "0.00"),
    ("two-lowest-of-five", "10.00"),
]


@pytest.mark.parametrize(("name", "expected"), ONE_ITEM)
def test_ten_people_one_item_of_five_options(name, expected):
    card = library_scorecard(name)
    groups = {"parent": TEN}
    assert published(card, county_score(card, [item(("q", "satisfaction-5", "equity_policy"))], groups)) == expected


# Seven people, one item of three options, each counted at its own worth: 3, 3, 3, 3, 2, 2, 1.
SEVEN = [[3]] * 4 + [[2]] * 2 + [[1]]
THREE_OPTIONS = [
    ("graded-100-80-20", "ballot-3", "82.86"),  # (400 + 160 + 20) / 7 = 580 / 7 = 82.857142...
    ("satisfied-plus-basic", "ballot-3", "85.71"),  # 6 / 7 = 85.714285...
    ("first-option-only", "ballot-3", "57.14"),  # 4 / 7 = 57.142857...
    ("second-option-only", "ballot-3", "28.57"),  # 2 / 7 = 28.571428...
    ("third-option-only", "ballot-3", "14.29"),  # 1 / 7 = 14.285714...
    ("fourth-option-only", "ballot-3", "0.00"),
    ("graded-100-80-60-30-0", "satisfaction-3", "74.29"),  # (400 + 120 + 0) / 7 = 520 / 7 = 74.285714...
    ("five-by-twenty", "satisfaction-3", "77.14"),  # (400 + 120 + 20) / 7 = 540 / 7 = 77.142857...
    ("quarter-steps", "satisfaction-3", "71.43"),  # (400 + 100 + 0) / 7 = 500 / 7 = 71.428571...
    ("top-two-of-five", "satisfaction-3", "57.14"),
    ("two-lowest-of-five", "satisfaction-3", "14.29"),
]


@pytest.mark.parametrize(("name", "on", "expected"), THREE_OPTIONS)
def test_seven_people_one_item_of_three_options(name, on, expected):
    card = library_scorecard(name)
    assert published(card, county_score(card, [item(("q", on, "equity_policy"))], {"parent": SEVEN})) == expected


def test_a_half_is_rounded_up():
    """1 of 32 is 3.125, which binary-minded rounding prints as 3.12."""
    card = library_scorecard("first-option-only")
    found = county_score(card, [item(("q", "ballot-3", "equity_policy"))], {"parent": [[3]] + [[1]] * 31})
    assert published(card, found) == "3.13"


def test_mean_grade_over_the_highest_grade():
    """7 x 5 + 8 x 4 + 4 x 3 + 4 x 2 + 2 x 1 = 89; 89 / 25 = 3.56; 3.56 / 5 = 71.2 %."""
    card = library_scorecard("five-by-twenty")
    people = [[5]] * 7 + [[4]] * 8 + [[3]] * 4 + [[2]] * 4 + [[1]] * 2
    assert published(card, county_score(card, [item(("q", "satisfaction-5", None))], {"parent": people})) == "71.20"


def test_quarter_steps_names_its_bands():
    rule = compile_rule(
        library_scorecard("quarter-steps"), number=1, instruments=[paper(item(("q", "satisfaction-5", "d")))]
    )
    found = [find_band(value, rule) for value in (100, 75, 74.99, 50, 49.99, 0)]
    assert found == ["satisfied", "satisfied", "neutral", "neutral", "dissatisfied", "dissatisfied"]


def test_respondents_are_satisfied_by_their_own_mean():
    """Own means of 5, 4, 4: (5+4+3)/3 = 4.00 yes; (5+3+3)/3 = 3.67 no; (4+4+dk)/2 = 4.00 yes; (4+4+3)/3 = 3.67 no;
    who answered nothing is no valid questionnaire. 2 of 4 = 50.00; the second county has 3 of 4 = 75."""
    card = library_scorecard("respondent-mean-four")
    items = [item((name, "satisfaction-5", "equity_policy")) for name in ("qa", "qb", "qc")]
    people = [[5, 4, 3], [5, 3, 3], [4, 4, 9], [4, 4, 3], [9, 0, 9]]
    assert published(card, county_score(card, items, {"parent": people})) == "50.00"


def test_default_weighs_dimensions_equally_and_groups_by_quota():
    """Dimension one has item a, dimension two items b and c.

    parent    a: 4, 3 of 4, 3, 2 (one don't know)    2/3        = 66.6667
              b: 4, 4, 3 of 4, 4, 3, 1               3/4        = 75
              c: 4 of 4, 2, 1 (one blank)            1/3        = 33.3333
              two: (75 + 33.3333) / 2 = 54.1667; parent: (66.6667 + 54.1667) / 2 = 60.416667
    student 50, teacher 100, principal 100, npc_deputy 75, cppcc_member 100, public 0 (a alone: 1 of 2, and so on)
    county    1/2 x 60.416667 + 1/12 x (50 + 100 + 100 + 75 + 100 + 0) = 30.208333 + 425/12 = 30.208333 + 35.416667
              = 65.625 -> 65.63
    """
    card = library_scorecard("renke-default")
    items = [item(("a", "satisfaction-4", "equity_policy"))]
    items += [item((name, "satisfaction-4", "exam_reform")) for name in ("b", "c")]
    people = {
        "parent": [[4, 4, 4], [3, 4, 0], [2, 3, 2], [9, 1, 1]],
        "student": [[4], [1]],
        "teacher": [[4], [3]],
        "principal": [[3], [3]],
        "npc_deputy": [[4], [4], [3], [2]],
        "cppcc_member": [[3], [4]],
        "public": [[2], [1]],
    }
    found = county_score(card, items, people)
    assert published(card, found) == "65.63"
    assert found.group_weight["parent"] == pytest.approx(0.5)
    assert found.group_weight["public"] == pytest.approx(1 / 12)


def test_default_leaves_out_basically_satisfied_and_the_next_scorecard_counts_it():
    """4, 3, 2, 1: two of four, and three of four. A reversed item takes 2 and 1 for satisfied: again two of four."""
    items = [item(("a", "satisfaction-4", "exam_reform")), item(("r", "frequency-4", "exam_reform"), direction=-1)]
    people = {"parent": [[4, 4], [3, 3], [2, 2], [1, 1]]}
    for name, expected in (("renke-default", "50.00"), ("top-three-of-five", "75.00")):
        card = library_scorecard(name)
        assert published(card, county_score(card, items, people)) == expected


def test_item_weights_make_a_weighted_sum_without_dimensions():
    """F7, F16: sum of w_j s_j. Items qa 100, qb 80, qc 20 points with weights 5, 3, 2: (500 + 240 + 40) / 10 = 78.

    qa and qb stand in one dimension, qc in another: equal dimensions would give ((500 + 240)/8 + 20)/2 = 56.25.
    """
    weights = "items: {qa: {weight: 0.5}, qb: {weight: 0.3}, qc: {weight: 0.2}}\n"
    card = parse_scorecard(library_document("graded-100-80-20") + weights)
    items = [item((name, "ballot-3", where)) for name, where in (("qa", "d1"), ("qb", "d1"), ("qc", "d2"))]
    assert published(card, county_score(card, items, {"parent": [[3, 2, 1], [3, 2, 1]]})) == "78.00"


def test_fixed_groups():
    """masses 3 of 4 = 75, leaders 2 of 2 = 100, online 1 of 3 = 33.3333: 45 + 30 + 3.3333 = 78.33."""
    card = library_scorecard("fixed-groups-60-30-10")
    people = {"masses": [[4], [3], [3], [2]], "leaders": [[4], [3]], "online": [[4], [1], [1]]}
    assert published(card, county_score(card, [item(("q", "satisfaction-4", "d"))], people)) == "78.33"


def test_seven_grades():
    """Grades 7, 6, 5, 2: 100 + 250/3 + 200/3 + 50/3 = 800/3; / 4 = 200/3 = 66.67. Equal groups: with a second group
    of 4, 4 (50): (66.6667 + 50) / 2 = 58.33."""
    card = library_scorecard("one-to-seven")
    people = {"teacher": [[7], [6], [5], [2]], "parent": [[4], [4]]}
    assert published(card, county_score(card, [item(("q", "agreement-7", "d"))], people)) == "58.33"


def test_four_parts():
    """resources 2 of 2 = 100, government 3 of 4 = 75, quality 1 of 2 = 50 (indicators met), recognition 9 of 10 = 90
    in its one dimension: one of eight is asked, so it stands for 1.25 of 91.25 parts.

    (30 x 100 + 30 x 75 + 30 x 50 + 1.25 x 90) / 91.25 = 6862.5 / 91.25 = 75.205479... -> 75.21, basically met
    """
    card = library_scorecard("four-part-composite")
    items = [item((part, "indicator-2", part)) for part in ("resources", "government", "quality")]
    items.append(item(("q", "satisfaction-4", "equity_policy")))
    skip = 255
    people = [[2, skip, skip, skip]] * 2 + [[skip, 2, skip, skip]] * 3 + [[skip, 1, skip, skip]]
    people += [[skip, skip, 2, skip], [skip, skip, 1, skip]]
    people += [[skip, skip, skip, 4]] * 9 + [[skip, skip, skip, 2]]
    found = county_score(card, items, {"county": people})
    assert published(card, found) == "75.21"
    assert found.band == "basically_met"


def test_visits_count_everybody_visited():
    """20 visited, 18 answered: 17 satisfied, 1 not; 17 / 20 = 85.00, which meets the line, 17 / 18 would be 94.44."""
    card = library_scorecard("visits-satisfied")
    items = [item(("overall", "satisfied-2", None))]
    found = county_score(card, items, {"household": [[2]] * 17 + [[1]]}, issued={"household": 20})
    assert published(card, found) == "85.00"
    assert found.reached


# F13: a roster of 41, of which half is 20.5.
VOTES = [
    ({3: 21, 2: 5, 1: 9}, "satisfied"),  # 21 >= 20.5
    ({3: 20, 2: 1, 1: 19}, "basically_satisfied"),  # 20 < 20.5 <= 21
    ({3: 15, 2: 5, 1: 2}, "dissatisfied"),  # 20 of 41, though 20 of the 22 who voted
    ({3: 0, 2: 21, 1: 0}, "basically_satisfied"),
]


@pytest.mark.parametrize(("votes", "expected"), VOTES)
def test_majority_of_the_roster(votes, expected):
    rule = compile_majority(library_scorecard("roster-majority"), scale=scale("ballot-3"))
    assert majority_band(votes, 41, rule) == expected


def test_majority_at_exactly_half_of_an_even_roster():
    rule = compile_majority(library_scorecard("roster-majority"), scale=scale("satisfaction-4"))
    assert majority_band({4: 12, 3: 8, 2: 20}, 40, rule) == "satisfied"  # 20 of 40
    assert majority_band({4: 12, 3: 7, 2: 1}, 40, rule) == "basically_satisfied"


def test_share_of_the_roster():
    """15 satisfied of a roster of 41, 22 of whom voted: 15 / 41 = 36.585365... -> 36.59."""
    card = library_scorecard("roster-majority")
    votes = [[3]] * 15 + [[2]] * 5 + [[1]] * 2
    found = county_score(card, [item(("overall", "ballot-3", None))], {"npc_deputy": votes}, roster=[41])
    assert published(card, found) == "36.59"


def test_every_option_share_together_is_the_whole_distribution():
    names = [f"{place}-option-only" for place in ("first", "second", "third", "fourth", "fifth")]
    for on in ("ballot-3", "satisfaction-3", "satisfaction-4", "satisfaction-5", "frequency-4"):
        cards = [library_scorecard(name) for name in names]
        rules = [compile_rule(card, number=1, instruments=[paper(item(("q", on, "d")))]) for card in cards]
        total = np.sum([rule.items[0].values for rule in rules], axis=0)
        codes = [option.code for option in scale(on).options if option.code != 9]
        assert np.flatnonzero(np.isfinite(total)).tolist() == sorted(codes)
        assert (total[codes] == 100).all()


def test_every_scorecard_of_the_library_has_a_worked_example():
    assert set(library_names()) == {name for name, _ in ONE_ITEM} | {
        "renke-default", "fixed-groups-60-30-10", "one-to-seven", "four-part-composite", "visits-satisfied",
        "roster-majority",
    }  # fmt: skip


def test_the_example_of_the_documentation():
    """Worked out in docs/scorecards.md, from whose page the scorecard is taken."""
    page = (Path(__file__).parents[2] / "docs" / "scorecards.md").read_text("utf-8")
    card = parse_scorecard(page.split("```yaml\n")[1].split("```")[0])
    items = [item(("enrolment", "satisfaction-4", "equity_policy")), item(("fees", "satisfaction-4", "equity_policy")),
             item(("homework", "frequency-4", "lighter_burden"))]  # fmt: skip
    found = county_score(card, items, {"parent": [[4, 3, 1], [3, 9, 2], [2, 4, 4]], "teacher": [[3, 3, 3]]})
    assert found.composite.value == pytest.approx(0.6 * 200 / 3 + 0.4 * 58)
    assert (published(card, found), found.band) == ("63.2", "weak")


def test_the_documentation_lists_the_whole_library():
    page = (Path(__file__).parents[2] / "docs" / "scorecards.md").read_text("utf-8")
    assert not {name for name in library_names() if f"`{name}`" not in page}
