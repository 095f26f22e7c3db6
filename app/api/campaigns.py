"""Campaigns, and the documents that they were made with."""

from __future__ import annotations

from typing import Any

from app.access import allow
from app.api.door import READERS, answers, at, find_campaign, find_region
from app.api.paging import HEADERS, Part, laid_out, position_of, take_part
from app.api.queries import CampaignsWanted
from app.api.shapes import CampaignShape, CampaignsShape, InstrumentsShape, ScorecardShape
from app.edge import here
from surveys.campaigns import CampaignView
from surveys.campaigns import documents as papers
from surveys.campaigns.reading import page_campaigns
from surveys.versions import Version

SAME = (
    "name", "title", "organiser", "county", "county_name", "state", "opens_at", "closes_at", "sealed_on", "approval",
    "simulated",
)  # fmt: skip


@at("/campaigns")
@allow(*READERS)
@answers(CampaignsShape, asks=CampaignsWanted, also=(404,), headers=HEADERS)
def list_campaigns(query: dict[str, Any]) -> Any:
    """Campaigns, those made last first"""
    with here().database.read() as session:
        within = find_region(session, query.get("region"))
        found = page_campaigns(
            session,
            path=within.path,
            now=here().clock(),
            state=query.get("state"),
            before=position_of(query.get("cursor")),
            most=query["limit"] + 1,
        )
    part = take_part(found, query, kind="c", key=lambda each: each.id)
    return laid_out(Part([_plain(each) for each in part.items], part.next))


@at("/campaigns/<slug:name>")
@allow(*READERS)
@answers(CampaignShape, also=(404,))
def get_campaign(name: str) -> Any:
    """A campaign"""
    with here().database.read() as session:
        return _plain(find_campaign(session, name))


@at("/campaigns/<slug:name>/instruments")
@allow(*READERS, scope="instruments:read")
@answers(InstrumentsShape, also=(404,))
def list_instruments(name: str) -> Any:
    """The versions of questionnaires that it asks, as documents"""
    with here().database.read() as session:
        found = papers.list_instruments(session, campaign=find_campaign(session, name))
    return {"items": [{"groups": each.groups, **_document("instrument", each.version)} for each in found]}


@at("/campaigns/<slug:name>/scorecard")
@allow(*READERS, scope="instruments:read")
@answers(ScorecardShape, also=(404,))
def get_scorecard(name: str) -> Any:
    """The version of the scorecard that it is scored by, as a document"""
    with here().database.read() as session:
        return _document("scorecard", papers.get_scorecard(session, campaign=find_campaign(session, name)))


def _plain(campaign: CampaignView) -> dict[str, Any]:
    scorecard = f"{campaign.scorecard}@{campaign.scorecard_number}"
    return {name: getattr(campaign, name) for name in SAME} | {"scorecard": scorecard}


def _document(kind: str, version: Version) -> dict[str, Any]:
    return {kind: version.name, "number": version.number, "digest": version.digest, "document": version.document}
