"""Each school's own rate, how many answers it is worth, and how much of it is chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arguments import checked, together
from analysis.errors import AnalysisError
from analysis.results import Notice
from analysis.schools.inputs import Fault, Floats, at, columns, not_positions, refuse

ROSTER = "more answers than people: correct the roster, or the answers that came through this school's code"


@dataclass(frozen=True)
class SchoolRates:
    """Weighted means of J schools.

    value     : (J,) weighted mean of the school's valid answers; NaN where there are none
    variance  : (J,) its sampling variance within the school; NaN where there is no answer or it cannot be seen
    n         : (J,) valid answers
    n_eff     : (J,) Kish's (sum w)^2 / sum w^2; 0 where there are none
    satisfied : (J,) n_eff value, the effective count that `beta_binomial` takes (for answers scored 0 and 1)
    method    : estimator and variance
    notices   : `schools_without_answers`, `variance_borrowed` with the positions of the schools; `variance_unknown`
                where every school has one answer
    """

    value: Floats
    variance: Floats
    n: NDArray[np.int64]
    n_eff: Floats
    satisfied: Floats
    method: str
    notices: tuple[Notice, ...] = ()

    @property
    def se(self) -> Floats:
        """(J,) standard errors."""
        return np.asarray(np.sqrt(self.variance))


@checked
def school_rates(
    values: ArrayLike,
    school: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    schools: int | None = None,
    enrolled: ArrayLike | None = None,
) -> SchoolRates:
    """Weighted mean of each school, its effective size and its sampling variance.

    Parameters
    ----------
    values : (n,) float, 1 satisfied and 0 not, or any score; NaN is no valid answer
    school : (n,) int, position of the person's school, -1 for people of no school
    weight : (n,) float, > 0; None is 1 for everybody
    schools : J, how many schools there are; None is the highest position plus 1
    enrolled : (J,) people of the group in each school; given, the variance has the factor 1 - n / N

    Returns
    -------
    SchoolRates

    Notes
    -----
    p_j = sum w y / sum w, v_j = (1 - n_j / N_j) n_j / (n_j - 1) sum w^2 (y - p_j)^2 / (sum w)^2. With equal weights
    this is p (1 - p) / (n - 1). A school with one answer borrows the variance of the answers from all the others,
    S^2 = sum over schools of sum (y - p_j)^2 / sum (n_j - 1), with a Notice; where no school has two there is none to
    borrow. Answers of one school count as drawn
    independently of each other.

    Raises
    ------
    AnalysisError
        Shapes, infinite values, weights or sizes that are not positive, more answers than people, no answers at all.

    References
    ----------
    Kish 1965, Survey Sampling. Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling.
    """
    y, place, w, size = _people(values, school, weight, schools)
    n = np.bincount(place, minlength=size)
    people = _enrolment(enrolled, n)
    total, squares = np.bincount(place, w, size), np.bincount(place, w**2, size)
    known = np.where(n > 0, total, np.nan)
    value = np.asarray(np.bincount(place, w * y, size) / known)
    away = y - value[place]
    scatter = np.bincount(place, (w * away) ** 2, size) / known**2
    variance = scatter * n / np.where(n > 1, n - 1, 1)
    spare = int(np.sum(np.maximum(n - 1, 0)))
    pooled = float(np.sum(away**2)) / spare if spare else np.nan
    variance = np.where(n == 1, pooled, variance) * (1 - n / people)
    n_eff = np.where(n > 0, total**2 / np.where(n > 0, squares, 1.0), 0.0)
    single = borrowed(n == 1) if spare else (Notice("variance_unknown", {"answers_per_school": 1}),)
    notices = (*without_answers(n == 0), *single)
    satisfied = n_eff * np.nan_to_num(value)
    return SchoolRates(value, variance, n, n_eff, satisfied, "Hájek mean, variance within the school", notices)


def _people(
    values: ArrayLike, school: ArrayLike, weight: ArrayLike | None, schools: int | None
) -> tuple[Floats, NDArray[np.int64], Floats, int]:
    given = np.ones(np.shape(values)) if weight is None else weight
    y, place, w = columns("school_rates", values=values, school=school, weight=given)
    highest = int(np.max(place, initial=-1, where=np.isfinite(place)))
    size = highest + 1 if schools is None else schools
    faults = at(np.isinf(y), "infinite value") + at(~((w > 0) & np.isfinite(w)), "weight not positive and finite")
    wrong = not_positions(place, size)
    faults += at(wrong, f"no position of a school, -1 to {size - 1},")
    inside = np.isfinite(y) & np.isfinite(w) & ~wrong & (place >= 0)
    if not inside.any():
        faults.append(Fault("no answers at all"))
    refuse("school_rates", "finite values, weights > 0 and schools with answers", faults)
    return y[inside], place[inside].astype(np.int64), w[inside], size


def _enrolment(enrolled: ArrayLike | None, n: NDArray[np.int64]) -> Floats:
    if enrolled is None:
        return np.full(n.shape, np.inf)
    people, _ = columns("school_rates", enrolled=enrolled, schools=n)
    refuse("school_rates", "as many people as answers or more", roster_faults(n, people))
    return people


def roster_faults(n: ArrayLike, people: Floats) -> list[Fault]:
    """Sizes that are not positive and finite, and schools with more answers than people."""
    good = np.isfinite(people) & (people > 0)
    faults = at(~good, "size not positive and finite", "give the people enrolled in each school")
    answers = np.asarray(n, float)
    faults += at(~(answers >= 0), "answers negative or missing")
    return faults + at(good & (answers > people), "more answers than people", ROSTER)


@checked
def sampling_variances(rate: ArrayLike, n: ArrayLike) -> tuple[Floats, tuple[Notice, ...]]:
    """Sampling variance of unweighted rates, p (1 - p) / (n - 1).

    Parameters
    ----------
    rate : (J,) float, 0 to 1; NaN where n is 0
    n : (J,) valid answers, 0 or more

    Returns
    -------
    (J,) variances, NaN where n is 0; notices

    Notes
    -----
    Unbiased for simple random answers. With n = 1 it is not defined: such a school borrows
    sum n p (1 - p) / sum (n - 1), with a Notice. At p = 0 or 1 it is 0, which is right on average over schools but
    not for the one school: for `fay_herriot` take `smoothed_variances`.

    Raises
    ------
    AnalysisError
        Shapes, rates outside 0 to 1, sizes that are negative, not finite or below 1, no school with two answers.
    """
    p, n = _rates("sampling_variances", rate, n)
    spread = np.nan_to_num(n * p * (1 - p))
    seen = n > 1
    if not seen.any():
        refuse("sampling_variances", "a school with two answers", [Fault("none", "take smoothed_variances")])
    pooled = np.sum(spread) / np.sum(n[seen] - 1)
    own = p * (1 - p) / np.where(seen, n - 1, 1.0)
    variance = np.where(n == 1, pooled, own)
    return variance, (*without_answers(n == 0), *borrowed(n == 1))


@checked
def smoothed_variances(rate: ArrayLike, n: ArrayLike, *, deff: ArrayLike = 1.0) -> Floats:
    """Sampling variances that no school's own rate disturbs: P (1 - P) deff / n with the pooled rate P.

    Parameters
    ----------
    rate : (J,) float, 0 to 1; NaN where n is 0
    n : (J,) valid answers, 0 or more
    deff : design effect, one number or (J,); 1 where `n` is already an effective size

    Returns
    -------
    (J,) variances; infinite where n is 0: that school says nothing

    Notes
    -----
    P = sum n p / sum n. A school whose answers are all alike has an own variance of 0, and Fay-Herriot would believe
    it entirely; the common P keeps its weight at what its size deserves.

    Raises
    ------
    AnalysisError
        Shapes, rates outside 0 to 1, bad sizes, a deff that is not positive, all answers alike everywhere.

    References
    ----------
    Rao & Molina 2015, Small Area Estimation.
    """
    p, n = _rates("smoothed_variances", rate, n)
    factor, n = together("smoothed_variances", deff=deff, n=n)
    if n.shape != p.shape:
        raise AnalysisError("smoothed_variances", f"one deff, or {p.size}", f"shape {n.shape}")
    pooled = float(np.sum(np.nan_to_num(n * p)) / np.sum(n))
    faults = at(~(np.isfinite(factor) & (factor > 0)), "deff not positive and finite")
    if not 0 < pooled < 1:
        faults.append(Fault(f"a pooled rate of {pooled:g}", "all answers are alike: nothing varies between schools"))
    refuse("smoothed_variances", "answers that differ, and design effects > 0", faults)
    return np.where(n > 0, pooled * (1 - pooled) * factor / np.where(n > 0, n, 1.0), np.inf)


def _rates(where: str, rate: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    p, n = columns(where, rate=rate, n=n)
    wrong = ~(np.isfinite(n) & ((n >= 1) | (n == 0)))
    faults = at(wrong, "n negative, below 1 or not finite", "give the number of valid answers of each school")
    faults += at(
        ~((p >= 0) & (p <= 1)) & ((n > 0) | np.isfinite(p)), "rate outside 0 to 1", "give shares, not per cent"
    )
    if not np.any(n[~wrong] > 0):
        faults.append(Fault("no answers at all"))
    refuse(where, "rates between 0 and 1 and the answers behind them", faults)
    return p, n


def without_answers(empty: NDArray[np.bool_]) -> tuple[Notice, ...]:
    """A Notice that names the schools that gave no valid answer."""
    places = np.flatnonzero(empty).tolist()
    return (Notice("schools_without_answers", {"schools": places}),) if places else ()


def borrowed(single: NDArray[np.bool_]) -> tuple[Notice, ...]:
    """A Notice that names the schools whose variance is that of all schools."""
    places = np.flatnonzero(single).tolist()
    return (Notice("variance_borrowed", {"schools": places}),) if places else ()
