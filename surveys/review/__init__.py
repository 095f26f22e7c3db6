"""From a score to a submission: stages that sign or give back, schools that are visited, findings that are mended."""

from surveys.review.model import Signature, Stage, Standing, State
from surveys.review.standing import standing

__all__ = ["Signature", "Stage", "Standing", "State", "standing"]
