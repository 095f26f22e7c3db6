"""Regression with design-based errors: linear, logistic, ordinal."""

from analysis.models.generalised import linear, logistic
from analysis.models.model import Model, dummies, wald_test
from analysis.models.ordinal import ordinal

__all__ = ["Model", "dummies", "linear", "logistic", "ordinal", "wald_test"]
