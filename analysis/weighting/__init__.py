"""Weights: of the frame, of classes, and what they cost."""

from analysis.weighting.classes import class_factors, kish_deff
from analysis.weighting.frame import Overfull, Weights, cell_weights, frame_weights

__all__ = ["Overfull", "Weights", "cell_weights", "class_factors", "frame_weights", "kish_deff"]
