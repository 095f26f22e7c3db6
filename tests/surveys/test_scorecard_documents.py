"""Scorecards as people write them: what is read, and what is refused with every problem at its line."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.messages.scorecards import TEXTS
from surveys import models
from surveys.errors import SurveyError
from surveys.scorecards import versions
from surveys.scorecards.library import DEFAULT, library_document, library_names
from surveys.scorecards.parsing import parse_scorecard
from surveys.scorecards.versions import find_latest, get_version, publish_scorecard

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)

GOOD = """\
scorecard: small
title: {zh-CN: 小, en: Small}
reason: {zh-CN: 示例, en: example}
source: {zh-CN: 无, en: none}
official: false
measure: mean
unit: item
scales:
  satisfaction-3: {options: [3, 2, 1], points: [100, 250/3, 33.3], positive: [3]}
dont_know: exclude
missing: exclude
dimensions: equal
groups: {by: pooled}
denominator: valid
decimals: 2
threshold: 85
comparison: ">="
"""


def changed(*changes: tuple[str, str]) -> str:
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def refusal(content: str | bytes) -> SurveyError:
    with pytest.raises(SurveyError) as refused:
        parse_scorecard(content)
    return refused.value


def test_points_are_exact():
    points = parse_scorecard(GOOD).scales["satisfaction-3"].worth
    assert points == {3: Fraction(100), 2: Fraction(250, 3), 1: Fraction(333, 10)}


def test_everything_that_can_be_written_is_read():
    card = parse_scorecard(
        changed(
            ("unit: item", "unit: respondent\nrespondent: {threshold: 80, minimum: 6}"),
            ("dont_know: exclude", "dont_know: neutral"),
            ("missing: exclude", "missing: zero\nitems: {q3: {weight: 0, direction: -1}, q4: {weight: 2}}"),
            ("dimensions: equal", "dimensions: {equity_policy: 3, exam_reform: 0}"),
            ("{by: pooled}", "{by: fixed, weights: {parent: 60, teacher: 40}}"),
            ("denominator: valid", "denominator: roster"),
            ('">="', '">"\nleast_return: 0.7\nbands: [{id: low, lowest: 0, text: {zh-CN: 低, en: low}}, '
             "{id: high, lowest: 90, text: {zh-CN: 高, en: high}}]\n"
             "majority: {share: 0.5, levels: [{id: yes_level, text: {zh-CN: 是, en: yea}, "
             "options: {satisfaction-3: [3, 2]}}, {id: no_level, text: {zh-CN: 否, en: nay}}]}"),
        )
    )  # fmt: skip
    assert card.respondent is not None
    assert (card.respondent.threshold, card.respondent.minimum) == (80, 6)
    assert (card.items["q3"].weight, card.items["q3"].direction, card.items["q4"].direction) == (0, -1, None)
    assert card.dimensions == {"equity_policy": 3, "exam_reform": 0}
    assert card.groups == {"parent": 60, "teacher": 40}
    assert [band.id for band in card.bands] == ["high", "low"]
    assert (card.comparison, card.least_return, card.denominator) == (">", 0.7, "roster")
    assert card.majority is not None
    assert card.majority.levels[0].options == {"satisfaction-3": {3, 2}}


def test_the_library_says_why_in_both_languages_and_never_claims_to_be_official():
    for name in library_names():
        card = parse_scorecard(library_document(name))
        assert card.name == name
        assert not card.official
        for text in (card.title, card.reason, card.source):
            assert {"zh-CN", "en"} <= set(text)
        for words in (card.title["zh-CN"], card.reason["zh-CN"], card.source["zh-CN"]):
            assert "\n" not in words


def test_the_default_is_what_the_documentation_says():
    card = parse_scorecard(library_document(DEFAULT))
    assert card.scales["satisfaction-4"].positive == {4, 3}
    assert card.scales["satisfaction-5"].positive == {5, 4}
    assert card.scales["satisfaction-3"].positive == {3}
    assert card.scales["frequency-4"].positive == {4, 3}
    total = sum(card.groups.values())
    assert card.groups["parent"] / total == 0.5
    assert {weight / total for group, weight in card.groups.items() if group != "parent"} == {1 / 12}
    assert (card.threshold, card.comparison, card.decimals, card.least_return) == (85, ">=", 2, 0.7)
    assert (card.dont_know, card.missing, card.unit, card.measure) == ("exclude", "exclude", "item", "share")


# what is changed, then every problem as (line, path, code)
BROKEN = [
    ([("official: false\n", ""), ("unit: item", "unit: house"), ("85", "185")],
     [(1, "", "shape.required"), (6, "unit", "shape.enum"), (15, "threshold", "shape.maximum")]),
    ([("measure: mean", "measure: share\ncolour: red"), ("decimals: 2", "decimals: 2.5")],
     [(7, "colour", "shape.additionalProperties"), (16, "decimals", "shape.type")]),
    ([("250/3", "250/0"), ("33.3", "101")],
     [(9, "scales.satisfaction-3.points[1]", "shape.pattern"),
      (9, "scales.satisfaction-3.points[2]", "shape.maximum")]),
    ([("[3, 2, 1]", "[3, 3, 300]"), ("dimensions: equal", "dimensions: some")],
     [(9, "scales.satisfaction-3.options", "shape.uniqueItems"),
      (9, "scales.satisfaction-3.options[2]", "shape.maximum"), (12, "dimensions", "shape.pattern")]),
    ([("satisfaction-3", "3")], [(8, "scales", "shape.type")]),
    ([(", points: [100, 250/3, 33.3]", "")], [(9, "scales.satisfaction-3", "scorecard.points_missing")]),
    ([("measure: mean", "measure: share"), (", positive: [3]", "")],
     [(9, "scales.satisfaction-3", "scorecard.positive_missing")]),
    ([("[100, 250/3, 33.3]", "[400/3, .nan]"), ("positive: [3]", "positive: [3, 7]")],
     [(9, "scales.satisfaction-3.points", "scorecard.points_count"),
      (9, "scales.satisfaction-3.points[0]", "scorecard.points_range"),
      (9, "scales.satisfaction-3.points[1]", "scorecard.not_a_number"),
      (9, "scales.satisfaction-3.positive[1]", "scorecard.option_unlisted")]),
    ([("unit: item", "unit: respondent"), ("{by: pooled}", "{by: quota}"),
      ("dimensions: equal", "dimensions: {aa: 0}")],
     [(7, "unit", "scorecard.respondent_missing"), (12, "dimensions", "scorecard.weights_zero"),
      (13, "groups", "scorecard.weights_missing")]),
    ([("unit: item", "unit: item\nrespondent: {threshold: 80, minimum: 1}"),
      ("{by: pooled}", "{by: equal, weights: {parent: 0}}")],
     [(8, "respondent", "scorecard.respondent_unwanted"), (14, "groups.weights", "scorecard.weights_unwanted"),
      (14, "groups.weights", "scorecard.weights_zero")]),
    ([("title: {zh-CN: 小, en: Small}", 'title: {zh-CN: "\\u202E小", en: "\\u3000x\\u0000"}')],
     [(2, "title.en", "scorecard.text_unprintable"), (2, "title.zh-CN", "scorecard.text_unprintable")]),
    ([("source: {zh-CN: 无, en: none}", 'source: {zh-CN: " ", en: ""}')],
     [(4, "source.en", "scorecard.text_blank"), (4, "source.zh-CN", "scorecard.text_blank")]),
    ([('">="', '">="\nbands:\n- {id: aa, lowest: 5, text: {zh-CN: 一, en: a}}\n'
       "- {id: aa, lowest: 5, text: {zh-CN: 二, en: b}}")],
     [(20, "bands[1].id", "scorecard.band_repeated"), (20, "bands[1].lowest", "scorecard.band_lowest_repeated")]),
    ([('">="', '">="\nmajority:\n  share: 0.5\n  levels:\n  - {id: aa, text: {zh-CN: 一, en: a}}\n'
       "  - {id: bb, text: {zh-CN: 二, en: b}, options: {satisfaction-3: [3, 8], other: [1]}}\n"
       "  - {id: aa, text: {zh-CN: 三, en: c}, options: {satisfaction-3: [3]}}")],
     [(21, "majority.levels[0]", "scorecard.level_options_missing"),
      (22, "majority.levels[1].options.other", "scorecard.level_scale_unknown"),
      (22, "majority.levels[1].options.satisfaction-3[1]", "scorecard.option_unlisted"),
      (23, "majority.levels[2].id", "scorecard.level_repeated"),
      (23, "majority.levels[2].options.satisfaction-3[0]", "scorecard.level_option_repeated")]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), BROKEN)
def test_every_problem_is_named_at_its_place(changes, expected):
    found = [(each.line, each.path, each.code) for each in refusal(changed(*changes)).problems]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("content", ["", b"\xff\xfe", "a: [", "a: &x [1]\nb: *x", "- just\n- a list", "? {a: 1}\n: 2"])
def test_what_is_no_document_is_refused(content):
    assert refusal(content).code in ("scorecard.malformed", "scorecard.shape")


def test_a_name_outside_the_library_is_refused():
    for name in ("nothing", "../library/renke-default", ""):
        with pytest.raises(SurveyError) as refused:
            library_document(name)
        assert (refused.value.code, refused.value.kind) == ("scorecard.not_in_library", "missing")


positive_and_points = st.lists(
    st.tuples(st.integers(0, 100), st.booleans()), min_size=2, max_size=9
)  # points and whether positive, best option first


@given(positive_and_points)
def test_turning_a_scale_round_twice_changes_nothing(options):
    codes = list(range(len(options), 0, -1))
    points = [points for points, _ in options]
    positive = [code for code, (_, chosen) in zip(codes, options, strict=True) if chosen]
    text = changed(("[3, 2, 1]", str(codes)), ("[100, 250/3, 33.3]", str(points)), ("[3]", str(positive)))
    score = parse_scorecard(text).scales["satisfaction-3"]
    turned = score.mirrored()
    assert turned.mirrored() == score
    assert (min(turned.points), max(turned.points)) == (min(points), max(points))
    assert len(turned.positive) == len(positive)


def test_publishing_the_same_content_again_gives_the_same_version(session):
    first = publish_scorecard(session, content=GOOD, now=NOW)
    again = publish_scorecard(session, content=f"# only a comment\n{GOOD}".encode(), now=NOW)
    other = publish_scorecard(session, content=changed(("threshold: 85", "threshold: 90")), now=NOW)
    back = publish_scorecard(session, content=GOOD, now=NOW)
    assert first == again == back
    assert (first.name, first.number, other.number) == ("small", 1, 2)
    assert other.scorecard.threshold == 90
    assert session.scalar(select(func.count()).select_from(models.ScorecardVersion)) == 2


def test_versions_are_found_and_read_as_they_were_written(session):
    for name in library_names():
        published = publish_scorecard(session, content=library_document(name), now=NOW)
        session.expire_all()  # read it from the database, through its JSON
        assert get_version(session, version_id=published.version_id) == published
        assert published.scorecard == parse_scorecard(library_document(name))
    latest = publish_scorecard(session, content=changed(("small", DEFAULT)), now=NOW)
    assert find_latest(session, name=DEFAULT) == latest
    oldest = find_latest(session, name=DEFAULT, number=1)
    assert oldest is not None
    assert oldest.scorecard.measure == "share"
    assert find_latest(session, name=DEFAULT, number=3) is None
    assert find_latest(session, name="nothing") is None
    with pytest.raises(SurveyError) as refused:
        get_version(session, version_id=10**6)
    assert refused.value.code == "scorecard.missing"


def test_a_refused_scorecard_leaves_nothing_behind(session):
    with pytest.raises(SurveyError):
        publish_scorecard(session, content=changed(("250/3", "400/3")), now=NOW)
    assert session.scalar(select(func.count()).select_from(models.Scorecard)) == 0


def test_every_code_has_its_text():
    sources = "".join(path.read_text("utf-8") for path in Path(versions.__file__).parent.glob("*.py"))
    codes = set(re.findall(r'"(scorecard\.[a-z_]+)"', sources))
    formed = {"scorecard.malformed", "scorecard.shape", "scorecard.points_missing", "scorecard.positive_missing"}
    assert set(TEXTS) == codes | formed
