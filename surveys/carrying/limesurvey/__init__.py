"""LimeSurvey's survey structure (.lss): an XML document of database tables, of version 3 or of 5 and 6."""

from surveys.carrying.limesurvey.reading import read_limesurvey
from surveys.carrying.limesurvey.writing import write_limesurvey

__all__ = ["read_limesurvey", "write_limesurvey"]
