"""Careless forms and arranged schools: indices, flags and rules. Nothing here removes anything."""

from analysis.quality.arrivals import Arrivals, arrivals_of_slots, largest_window
from analysis.quality.families import Family
from analysis.quality.judgement import Evidence, SchoolQuality, judge_schools
from analysis.quality.material import SchoolMaterial, SchoolRule
from analysis.quality.measures import Paradata, PersonIndices
from analysis.quality.persons import PersonQuality, judge_persons
from analysis.quality.schools import SchoolIndices, school_indices
from analysis.quality.thresholds import Thresholds

__all__ = [
    "Arrivals",
    "Evidence",
    "Family",
    "Paradata",
    "PersonIndices",
    "PersonQuality",
    "SchoolIndices",
    "SchoolMaterial",
    "SchoolQuality",
    "SchoolRule",
    "Thresholds",
    "arrivals_of_slots",
    "judge_persons",
    "judge_schools",
    "largest_window",
    "school_indices",
]
