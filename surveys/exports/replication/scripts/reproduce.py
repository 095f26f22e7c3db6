"""Derive the score of this package again from its data, and compare it with what was signed.

    python reproduce.py          Python 3.9 or newer, nothing else; the files of the package beside it

The way is not that of the program that made the score. There, influence values are written out by hand; here, every
figure is a smooth function f(T) of weighted totals T, and its gradient is taken by the complex step (Squire & Trapp
1998, SIAM Review 40:110): Im f(T + i h) / h has no error of subtraction. The variance is then that of the totals of
z_k = sum_c df/dT_c x_kc over clusters within strata, n_h / (n_h - 1) sum_i (z_hi - zbar_h)^2: schools drawn with
replacement, people without a school as clusters of one (Binder 1983; Särndal, Swensson & Wretman 1992, chapter 5).

Exit status: 0 where all figures agree, 1 where any differs or a file cannot be used.
"""
# ruff: noqa: T201, B905 - a script that prints, for versions of Python whose zip is not strict

from __future__ import annotations

import csv
import hashlib
import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
TOLERANCE = 1e-9  # relative
NOT_ASKED = "-8"
NEAR = 1e-9  # a figure this near to 0 or 100 is 0 or 100
NOISE = 1e-5  # a standard error below this is what binary arithmetic leaves of nothing
STEP = 1e-30  # of the complex step: it is never subtracted, so it may be tiny
Number = complex  # or float
Place = tuple[str, str]  # a school, or all people of a group who belong to no school


# The rule


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class Rule:
    """The scorecard as arithmetic: items, sets of items (the dimensions, and last the index), groups."""

    def __init__(self) -> None:
        said = {row["name"]: row["value"] for row in read("settings.csv")}
        self.said, self.unit, self.measure = said, said["unit"], said["measure"]
        self.by_dimension = said["by_dimension"] == "1"
        self.heads = said["denominator"] != "valid"  # answers are counted against people, not against answers
        self.items: list[str] = []
        self.weight: list[float] = []
        self.home: list[str] = []  # the dimension of each item; none for an item without
        self.overall: list[bool] = []
        self.dimensions: dict[str, float] = {}
        self.column: dict[str, int] = {}  # of data.csv -> item
        self.worth: dict[str, dict[str, float | None]] = defaultdict(dict)
        for row in read("values.csv"):
            self._take(row)
        self.sets = [*self.dimensions, ""]
        self.members = [[j for j in range(len(self.items)) if self._belongs(j, name)] for name in self.sets]
        self.own = len(self.sets) if self.unit == "respondent" else 0  # columns that only whole forms give
        self.columns = len(self.items) + self.own
        self.figures = len(self.items) + len(self.sets)

    def _take(self, row: dict[str, str]) -> None:
        if row["item"] not in self.items:
            self.items.append(row["item"])
            self.weight.append(float(row["item_weight"]))
            self.home.append(row["dimension"])
            self.overall.append(row["overall"] == "1")
        if row["dimension"]:
            self.dimensions[row["dimension"]] = float(row["dimension_weight"])
        if row["column"]:  # none: nobody was asked
            self.column[row["column"]] = self.items.index(row["item"])
            self.worth[row["column"]][row["code"]] = float(row["value"]) if row["value"] else None

    def _belongs(self, item: int, name: str) -> bool:
        """Whether an item is part of a dimension, or ("") of the index."""
        if name:
            return self.home[item] == name
        if self.unit == "overall":
            return self.overall[item]
        if self.unit == "item" and self.by_dimension:
            return self.home[item] != "" and self.dimensions[self.home[item]] > 0
        return self.home[item] != "" or not self.overall[item]

    def form(self, answers: Sequence[float | None], asked: Sequence[bool]) -> list[float | None]:
        """What one form says in each column, None where it does not count.

        `answers` are what the given codes are worth. Counted against people, an answer that is worth nothing is a 0.
        """
        counted = [0.0 if self.heads and value is None and there else value for value, there in zip(answers, asked)]
        if not self.own:
            return counted
        return counted + [self._person(answers, counted, place) for place in range(self.own)]

    def _person(self, answers: Sequence[float | None], counted: Sequence[float | None], place: int) -> float | None:
        """100 where a person's own mean over the items of a set is high enough, else 0."""
        given = [(self.weight[j], answers[j]) for j in self.members[place] if answers[j] is not None]
        least = max(int(self.said["respondent_minimum"]), 1) if place == self.own - 1 else 1
        enough = len(given) >= least
        there = any(counted[j] is not None for j in self.members[place]) if self.heads else enough
        if not there:
            return None
        line = float(self.said["respondent_threshold"]) * sum(weight for weight, _ in given)
        return 100.0 if enough and sum(weight * (value or 0) for weight, value in given) >= line - 1e-9 else 0.0

    def value(self, weight: Sequence[Number], worth: Sequence[Number]) -> list[Number | None]:
        """The figures of people whose totals of w and of w y these are: items, dimensions, index."""
        items: list[Number | None] = [y / w if w.real > 0 else None for w, y in zip(weight[: len(self.items)], worth)]
        if self.unit == "respondent":
            pairs = zip(weight[len(self.items) :], worth[len(self.items) :])
            return items + [y / w if w.real > 0 else None for w, y in pairs]
        if self.unit in ("answer", "overall"):
            return items + [self._ratio(members, weight, worth) for members in self.members]
        parts = [mean([(self.weight[j], items[j]) for j in members]) for members in self.members]
        if self.by_dimension:
            parts[-1] = mean([(self.dimensions[name], part) for name, part in zip(self.dimensions, parts)])
        return items + parts

    def _ratio(self, members: Sequence[int], weight: Sequence[Number], worth: Sequence[Number]) -> Number | None:
        """All answers to the items of a set together."""
        below = sum(self.weight[j] * weight[j] for j in members)
        return sum(self.weight[j] * worth[j] for j in members) / below if below.real > 0 else None

    def is_share(self, figure: int, weight: Sequence[float]) -> bool:
        """Whether a figure is one share of people, and no mean or combination."""
        place = figure - len(self.items)
        if place < 0:
            return self.measure == "share" and weight[figure] > 0
        if self.unit == "item":
            return self.measure == "share" and sum(weight[j] > 0 for j in self.members[place]) == 1
        return self.unit == "respondent" or (
            self.unit == "overall" and self.measure == "share" and place == len(self.sets) - 1
        )


