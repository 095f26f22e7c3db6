"""Key words of a group: against numbers worked out by hand, against scipy, and what must not change."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from analysis.errors import AnalysisError
from analysis.wording import Wording, compare_words, wilson_of_counts


def words(have: list[int], rest: list[int], n: int = 100, m: int = 200, **more: float) -> Wording:
    return compare_words(np.array(have), np.array(rest), n, m, **more)  # type: ignore[arg-type]


def test_by_hand() -> None:
    """30 of 100 against 15 of 200 with a prior of 20: a = 20 * 45 / 300 = 3, odds 33 / 87 and 18 / 202."""
    found = words([30], [15], prior=20.0)
    d = math.log(33 / 87) - math.log(18 / 202)
    variance = 1 / 33 + 1 / 87 + 1 / 18 + 1 / 202
    assert found.log_odds[0] == pytest.approx(d, rel=1e-12)
    assert found.se[0] == pytest.approx(math.sqrt(variance), rel=1e-12)
    assert found.z[0] == pytest.approx(4.5287, abs=5e-5)
    assert found.p[0] == pytest.approx(math.erfc(d / math.sqrt(variance) / math.sqrt(2)), rel=1e-9)
    assert (found.share[0], found.share_rest[0], found.n, found.n_rest) == (0.3, 0.075, 100, 200)
    assert found.more.tolist() == [True]


def test_the_interval_is_wilsons_also_for_none_and_all() -> None:
    have = np.array([0, 1, 10, 50, 99, 100])
    for level in (0.8, 0.95, 0.99):
        low, high = wilson_of_counts(have, 100, level=level)
        for place, count in enumerate(have):
            expected = stats.binomtest(int(count), 100).proportion_ci(level, method="wilson")
            assert (low[place], high[place]) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_without_a_prior_to_speak_of_it_is_the_log_odds_ratio_of_the_table() -> None:
    found = words([30], [15], prior=1e-9)
    expected = stats.contingency.odds_ratio(np.array([[30, 70], [15, 185]]), kind="sample").statistic
    assert found.log_odds[0] == pytest.approx(math.log(expected), rel=1e-6)


def test_group_and_rest_change_places_with_the_sign() -> None:
    one, other = words([30, 3, 0, 100], [15, 90, 9, 200]), words([15, 90, 9, 200], [30, 3, 0, 100], 200, 100)
    assert one.z == pytest.approx(-other.z)
    assert one.p == pytest.approx(other.p)


def test_the_order_of_words_is_nothing() -> None:
    have, rest, order = [30, 3, 12, 50], [15, 20, 24, 80], [2, 0, 3, 1]
    one, other = words(have, rest), words([have[each] for each in order], [rest[each] for each in order])
    for name in ("z", "p", "adjusted", "low", "high"):
        assert getattr(one, name)[order] == pytest.approx(getattr(other, name))


def test_equal_shares_are_no_difference_and_what_all_or_none_have_is_none_either() -> None:
    found = words([10, 0, 100], [20, 0, 200])
    assert found.z == pytest.approx([0, 0, 0], abs=1e-12)
    assert found.more.tolist() == [False, False, False]
    assert np.isfinite(found.se).all()


def test_a_stronger_prior_pulls_towards_no_difference_and_more_comments_away_from_it() -> None:
    weak, strong = words([30], [15], prior=1.0), words([30], [15], prior=500.0)
    assert 0 < strong.log_odds[0] < weak.log_odds[0]
    assert words([300], [150], 1000, 2000).z[0] > words([30], [15]).z[0]


def test_a_rare_word_has_a_large_ratio_and_a_small_z() -> None:
    """Two against none is a larger ratio, and far less sure, than fifty against sixty."""
    found = words([2, 50], [0, 60], prior=1.0)
    assert found.log_odds[0] > found.log_odds[1] > 0
    assert found.z[0] < found.z[1]


def test_words_that_were_looked_at_and_are_not_shown_count_in_the_correction() -> None:
    found, alone = words([30, 25], [15, 30], tests=1000), words([30, 25], [15, 30])
    assert alone.adjusted == pytest.approx(stats.false_discovery_control(alone.p))
    padded = stats.false_discovery_control(np.concatenate([found.p, np.ones(998)]))
    assert found.adjusted == pytest.approx(padded[:2])
    assert found.tests == 1000
    assert found.more.tolist() == [True, False]


def test_where_groups_do_not_differ_hardly_anything_is_found() -> None:
    """300 words that both use alike, a hundred times: with 95 % none is found in all but a few."""
    rng = np.random.default_rng(20)
    share = rng.uniform(0.02, 0.4, 300)
    wrong = sum(
        bool((compare_words(rng.binomial(150, share), rng.binomial(400, share), 150, 400).adjusted <= 0.05).any())
        for _ in range(100)
    )
    assert wrong <= 10


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (([1, 2], [1]), "shapes"),
        (([101], [1]), "have outside"),
        (([-1], [201]), "rest outside"),
        (([1], [1], 0, 5), "0 and 5 comments"),
        (([1.5], [1]), "whole numbers"),
        ((["多"], [1]), "whole numbers"),
    ],
)
def test_what_cannot_be_counts(given: tuple[list[int], list[int]], said: str) -> None:
    with pytest.raises(AnalysisError, match=said):
        words(*given)


@pytest.mark.parametrize(
    "more", [{"prior": 0.0}, {"prior": math.inf}, {"prior": math.nan}, {"level": 1.0}, {"tests": 1}]
)
def test_what_cannot_be_asked(more: dict[str, float]) -> None:
    with pytest.raises(AnalysisError):
        words([1, 2], [1, 1], **more)


def test_no_words_at_all() -> None:
    found = words([], [])
    assert found.z.shape == found.adjusted.shape == (0,)
