"""Estimates of domains (the groups, or everybody) from the sums, all at once: values, influence totals, sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.scoring.cells import Cells
from analysis.scoring.plan import Plan, coefficients, is_proportion
from analysis.scoring.tally import Tally

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]
Pair = tuple[Floats, Floats]
Spread = Mapping[int, Pair]  # by group, see `variance.spread_by_group`
SCALE = 100.0
SNAP = 1e-9  # a ratio this near to 0 or 100 is 0 or 100
NOTHING = 1e-5  # a standard error this small is what squares that cancel leave behind: 0


@dataclass(frozen=True)
class Domains:
    """E = J + S estimates of D domains: the items, the dimensions, the index. Values from 0 to 100.

    value   : (D, E) NaN where nothing was valid
    totals  : (D, I, E) influence totals of the clusters; of an entry of m people the mean of theirs
    within  : (D, E) variance between the people of such entries
    present : (D, I, E) how many clusters of the entry have a valid answer: 0 or 1, or of m people how many; (D, I, 1)
              where that is the same for all estimates
    parts   : (D, 2, E, K') the estimates as sums over a person's columns, sum_k a_k y_k - b_k m_k: a, then b; None
              where nobody is a cluster of one
    n, n_eff : (D, E); n_eff NaN where sums of w^2 were not asked for
    single  : (D, E) bool, one proportion (not a mean or a combination)
    """

    value: Floats
    totals: Floats
    within: Floats
    present: Floats
    parts: Floats | None
    n: Floats
    n_eff: Floats
    single: Bools

    def some(self, which: slice) -> Domains:
        """Some of the domains."""
        return Domains(
            value=self.value[which],
            totals=self.totals[which],
            within=self.within[which],
            present=self.present[which],
            parts=None if self.parts is None else self.parts[which],
            n=self.n[which],
            n_eff=self.n_eff[which],
            single=self.single[which],
        )


@dataclass(frozen=True)
class Sums:
    """The sums by cluster, of each group and last of everybody: people with a value, w, w y; (D, I, K') each."""

    n: Floats
    weight: Floats
    value: Floats


def sums_of(tally: Tally, groups: int) -> Sums:
    """The sums by group and cluster."""
    return Sums(*(_dense(tally.cells, groups, table) for table in (tally.n, tally.weight, tally.value)))


@dataclass(frozen=True)
class Sizes:
    """Of the people of each place, by estimate (E = J + S): n, and their sums of w and w^2: (R, E) each.

    The sums are None where nothing asks for them. For a set of items all are those of the item of the set that most
    people of the place answered, the first on ties.
    """

    n: Floats
    total: Floats | None
    squares: Floats | None


def sizes_of(tally: Tally) -> Sizes:
    """The sizes by place."""
    plan, by_place = tally.plan, tally.cells.by_place
    n, squares = by_place(tally.n), None if tally.squares is None else by_place(tally.squares)
    total = by_place(tally.weight) if squares is not None or plan.rule.grouping == "pooled" else None
    if plan.own:
        return Sizes(n, total, squares)
    members, there = plan.share > 0, plan.share.any(axis=1)
    most = None if total is None else _fullest(n, members)

    def wider(table: Floats | None) -> Floats | None:
        if table is None or most is None:
            return None
        return np.hstack([table, np.take_along_axis(table, most, axis=1) * there])

    return Sizes(np.hstack([n, _most(n, members)]), wider(total), wider(squares))


def _most(n: Floats, members: Bools) -> Floats:
    """(R, S) the most that any item of a set has, of n or of ranks (R, J)."""
    by_item = np.ascontiguousarray(n.T)
    return np.stack([by_item[each].max(axis=0, initial=0.0) for each in members]).T


def _fullest(n: Floats, members: Bools) -> Integers:
    """(R, S) which of the items of a set most people of a place answered, the first on ties."""
    items = n.shape[1]
    best = _most(n * items + np.arange(items)[::-1], members)  # by n, then the first
    return np.asarray(items - 1 - best.astype(np.int64) % items)


def estimate_domains(tally: Tally, sums: Sums, sizes: Sizes, spread: Spread) -> Domains:
    """The estimates of each group, and last of everybody together.

    Notes
    -----
    r_k = sum w y / sum w m over the domain; z_ik = (Y_ik - r_k W_ik) / W_k for cluster i, 0 where it has nobody; the
    estimates are linear combinations of the r_k.
    """
    plan, cells = tally.plan, tally.cells
    value, weight = plan.widen(sums.value), plan.widen(sums.weight)
    everywhere = np.ones(cells.size.size)  # products are quicker than sums over a middle axis
    base = everywhere @ weight
    safe = np.where(base > 0, base, 1.0)
    ratio = snap(everywhere @ value / safe)
    each = np.where((ratio == 0) | (ratio == SCALE) | (base == 0), 0.0, 1 / safe)  # else noise would be a spread
    sets = coefficients(plan, base > 0)
    lines = np.concatenate([np.eye(plan.items, plan.columns) * (base > 0)[:, None], sets], axis=1)
    parts = _parts(plan, lines * each[:, None], ratio) if spread else None
    n, n_eff = _sizes_of_domains(cells, value.shape[0] - 1, sizes)
    return Domains(
        value=np.where(lines.any(axis=2), snap((lines @ ratio[:, :, None])[:, :, 0]), np.nan),
        totals=_totals(cells, plan.items, (value, weight), (ratio, each), sets),
        within=_within(parts, spread, n.shape),
        present=_present(tally, sums.n),
        parts=parts,
        n=n,
        n_eff=n_eff,
        single=is_proportion(plan, lines),
    )


def _dense(cells: Cells, groups: int, table: Floats) -> Floats:
    """Sums (C, K') by domain and cluster: (D, I, K'), the groups and then all of them."""
    dense = np.zeros((groups + 1, cells.size.size, table.shape[1]))
    dense[cells.group, cells.cluster] = table
    np.sum(dense[:groups], axis=0, out=dense[groups])
    return dense


def _totals(cells: Cells, items: int, sums: Pair, ratios: Pair, sets: Floats) -> Floats:
    """(D, I, E) influence totals from sums (D, I, K) of w y and w, and ratios (D, K) and what they are divided by."""
    (value, weight), (ratio, each) = sums, ratios
    influence = ratio[:, None] * weight
    np.subtract(value, influence, out=influence)
    influence *= each[:, None]
    if cells.several:
        influence /= cells.size[:, None]
    return np.concatenate([influence[:, :, :items], influence @ sets.transpose(0, 2, 1)], axis=2)


def _sizes_of_domains(cells: Cells, groups: int, sizes: Sizes) -> Pair:
    """(D, E) n and n_eff."""
    places = np.zeros((groups + 1, cells.place_group.size))
    places[cells.place_group, np.arange(cells.place_group.size)] = 1
    places[groups] = 1
    n = places @ sizes.n
    if sizes.total is None or sizes.squares is None:
        return n, np.full(n.shape, np.nan)
    squares = places @ sizes.squares
    return n, (places @ sizes.total) ** 2 / np.where(squares > 0, squares, np.nan)


def _within(parts: Floats | None, spread: Spread, shape: tuple[int, ...]) -> Floats:
    """(D, E) from the spread of each group, which is one in all as well."""
    result = np.zeros(shape)
    for group, each in spread.items():
        for domain in (group, -1):
            if parts is not None:
                result[domain] += np.diag(quadratic(parts[domain], *each))
    return result


def quadratic(parts: Floats, spread: Floats, middle: Floats) -> Floats:
    """(E, E) what the spread of a group's people adds to the covariance of estimates with these parts (2, E, K')."""
    figures = np.hstack([parts[0], parts[0] * middle - parts[1]])
    return np.asarray(figures @ spread @ figures.T)


def combine_domains(domains: Domains, weight: Floats, spread: Spread, cells: Cells) -> Domains:
    """Groups put together with fixed weights (D,), rescaled over the groups where an estimate is defined.

    Notes
    -----
    The influence totals of a cluster add up over its groups, so the covariance between groups in one school is in.
    n_eff is Kish's over the weights that people have in the combination: 1 / sum_g c_g^2 / n_eff_g.
    """
    share = weight[:, None] * np.isfinite(domains.value)
    total = share.sum(axis=0)
    share = share / np.where(total > 0, total, 1.0)
    used = share > 0
    sizes = np.where(used, domains.n_eff, np.inf)
    parts = () if domains.parts is None else [domains.parts[g] * share[g][:, None] for g in spread]
    within = [np.diag(quadratic(part, *each)) for part, each in zip(parts, spread.values(), strict=False)]
    return Domains(
        value=np.where(total > 0, snap((share * np.nan_to_num(domains.value)).sum(axis=0)), np.nan)[None],
        totals=np.einsum("die,de->ie", domains.totals, share)[None],
        within=np.asarray(sum(within, np.zeros(total.size)))[None],
        present=np.minimum(_present_in_any(domains.present, used), cells.size[:, None])[None],
        parts=None,
        n=(used * domains.n).sum(axis=0)[None],
        n_eff=(1 / np.where(total > 0, (share**2 / sizes).sum(axis=0), np.nan))[None],
        single=((used.sum(axis=0) == 1) & (used & domains.single).any(axis=0))[None],
    )


def _present_in_any(present: Floats, used: Bools) -> Floats:
    """(I, E) the sum of what is present (D, I, E or 1) over the domains that an estimate uses (D, E)."""
    if present.shape[2] == 1:
        return np.asarray(present[:, :, 0].T @ used.astype(float))
    return np.asarray(np.einsum("die,de->ie", present, used.astype(float)))


def scaled(domains: Domains, factor: Floats) -> Domains:
    """Everything times a factor (D,): counted against head-counts, they are no longer proportions."""
    if np.all(factor == 1):
        return domains
    return replace(
        domains,
        value=domains.value * factor[:, None],
        totals=domains.totals * factor[:, None, None],
        within=domains.within * factor[:, None] ** 2,
        parts=None if domains.parts is None else domains.parts * factor[:, None, None, None],
        single=domains.single & (factor == 1)[:, None],
    )


def _parts(plan: Plan, coefficient: Floats, ratio: Floats) -> Floats:
    """(D, 2, E, K') from coefficients of columns (D, E, K), each c_k (y_k - r_k m_k)."""
    wide = np.stack([coefficient, coefficient * ratio[:, None]], axis=1)
    own = plan.items + plan.own
    narrow = wide[..., :own]
    return narrow if own == plan.columns else np.asarray(narrow + wide[..., own:] @ plan.share)


def _present(tally: Tally, n: Floats) -> Floats:
    """(D, I, E) clusters with a valid answer. Of the people of an entry, those who answered its fullest item."""
    plan, cells = tally.plan, tally.cells
    if not cells.several and plan.share.any(axis=1).all() and tally.n.all():
        return np.minimum(n[:, :, :1], 1.0)
    if plan.own:
        return np.minimum(n, cells.size[:, None])
    members = plan.share > 0
    present = np.concatenate([n, n @ members.T.astype(float)], axis=2)
    many = np.flatnonzero(cells.size > 1)
    for place, each in enumerate(members, start=plan.items):
        present[:, many, place] = n[:, many][:, :, each].max(axis=2, initial=0.0)
    return np.asarray(np.minimum(present, cells.size[:, None]))


def snap(value: Floats) -> Floats:
    """0 and 100 exactly, where binary arithmetic missed them."""
    value = np.where(np.abs(value) < SNAP, 0.0, value)
    return np.where(np.abs(value - SCALE) < SNAP, SCALE, value)
