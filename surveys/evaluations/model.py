"""An evaluation as others read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from surveys.counts import Stamp

Weighting = Literal["design", "frame", "none"]
WEIGHTINGS: tuple[Weighting, ...] = ("design", "frame", "none")
LEVEL = 0.95


@dataclass(frozen=True)
class EvaluationView:
    """The numbers as they stood.

    `recipe` and `result` are plain data (see `surveys.evaluations.result`); with the campaign's responses whose
    digest is `data_digest`, the scorecard version and the code version, the recipe gives the result again.
    """

    campaign: str
    number: int
    scorecard: str
    scorecard_number: int
    made_at: datetime
    provisional: bool  # made while answers were still being taken
    responses: int
    data_digest: str
    code_version: str
    recipe: Mapping[str, Any]
    result: Mapping[str, Any]


@dataclass(frozen=True)
class Preview:
    """Numbers from the stored counts, as of their stamp; always provisional, and kept nowhere.

    `result` has the shape of an evaluation's. What counts cannot give is None there, and a notice says so. `stored` are
    the responses there are by now; `stale` says whether some of them were not counted.
    """

    campaign: str
    scorecard: str
    scorecard_number: int
    stamp: Stamp
    stored: int
    stale: bool
    result: Mapping[str, Any]
    provisional: Literal[True] = True
