"""Walking the chains: whether every entry, every end and every kept score still is as it was told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf
from typing import Any, Literal

from sqlalchemy import Row, Select, Text, cast, select, type_coerce
from sqlalchemy.orm import Session

from surveys.db import dialect_of
from surveys.errors import SurveyError, shorten
from surveys.models import Campaign, Evaluation, TrailEntry, TrailHead
from surveys.trail.model import INSTALLATION, NOTHING, SCORE_KEPT, Deed, Head, digest_after
from surveys.trail.scores import digest_score

MANY = 2_000  # entries that are in memory at a time
Kind = Literal[
    "changed", "missing", "cut", "beyond", "head", "no_head", "rewritten", "score", "score_gone", "score_untold"
]


@dataclass(frozen=True)
class Fault:
    """Where a chain first differs.

    changed      : entry `number` says something else than its digest, or the entry before it was another
    missing      : where entry `number` should stand, there is another
    cut          : the chain ends before entry `number`, which it had
    beyond       : entry `number` was added without moving the head
    head, no_head: the head names another digest than the last entry has; or there is none
    rewritten    : entry `number` has another digest than the list that was kept elsewhere
    score…       : evaluation `number` differs from what was told, is gone, or was never told
    """

    kind: Kind
    number: int


@dataclass(frozen=True)
class Checked:
    """A chain that was walked: `number` entries up to `digest`, `scores` evaluations; and the first fault, if any.

    `whole` is false where more entries follow than were to be walked; the head and the scores were not looked at then.
    """

    campaign: str | None
    number: int
    digest: str
    scores: int
    fault: Fault | None
    whole: bool = True


@dataclass
class _Walk:
    """How far a chain was walked, and what it told of scores on the way."""

    chain: int
    kept: Mapping[int, str] = field(default_factory=dict)  # digests that were noted elsewhere, by number of the entry
    most: float = inf  # entries to walk
    number: int = 0
    digest: str = NOTHING
    scores: dict[int, str] = field(default_factory=dict)

    def step(self, row: Row[*tuple[Any, ...]]) -> Fault | None:
        """Go on by one entry, or say why not."""
        wanted = self.number + 1
        if row.number != wanted:
            return Fault("missing", wanted)
        deed = _read(row) if row.campaign_id == (self.chain or None) else None
        if deed is None or row.digest != digest_after(self.digest, chain=self.chain, deed=deed):
            return Fault("changed", wanted)
        if self.kept.get(wanted, row.digest) != row.digest:
            return Fault("rewritten", wanted)
        self.number, self.digest = wanted, row.digest
        if deed.action == SCORE_KEPT:
            self.scores[deed.facts["number"]] = deed.facts["digest"]
        return None


def verify_trail(
    session: Session, *, campaign: str | None = None, kept: tuple[Head, ...] | None = None
) -> Iterator[Checked]:
    """Walk every chain, or that of one campaign, or those whose heads were kept elsewhere; the installation's first.

    Raises SurveyError(`campaign.unknown`).
    """
    names = _name_chains(session)
    if campaign is not None:
        names = {_find_chain(names, campaign): campaign}
    for chain, name in names.items():
        digests = {each.number: each.digest for each in kept or () if each.campaign == name and each.number}
        yield _check(session, _Walk(chain, digests), name)
    known = set(names.values())
    for head in kept or ():
        if campaign is None and head.campaign not in known:  # the campaign itself is gone, and its chain with it
            yield Checked(head.campaign, 0, NOTHING, 0, Fault("cut", head.number))


def verify_chain(session: Session, *, campaign: str | None, most: int) -> Checked:
    """Walk the chain of a campaign, or with None the installation's, up to `most` entries."""
    chain = _find_chain(_name_chains(session), campaign)
    return _check(session, _Walk(chain, most=most), campaign)


def _name_chains(session: Session) -> dict[int, str | None]:
    rows = session.execute(select(Campaign.id, Campaign.name).order_by(Campaign.id))
    return {INSTALLATION: None, **{chain: name for chain, name in rows}}  # noqa: C416


