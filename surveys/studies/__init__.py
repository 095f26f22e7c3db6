"""Studies: what else the same answers say, worked out once beside an evaluation and kept with it."""

from surveys.studies.basis import Basis, Unread, load_basis
from surveys.studies.earlier import load_earlier
from surveys.studies.keeping import Studied, find_studied, find_study, keep_study, list_studies
from surveys.studies.making import AT_ONCE, KINDS, OVER_TIME, make_study
from surveys.studies.retelling import find_changes
from surveys.studies.telling import TOLD, tell_study

__all__ = [
    "AT_ONCE",
    "KINDS",
    "OVER_TIME",
    "TOLD",
    "Basis",
    "Studied",
    "Unread",
    "find_changes",
    "find_studied",
    "find_study",
    "keep_study",
    "list_studies",
    "load_basis",
    "load_earlier",
    "make_study",
    "tell_study",
]
