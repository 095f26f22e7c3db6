"""Paper forms: one PDF with a questionnaire to be filled in by hand for each code, or a specimen without one."""

from surveys.reports.forms.model import FormCode, FormHeader
from surveys.reports.forms.printing import make_forms, make_specimens

__all__ = ["FormCode", "FormHeader", "make_forms", "make_specimens"]
