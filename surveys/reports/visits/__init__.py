"""Check forms for visits: what reviewers take to a school, with room for what they find. No result is on them."""

from surveys.reports.visits.model import VisitForm, VisitSheet
from surveys.reports.visits.printing import make_visit_form, make_visit_forms, zip_visit_forms

__all__ = ["VisitForm", "VisitSheet", "make_visit_form", "make_visit_forms", "zip_visit_forms"]
