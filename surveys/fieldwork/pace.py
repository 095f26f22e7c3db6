"""How wide the intervals are with the answers there are, and will be if they go on coming as they do.

Only numbers of answers are looked at: what a survey will be able to say is known without what it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from analysis.planning.progress import precision, project
from surveys.fieldwork.standings import HalfWidths
from surveys.scorecards.model import Scorecard

SHARE = 0.85  # what the county is asked to reach
WITHIN_A_SCHOOL = 1.0  # design effect where there are no schools to differ
LATELY = timedelta(hours=24)
AN_HOUR = timedelta(hours=1)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Counted:
    """Numbers of answers as arrays, one for each of k groups or places. Nobody knows how many people 0 people are."""

    answers: Floats
    lately: Floats
    people: Floats

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, int]]) -> Counted:
        """From (answers, those of lately, people)."""
        answers, lately, people = np.array(rows, float).reshape(-1, 3).T
        return cls(answers, lately, np.where(people > 0, people, np.inf))


@dataclass(frozen=True)
class Pace:
    """For how many hours the arrivals of lately came, and how many are left.

    `within` is None where the end cannot be foreseen: none is fixed, or the survey began less than a day ago:
    the pace of a morning, going on day and night, would promise too much.
    """

    within: float | None
    left: float

    def expect(self, counted: Counted) -> Floats | None:
        """Answers at the end."""
        if self.within is None:
            return None
        lately = np.minimum(counted.lately, counted.answers)
        return project(counted.answers, lately, within=self.within, left=self.left, population=counted.people)


def pace_of(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> Pace:
    """The pace of the last day."""
    if opens_at is None or closes_at is None or now - opens_at < LATELY:
        return Pace(None, 0.0)
    return Pace(LATELY / AN_HOUR, max(timedelta(0), closes_at - now) / AN_HOUR)


def weights_of(scorecard: Scorecard, people: Mapping[str, int]) -> Mapping[str, float]:
    """What the groups of the frame weigh in the composite; everybody the same where groups make no difference."""
    if scorecard.grouping == "pooled":
        return people
    if scorecard.grouping == "equal":
        return dict.fromkeys(people, 1.0)
    return {group: scorecard.groups.get(group, 0.0) for group in people}


def judge(counted: Counted, pace: Pace, weight: Floats, deff: float) -> tuple[tuple[HalfWidths, ...], HalfWidths]:
    """Half-widths of each group, and of the composite."""
    *own, whole = _widths(counted.answers, counted, weight, deff)
    *later, whole_later = _widths(pace.expect(counted), counted, weight, deff)
    return tuple(map(HalfWidths, own, later)), HalfWidths(whole, whole_later)


def _widths(answers: Floats | None, counted: Counted, weight: Floats, deff: float) -> list[float | None]:
    """Those of the groups, then that of the composite."""
    if answers is None or not weight.sum() > 0:
        return [None] * (counted.answers.size + 1)
    found = precision(answers, weight, share=SHARE, deff=deff, population=counted.people)
    return [None if np.isnan(each) else float(each) for each in (*found.group, found.composite)]
