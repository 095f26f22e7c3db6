"""From rows to arrays: the one place where stored responses become what `analysis` reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from analysis.frame import NOT_ASKED, Sample
from surveys.datasets.forms import Stack, digest_beside, make_stacks
from surveys.datasets.piles import Pile, Version, digest_of, load_versions, make_piles
from surveys.datasets.reading import Rows, read_rows
from surveys.datasets.rosters import NO_SCHOOL, UNPLACED, Roster, load_roster
from surveys.groups import GROUPS
from surveys.instruments.model import Instrument

__all__ = [
    "NO_SCHOOL",
    "UNPLACED",
    "Dataset",
    "Pile",
    "Roster",
    "Stack",
    "Version",
    "load_dataset",
    "load_piles",
    "load_roster",
    "load_versions",
    "make_sample",
    "scored_items",
]


@dataclass(frozen=True)
class Dataset:
    """All responses of a campaign as arrays, unweighted (every weight is 1), and the frame beside them.

    People stand in the order of paper, group, school and answers, never in that of the database. `digest` says which
    answers these are: see `surveys.datasets.piles.digest_of`. `stacks` are the same people's whole forms, with what is
    known beside the answers, where that was asked for; `forms_digest` says which forms these are.
    """

    sample: Sample
    roster: Roster
    instruments: tuple[Instrument, ...]
    digest: str
    stacks: tuple[Stack, ...] = ()
    forms_digest: str = ""


def load_dataset(session: Session, *, campaign_id: int, beside: bool = False, scored: bool = True) -> Dataset:
    """Every response of the campaign; `beside` asks for whole forms, too. Raises SurveyError(`responses.misfit`).

    Who does not want the `scored` answers by themselves gets a sample without items.
    """
    versions = load_versions(session, campaign_id=campaign_id)
    piles, roster = load_piles(session, campaign_id=campaign_id, versions=versions, beside=beside)
    instruments = tuple(version.instrument for version in versions)
    items = scored_items(instruments) if scored else ()
    sample, digest = make_sample(piles, items, roster), digest_of(piles, roster)
    stacks = make_stacks(piles) if beside else ()
    return Dataset(sample, roster, instruments, digest, stacks, digest_beside(stacks, digest) if beside else "")


def load_piles(
    session: Session, *, campaign_id: int, versions: Sequence[Version], before: date | None = None, beside: bool = False
) -> tuple[tuple[Pile, ...], Roster]:
    """The campaign's responses by version, and its frame; all, or those received before a day."""
    rows = read_rows(session, campaign_id=campaign_id, before=before, beside=beside)
    roster = load_roster(session, campaign_id=campaign_id, seen=_groups_of(rows))
    return make_piles(rows, versions, roster), roster


def _groups_of(rows: Rows) -> list[str]:
    answered = np.bincount(rows.group[rows.group >= 0], minlength=len(GROUPS))
    return [name for name, count in zip(GROUPS, answered, strict=True) if count]


def scored_items(instruments: Iterable[Instrument]) -> tuple[str, ...]:
    """The items that can count in a score, each once."""
    return tuple(dict.fromkeys(item.id for instrument in instruments for item in instrument.items if item.scored))


def make_sample(piles: Sequence[Pile], items: tuple[str, ...], roster: Roster) -> Sample:
    """The people of all piles and their answers to `items`."""
    group, school, stratum = _columns(piles, roster)
    return Sample(
        answers=_matrix(piles, items),
        items=items,
        group=group,
        groups=roster.groups,
        school=school,
        schools=roster.school_codes,
        stratum=stratum,
        strata=roster.strata,
        cluster=np.where(school == NO_SCHOOL, len(roster.school_ids) + np.arange(school.size), school),
        weight=np.ones(school.size),
    )


def _columns(piles: Sequence[Pile], roster: Roster) -> tuple[NDArray[np.int64], ...]:
    """Group, school and stratum of everybody: (n,) each."""
    none = np.zeros(0, np.int64)
    group, school, size = (
        np.concatenate([none, *(getattr(pile, name) for pile in piles)]) for name in ("group", "school", "size")
    )
    return tuple(np.repeat(values, size) for values in (group, school, roster.strata_of(group, school)))


def _matrix(piles: Sequence[Pile], items: tuple[str, ...]) -> NDArray[np.uint8]:
    """(n, J) option codes, items one after another in memory, since they are counted one after another."""
    answers = np.full((len(items), sum(len(pile.answers) for pile in piles)), NOT_ASKED, np.uint8)
    begin = 0
    for pile in piles:
        end = begin + len(pile.answers)
        for own, item in enumerate(pile.version.instrument.items):
            if item.id in items:
                answers[items.index(item.id), begin:end] = pile.answers[:, own]
        begin = end
    return answers.T
