"""What a plan is made of: the campaign, its frame, the class lists, the residents, the rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.planning import apportion
from surveys.campaigns import CampaignView, get_campaign_by_id
from surveys.frames import CellView, list_cells
from surveys.frames.classes import SchoolClass, list_classes
from surveys.groups import GROUPS
from surveys.models import CampaignPaper
from surveys.plans.model import Given
from surveys.regions import get_region
from surveys.sampling.model import SamplingRule


@dataclass(frozen=True)
class Unit:
    """People who get a quota together: a group at a school or in the county, or a band of its grades there."""

    cell: CellView
    band: str
    population: int


@dataclass(frozen=True)
class Facts:
    """All that a proposal follows from. `papers` are the groups that the campaign has a questionnaire for."""

    campaign: CampaignView
    rule: SamplingRule
    given: Given
    residents: int | None
    papers: frozenset[str]
    cells: tuple[CellView, ...]
    classes: Mapping[str | None, tuple[SchoolClass, ...]]

    @property
    def groups(self) -> tuple[str, ...]:
        """Who is asked, in the order of the groups."""
        asked = self.papers if self.rule.groups is None else self.rule.groups
        return tuple(group for group in GROUPS if group in asked)

    @cached_property
    def units(self) -> Mapping[str, tuple[Unit, ...]]:
        """Where each group has people."""
        return {group: tuple(self._units_of(group)) for group in self.groups}

    @cached_property
    def schools(self) -> Mapping[str, frozenset[str]]:
        """By stratum, the codes of the schools with people who are asked."""
        found: dict[str, set[str]] = {}
        for unit in (unit for units in self.units.values() for unit in units):
            if unit.cell.school_code is not None:
                found.setdefault(unit.cell.stratum, set()).add(unit.cell.school_code)
        return {stratum: frozenset(codes) for stratum, codes in found.items()}

    def people(self, group: str) -> int:
        return sum(unit.population for unit in self.units[group])

    def wants_bands(self, group: str) -> bool:
        return bool(self.rule.grades.bands) and group in self.rule.grades.groups

    def has_bands(self, group: str) -> bool:
        """Whether the class lists say how many of the group there are in each band."""
        here = [cell for cell in self.cells if cell.group == group and cell.population]
        return self.wants_bands(group) and all(self._by_band(cell) for cell in here)

    def _units_of(self, group: str) -> list[Unit]:
        here = [cell for cell in self.cells if cell.group == group and cell.population]
        if not self.has_bands(group):
            return [Unit(cell, "", cell.population) for cell in here]
        return [
            Unit(cell, band, people)
            for cell in here
            for band, people in _scale(self._by_band(cell), cell.population).items()
            if people
        ]

    def _by_band(self, cell: CellView) -> Mapping[str, int]:
        """Pupils of the school in each band; nothing where its lists name none."""
        classes = self.classes.get(cell.school_code, ())
        found = {
            band.id: sum(each.pupils for each in classes if band.first <= each.grade <= band.last)
            for band in self.rule.grades.bands
        }
        return found if any(found.values()) else {}


def gather_facts(session: Session, *, campaign_id: int, rule: SamplingRule, given: Given, now: datetime) -> Facts:
    """Read everything."""
    campaign = get_campaign_by_id(session, campaign_id=campaign_id, now=now)
    papers = select(CampaignPaper.group).where(CampaignPaper.campaign_id == campaign_id)
    known = get_region(session, code=campaign.county).residents
    residents = known if given.residents is None else given.residents
    if residents is None and given.localities:
        residents = sum(given.localities.values())
    return Facts(
        campaign=campaign,
        rule=rule,
        given=given,
        residents=residents,
        papers=frozenset(session.scalars(papers)),
        cells=list_cells(session, frame_id=campaign.frame_id),
        classes=list_classes(session, frame_id=campaign.frame_id),
    )


def _scale(pupils: Mapping[str, int], people: int) -> Mapping[str, int]:
    """People of a school by band, as its pupils are: parents are not as many, but are in the same grades."""
    return dict(zip(pupils, apportion(people, list(pupils.values())).asked.tolist(), strict=True))
