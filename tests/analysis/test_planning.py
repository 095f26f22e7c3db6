"""Sizes by hand, the published tables of the methods, and what must hold for any plan."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis import intervals
from analysis.errors import AnalysisError
from analysis.planning import (
    COMPULSORY_2012,
    COMPULSORY_2024,
    PRESCHOOL_2022,
    PRESCHOOL_2024,
    SizeRule,
    allocate,
    design_effect,
    evidence,
    half_width,
    least_share,
    quotas,
    rule_size,
    sample_size,
    size_for_composite,
    size_for_power,
)

SEVEN = ("student", "parent", "teacher", "principal", "npc_deputy", "cppcc_member", "public")
WEIGHT = np.array([0.3, 0.3, 0.15, 0.05, 0.07, 0.05, 0.08])
ANY = 1e12  # degrees of freedom with which t is the normal
shares = st.floats(0.05, 0.95)

# Sizes


def test_the_planners_table() -> None:
    """600, 2,000 and 5,000 answers with a design effect of 2 buy 4.0, 2.2 and 1.4 points."""
    assert (100 * half_width([600, 2000, 5000], deff=2)).round(1).tolist() == [4.0, 2.2, 1.4]


def test_half_of_two_points_either_side() -> None:
    """z = 1.959964: 0.5 x 0.5 x 3.841459 / 0.05^2 = 384.15."""
    sizes = sample_size(0.05, share=0.5)
    assert sizes.n0[0] == pytest.approx(384.1459, abs=1e-3)
    assert sizes.answers.tolist() == sizes.invited.tolist() == [385]


@given(shares, st.floats(0.005, 0.2), st.integers(50, 10**7))
def test_sizes_and_half_widths_are_inverse(share: float, margin: float, people: int) -> None:
    sizes = sample_size(margin, share=share, population=people)
    n = np.maximum(sizes.n, 1)
    assert half_width(n, share=share, population=people)[0] <= margin * (1 + 1e-9)
    if sizes.n[0] >= 1:
        assert half_width(sizes.n, share=share, population=people)[0] == pytest.approx(margin)
    assert half_width(n + 1e-6, share=share)[0] >= half_width(n + 1e-6, share=share, population=people + 1)[0]


@given(shares, st.floats(0.005, 0.2), st.integers(50, 10**6), st.floats(0.5, 5), st.floats(0.2, 1))
def test_no_more_are_asked_than_there_are(
    share: float, margin: float, people: int, deff: float, response: float
) -> None:
    sizes = sample_size(margin, share=share, population=people, deff=deff, response=response)
    assert 0 < sizes.answers[0] <= sizes.invited[0] <= people
    assert sizes.census[0] == (sizes.n[0] * deff / response > people)


def test_everybody_asked_leaves_no_width() -> None:
    assert half_width([1, 50], population=[1, 50]).tolist() == [0, 0]


def test_design_effects_by_hand() -> None:
    assert design_effect([25, 1, 43], [0.04, 0.3, 0.1], weight_cv=[0, 0.5, 1]) == pytest.approx([1.96, 1.25, 10.4])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: sample_size(0, share=1, population=0.5, deff=0, response=0), "margin inside 0 to 1, share inside 0"),
        (lambda: sample_size([0.1, np.nan]), "margin inside 0 to 1"),
        (lambda: sample_size(0.1, response=1.1), "response above 0 and at most 1"),
        (lambda: sample_size(0.1, level=1), "a level between 0 and 1"),
        (lambda: half_width([10, 0]), "answers of 1 or more"),
        (lambda: half_width(10, population=9), "no more answers than people"),
        (lambda: design_effect(0.5, 2, weight_cv=-1), "cluster of 1 or more, icc that leaves some variance, weight cv"),
        (lambda: design_effect(20, -0.1), "icc that leaves some variance"),
    ],
)
def test_sizes_that_make_no_sense(call: object, says: str) -> None:
    with pytest.raises(AnalysisError) as raised:
        call()  # type: ignore[operator]
    assert says in raised.value.expected


# Rules


def test_official_sizes() -> None:
    residents = [150_000, 380_000, 399_999, 400_000, 412_345, 1_250_000]
    assert rule_size(COMPULSORY_2012, residents).tolist() == [600, 600, 600, 600, 619, 1875]
    assert rule_size(COMPULSORY_2024, residents).tolist() == [225, 570, 600, 600, 619, 1875]
    assert rule_size(PRESCHOOL_2024, [150_000, 199_999, 200_000, 400_000]).tolist() == [300, 300, 300, 600]


def test_bands_as_they_were_printed() -> None:
    """20-40 (not 40), 40-60 and so on of ten thousand residents."""
    residents = [199_999, 200_000, 399_999, 400_000, 600_000, 800_000, 999_999, 1_000_000, 3_000_000]
    assert rule_size(PRESCHOOL_2022, residents).tolist() == [200, 300, 300, 500, 700, 900, 900, 1000, 1000]


def test_a_cap() -> None:
    assert rule_size(SizeRule("capped", rate=0.01, floor=50, cap=80), [100, 6000, 10**6]).tolist() == [50, 60, 80]


def test_half_are_parents_and_the_others_alike() -> None:
    made = quotas(COMPULSORY_2012, 600, SEVEN)
    assert dict(zip(made.group, made.n.tolist(), strict=True)) == {"parent": 300} | dict.fromkeys(
        [name for name in SEVEN if name != "parent"], 50
    )
    assert not made.shortfall.any()
    assert not made.notices


def test_a_county_without_fifty_principals() -> None:
    made = quotas(COMPULSORY_2012, 600, SEVEN, [9e4, 9e4, 4000, 38, 210, 0, 5e5])
    assert made.n.tolist() == [50, 300, 50, 38, 50, 0, 50]
    assert made.shortfall.tolist() == [0, 0, 0, 12, 0, 50, 0]
    assert made.asked == 600
    assert [notice.params for notice in made.notices] == [
        {"group": "principal", "asked": 50, "people": 38},
        {"group": "cppcc_member", "asked": 50, "people": 0},
    ]


def test_the_shares_of_the_preschool_table() -> None:
    groups = ("parent", "teacher", "principal", "npc_deputy", "cppcc_member")
    made = quotas(PRESCHOOL_2022, 1000, groups)
    assert made.n.tolist() == [700, 200, 50, 25, 25]
    assert quotas(PRESCHOOL_2022, 900, groups).n.tolist() == [630, 180, 45, 23, 23]


@given(st.integers(7, 5000), st.permutations(SEVEN))
def test_quotas_reach_the_size_and_know_no_order(n: int, order: list[str]) -> None:
    made = quotas(COMPULSORY_2024, n, order)
    assert n <= made.n.sum() <= n + 7
    assert made.n[order.index("parent")] >= n / 2
    usual = quotas(COMPULSORY_2024, n, SEVEN)
    assert dict(zip(order, made.n.tolist(), strict=True)) == dict(zip(SEVEN, usual.n.tolist(), strict=True))


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"rate": 0}, "rate 0"),
        ({"rate": 0.1, "shares": {"a": 0.7, "b": 0.7}}, "shares sum to 1.4"),
        ({"rate": 0.1, "shares": {"a": -0.1}}, "share of a is -0.1"),
        ({"rate": 0.1, "floor": 9, "cap": 8}, "floor 9, cap 8"),
        ({"bands": ((100, 5), (50, 9))}, "bands end at"),
        ({"rate": 0.1, "returns": 1.5}, "returns 1.5"),
    ],
)
def test_rules_that_cannot_be_followed(rule: dict[str, object], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        SizeRule("odd", **rule)  # type: ignore[arg-type]


def test_residents_and_groups_that_make_no_sense() -> None:
    for residents in (0, -5, np.nan, np.inf):
        with pytest.raises(AnalysisError, match="residents above 0"):
            rule_size(COMPULSORY_2012, residents)
    with pytest.raises(AnalysisError) as raised:
        quotas(COMPULSORY_2012, 1, ("a", "a"), [1, 2, 3])
    assert all(part in raised.value.got for part in ("groups (", "1 answers for 2 groups", "population"))


# Allocation


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.01, 1), st.floats(0.5, 0.98), st.floats(1, 4)), min_size=2, max_size=6),
    st.integers(50, 5000),
    st.data(),
)
def test_no_exchange_of_answers_helps(rows: list[tuple[float, float, float]], total: int, data: st.DataObject) -> None:
    weight, share, deff = np.array(rows).T
    size = len(rows)
    floor = np.array(data.draw(st.lists(st.integers(0, 8), min_size=size, max_size=size)))
    people = np.array(data.draw(st.lists(st.integers(10, 9000), min_size=size, max_size=size)))
    if people.sum() < total:
        with pytest.raises(AnalysisError, match="between the floors and the people"):
            allocate(total, weight, share=share, deff=deff, floor=floor, population=people)
        return
    made = allocate(total, weight, share=share, deff=deff, floor=floor, population=people)
    assert made.n.sum() == made.total == total
    assert np.all((made.n >= np.maximum(floor, 1)) & (made.n <= people))

    def variance(n: np.ndarray) -> float:
        return float(np.sum(weight**2 * share * (1 - share) * deff * (1 / n - 1 / people)))

    assert made.se == pytest.approx(np.sqrt(variance(made.n)), abs=1e-12)
    # Rounding may misplace one answer: exchanges of three show the rest.
    for giver in range(size):
        for taker in range(size):
            moved = made.n + 3.0 * (np.arange(size) == taker) - 3.0 * (np.arange(size) == giver)
            if giver != taker and np.all((moved >= np.maximum(floor, 1)) & (moved <= people)):
                assert variance(moved) >= variance(made.n) * (1 - 1e-9) - 1e-15


def test_neymans_allocation_by_hand() -> None:
    """W sqrt(p q deff): 0.5 x 0.3, 0.3 x 0.4 and 0.2 x 0.5 are 15, 12 and 10 parts of 37."""
    made = allocate(370, [0.5, 0.3, 0.2], share=[0.9, 0.8, 0.5])
    assert made.n.tolist() == [150, 120, 100]
    assert made.se == pytest.approx(np.sqrt(0.0225 / 150 + 0.0144 / 120 + 0.01 / 100))
    assert made.group_half_width[2] == pytest.approx(1.959964 * np.sqrt(0.25 / 100), rel=1e-6)
    assert made.bound == ("", "", "")


def test_floors_and_small_groups_hold() -> None:
    made = allocate(600, WEIGHT, floor=[0, 300, 0, 0, 0, 0, 0], population=[9e4, 9e4, 4000, 10, 210, 190, 5e5])
    assert made.n[1] == 300
    assert made.n[3] == 10
    assert made.bound == ("", "floor", "", "ceiling", "", "", "")
    assert made.group_half_width[3] == 0


@given(st.floats(0.005, 0.1), st.floats(1, 5))
def test_the_composite_reaches_its_width_with_few_to_spare(width: float, deff: float) -> None:
    made = size_for_composite(width, WEIGHT, deff=deff, population=[9e4, 9e4, 4000, 50, 210, 190, 5e5])
    assert made.half_width <= width * (1 + 1e-9)
    if made.total > 14 + 7:
        fewer = allocate(made.total - 7, WEIGHT, deff=deff, population=[9e4, 9e4, 4000, 50, 210, 190, 5e5])
        assert fewer.half_width >= width * (1 - 1e-9)


def test_floors_may_be_enough() -> None:
    made = size_for_composite(0.05, WEIGHT, floor=[50, 300, 50, 50, 50, 50, 50])
    assert made.n.tolist() == [50, 300, 50, 50, 50, 50, 50]
    assert made.half_width < 0.05


def test_a_group_without_weight_gets_its_floor() -> None:
    assert allocate(100, [1, 0], floor=[0, 20]).n.tolist() == [80, 20]
    assert allocate(100, [1, 0], floor=[0, 20], population=[50, 90]).n.tolist() == [50, 50]


@pytest.mark.parametrize(
    ("settings_", "says"),
    [
        ({"weight": [0.5, -0.5]}, "weights of 0 or more"),
        ({"weight": [0.5, 0.5], "share": [0.5, 1.0]}, "shares inside 0 to 1"),
        ({"weight": [0.5, 0.5], "deff": 0, "floor": -1}, "design effects positive and finite, floors of 0 or more"),
        ({"weight": [0.5, 0.5], "floor": 10, "population": 9}, "people of at least the floors"),
        ({"weight": [0.5, 0.5], "population": [9, 0]}, "people in every group with a weight"),
        ({"weight": [0.5, 0.5], "share": [0.5, 0.6, 0.7]}, "single numbers"),
    ],
)
def test_allocations_that_make_no_sense(settings_: dict[str, object], says: str) -> None:
    with pytest.raises(AnalysisError) as raised:
        allocate(100, **settings_)  # type: ignore[arg-type]
    assert says in raised.value.expected


# Evidence

SIMULATED = 3.0  # points: two standard errors of a share near one half from about a thousand simulated rounds


def test_the_published_table_for_about_600() -> None:
    """A design effect of 1.8 with some twenty degrees of freedom, as 24 schools of 25 answers with ICC .04 have.

    "About 600": averaged, because at 600 exactly the line is one of the shares that can be observed.
    """
    rounds = [evidence([0.83, 0.85, 0.87, 0.9], n, deff=1.8, df=22) for n in range(590, 611, 2)]
    point, met, open_, not_met = (
        100 * np.mean([getattr(each, name) for each in rounds], axis=0) for name in ("point", "met", "open", "not_met")
    )
    np.testing.assert_allclose(point, [17, 49, 86, 100], atol=SIMULATED)
    np.testing.assert_allclose(met, [0, 3, 17, 70], atol=SIMULATED)
    np.testing.assert_allclose(open_, [81, 94, 82, 30], atol=SIMULATED)
    np.testing.assert_allclose(not_met, [19, 3, 0, 0], atol=SIMULATED)


def test_the_published_table_for_5000() -> None:
    """More answers in each school: a design effect of 2.7, 100 degrees of freedom."""
    found = evidence([0.83, 0.85, 0.87, 0.9], 5000, deff=2.7, df=100)
    np.testing.assert_allclose(100 * found.met, [0, 3, 66, 100], atol=SIMULATED)
    np.testing.assert_allclose(100 * found.open, [33, 95, 34, 0], atol=SIMULATED)
    np.testing.assert_allclose(100 * found.not_met, [67, 3, 0, 0], atol=SIMULATED)


def test_the_published_least_shares() -> None:
    """n_eff 300: 89.0; 600: 87.9; 1,000: 87.2; 2,000: 86.6; 5,000: 86.0."""
    sizes = [300, 600, 1000, 2000, 5000]
    assert (100 * least_share(sizes)).round(1).tolist() == [89.0, 87.9, 87.2, 86.6, 86.0]
    np.testing.assert_allclose(least_share(sizes, interval="korn-graubard"), least_share(sizes), atol=0.001)


@pytest.mark.parametrize("interval", ["wilson", "korn-graubard"])
@pytest.mark.parametrize("df", [None, 15])
def test_the_least_share_is_the_limits_own(interval: str, df: float | None) -> None:
    for n in (40, 300, 5000):
        p = least_share(n, interval=interval, df=df)[0]  # type: ignore[arg-type]
        se = np.sqrt(p * (1 - p) / n)
        if interval == "wilson":
            low, _ = intervals.wilson(p, se, df or ANY)
        else:  # the effective size already holds the ratio of quantiles: df of a simple random sample
            low, _ = intervals.korn_graubard(p, se, n, n - 1)
        assert float(low) == pytest.approx(0.85, abs=1e-9)


def test_no_share_is_enough_where_few_answered() -> None:
    """0.85^22 = 0.028 and 0.85^23 = 0.0238: 23 who all agree are the fewest that clear 85 %."""
    found = least_share([22, 23], interval="korn-graubard")
    assert np.isnan(found[0])
    assert found[1] > 0.99
    assert np.isnan(least_share(21)[0])


@pytest.mark.parametrize("n", [23, 60, 347])
@pytest.mark.parametrize("interval", ["wilson", "korn-graubard"])
def test_probabilities_are_sums_over_the_projects_intervals(n: int, interval: str) -> None:
    """Without a design effect: every count, its probability, the interval the score page would show."""
    count = np.arange(n + 1)
    p = count / n
    se = np.sqrt(p * (1 - p) / n)
    edge = intervals.exact(p, n, n - 1)
    own = intervals.wilson(p, se, ANY) if interval == "wilson" else intervals.korn_graubard(p, se, n, n - 1)
    low, high = (np.where(np.isnan(mine), at_edge, mine) for mine, at_edge in zip(own, edge, strict=True))
    for share in (0.6, 0.85, 0.93, 0.99):
        probability = stats.binom.pmf(count, n, share)
        found = evidence(share, n, interval=interval)  # type: ignore[arg-type]
        assert found.point[0] == pytest.approx(probability[count >= 0.85 * n].sum(), abs=1e-9)
        assert found.met[0] == pytest.approx(probability[low >= 0.85].sum(), abs=1e-9)
        assert found.not_met[0] == pytest.approx(probability[high < 0.85].sum(), abs=1e-9)


@pytest.mark.parametrize("interval", ["wilson", "korn-graubard"])
def test_probabilities_are_those_of_simulated_rounds(interval: str) -> None:
    """Counts and variances drawn at random, intervals by the project's own functions."""
    random, rounds, n, share, deff, df = np.random.default_rng(5), 40_000, 400, 0.88, 2.2, 18
    spread = (n - 1) / (deff - 1) - 1
    p = random.binomial(n, random.beta(share * spread, (1 - share) * spread, rounds)) / n
    se = np.sqrt(p * (1 - p) * deff * random.chisquare(df, rounds) / df / n)
    limits = (
        intervals.wilson(p, se, df) if interval == "wilson" else intervals.korn_graubard(p, se, np.full(rounds, n), df)
    )
    found = evidence(share, n, deff=deff, df=df, interval=interval)  # type: ignore[arg-type]
    assert found.met[0] == pytest.approx(np.mean(limits[0] >= 0.85), abs=0.01)
    assert found.not_met[0] == pytest.approx(np.mean(limits[1] < 0.85), abs=0.01)
    assert found.point[0] == pytest.approx(np.mean(p >= 0.85), abs=0.01)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.5, 0.98), st.integers(30, 3000), st.floats(1, 4), st.sampled_from([None, 5, 50]))
