"""How many people to ask: sizes, official rules, allocation to groups, and what a sample of a size can show."""

from analysis.planning.allocation import Allocation, allocate, size_for_composite
from analysis.planning.apportionment import Apportionment, apportion, spread
from analysis.planning.evidence import Evidence, Power, evidence, least_share, size_for_power
from analysis.planning.rules import (
    COMPULSORY_2012,
    COMPULSORY_2024,
    PRESCHOOL_2022,
    PRESCHOOL_2024,
    Quotas,
    SizeRule,
    quotas,
    rule_size,
)
from analysis.planning.showing import share_to_show
from analysis.planning.sizes import SampleSizes, design_effect, half_width, sample_size

__all__ = [
    "COMPULSORY_2012",
    "COMPULSORY_2024",
    "PRESCHOOL_2022",
    "PRESCHOOL_2024",
    "Allocation",
    "Apportionment",
    "Evidence",
    "Power",
    "Quotas",
    "SampleSizes",
    "SizeRule",
    "allocate",
    "apportion",
    "design_effect",
    "evidence",
    "half_width",
    "least_share",
    "quotas",
    "rule_size",
    "sample_size",
    "share_to_show",
    "size_for_composite",
    "size_for_power",
    "spread",
]
