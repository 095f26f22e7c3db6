"""Two campaigns side by side: whose schools are the same is known by their codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.arguments import checked, settle
from analysis.design import Design, Floats, Integers, number
from analysis.errors import AnalysisError
from analysis.estimation import Statistic, mean
from analysis.results import Notice

Labels = NDArray[np.str_]


@dataclass(frozen=True)
class Round:
    """One campaign: its design, k statistics with their influence, and the codes by which the other is matched.

    design    : Design of n rows
    statistic : Statistic of k, of the same rows
    names     : k names, each once; the same name in two rounds is the same question
    code      : (n,) str, the code of the row's cluster (the school's), the same in every round; empty where the
                cluster can be in no other round (a person without a school)
    stratum   : (n,) str, the name of the row's stratum

    Raises
    ------
    AnalysisError
        Listing shapes that do not fit, names that come twice, a code with two clusters, a cluster with two codes.
    """

    design: Design
    statistic: Statistic
    names: tuple[str, ...]
    code: Labels
    stratum: Labels

    def __post_init__(self) -> None:
        settle(self, globals())
        problems = _problems(self)
        if problems:
            hint = "a school has one code and is one cluster of its round"
            raise AnalysisError("Round", "a design, statistics and codes that fit", "; ".join(problems), hint)


def _problems(given: Round) -> list[str]:
    rows, problems = given.design.weight.size, []
    if given.statistic.influence.shape != (rows, len(given.names)):
        problems.append(f"statistics {given.statistic.influence.shape} for {rows} rows, {len(given.names)} names")
    if len(set(given.names)) != len(given.names):
        problems.append("names that come twice")
    for name, labels in (("code", given.code), ("stratum", given.stratum)):
        if np.shape(labels) != (rows,) or np.asarray(labels).dtype.kind != "U":
            problems.append(f"{name}: shape {np.shape(labels)}, type {np.asarray(labels).dtype}, not ({rows},) str")
    return problems or _code_problems(given)


def _code_problems(given: Round) -> list[str]:
    _, row = number(given.design.cluster)
    codes = given.code[representatives(row)]
    problems, named = [], codes[codes != ""]
    divided = np.unique(row[given.code != codes[row]]).size
    if divided:
        problems.append(f"{divided} clusters with more than one code")
    elif np.unique(named).size < named.size:
        problems.append(f"{named.size - np.unique(named).size} codes with more than one cluster")
    return problems


def representatives(position: Integers) -> Integers:
    """(m,) one row of each position 0 to m - 1."""
    found = np.zeros(int(position.max()) + 1, np.int64)
    found[position] = np.arange(position.size)
    return found


@checked
def round_of(values: Floats, names: tuple[str, ...], weight: Floats, stratum: Labels, code: Labels) -> Round:
    """A campaign from its arrays: the means of k columns, schools drawn with replacement.

    Parameters
    ----------
    values : (n, k) float, one column for each name (an item, or an item within a group); NaN where there is no valid
        answer or the row is outside
    names : k names
    weight : (n,) float, > 0
    stratum : (n,) str
    code : (n,) str, of the school; a row with an empty code is a cluster of its own, in no other round

    Returns
    -------
    Round. For a finite population, calibrated weights or other statistics make a `Round` of their design and
    statistic.

    Raises
    ------
    AnalysisError
        As `Round`, `Design` and `mean`: shapes, weights, a school in two strata, a column without any valid answer.
    """
    for name, labels in (("stratum", stratum), ("code", code)):
        if np.shape(labels) != np.shape(weight) or np.asarray(labels).dtype.kind != "U":
            got = f"shape {np.shape(labels)}, type {np.asarray(labels).dtype}"
            raise AnalysisError("round_of", f"{name} ({np.size(weight)},) str", got, "turn numbers into text first")
    design = Design(np.unique(stratum, return_inverse=True)[1], _clusters(code), np.asarray(weight, float))
    return Round(design, mean(design, values), names, code, stratum)


def _clusters(code: Labels) -> Integers:
    """Positions of codes; every empty code is one of its own."""
    label, cluster = np.unique(code, return_inverse=True)
    empty = code == ""
    return np.asarray(np.where(empty, label.size + np.cumsum(empty), cluster), np.int64)


@checked
def shared_codes(before: Round, after: Round) -> Labels:
    """The codes of the schools that took part in both, sorted.

    Parameters
    ----------
    before, after : Round

    Returns
    -------
    (m,) str, ascending

    Raises
    ------
    AnalysisError
        Anything that is not a Round.
    """
    one, other = (each.code[representatives(number(each.design.cluster)[1])] for each in (before, after))
    found = np.intersect1d(one, other)
    return np.asarray(found[found != ""])


@dataclass(frozen=True)
class Pooled:
    """Both rounds as one sample, the rows of the first before those of the second.

    design  : Design of n1 + n2 rows; a school of both rounds is one cluster
    period  : (n1 + n2,) int, 0 before, 1 after: a domain for `compare_means`, `compare_ranks`, `independence`
    notices : stratum_changed (codes)
    """

    design: Design
    period: Integers
    notices: tuple[Notice, ...] = ()


@checked
def pool(before: Round, after: Round) -> Pooled:
    """Both rounds as one sample, for tests between them of any kind.

    Parameters
    ----------
    before, after : Round; weights and labels are taken, statistics are not

    Returns
    -------
    Pooled

    Notes
    -----
    A school that changed its stratum is put into that of the later round, in both rounds. Strata have as many
    clusters as took part in either round, so that a school that took part once has influence 0 in the other. Finite
    populations, second stages and calibration are left out; `change` keeps them.

    Raises
    ------
    AnalysisError
        A lone cluster shows up when a variance is asked for.

    Notices
    -------
    stratum_changed (codes).
    """
    code, stratum = np.concatenate([before.code, after.code]), np.concatenate([before.stratum, after.stratum])
    cluster = _clusters(code)
    period = np.repeat([0, 1], [before.code.size, after.code.size])
    last = np.empty(int(cluster.max()) + 1, stratum.dtype)
    last[cluster] = stratum  # later rows overwrite earlier ones
    moved = np.unique(code[last[cluster] != stratum])
    weight = np.concatenate([before.design.weight, after.design.weight])
    design = Design(np.unique(last[cluster], return_inverse=True)[1], cluster, weight)
    return Pooled(design, period, (Notice("stratum_changed", {"codes": moved.tolist()}),) if moved.size else ())
