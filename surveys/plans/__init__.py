"""Plans: what a sampling rule asks of a county, group by group and school by school."""

from surveys.plans.dividing import order_of
from surveys.plans.making import make_plan
from surveys.plans.model import ASSUMED_DEFF, ASSUMED_SHARE, POWER, Given, PlanView, Proposal
from surveys.plans.proposing import propose
from surveys.plans.reading import find_plan_view, get_plan_view

__all__ = [
    "ASSUMED_DEFF",
    "ASSUMED_SHARE",
    "POWER",
    "Given",
    "PlanView",
    "Proposal",
    "find_plan_view",
    "get_plan_view",
    "make_plan",
    "order_of",
    "propose",
]
