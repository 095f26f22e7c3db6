"""What the bench adds to the arithmetic: alpha with the errors of a design, how many factors, parallel lines."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from analysis.comparison import compare_means, independence
from analysis.design import Design, Floats
from analysis.errors import AnalysisError
from analysis.estimation import estimate, in_domains, mean
from analysis.models import logistic
from analysis.models.parallel_lines import parallel_lines
from analysis.reliability import alpha
from analysis.reliability.designed import design_alpha
from analysis.reliability.parallel import parallel_analysis
from surveys.bench.people import gather

N, CLUSTERS, ITEMS = 1200, 40, 4
RNG = np.random.default_rng(11)
CLUSTER = np.repeat(np.arange(CLUSTERS), N // CLUSTERS)
STRATUM = CLUSTER % 4
WEIGHT = RNG.uniform(0.5, 3, N)
DESIGN = Design(STRATUM, CLUSTER, WEIGHT)
MOOD = RNG.normal(size=N) + RNG.normal(scale=0.6, size=CLUSTERS)[CLUSTER]
ANSWERS = np.clip(np.round(3 + MOOD[:, None] + RNG.normal(size=(N, ITEMS))), 1, 5)
ANSWERS[RNG.random((N, ITEMS)) < 0.03] = np.nan


def test_alpha_is_the_weighted_one_and_its_error_that_of_its_slopes() -> None:
    """The influence of a cluster is what alpha changes by where all its weights do, found by changing them."""
    found = design_alpha(DESIGN, ANSWERS)
    assert found.value == pytest.approx(alpha(ANSWERS, weight=WEIGHT).value)
    step = 1e-5
    slopes = np.array([(at(step, cluster) - at(-step, cluster)) / (2 * step) for cluster in range(CLUSTERS)])
    assert found.se == pytest.approx(np.sqrt(variance_of(slopes)), rel=1e-5)
    assert found.low is not None
    assert found.high is not None
    assert found.value is not None
    assert found.low < found.value < found.high < 1
    assert found.df == CLUSTERS - 4


def at(step: float, cluster: int) -> float:
    value = alpha(ANSWERS, weight=WEIGHT * (1 + step * (cluster == CLUSTER))).value
    assert value is not None
    return value


def variance_of(totals: Floats) -> float:
    """Of totals by cluster, ten clusters in each of four strata."""
    parts = [totals[np.arange(CLUSTERS) % 4 == stratum] for stratum in range(4)]
    return float(sum(10 / 9 * np.sum(np.square(part - part.mean())) for part in parts))


def test_alpha_of_items_that_say_the_same_has_no_interval() -> None:
    same = np.repeat(ANSWERS[:, :1], 3, axis=1)
    found = design_alpha(DESIGN, same)
    assert found.value == pytest.approx(1)
    assert (found.low, found.high, found.interval) == (None, None, "none")


def test_more_schools_of_the_same_kind_make_alpha_surer() -> None:
    wide = Design(np.concatenate([STRATUM, STRATUM]), np.concatenate([CLUSTER, CLUSTER + CLUSTERS]), np.tile(WEIGHT, 2))
    one, two = design_alpha(DESIGN, ANSWERS), design_alpha(wide, np.vstack([ANSWERS, ANSWERS]))
    assert two.value == pytest.approx(one.value)
    assert two.se == pytest.approx(one.se / np.sqrt(2) * np.sqrt((10 / 9) ** -1 * 20 / 19), rel=1e-6)  # type: ignore[operator]


def correlation(factors: int, items: int, loading: float = 0.7) -> Floats:
    loadings = np.zeros((factors * items, factors))
    for factor in range(factors):
        loadings[factor * items : (factor + 1) * items, factor] = loading
    matrix = loadings @ loadings.T
    np.fill_diagonal(matrix, 1.0)
    return matrix


@pytest.mark.parametrize("factors", [1, 2, 3])
def test_as_many_factors_as_there_are(factors: int) -> None:
    found = parallel_analysis(correlation(factors, 4), 500, np.random.default_rng(1))
    assert found.factors == factors
    assert found.eigenvalues.sum() == pytest.approx(4 * factors)
    assert np.all(np.diff(found.chance) < 0)


def test_chance_is_that_of_drawn_rows() -> None:
    rng = np.random.default_rng(2)
    drawn = [np.linalg.eigvalsh(np.corrcoef(rng.normal(size=(100, 6)).T))[::-1] for _ in range(2000)]
    expected = np.quantile(drawn, 0.95, axis=0)
    found = parallel_analysis(np.eye(6), 100, rng, draws=2000)
    assert found.chance == pytest.approx(expected, abs=0.015)


def test_unrelated_items_have_one_factor_at_least() -> None:
    assert parallel_analysis(np.eye(5), 200, np.random.default_rng(3)).factors == 1


OUTCOME = np.digitize(0.8 * MOOD + RNG.logistic(size=N), [-1, 0.5, 2]).astype(float)
COLUMNS = np.column_stack([MOOD, RNG.normal(size=N)])


def test_parallel_lines_hold_where_they_were_drawn_so() -> None:
    found = parallel_lines(DESIGN, OUTCOME, COLUMNS, ["mood", "noise"])
    assert (found.ndf, found.ddf) == (4, CLUSTERS - 4 - 2 - 4)
    assert found.p > 0.01
    bent = np.where(OUTCOME > 1, OUTCOME, np.where(COLUMNS[:, 1] > 0, 0.0, 1.0))  # noise decides at the lowest cut only
    assert parallel_lines(DESIGN, bent, COLUMNS, ["mood", "noise"]).p < 1e-6


def test_with_two_cuts_and_one_column_it_is_the_difference_of_two_slopes() -> None:
    outcome = np.minimum(OUTCOME, 2)
    found = parallel_lines(DESIGN, outcome, COLUMNS[:, :1], ["mood"])
    one, two = (logistic(DESIGN, (outcome > cut).astype(float), COLUMNS[:, :1], ["mood"]) for cut in (0, 1))
    influence = two.statistic.influence[:, 1] - one.statistic.influence[:, 1]
    variance = variance_of(np.bincount(CLUSTER, influence))
    assert found.statistic == pytest.approx((two.value[1] - one.value[1]) ** 2 / variance * found.ddf / one.df)  # type: ignore[operator]


def test_what_does_not_fit_is_said() -> None:
    for wrong in (
        lambda: design_alpha(DESIGN, ANSWERS[:, :1]),
        lambda: design_alpha(DESIGN, np.column_stack([ANSWERS[:, 0], 6 - ANSWERS[:, 0]])),
        lambda: parallel_analysis(np.eye(1), 100, RNG),
        lambda: parallel_analysis(np.eye(4), 3, RNG),
        lambda: parallel_lines(DESIGN, (OUTCOME > 1).astype(float), COLUMNS, ["a", "b"]),
        lambda: parallel_lines(Design(STRATUM * 0, CLUSTER % 4, WEIGHT), OUTCOME, COLUMNS, ["a", "b"]),
    ):
        with pytest.raises(AnalysisError):
            wrong()


LACKING = 77  # what the script ends with where R has no `survey`
SCRIPT = """
if (!requireNamespace("survey", quietly = TRUE)) quit(status = 77)
suppressMessages(library(survey)); options(digits = 12)
d <- read.csv("rows.csv"); d$r <- factor(d$r)
s <- svydesign(ids = ~c, strata = ~h, weights = ~w, data = d)
t <- svychisq(~r + y, s, statistic = "F")
b <- svyby(~v, ~r, s, svymean); w <- regTermTest(svyglm(v ~ r, s), ~r)
cat(t$statistic, t$parameter, t$p.value, coef(b), SE(b), w$Ftest, w$p, sep = "\\n")
"""


def test_the_figures_of_the_bench_are_those_of_r(tmp_path: Path) -> None:
    """A table with its test, means by a factor with their test: on fresh rows that were gathered first."""
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("Rscript is not installed")

    group = np.random.default_rng(5).integers(0, 3, N)
    lines = [
        "c,h,w,y,m,r,v",
        *(
            ",".join(map(str, row))
            for row in zip(CLUSTER, STRATUM, WEIGHT, OUTCOME, MOOD, group, 25 * OUTCOME, strict=True)
        ),
    ]
    (tmp_path / "rows.csv").write_text("\n".join(lines))
    made = subprocess.run([program, "-e", SCRIPT], cwd=tmp_path, capture_output=True, text=True, check=False)
    if made.returncode == LACKING:
        pytest.skip("R lacks the package survey")
    assert made.returncode == 0, made.stderr
    expected = [float(line) for line in made.stdout.split()]
    small = gather(DESIGN, group, OUTCOME.astype(np.int64))
    test = independence(small.design, *small.columns)
    means = estimate(small.design, mean(small.design, in_domains(25.0 * small.columns[1], small.columns[0], 3)))
    differ = compare_means(small.design, 25.0 * small.columns[1], small.columns[0])
    found = [
        test.statistic,
        test.ndf,
        test.ddf,
        test.p,
        *means.value,
        *means.se,
        differ.statistic,
        differ.p,
    ]
    assert small.count(small.columns[0] == 1) == int(np.sum(group == 1))
    assert found == pytest.approx(expected, rel=2e-4)
