"""The papers of a campaign."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.campaigns.model import Paper
from surveys.groups import GROUPS
from surveys.instruments.model import Instrument
from surveys.instruments.versions import get_version
from surveys.models import CampaignPaper, InstrumentVersion

# Read versions by the digest of their content. A version never changes, and taking one apart costs more than
# storing a response; the key is the content, so that it does not matter which database it came from.
_READ: dict[str, Instrument] = {}


def papers_of(session: Session, *, campaign_id: int, group: str | None = None) -> tuple[Paper, ...]:
    """The papers of all groups, or of one, in the order in which groups and papers are shown."""
    query = (
        select(CampaignPaper.group, InstrumentVersion.id, InstrumentVersion.number, InstrumentVersion.digest)
        .join(InstrumentVersion, InstrumentVersion.id == CampaignPaper.version_id)
        .where(CampaignPaper.campaign_id == campaign_id)
        .order_by(CampaignPaper.position)
    )
    if group is not None:
        query = query.where(CampaignPaper.group == group)
    rows = session.execute(query).all()
    papers = [Paper(name, key, number, _instrument(session, key, digest)) for name, key, number, digest in rows]
    return tuple(sorted(papers, key=lambda paper: GROUPS.index(paper.group)))


def _instrument(session: Session, version_id: int, digest: str) -> Instrument:
    if digest not in _READ:
        _READ[digest] = get_version(session, version_id=version_id).instrument
    return _READ[digest]
