"""The print kit: a PDF with a cover sheet, labels for envelopes, a poster per open code and cut-out slips."""

from surveys.reports.kit.archive import SchoolKit, split_kits, zip_kits
from surveys.reports.kit.model import KitCode, KitEnvelope, KitHeader
from surveys.reports.kit.printing import check_kit, make_kit

__all__ = ["KitCode", "KitEnvelope", "KitHeader", "SchoolKit", "check_kit", "make_kit", "split_kits", "zip_kits"]
