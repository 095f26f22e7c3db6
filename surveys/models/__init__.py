"""The tables. Only `surveys` imports them."""

from surveys.models.accounts import ROLES, Account
from surveys.models.base import Base
from surveys.models.campaigns import Campaign, CampaignPaper
from surveys.models.codes import Code, CodeCount, CodeTally
from surveys.models.counts import AnswerCount, CountStamp
from surveys.models.evaluations import Evaluation
from surveys.models.frames import Frame, FrameCell
from surveys.models.library import Instrument, InstrumentVersion, Scorecard, ScorecardVersion
from surveys.models.misuse import MisuseReport
from surveys.models.regions import LEVELS, LOCALITIES, STAGES, Region, School
from surveys.models.responses import Comment, Response

__all__ = [
    "LEVELS",
    "LOCALITIES",
    "ROLES",
    "STAGES",
    "Account",
    "AnswerCount",
    "Base",
    "Campaign",
    "CampaignPaper",
    "Code",
    "CodeCount",
    "CodeTally",
    "Comment",
    "CountStamp",
    "Evaluation",
    "Frame",
    "FrameCell",
    "Instrument",
    "InstrumentVersion",
    "MisuseReport",
    "Region",
    "Response",
    "School",
    "Scorecard",
    "ScorecardVersion",
]
