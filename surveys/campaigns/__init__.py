"""Campaigns: one survey of one county, from its YAML to its progress."""

from surveys.campaigns.creating import create_campaign
from surveys.campaigns.model import CampaignView, Paper, State, state_of
from surveys.campaigns.papers import papers_of
from surveys.campaigns.progress import ProgressRow, progress
from surveys.campaigns.reading import get_campaign, get_campaign_by_id, list_campaigns
from surveys.campaigns.timing import close_campaign, open_campaign, seal_campaign

__all__ = [
    "CampaignView",
    "Paper",
    "ProgressRow",
    "State",
    "close_campaign",
    "create_campaign",
    "get_campaign",
    "get_campaign_by_id",
    "list_campaigns",
    "open_campaign",
    "papers_of",
    "progress",
    "seal_campaign",
    "state_of",
]
