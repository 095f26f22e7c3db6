"""Studies: what else the same answers say, worked out once beside an evaluation and kept with it."""

from surveys.studies.basis import Basis, load_basis
from surveys.studies.keeping import find_study, keep_study
from surveys.studies.making import KINDS, make_study

__all__ = ["KINDS", "Basis", "find_study", "keep_study", "load_basis", "make_study"]
