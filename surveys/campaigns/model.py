"""A campaign as the doors see it, and the papers it asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from surveys.instruments.model import Instrument, Text

State = Literal["draft", "scheduled", "open", "closed"]


@dataclass(frozen=True)
class CampaignView:
    """One survey of one county. `name` is the ID that people type; `county` is the county's code."""

    id: int
    frame_id: int
    name: str
    title: Text
    organiser: Text
    approval: str | None
    contact: str | None
    sealed_on: date | None
    opens_at: datetime | None
    closes_at: datetime | None
    state: State
    county: str
    county_name: str
    county_path: str
    simulated: bool
    scorecard: str
    scorecard_number: int


@dataclass(frozen=True)
class Paper:
    """The version of a questionnaire that a group answers."""

    group: str
    version_id: int
    number: int
    instrument: Instrument

    def fits(self, stage: str | None) -> bool:
        """Whether the paper is meant for a school of this stage; None is no school."""
        return stage is None or not self.instrument.stages or stage in self.instrument.stages


def state_of(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> State:
    """Open from the opening time on, closed from the closing time on."""
    if opens_at is None:
        return "draft"
    if closes_at is not None and closes_at <= now:
        return "closed"
    return "open" if opens_at <= now else "scheduled"
