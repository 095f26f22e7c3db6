"""Sampling rules as documents: the library, the shape, the meaning, the versions."""

from __future__ import annotations

import json
from math import inf
from typing import Any

import pytest
from ruamel.yaml import YAML
from sqlalchemy.orm import Session

from analysis.planning import COMPULSORY_2012, COMPULSORY_2024, PRESCHOOL_2022, PRESCHOOL_2024
from surveys.errors import SurveyError
from surveys.sampling.library import LIBRARY, library_document, library_names
from surveys.sampling.model import SamplingRule
from surveys.sampling.parsing import parse_rule
from surveys.sampling.versions import get_rule, get_version, list_rules, publish_meant, publish_rule
from tests.factories import NOW

MINE = """
rule: mine
title: {zh-CN: 我的, en: Mine}
source: {zh-CN: 自定, en: own}
size: {by: rate, rate: 0.002}
"""
KNOWN = {
    "compulsory-2012": COMPULSORY_2012,
    "compulsory-2024": COMPULSORY_2024,
    "preschool-2022": PRESCHOOL_2022,
    "preschool-2024": PRESCHOOL_2024,
}


@pytest.mark.parametrize("name", library_names())
def test_the_library_is_in_order(name: str) -> None:
    rule = parse_rule(library_document(name))
    assert rule.name == name
    assert "[" in rule.source["zh-CN"], "names its source"
    assert set(rule.title) == set(rule.source) == {"zh-CN", "en"}
    assert rule.invite >= 1
    assert (LIBRARY / f"{name}.yaml").read_text("utf-8").startswith("# ")


@pytest.mark.parametrize("name", KNOWN)
def test_the_library_says_what_the_methods_say(name: str) -> None:
    rule, known = parse_rule(library_document(name)), KNOWN[name]
    size = rule.size
    ours = (size.rate, size.floor, size.floor_under, size.cap, size.bands, rule.shares)
    assert ours == (known.rate, known.floor, known.floor_under, known.cap, known.bands, known.shares)


def test_a_rule_that_says_little() -> None:
    rule = parse_rule(MINE)
    assert (rule.groups, rule.rounding, rule.invite, rule.people) == (None, "up", 1, "systematic")
    assert (rule.localities, rule.schools.draw, rule.size.cap) == ("population", "all", inf)
    assert not rule.grades.are_limited


def test_invitations_follow_from_the_returns_unless_the_rule_says_so() -> None:
    assert parse_rule(f"{MINE}returns: 0.7\n").invite == pytest.approx(1 / 0.7)
    assert parse_rule(f"{MINE}returns: 0.7\ninvite: 3\n").invite == 3


def rule_of(**changes: Any) -> str:
    data = YAML(typ="safe").load(MINE) | changes
    return json.dumps({key: value for key, value in data.items() if value is not None})


