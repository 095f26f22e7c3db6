"""What is known of schools, and by which rule they are judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arguments import settle
from analysis.errors import AnalysisError
from analysis.quality.arrivals import Arrivals
from analysis.quality.forms import Floats, Forms, Integers, check_column


@dataclass(frozen=True)
class SchoolRule:
    """When a school is unusual: fixed before the round, and kept with the result.

    q        : false discovery rate of each kind of evidence over the schools
    families : kinds of evidence that are needed
    least    : fewest forms (arrivals, comments) with which a school is judged
    draws    : draws of the first round for each school; 99 or more
    enough   : drawing ends once this many draws reach the observed figure
    """

    q: float = 0.01
    families: int = 2
    least: int = 10
    draws: int = 499
    enough: int = 10

    def __post_init__(self) -> None:
        settle(self, globals())
        problems = [] if 0 < self.q < 1 else [f"q {self.q}"]
        for name, lowest in (("families", 1), ("least", 5), ("draws", 99), ("enough", 1)):
            if getattr(self, name) < lowest:
                problems.append(f"{name} {getattr(self, name)} under {lowest}")
        if problems:
            raise AnalysisError("SchoolRule", "a rule that makes sense", "; ".join(problems), "correct each of these")


@dataclass(frozen=True)
class SchoolMaterial:
    """What is known of S schools. All but the answers may be None.

    answers  : (n, J) option codes of one paper; 0, 255 and NaN are no answer
    school   : (n,) int, position of the school, negative for none
    schools  : S
    reversed_items, scale : as in `analysis.quality.forms.read_forms`
    group    : (n,) int, position of the group; None: all are one group
    judged   : the group whose forms are judged (parents)
    compared : the group it is compared with (students), or None
    seconds  : (n,) seconds per item, NaN where unknown; buckets are good enough
    arrivals : Arrivals, of whichever groups the counter counts
    enrolled : (S,) people of the judged group that the school has, NaN where unknown
    told     : (n,) 1 where somebody says that they were told how to answer, 0 where not, NaN where unknown
    repeats  : (n,) 1 where the device had answered this open code before, 0 where not, NaN where unknown, as with
               codes for one person
    comments, repeated : (S,) comments, and those of them whose text another comment of the school has too
    """

    answers: ArrayLike
    school: ArrayLike
    schools: int
    reversed_items: Sequence[int] = ()
    scale: tuple[int, int] = (1, 5)
    group: ArrayLike | None = None
    judged: int = 0
    compared: int | None = None
    seconds: ArrayLike | None = None
    arrivals: Arrivals | None = None
    enrolled: ArrayLike | None = None
    comments: ArrayLike | None = None
    repeated: ArrayLike | None = None
    told: ArrayLike | None = None
    repeats: ArrayLike | None = None

    def __post_init__(self) -> None:
        settle(self, globals())


def check_material(material: SchoolMaterial, forms: Forms) -> None:
    """Raises AnalysisError that lists everything that does not fit."""
    n, schools = forms.count.size, material.schools
    problems = [] if schools >= 1 else [f"{schools} schools"]
    for name in ("school", "group"):
        problems += check_column(name, getattr(material, name), n, least=-np.inf, missing=False)
    problems += check_column("seconds", material.seconds, n)
    for name in ("told", "repeats"):
        problems += _check_answers(name, getattr(material, name), n)
    for name in ("enrolled", "comments", "repeated"):
        problems += check_column(name, getattr(material, name), schools, missing=name == "enrolled")
    if not problems:
        problems = _contradictions(material)
    if problems:
        hint = "one value for each form, or for each school; leave out (None) what is not known"
        raise AnalysisError("judge_schools", "material that fits together", "; ".join(problems), hint)


def _check_answers(name: str, values: ArrayLike | None, n: int) -> list[str]:
    problems = check_column(name, values, n)
    if values is None or problems:
        return problems
    column = np.asarray(values, float)
    wrong = int(np.sum(~np.isnan(column) & (column != 0) & (column != 1)))
    return [f"{name} has {wrong} values other than 0 and 1"] if wrong else []


def _contradictions(material: SchoolMaterial) -> list[str]:
    problems, last = [], int(np.max(np.asarray(material.school)))
    if last >= material.schools:
        problems.append(f"{material.schools} schools, positions up to {last}")
    if material.arrivals is not None and material.arrivals.school.max(initial=-1) >= material.schools:
        problems.append(f"{material.schools} schools, arrivals at position {material.arrivals.school.max()}")
    if material.compared is not None and material.group is None:
        problems.append("a group to compare with, but no groups")
    if material.compared == material.judged:
        problems.append(f"group {material.judged} compared with itself")
    if material.group is not None and not np.any(np.asarray(material.group) == material.judged):
        problems.append(f"nobody in the judged group {material.judged}")
    if (material.comments is None) != (material.repeated is None):
        problems.append("comments without repeated, or repeated without comments")
    elif material.comments is not None and np.any(np.asarray(material.repeated) > np.asarray(material.comments)):
        problems.append("more repeated comments than comments")
    return problems


def places(material: SchoolMaterial, forms: Forms, group: int | None) -> Integers:
    """(n,) the school of each answered form of the group, -1 for all other forms."""
    inside = forms.count > 0
    if material.group is not None and group is not None:
        inside = inside & (np.asarray(material.group) == group)
    return np.where(inside, np.asarray(material.school), -1).astype(np.int64)


def column_of(values: ArrayLike | None, size: int) -> Floats:
    """(size,) float, NaN where nothing is known."""
    return np.full(size, np.nan) if values is None else np.asarray(values, float)
