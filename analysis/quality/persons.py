"""Careless forms: the indices of each person, what they signal, and who is a candidate for exclusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from analysis.errors import AnalysisError
from analysis.quality.consistency import alike_pairs, even_odd, mahalanobis, pair_consistency, person_total
from analysis.quality.forms import Flags, Floats, Forms, Integers, check_column, number_patterns, read_forms
from analysis.quality.sameness import count_copies, is_identical, longest_run, relative_spread, spread_within
from analysis.quality.thresholds import Thresholds
from analysis.results import Notice

CERTAIN = ("speed_certain", "identical_reversed", "duplicate", "instructed")
SUSPICIOUS = {  # by kind: signals of one kind are never two reasons
    "speed": ("speed",),
    "pace": ("much_faster",),
    "sameness": ("identical_fast", "low_irv_fast"),
    "scatter": ("scatter", "high_irv"),
    "consistency": ("person_total", "synonyms", "antonyms", "even_odd"),
    "copy": ("duplicate_common",),
}


@dataclass(frozen=True)
class PersonIndices:
    """What can be measured on each of n forms; NaN where it is not defined.

    seconds        : (n,) seconds per item
    relative_speed : (n,) the median of all over the person's own; over 2 is twice as fast as usual
    longest_run    : (n,) int, longest run of one answer, as given
    identical      : (n,) bool, one answer throughout, as given
    irv            : (n,) standard deviation within the person, as given
    irv_recoded    : (n,) the same with reversed items turned round
    relative_spread: (n,) variance within the person over the largest that the person's mean allows
    mahalanobis    : (n,) squared distance; mahalanobis_df (n,) int, the answers in it; mahalanobis_p (n,) its upper
                     tail of chi-square
    person_total   : (n,) correlation with the mean of all others
    synonyms       : (n,) correlation over pairs of items that go together
    antonyms       : (n,) correlation over pairs that go against each other
    even_odd       : (n,) even-odd consistency over dimensions
    same_answers   : (n,) int, others with the very same form; no sign of anything by itself
    elsewhere      : (n,) int, those of them that came from another device, or where the device is not known
    copy           : (n,) int, 0, or the number of the copy of an earlier form of the same device
    failed         : (n,) int, instructed items failed
    """

    seconds: Floats
    relative_speed: Floats
    longest_run: Integers
    identical: Flags
    irv: Floats
    irv_recoded: Floats
    relative_spread: Floats
    mahalanobis: Floats
    mahalanobis_df: Integers
    mahalanobis_p: Floats
    person_total: Floats
    synonyms: Floats
    antonyms: Floats
    even_odd: Floats
    same_answers: Integers
    elsewhere: Integers
    copy: Integers
    failed: Integers


@dataclass(frozen=True)
class PersonQuality:
    """The indices of n forms and what follows from them. A flag never deletes anything.

    indices    : PersonIndices
    flags      : by name, (n,) bool; names as in CERTAIN and SUSPICIOUS
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


@dataclass(frozen=True)
class Paradata:
    """What is known of n forms beside their answers. Each may be None.

    seconds     : (n,) seconds per item, NaN where unknown
    bucket      : width of a bucket, in seconds, where `seconds` were rounded down; 0 where they are exact
    device      : (n,) int, position of the device, negative where unknown
    order       : (n,) float, what tells earlier from later forms; rows in their order where None
    instructed  : (n, k) bool, whether each instructed item was failed
    """

    seconds: ArrayLike | None = None
    bucket: float = 0.0
    device: ArrayLike | None = None
    order: ArrayLike | None = None
    instructed: ArrayLike | None = None


NOTHING = Paradata()


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
    Certain: under `certain_seconds` an item; one answer throughout although a reversed item was answered; a copy of
    a form from the same device; an instructed item failed. Suspicious, by kind: under `suspicious_seconds`; much
    faster than the middle person; one answer throughout, or the lowest spread, in a fast form; scattered answers
    (far from all others and of high spread, or of the highest spread of all, and more than the person's own mean
    explains); correlations under the limit; a copy of a frequent form. One certain or two kinds of suspicion make a
    candidate. One answer throughout is never a reason by itself: in a survey of satisfaction all-5 is an honest and
    frequent answer. The tails of the spread count ties against the flag.

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
    indices, notices = _measure(forms, dimension, paradata, limits)
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
    problems += check_column("device", paradata.device, n, least=-np.inf, missing=False)
    if not (np.isfinite(paradata.bucket) and paradata.bucket >= 0):
        problems.append(f"bucket {paradata.bucket}")
    if paradata.instructed is not None and np.shape(paradata.instructed)[:1] != (n,):
        problems.append(f"instructed has shape {np.shape(paradata.instructed)}, not ({n}, k)")
    if problems:
        raise AnalysisError(
            "judge_persons", f"columns of {n} values", "; ".join(problems), "one value for each form; NaN if unknown"
        )


