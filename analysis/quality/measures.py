"""What can be measured on one form, and what is known beside its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from analysis.arguments import settle
from analysis.quality.consistency import alike_pairs, even_odd, mahalanobis, pair_consistency, person_total
from analysis.quality.duplicates import closest, find_shared
from analysis.quality.forms import Flags, Floats, Forms, Integers, number_patterns
from analysis.quality.runs import run_tail
from analysis.quality.sameness import count_copies, is_identical, longest_run, relative_spread, spread_within
from analysis.quality.thresholds import Thresholds
from analysis.results import Notice


@dataclass(frozen=True)
class PersonIndices:
    """What can be measured on each of n forms; NaN where it is not defined.

    seconds        : (n,) seconds per item
    relative_speed : (n,) the median of all over the person's own; over 2 is twice as fast as usual
    longest_run    : (n,) int, longest run of one answer, as given
    longest_run_p  : (n,) chance of a run as long at the person's own level
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
    same_here      : (n,) int, others of the same school with the very same form
    same_q         : (n,) whether chance gives as many, adjusted over all forms of all schools; NaN where the school is
                     not known and for the form of nothing but best answers
    closest        : (n,) largest share of equal answers with another form of the school; an index, never a signal
    failed         : (n,) int, instructed items failed
    """

    seconds: Floats
    relative_speed: Floats
    longest_run: Integers
    longest_run_p: Floats
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
    same_here: Integers
    same_q: Floats
    closest: Floats
    failed: Integers


@dataclass(frozen=True)
class Paradata:
    """What is known of n forms beside their answers. Each may be None.

    seconds     : (n,) seconds per item, NaN where unknown
    bucket      : width of a bucket, in seconds, where `seconds` were rounded down; 0 where they are exact
    device      : (n,) int, position of the device, negative where unknown
    order       : (n,) float, what tells earlier from later forms; rows in their order where None
    school      : (n,) int, position of the school, negative where unknown; without it equal forms are not judged
    instructed  : (n, k) bool, whether each instructed item was failed
    """

    seconds: ArrayLike | None = None
    bucket: float = 0.0
    device: ArrayLike | None = None
    order: ArrayLike | None = None
    instructed: ArrayLike | None = None
    school: ArrayLike | None = None

    def __post_init__(self) -> None:
        settle(self, globals())


NOTHING = Paradata()


def measure_persons(
    forms: Forms, dimension: ArrayLike | None, paradata: Paradata, limits: Thresholds
) -> tuple[PersonIndices, tuple[Notice, ...]]:
    """All indices, and notices of what could not be measured. See `analysis.quality.persons.judge_persons`."""
    n = forms.count.size
    synonyms, antonyms = alike_pairs(forms, limits.synonym)
    distance, df = mahalanobis(forms)
    seconds = np.full(n, np.nan) if paradata.seconds is None else np.asarray(paradata.seconds, float)
    pattern = number_patterns(forms)
    copy, elsewhere = _copies(pattern, paradata)
    same_here, same_q, nearest = _alike(forms, paradata)
    run = longest_run(forms)
    indices = PersonIndices(
        seconds=seconds,
        relative_speed=relative_speed(seconds, bucket=paradata.bucket),
        longest_run=run,
        longest_run_p=run_tail(forms, run),
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
        same_here=same_here,
        same_q=same_q,
        closest=nearest,
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


def _alike(forms: Forms, paradata: Paradata) -> tuple[Integers, Floats, Floats]:
    n = forms.count.size
    if paradata.school is None:
        return np.zeros(n, np.int64), np.full(n, np.nan), np.full(n, np.nan)
    school = np.where(forms.count > 0, np.asarray(paradata.school), -1).astype(np.int64)
    schools = int(school.max(initial=0)) + 1
    _, key = np.unique(school * n + number_patterns(forms), return_inverse=True)
    others = np.where(school >= 0, np.bincount(key.ravel())[key.ravel()] - 1, 0)
    shared = find_shared(forms, school, schools)
    q = np.append(shared.q, np.nan)[shared.place]
    return np.asarray(others, np.int64), np.asarray(q), closest(forms, school, schools)


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
