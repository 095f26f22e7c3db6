"""Counties side by side: the newest score of each, and how far they differ where they can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from analysis.comparison import compare_independent
from surveys.campaigns import CampaignView, list_campaigns, papers_of
from surveys.evaluations import EvaluationView
from surveys.publication import Figure, Publication, find_publication
from surveys.review import Standing, standing

Basis = tuple[str, tuple[str, ...], tuple[str, ...], float]  # scorecard, papers, groups, level


@dataclass(frozen=True)
class Departure:
    """A county's score minus the reference, from -100 to 100. `p_holm` and `p_bh` are corrected over all counties.

    Without numbers for the reference itself, but for the 0 that it differs from itself.
    """

    value: float
    se: float | None
    low: float | None
    high: float | None
    p_holm: float | None
    p_bh: float | None


@dataclass(frozen=True)
class CountyScore:
    """A county with the score that was signed last, or else with its newest, of its newest campaign that has one."""

    campaign: CampaignView
    standing: Standing
    publication: Publication | None  # None where nothing was scored yet
    departure: Departure | None = None

    @property
    def composite(self) -> Figure | None:
        return None if self.publication is None else self.publication.composite

    @property
    def evaluation(self) -> EvaluationView | None:
        return None if self.publication is None else self.publication.evaluation

    @property
    def signed(self) -> bool:
        """Whether the score is one that was signed."""
        return self.evaluation is not None and self.evaluation.number == self.standing.signed


@dataclass(frozen=True)
class Block:
    """Counties whose scores mean the same: one scorecard, the same papers and groups, intervals of one level.

    `papers` are group: questionnaire@version. `against` is the code of a county, None for the mean of all.
    """

    scorecard: str
    papers: tuple[str, ...]
    groups: tuple[str, ...]
    level: float
    threshold: float
    counties: tuple[CountyScore, ...]
    against: str | None


@dataclass(frozen=True)
class Across:
    """Blocks, the largest first, and counties whose newest closed campaign has no score yet."""

    blocks: tuple[Block, ...]
    waiting: tuple[CountyScore, ...]


def look_across(session: Session, *, path: str, now: datetime, against: str | None = None) -> Across:
    """The counties under `path`, by name. `against` is the code of a county, which only its own block can use."""
    closed = _closed(list_campaigns(session, path=path, now=now))
    counties = sorted(closed, key=lambda county: _name(county[0]))
    scores = [each for county in counties for each in _scores(session, county, now)]
    blocks: dict[Basis, list[CountyScore]] = {}
    for each in scores:
        if each.publication is not None:
            blocks.setdefault(_basis(session, each.campaign, each.publication), []).append(each)
    made = [_block(basis, counties, against) for basis, counties in blocks.items()]
    waiting = tuple(each for each in scores if each.publication is None)
    return Across(tuple(sorted(made, key=lambda block: -len(block.counties))), waiting)


def _closed(campaigns: Sequence[CampaignView]) -> list[list[CampaignView]]:
    """Of each county its closed campaigns, the one that closed last first."""
    found: dict[str, list[CampaignView]] = {}
    for each in sorted((each for each in campaigns if each.state == "closed"), key=_closed_at, reverse=True):
        found.setdefault(each.county, []).append(each)
    return list(found.values())


def _scores(session: Session, campaigns: Sequence[CampaignView], now: datetime) -> Iterator[CountyScore]:
    """The score of the newest campaign that has one; before it the newest campaign, where that still waits for one."""
    for place, campaign in enumerate(campaigns):
        found = _score_of(session, campaign, now)
        if found.publication is not None or place == 0:
            yield found
        if found.publication is not None:
            return


def _closed_at(campaign: CampaignView) -> float:
    return campaign.closes_at.timestamp() if campaign.closes_at else 0.0


def _name(campaign: CampaignView) -> tuple[bytes, str]:
    """In this encoding the common characters stand in the order of their sounds, as names are looked up."""
    return campaign.county_name.encode("gb18030", "replace"), campaign.county


def _score_of(session: Session, campaign: CampaignView, now: datetime) -> CountyScore:
    stands = standing(session, campaign_id=campaign.id)
    published = find_publication(session, name=campaign.name, now=now, number=stands.signed)
    return CountyScore(campaign, stands, published)


def _basis(session: Session, campaign: CampaignView, published: Publication) -> Basis:
    made = published.evaluation
    papers = papers_of(session, campaign_id=campaign.id)
    named = tuple(f"{each.group}: {each.instrument.name}@{each.number}" for each in papers)
    card = f"{made.scorecard}@{made.scorecard_number}"
    return card, named, tuple(sorted(published.facts["group_weights"])), published.composite.level


def _block(basis: Basis, counties: Sequence[CountyScore], against: str | None) -> Block:
    card, papers, groups, level = basis
    known = [each for each in counties if _is_comparable(each)]
    codes = [each.campaign.county for each in known]
    place = codes.index(against) if against in codes else None
    departures = _compare(known, place, level) if len(known) > 1 else {}
    return Block(
        scorecard=card,
        papers=papers,
        groups=groups,
        level=level,
        threshold=counties[0].publication.facts["threshold"] if counties[0].publication else 0.0,
        counties=tuple(replace(each, departure=departures.get(each.campaign.county)) for each in counties),
        against=None if place is None else against,
    )


def _is_comparable(county: CountyScore) -> bool:
    """What is hidden, or has no error, is compared with nothing: a difference would tell it."""
    figure = county.composite
    return figure is not None and not figure.hidden and bool(figure.se) and bool(figure.df)


def _compare(counties: Sequence[CountyScore], place: int | None, level: float) -> Mapping[str, Departure]:
    figures = [each.composite for each in counties if each.composite is not None]
    value, se, df = (np.array([getattr(each, name) for each in figures], float) for name in ("value", "se", "df"))
    found = compare_independent(value, se, df, against=place, level=level)
    columns = (found.value, found.se, found.low, found.high, found.p_holm, found.p_bh)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {
        each.campaign.county: Departure(first, *(_defined(number) for number in rest))
        for each, (first, *rest) in zip(counties, rows, strict=True)
    }


def _defined(number: float) -> float | None:
    return number if np.isfinite(number) else None
