"""The print kit: one PDF with a cover sheet, a poster per open code and cut-out slips."""

from surveys.reports.kit.model import KitCode, KitHeader
from surveys.reports.kit.printing import make_kit

__all__ = ["KitCode", "KitHeader", "make_kit"]
