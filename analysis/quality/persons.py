"""Careless forms: the indices of each person, what they signal, and who is a candidate for exclusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from analysis.arguments import checked
from analysis.errors import AnalysisError
from analysis.quality.forms import Flags, Floats, Forms, Integers, check_column, read_forms
from analysis.quality.measures import NOTHING, Paradata, PersonIndices, measure_persons
from analysis.quality.thresholds import Thresholds
from analysis.results import Notice

CERTAIN = ("speed_certain", "identical_reversed", "duplicate", "instructed")
SUSPICIOUS = {  # by kind: signals of one kind are never two reasons
    "speed": ("speed",),
    "pace": ("much_faster",),
    "sameness": ("identical_fast", "low_irv_fast", "long_string_fast"),
    "scatter": ("scatter", "high_irv"),
    "consistency": ("person_total", "synonyms", "antonyms", "even_odd"),
    "copy": ("duplicate_common", "same_beyond_chance"),
}
EVIDENCE = ("long_string",)  # shown, and counted for nothing by itself


@dataclass(frozen=True)
class PersonQuality:
    """The indices of n forms and what follows from them. A flag never deletes anything.

    indices    : PersonIndices
    flags      : by name, (n,) bool; names as in CERTAIN, SUSPICIOUS and EVIDENCE
    certain    : (n,) bool, any certain signal
    suspicious : (n,) int, kinds of suspicious signals
    candidate  : (n,) bool, candidate for exclusion: a certain signal or enough kinds of suspicion
    thresholds : the limits used
    n          : forms judged
    method     : the rule
    notices    : what could not be measured
    """

    indices: PersonIndices
    flags: Mapping[str, Flags]
    certain: Flags
    suspicious: Integers
    candidate: Flags
    thresholds: Thresholds
    n: int
    method: str
    notices: tuple[Notice, ...]


@checked
def judge_persons(
    answers: ArrayLike,
    *,
    reversed_items: Sequence[int] = (),
    scale: tuple[int, int] = (1, 5),
    dimension: ArrayLike | None = None,
    paradata: Paradata = NOTHING,
    thresholds: Thresholds | None = None,
) -> PersonQuality:
    """Indices of careless answering for all forms of one paper, with flags.

    Parameters
    ----------
    answers : (n, J) option codes; 0, 255 and NaN are no answer
    reversed_items : columns worded the other way round
    scale : lowest and highest code
    dimension : (J,) int, each item's dimension, negative for none; None: no even-odd consistency
    paradata : Paradata, what is known beside the answers
    thresholds : Thresholds

    Returns
    -------
    PersonQuality

    Notes
    -----
    Certain: under `certain_seconds` an item; one answer throughout although a reversed item was answered; a copy of a
    form from the same device; an instructed item failed. Suspicious, by kind: under `suspicious_seconds`; much faster
    than the middle person; one answer throughout, a longer run than people of that level give, or the lowest spread, in
    a fast form; scattered answers (far from all others and of high spread, or of the highest spread of all, and more
    than the person's own mean explains); correlations under the limit; a copy of a frequent form, or a form that more
    people of one school gave than chance does. One certain or two kinds of suspicion make a candidate. One answer
    throughout is never a reason by itself: in a survey of satisfaction all-5 is an honest and frequent answer. The
    tails of the spread count ties against the flag.

    Raises
    ------
    AnalysisError
        Listing everything that is wrong with the table and the columns beside it.

    References
    ----------
    Meade & Craig 2012, Psychological Methods 17:437. Huang et al. 2012, Journal of Business and Psychology 27:99.
    Curran 2016, Journal of Experimental Social Psychology 66:4. Leiner 2019, Survey Research Methods 13:229.
    """
    limits = thresholds or Thresholds()
    forms = read_forms(answers, reversed_items=reversed_items, scale=scale, where="judge_persons")
    _check(forms, paradata)
    indices, notices = measure_persons(forms, dimension, paradata, limits)
    flags = _flag(forms, indices, limits)
    certain = np.logical_or.reduce([flags[name] for name in CERTAIN])
    suspicious = sum(
        (np.logical_or.reduce([flags[name] for name in names]).astype(np.int64) for names in SUSPICIOUS.values()),
        start=np.zeros(forms.count.size, np.int64),
    )
    return PersonQuality(
        indices=indices,
        flags=MappingProxyType(flags),
        certain=certain,
        suspicious=suspicious,
        candidate=certain | (suspicious >= limits.suspicious_needed),
        thresholds=limits,
        n=forms.count.size,
        method=f"one certain or {limits.suspicious_needed} suspicious kinds",
        notices=notices,
    )


def _check(forms: Forms, paradata: Paradata) -> None:
    n = forms.count.size
    problems = check_column("seconds", paradata.seconds, n)
    problems += check_column("order", paradata.order, n, least=-np.inf, missing=False)
    for name in ("device", "school"):
        problems += check_column(name, getattr(paradata, name), n, least=-np.inf, missing=False)
    if not (np.isfinite(paradata.bucket) and paradata.bucket >= 0):
        problems.append(f"bucket {paradata.bucket}")
    if paradata.instructed is not None and np.shape(paradata.instructed)[:1] != (n,):
        problems.append(f"instructed has shape {np.shape(paradata.instructed)}, not ({n}, k)")
    if problems:
        raise AnalysisError(
            "judge_persons", f"columns of {n} values", "; ".join(problems), "one value for each form; NaN if unknown"
        )


def _flag(forms: Forms, indices: PersonIndices, limits: Thresholds) -> dict[str, Flags]:
    """NaN compares as False: what is not known is no signal."""
    judged = forms.count >= limits.fewest_answers
    fast = indices.seconds < limits.suspicious_seconds
    identical = indices.identical & judged
    reversed_too = (forms.valid & forms.turned).any(axis=1) & (forms.valid & ~forms.turned).any(axis=1)
    common = indices.elsewhere > limits.common_pattern * max(forms.count.size - 1, 1)
    long_run = judged & (indices.longest_run_p < limits.long_string_tail)
    high = (indices.irv_recoded > limits.scatter_irv) & (indices.relative_spread > limits.relative_spread)
    return {
        "speed_certain": indices.seconds < limits.certain_seconds,
        "identical_reversed": identical & reversed_too,
        "duplicate": judged & (indices.copy > 0) & ~common,
        "instructed": indices.failed >= limits.instructed_failures,
        "speed": fast,
        "much_faster": indices.relative_speed > limits.relative_speed,
        "identical_fast": identical & fast,
        "long_string": long_run,
        "long_string_fast": long_run & fast,
        "low_irv_fast": judged & fast & (_share_below(indices.irv, judged) <= limits.irv_tail),
        "scatter": judged & high & (indices.mahalanobis_p < limits.mahalanobis_tail),
        "high_irv": judged & high & (_share_below(-indices.irv_recoded, judged) <= limits.irv_tail),
        "person_total": judged & (indices.person_total < limits.consistency),
        "synonyms": judged & (indices.synonyms < limits.consistency),
        "antonyms": judged & (indices.antonyms > -limits.consistency),
        "even_odd": judged & (indices.even_odd < limits.consistency),
        "duplicate_common": judged & (indices.copy > 0) & common,
        "same_beyond_chance": judged & (indices.same_here > 0) & (indices.same_q < limits.duplicate_q),
    }


def _share_below(values: Floats, judged: Flags) -> Floats:
    """Share of the judged forms with a value no larger than one's own: ties count in full."""
    pool = np.sort(values[judged & ~np.isnan(values)])
    return np.asarray(np.searchsorted(pool, values, side="right") / max(pool.size, 1))
