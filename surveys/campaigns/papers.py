"""The papers of a campaign."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from surveys.campaigns.model import Paper
from surveys.groups import GROUPS
from surveys.instruments.model import Instrument
from surveys.instruments.versions import get_version
from surveys.models import CampaignPaper, InstrumentVersion

# Read versions by the digest of their content. A version never changes, and taking one apart costs more than
# storing a response; the key is the content, so that it does not matter which database it came from.
_READ: dict[str, Instrument] = {}

_papers, _versions = CampaignPaper.__table__.c, InstrumentVersion.__table__.c
_OF_CAMPAIGN = (
    select(_papers.group, _versions.id, _versions.number, _versions.digest)
    .join_from(CampaignPaper.__table__, InstrumentVersion.__table__, _versions.id == _papers.version_id)
    .where(_papers.campaign_id == bindparam("campaign"))
    .order_by(_papers.position)
)
_OF_GROUP = _OF_CAMPAIGN.where(_papers.group == bindparam("group"))


def papers_of(session: Session, *, campaign_id: int, group: str | None = None) -> tuple[Paper, ...]:
    """The papers of all groups, or of one, in the order in which groups and papers are shown."""
    query = _OF_CAMPAIGN if group is None else _OF_GROUP
    rows = session.execute(query, {"campaign": campaign_id, "group": group}).all()
    papers = [Paper(name, key, number, _instrument(session, key, digest)) for name, key, number, digest in rows]
    return tuple(sorted(papers, key=lambda paper: GROUPS.index(paper.group)))


def _instrument(session: Session, version_id: int, digest: str) -> Instrument:
    if digest not in _READ:
        _READ[digest] = get_version(session, version_id=version_id).instrument
    return _READ[digest]
