"""Where a review stands, and who signed what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Stage = Literal["county", "city", "province", "submitted"]
State = Literal["open", "returned", "signed"]


@dataclass(frozen=True)
class Signature:
    """That a stage signed an evaluation. `digest` is of its recipe, its result and the publication rule."""

    stage: str
    evaluation: int
    by: str
    at: datetime
    digest: str


@dataclass(frozen=True)
class Standing:
    """The stage that is to act, or "submitted" where all have.

    state      : "open" where the stage has not acted, "returned" where the one above gave it back, "signed" at the end
    stages     : those of this county in their order: without the city where there is none
    signatures : those that stand, the county's first; one that was given back does not
    signed     : number of the evaluation that was signed last; None where no signature stands
    """

    stage: Stage
    state: State
    stages: tuple[Stage, ...]
    signatures: tuple[Signature, ...]

    @property
    def signed(self) -> int | None:
        return self.signatures[-1].evaluation if self.signatures else None