def mean(parts: Sequence[tuple[float, Number | None]]) -> Number | None:
    """The weighted mean of what is there."""
    there = [(weight, value) for weight, value in parts if value is not None and weight > 0]
    below = sum(weight for weight, _ in there)
    return sum(weight * value for weight, value in there) / below if below > 0 else None


# The data


class Data:
    """The sums that everything follows from.

    stratum : variance stratum of each cluster;  clusters : how many each stratum has
    sums    : by group and cluster, totals of w and of w y in each column
    sizes   : by group and place, numbers of people, sums of w and of w^2 in each column
    """

    def __init__(self, rule: Rule) -> None:
        self.rule, self.schools = rule, int(rule.said["schools"])
        self.stratum: dict[str, str] = {}
        self.of_place: dict[Place, str] = {}
        self.sums: dict[str, dict[str, tuple[list[float], list[float]]]] = defaultdict(dict)
        self.sizes: dict[str, dict[Place, tuple[list[float], ...]]] = defaultdict(dict)
        self.people: dict[str, int] = defaultdict(int)
        self.mass: dict[str, float] = defaultdict(float)
        self.wrong_steps = self.forms = self.excluded = 0
        self.kept = {
            (row["group"], row["cluster"]): float(row["final_weight"])
            for row in read("weights.csv")
            if row["final_weight"]
        }
        with (HERE / "data.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if row["final_weight"] == "":
                    self.excluded += 1  # a rule that was decided before the score left this form out
                else:
                    self._add(row)
        self.clusters: dict[str, int] = defaultdict(int)
        for stratum in self.stratum.values():
            self.clusters[stratum] += 1

    def _add(self, row: dict[str, str]) -> None:
        rule, group, cluster = self.rule, row["group"], row["cluster"]
        self.forms += 1
        self.people[group] += 1
        weight = float(row["final_weight"])
        self.mass[group] += weight
        self.wrong_steps += not self._follows(row, weight)
        weight = 1.0 if rule.heads else weight
        answers: list[float | None] = [None] * len(rule.items)
        asked = [False] * len(rule.items)
        for column, item in rule.column.items():
            if row[column] != NOT_ASKED:
                answers[item], asked[item] = rule.worth[column][row[column]], True
        place: Place = ("school", cluster) if int(cluster) <= self.schools else ("no school", group)
        if self.stratum.setdefault(cluster, row["variance_stratum"]) != row["variance_stratum"]:
            raise ValueError(f"cluster {cluster} lies in two variance strata")
        self.of_place[place] = row["variance_stratum"]
        zeros = [0.0] * rule.columns
        w, y = self.sums[group].setdefault(cluster, (zeros[:], zeros[:]))
        n, total, squares = self.sizes[group].setdefault(place, (zeros[:], zeros[:], zeros[:]))
        for column_number, value in enumerate(rule.form(answers, asked)):
            if value is not None:
                w[column_number] += weight
                y[column_number] += weight * value
                n[column_number] += 1
                total[column_number] += weight
                squares[column_number] += weight * weight

    def _follows(self, row: dict[str, str], weight: float) -> bool:
        """Whether a weight is the product of its steps, and that of its cell in weights.csv."""
        steps = ("base_weight", "nonresponse_factor", "calibration_factor", "trimming_factor")
        product = math.prod(float(row[step]) for step in steps)
        place = row["cluster"] if int(row["cluster"]) <= self.schools else ""
        kept = self.kept.get((row["group"], place), weight)
        return agree(product, weight) and agree(kept, weight)


# Figures with their uncertainty


class Domain:
    """Some people (a group, or all), and the figures of them."""

    def __init__(self, data: Data, groups: Sequence[str]) -> None:
        rule, self.data, self.groups = data.rule, data, groups
        self.weight, self.worth = [0.0] * rule.columns, [0.0] * rule.columns
        for group in groups:
            for w, y in data.sums[group].values():
                self.weight = [a + b for a, b in zip(self.weight, w)]
                self.worth = [a + b for a, b in zip(self.worth, y)]
        self.value = [None if v is None else snap(v.real) for v in rule.value(self.weight, self.worth)]
        self.gradient = self._gradient()
        self.single = [rule.is_share(figure, self.weight) for figure in range(rule.figures)]
        sizes = [size for group in groups for size in data.sizes[group].values()]
        columns = [[fullest(rule, figure, size[0]) for size in sizes] for figure in range(rule.figures)]
        n, total, squares = (
            [sum(size[k][c] for size, c in zip(sizes, own) if c is not None) for own in columns] for k in range(3)
        )
        self.n = n
        self.total = total
        self.n_eff = [t * t / s if s > 0 else None for t, s in zip(total, squares)]

    def _gradient(self) -> list[list[tuple[int, float]]]:
        """Of each figure, what it gains for each total, where it gains anything: w first, then w y."""
        rule, found = self.data.rule, [[] for _ in range(self.data.rule.figures)]  # type: ignore[var-annotated]
        for c in range(2 * rule.columns):
            moved: list[Number] = [*self.weight, *self.worth]
            if moved[c % rule.columns].real > 0:
                moved[c] += 1j * STEP
                stepped = rule.value(moved[: rule.columns], moved[rule.columns :])
                for figure, value in enumerate(stepped):
                    if value is not None and value.imag:
                        found[figure].append((c, value.imag / STEP))
        return found

    def influence(self, figure: int) -> dict[str, float]:
        """By cluster, the total of what its people add to a figure."""
        rule, found = self.data.rule, defaultdict(float)  # type: ignore[var-annotated]
        for group in self.groups:
            for cluster, sums in self.data.sums[group].items():
                found[cluster] += sum(
                    slope * sums[c // rule.columns][c % rule.columns] for c, slope in self.gradient[figure]
                )
        return found

    def present(self, figure: int) -> dict[Place, float]:
        """By place, how many clusters have an answer that counts: a school is one, elsewhere everybody is."""
        found: dict[Place, float] = {}
        for group in self.groups:
            for place, (n, _, _) in self.data.sizes[group].items():
                column = fullest(self.data.rule, figure, n)
                answered = 0.0 if column is None else n[column]
                if answered:
                    found[place] = 1 if place[0] == "school" else answered
        return found


def fullest(rule: Rule, figure: int, n: Sequence[float]) -> int | None:
    """The column by which people of a figure are counted: of a set of items, the item that most of them answered."""
    place = figure - len(rule.items)
    if place < 0 or rule.own:
        return figure
    members = rule.members[place]
    return max(members, key=lambda j: n[j]) if members else None


def snap(value: float) -> float:
    return 0.0 if abs(value) < NEAR else 100.0 if abs(value - 100) < NEAR else value


def standard_error(data: Data, influence: dict[str, float]) -> float:
    """The root of sum_h n_h / (n_h - 1) sum_i (z_hi - zbar_h)^2; clusters without an answer have z = 0."""
    strata: dict[str, list[float]] = defaultdict(list)
    for cluster, z in influence.items():
        strata[data.stratum[cluster]].append(z)
    variance = 0.0
    for stratum, values in strata.items():
        n = data.clusters[stratum]
        middle = math.fsum(values) / n
        spread = math.fsum((z - middle) ** 2 for z in values) + (n - len(values)) * middle**2
        variance += spread * n / (n - 1) if n > 1 else 0.0
    se = math.sqrt(variance)
    return se if se >= NOISE else 0.0


def degrees_of_freedom(data: Data, present: dict[Place, float]) -> int:
    """Clusters less strata, of those with an answer."""
    return round(sum(present.values())) - len({data.of_place[place] for place in present})


# Distributions


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Lentz's method)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_cdf(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, 100_000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1 / (1 + term * d), 1 + term / c
            fraction *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return front * fraction


def beta_quantile(p: float, a: float, b: float) -> float:
    """By halving, until no number lies between."""
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if beta_cdf(middle, a, b) < p else (low, middle)
    return high


QUANTILES: dict[tuple[float, float], float] = {}


def t_quantile(df: float, level: float) -> float:
    """Two-sided: t^2 / (df + t^2) has the Beta distribution with 1/2 and df/2."""
    if (df, level) not in QUANTILES:
        x = beta_quantile(level, 0.5, df / 2)
        QUANTILES[df, level] = math.sqrt(df * x / (1 - x))
    return QUANTILES[df, level]


def clopper_pearson(p: float, size: float, level: float) -> tuple[float, float]:
    tail, yes, no = (1 - level) / 2, size * p, size * (1 - p)
    low = beta_quantile(tail, yes, no + 1) if yes > 0 else 0.0
    return low, 1 - beta_quantile(tail, no, yes + 1) if no > 0 else 1.0


def limits(figure: dict[str, Any], deff: float, level: float) -> tuple[float, float] | None:
    """From 0 to 1. The logit with t; for one share Korn & Graubard (1998); at the ends of the scale exact limits."""
    p, se, n, df = figure["raw"] / 100, figure["raw_se"] / 100, figure["n"], figure["df"]
    if 0 < p < 1 and not figure["single"]:
        if se == 0:
            return None
        middle, half = math.log(p / (1 - p)), t_quantile(df, level) * se / (p * (1 - p))
        return 1 / (1 + math.exp(half - middle)), 1 / (1 + math.exp(-half - middle))
    size = n if figure["single"] else min(n, figure["n_eff"])
    if size < 2:
        return None
    ratio = (t_quantile(size - 1, level) / t_quantile(df, level)) ** 2
    if 0 < p < 1:
        return clopper_pearson(p, min(n, p * (1 - p) / se**2 * ratio) if se else n, level)
    return clopper_pearson(p, min(size, size * ratio / deff), level)


# All figures


def finish(columns: Sequence[dict[str, Any]], level: float) -> list[dict[str, Any]]:
    """Add the intervals; a figure at the end of the scale borrows the median design effect of the other shares."""
    effects = []
    for each in columns:
        p = None if each["raw"] is None else each["raw"] / 100
        if p is not None and each["single"] and 0 < p < 1 and each["n"] > 1 and each["raw_se"] is not None:
            effects.append((each["raw_se"] / 100) ** 2 / (p * (1 - p) / each["n"]))
    deff = max(1.0, median(effects)) if effects else 1.0
    for each in columns:
        factor = each["factor"]
        defined = each["raw"] is not None and each["df"] > 0
        found = limits(each, deff, level) if defined else None
        each["value"] = None if each["raw"] is None else each["raw"] * factor
        each["se"] = each["raw_se"] * factor if defined else None
        each["low"], each["high"] = (None, None) if found is None else (100 * end * factor for end in found)
    return list(columns)


def column_of(domain: Domain, figure: int, factor: float, se: float | None) -> dict[str, Any]:
    return {
        "raw": domain.value[figure],
        "raw_se": se,
        "n": domain.n[figure],
        "n_eff": domain.n_eff[figure],
        "df": degrees_of_freedom(domain.data, domain.present(figure)),
        "single": domain.single[figure],
        "factor": factor,
    }


class Score:
    """The figures of every group, of all people together, and of the county as the rule puts groups together."""

    def __init__(self, rule: Rule, data: Data) -> None:
        level = float(rule.said["level"])
        self.rule, self.data = rule, data
        rows = read("groups.csv")
        heads = {row["code"]: float(row["head_count"] or 0) for row in rows}
        self.names = {row["group"]: row["code"] for row in rows}
        codes = [row["code"] for row in rows if row["code"] in data.sums]
        self.domains = {code: Domain(data, [code]) for code in codes}
        self.pooled = Domain(data, codes)
        self.factor = {code: self._returned(data.people[code], heads[code]) for code in codes}
        against = sum(max(heads[row["code"]], data.people[row["code"]]) for row in rows)
        self.factor_pooled = sum(data.people.values()) / against if rule.heads else 1.0
        self.weight = self._group_weights({row["code"]: float(row["rule_weight"] or 0) for row in rows})
        tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for figure in range(rule.figures):
            influence = {code: domain.influence(figure) for code, domain in self.domains.items()}
            for code, domain in self.domains.items():
                se = standard_error(data, influence[code])
                tables[code].append(column_of(domain, figure, self.factor[code], se))
            se = standard_error(data, self.pooled.influence(figure))
            tables["pooled"].append(column_of(self.pooled, figure, self.factor_pooled, se))
            tables["county"].append(self._combined(figure, influence))
        self.tables = {name: finish(columns, level) for name, columns in tables.items()}
        if rule.said["grouping"] == "pooled":
            self.tables["county"] = self.tables["pooled"]

    def _returned(self, people: int, head_count: float) -> float:
        return people / max(head_count, people, 1) if self.rule.heads else 1.0

    def _group_weights(self, given: dict[str, float]) -> dict[str, float]:
        """As used: over the groups that have an index, adding up to 1."""
        grouping = self.rule.said["grouping"]
        weight = {}
        for code, domain in self.domains.items():
            own = domain.total[-1] if grouping == "pooled" else 1.0 if grouping == "equal" else given[code]
            weight[code] = 0.0 if domain.value[-1] is None else own
        total = sum(weight.values())
        return {code: each / total if total > 0 else 0.0 for code, each in weight.items()}

    def _combined(self, figure: int, influence: dict[str, dict[str, float]]) -> dict[str, Any]:
        """Groups put together, their weights rescaled over those where the figure is defined."""
        used = {c: w for c, w in self.weight.items() if w > 0 and self.domains[c].value[figure] is not None}
        total = sum(used.values())
        whole: dict[str, float] = defaultdict(float)
        present: dict[Place, float] = {}
        value, squares = 0.0, 0.0
        for code, weight in used.items():
            domain, share = self.domains[code], weight / total
            value += share * self.factor[code] * (domain.value[figure] or 0.0)
            squares += share**2 / (domain.n_eff[figure] or math.inf)
            present.update(domain.present(figure))
            for cluster, z in influence[code].items():
                whole[cluster] += share * self.factor[code] * z
        single = [self.domains[c].single[figure] and self.factor[c] == 1 for c in used]
        return {
            "raw": snap(value) if used else None,
            "raw_se": standard_error(self.data, whole),
            "n": sum(self.domains[code].n[figure] for code in used),
            "n_eff": 1 / squares if squares > 0 else None,
            "df": degrees_of_freedom(self.data, present),
            "single": single == [True],
            "factor": 1.0,
        }

    def find(self, row: dict[str, str]) -> Any:
        """What came out for a line of expected.csv."""
        kind, quantity = row["figure"], row["quantity"]
        if quantity == "weight":
            return self.weight.get(self.names[row["group"]], 0.0)
        code = self.names[row["group"]] if row["group"] else "pooled" if kind == "pooled" else "county"
        figure = self.rule.figures - 1
        if kind == "item":
            figure = self.rule.items.index(row["item"])
        elif kind == "dimension":
            figure = len(self.rule.items) + list(self.rule.dimensions).index(row["dimension"])
        if code not in self.tables:
            return 0 if quantity in ("n", "df") else None
        found = self.tables[code][figure]
        return self._word(found, quantity) if quantity in ("rounded", "verdict", "reached") else found[quantity]

    def _word(self, found: dict[str, Any], quantity: str) -> Any:
        if quantity == "rounded":
            return None if found["value"] is None else round_half_up(found["value"], int(self.rule.said["decimals"]))
        if quantity == "reached":
            return None if found["value"] is None else str(int(self._reaches(found["value"])))
        if found["low"] is None:
            return "not_enough_evidence"
        if self._reaches(found["low"]):
            return "met"
        return "not_enough_evidence" if self._reaches(found["high"]) else "not_met"

    def _reaches(self, value: float) -> bool:
        number, line = settle(value), settle(float(self.rule.said["threshold"]))
        return number >= line if self.rule.said["comparison"] == ">=" else number > line


def settle(value: float) -> Decimal:
    """To nine decimals: the rest is binary arithmetic."""
    return Decimal(repr(value)).quantize(Decimal("1e-9"), ROUND_HALF_EVEN)


def round_half_up(value: float, decimals: int) -> float:
    return float(settle(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


# Signed beside derived


def agree(one: float, other: float) -> bool:
    return abs(one - other) <= TOLERANCE * max(abs(one), abs(other))


def compare(score: Score) -> Iterator[tuple[str, str, str, str, bool]]:
    """Of every line of expected.csv: what it is, what was signed, what came out, by how much they differ."""
    for row in read("expected.csv"):
        name = " ".join(row[part] for part in ("figure", "group", "dimension", "item") if row[part])
        signed, found = row["value"], score.find(row)
        if signed == "" or found is None or row["quantity"] in ("verdict", "reached"):
            said = "" if found is None else str(found)
            yield f"{name}: {row['quantity']}", signed, said, "", said == signed
        else:
            number = float(signed)
            same = number == found if row["quantity"] == "rounded" else agree(number, found)
            text = repr(float(found)).removesuffix(".0")
            yield f"{name}: {row['quantity']}", signed, text, f"{found - number:.1e}", same


def unchanged() -> Iterator[str]:
    """Files that are not those that were put into the package."""
    for line in (HERE / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, _, name = line.partition("  ")
        if hashlib.sha256((HERE / name).read_bytes()).hexdigest() != digest:
            yield name


def main() -> int:
    rule = Rule()
    data = Data(rule)
    score = Score(rule, data)
    said = rule.said
    print(f"{said['campaign']}, evaluation {said['evaluation']}, {said['scorecard']}, weighting {said['weighting']}")
    print(f"signed: {said['signed']}" if said["signed"] else "not signed: a draft")
    if said["simulated"] == "yes":
        print("模拟数据 / SIMULATED DATA")
    print(f"{data.forms} forms counted, {data.excluded} left out by rules; {len(data.stratum)} clusters\n")
    rows = list(compare(score))
    print(f"{'figure':58}{'signed' if said['signed'] else 'kept':>22}{'came out':>24}{'difference':>12}")
    for name, signed, found, difference, same in rows:
        if not same or not name.startswith("item "):
            print(f"{name:58}{signed:>22}{found:>24}{difference:>12}{'' if same else '  DIFFERS'}")
    items = sum(name.startswith("item ") for name, *_ in rows)
    wrong = [f"{name} differs" for name, *_, same in rows if not same]
    print(f"\n{len(rows)} figures compared, {items} of them of single items (shown only where they differ)")
    if data.wrong_steps:
        wrong.append(f"{data.wrong_steps} final weights are not the product of their steps, or not those of their cell")
    wrong += [f"{name} is not the file of the package (SHA256SUMS)" for name in unchanged()]
    print("\n".join(wrong) if wrong else "All agree. 全部一致。")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        sys.exit(main())
    except (OSError, LookupError, TypeError, ValueError, ArithmeticError) as error:
        print(f"The files cannot be used: {type(error).__name__}: {error}")
        sys.exit(1)