def _measure(
    forms: Forms, dimension: ArrayLike | None, paradata: Paradata, limits: Thresholds
) -> tuple[PersonIndices, tuple[Notice, ...]]:
    n = forms.count.size
    synonyms, antonyms = alike_pairs(forms, limits.synonym)
    distance, df = mahalanobis(forms)
    seconds = np.full(n, np.nan) if paradata.seconds is None else np.asarray(paradata.seconds, float)
    pattern = number_patterns(forms)
    copy, elsewhere = _copies(pattern, paradata)
    indices = PersonIndices(
        seconds=seconds,
        relative_speed=relative_speed(seconds, bucket=paradata.bucket),
        longest_run=longest_run(forms),
        identical=is_identical(forms),
        irv=spread_within(forms.raw, forms.valid),
        irv_recoded=spread_within(forms.recoded, forms.valid),
        relative_spread=relative_spread(forms),
        mahalanobis=distance,
        mahalanobis_df=df,
        mahalanobis_p=np.asarray(special.chdtrc(np.maximum(df, 1), distance)),
        person_total=person_total(forms),
        synonyms=pair_consistency(forms, synonyms, fewest=limits.fewest_pairs),
        antonyms=pair_consistency(forms, antonyms, fewest=limits.fewest_pairs),
        even_odd=np.full(n, np.nan) if dimension is None else even_odd(forms, dimension, fewest=limits.fewest_pairs),
        same_answers=np.bincount(pattern)[pattern] - 1,
        elsewhere=elsewhere,
        copy=copy,
        failed=_failed(paradata, n),
    )
    pairs = {"synonyms": len(synonyms), "antonyms": len(antonyms)}
    return indices, _notices(indices, limits, pairs, dimension is not None)


def _copies(pattern: Integers, paradata: Paradata) -> tuple[Integers, Integers]:
    n = pattern.size
    if paradata.device is None:
        return np.zeros(n, np.int64), np.bincount(pattern)[pattern] - 1
    order = np.arange(n) if paradata.order is None else np.asarray(paradata.order)
    return count_copies(pattern, np.asarray(paradata.device, np.int64), order.astype(float))


def _failed(paradata: Paradata, n: int) -> Integers:
    if paradata.instructed is None:
        return np.zeros(n, np.int64)
    return np.asarray(np.asarray(paradata.instructed, bool).reshape(n, -1).sum(axis=1), np.int64)


def _notices(
    indices: PersonIndices, limits: Thresholds, pairs: Mapping[str, int], with_dimensions: bool
) -> tuple[Notice, ...]:
    found = []
    if np.isnan(indices.mahalanobis).all():
        found.append(Notice("quality.no_mahalanobis", {"n": indices.seconds.size}))
    if np.isnan(indices.seconds).all():
        found.append(Notice("quality.no_seconds", {}))
    found += [
        Notice(f"quality.few_{name}", {"pairs": count, "fewest": limits.fewest_pairs})
        for name, count in pairs.items()
        if count < limits.fewest_pairs
    ]
    if with_dimensions and np.isnan(indices.even_odd).all():
        found.append(Notice("quality.no_even_odd", {"fewest": limits.fewest_pairs}))
    return tuple(found)


def relative_speed(seconds: ArrayLike, *, bucket: float = 0.0) -> Floats:
    """Median seconds of all over a person's own.

    Parameters
    ----------
    seconds : (n,) float, seconds per item, NaN where unknown
    bucket : width of a bucket, where seconds were rounded down; the middle of the bucket is used

    Returns
    -------
    (n,) float, 1 for the usual speed, 2 for twice as fast; NaN where unknown, or where the time is exactly 0

    References
    ----------
    Leiner 2019, Survey Research Methods 13:229.
    """
    own = np.asarray(seconds, float) + bucket / 2
    known = own[~np.isnan(own)]
    if known.size == 0:
        return np.full(own.shape, np.nan)
    return np.asarray(np.median(known) / np.where(own > 0, own, np.nan))


def _flag(forms: Forms, indices: PersonIndices, limits: Thresholds) -> dict[str, Flags]:
    """NaN compares as False: what is not known is no signal."""
    judged = forms.count >= limits.fewest_answers
    fast = indices.seconds < limits.suspicious_seconds
    identical = indices.identical & judged
    reversed_too = (forms.valid & forms.turned).any(axis=1) & (forms.valid & ~forms.turned).any(axis=1)
    common = indices.elsewhere > limits.common_pattern * max(forms.count.size - 1, 1)
    high = (indices.irv_recoded > limits.scatter_irv) & (indices.relative_spread > limits.relative_spread)
    return {
        "speed_certain": indices.seconds < limits.certain_seconds,
        "identical_reversed": identical & reversed_too,
        "duplicate": judged & (indices.copy > 0) & ~common,
        "instructed": indices.failed >= limits.instructed_failures,
        "speed": fast,
        "much_faster": indices.relative_speed > limits.relative_speed,
        "identical_fast": identical & fast,
        "low_irv_fast": judged & fast & (_share_below(indices.irv, judged) <= limits.irv_tail),
        "scatter": judged & high & (indices.mahalanobis_p < limits.mahalanobis_tail),
        "high_irv": judged & high & (_share_below(-indices.irv_recoded, judged) <= limits.irv_tail),
        "person_total": judged & (indices.person_total < limits.consistency),
        "synonyms": judged & (indices.synonyms < limits.consistency),
        "antonyms": judged & (indices.antonyms > -limits.consistency),
        "even_odd": judged & (indices.even_odd < limits.consistency),
        "duplicate_common": judged & (indices.copy > 0) & common,
    }


def _share_below(values: Floats, judged: Flags) -> Floats:
    """Share of the judged forms with a value no larger than one's own: ties count in full."""
    pool = np.sort(values[judged & ~np.isnan(values)])
    return np.asarray(np.searchsorted(pool, values, side="right") / max(pool.size, 1))
