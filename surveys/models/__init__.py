"""The tables. Only `surveys` imports them."""

from surveys.models.accounts import (
    ROLES,
    Account,
    AccountLink,
    AccountSession,
    ApiToken,
    RecoveryCode,
    SecondFactor,
    SignInCount,
)
from surveys.models.base import Base
from surveys.models.campaigns import Campaign, CampaignPaper
from surveys.models.codes import Code, CodeCount, CodeTally
from surveys.models.counts import AnswerCount, CountStamp
from surveys.models.evaluations import Evaluation, Study
from surveys.models.fieldwork import (
    NOWHERE,
    OUTCOMES,
    ArrivalCount,
    CodeOutcome,
    IssuedCount,
    PaperEntry,
    PlaceOutcome,
)
from surveys.models.frames import Frame, FrameCell
from surveys.models.honesty import EvidenceRun, Exclusion
from surveys.models.library import Instrument, InstrumentVersion, Scorecard, ScorecardVersion
from surveys.models.misuse import MisuseReport
from surveys.models.plans import FrameClass, Plan, PlanCell, SamplingRule, SamplingRuleVersion
from surveys.models.publication import PublicationRule, PublicationRuleVersion
from surveys.models.regions import LEVELS, LOCALITIES, STAGES, Region, School
from surveys.models.reports import REPORTS, ReportSerial
from surveys.models.responses import Comment, Response
from surveys.models.review import (
    MENDING_ACTS,
    REVIEW_ACTS,
    REVIEW_STAGES,
    SEVERITIES,
    ReviewAct,
    ReviewDraw,
    ReviewFile,
    ReviewFinding,
    ReviewMending,
    ReviewVisit,
)
from surveys.models.trail import TrailEntry, TrailHead

__all__ = [
    "LEVELS",
    "LOCALITIES",
    "MENDING_ACTS",
    "NOWHERE",
    "OUTCOMES",
    "REPORTS",
    "REVIEW_ACTS",
    "REVIEW_STAGES",
    "ROLES",
    "SEVERITIES",
    "STAGES",
    "Account",
    "AccountLink",
    "AccountSession",
    "AnswerCount",
    "ApiToken",
    "ArrivalCount",
    "Base",
    "Campaign",
    "CampaignPaper",
    "Code",
    "CodeCount",
    "CodeOutcome",
    "CodeTally",
    "Comment",
    "CountStamp",
    "Evaluation",
    "EvidenceRun",
    "Exclusion",
    "Frame",
    "FrameCell",
    "FrameClass",
    "Instrument",
    "InstrumentVersion",
    "IssuedCount",
    "MisuseReport",
    "PaperEntry",
    "PlaceOutcome",
    "Plan",
    "PlanCell",
    "PublicationRule",
    "PublicationRuleVersion",
    "RecoveryCode",
    "Region",
    "ReportSerial",
    "Response",
    "ReviewAct",
    "ReviewDraw",
    "ReviewFile",
    "ReviewFinding",
    "ReviewMending",
    "ReviewVisit",
    "SamplingRule",
    "SamplingRuleVersion",
    "School",
    "Scorecard",
    "ScorecardVersion",
    "SecondFactor",
    "SignInCount",
    "Study",
    "TrailEntry",
    "TrailHead",
]