def test_what_must_hold_of_any_round(share: float, n: int, deff: float, df: float | None) -> None:
    found = evidence([share, share + 0.01], n, deff=deff, df=df)
    assert np.all(found.met + found.open + found.not_met == pytest.approx(1, abs=1e-6))
    assert np.all(found.met <= found.point + 1e-9)
    small = 1e-8  # what the sums of so many probabilities leave, far within the 1e-6 above
    assert found.met[1] >= found.met[0] - small  # a better county is found to be so more often
    assert found.not_met[1] <= found.not_met[0] + small
    mirror = evidence(1 - share, n, deff=deff, df=df, line=0.15)
    assert mirror.not_met[0] == pytest.approx(found.met[0], abs=1e-9)


def test_a_size_for_power_is_the_first_that_stays() -> None:
    for interval in ("wilson", "korn-graubard"):
        made = size_for_power(0.9, 0.8, deff=1.5, interval=interval)  # type: ignore[arg-type]
        around = evidence(0.9, np.arange(made.n - 1, made.n + 60), deff=1.5, interval=interval).met  # type: ignore[arg-type]
        assert around[0] < 0.8
        assert np.all(around[1:] >= 0.8)
        assert made.power == pytest.approx(around[1])


def test_a_size_for_power_near_the_normal_formula() -> None:
    """n = ((z_a sqrt(L M) + z_b sqrt(p q)) / (p - L))^2 for the score test of L against p: 1.96, 0.8416."""
    expected = ((1.959964 * np.sqrt(0.85 * 0.15) + 0.841621 * np.sqrt(0.87 * 0.13)) / 0.02) ** 2
    assert size_for_power(0.87).n == pytest.approx(expected, rel=0.03)
    assert size_for_power(0.87, deff=2).n == pytest.approx(2 * expected, rel=0.03)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: evidence(1, 1, deff=0.5, df=0, line=1), "share inside 0 to 1, n whole and 2 or more, deff from 1"),
        (lambda: evidence(0.9, 100.5), "n whole"),
        (lambda: evidence(0.9, 100, interval="wald"), "interval: one of wilson, korn-graubard"),  # type: ignore[arg-type]
        (lambda: size_for_power(0.85), "share above the line"),
        (lambda: size_for_power(0.9, 1), "power inside 0 to 1"),
        (lambda: size_for_power(0.8501), "a size under 10,000,000"),
        (lambda: least_share([0, 10]), "effective sizes positive"),
    ],
)
def test_evidence_that_makes_no_sense(call: object, says: str) -> None:
    with pytest.raises(AnalysisError) as raised:
        call()  # type: ignore[operator]
    assert says in raised.value.expected


def test_a_composite_of_groups_without_end() -> None:
    """Two like groups need z^2 p q / e^2 / 2 = 612.2 answers each."""
    assert size_for_composite(0.02, [0.5, 0.5]).n.tolist() == [613, 613]
