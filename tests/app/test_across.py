"""Counties side by side: which score of each, what is compared with what, and who may look."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sqlalchemy import select

from analysis.comparison import compare_independent
from analysis.errors import AnalysisError
from app.edge import Renke
from surveys import campaigns, evaluations, trail
from surveys.across import look_across
from surveys.models import Region
from surveys.scorecards.library import library_names
from tests import factories
from tests.app.desk import Desk, add_people, answer

DATABASES = ("sqlite",)

ACROSS = "/console/across"


def answers(happy: int) -> dict[tuple[str, str | None], tuple[int, int]]:
    """So many of twenty pupils and parents of each school are satisfied."""
    places = [(group, school) for group in ("student", "parent") for school in ("P01", "P02", "J01")]
    return {place: (happy + number % 3, 20 - happy - number % 3) for number, place in enumerate(places)}


def add_neighbour(app: Renke, county: str, name: str, **changes: Any) -> None:
    """Another county of the same province, with a campaign."""
    with app.database.begin() as session:
        factories.add_campaign(session, campaign=name, county=county, **changes)
        above, own = (
            session.scalars(select(Region).where(Region.code == code)).one() for code in ("demo-province", county)
        )
        own.parent_id, own.path = above.id, f"{above.path}{county}/"


def score(app: Renke, name: str) -> int:
    with app.database.begin() as session:
        if campaigns.get_campaign(session, name=name, now=factories.NOW).state == "open":
            campaigns.close_campaign(session, name=name, now=factories.NOW)
        return evaluations.evaluate(session, name=name, now=factories.NOW).number


@pytest.fixture
def province(app: Renke) -> Desk:
    """Three counties with scores, and one that still waits for its own."""
    add_people(app)
    add_neighbour(app, "high", "h1")
    add_neighbour(app, "low", "l1")
    add_neighbour(app, "late", "w1")
    for county, name, happy in (("demo", "tiny", 15), ("high", "h1", 18), ("low", "l1", 2)):
        answer(app, answers(happy), name=name, county=county)
        score(app, name)
    answer(app, answers(10), name="w1", county="late")
    with app.database.begin() as session:
        campaigns.close_campaign(session, name="w1", now=factories.NOW)
    desk = Desk(app.test_client())
    desk.sign_in("evaluator")
    return desk


def composite(app: Renke, name: str) -> Mapping[str, Any]:
    with app.database.read() as session:
        made = evaluations.find_evaluation(session, name=name)
    assert made
    return dict(made.result["composite"])


def test_each_county_has_its_score_by_name(province: Desk, app: Renke) -> None:
    page = province.get(ACROSS)
    rows = page.rows(0)
    assert [row[0].split("（")[0] for row in rows] == ["demo", "high", "low"], "by name, and never by rank"
    for row, name in zip(rows, ("tiny", "h1", "l1"), strict=True):
        whole = composite(app, name)
        assert row[1].startswith(f"{whole['value']:.2f}")
        assert row[2] == f"{whole['low']:.2f} – {whole['high']:.2f}"
    assert rows[2][3] == "未达标"
    assert "已结束、还没有得分的 late（模拟）" in page.words
    (chart,) = page.all("script", id="chart-across-1")
    assert [each["value"] for each in json.loads(chart.text or "")["rows"]] == [
        composite(app, name)["value"] for name in ("tiny", "h1", "l1")
    ]


def test_differences_have_intervals_and_corrected_probabilities(province: Desk, app: Renke) -> None:
    """Against another county: the plain difference of independent estimates, tested with Satterthwaite's degrees."""
    rows = province.get(f"{ACROSS}?against=low").rows(1)
    one, other = composite(app, "h1"), composite(app, "l1")
    value, parts = one["value"] - other["value"], np.array([one["se"] ** 2, other["se"] ** 2])
    df = parts.sum() ** 2 / (parts**2 / [one["df"], other["df"]]).sum()
    half = stats.t.ppf(0.975, df) * np.sqrt(parts.sum())
    assert rows[1][1] == f"{value:.2f}"
    assert rows[1][2] == f"{value - half:.2f} – {value + half:.2f}"
    assert rows[1][5] == "高于"
    assert rows[2][2:] == ["—", "—", "—", "—"], "nothing is compared with itself"


