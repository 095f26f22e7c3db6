"""What became of everybody who was asked, and the rates of response, cooperation, refusal and contact that follow."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arguments import checked, settle, together
from analysis.errors import AnalysisError

Floats = NDArray[np.float64]


def _nobody() -> Floats:
    return np.zeros(())


@dataclass(frozen=True)
class Dispositions:
    """Final dispositions of the cases of C cells; any of them may be one number for all cells.

    complete      : (C,) I, complete interviews
    partial       : (C,) P, partial interviews
    refused       : (C,) R, refusals and break-offs
    not_reached   : (C,) NC, eligible, but never reached
    other         : (C,) O, eligible, not interviewed for another reason
    unknown       : (C,) UH, not known whether there is anybody eligible
    unknown_other : (C,) UO, unknown, other
    not_eligible  : (C,) cases found to be not eligible

    Raises
    ------
    AnalysisError
        Numbers that are negative or not finite, other shapes.
    """

    complete: Floats
    partial: Floats = field(default_factory=_nobody)
    refused: Floats = field(default_factory=_nobody)
    not_reached: Floats = field(default_factory=_nobody)
    other: Floats = field(default_factory=_nobody)
    unknown: Floats = field(default_factory=_nobody)
    unknown_other: Floats = field(default_factory=_nobody)
    not_eligible: Floats = field(default_factory=_nobody)

    def __post_init__(self) -> None:
        settle(self, globals())
        names = [each.name for each in fields(self)]
        columns = together("Dispositions", **{name: getattr(self, name) for name in names})
        wrong = [name for name, column in zip(names, columns, strict=True) if not _are_counts(column)]
        if wrong or columns[0].ndim > 1:
            got = f"others in {', '.join(wrong)}" if wrong else f"shape {columns[0].shape}"
            raise AnalysisError("Dispositions", "counts (C,) of 0 or more", got, "one number for each cell")
        for name, column in zip(names, columns, strict=True):
            object.__setattr__(self, name, np.atleast_1d(column))

    @property
    def interviews(self) -> Floats:
        """(C,) I + P."""
        return self.complete + self.partial

    @property
    def eligible(self) -> Floats:
        """(C,) known to be eligible: I + P + R + NC + O."""
        return self.interviews + self.refused + self.not_reached + self.other


@dataclass(frozen=True)
class OutcomeRates:
    """Rates of C cells, 0 to 1; NaN where there is nothing to divide by.

    response    : (6, C) RR1 to RR6
    cooperation : (4, C) COOP1 to COOP4
    refusal     : (3, C) REF1 to REF3
    contact     : (3, C) CON1 to CON3
    eligibility : (C,) e, the share of the unknown cases that is taken to be eligible
    """

    response: Floats
    cooperation: Floats
    refusal: Floats
    contact: Floats
    eligibility: Floats


@checked
def outcome_rates(cases: Dispositions, *, eligibility: ArrayLike | None = None) -> OutcomeRates:
    """Outcome rates of the AAPOR Standard Definitions.

    With I, P, R, NC, O and U = UH + UO as in `Dispositions`, and N = (I + P) + (R + NC + O)::

        RR1 = I / (N + U)       RR2 = (I + P) / (N + U)       COOP1 = I / (I + P + R + O)
        RR3 = I / (N + e U)     RR4 = (I + P) / (N + e U)     COOP2 = (I + P) / (I + P + R + O)
        RR5 = I / N             RR6 = (I + P) / N             COOP3 = I / (I + P + R)
                                                              COOP4 = (I + P) / (I + P + R)
        REF1 = R / (N + U)      CON1 = (I + P + R + O) / (N + U)
        REF2 = R / (N + e U)    CON2 = (I + P + R + O) / (N + e U)
        REF3 = R / N            CON3 = (I + P + R + O) / N

    Where e is not given it is the share of the eligible among the cases of all cells together whose eligibility is
    known (proportional allocation, CASRO): e = N / (N + not eligible). Where of no case it is known, rates
    that need it are NaN.

    Parameters
    ----------
    cases : Dispositions
        of C cells
    eligibility : float or (C,), optional
        e, 0 to 1, where it is known from elsewhere

    Returns
    -------
    OutcomeRates

    Raises
    ------
    AnalysisError
        An eligibility that is no share, or has another shape.

    References
    ----------
    AAPOR 2023, Standard Definitions: Final Dispositions of Case Codes and Outcome Rates for Surveys, 10th edition.
    CASRO 1982, On the Definition of Response Rates.
    """
    share = _eligibility(cases, eligibility)
    known, unknown = cases.eligible, cases.unknown + cases.unknown_other
    bases = known + unknown, known + share * unknown, known
    reached = cases.interviews + cases.refused + cases.other
    willing = cases.interviews + cases.refused
    counted = cases.complete, cases.interviews
    return OutcomeRates(
        response=np.stack([_shares(each, base) for base in bases for each in counted]),
        cooperation=np.stack([_shares(each, base) for base in (reached, willing) for each in counted]),
        refusal=np.stack([_shares(cases.refused, base) for base in bases]),
        contact=np.stack([_shares(reached, base) for base in bases]),
        eligibility=share,
    )


def _eligibility(cases: Dispositions, given: ArrayLike | None) -> Floats:
    if given is None:
        known = cases.eligible.sum()
        return np.full(cases.complete.shape, _shares(known, known + cases.not_eligible.sum()))
    share = np.asarray(given, float)
    fits = share.shape in ((), cases.complete.shape)
    if not fits or not np.all((share >= 0) & (share <= 1)):
        raise AnalysisError(
            "outcome_rates",
            f"an eligibility from 0 to 1, one or {cases.complete.size}",
            f"shape {share.shape}" if not fits else "others",
            "leave it out to estimate it from the cases",
        )
    return np.broadcast_to(share, cases.complete.shape).copy()


def _shares(part: Floats, whole: Floats) -> Floats:
    found: Floats = np.full(np.shape(whole), np.nan)
    np.divide(part, whole, out=found, where=np.asarray(whole) > 0)
    return found


def _are_counts(column: Floats) -> bool:
    return bool(np.all(np.isfinite(column) & (column >= 0)))