def _find_chain(names: Mapping[int, str | None], campaign: str | None) -> int:
    for chain, name in names.items():
        if name == campaign:
            return chain
    raise SurveyError("campaign.unknown", "missing", name=shorten(campaign or ""))


def list_heads(session: Session) -> tuple[Head, ...]:
    """Where every chain ends, to be kept elsewhere; the installation's first."""
    query = select(TrailHead, Campaign.name).outerjoin(Campaign, Campaign.id == TrailHead.chain)
    return tuple(
        Head(name, head.number, head.digest) for head, name in session.execute(query.order_by(TrailHead.chain))
    )


def _check(session: Session, walk: _Walk, name: str | None) -> Checked:
    fault = _walk_to_head(session, walk)
    whole = fault is not None or walk.number < walk.most
    if whole:
        fault = fault or _compare_scores(session, walk)
    return Checked(name, walk.number, walk.digest, len(walk.scores), fault, whole)


def _walk_to_head(session: Session, walk: _Walk) -> Fault | None:
    """Walk all entries there are, then ask the head. Entries that came meanwhile have moved it: walk on."""
    while True:
        fault = _walk_entries(session, walk)
        if fault is not None or walk.number >= walk.most:
            return fault
        query = select(TrailHead.number, TrailHead.digest).where(TrailHead.chain == walk.chain)
        head = session.execute(query).one_or_none()
        if head is None:
            return Fault("no_head", walk.number)
        if head.number <= walk.number:
            return _compare_head(head, walk)
        if session.execute(_entries(session, walk).limit(1)).first() is None:
            return Fault("cut", walk.number + 1)


def _compare_head(head: Row[*tuple[Any, ...]], walk: _Walk) -> Fault | None:
    if head.number < walk.number:
        return Fault("beyond", head.number + 1)
    if head.digest != walk.digest:
        return Fault("head", walk.number)
    later = [number for number in walk.kept if number > walk.number]
    return Fault("cut", walk.number + 1) if later else None


def _walk_entries(session: Session, walk: _Walk) -> Fault | None:
    while rows := session.execute(_entries(session, walk).limit(MANY)).all():
        for row in rows:
            fault = walk.step(row)
            if fault is not None or walk.number >= walk.most:
                return fault
    return None


def _entries(session: Session, walk: _Walk) -> Select[*tuple[Any, ...]]:
    """The entries after those that were walked, as the database has them: what was tampered with may be no data."""
    of_file = dialect_of(session) == "sqlite"
    at = type_coerce(TrailEntry.at, Text).label("at") if of_file else TrailEntry.at
    facts = cast(TrailEntry.facts, Text).label("facts")
    columns = (TrailEntry.number, TrailEntry.campaign_id, TrailEntry.by, TrailEntry.action, TrailEntry.digest)
    query = select(at, facts, *columns).where(TrailEntry.chain == walk.chain, TrailEntry.number > walk.number)
    return query.order_by(TrailEntry.number)


def _read(row: Row[*tuple[Any, ...]]) -> Deed | None:
    """The entry, or None where its moment is none or its facts are no JSON."""
    try:
        at = row.at if isinstance(row.at, datetime) else datetime.fromisoformat(row.at)
        facts = json.loads(row.facts)
    except (TypeError, ValueError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return Deed(row.number, at, row.by, row.action, facts)


def _compare_scores(session: Session, walk: _Walk) -> Fault | None:
    """Whether the evaluations are those that were told; one at a time, as they are large."""
    query = (
        select(Evaluation.id, Evaluation.number).where(Evaluation.campaign_id == walk.chain).order_by(Evaluation.number)
    )
    untold = dict(walk.scores)
    for key, number in session.execute(query).all():
        told = untold.pop(number, None)
        if told is None:
            return Fault("score_untold", number)
        if told != _digest_score(session, key):
            return Fault("score", number)
    return Fault("score_gone", min(untold)) if untold else None


def _digest_score(session: Session, key: int) -> str | None:
    """None where the result or the recipe are no data any more."""
    try:
        kept = session.scalars(select(Evaluation).where(Evaluation.id == key)).one()
    except ValueError:
        return None
    session.expunge(kept)
    return digest_score(kept)
