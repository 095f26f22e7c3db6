"""Shares of yes by school: who was told how to answer, whose device came again, and who is high in the funnel."""

from __future__ import annotations

import numpy as np
from scipy import special, stats

from analysis.design import sum_by
from analysis.quality.families import Family, distance_of, tail_among_schools
from analysis.quality.forms import Floats, Forms, Integers
from analysis.schools import funnel

LEAST_CHANCE = 1e-300
WINSORISED = 0.6787  # mean square of a standard normal whose outer tenths are pulled in to its deciles


def judge_share(name: str, figure: str, says: Floats, school: Integers, schools: int, least: int) -> Family:
    """More yes in a school than the other schools' rate and their usual differences make likely.

    Parameters
    ----------
    name, figure : of the family and of its one figure
    says : (n,) float, 1 yes, 0 no, NaN where not asked or not answered
    school : (n,) int, -1 for none
    schools : S
    least : fewest answers with which a school is judged

    Notes
    -----
    Upper tail of a beta-binomial with the rate (y + 1/2) / (n + 1) of all other schools and the correlation rho = tau^2
    / (P (1 - P)) within schools; binomial where rho is 0. tau^2 is that of the funnel of all schools, with phi divided
    by what winsorising leaves of it where there is only chance, as a narrow funnel accuses. The tail among the schools
    is the larger p where schools differ more than that.

    References
    ----------
    Spiegelhalter 2005, Statistics in Medicine 24:1185.
    """
    known = (school >= 0) & ~np.isnan(says)
    asked = np.bincount(school[known], minlength=schools).astype(float)
    yes = np.bincount(school[known], says[known], minlength=schools).astype(float)
    enough = (asked >= least) & (asked.sum() - asked >= least)
    rate = (yes.sum() - yes + 0.5) / (asked.sum() - asked + 1)
    p = np.where(enough, np.maximum(_tail(yes, asked, rate, _correlation(yes, asked)), LEAST_CHANCE), np.nan)
    z = distance_of(p)
    return Family(
        name,
        (figure,),
        np.where(enough, yes / np.maximum(asked, 1), np.nan)[:, None],
        np.where(enough, rate, np.nan)[:, None],
        z,
        np.maximum(p, tail_among_schools(z)),
        np.zeros(schools, np.int64),
    )


def _tail(yes: Floats, asked: Floats, rate: Floats, rho: float) -> Floats:
    if rho <= 0:
        return np.asarray(stats.binom.sf(yes - 1, asked, rate))
    precision = 1 / rho - 1
    return np.asarray(stats.betabinom.sf(yes - 1, asked, rate * precision, (1 - rate) * precision))


def _correlation(yes: Floats, asked: Floats) -> float:
    """Of two answers of one school, beyond chance; 0 where nothing varies."""
    if not 0 < yes.sum() < asked.sum() or np.sum(asked > 0) < 2:
        return 0.0
    found = funnel(yes, asked)
    weight = 1 / found.se[asked > 0] ** 2
    excess = found.schools * ((found.dispersion or 0.0) / WINSORISED - 1) + 1
    between = excess / (weight.sum() - weight @ weight / weight.sum())
    return float(np.clip(between / (found.target * (1 - found.target)), 0.0, 0.5))


def judge_funnel(forms: Forms, school: Integers, schools: int, least: int) -> Family:
    """Schools above the funnel: a share of positive answers beyond size and the usual differences.

    Parameters
    ----------
    forms : Forms of n people
    school : (n,) int, -1 for none
    schools : S
    least : fewest forms with which a school is judged

    Notes
    -----
    Positive is above the middle of the scale. The share is the mean over people, each with the share of the own
    answers, which varies less than single answers do: the funnel is wide rather than narrow. A high score is no
    evidence of anything, so this family is shown and never counted; `judge_level` counts a high school only where
    the other group does not share its view.

    References
    ----------
    Spiegelhalter 2005, Statistics in Medicine 24:1185.
    """
    inside = np.flatnonzero((school >= 0) & (forms.count > 0))
    positive = (forms.recoded > (forms.low + forms.high) / 2) & forms.valid
    share = positive[inside].sum(axis=1) / forms.count[inside]
    size = np.bincount(school[inside], minlength=schools).astype(float)
    total = sum_by(school[inside], share, schools)
    enough = size >= least
    blank = np.full(schools, np.nan)
    observed, z, expected = blank.copy(), blank.copy(), blank.copy()
    if enough.sum() > 1:
        found = funnel(total[enough], size[enough])
        observed[enough], z[enough], expected[enough] = found.value, found.z_adjusted, found.target
    p = special.ndtr(-z)
    draws = np.zeros(schools, np.int64)
    return Family("funnel", ("positive_share",), observed[:, None], expected[:, None], z, p, draws)
