"""What may be shown of an evaluation: hidden, rounded, remarked on, blocked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from surveys.disclosure.versions import library_rule
from surveys.publication import Publication, publish
from surveys.publication.publishing import _around
from surveys.publication.rounding import bound_of, known_range, soften
from tests.surveys.published import County, Plain, estimate, evaluation_of

RULE = library_rule("renke-default")
PLAIN = replace(RULE, withhold=())


def county_of(**schools: dict[str, tuple[int, int]]) -> County:
    cells = {
        (None if name == "county" else name, group): each
        for name, row in schools.items()
        for group, each in row.items()
    }
    n = {cell: count for cell, (count, _yes) in cells.items()}
    return County(n, {cell: yes for cell, (_count, yes) in cells.items()}, dict.fromkeys(n, 1.0))


USUAL = county_of(
    P01={"student": (120, 104), "parent": (230, 190), "teacher": (24, 21), "principal": (1, 1)},
    P02={"student": (90, 80), "parent": (80, 66), "teacher": (14, 9), "principal": (1, 0)},
    P03={"student": (210, 190), "parent": (250, 211), "teacher": (40, 34), "principal": (2, 2)},
    P04={"student": (5, 5), "parent": (3, 2), "principal": (1, 1)},
    county={"npc_deputy": (25, 20), "public": (400, 320)},
)


def shown_of(county: County, **changes: object) -> Publication:
    return publish(evaluation_of(county.result() | changes), RULE)


def test_of_few_people_nothing_is_said_and_why_is_not_told() -> None:
    shown = shown_of(USUAL)
    cells = {(each.school, each.group): each for each in shown.cells}
    small = cells["P04", "parent"]
    assert (small.hidden, small.n, small.value, small.se, small.rate, small.caveats) == ("few", *[None] * 4, ())
    beside = [each for each in shown.cells if each.hidden and (USUAL.n[each.school, str(each.group)] >= 10)]
    assert beside, "others are hidden for the sake of the small"
    assert {replace(each, school="", name="", group="") for each in shown.cells if each.hidden} == {
        replace(small, school="", name="", group="")
    }, "and nothing tells the ones from the others"


def test_principals_are_never_shown_of_a_school_nor_told_by_the_teachers_beside_them() -> None:
    shown = shown_of(USUAL)
    assert {each.hidden for each in shown.cells if each.group == "principal"} == {"few"}
    for school in USUAL.schools:
        gone = [each for each in shown.cells if each.school == school and each.hidden]
        assert len(gone) > 1


def test_a_school_of_nine_is_hidden_with_all_its_groups() -> None:
    shown = shown_of(USUAL)
    of_school = {each.school: each for each in shown.schools}
    assert of_school["P04"].hidden == "few"
    assert shown.open_schools <= {"P01", "P02", "P03"}


@pytest.mark.parametrize(
    ("value", "n", "printed"),
    [
        (84.4, 60, (84.0, "", 0)), (84.5, 60, (85.0, "", 0)), (84.46, 400, (84.5, "", 1)),
        (100.0, 12, (75.0, "above", 0)), (100.0, 60, (95.0, "above", 0)), (99.5, 150, (98.0, "above", 0)),
        (0.0, 60, (5.0, "below", 0)), (97.0, 120, (97.0, "", 0)), (96.0, 50, (90.0, "above", 0)),
    ],
)  # fmt: skip
def test_figures_are_rounded_and_those_of_one_mind_are_bounds(
    value: float, n: int, printed: tuple[object, ...]
) -> None:
    (group,) = publish(evaluation_of(county_of(P01={"parent": (40, 30)}).result()), PLAIN).groups
    softened = soften(replace(group, value=value, n=n, low=value, high=value, se=1.23), RULE)
    assert (softened.value, softened.bound, softened.decimals) == printed
    low, high = known_range(value, n, RULE)
    assert low - 1e-9 <= value <= high + 1e-9
    if softened.bound:
        assert (softened.low, softened.high, softened.se, softened.interval) == (None, None, None, "none")
        assert n * (high - low) / 100 >= RULE.fewest - 1e-9, "so many may have said otherwise"


def test_a_bound_does_not_say_that_all_are_of_one_mind() -> None:
    for n in (10, 25, 39, 40, 199, 1000):
        for others in range(RULE.fewest):
            assert bound_of(100 * (n - others) / n, n, RULE) == "above"
        assert bound_of(100 * (n - RULE.fewest) / n, n, RULE) == ""


def test_a_low_response_rate_is_remarked_on_or_blocks() -> None:
    result = USUAL.result()
    asked = {each["group"]: each for each in result["groups"]}
    asked["student"]["response_rate"] = 0.49
    shown, strict = (publish(evaluation_of(result), library_rule(name)) for name in ("renke-default", "renke-strict"))
    (remarked,), (blocked,) = ([each for each in found.groups if each.group == "student"] for found in (shown, strict))
    assert "low_rate" in remarked.caveats
    assert (blocked.hidden, blocked.value, blocked.rate, blocked.n) == ("rate", None, 0.49, remarked.n)


def test_imprecise_figures_are_remarked_on_as_nchs_presents_proportions() -> None:
    result = county_of(P01={"parent": (29, 20), "student": (60, 50)}, P02={"student": (80, 60)}).result()
    result["groups"][1] |= {"low": 40.0, "high": 70.0}
    result["groups"][0] |= {"df": 3}
    shown = {each.group: each.caveats for each in publish(evaluation_of(result), PLAIN).groups}
    assert shown == {"parent": ("low_precision", "few_schools"), "student": ("low_precision",)}


def test_a_difference_of_few_hides_the_other_score() -> None:
    other = {"answers": "all", "responses": 1500, "verdict": "met", "rounded": {}, "pooled": None, "reached": True}
    for difference, hidden in ((9, "few"), (10, ""), (0, "")):
        beside = {**other, "difference": difference, "composite": estimate(91.234567, 1500)}
        shown = shown_of(USUAL, beside=beside)
        assert shown.beside is not None
        assert shown.beside.hidden == hidden
        assert (shown.facts["beside"]["difference"] is None) == bool(hidden)
        assert (shown.facts["beside"]["composite"] is None) == bool(hidden)


def test_a_score_of_few_is_not_shown_in_any_word() -> None:
    shown = publish(evaluation_of(county_of(P01={"parent": (5, 4), "student": (4, 4)}).result()), RULE)
    assert {each.hidden for each in shown} == {"few"}
    assert {each.value for each in shown} == {each.n for each in shown} == {None}
    gone = ("composite", "pooled", "verdict", "verdict_pooled", "rounded", "reached", "band")
    assert {name: shown.facts[name] for name in gone} == dict.fromkeys(gone)
    assert shown.facts["weights"]["groups"] == []


def test_facts_have_no_tables_and_no_cells() -> None:
    facts = shown_of(USUAL).facts
    assert not {"groups", "dimensions", "items", "schools"} & set(facts)
    assert "cells" not in facts["weights"]
    assert facts["verdict"] == "met"


def test_what_the_silent_could_change_is_no_sum_of_hidden_groups() -> None:
    of_all = {"low": 43.21, "high": 93.21, "tipping_gap": 9.0, "response_rate": 0.5, "reachable": True}
    groups = [{"group": group, **of_all} for group in ("student", "principal")]
    hidden = shown_of(USUAL, silence={"composite": of_all, "groups": groups}).facts["silence"]
    assert hidden["composite"] is None, "principals are too few"
    assert hidden["groups"] == [
        {"group": "student", "low": 43.2, "high": 93.2, "tipping_gap": 9.0, "response_rate": 0.5}
    ], "no finer than the group's figure"
    nobody = county_of(P01={"student": (120, 104), "parent": (230, 190)})
    assert shown_of(nobody, silence={"composite": of_all, "groups": []}).facts["silence"]["composite"] == of_all


def test_what_the_silent_of_a_group_could_change_does_not_tell_what_a_bound_hides() -> None:
    """Low limit over response rate is the exact figure of those who answered."""
    of_group = {"low": 63.480930833872016, "high": 93.0, "tipping_gap": None, "response_rate": 0.7058823529411765}
    content = county_of(P01={"student": (40, 40), "parent": (230, 190)})
    silence = {"composite": None, "groups": [{"group": group, **of_group} for group in ("student", "parent")]}
    shown = shown_of(content, silence=silence)
    assert next(each for each in shown.groups if each.group == "student").bound == "above"
    assert [each["group"] for each in shown.facts["silence"]["groups"]] == ["parent"]


def test_few_that_a_rule_took_out_are_not_counted() -> None:
    rules = [{"rule": "x", "digest": "", "title": {}, "answers": {"parent": 3, "student": 40, "teacher": 90}}]
    facts = shown_of(USUAL, excluded={"rules": rules, "answers": 133}).facts
    assert facts["excluded"]["rules"][0]["answers"] == {"parent": None, "student": None, "teacher": 90}


def test_weights_of_valid_answers_that_differ_a_little_stop_nothing() -> None:
    """The pooled score goes by those who answered validly; sums of weights by all who sent a form."""
    rows = {"P01": {"student": (120, 104), "principal": (3, 3)}, "P02": {"student": (90, 80), "principal": (4, 1)}}
    county = county_of(**rows, county={"npc_deputy": (8, 7), "public": (400, 320)})
    plain, moved = county.result(), county.result()
    moved["weights"]["groups"] = [
        {**each, "sum": each["sum"] * (0.9 if each["group"] == "student" else 1.0)}
        for each in plain["weights"]["groups"]
    ]
    alike, shown = (publish(evaluation_of(result), RULE) for result in (plain, moved))
    hidden = {each.group for each in shown.groups if each.hidden}
    assert hidden >= {"principal", "npc_deputy"}, "so that programmes look at what the totals tell of them"
    assert list(shown) == list(alike)


def test_a_range_is_moved_to_what_groups_give_and_gets_no_wider() -> None:
    result = {"groups": [{"group": "a", "value": 90.0}, {"group": "b", "value": 80.0}, {"group": "c", "value": None}]}
    assert _around((84.9, 85.1), {"a": 1, "b": 1, "c": 7}, result) == (84.9, 85.1)
    assert _around((85.5, 85.7), {"a": 1, "b": 1}, result) == pytest.approx((85.0, 85.2))
    assert _around((84.0, 84.4), {"a": 1, "b": 1}, result) == pytest.approx((84.6, 85.0))
    assert _around((1.0, 2.0), {"c": 1}, result) == (1.0, 2.0), "of nobody"


@pytest.mark.parametrize("name", ["county-only", "renke-strict"])
def test_rules_that_show_less_of_schools(name: str) -> None:
    shown = publish(evaluation_of(USUAL.result()), library_rule(name))
    assert shown.cells == ()
    assert bool(shown.schools) == (name != "county-only")


def item(name: str, group: str | None, n: int, value: float) -> Plain:
    about = {"item": name, "group": group, "dimension": "d", "overall": False, "text": {"zh-CN": name}}
    return {**about, "dont_know": 0.1, "missing": 0.0, **estimate(value, n)}


def test_an_item_that_few_of_a_group_answered_is_not_told_by_the_county() -> None:
    """The county's item is made of the groups' items: one that is hidden would be what the others leave."""
    result = USUAL.result()
    groups = ["student", "parent", "teacher", "public"]
    sizes = {"student": 420, "parent": 560, "teacher": 78, "public": 400}
    asked = [(name, group) for name in ("q1", "q2", "q3") for group in groups]
    people = {(name, group): 7 if (name, group) == ("q1", "teacher") else sizes[group] for name, group in asked}
    result["items"] = [item(name, group, people[name, group], 88.0) for name, group in asked]
    result["items"] += [
        item(name, None, sum(people[name, group] for group in groups), 88.0) for name in ("q1", "q2", "q3")
    ]
    shown = publish(evaluation_of(result), RULE)
    gone = {(each.item, each.group) for each in (*shown.items, *shown.by_group) if each.hidden}
    assert ("q1", "teacher") in gone
    assert len([group for name, group in gone if name == "q1"]) > 1 or ("q1", None) in gone
    county = next(each for each in shown.items if each.item == "q1")
    assert county.dont_know is None, "how many do not know is made of the groups' shares too"


def test_the_corners() -> None:
    nobody = publish(evaluation_of(County({}, {}, {}).result()), RULE)
    assert (nobody.composite.value, nobody.composite.hidden, list(nobody.schools)) == (None, "", [])
    one = publish(evaluation_of(county_of(P01={"parent": (40, 31)}).result()), RULE)
    assert [each.value for each in (*one.groups, *one.schools, *one.cells)] == [78.0] * 3
    group = publish(evaluation_of(county_of(P01={"parent": (40, 31)}, P02={"parent": (6, 1)}).result()), RULE)
    assert {each.school for each in group.schools if each.hidden} == {"P01", "P02"}
    assert group.composite.hidden == ""