BANDS = [{"under": 100, "answers": 5}, {"answers": 9}]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"size": {"by": "rate"}}, ["sampling.size_missing"]),
        ({"size": {"by": "rate", "rate": 0.1, "bands": BANDS}}, ["sampling.size_unwanted"]),
        ({"size": {"by": "rate", "rate": 0.1, "floor": 9, "cap": 5}}, ["sampling.floor_above_cap"]),
        ({"size": {"by": "rate", "rate": 0.1, "floor_under": 9}}, ["sampling.size_missing"]),
        ({"size": {"by": "bands", "bands": BANDS[:1]}}, ["sampling.last_step_limited"]),
        ({"size": {"by": "bands", "bands": [BANDS[1], *BANDS]}}, ["sampling.step_unlimited"]),
        ({"size": {"by": "bands", "bands": [BANDS[0], *BANDS]}}, ["sampling.steps_unordered"]),
        ({"size": {"by": "fixed", "answers": {"parent": 5}}, "groups": ["parent"]}, ["sampling.groups_unwanted"]),
        ({"size": {"by": "fixed", "answers": {"parent": 5}}, "shares": {"parent": 1}}, ["sampling.shares_unwanted"]),
        ({"size": {"by": "classes", "steps": [{"answers": 9}]}}, ["sampling.groups_missing"]),
        (
            {"size": {"by": "classes", "steps": [{"answers": 9}]}, "groups": ["parent", "public"]},
            ["sampling.group_without_school"],
        ),
        ({"shares": {"parent": 0.7, "teacher": 0.4}}, ["sampling.shares_above_one"]),
        ({"shares": {"parent": 0.5}, "groups": ["teacher"]}, ["sampling.share_of_nobody"]),
        ({"grades": {"from": 7, "to": 3}}, ["sampling.grades_turned"]),
        ({"grades": {"from": 3, "to": 9, "bands": [[3, 6], [8, 9]]}}, ["sampling.band_outside"]),
        ({"grades": {"from": 3, "to": 9, "bands": [[3, 6], [7, 8]]}}, ["sampling.bands_end"]),
        ({"grades": {"from": 3, "to": 9, "bands": [[3, 6], [6, 9]]}}, ["sampling.band_outside"]),
        ({"schools": {"draw": "pps"}}, ["sampling.schools_how_many"]),
        ({"schools": {"draw": "pps", "number": 3, "share": 0.5}}, ["sampling.schools_how_many"]),
        ({"schools": {"draw": "all", "number": 3}}, ["sampling.schools_unwanted"]),
        ({"size": {"by": "everyone"}, "schools": {"draw": "pps", "number": 3}}, ["sampling.schools_all"]),
        ({"size": {"by": "everyone"}, "people": "systematic"}, ["sampling.people_everyone"]),
    ],
)
def test_what_cannot_be_followed(changes: dict[str, Any], codes: list[str]) -> None:
    with pytest.raises(SurveyError) as refused:
        parse_rule(rule_of(**changes))
    assert refused.value.code == "sampling.invalid"
    assert [problem.code for problem in refused.value.problems] == codes
    assert all(problem.line and problem.path for problem in refused.value.problems)


def test_every_problem_at_once() -> None:
    with pytest.raises(SurveyError) as refused:
        parse_rule(f"{MINE}shares: {{parent: 0.9, teacher: 0.2}}\nschools: {{draw: pps}}\ngrades: {{from: 9, to: 2}}\n")
    assert len(refused.value.problems) == 3


@pytest.mark.parametrize(
    "changes",
    [{"size": {"by": "guess"}}, {"shares": {"pupils": 0.5}}, {"rounding": "down"}, {"invite": 0.5}, {"more": 1}],
)
def test_the_shape_is_closed(changes: dict[str, Any]) -> None:
    with pytest.raises(SurveyError, match=r"sampling\.shape"):
        parse_rule(rule_of(**changes))


def test_no_number_is_none() -> None:
    with pytest.raises(SurveyError) as refused:
        parse_rule(f"{MINE}shares: {{parent: .nan}}\n")
    assert [problem.code for problem in refused.value.problems] == ["sampling.not_a_number"]


def test_versions_never_change(session: Session) -> None:
    first = publish_rule(session, content=MINE, now=NOW)
    again = publish_rule(session, content=f"# the same\n{MINE}", now=NOW)
    second = publish_rule(session, content=MINE.replace("0.002", "0.003"), now=NOW)
    assert (first.number, again.version_id, second.number) == (1, first.version_id, 2)
    assert get_version(session, version_id=first.version_id).rule.size.rate == 0.002
    assert get_rule(session, reference="mine")[0].size.rate == 0.003
    assert get_rule(session, reference="mine@1")[0].size.rate == 0.002


def test_a_rule_of_the_library_is_looked_at_without_being_published(session: Session) -> None:
    rule, number = get_rule(session, reference="everyone")
    assert (rule.size.by, number) == ("everyone", 1)
    assert publish_meant(session, reference="everyone@1", now=NOW).number == 1
    assert isinstance(list_rules(session)[0], SamplingRule)
    assert {each.name for each in list_rules(session)} == set(library_names())


@pytest.mark.parametrize(
    "reference", ["nothing", "everyone@2", "everyone@x", "../model", "", "everyone@1@1", "a" * 500]
)
def test_unknown_rules(session: Session, reference: str) -> None:
    for find in (get_rule, publish_meant):
        with pytest.raises(SurveyError) as refused:
            find(session, reference=reference, **({"now": NOW} if find is publish_meant else {}))  # type: ignore[operator]
        assert (refused.value.code, refused.value.kind) == ("sampling.unknown", "missing")
        assert "compulsory-2012" in str(refused.value.params["expected"])
