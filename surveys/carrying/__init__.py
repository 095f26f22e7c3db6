"""Questionnaires that come from elsewhere and go elsewhere: XLSForm, LimeSurvey, a plain spreadsheet."""

from surveys.carrying.drafting import Carried, read_paper
from surveys.carrying.inward import KINDS, carry_in
from surveys.carrying.outward import FORMATS, Written, carry_out
from surveys.carrying.spreadsheet import write_template

__all__ = ["FORMATS", "KINDS", "Carried", "Written", "carry_in", "carry_out", "read_paper", "write_template"]
