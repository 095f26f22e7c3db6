"""Schools beside each other: how much they differ, what is chance, and which stand out. Never a league table."""

from __future__ import annotations

from analysis.schools.funnel_plot import Funnel, FunnelLimits, funnel, funnel_limits
from analysis.schools.mixed import MixedModel, mixed_model
from analysis.schools.outliers import Discoveries, discoveries
from analysis.schools.ranking import Ranks, draw_beta, draw_normal, ranks
from analysis.schools.rates import SchoolRates, sampling_variances, school_rates, smoothed_variances
from analysis.schools.shrinkage import BetaBinomial, beta_binomial
from analysis.schools.small_areas import FayHerriot, fay_herriot
from analysis.schools.spread import Spread, spread_of_schools
from analysis.schools.variation import (
    IntraclassCorrelation,
    Variation,
    corrected_variation,
    intraclass_correlation,
    simple_variation,
    weighted_variation,
)

__all__ = [
    "BetaBinomial",
    "Discoveries",
    "FayHerriot",
    "Funnel",
    "FunnelLimits",
    "IntraclassCorrelation",
    "MixedModel",
    "Ranks",
    "SchoolRates",
    "Spread",
    "Variation",
    "beta_binomial",
    "corrected_variation",
    "discoveries",
    "draw_beta",
    "draw_normal",
    "fay_herriot",
    "funnel",
    "funnel_limits",
    "intraclass_correlation",
    "mixed_model",
    "ranks",
    "sampling_variances",
    "school_rates",
    "simple_variation",
    "smoothed_variances",
    "spread_of_schools",
    "weighted_variation",
]
