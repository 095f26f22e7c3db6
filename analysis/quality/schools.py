"""What each school's forms look like: figures to put beside one another, without judgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arguments import checked
from analysis.design import sum_by
from analysis.errors import AnalysisError
from analysis.quality.arrivals import Arrivals, largest_window
from analysis.quality.forms import Floats, Forms, Integers, check_column, number_patterns, person_means, read_forms

HALF_HOUR, TEN_MINUTES = 1800.0, 600.0


@dataclass(frozen=True)
class SchoolIndices:
    """S schools; NaN where a figure is not defined (nobody answered, nothing known).

    n              : (S,) int, forms with a valid answer
    mean           : (S,) mean of all recoded answers
    entropy        : (S,) mean over items of -sum p log p of the answers, natural logarithm
    modal_share    : (S,) share of the most frequent whole form
    variance       : (S,) variance of the person means, denominator n - 1
    median_seconds : (S,) median of the seconds (per item, or in all, as given)
    iqr_seconds    : (S,) distance of their quartiles
    burst_30       : (S,) most arrivals in any 30 minutes; burst_10 in any 10 minutes
    """

    n: Integers
    mean: Floats
    entropy: Floats
    modal_share: Floats
    variance: Floats
    median_seconds: Floats
    iqr_seconds: Floats
    burst_30: Floats
    burst_10: Floats


@checked
def school_indices(
    answers: ArrayLike,
    school: ArrayLike,
    *,
    schools: int,
    reversed_items: Sequence[int] = (),
    scale: tuple[int, int] = (1, 5),
    seconds: ArrayLike | None = None,
    arrivals: Arrivals | None = None,
) -> SchoolIndices:
    """Figures of every school.

    Parameters
    ----------
    answers : (n, J) option codes of one paper; 0, 255 and NaN are no answer
    school : (n,) int, position of the school, negative for none
    schools : S, how many schools there are
    reversed_items : columns worded the other way round
    scale : lowest and highest code
    seconds : (n,) float, NaN where unknown
    arrivals : Arrivals

    Returns
    -------
    SchoolIndices

    Raises
    ------
    AnalysisError
        Listing everything that is wrong with the table and the columns.

    References
    ----------
    Blasius & Thiessen 2015, Social Science Research 52:479, for the whole form; Naus 1965 for the window.
    """
    forms = read_forms(answers, reversed_items=reversed_items, scale=scale, where="school_indices")
    place = np.asarray(school)
    problems = check_column("school", place, forms.count.size, least=-np.inf, missing=False)
    problems += check_column("seconds", seconds, forms.count.size)
    if schools < 1 or (not problems and place.max() >= schools):
        problems.append(f"{schools} schools, positions up to {place.max()}")
    if arrivals is not None and arrivals.school.max(initial=-1) >= schools:
        problems.append(f"{schools} schools, arrivals at position {arrivals.school.max()}")
    if problems:
        raise AnalysisError(
            "school_indices", "columns that fit the answers", "; ".join(problems), "one value for each form"
        )
    place = np.where(forms.count > 0, place, -1).astype(np.int64)
    return measure_schools(forms, place, schools, None if seconds is None else np.asarray(seconds, float), arrivals)


def measure_schools(
    forms: Forms, school: Integers, schools: int, seconds: Floats | None, arrivals: Arrivals | None
) -> SchoolIndices:
    """The same from forms that were read; school -1 is nowhere."""
    rows = [np.flatnonzero(school == each) for each in range(schools)]
    means, pattern = person_means(forms), number_patterns(forms)
    if seconds is None:
        seconds = np.full(school.size, np.nan)
    quartiles = np.array([_quartiles(seconds[each]) for each in rows])
    answered = np.array([forms.count[each].sum() for each in rows])
    total = np.array([forms.recoded[each].sum() for each in rows])
    return SchoolIndices(
        n=np.array([each.size for each in rows], np.int64),
        mean=np.asarray(total / np.where(answered > 0, answered, np.nan)),
        entropy=item_entropy(forms, school, schools),
        modal_share=np.array([np.bincount(pattern[each]).max() / each.size if each.size else np.nan for each in rows]),
        variance=np.array([means[each].var(ddof=1) if each.size > 1 else np.nan for each in rows]),
        median_seconds=quartiles[:, 1],
        iqr_seconds=quartiles[:, 2] - quartiles[:, 0],
        burst_30=_bursts(arrivals, schools, HALF_HOUR),
        burst_10=_bursts(arrivals, schools, TEN_MINUTES),
    )


def _quartiles(seconds: Floats) -> Floats:
    known = seconds[~np.isnan(seconds)]
    return np.asarray(np.percentile(known, (25, 50, 75))) if known.size else np.full(3, np.nan)


def _bursts(arrivals: Arrivals | None, schools: int, width: float) -> Floats:
    if arrivals is None or arrivals.resolution > width:
        return np.full(schools, np.nan)
    return np.array([largest_window(arrivals.moment[arrivals.school == each], width) for each in range(schools)], float)


def item_entropy(forms: Forms, school: Integers, schools: int) -> Floats:
    """(S,) mean over the answered items of the entropy of their answers, in natural units."""
    inside = np.flatnonzero(school >= 0)
    counts = np.stack(
        [
            sum_by(school[inside], ((forms.raw == code) & forms.valid)[inside].astype(float), schools)
            for code in range(forms.low, forms.high + 1)
        ],
        axis=2,
    )
    return mean_entropy(counts)


def mean_entropy(counts: Floats) -> Floats:
    """Mean entropy of tables (..., J, C) of counts over the items with any answer: (...); NaN where there is none."""
    total = counts.sum(axis=-1)
    share = counts / np.where(total > 0, total, 1.0)[..., None]
    entropy = -(share * np.log(np.where(share > 0, share, 1.0))).sum(axis=-1)
    items = (total > 0).sum(axis=-1)
    return np.asarray(entropy.sum(axis=-1) / np.where(items > 0, items, np.nan))
