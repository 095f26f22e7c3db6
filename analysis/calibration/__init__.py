"""Weights that add up to known totals, and what that does to them."""

from __future__ import annotations

from analysis.calibration.diagnostics import ModelDeff, WeightSummary, calibration_deff, spencer_deff, summarize_weights
from analysis.calibration.fitting import calibrate
from analysis.calibration.margins import Columns, Margin
from analysis.calibration.raking import poststratify, rake
from analysis.calibration.result import Calibrated, Totals, calibrated_design

__all__ = [
    "Calibrated",
    "Columns",
    "Margin",
    "ModelDeff",
    "Totals",
    "WeightSummary",
    "calibrate",
    "calibrated_design",
    "calibration_deff",
    "poststratify",
    "rake",
    "spencer_deff",
    "summarize_weights",
]
