"""How many answers a wanted precision takes, and what precision a number of answers buys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.arguments import checked, together
from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
LARGEST = 1e15  # people; beyond, whole numbers are not exact
NEAR = 1e-9  # what binary fractions may add to a whole number before it is rounded up


@dataclass(frozen=True)
class SampleSizes:
    """k sample sizes, step by step, in people.

    n0      : (k,) float, simple random sample from an endless population
    n       : (k,) float, from the population as it is
    answers : (k,) int, with the design effect, rounded up
    invited : (k,) int, so many invitations for so many answers, rounded up
    census  : (k,) bool, there are not so many people: invite all, the precision may not be reached
    level   : of confidence
    """

    n0: Floats
    n: Floats
    answers: Integers
    invited: Integers
    census: NDArray[np.bool_]
    level: float


def round_up(value: ArrayLike) -> Integers:
    """Whole numbers, up; what is whole but for binary fractions stays."""
    value = np.asarray(value, float)
    if np.any(value > LARGEST):
        raise AnalysisError("planning", f"sizes up to {LARGEST:.0e}", f"{value.max():g}", "check the units")
    return np.asarray(np.ceil(value - NEAR * np.maximum(1, np.abs(value))), np.int64)


def normal_quantile(level: float) -> float:
    """Two-sided quantile of the normal distribution."""
    if not 0 < level < 1:
        raise AnalysisError("planning", "a level between 0 and 1", str(level))
    return float(special.ndtri(0.5 + level / 2))


def require(where: str, hint: str = "", /, **conditions: ArrayLike) -> None:
    """Raise one error that names every condition that does not hold."""
    broken = [name.replace("_", " ") for name, holds in conditions.items() if not np.all(holds)]
    if broken:
        raise AnalysisError(where, ", ".join(broken), "others", hint)


@checked
def sample_size(
    margin: ArrayLike,
    *,
    share: ArrayLike = 0.85,
    population: ArrayLike = np.inf,
    deff: ArrayLike = 1.0,
    response: ArrayLike = 1.0,
    level: float = 0.95,
) -> SampleSizes:
    """Answers and invitations for a wanted half-width of the interval of a proportion.

    Parameters
    ----------
    margin : (k,) wanted half-width, 0 to 1 (0.02 is two points)
    share : (k,) expected proportion, inside 0 to 1; 0.5 is the worst case
    population : (k,) people; infinite where not known
    deff : (k,) design effect, above 0
    response : (k,) share of the invited that answer validly, above 0 and at most 1
    level : of confidence

    Returns
    -------
    SampleSizes

    Notes
    -----
    n0 = z^2 p (1 - p) / e^2,  n = n0 / (1 + (n0 - 1) / N),  answers = ceil(n deff),  invited = ceil(n deff / response)

    The Wald half-width: close to 0 or 1 real intervals are a little wider. The design effect is applied after the
    finite population, so answers and invitations may exceed N: both are then N and `census` says so.

    Raises
    ------
    AnalysisError
        Everything that is outside its range.

    References
    ----------
    Kish 1965, Survey Sampling. Valliant, Dever & Kreuter 2018, Practical Tools.
    """
    e, p, people, deff, response = np.atleast_1d(
        *together("sample_size", margin=margin, share=share, population=population, deff=deff, response=response)
    )
    require(
        "sample_size",
        margin_inside_0_to_1=(e > 0) & (e < 1),
        share_inside_0_to_1=(p > 0) & (p < 1),
        population_of_1_or_more=people >= 1,
        deff_positive_and_finite=(deff > 0) & np.isfinite(deff),
        response_above_0_and_at_most_1=(response > 0) & (response <= 1),
    )
    n0 = normal_quantile(level) ** 2 * p * (1 - p) / e**2
    n = n0 / (1 + (n0 - 1) / people)
    census = n * deff / response > people
    ask = np.where(census, np.floor(people), n * deff / response)
    need = np.where(n * deff > people, np.floor(people), n * deff)
    return SampleSizes(n0, n, round_up(need), round_up(ask), census, level)


@checked
def half_width(
    n: ArrayLike,
    *,
    share: ArrayLike = 0.85,
    deff: ArrayLike = 1.0,
    population: ArrayLike = np.inf,
    level: float = 0.95,
) -> Floats:
    """Half-width of the interval that n answers buy: (k,), 0 to 1.

    Parameters
    ----------
    n : (k,) answers, 1 or more
    share, deff, population, level : as in `sample_size`

    Returns
    -------
    (k,) float, 0 to 1

    Returns
    -------
    (k,) float, 0 to 1

    Notes
    -----
    z sqrt(deff p (1 - p) / n (N - n) / (N - 1)): with deff 1 the inverse of `sample_size`. The Wald half-width; it is 0
    where everybody answered.

    Raises
    ------
    AnalysisError
        Everything that is outside its range, more answers than people among it.
    """
    n, p, deff, people = np.atleast_1d(*together("half_width", n=n, share=share, deff=deff, population=population))
    require(
        "half_width",
        answers_of_1_or_more=n >= 1,
        share_from_0_to_1=(p >= 0) & (p <= 1),
        deff_positive_and_finite=(deff > 0) & np.isfinite(deff),
        no_more_answers_than_people=n <= people,
    )
    finite = np.where(np.isinf(people), n + 1, people)
    left = np.where(np.isinf(people), 1.0, (finite - n) / np.maximum(finite - 1, 1))
    return np.asarray(normal_quantile(level) * np.sqrt(deff * p * (1 - p) / n * left))


@checked
def design_effect(cluster: ArrayLike, icc: ArrayLike, *, weight_cv: ArrayLike = 0.0) -> Floats:
    """What clustering and unequal weights cost: (1 + (m - 1) ICC) (1 + CV^2), (k,).

    Parameters
    ----------
    cluster : (k,) mean answers per school, 1 or more
    icc : (k,) intraclass correlation of answers in a school, -1/(m-1) to 1
    weight_cv : (k,) coefficient of variation of the weights, 0 or more

    Returns
    -------
    (k,) float, 1 or more where `icc` is not negative

    Returns
    -------
    (k,) float, 1 or more where `icc` is not negative

    Notes
    -----
    Assumes schools of about one size and weights unrelated to the answers. With unequal schools use
    sum m_i^2 / sum m_i for m.

    Raises
    ------
    AnalysisError
        Everything that is outside its range, and correlations that would leave no variance.

    References
    ----------
    Kish 1965, Survey Sampling; Kish 1992, Journal of Official Statistics 8:183.
    """
    m, icc, cv = np.atleast_1d(*together("design_effect", cluster=cluster, icc=icc, weight_cv=weight_cv))
    require(
        "design_effect",
        cluster_of_1_or_more=(m >= 1) & np.isfinite(m),
        icc_that_leaves_some_variance=(icc <= 1) & (1 + (m - 1) * icc > 0),
        weight_cv_of_0_or_more=(cv >= 0) & np.isfinite(cv),
    )
    return np.asarray((1 + (m - 1) * icc) * (1 + cv**2))
