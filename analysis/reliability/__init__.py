"""Whether the items of a scale belong together: alpha, omega, polychoric correlations, factors."""

from analysis.reliability.adequacy import Adequacy, bartlett, sampling_adequacy
from analysis.reliability.alpha import Alpha, alpha, alpha_by_group, alpha_of_covariance
from analysis.reliability.confirmatory import Confirmatory, confirmatory
from analysis.reliability.factors import Extraction, Factors, factor_analysis, maximum_likelihood, minres
from analysis.reliability.omega import Omega, omega, omega_of
from analysis.reliability.polychoric import Polychoric, normal_probability, polychoric
from analysis.reliability.rotation import varimax
from analysis.reliability.rows import recode_reversed

__all__ = [
    "Adequacy",
    "Alpha",
    "Confirmatory",
    "Extraction",
    "Factors",
    "Omega",
    "Polychoric",
    "alpha",
    "alpha_by_group",
    "alpha_of_covariance",
    "bartlett",
    "confirmatory",
    "factor_analysis",
    "maximum_likelihood",
    "minres",
    "normal_probability",
    "omega",
    "omega_of",
    "polychoric",
    "recode_reversed",
    "sampling_adequacy",
    "varimax",
]
