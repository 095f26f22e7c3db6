"""Publication rules as documents: the library, the shape, the meaning, the versions, and the one of a campaign."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from sqlalchemy.orm import Session

from surveys import review, trail
from surveys.disclosure.parsing import SCHEMA, parse_rule
from surveys.disclosure.versions import (
    LIBRARY,
    get_rule,
    library_names,
    library_rule,
    list_rules,
    publish_meant,
    publish_rule,
    rule_of,
)
from surveys.errors import SurveyError
from surveys.publication import choosing
from surveys.publication.choosing import choose_rule
from tests.factories import NOW, add_campaign

TEXT = (Path(__file__).parents[2] / "docs" / "publication.md").read_text("utf-8")
EXAMPLE = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[0]


def rule_with(**changes: Any) -> str:
    return json.dumps(YAML(typ="safe").load(EXAMPLE) | changes)


@pytest.mark.parametrize("name", library_names())
def test_the_library_is_in_order(name: str) -> None:
    rule = library_rule(name)
    assert (rule.name, rule.reference) == (name, f"{name}@1")
    assert set(rule.title) == set(rule.source) == {"zh-CN", "en"}
    assert (LIBRARY / f"{name}.yaml").read_text("utf-8").startswith("# ")
    assert f"`{name}`" in TEXT


def test_the_default_is_what_the_methods_say() -> None:
    rule = library_rule("renke-default")
    assert (rule.smallest, rule.protection, rule.least_rate, rule.below) == (10, 5, 0.5, "caveat")
    assert {"principal", "npc_deputy"} <= set(rule.withhold)
    assert (rule.whole_below, rule.bands) == (200, ((10, 5.0), (40, 2.0)))


def test_the_document_describes_every_part() -> None:
    assert parse_rule(EXAMPLE).name == "mine"
    parts = set(json.loads(SCHEMA.read_text("utf-8"))["properties"]) - {"rule", "title", "source"}
    assert {part for part in parts if f"| `{part}`" not in TEXT} == set()


ROUNDING = {"whole_below": 200, "decimals": 1, "fewest": 3, "bands": [{"from": 10, "within": 5}]}


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"rounding": {**ROUNDING, "bands": [{"from": 20, "within": 5}]}}, ["publication.bands_begin"]),
        (
            {"rounding": {**ROUNDING, "bands": [{"from": 10, "within": 5}, {"from": 10, "within": 6}]}},
            ["publication.bands_unordered", "publication.bands_wider"],
        ),
        ({"rounding": {**ROUNDING, "whole_below": 9}}, ["publication.whole_below_smallest"]),
        ({"rounding": {**ROUNDING, "fewest": 6}}, ["publication.fewest_too_many"]),
        ({"schools": {"show": "none", "withhold": ["principal"]}}, ["publication.withhold_unwanted"]),
    ],
)
def test_what_makes_no_sense_is_refused_all_at_once(changes: dict[str, Any], codes: list[str]) -> None:
    with pytest.raises(SurveyError) as refused:
        parse_rule(rule_with(**changes))
    assert refused.value.code == "publication.invalid"
    assert [problem.code for problem in refused.value.problems] == codes
    assert all(problem.path and problem.line for problem in refused.value.problems)


def test_no_number_is_none() -> None:
    with pytest.raises(SurveyError) as refused:
        parse_rule(EXAMPLE.replace("least: 0.5", "least: .nan"))
    assert [problem.code for problem in refused.value.problems] == ["publication.not_a_number"]


@pytest.mark.parametrize("changes", [{"smallest": 2}, {"more": 1}, {"rate": {"least": 0.5, "below": "hide"}}])
def test_the_shape_is_closed(changes: dict[str, Any]) -> None:
    with pytest.raises(SurveyError, match=r"publication\.shape"):
        parse_rule(rule_with(**changes))


def test_versions_never_change(session: Session) -> None:
    first, again = (publish_rule(session, content=text, now=NOW) for text in (EXAMPLE, f"# the same\n{EXAMPLE}"))
    second = publish_rule(session, content=rule_with(smallest=12), now=NOW)
    assert (first.version_id, first.rule.number, second.rule.number) == (again.version_id, 1, 2)
    assert [get_rule(session, reference=name).smallest for name in ("mine", "mine@1", "mine@2")] == [12, 10, 12]
    assert "mine" in [rule.name for rule in list_rules(session)]
    for unknown in ("mine@3", "nobody", "../x", "renke-default@7"):
        with pytest.raises(SurveyError, match=r"publication\.unknown"):
            publish_meant(session, reference=unknown, now=NOW)


def test_a_campaign_names_its_rule_or_goes_by_the_default(session: Session) -> None:
    plain = add_campaign(session)
    assert rule_of(session, campaign_id=plain.id).reference == "renke-default@1"
    strict = add_campaign(session, campaign="strict", publication="renke-strict")
    assert rule_of(session, campaign_id=strict.id).reference == "renke-strict@1"
    with pytest.raises(SurveyError) as refused:
        add_campaign(session, campaign="other", publication="nobody@2")
    (problem,) = refused.value.problems
    assert (problem.code, problem.path) == ("campaign.publication_unknown", "publication")


def test_choosing_another_is_a_deed(session: Session) -> None:
    campaign = add_campaign(session)
    wanted = {"campaign_id": campaign.id, "now": NOW, "by": "officer"}
    assert choose_rule(session, reference="county-only", **wanted).detail == "none"
    choose_rule(session, reference="county-only@1", **wanted)  # the same again is no deed
    assert rule_of(session, campaign_id=campaign.id).name == "county-only"
    deeds = [deed for deed in trail.list_deeds(session, campaign_id=campaign.id) if deed.action == "publication.chosen"]
    assert [deed.facts for deed in deeds] == [{"rule": "county-only@1", "before": "renke-default@1"}]


def test_what_was_signed_stays_as_it_was_seen(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = add_campaign(session)
    stands = review.standing(session, campaign_id=campaign.id)
    signed = type(stands)(**{**vars(stands), "signatures": ("the county's",)})
    monkeypatch.setattr(choosing, "standing", lambda *_, **__: signed)
    with pytest.raises(SurveyError, match=r"publication\.signed"):
        choose_rule(session, campaign_id=campaign.id, reference="county-only", now=NOW, by="officer")
    assert rule_of(session, campaign_id=campaign.id).name == "renke-default"