def test_the_version_that_was_signed_comes_first(province: Desk, app: Renke, monkeypatch: pytest.MonkeyPatch) -> None:
    from surveys import across
    from surveys.review import Signature, Standing

    answer(app, {("parent", "P01"): (25, 5)}, name="h1", county="high")  # ten more
    assert score(app, "h1") == 2
    assert "第 2 次" in province.get(ACROSS).rows(0)[1][7]
    signature = Signature("county", 1, "officer", factories.NOW, "0" * 64)
    stages: Any = ("county", "city", "province", "submitted")
    signed = Standing("city", "open", stages, (signature,))
    monkeypatch.setattr(across, "standing", lambda session, campaign_id: signed)
    row = province.get(ACROSS).rows(0)[1]
    assert "第 1 次 · 已签字" in row[7]
    assert "市级复核" in row[8]


def test_other_scorecards_stand_apart(province: Desk, app: Renke) -> None:
    other = next(name for name in library_names() if name != factories.SCORECARD and "mean" in name)
    add_neighbour(app, "other-card", "o1", scorecard=other)
    answer(app, answers(15), name="o1", county="other-card")
    score(app, "o1")
    page = province.get(ACROSS)
    assert "分开列出，彼此不能比较" in page.words
    with app.database.read() as session:
        found = look_across(session, path="/demo-province/", now=factories.NOW)
    assert [len(block.counties) for block in found.blocks] == [3, 1]
    assert found.blocks[1].counties[0].departure is None


def test_who_sees_one_county_is_led_to_the_list(province: Desk, app: Renke) -> None:
    for who in ("officer", "analyst"):
        desk = Desk(app.test_client())
        desk.sign_in(who)
        answered = desk.client.get(ACROSS)
        assert (answered.status_code, answered.headers["Location"]) == (302, "/console/")
        assert ACROSS not in desk.get("/console/").links()
    assert ACROSS in province.get("/console/").links()


def test_other_provinces_are_not_there(province: Desk, app: Renke) -> None:
    add_scored_elsewhere(app)
    assert "other（模拟）" not in province.get(ACROSS).words


def add_scored_elsewhere(app: Renke) -> None:
    answer(app, answers(12), name="elsewhere", county="other")
    score(app, "elsewhere")


def test_before_anything_is_closed(app: Renke) -> None:
    add_people(app)
    desk = Desk(app.test_client())
    desk.sign_in("evaluator")
    assert "还没有可以并列的得分" in desk.get(ACROSS).words


def test_looking_is_told_to_the_trail(province: Desk, app: Renke) -> None:
    province.get(ACROSS)
    with app.database.read() as session:
        deeds = trail.list_deeds(session, campaign_id=None)
    assert any((deed.by, deed.facts.get("what")) == ("evaluator", "across") for deed in deeds)


def test_english(province: Desk, app: Renke) -> None:
    desk = Desk(app.test_client(), language="en")
    desk.sign_in("evaluator")
    assert desk.get(ACROSS).tree.get("lang") == "en"


# The arithmetic


def test_against_the_mean() -> None:
    """Three estimates by hand: the mean of all holds a third of each."""
    found = compare_independent([80.0, 85.0, 93.0], [1.0, 2.0, 3.0], [10, 20, 30])
    assert found.value == pytest.approx([-6.0, -1.0, 7.0])
    first = (4 / 9) * 1 + (1 / 9) * 4 + (1 / 9) * 9
    assert found.se[0] == pytest.approx(np.sqrt(first))
    parts = np.array([4 / 9, 4 / 9, 1.0])
    assert found.df[0] == pytest.approx(parts.sum() ** 2 / (parts**2 / [10, 20, 30]).sum())
    assert np.all(found.p_holm >= found.p_bh)
    assert found.value.sum() == pytest.approx(0)


def test_two_estimates_against_one_is_welch() -> None:
    rng = np.random.default_rng(1)
    samples = [rng.normal(size=12), rng.normal(1, 2, size=30)]
    means, errors = [each.mean() for each in samples], [stats.sem(each) for each in samples]
    found = compare_independent(means, errors, [11, 29], against=1)
    welch = stats.ttest_ind(*samples, equal_var=False)
    assert found.p[0] == pytest.approx(welch.pvalue)
    assert (found.low[0], found.high[0]) == pytest.approx(tuple(welch.confidence_interval()))
    assert np.isnan(found.p[1])


@pytest.mark.parametrize(
    "arguments",
    [([1.0], [1.0], [1]), ([1, 2], [0, 1], [1, 1]), ([1, np.nan], [1, 1], [1, 1]), ([1, 2], [1, 1], [0, 1])],
)
def test_what_cannot_be_compared(arguments: Any) -> None:
    with pytest.raises(AnalysisError):
        compare_independent(*arguments)
    with pytest.raises(AnalysisError):
        compare_independent([1, 2], [1, 1], [1, 1], against=2)
